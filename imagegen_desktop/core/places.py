"""What a person can look at in a library: a place, narrowed by an album, a tag, a month and words."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Place(StrEnum):
    """ALL, FAVOURITES, RECENT (the last seven days) and REJECTED leave out what is in the TRASH."""

    ALL = auto()
    FAVOURITES = auto()
    RECENT = auto()
    REJECTED = auto()
    TRASH = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is looked at. Each part that is not empty narrows it.

    `album` is an album's id (a smart album's query holds instead of its members), `tag` a tag's name, `month` a local month such
    as "2026-11", `words` a search in the language of `core.query`.
    """

    place: Place = Place.ALL
    album: str = ""
    tag: str = ""
    month: str = ""
    words: str = ""


def _moments() -> array[int]:
    return array("q")


def _ratios() -> array[float]:
    return array("f")


@dataclass(frozen=True, slots=True)
class Listing:
    """All images of a view, newest first, in as few bytes as a grid of a hundred thousand needs.

    The three arrays are of equal length. `moments` are the index's row numbers: microseconds since 1970 UTC, made unique;
    `ratios` are width / height; `stacks` are equal for the images of one click, 0 for an image that stands alone.
    """

    view: View
    moments: array[int] = field(default_factory=_moments, repr=False)
    ratios: array[float] = field(default_factory=_ratios, repr=False)
    stacks: array[int] = field(default_factory=_moments, repr=False)

    def __len__(self) -> int:
        return len(self.moments)
