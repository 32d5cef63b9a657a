"""The sample engine paints what the words say, the same each time, and stops when told to."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from imagegen_desktop.imaging.samples.brief import Family, Medium, SceneBrief
from imagegen_desktop.imaging.samples.engine import MOST_PIXELS, paint, render
from imagegen_desktop.imaging.samples.planner import plan, vocabulary
from imagegen_desktop.imaging.samples.registry import painters

SMALL = (160, 160)


class Stop(Exception):  # noqa: N818 (a signal of this test, no error of the program)
    pass


def go_on() -> None:
    pass


def finished(prompt: str, seed: int = 7, size: tuple[int, int] = SMALL) -> bytes:
    *_, last = paint(prompt, size, seed, go_on)
    return last


def decoded(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def test_the_same_prompt_size_and_seed_give_the_same_bytes() -> None:
    assert finished("a lighthouse at dusk") == finished("a lighthouse at dusk")


def test_another_seed_gives_another_picture() -> None:
    assert finished("a lighthouse at dusk", 1) != finished("a lighthouse at dusk", 2)


@pytest.mark.parametrize(
    ("one", "other"), [("blorptangle", "zyxomatic"), ("寿司", "天ぷら"), ("мост", "лодка"), ("", "?")]
)
def test_words_that_no_one_knows_still_change_the_picture(one: str, other: str) -> None:
    assert plan(one, 7) != plan(other, 7)
    assert finished(one) != finished(other)


@pytest.mark.parametrize("size", [(96, 96), (150, 100), (100, 150), (175, 100), (1, 1), (300, 20), (33, 201)])
def test_the_picture_has_exactly_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = decoded(finished("misty pine valley", size=size))
    assert picture.size == size
    assert picture.mode == "RGB"
    assert picture.format == "PNG"


def test_two_previews_of_the_same_shape_come_before_the_picture() -> None:
    first, second, last = paint("a castle by a lake", (600, 400), 3, go_on)
    sizes = [decoded(data).size for data in (first, second, last)]
    assert sizes[0][0] < sizes[1][0] < sizes[2][0] == 600
    assert all(abs(width / height - 1.5) < 0.02 for width, height in sizes)


def test_a_preview_shows_the_picture_that_comes() -> None:
    _, second, last = paint("a castle by a lake", (600, 400), 3, go_on)
    small = np.asarray(decoded(last).resize((48, 32)), dtype=float)
    early = np.asarray(decoded(second).resize((48, 32)), dtype=float)
    assert float(np.abs(small - early).mean()) < 12


def test_a_seed_does_not_compose_by_size() -> None:
    """A wide, a small and a large painting of one frame show one scene."""
    brief = plan("paper-cut village", 5)
    small = np.asarray(render(brief, (400, 400), 200, go_on).resize((40, 40)), dtype=float)
    large = np.asarray(render(brief, (400, 400), 400, go_on).resize((40, 40)), dtype=float)
    assert float(np.abs(small - large).mean()) < 12


@pytest.mark.parametrize("family", list(Family))
def test_every_family_paints_something_with_light_and_shade(family: Family) -> None:
    brief = replace(plan("anything", 11), family=family)
    for frame in ((150, 100), (100, 150)):
        pixels = np.asarray(render(brief, frame, 150, go_on), dtype=float)
        assert pixels.std() > 12
        assert 20 < pixels.mean() < 240


def test_there_are_at_least_ten_families_and_words_reach_each_of_them() -> None:
    reached = {plan(word, 1).family for word in vocabulary()}
    assert len(painters()) == len(Family) >= 10
    assert reached == set(Family)


def test_at_least_150_words_are_known() -> None:
    assert len({id(effect) for effect in vocabulary().values()}) >= 150
    assert len(vocabulary()) >= 450


def traits(brief: SceneBrief) -> tuple[object, ...]:
    return brief.family, brief.palette, brief.time, brief.weather, brief.mood, brief.medium, brief.tags


@pytest.mark.parametrize("word", sorted(vocabulary()))
def test_every_known_word_changes_what_will_be_painted(word: str) -> None:
    """Over twelve seeds, since a word may by chance ask for what would have been chosen anyway."""
    without = [traits(plan("somewhere", seed)) for seed in range(12)]
    having = [traits(plan(f"somewhere {word}", seed)) for seed in range(12)]
    assert without != having
    assert len(set(without) & set(having)) < 6
    effect = vocabulary()[word]
    brief = plan(word, 1)
    assert effect.time in (None, brief.time)
    assert effect.weather in (None, brief.weather)
    assert effect.mood in (None, brief.mood)
    assert effect.medium in (None, brief.medium)
    assert set(effect.tags) <= brief.tags


@pytest.mark.parametrize(
    ("prompt", "family"),
    [
        ("A futuristic city made of crystal", Family.CRYSTAL),
        ("A futuristic city made of crystal...", Family.CRYSTAL),
        ("A cat", Family.ANIMAL),
        ("A fluffy siamese cat sitting on a velvet sofa, cinematic lighting, 8k", Family.ANIMAL),
        ("a lighthouse at dusk", Family.SEA),
        ("misty pine valley", Family.MOUNTAINS),
        ("paper-cut city at night", Family.PAPER),
        ("macro of frost on glass", Family.FROST),
        ("Two boats on the open sea", Family.SEA),
        ("The Great Wave off Kanagawa", Family.WAVES),
        ("a dragon over the mountains", Family.MOUNTAINS),
        ("neon street in the rain", Family.STREET),
        ("portrait of an old man", Family.PORTRAIT),
        ("a bowl of oranges", Family.STILL),
    ],
)
def test_a_prompt_is_painted_as_what_it_says(prompt: str, family: Family) -> None:
    assert {plan(prompt, seed).family for seed in range(20)} == {family}


def test_what_is_said_first_is_the_subject_and_a_long_tail_does_not_change_it() -> None:
    tail = (
        ", late light, wet stone in front, gulls over the water, a ship far out, reef and coral, a paper moon, forest"
    )
    assert plan(f"A cat asleep on a chair by the stove at home{tail}", 1).family is Family.ANIMAL


@pytest.mark.parametrize("medium", list(Medium))
def test_every_medium_keeps_size_and_changes_pixels(medium: Medium) -> None:
    brief = replace(plan("sea", 2), medium=Medium.PLAIN)
    plain = np.asarray(render(brief, SMALL, 160, go_on))
    other = np.asarray(render(replace(brief, medium=medium), SMALL, 160, go_on))
    assert other.shape == plain.shape
    assert (medium is Medium.PLAIN) == bool((other == plain).all())


def test_painting_stops_at_the_next_step_when_told_to() -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls > 10:
            raise Stop

    stages = paint("a city of crystal", (2000, 2000), 1, check)
    with pytest.raises(Stop):
        list(stages)
    assert calls == 11


def test_a_huge_picture_is_painted_within_the_bound_and_enlarged() -> None:
    """What is asked of the painter never exceeds MOST_PIXELS, so neither does its memory grow."""
    assert MOST_PIXELS < 3840 * 2160
    picture = decoded(finished("bauhaus circles", size=(2600, 1600)))
    assert picture.size == (2600, 1600)
