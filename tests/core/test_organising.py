"""What ordering a library comes to, and that each of it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.albums import Album, Shelf, fold_shelf
from imagegen_desktop.core.changes import FAVOURITE, RATING, TITLE, Change, ImageState, Wish, fold, tick, with_change
from imagegen_desktop.core.organising import (
    add_tag,
    colour_tag,
    delete_album,
    inside,
    make_album,
    move_album,
    put_into_album,
    remove_tag,
    rename_album,
    rename_tag,
    set_field,
    tag_name,
    take_out_of_album,
    undoing,
)
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin


def image(name: str, **told: object) -> ImageState:
    record = ImageRecord(
        id=name,
        file=f"{name}.png",
        sha256="0" * 64,
        created=datetime(2026, 11, 23, tzinfo=UTC),
        origin=Origin.GENERATED,
        prompt="a cat",
        asked=None,
        got=Got(format=ImageFormat.PNG, width=1, height=1, size_bytes=1),
    )
    return replace(ImageState(record=record), **told)


def lines(*groups: tuple[Wish, ...]) -> list[Change]:
    clock, told = "", list[Change]()
    for wish in (wish for group in groups for wish in group):
        clock = tick(clock, 1)
        told.append(Change(image=wish.image, clock=clock, device="d", field=wish.field, value=wish.value))
    return told


PETS = Album(id="a1", name="Pets")
CATS = Album(id="a2", name="Cats", parent="a1")
SMART = Album(id="a3", name="Loved", query="fav")


def test_images_that_hold_the_value_already_are_left_alone() -> None:
    states = (image("x", rating=4), image("y"))
    assert set_field(states, RATING, 4) == (Wish("y", RATING, 4),)


def test_a_tag_is_one_line_without_commas() -> None:
    assert tag_name("  blue ,\n sky ") == "blue sky"
    assert tag_name(" , ") == ""


def test_a_renamed_tag_takes_its_colour_along_and_merges_with_one_that_is_there() -> None:
    states = (image("x", tags=frozenset({"old"})), image("y", tags=frozenset({"old", "new"})))
    wishes = rename_tag(states, "old", "new", Shelf(colours=(("old", "#112233"),)))
    tagged = add_tag((image("x"), image("y")), "old") + add_tag((image("y"),), "new")
    folded = fold([state.record for state in states], lines(tagged, wishes))
    assert {state.tags for state in folded.values()} == {frozenset({"new"})}
    assert fold_shelf(lines(wishes)).colours == (("new", "#112233"),)


def test_albums_nest_and_never_lie_within_themselves() -> None:
    shelf = fold_shelf(lines(make_album(PETS), make_album(CATS), make_album(SMART)))
    assert shelf.albums == (CATS, SMART, PETS)
    assert inside("a1", shelf) == {"a1", "a2"}
    assert move_album(PETS, "a2", shelf) == ()
    looped = fold_shelf(lines(make_album(PETS), make_album(CATS), (Wish("album:a1", "parent", "a2"),)))
    assert {album.parent for album in looped.albums} == {""}


def test_albums_within_a_deleted_one_rise_to_the_top() -> None:
    shelf = fold_shelf(lines(make_album(PETS), make_album(CATS), delete_album(PETS)))
    assert shelf.albums == (replace(CATS, parent=""),)


def test_an_image_is_in_several_albums_at_once() -> None:
    wishes = put_into_album((image("x"),), "a1") + put_into_album((image("x"),), "a2")
    state = fold([image("x").record], lines(wishes))["x"]
    assert state.albums == {"a1", "a2"}
    assert take_out_of_album((state,), "a1") == (Wish("x", "album/a1", value=False),)


def test_everything_about_albums_and_tags_can_be_taken_back() -> None:
    stands = lines(make_album(PETS), make_album(CATS), make_album(SMART), colour_tag("sky", "#0000ff"))
    shelf = fold_shelf(stands)
    for wishes in (
        make_album(Album(id="new", name="New", parent="a1", query="fav")),
        rename_album(PETS, "Beasts"),
        move_album(CATS, "", shelf),
        delete_album(PETS),
        colour_tag("sky", "#ff0000"),
        colour_tag("sea", "#ff0000"),
    ):
        assert fold_shelf([*stands, *_later(stands, wishes)]) != shelf
        back = undoing(wishes, (), shelf)
        assert fold_shelf([*stands, *_later(stands, wishes + back)]) == shelf


def _later(stands: list[Change], wishes: tuple[Wish, ...]) -> list[Change]:
    clock, told = max(change.clock for change in stands), list[Change]()
    for wish in wishes:
        clock = tick(clock, 1)
        told.append(Change(image=wish.image, clock=clock, device="d", field=wish.field, value=wish.value))
    return told


FIELDS = st.one_of(
    st.tuples(st.just(TITLE), st.text()),
    st.tuples(st.just(RATING), st.integers(0, 5)),
    st.tuples(st.just(FAVOURITE), st.booleans()),
    st.tuples(st.sampled_from(["tag/a", "tag/b", "album/1"]), st.booleans()),
)


@given(st.lists(FIELDS, max_size=6))
def test_what_was_done_to_an_image_is_taken_back_whatever_it_was(done: list[tuple[str, str | int | bool]]) -> None:
    before = image("x", rating=2, tags=frozenset({"a"}))
    wishes = tuple(Wish("x", field, value) for field, value in done)
    state = before
    for wish in (*wishes, *undoing(wishes, (before,), Shelf())):
        state = with_change(state, wish.field, wish.value)
    assert state == before


def test_a_field_of_a_newer_version_is_passed_over() -> None:
    assert with_change(image("x"), "mood", "calm") == image("x")
    assert remove_tag((image("x"),), "none") == ()
