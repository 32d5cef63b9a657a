"""The search language: what is typed is understood, prints as it could be typed, and never fails."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.query import MOST_TERMS, parse
from imagegen_desktop.core.query_completion import HELP, Vocabulary, completions
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
    Term,
    TextField,
    Trait,
    Words,
    fits,
)

TODAY = date(2026, 11, 22)
CAT, DOG, FOX = Words("cat"), Words("dog"), Words("fox")
NAMES = Vocabulary(
    tags=("night city", "cat", "Nightfall"),
    models=("gpt-image-2", "flux-dev"),
    albums=("Series A",),
    endpoints=("Home",),
)
# What a person types, in pieces, among any other text.
PIECES = st.sampled_from(
    [
        *(example for example, _meaning in HELP),
        *(
            "(",
            ")",
            "-",
            "OR",
            "AND",
            "NOT",
            "|",
            '"',
            "“",
            "rating>=",
            "tag:",
            'tag:"',
            "ratio:16:9",
            "size>=9e9",
            "cost>",
        ),
        *(
            "bytes>5MB",
            "is:sample",
            "has:nothing",
            "on:2026-02-30",
            "after:9999",
            "😀",
            "猫",
            "don't",
            "a:b",
            "\x00",
            "\ud800",
        ),
    ]
)
TYPED = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).flatmap(
    lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])
)


def term(text: str) -> Term | None:
    return parse(text, TODAY).term


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", None),
        ("cat", CAT),
        ("cat dog", All((CAT, DOG))),
        ("cat AND dog", All((CAT, DOG))),
        ('"a cat"', Words("a cat", exact=True)),
        ("“a cat”", Words("a cat", exact=True)),
        ('"a cat', Words("a cat", exact=True)),
        ("-cat", Not(CAT)),
        ("NOT cat", Not(CAT)),
        ("--cat", CAT),
        ("half-timbered", Words("half-timbered")),
        ("cat OR dog", Either((CAT, DOG))),
        ("cat | dog", Either((CAT, DOG))),
        ("cat OR dog fox", All((Either((CAT, DOG)), FOX))),
        ("fox cat OR dog", All((FOX, Either((CAT, DOG))))),
        ("(cat fox) OR dog", Either((All((CAT, FOX)), DOG))),
        ("-(cat dog)", Not(All((CAT, DOG)))),
        ("OR cat OR", CAT),
        ("((cat", CAT),
        ("cat) dog", All((CAT, DOG))),
        ("fav", Trait.FAVOURITE),
        ("Favourite", Trait.FAVOURITE),
        ('"fav"', Words("fav", exact=True)),
        ("rejected", Trait.REJECTED),
        ("-untagged", Not(Trait.UNTAGGED)),
        ("rating>=4", Measured(Quantity.RATING, Comparison.AT_LEAST, Decimal(4))),
        ("rating:>=4", Measured(Quantity.RATING, Comparison.AT_LEAST, Decimal(4))),
        ("rating≥4", Measured(Quantity.RATING, Comparison.AT_LEAST, Decimal(4))),
        ("rating:4", Measured(Quantity.RATING, Comparison.EQUAL, Decimal(4))),
        ("cost>$0.10", Measured(Quantity.COST, Comparison.MORE, Decimal("0.1"))),
        ("bytes<2.5MB", Measured(Quantity.BYTES, Comparison.LESS, Decimal(2_500_000))),
        ("size>2000px", Measured(Quantity.SIZE, Comparison.MORE, Decimal(2000))),
        ("size:1024x768", Sized(1024, 768)),
        ("size:1024×768", Sized(1024, 768)),
        ("ratio:16:9", Shaped(Decimal(16), Decimal(9))),
        ("ratio:1.5", Shaped(Decimal("1.5"), Decimal(1))),
        ("ratio:portrait", Trait.PORTRAIT),
        ("model:gpt", Named(NameKind.MODEL, "gpt")),
        ('tag:"night city"', Named(NameKind.TAG, "night city", exact=True)),
        ("ALBUM:a", Named(NameKind.ALBUM, "a")),
        ("endpoint:home", Named(NameKind.ENDPOINT, "home")),
        ("title:sea", Words("sea", field=TextField.TITLE)),
        ('note:"the sea"', Words("the sea", exact=True, field=TextField.NOTE)),
        ("before:2026", Dated(Relation.BEFORE, date(2026, 1, 1), date(2027, 1, 1))),
        ("on:2026-12", Dated(Relation.ON, date(2026, 12, 1), date(2027, 1, 1))),
        ("after:2026-2-28", Dated(Relation.AFTER, date(2026, 2, 28), date(2026, 3, 1))),
        ("on:today", Dated(Relation.ON, TODAY, date(2026, 11, 23))),
        ("on:yesterday", Dated(Relation.ON, date(2026, 11, 21), TODAY)),
        ("since:2026", Not(Dated(Relation.BEFORE, date(2026, 1, 1), date(2027, 1, 1)))),
        ("format:jpeg", Trait.JPEG),
        ("is:imported", Trait.IMPORTED),
        ("has:note", Trait.HAS_NOTE),
        ("-", None),
        ("...", None),
    ],
)
def test_what_is_typed_is_understood(text: str, meaning: Term | None) -> None:
    query = parse(text, TODAY)
    assert query.term == meaning
    assert query.misunderstood == ()


@pytest.mark.parametrize(
    ("text", "meaning", "marked"),
    [
        ("rating>=many", Words("rating>=many"), ["rating>=many"]),
        ("cat colour:red", All((CAT, Words("colour:red"))), ["colour:red"]),
        ("on:2026-02-30", Words("on:2026-02-30"), ["on:2026-02-30"]),
        ("on:1066", Words("on:1066"), ["on:1066"]),
        ("ratio:0:0", Words("ratio:0:0"), ["ratio:0:0"]),
        ("size>10x10", Words("size>10x10"), ["size>10x10"]),
        ("tag>5", Words("tag>5"), ["tag>5"]),
        ('rating:"very good"', Words("very good", exact=True), ['rating:"very good"']),
        # A filter that is still being typed narrows nothing.
        ("cat tag:", CAT, ["tag:"]),
        ("cat rating>=", CAT, ["rating>="]),
        # No index of words holds a sign.
        ("😀 cat", CAT, ["😀"]),
    ],
)
def test_what_is_not_understood_is_searched_as_words_and_marked(
    text: str, meaning: Term | None, marked: list[str]
) -> None:
    query = parse(text, TODAY)
    assert query.term == meaning
    assert [piece.text for piece in query.misunderstood] == marked
    assert [text[piece.start : piece.end] for piece in query.misunderstood] == marked


@given(TYPED)
def test_any_text_is_parsed_and_prints_as_it_could_be_typed(text: str) -> None:
    query = parse(text, TODAY)
    again = parse(str(query), TODAY)
    assert again == query
    assert all(text[piece.start : piece.end] for piece in query.misunderstood)


def test_a_text_without_end_is_cut_where_a_database_would_give_up() -> None:
    query = parse("cat " * (MOST_TERMS + 5), TODAY)
    assert isinstance(query.term, All)
    assert len(query.term.terms) == MOST_TERMS
    assert len(query.misunderstood) == 5
    deep = "(cat OR (dog " * 5_000
    assert parse(str(parse(deep, TODAY)), TODAY) == parse(deep, TODAY)


def test_every_example_of_the_help_is_understood() -> None:
    for example, meaning in HELP:
        query = parse(example, TODAY)
        assert query.term is not None
        assert not query.misunderstood, example
        for named in re.findall(r"\b(?:size|ratio|is|has):[\w:]*\w", meaning):
            assert not parse(named, TODAY).misunderstood, named


@pytest.mark.parametrize(
    ("name", "text", "exact", "expected"),
    [
        ("Night City", "night", False, True),
        ("Night City", "CIT", False, True),
        ("Night City", "ity", False, False),
        ("Night City", "night city", True, True),
        ("Night City", "night", True, False),
        ("Éclairs", "ecl", False, True),
        ("gpt-image-2", "image-2", False, True),
        ("c++", "c++", True, True),
    ],
)
def test_a_name_is_meant_by_the_beginning_of_one_of_its_words(
    name: str, text: str, *, exact: bool, expected: bool
) -> None:
    assert fits(name, text, exact=exact) is expected


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("ra", ["rating>=", "ratio:"]),
        ("cat fa", ["cat fav"]),
        ("-is:s", ["-is:sample"]),
        ("tag:ni", ['tag:"night city"', 'tag:"Nightfall"']),
        ('tag:"night c', ['tag:"night city"']),
        ("model:im", ['model:"gpt-image-2"']),
        ("nigh", ['tag:"night city"', 'tag:"Nightfall"']),
        ("ratio:p", ["ratio:portrait"]),
        ("format:", ["format:png", "format:jpg", "format:webp", "format:gif", "format:svg"]),
        ("album:zzz", []),
        ("", []),
        ("cat ", []),
        ("-", []),
    ],
)
def test_what_is_half_typed_can_be_completed(text: str, completed: list[str]) -> None:
    found = completions(text, len(text), NAMES)
    assert [text[: each.start] + each.text + text[each.end :] for each in found] == completed


@given(TYPED, st.integers(min_value=0, max_value=40))
def test_every_completion_of_any_text_is_understood(text: str, cursor: int) -> None:
    for offer in completions(text, min(cursor, len(text)), NAMES):
        assert 0 <= offer.start <= offer.end <= len(text)
        if offer.finished:
            query = parse(offer.text, TODAY)
            assert query.term is not None
            assert not query.misunderstood
