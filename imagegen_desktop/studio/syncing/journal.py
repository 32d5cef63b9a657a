"""What travels of words: records and changes, line by line, in closed segments."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY
from imagegen_desktop.core.changes import FILE, Change
from imagegen_desktop.core.records import ImageRecord
from imagegen_desktop.core.remote import RemoteDamagedError
from imagegen_desktop.storage.codec import MalformedError, decode, encode
from imagegen_desktop.studio.syncing.layout import is_id
from imagegen_desktop.studio.syncing.paths import is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# A segment is closed at so many bytes of lines; a single line may be longer.
CLOSED_AT: Final = 1 << 20
# More than that is none of ours: a bomb, or another program's.
MOST_PACKED: Final = 16 << 20
MOST_BYTES: Final = 24 << 20
LONGEST_LINE: Final = 4 << 20

_GZIP: Final = 31
_CLOCK: Final = re.compile(r"\d{13}-[0-9a-f]{4}", re.ASCII)
# Computers' clocks may be wrong, but a time beyond this would leave no later one to anybody.
_LATEST: Final = "4102444800000"
LONGEST_VALUE: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the two."""

    record: ImageRecord | None = None
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """What a segment told. `refused` lines could not be read, or say what no library of ours would."""

    records: tuple[ImageRecord, ...]
    changes: tuple[Change, ...]
    refused: int = 0


def packed(lines: Iterable[bytes]) -> bytes:
    """Lines without their ends, compressed."""
    deflater = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    parts = [deflater.compress(line + b"\n") for line in lines]
    return b"".join(parts) + deflater.flush()


def record_line(record: ImageRecord) -> bytes:
    return b'{"record":' + encode(record) + b"}"


def change_line(change: Change) -> bytes:
    return b'{"change":' + encode(change) + b"}"


def opened(key: str, data: bytes) -> Segment:
    """Raises RemoteDamagedError for what is no segment; single lines that are odd are counted and left out."""
    records: list[ImageRecord] = []
    changes: list[Change] = []
    refused = 0
    for text in _lines(key, data):
        try:
            line = decode(text, Line) if len(text) <= LONGEST_LINE else Line()
        except MalformedError:
            line = Line()
        if line.record is not None and is_sound_record(line.record):
            records.append(line.record)
        elif line.change is not None and is_sound_change(line.change):
            changes.append(line.change)
        else:
            refused += 1
    return Segment(tuple(records), tuple(changes), refused)


def is_sound_record(record: ImageRecord) -> bool:
    """Whether it may come into a library: it names no file outside of it, and no size that can't be."""
    hashed = not record.sha256 or re.fullmatch(r"[0-9a-f]{64}", record.sha256) is not None
    return (
        is_id(record.id)
        and hashed
        and is_inside(record.file)
        and record.got.size_bytes >= 0
        and record.got.width >= 0
        and record.got.height >= 0
    )


def is_sound_change(change: Change) -> bool:
    about = change.image.startswith((ALBUM_ENTITY, TAG_ENTITY)) or is_id(change.image)
    timely = _CLOCK.fullmatch(change.clock) is not None and change.clock < _LATEST
    short = not isinstance(change.value, str) or len(change.value) <= LONGEST_VALUE
    inside = change.field != FILE or change.value in {"", None} or is_inside(str(change.value))
    return about and timely and short and inside and is_id(change.device) and bool(change.field)


def _lines(key: str, data: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_GZIP)
    try:
        text = inflater.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise RemoteDamagedError(f"{key}: {error}") from error
    if not inflater.eof:
        raise RemoteDamagedError(f"{key}: it is cut off, or larger than {MOST_BYTES} bytes")
    return (line for line in text.split(b"\n") if line)
