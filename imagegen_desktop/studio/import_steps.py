"""What an import tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path

from imagegen_desktop.core.changes import ImageState


class Way(StrEnum):
    """COPY leaves the files where they are, MOVE takes them away once their copies are safe, IN_PLACE takes none."""

    COPY = auto()
    MOVE = auto()
    IN_PLACE = auto()


@dataclass(frozen=True, slots=True)
class Found:
    """So many files are looked at."""

    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Of `of` files `done` were looked at; of these, `skipped` were in the library already and `failed` were refused."""

    done: int
    of: int
    skipped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """These are in the library now and can be found."""

    states: tuple[ImageState, ...]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The file at `path` holds the very bytes of the image `of`, or is that image. It was left as it is."""

    path: Path
    of: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The file was not taken in; `reason` is a sentence. A file that was MOVEd but could not be removed is told so too."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class HashesFollowed:
    """Of `of` files that were taken in where they lay, `done` are hashed by now."""

    done: int
    of: int


ImportStep = Found | Progress | Imported | Duplicate | Refused | HashesFollowed
