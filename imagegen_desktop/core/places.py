"""The places of a library that a person can look at."""

from __future__ import annotations

from enum import StrEnum, auto


class Place(StrEnum):
    ALL = auto()
    FAVOURITES = auto()
    TRASH = auto()
