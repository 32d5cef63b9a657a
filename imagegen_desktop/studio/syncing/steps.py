"""What a bucket's use cases tell while they run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import Path

from imagegen_desktop.core.changes import ImageState


class Phase(StrEnum):
    """What is under way."""

    ASKING = auto()
    RECEIVING = auto()
    SENDING = auto()
    FETCHING = auto()
    VERIFYING = auto()
    FREEING = auto()


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """`done` of `of` objects of this phase, and their bytes so far; `of` 0 where it is not known."""

    phase: Phase
    done: int = 0
    of: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """These images are in the bucket now, original and record."""

    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotSent:
    """One image could not be sent; it is tried again later. `reason` is a sentence."""

    image: str
    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """What other computers wrote: `records` new images, `changes` lines; `images` stand otherwise now than before.

    `refused` lines were odd and left out. `whole` means that so much came that everything should be looked at again.
    """

    records: int
    changes: int
    images: tuple[ImageState, ...] = ()
    refused: int = 0
    whole: bool = False


@dataclass(frozen=True, slots=True)
class ThumbnailsReceived:
    """Small pictures of these images are in the cache now."""

    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Damaged:
    """The object at `key` could not be read and was passed over; nothing here was changed by it."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class DeletesHeldBack:
    """Other computers want to put `count` of `of` images into the trash or delete them: too many to believe unasked.

    Nothing of it was done. Run again with `Deletes.ACCEPT` or `Deletes.REFUSE`. `devices` are those computers' names.
    """

    count: int
    of: int
    devices: tuple[str, ...]


class Deletes(StrEnum):
    """What to do with a mass of deletes that came from elsewhere. REFUSE takes them back, everywhere."""

    ASK = auto()
    ACCEPT = auto()
    REFUSE = auto()


@dataclass(frozen=True, slots=True)
class Synced:
    """The end of a round: `pending` images are not in the bucket yet, of which `failed` could not be sent just now."""

    pending: int
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """The original lies at `path` now, whole and as it came."""

    state: ImageState
    path: Path


@dataclass(frozen=True, slots=True)
class NotFetched:
    state: ImageState
    reason: str


@dataclass(frozen=True, slots=True)
class Freed:
    """The original was removed from this computer, after the one in the bucket was compared with it just now."""

    state: ImageState
    size_bytes: int


@dataclass(frozen=True, slots=True)
class NotFreed:
    """It was left where it is."""

    state: ImageState
    reason: str


class Finding(StrEnum):
    """What a comparison with the bucket found of one image or object."""

    NOT_THERE = auto()
    """It is here, but not in the bucket."""
    NOT_HERE = auto()
    """It is in the bucket, but not on this computer."""
    LOST = auto()
    """It is in neither place."""
    DIFFERS = auto()
    """The object in the bucket is not what the record says."""
    FOREIGN = auto()
    """An object under the prefix that no library of ours has."""
    DAMAGED = auto()
    """A segment of a journal that can't be read."""


@dataclass(frozen=True, slots=True)
class Found:
    """`what` is an image's path or an object's key. If `mended`, it is right again."""

    finding: Finding
    what: str
    image: str = ""
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """The end of a comparison: `sound` images are right in the bucket; `found` counts the others, mended ones too."""

    sound: int
    found: dict[Finding, int]
    mended: int = 0
    read_back: bool = False


SyncStep = SyncProgress | Sent | NotSent | Received | ThumbnailsReceived | Damaged | DeletesHeldBack | Synced
