"""Reads the few Exif fields that hold words or a date, from a TIFF block of unknown honesty."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_ENTRIES: Final = 512
_EXIF_FOLDER: Final = 0x8769
# Exif 3.0 (CIPA DC-008), tables 4 and 7.
_NAMES: Final = {
    0x010E: "ImageDescription",
    0x010F: "Make",
    0x0110: "Model",
    0x0131: "Software",
    0x013B: "Artist",
    0x9003: "DateTimeOriginal",
    0x9286: "UserComment",
}
_ORIENTATION: Final = 0x0112
_ASCII, _UNDEFINED, _BYTE, _SHORT, _LONG = 2, 7, 1, 3, 4


def exif_texts(block: bytes) -> dict[str, str]:
    """Field name to text. Empty for a block that can't be read."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return {}
    texts: dict[str, str] = {}
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        for tag, kind, data in _entries(block, order, first):
            if tag == _EXIF_FOLDER and kind == _LONG and len(data) == 4:  # noqa: PLR2004 (an offset)
                texts |= {
                    _NAMES[inner]: _text(inner_data, order)
                    for inner, inner_kind, inner_data in _entries(block, order, struct.unpack(order + "I", data)[0])
                    if inner in _NAMES and inner_kind in {_ASCII, _UNDEFINED, _BYTE}
                }
            elif tag in _NAMES and kind in {_ASCII, _UNDEFINED, _BYTE}:
                texts.setdefault(_NAMES[tag], _text(data, order))
    except struct.error:
        # The block ends before its directory does; what came before stands.
        return texts
    return texts


def is_on_its_side(block: bytes) -> bool:
    """Whether the picture is shown turned by a quarter, so that its width is its height (orientations 5 to 8)."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        return False
    try:
        (first,) = struct.unpack_from(order + "I", block, 4)
        return any(
            tag == _ORIENTATION and kind == _SHORT and struct.unpack_from(order + "H", data)[0] in {5, 6, 7, 8}
            for tag, kind, data in _entries(block, order, first)
        )
    except struct.error:
        # The block ends before its directory does.
        return False


def _entries(block: bytes, order: str, place: int) -> Iterator[tuple[int, int, bytes]]:
    (count,) = struct.unpack_from(order + "H", block, place)
    for number in range(min(count, MOST_ENTRIES)):
        tag, kind, size = struct.unpack_from(order + "HHI", block, place + 2 + 12 * number)
        size *= {_SHORT: 2, _LONG: 4}.get(kind, 1)
        at = place + 10 + 12 * number
        if size > 4:  # noqa: PLR2004 (what is longer than four bytes lies elsewhere)
            (at,) = struct.unpack_from(order + "I", block, at)
        yield tag, kind, block[at : at + size]


def _text(data: bytes, order: str) -> str:
    """UserComment begins with eight bytes that name its letters; programs disagree on the byte order of "UNICODE"."""
    if data.startswith(b"UNICODE\0"):
        data = data[8:]
        if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return data.decode("utf-16", "replace").rstrip("\0")
        # Most words hold a Latin letter or a space near the front: its zero byte tells the order.
        big, little = data[:200:2].count(0), data[1:200:2].count(0)
        if big == little:
            return data.decode("utf-16-le" if order == "<" else "utf-16-be", "replace").rstrip("\0")
        return data.decode("utf-16-be" if big > little else "utf-16-le", "replace").rstrip("\0")
    for mark in (b"ASCII\0\0\0", b"JIS\0\0\0\0\0", b"\0\0\0\0\0\0\0\0"):
        data = data.removeprefix(mark)
    try:
        return data.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return data.rstrip(b"\0").decode("latin-1")
