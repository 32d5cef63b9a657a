"""The offline rewriter keeps what a person wrote and adds only what they left open."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from imagegen_desktop.imaging.samples.brief import Family, Time
from imagegen_desktop.imaging.samples.planner import plan, vocabulary, words_of
from imagegen_desktop.providers.sample_rewriter import rewrite

THREE = ("A cat", "a lighthouse at dusk", "A futuristic city made of crystal")
SUBJECTS = [
    "cat",
    "dog",
    "fox",
    "lighthouse",
    "castle",
    "city",
    "forest",
    "desert",
    "whale",
    "rose",
    "library",
    "robot",
    "idea",
    "balloon",
    "planet",
]
MANNERS = [
    "old",
    "small",
    "quiet",
    "lost",
    "red",
    "wide",
    "strange",
    "gentle",
    "first",
    "last",
    "hidden",
    "blue",
    "tall",
    "broken",
    "kind",
]


def tail(prompt: str) -> str:
    return rewrite(prompt)[len(prompt) :].lstrip(", ")


@pytest.mark.parametrize("prompt", [*THREE, "猫が窓辺で眠る", "قارب في البحر", "Une forêt sous la neige", "x" * 500])
def test_the_words_stay_and_an_english_tail_follows(prompt: str) -> None:
    better = rewrite(prompt)
    assert better.startswith(prompt)
    assert len(re.findall(r"[a-z]+", better[len(prompt) :])) >= 12


def test_the_same_prompt_is_rewritten_the_same_way() -> None:
    assert rewrite("A cat") == rewrite("A cat")


def test_three_prompts_share_no_phrase_longer_than_three_words() -> None:
    for one, other in combinations(THREE, 2):
        runs = [set(_runs(tail(prompt), 4)) for prompt in (one, other)]
        assert not runs[0] & runs[1]


def _runs(text: str, length: int) -> list[tuple[str, ...]]:
    words = re.findall(r"[a-z]+", text.casefold())
    return [tuple(words[start : start + length]) for start in range(len(words) - length + 1)]


def test_no_two_of_hundreds_of_prompts_get_the_same_tail() -> None:
    prompts = [f"A {manner} {subject}" for manner in MANNERS for subject in SUBJECTS]
    assert len({tail(prompt) for prompt in prompts}) == len(prompts)


def test_no_slot_is_left_unfilled() -> None:
    for subject in vocabulary():
        assert not re.search(r"[{}]", rewrite(f"the {subject}"))


@pytest.mark.parametrize("hour", ["noon", "night", "dawn", "dusk"])
def test_an_hour_that_was_named_is_not_contradicted(hour: str) -> None:
    time = next(effect.time for word in words_of(hour) if (effect := vocabulary()[word]))
    others = {
        Time.NIGHT: ("moonlit", "starlight", "darkness"),
        Time.DAY: ("high clear sun", "overhead brightness", "open shade"),
        Time.DAWN: ("before sunrise", "first sun"),
        Time.DUSK: ("afterglow", "blue hour", "fading sky"),
    }
    for subject in SUBJECTS:
        text = tail(f"{subject} at {hour}")
        for other, phrases in others.items():
            if other is not time:
                assert not any(phrase in text for phrase in phrases), text


def test_what_was_said_of_medium_and_light_is_not_said_again() -> None:
    for subject in SUBJECTS:
        text = tail(f"watercolour of a {subject}, soft light")
        assert not re.search(r"photograph|oil on canvas|gouache|screen print|illustration", text), text
        assert not re.search(r"\b(sun|lamp|moonlit|window on the)\b", text), text


def test_a_finished_sentence_is_followed_by_a_new_one() -> None:
    assert re.fullmatch(r"A cat sleeps\. [A-Z].*\.", rewrite("A cat sleeps."))


def test_no_words_at_all_still_give_a_prompt() -> None:
    assert len(rewrite("   ").split()) >= 12


@pytest.mark.parametrize("subject", ["cat", "lighthouse", "forest", "castle", "planet", "robot"])
def test_the_tail_does_not_change_what_the_sample_engine_paints(subject: str) -> None:
    prompts = [f"A {manner} {subject}" for manner in MANNERS]
    assert {plan(rewrite(prompt), 1).family for prompt in prompts} == {plan(f"A {subject}", 1).family}
    assert Family.FLOW not in {plan(rewrite(prompt), 1).family for prompt in prompts}
