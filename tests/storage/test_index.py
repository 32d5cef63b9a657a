"""The index: what is put in is counted, listed and found again, and nothing of what it replaced is left."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_states import NOW, OPENAI, RECORD, state

from imagegen_desktop.core.albums import Album, Shelf
from imagegen_desktop.core.errors import LibraryFormatError
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.core.records import Origin
from imagegen_desktop.storage.index import AlbumCost, Index
from imagegen_desktop.storage.index_rows import MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["", "sea", "night"]),
        "tags": st.frozensets(st.sampled_from(["a", "b"])),
        "albums": st.frozensets(st.sampled_from(["x", "y"])),
        "favourite": st.booleans(),
        "rejected": st.booleans(),
        "trashed": st.booleans(),
        "purged": st.booleans(),
    },
)


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index.sqlite", lambda: NOW)


def contents(index: Index) -> tuple[object, ...]:
    """All that can be seen of an index."""
    words = ("sea", "night", "cat", "-sea", "tag:a", "gpt", "has:tag")
    return (
        {(place, word): index.newest(View(place=place, words=word), 99) for place in Place for word in ("", *words)},
        index.counts(),
        index.timeline(),
        index.vocabulary().tags,
        index.spending_by_album(),
        index.listing(View()),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), CHANGES, st.booleans()), max_size=14))
def test_a_history_leaves_what_its_end_alone_would_leave(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, dict[str, object], bool]]
) -> None:
    folder = tmp_path_factory.mktemp("history")
    lived, fresh = (Index(folder / name, lambda: NOW) for name in ("lived.sqlite", "fresh.sqlite"))
    now: dict[int, ImageState] = {}
    for number, fields, dropped in steps:
        now[number] = state(number, record={"cost": Decimal("0.1")}, **fields)
        lived.put([now[number]])
        if dropped:
            lived.drop([now.pop(number).id])
    fresh.put(now.values())
    assert contents(lived) == contents(fresh)
    with closing(sqlite3.connect(folder / "lived.sqlite")) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('integrity-check')")
        marks = connection.execute(
            "SELECT count(*) FROM marks WHERE moment NOT IN (SELECT moment FROM images)"
        ).fetchone()
        assert marks == (0,)


def test_what_was_put_in_is_given_back(index: Index) -> None:
    first, second = state(1, title="Dusk", tags=frozenset({"sea"})), state(2)
    index.put([first, second])
    assert index.get([second.id, "unknown", first.id]) == (second, first)
    assert index.ids() == {first.id, second.id}
    listing = index.listing(View())
    assert index.rows(listing.moments) == dict(zip(listing.moments, (first, second), strict=True))
    assert index.moment_of(second.id) == listing.moments[1]
    assert index.moment_of("unknown") is None
    assert index.rows([1, 2, 3]) == {}


def test_a_change_keeps_an_image_in_its_place(index: Index) -> None:
    index.put(state(number) for number in range(3))
    before = index.listing(View()).moments
    index.put([state(1, "another prompt", favourite=True)])
    assert index.listing(View()).moments == before


def test_rows_are_read_by_the_thousand(index: Index) -> None:
    index.put(state(number) for number in range(1_200))
    moments = index.listing(View()).moments
    rows = index.rows(moments)
    assert [rows[moment].id for moment in moments] == [each.id for each in index.newest(View(), 1_200)]


def test_images_of_one_instant_stand_side_by_side(index: Index) -> None:
    index.put(state(number, record={"created": NOW}) for number in range(5))
    moments = index.listing(View()).moments
    assert len(set(moments)) == 5
    assert max(moments) - min(moments) == 4


def test_a_listing_tells_shapes_and_stacks(index: Index) -> None:
    four = replace(RECORD.asked, count=4)
    wide = replace(RECORD.got, width=1500, height=1000)
    index.put(
        [
            state(1, record={"job": "one", "asked": four, "got": wide}),
            state(2, record={"job": "one", "asked": four}),
            state(3, record={"job": "two", "asked": four}),
            state(4, record={"job": "three"}),
            state(5, record={"asked": None}),
        ]
    )
    listing = index.listing(View())
    assert list(listing.ratios) == [1.5, 1, 1, 1, 1]
    first, second, other, *alone = listing.stacks
    assert first == second != other
    assert 0 not in {first, other}
    assert alone == [0, 0]


def test_a_click_that_took_several_requests_is_one_stack(index: Index) -> None:
    one, three = RECORD.asked, replace(RECORD.asked, count=3)
    index.put(
        [
            # Seven pictures of a model that makes three at once: the last of them came alone.
            state(1, record={"job": "first", "batch": "first", "asked": three}),
            state(2, record={"job": "second", "batch": "first", "asked": three}),
            state(3, record={"job": "third", "batch": "first", "asked": one}),
            state(4, record={"job": "other", "asked": three}),
            state(5, record={"job": "alone", "asked": one}),
        ]
    )
    *click, other, alone = index.listing(View()).stacks
    assert len(set(click)) == 1
    assert click[0] != other
    assert (0 in click, alone) == (False, 0)


def test_places_albums_and_tags_are_counted(index: Index) -> None:
    index.put(
        [
            state(1, favourite=True, tags=frozenset({"sea"}), albums=frozenset({"a"})),
            state(2, rejected=True, tags=frozenset({"sea", "night"})),
            state(3, trashed=True, favourite=True, tags=frozenset({"gone"}), albums=frozenset({"a"})),
            state(400),
        ]
    )
    counts = index.counts()
    assert counts.places == {Place.ALL: 3, Place.FAVOURITES: 1, Place.RECENT: 2, Place.REJECTED: 1, Place.TRASH: 1}
    assert counts.total_bytes == 4_000
    assert counts.albums == {"a": 1}
    assert counts.tags == {"night": 1, "sea": 2}
    assert {place: index.count(View(place=place)) for place in Place} == counts.places


def test_months_are_local_and_the_newest_comes_first(index: Index) -> None:
    def at(*when: int) -> dict[str, object]:
        return {"created": datetime(*when).astimezone()}

    index.put(
        [
            state(1, record=at(2026, 11, 1, 0, 0)),
            state(2, record=at(2026, 10, 31, 23, 59)),
            state(3, record=at(2026, 10, 1, 0, 0)),
            state(4, record=at(2024, 2, 29, 12, 0)),
            state(5, record=at(2023, 1, 1, 0, 0), trashed=True),
        ]
    )
    months = index.timeline()
    assert [(each.month, each.count) for each in months] == [("2026-11", 1), ("2026-10", 2), ("2024-02", 1)]
    assert [index.count(View(month=each.month)) for each in months] == [1, 2, 1]
    assert index.count(View(words="on:2026-10")) == 2


def test_an_empty_index_has_nothing(index: Index) -> None:
    assert len(index.listing(View())) == 0
    assert index.timeline() == ()
    assert index.counts().places == dict.fromkeys(Place, 0)
    assert index.spending_by_album() == {}
    assert index.shelf() == Shelf()


def test_names_to_complete_a_search_with_are_those_in_use(index: Index) -> None:
    index.set_shelf(Shelf(albums=(Album(id="a", name="Series A"),)))
    index.put(
        [
            state(1, tags=frozenset({"rare", "sea"})),
            state(2, tags=frozenset({"sea"})),
            state(3, tags=frozenset({"gone"})),
        ]
    )
    index.drop([state(3).id])
    vocabulary = index.vocabulary()
    assert vocabulary.tags == ("sea", "rare")
    assert vocabulary.models == ("gpt-image-2",)
    assert vocabulary.endpoints == (OPENAI,)
    assert vocabulary.albums == ("Series A",)


def test_spending_by_album_is_exact_and_counts_an_image_in_each_of_its_albums(index: Index) -> None:
    index.put(
        [
            state(1, record={"cost": Decimal("0.1")}, albums=frozenset({"a", "b"})),
            state(2, record={"cost": Decimal("0.200000000001")}, albums=frozenset({"a"}), trashed=True),
            state(3, albums=frozenset({"a", "unknown"})),
            state(5, record={"cost": Decimal(0), "origin": Origin.SAMPLE}, albums=frozenset({"a", "free"})),
            state(6, record={"origin": Origin.IMPORTED}, albums=frozenset({"b", "free"})),
            state(4, record={"cost": Decimal(5)}),
        ]
    )
    assert index.spending_by_album() == {
        "a": AlbumCost(Decimal("0.300000000001"), 3, unknown=1),
        "b": AlbumCost(Decimal("0.1"), 1),
        "unknown": AlbumCost(Decimal(0), 1, unknown=1),
    }


def test_the_shelf_is_kept(index: Index, tmp_path: Path) -> None:
    shelf = Shelf(albums=(Album(id="a", name="Series A", parent="b"),), colours=(("sea", "#3366CC"),))
    index.set_shelf(shelf)
    assert Index(tmp_path / "index.sqlite").shelf() == shelf


def test_an_index_is_replaced_whole_or_not_at_all(index: Index) -> None:
    states = [state(number, tags=frozenset({"sea"})) for number in range(3)]
    index.put([*states, state(7)])
    index.replace(lambda: (states, Shelf()))
    alone = contents(index)
    assert len(index.listing(View())) == 3
    assert index.counts().tags == {"sea": 3}

    def breaking() -> Iterator[ImageState]:
        yield state(9)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.replace(lambda: (breaking(), Shelf()))
    assert contents(index) == alone


def test_an_index_of_the_first_format_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(MIGRATIONS[0])
        connection.execute("INSERT INTO images VALUES (1, 'old', 1, 0, 0, x'7b7d')")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    index = Index(path)
    assert index.ids() == frozenset()
    index.put([state(1)])
    assert index.count(View(words="cat")) == 1


def test_an_index_of_a_newer_format_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        connection.execute("CREATE TABLE future (fact)")
        connection.commit()
    with pytest.raises(LibraryFormatError):
        Index(path).put([state(1)])
    with closing(sqlite3.connect(path)) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_schema")] == ["future"]


def test_a_change_of_a_rating_writes_no_words(index: Index, tmp_path: Path) -> None:
    index.put([state(1)])
    with closing(sqlite3.connect(tmp_path / "index.sqlite")) as connection:
        before = connection.execute("SELECT id, block FROM words_data").fetchall()
        index.put([state(1, rating=5)])
        assert connection.execute("SELECT id, block FROM words_data").fetchall() == before
    assert index.count(View(words="cat rating=5")) == 1


def test_times_before_1970_and_far_ahead_have_their_place(index: Index) -> None:
    old, new = NOW - timedelta(days=365 * 60), NOW + timedelta(days=365 * 60)
    index.put([state(1, record={"created": old}), state(2, record={"created": new})])
    assert [each.id for each in index.newest(View(), 9)] == ["image00002", "image00001"]
    assert sum(each.count for each in index.timeline()) == 2
