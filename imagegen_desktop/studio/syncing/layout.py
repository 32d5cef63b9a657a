"""Where things lie below a library's prefix. Nothing at these keys is ever overwritten.

    v1/library/<library>                  whose library this is; exactly one
    v1/devices/<device>                   each computer's name
    v1/originals/<2 letters>/<image>.<ending>
    v1/journal/<device>/<number>          records and changes in the order in which this computer wrote them
    v1/snapshots/<device>/<upto>-<part>-<parts>   the same up to a number, without what was changed again
    v1/thumbnails/<device>/<number>       small pictures, many in one object
    v1/shared/<random>/<name>             copies for others

Numbers count from 1 in eight digits, so that the order of keys is the order of time. The form is described in docs/sync.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.ids import ALPHABET, ID_LENGTH
from imagegen_desktop.sync.remote import PUBLISHED

if TYPE_CHECKING:
    from imagegen_desktop.core.records import ImageRecord

LIBRARIES: Final = "v1/library/"
DEVICES: Final = "v1/devices/"
ORIGINALS: Final = "v1/originals/"
JOURNALS: Final = "v1/journal/"
SNAPSHOTS: Final = "v1/snapshots/"
THUMBNAILS: Final = "v1/thumbnails/"
SHARED: Final = PUBLISHED
TOPS: Final = (LIBRARIES, DEVICES, ORIGINALS, JOURNALS, SNAPSHOTS, THUMBNAILS, SHARED)

_ID: Final = re.compile(rf"[{ALPHABET}]{{{ID_LENGTH}}}", re.ASCII)
_NUMBER: Final = re.compile(r"\d{8}", re.ASCII)
_SNAPSHOT: Final = re.compile(r"(\d{8})-(\d{4})-(\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SnapshotPart:
    """Part `part` (from 1) of `parts` of what a device wrote up to journal number `upto`."""

    upto: int
    part: int
    parts: int


def is_id(text: str) -> bool:
    """Whether it has the form of an image's, a device's or a library's id."""
    return _ID.fullmatch(text) is not None


def library_key(library_id: str) -> str:
    return LIBRARIES + library_id


def device_key(device: str) -> str:
    return DEVICES + device


def original_key(record: ImageRecord) -> str:
    return f"{ORIGINALS}{record.id[:2]}/{record.id}.{record.got.format.value}"


def journal_key(device: str, number: int) -> str:
    return f"{JOURNALS}{device}/{number:08d}"


def thumbnails_key(device: str, number: int) -> str:
    return f"{THUMBNAILS}{device}/{number:08d}"


def snapshot_key(device: str, snapshot: SnapshotPart) -> str:
    return f"{SNAPSHOTS}{device}/{snapshot.upto:08d}-{snapshot.part:04d}-{snapshot.parts:04d}"


def shared_key(token: str, name: str) -> str:
    return f"{SHARED}{token}/{name}"


def number_of(key: str) -> int | None:
    """The number at the end of a journal's or a pack's key; None for a key that is not ours."""
    name = key.rpartition("/")[2]
    return int(name) if _NUMBER.fullmatch(name) else None


def snapshot_of(key: str) -> SnapshotPart | None:
    told = _SNAPSHOT.fullmatch(key.rpartition("/")[2])
    return SnapshotPart(int(told[1]), int(told[2]), int(told[3])) if told else None


def image_of(key: str) -> str | None:
    """The image whose original lies at this key; None for a key that is not ours."""
    folder, _, name = key.removeprefix(ORIGINALS).partition("/")
    image_id, _, ending = name.partition(".")
    ours = key.startswith(ORIGINALS) and is_id(image_id) and folder == image_id[:2] and ending.isalnum()
    return image_id if ours else None
