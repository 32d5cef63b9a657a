"""Walks the parts of a picture file before a decoder sees them, and tells what would take too much memory or time."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.sniff import dimensions

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PIXELS: Final = 64_000_000
# By what Pillow 13 was seen to take for a pixel: 4 bytes, with a progressive JPEG's coefficients 10, for a WebP 17.
MAX_PROGRESSIVE_PIXELS: Final = 26_000_000
MAX_WEBP_PIXELS: Final = 4096 * 4096
# Each part costs Pillow some microseconds in Python: real files have thousands, not a million.
MAX_PARTS: Final = 300_000
MAX_FRAMES: Final = 100_000
# Of a progressive JPEG libjpeg walks the whole picture for each scan; real ones have about ten.
MAX_SCANS: Final = 100
# Pillow 13 joins a GIF's comment piece by piece, in time that grows with its square.
MAX_GIF_WORDS: Final = 1_000_000

# A PNG's texts and its colour profile, which nothing here heeds.
_LEFT_OUT: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"iCCP"})
_SIGNATURE: Final = 8
# What follows FF within a JPEG's entropy-coded data without ending it: a stuffed zero and the restart markers.
_MARKER: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


class PartsError(ValueError):
    """The file is not given to a decoder; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What may be decoded: `data` is the file, without a PNG's texts and profile. `frames` as the parts tell, at least 1."""

    kind: ImageFormat
    data: bytes
    frames: int = 1


def parts_of(data: bytes, kind: ImageFormat) -> Parts:
    """Walk a picture that was sniffed as `kind`, any but SVG. Raises PartsError."""
    size = dimensions(data)
    if size is None:
        raise PartsError("Its size can't be read: the file is cut off or broken.")
    match kind:
        case ImageFormat.PNG:
            bound(size, MAX_PIXELS)
            return _png(data)
        case ImageFormat.JPEG:
            bound(size, MAX_PROGRESSIVE_PIXELS if _in_several_scans(data) else MAX_PIXELS)
            return Parts(kind, data)
        case ImageFormat.WEBP:
            bound(size, MAX_WEBP_PIXELS)
            return _webp(data)
        case ImageFormat.GIF:
            bound(size, MAX_PIXELS)
            return _gif(data)
        case ImageFormat.SVG:
            raise PartsError("It is an SVG, which is checked in another way.")
        case _:
            assert_never(kind)


def bound(size: tuple[int, int], most: int) -> None:
    if size[0] * size[1] > most:
        raise PartsError(f"{size[0]} x {size[1]} pixels are more than the {most:,} that can be opened.")


def _png(data: bytes) -> Parts:
    """Without its texts and profile: Pillow refuses the whole picture if one of them is large."""
    kept, frames, wanted = list[memoryview](), 1, 0
    for at, end in _chunks(data, _SIGNATURE, ">", 12):
        name = data[at + 4 : at + 8]
        if name == b"acTL" and end - at >= 20:  # noqa: PLR2004 (length, name, two numbers, checksum)
            frames = max(1, min(struct.unpack_from(">I", data, at + 8)[0], MAX_FRAMES))
        if name in _LEFT_OUT:
            kept.append(memoryview(data)[wanted:at])
            wanted = end
    kept.append(memoryview(data)[wanted:])
    # Views are joined in one copy: a picture's bytes are copied no oftener than they must be.
    return Parts(ImageFormat.PNG, b"".join(kept) if wanted else data, frames)


def _webp(data: bytes) -> Parts:
    """Animation frames are chunks named ANMF (RFC 9649)."""
    frames = sum(data[at : at + 4] == b"ANMF" for at, _ in _chunks(data, 12, "<", 8))
    if frames > MAX_FRAMES:
        raise PartsError(f"It has more than {MAX_FRAMES:,} frames.")
    return Parts(ImageFormat.WEBP, data, max(1, frames))


def _chunks(data: bytes, at: int, order: str, overhead: int) -> Iterator[tuple[int, int]]:
    """(start, end) of each PNG or RIFF chunk, the last perhaps cut off; a RIFF chunk starts at an even place."""
    png, count = order == ">", 0
    while at + 8 <= len(data):
        count += 1
        if count > MAX_PARTS:
            raise PartsError(f"It has more than {MAX_PARTS:,} parts.")
        (length,) = struct.unpack_from(f"{order}I", data, at if png else at + 4)
        end = at + overhead + length + (0 if png else length & 1)
        yield at, min(end, len(data))
        at = end


def _in_several_scans(data: bytes) -> bool:
    """Whether libjpeg keeps the coefficients of the whole picture. Walks markers, and hops over what lies between them."""
    at, scans, steps, components, partial = 2, 0, 0, 3, False
    while at + 4 <= len(data):
        steps += 1
        if steps > MAX_PARTS:
            raise PartsError(f"It has more than {MAX_PARTS:,} parts.")
        marker = data[at + 1]
        if data[at] != 0xFF or marker == 0xFF:  # noqa: PLR2004 (rubbish between segments, or a fill byte)
            at += 1
            continue
        if marker == 0xD9:  # noqa: PLR2004 (end of image)
            break
        if marker in {0x00, 0x01} or 0xD0 <= marker <= 0xD8:  # noqa: PLR2004 (markers without a length)
            at += 2
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in {0xC0, 0xC1, 0xC2} and at + 9 < len(data):
            components = data[at + 9]
            partial = partial or marker == 0xC2  # noqa: PLR2004 (progressive)
        if marker == 0xDA:  # noqa: PLR2004 (start of scan)
            scans += 1
            partial = partial or data[at + 4] < components
            if scans > MAX_SCANS:
                raise PartsError(f"It has more than {MAX_SCANS} scans.")
            following = _MARKER.search(data, at + 2 + length)
            if following is None:
                break
            at = following.start()
        else:
            at += 2 + length
    return partial or scans > 1


def _gif(data: bytes) -> Parts:
    """Counts frames, and bounds their rectangles: a frame may reach beyond the screen that the header names."""
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    frames = steps = words = 0
    while at < len(data) and data[at] in b"!,":
        extension = data[at] == 0x21  # noqa: PLR2004 (the exclamation mark)
        if extension:
            at += 2
        else:
            if at + 10 > len(data):
                break
            left, top, width, height = struct.unpack_from("<HHHH", data, at + 1)
            bound((left + width, top + height), MAX_PIXELS)
            frames += 1
            flags = data[at + 9]
            at += 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
        start = at
        while at < len(data) and data[at]:
            at += data[at] + 1
            steps += 1
        at += 1
        words += at - start if extension else 0
        if steps > MAX_PARTS or frames > MAX_FRAMES or words > MAX_GIF_WORDS:
            raise PartsError("It has more parts than any real GIF.")
    return Parts(ImageFormat.GIF, data, max(1, frames))
