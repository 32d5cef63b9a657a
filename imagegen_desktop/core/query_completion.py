"""What a half-typed search can be completed to, and the examples that its help shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.query_terms import NameKind, Trait, fits, folded

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST: Final = 12

# (what is typed, what it finds): in the order in which a person meets them.
HELP: Final = (
    ("cat sofa", "both words, each also as the beginning of a longer one"),
    ('"velvet sofa"', "exactly these words in a row"),
    ("-dog", "not this"),
    ("cat OR dog", "one of the two"),
    ("fav", "favourites; rejected, untagged likewise"),
    ("rating>=4", "four stars or five"),
    ("tag:city", "a tag of that name; album:, model: and endpoint: likewise"),
    ("size>2000", "a longest edge of more than 2000 pixels; size:1024x1024 exactly"),
    ("ratio:16:9", "that shape; also ratio:square, ratio:portrait, ratio:landscape"),
    ("after:2026-10", "made later than October 2026; before:, on: and since: likewise, with a year, month or day"),
    ("on:today", "made today; also yesterday"),
    ("cost>0.10", "dearer than ten cents"),
    ("format:png", "that kind of file"),
    ("is:unsynced", "not in the bucket yet"),
    ("is:sample", "drawn by the sample engine; also is:generated, is:imported, is:preview, is:animated"),
    (
        "has:note",
        "with a note; also has:title, has:tag, has:album, has:rating, has:enhanced, has:cost, has:seed, has:credential",
    ),
    ("title:harbour", "in the title alone; note: and prompt: likewise"),
    ('"fav"', "the word itself: in quotes nothing is a filter"),
)

_VALUES: Final = {
    "rating>=": ("1", "2", "3", "4", "5"),
    "before:": ("today", "yesterday"),
    "on:": ("today", "yesterday"),
    "after:": ("today", "yesterday"),
    "since:": ("today", "yesterday"),
    "ratio:": ("1:1", "3:2", "2:3", "4:3", "16:9"),
    "size:": ("1024x1024", "1536x1024", "1024x1536"),
}
_OPENINGS: Final = (
    *("rating>=", "tag:", "album:", "model:", "endpoint:", "size:", "size>", "ratio:", "before:", "on:", "after:"),
    *("since:", "cost>", "format:", "is:", "has:", "title:", "note:", "prompt:", "bytes>", "width>", "height>"),
)
# The piece that ends at the cursor: a minus, a name with its sign, and what was typed of the value.
_PIECE: Final = re.compile(
    r"""(?P<minus>-?)(?P<opening>[A-Za-z]+(?::|>=|<=|[=<>]))?(?P<typed>"[^"]*|[^\s()"]*)$""", re.VERBOSE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The names of a library that a search can be completed with, the likeliest first."""

    tags: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()

    def names(self, kind: NameKind) -> tuple[str, ...]:
        return {
            NameKind.TAG: self.tags,
            NameKind.MODEL: self.models,
            NameKind.ALBUM: self.albums,
            NameKind.ENDPOINT: self.endpoints,
        }[kind]


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` may stand in place of the characters from `start` up to `end`. `shown` is what a list shows of it.

    One that is `finished` can be followed by a space; another one waits for its value.
    """

    start: int
    end: int
    text: str
    shown: str
    finished: bool


def completions(text: str, cursor: int, vocabulary: Vocabulary) -> tuple[Completion, ...]:
    """What the piece before the cursor can become, the likeliest first, at most `MOST`. Nothing for an empty piece."""
    found = _PIECE.search(text, 0, cursor)
    if found is None or not found[0].strip("-"):
        return ()
    opening, typed = (found["opening"] or "").lower(), found["typed"]
    if opening:
        start = found.start("opening")
        offers = [
            Completion(start, cursor, opening + written, shown, finished=True)
            for written, shown in _values(opening, typed.strip('"'), vocabulary)
            if opening + written != text[start:cursor]
        ]
    else:
        start = found.start("typed")
        # Tags are what most people look for, without saying that they are tags.
        tags = [
            Completion(start, cursor, f"tag:{_written(name)}", name, finished=True)
            for name in vocabulary.tags
            if fits(name, typed.strip('"'), exact=False)
        ]
        offers = [
            Completion(start, cursor, word, word, finished=word[-1] not in ":=>")
            for word in _words()
            if folded(word).startswith(folded(typed)) and word != typed
        ] + tags
    return tuple(offers[:MOST])


def _words() -> Iterator[str]:
    """What can open a piece."""
    yield from (trait.value for trait in (Trait.FAVOURITE, Trait.REJECTED, Trait.UNTAGGED))
    yield from _OPENINGS


def _values(opening: str, typed: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """(what is written after the opening, what is shown) of each value that begins so."""
    kind = opening[:-1]
    if kind in set(NameKind):
        for name in vocabulary.names(NameKind(kind)):
            if fits(name, typed, exact=False):
                yield _written(name), name
        return
    traits = (trait.value.removeprefix(opening) for trait in Trait if trait.value.startswith(opening))
    for value in (*traits, *_VALUES.get(opening, ())):
        if value.startswith(typed.lower()):
            yield value, value


def _written(name: str) -> str:
    """Quoted, so that it means this name alone. A name with a quotation mark in it is written up to there."""
    plain = re.split('["“”„]', name)[0]
    return f'"{plain}"' if plain == name else plain.split(" ")[0]
