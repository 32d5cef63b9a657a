"""Takes a picture file apart into the parts that make its pixels and those that tell something about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, assert_never

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.decode import UndecodableError

if TYPE_CHECKING:
    from collections.abc import Iterator

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
# PNG specification, third edition, 11: what a decoder needs for the right pixels, colours and frames.
_PNG_PIXELS: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs acTL fcTL fdAT cICP mDCV cLLI".split()
)
_WEBP_PIXELS: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_GIF_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
# Within a JPEG's scan: what follows FF without ending it are a stuffed zero and the restart markers.
_SCAN_END: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SOS, _EOI, _COM, _APP0, _APP2, _APP14, _APP15 = 0xDA, 0xD9, 0xFE, 0xE0, 0xE2, 0xEE, 0xEF
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file as it stands there, with its length and checksum. `tells` where no pixel depends on it."""

    name: str
    raw: bytes
    tells: bool


def parts_in(data: bytes, kind: ImageFormat) -> list[Part]:
    """All parts in their order; bytes behind the picture's end are one that tells. Raises UndecodableError."""
    match kind:
        case ImageFormat.PNG:
            return list(_png(data))
        case ImageFormat.JPEG:
            return list(_jpeg(data))
        case ImageFormat.WEBP:
            return list(_webp(data))
        case ImageFormat.GIF:
            return list(_gif(data))
        case ImageFormat.SVG:
            raise UndecodableError("An SVG has no such parts.")
        case _:
            assert_never(kind)


def telling(data: bytes, kind: ImageFormat) -> tuple[str, ...]:
    """The names of the parts that tell something about the picture; none for a file that is pixels alone.

    A colour profile is no such part: without it the colours are others.
    """
    return tuple(part.name for part in parts_in(data, kind) if part.tells)


def stripped(data: bytes, kind: ImageFormat) -> bytes:
    """The same pixels, byte for byte as they were encoded, and nothing that tells. Raises UndecodableError."""
    kept = b"".join(part.raw for part in parts_in(data, kind) if not part.tells)
    if kind is ImageFormat.WEBP:
        return riff(kept)
    if kind is ImageFormat.PNG:
        return PNG_SIGNATURE + kept
    return kept


def riff(chunks: bytes) -> bytes:
    """A WebP file of its chunks, whose VP8X, if there is one, claims no Exif and no XMP."""
    if chunks[:4] == b"VP8X":
        chunks = chunks[:8] + bytes([chunks[8] & 0b11110011]) + chunks[9:]
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def _cut_off() -> UndecodableError:
    return UndecodableError("The picture is broken or cut off: no copy was made of it.")


def _png(data: bytes) -> Iterator[Part]:
    place = len(PNG_SIGNATURE)
    while True:
        name = data[place + 4 : place + 8]
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        if len(name) < 4 or end > len(data):  # noqa: PLR2004 (a chunk's type)
            raise _cut_off()
        yield Part(name.decode("latin-1"), data[place:end], name not in _PNG_PIXELS)
        place = end
        if name == b"IEND":
            break
    yield from _behind(data, place)


def _jpeg(data: bytes) -> Iterator[Part]:
    yield Part("SOI", data[:2], tells=False)
    place = 2
    while True:
        while data[place : place + 2] == b"\xff\xff":
            place += 1
        head = data[place : place + 4]
        if len(head) < 2 or head[0] != 0xFF:  # noqa: PLR2004 (a marker)
            raise _cut_off()
        marker = head[1]
        if marker == _EOI:
            yield Part("EOI", head[:2], tells=False)
            place += 2
            break
        end = place + 2 if marker in _ALONE else place + 2 + int.from_bytes(head[2:], "big")
        if end > len(data) or (marker not in _ALONE and end < place + 4):
            raise _cut_off()
        if marker == _SOS:
            found = _SCAN_END.search(data, end)
            if found is None:
                raise _cut_off()
            end = found.start()
        yield Part(f"{marker:02X}", data[place:end], _jpeg_tells(marker, data[place + 4 : place + 32]))
        place = end
    yield from _behind(data, place)


def _jpeg_tells(marker: int, beginning: bytes) -> bool:
    if marker == _APP0:
        return not beginning.startswith(b"JFIF\0")
    if marker == _APP2:
        return not beginning.startswith(b"ICC_PROFILE\0")
    if marker == _APP14:
        return not beginning.startswith(b"Adobe")
    return marker == _COM or _APP0 <= marker <= _APP15


def _webp(data: bytes) -> Iterator[Part]:
    last = min(len(data), int.from_bytes(data[4:8], "little") + 8)
    place = 12
    while place + 8 <= last:
        name, length = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        end = place + 8 + length + length % 2
        if place + 8 + length > len(data):
            raise _cut_off()
        raw = data[place:end]
        # The last chunk's padding may be missing.
        yield Part(name.decode("latin-1"), raw + b"\0" * (end - place - len(raw)), name not in _WEBP_PIXELS)
        place = end
    yield from _behind(data, max(place, last))


def _gif(data: bytes) -> Iterator[Part]:
    place = 13 + _colours(data[10:11])
    yield Part("head", data[:place], tells=False)
    while True:
        sort = data[place : place + 1]
        if sort == b";":
            yield Part("end", sort, tells=False)
            place += 1
            break
        if sort == b"!":
            label, name = data[place + 1 : place + 2], data[place + 3 : place + 14]
            end = _gif_blocks(data, place + 2)
            pixels = label == b"\xf9" or (label == b"\xff" and name in _GIF_LOOPS)
            yield Part(f"extension {label.hex()}", data[place:end], not pixels)
        elif sort == b",":
            end = _gif_blocks(data, place + 10 + _colours(data[place + 9 : place + 10]) + 1)
            yield Part("image", data[place:end], tells=False)
        else:
            raise _cut_off()
        place = end
    yield from _behind(data, place)


def _colours(flags: bytes) -> int:
    """Bytes of a colour table, by the flags before it (GIF89a, 18 and 20)."""
    if not flags:
        raise _cut_off()
    return 3 << ((flags[0] & 7) + 1) if flags[0] & 0x80 else 0


def _gif_blocks(data: bytes, place: int) -> int:
    while True:
        length = data[place : place + 1]
        if not length:
            raise _cut_off()
        place += 1 + length[0]
        if not length[0]:
            return place


def _behind(data: bytes, place: int) -> Iterator[Part]:
    if place < len(data):
        yield Part("behind the end", data[place:], tells=True)
