"""What looking after a library tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.storage.mending import TornRecord


@dataclass(frozen=True, slots=True)
class UpkeepProgress:
    """`done` of `of` images were looked at; `read` bytes were read."""

    done: int
    of: int
    read: int = 0


@dataclass(frozen=True, slots=True)
class Missing:
    """The image's file is not where it should be, and nowhere else in the folder."""

    state: ImageState


@dataclass(frozen=True, slots=True)
class Altered:
    """The file at `path` holds other bytes than those that came, or can't be read; `reason` is a sentence. It was left alone."""

    state: ImageState
    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class FoundAgain:
    """The image's file was moved or renamed by hand; it was found at `path` by its hash, and the library knows that now."""

    state: ImageState
    path: Path


@dataclass(frozen=True, slots=True)
class Unknown:
    """Pictures in the folder that are not in the library. They were left as they are."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of the library in which somebody may move files by hand."""

    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Hashed:
    """Files that had been taken in without a hash have one now."""

    count: int


@dataclass(frozen=True, slots=True)
class Verified:
    """The end: `sound` images are as they came, the others were told. `torn` records can't be read and were not mended.

    The originals of `elsewhere` images lie in the bucket alone: those were not read.
    """

    sound: int
    missing: int = 0
    altered: int = 0
    found_again: int = 0
    unknown: int = 0
    torn: int = 0
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The index was made again from the folder: so many images are in it, the trash included."""

    images: int


UpkeepStep = UpkeepProgress | Missing | Altered | FoundAgain | Unknown | Hashed | TornRecord | Verified | Rebuilt
