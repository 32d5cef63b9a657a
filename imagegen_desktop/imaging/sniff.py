"""Tells a picture's format and size from its own first bytes, whatever its name or sender say."""

from __future__ import annotations

import re
import struct
from typing import Final

from imagegen_desktop.core.records import ImageFormat

_PNG: Final = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers of JPEG (ITU-T T.81, table B.1), without DHT (C4), JPG (C8) and DAC (CC), which lie between them.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM, RST0 to RST7, SOI, EOI.
_BARE: Final = frozenset({0x01, *range(0xD0, 0xDA)})

# What may stand before an XML document's first element, and how it ends.
_PROLOGUE: Final = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<!DOCTYPE", b">"))
_SPACE: Final = re.compile(rb"[\s>]*")
_ROOT: Final = re.compile(rb"<(?:[\w.-]{1,40}:)?svg[\s/>]")


def sniff(data: bytes) -> ImageFormat | None:
    """The format by its first bytes; None for everything that is not PNG, JPEG, WebP, GIF or SVG."""
    if data.startswith(_PNG):
        return ImageFormat.PNG
    if data.startswith(b"\xff\xd8\xff"):
        return ImageFormat.JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ImageFormat.WEBP
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return ImageFormat.GIF
    return ImageFormat.SVG if _is_svg(data) else None


def _is_svg(data: bytes) -> bool:
    """Whether XML's first element is called svg, in whatever name space. Not UTF-16: such a file is no picture here."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while True:
        at = _after_space(data, at)
        for opening, closing in _PROLOGUE:
            if data.startswith(opening, at):
                end = data.find(closing, at + len(opening))
                if opening == b"<!DOCTYPE" and 0 <= data.find(b"[", at) < end:
                    end = data.find(b"]", at)
                if end < 0:
                    return False
                at = end + len(closing)
                break
        else:
            return _ROOT.match(data, at) is not None


def _after_space(data: bytes, at: int) -> int:
    found = _SPACE.match(data, at)
    return found.end() if found else at


def dimensions(data: bytes) -> tuple[int, int] | None:
    """(width, height) in pixels as the header says, before anything is decoded; None if it does not say.

    A JPEG's turn by its Exif orientation is not applied. An SVG has no header: see svg_check.
    """
    try:
        pair = _dimensions(data)
    except (struct.error, IndexError):
        # The header is cut off.
        return None
    return pair if pair is not None and all(pair) else None


def _dimensions(data: bytes) -> tuple[int, int] | None:
    match sniff(data):
        case ImageFormat.PNG:
            return _pair(struct.unpack_from(">II", data, 16)) if data[12:16] == b"IHDR" else None
        case ImageFormat.GIF:
            return _pair(struct.unpack_from("<HH", data, 6))
        case ImageFormat.JPEG:
            return _jpeg(data)
        case ImageFormat.WEBP:
            return _webp(data)
        case ImageFormat.SVG | None:
            return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at < len(data):
        if data[at] != 0xFF:  # noqa: PLR2004 (every marker begins with it)
            return None
        marker = data[at + 1]
        if marker == 0xFF or marker in _BARE:  # noqa: PLR2004 (a fill byte)
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004 (the same)
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        (length,) = struct.unpack_from(">H", data, at + 2)
        at += 2 + length
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    """The three kinds of first chunk (RFC 9649): lossy, lossless, extended."""
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return (width & 0x3FFF, height & 0x3FFF) if data[23:26] == b"\x9d\x01\x2a" else None
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = data[24:27], data[27:30]
            if len(height) < 3:  # noqa: PLR2004 (24 bits each)
                return None
            return int.from_bytes(width, "little") + 1, int.from_bytes(height, "little") + 1
        case _:
            return None


def _pair(numbers: tuple[int, ...]) -> tuple[int, int]:
    width, height = numbers
    return width, height
