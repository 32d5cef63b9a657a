"""The places of a library that the sidebar offers and the storage can list."""

from __future__ import annotations

from enum import StrEnum, auto


class Place(StrEnum):
    """ALL and FAVOURITES leave out what is in the TRASH."""

    ALL = auto()
    FAVOURITES = auto()
    TRASH = auto()
