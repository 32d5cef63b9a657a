"""What the index finds is what a plain reading of the query finds, whatever is asked."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_states import NOW, OPENAI, RECORD, is_held, meets, state

from imagegen_desktop.core.albums import Album, Shelf
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.core.query import Query, parse
from imagegen_desktop.core.query_terms import (
    All,
    Comparison,
    Dated,
    Either,
    Measured,
    Named,
    NameKind,
    Not,
    Quantity,
    Relation,
    Shaped,
    Sized,
    TextField,
    Trait,
    Words,
    folded,
)
from imagegen_desktop.core.records import Asked, Got, ImageFormat, Origin
from imagegen_desktop.storage.index import Index

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.query_terms import Term

ALBUMS = {"a1": "Series A", "a2": "Sea"}
WORDS = [
    "cat",
    "sea",
    "seaside",
    "light",
    "lighting",
    "image",
    "imagine",
    "night-city",
    "Éclair",
    "猫",
    "8k",
    "openai",
    "gpt",
]
SEARCHED = [*WORDS, "c", "se", "lig", "猫の", "eclairs", "night", "image-2", "cat sea"]
DAYS = [date(2026, 11, day) for day in range(18, 24)]
LEAVES: list[Term] = [
    *(Words(text, exact, field) for text in SEARCHED for exact in (False, True) for field in (None, *TextField)),
    *(
        Named(kind, text, exact)
        for kind in NameKind
        for text in ("sea", "s", "flux-dev", "gp", "api", "x")
        for exact in (False, True)
    ),
    *(
        Measured(quantity, comparison, Decimal(value))
        for quantity in Quantity
        for comparison in Comparison
        for value in ("0", "0.05", "3", "1024", "999999999999")
    ),
    *(Sized(1024, 1024), Sized(1024, 1), Shaped(Decimal(16), Decimal(9)), Shaped(Decimal(1), Decimal(1))),
    *(Dated(relation, day, day + timedelta(days=1)) for relation in Relation for day in DAYS),
    *Trait,
]
TERMS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=4).map(lambda each: All(tuple(each))),
        st.lists(inner, min_size=2, max_size=3).map(lambda each: Either(tuple(each))),
    ),
    max_leaves=8,
)
# SQLite's tokenizer knows the letters of Unicode 6.
UNICODE = st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs", "Cn", "Co"))
SHELF = Shelf(albums=tuple(Album(id=each, name=name) for each, name in ALBUMS.items()))
PLACES = {
    Place.ALL: lambda each: not each.trashed,
    Place.TRASH: lambda each: each.trashed,
    Place.FAVOURITES: lambda each: each.favourite and not each.trashed,
    Place.REJECTED: lambda each: each.rejected and not each.trashed,
}


def lives(seed: int, count: int) -> list[ImageState]:
    """Images of all kinds, newest first, always the same for a seed."""
    some = random.Random(seed)  # noqa: S311 (no secret)

    def text() -> str:
        return " ".join(some.choices(WORDS, k=some.randrange(4)))

    return [
        state(
            number,
            text(),
            record={
                "enhanced_prompt": some.choice([None, text()]),
                "revised_prompt": some.choice([None, text()]),
                "origin": some.choice(list(Origin)),
                "cost": some.choice([None, Decimal(0), Decimal("0.05"), Decimal("3.1")]),
                "seed": some.choice([None, 0, 7]),
                "original_name": some.choice(["", "lighthouse"]),
                "content_credential": some.random() < 0.3,
                "asked": Asked(
                    endpoint=some.choice([OPENAI, "Home"]), model=some.choice(["gpt-image-2", "flux-dev"]), size="auto"
                ),
                "got": Got(
                    format=some.choice(list(ImageFormat)),
                    width=some.choice([1024, 1792]),
                    height=some.choice([1024, 1536]),
                    size_bytes=some.choice([3, 1000, 1024]),
                    frames=some.choice([1, 1, 12]),
                ),
            },
            title=some.choice(["", text()]),
            note=some.choice(["", text()]),
            rating=some.randrange(6),
            favourite=some.random() < 0.4,
            rejected=some.random() < 0.3,
            trashed=some.random() < 0.2,
            tags=frozenset(some.sample(["sea", "Night City", "猫"], some.randrange(3))),
            albums=frozenset(some.sample(list(ALBUMS), some.randrange(3))),
        )
        for number in range(count)
    ]


POOL = lives(7, 100)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Holds all of POOL. Some of them had another life before: what is written over must leave no trace."""
    made = Index(tmp_path_factory.mktemp("pool") / "index.sqlite", lambda: NOW)
    made.set_shelf(SHELF)
    made.put(lives(8, 60))
    made.put(POOL)
    made.hold(each.id for each in POOL if is_held(each.id))
    return made


def expect(pool: Index, place: Place, term: Term) -> list[str]:
    """That the index finds what a plain reading finds; which is given back."""
    expected = [each.id for each in POOL if PLACES[place](each) and meets(each, term, ALBUMS)]
    view, query = View(place=place), Query(term)
    assert [each.id for each in pool.newest(view, 100, query)] == expected
    assert [pool.moment_of(each) for each in expected] == list(pool.listing(view, query).moments)
    assert sorted(each.id for each in pool.ranked(view, 100, query)) == expected
    assert pool.count(view, query) == len(expected)
    return expected


@pytest.fixture
def index(tmp_path: Path) -> Index:
    made = Index(tmp_path / "index.sqlite", lambda: NOW)
    made.set_shelf(SHELF)
    return made


@pytest.mark.parametrize("place", PLACES)
def test_each_filter_finds_what_a_plain_reading_finds(pool: Index, place: Place) -> None:
    for term in LEAVES:
        expect(pool, place, term)


@pytest.mark.parametrize("trait", Trait)
def test_the_images_of_these_tests_tell_each_trait_from_its_contrary(pool: Index, trait: Trait) -> None:
    found = expect(pool, Place.ALL, trait)
    others = expect(pool, Place.ALL, Not(trait))
    assert found
    assert others
    assert len(found) + len(others) == pool.count(View())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(TERMS, st.sampled_from(list(PLACES)))
def test_what_is_found_is_what_a_plain_reading_finds(pool: Index, term: Term, place: Place) -> None:
    expect(pool, place, term)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=40))
def test_no_search_fails(index: Index, text: str) -> None:
    index.put([state(1, "a lighthouse")])
    everything = index.count(View())
    assert len(index.newest(View(words=text), 9)) <= everything
    assert index.count(View(words=f"lighthouse OR {text}")) >= 0


@pytest.mark.parametrize(
    "piece",
    ["cat ", "cat OR ", "-cat ", "fav OR cat ", "(cat dog) OR ", "tag:a ", "-(cat (", '"a b" ', "on:2026 OR "],
)
def test_no_search_is_too_long(index: Index, piece: str) -> None:
    index.put([state(1, "a cat")])
    assert index.count(View(words=piece * 1_000)) in {0, 1}


def test_each_of_several_words_that_must_not_be_there_keeps_images_out(index: Index) -> None:
    index.put([state(1, "cat sea"), state(2, "cat light"), state(3, "cat fox")])
    assert ids(index, "cat -sea -light") == ids(index, "-sea -light") == ["image00003"]


def test_a_long_prompt_that_is_pasted_finds_its_image(index: Index) -> None:
    prompt = " ".join(f"word{number}, with more" for number in range(60))
    index.put([state(1, prompt), state(2, prompt.replace("word59", "other"))])
    assert ids(index, prompt) == ["image00001"]


def test_a_place_an_album_a_tag_and_a_month_narrow_together(index: Index) -> None:
    old = {"created": NOW - timedelta(days=30)}
    index.put(
        [
            state(1, albums=frozenset({"a1"}), tags=frozenset({"sea"}), favourite=True),
            state(2, albums=frozenset({"a1"}), tags=frozenset({"sea"})),
            state(3, albums=frozenset({"a1"}), favourite=True),
            state(4, record=old, albums=frozenset({"a1"}), tags=frozenset({"sea"}), favourite=True),
        ]
    )
    view = View(place=Place.FAVOURITES, album="a1", tag="sea", month="2026-11")
    assert [each.id for each in index.newest(view, 9)] == ["image00001"]
    assert [each.id for each in index.newest(replace(view, words="cat"), 9)] == ["image00001"]
    assert index.count(replace(view, month="2026-10")) == 1
    assert index.count(replace(view, album="gone")) == 0
    assert index.count(replace(view, tag="gone")) == 0


def test_recent_images_are_those_of_the_last_seven_days(index: Index) -> None:
    index.put([state(167), state(169), state(1, trashed=True)])
    assert [each.id for each in index.newest(View(place=Place.RECENT), 9)] == ["image00167"]
    assert index.counts().places[Place.RECENT] == 1


def test_a_saved_search_is_an_album(index: Index) -> None:
    saved = Album(id="s", name="Best", query="fav sea")
    index.set_shelf(Shelf(albums=(saved,)))
    index.put([state(1, "the sea", favourite=True), state(2, "the sea"), state(3, "a cat", favourite=True)])
    assert [each.id for each in index.newest(View(album="s"), 9)] == ["image00001"]
    assert ids(index, "album:best") == ["image00001"]
    assert ids(index, "-album:best") == ["image00002", "image00003"]
    assert len(index.listing(View(album="s", words="the"))) == 1


def test_saved_searches_that_lead_to_each_other_end(index: Index) -> None:
    index.set_shelf(
        Shelf(
            albums=(
                Album(id="s", name="One", query="album:two OR cat"),
                Album(id="t", name="Two", query="album:one OR dog"),
            )
        )
    )
    index.put([state(1, "a cat"), state(2, "a dog"), state(3, "a fox")])
    assert ids(index, "album:one") == ["image00001", "image00002"]
    assert [each.id for each in index.newest(View(album="t"), 9)] == ["image00001", "image00002"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("openai", 2),
        ("gpt", 2),
        ("image", 2),
        ("gpt-image", 2),
        ('"image 2"', 2),
        ("flux", 0),
        ("https", 0),
        ("com", 0),
        ("v1", 0),
    ],
)
def test_models_and_endpoints_are_found_by_the_words_of_their_names(index: Index, words: str, found: int) -> None:
    index.put([state(1), state(2), state(3, record={"asked": None})])
    assert index.count(View(words=words)) == found


def test_the_name_that_a_person_gave_an_endpoint_is_what_is_searched(index: Index) -> None:
    asked = replace(RECORD.asked, endpoint_name="Studio server")
    index.put([state(1, record={"asked": asked}), state(2)])
    assert ids(index, "studio") == ids(index, 'endpoint:"studio server"') == ["image00001"]


def test_an_imported_image_is_found_by_its_files_name_and_the_program_that_made_it(index: Index) -> None:
    told = {"asked": None, "origin": Origin.IMPORTED, "original_name": "holiday_07.png", "foreign": "ComfyUI"}
    index.put([state(1, "", record=told), state(2)])
    for words in ("holiday", "comfy", "endpoint:comfyui", "is:imported"):
        assert ids(index, words) == ["image00001"]
    assert ids(index, "png") == []


def test_words_without_spaces_between_them_are_found_one_by_one(index: Index) -> None:
    index.put([state(1, "夜の猫の絵"), state(2, "犬")])
    assert ids(index, "猫") == ids(index, "猫の絵") == ["image00001"]
    assert ids(index, "絵猫") == []


def test_the_best_hit_comes_first_by_relevance(index: Index) -> None:
    filler = " ".join(f"word{number}" for number in range(40))
    index.put([state(1, f"{filler} sea"), state(2, "other", title="Sea"), state(3, filler)])
    assert [each.id for each in index.ranked(View(words="sea"), 9)] == ["image00002", "image00001"]
    assert [each.id for each in index.ranked(View(), 2)] == ["image00001", "image00002"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.one_of(st.sampled_from("abcILÉßøñ8 -_'\u0301\u0130猫"), UNICODE), max_size=30))
def test_asking_for_each_word_that_begins_so_misses_none_that_asking_for_the_beginning_finds(
    index: Index, text: str
) -> None:
    said = text.encode("utf-8", "replace").decode()
    index.put([state(1, said)])
    beginnings = {word[:end] for word in re.findall("[a-z0-9]{4,}", folded(said)) for end in range(4, len(word) + 1)}
    for beginning in beginnings:
        query = Query(Words(beginning))
        with index._searching(View(), query, None, expanding=False) as (connection, plan):
            (expected,) = connection.execute(*plan.select("count(*)", "")).fetchone()
        # It may find more: the index folds a sharp s as two.
        assert index.count(View(), query) >= expected


def test_a_beginning_of_more_words_than_are_asked_for_finds_them_all(index: Index) -> None:
    index.put(state(number, f"word{number}") for number in range(60))
    assert index.count(View(words="word")) == 60
    assert index.count(View(words="word1")) == 11


@pytest.mark.parametrize("search", [Index.ranked, Index.newest])
def test_a_search_that_is_cancelled_ends_with_nothing(index: Index, search: Callable[..., object]) -> None:
    index.put(state(number) for number in range(3_000))
    cancel = CancelToken()
    assert len(search(index, View(words="cat -dog"), 3_000, None, cancel)) == 3_000
    cancel.cancel()
    assert search(index, View(words="cat -dog"), 3_000, None, cancel) == ()
    assert index.count(View(), cancel=CancelToken()) == 3_000


def test_today_is_the_day_of_the_index_clock(index: Index) -> None:
    index.put([state(1), state(30)])
    assert ids(index, "on:today") == ["image00001"]
    assert parse("on:today", NOW.astimezone().date()) == parse("on:2026-11-22", NOW.date())


def ids(index: Index, words: str) -> list[str]:
    return [each.id for each in index.newest(View(words=words), 99)]
