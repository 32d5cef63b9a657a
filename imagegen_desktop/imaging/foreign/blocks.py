"""Finds the blocks of a picture file that hold words, without reading its pixels."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.sniff import sniff

if TYPE_CHECKING:
    from typing import BinaryIO

HEAD_BYTES: Final = 32_768
# Workflows of some hundred nodes take a few hundred kB.
LARGEST_BLOCK: Final = 2_000_000
LARGEST_SUM: Final = 6_000_000
# Of a file's pieces; PNG's pixels may come in thousands of them.
MOST_STEPS: Final = 4_096
_TEXT_CHUNKS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_XMP_KEY: Final = "XML:com.adobe.xmp"
_EXIF_MARK: Final = b"Exif\x00\x00"
_XMP_MARK: Final = b"http://ns.adobe.com/xap/1.0/\x00"
_GIF_XMP: Final = b"\x21\xff\x0bXMP DataXMP"
_IPTC_MARK: Final = b"Photoshop 3.0\x00"


@dataclass(slots=True)
class Blocks:
    """Raw blocks of one file. `texts` are by their keys; `exif` begins with its byte order, `iptc` is Photoshop's block.

    `whole` is False where the file says itself that it is cut off.
    """

    texts: dict[str, str] = field(default_factory=dict[str, str])
    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    content_credential: bool = False
    whole: bool = True
    room: int = LARGEST_SUM

    def keep(self, key: str, text: str) -> None:
        """The first of a key stays: what is written again later comes from a program that did not make the picture."""
        if key not in self.texts and len(text) <= self.room:
            self.room -= len(text)
            self.texts[key] = text


class Reader:
    """Bytes by their place in a file; the head is held, the rest is read when it is asked for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.head = stream.read(HEAD_BYTES)
        # What is shorter than the head needs no question to the system.
        self.size = len(self.head) if len(self.head) < HEAD_BYTES else stream.seek(0, 2)

    def at(self, place: int, count: int) -> bytes:
        """Fewer than `count` at the end of the file."""
        if place + count <= len(self.head):
            return self.head[place : place + count]
        self._stream.seek(place)
        return self._stream.read(count)


def blocks_of(reader: Reader) -> Blocks:
    """The blocks of a PNG, JPEG, WebP or GIF; none for anything else. Raises OSError only."""
    blocks = Blocks()
    match sniff(reader.head):
        case ImageFormat.PNG:
            _png(reader, blocks)
        case ImageFormat.JPEG:
            _jpeg(reader, blocks)
        case ImageFormat.WEBP:
            _webp(reader, blocks)
        case ImageFormat.GIF:
            _gif(reader, blocks)
        case _:
            pass
    return blocks


def _png(reader: Reader, blocks: Blocks) -> None:
    """Chunks up to the pixels; those behind them only where nothing was said before."""
    place = 8
    for _ in range(MOST_STEPS):
        header = reader.at(place, 8)
        if len(header) < 8:  # noqa: PLR2004 (length and type)
            break
        (length,), kind = struct.unpack(">I", header[:4]), header[4:]
        if kind == b"IEND" or (kind == b"IDAT" and (blocks.texts or blocks.exif)):
            break
        if kind in _TEXT_CHUNKS and length <= LARGEST_BLOCK:
            _png_text(kind, reader.at(place + 8, length), blocks)
        elif kind == b"eXIf" and length <= LARGEST_BLOCK:
            blocks.exif = reader.at(place + 8, length).removeprefix(_EXIF_MARK)
        elif kind == b"caBX":
            blocks.content_credential = True
        place += 12 + length
    blocks.xmp = blocks.texts.pop(_XMP_KEY, "").encode("utf-8", "replace")
    # Some programs append bytes of their own behind the end.
    blocks.whole = b"IEND" in reader.at(max(0, reader.size - 12), 12) or b"IEND\xaeB`\x82" in reader.at(
        max(0, reader.size - LARGEST_BLOCK), LARGEST_BLOCK
    )


def _png_text(kind: bytes, data: bytes, blocks: Blocks) -> None:
    key, found, rest = data.partition(b"\0")
    if not found or not key or len(key) > 79:  # noqa: PLR2004 (the longest keyword of the PNG standard, 11.3.4)
        return
    text: bytes | None
    if kind == b"tEXt":
        text = rest
    elif kind == b"zTXt":
        text = _inflated(rest[1:])
    else:
        packed, rest = rest[:1] == b"\x01", rest[2:]
        _, _, rest = rest.partition(b"\0")
        _, _, rest = rest.partition(b"\0")
        text = _inflated(rest) if packed else rest
    if text is not None:
        blocks.keep(key.decode("latin-1"), _decoded(text))


def _inflated(data: bytes) -> bytes | None:
    """At most `LARGEST_BLOCK` bytes; None for a block that is broken or grows beyond that."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, LARGEST_BLOCK)
    except zlib.error:
        return None
    return text if unpacker.eof else None


def _decoded(text: bytes) -> str:
    """UTF-8 also where the standard says Latin-1: most programs write it there."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _jpeg(reader: Reader, blocks: Blocks) -> None:
    place = 2
    for _ in range(MOST_STEPS):
        header = reader.at(place, 4)
        if len(header) < 4 or header[0] != 0xFF:  # noqa: PLR2004 (marker and length)
            return
        marker = header[1]
        if marker == 0xFF:  # noqa: PLR2004 (a fill byte)
            place += 1
            continue
        if marker == 0xDA or marker == 0xD9:  # noqa: PLR1714, PLR2004 (the scan, the end)
            return
        length = int.from_bytes(header[2:], "big")
        if marker in {0xE1, 0xEB, 0xED, 0xFE}:
            _segment(marker, reader.at(place + 4, max(0, length - 2)), blocks)
        place += 2 + length


def _segment(marker: int, data: bytes, blocks: Blocks) -> None:
    if marker == 0xEB:  # noqa: PLR2004 (APP11: "JP", then a JUMBF superbox whose description is "c2pa")
        blocks.content_credential = blocks.content_credential or (data[:2] == b"JP" and b"jumb" in data[:64])
    elif marker == 0xED and data.startswith(_IPTC_MARK):  # noqa: PLR2004 (APP13)
        blocks.iptc = data[len(_IPTC_MARK) :]
    elif marker == 0xFE:  # noqa: PLR2004 (a comment)
        blocks.keep("Comment", _decoded(data))
    elif data.startswith(_EXIF_MARK):
        blocks.exif = blocks.exif or data[len(_EXIF_MARK) :]
    elif data.startswith(_XMP_MARK):
        blocks.xmp = blocks.xmp or data[len(_XMP_MARK) :]


def _webp(reader: Reader, blocks: Blocks) -> None:
    blocks.whole = int.from_bytes(reader.head[4:8], "little") + 8 <= reader.size
    place = 12
    for _ in range(MOST_STEPS):
        header = reader.at(place, 8)
        if len(header) < 8:  # noqa: PLR2004 (type and length)
            return
        kind, length = header[:4], int.from_bytes(header[4:], "little")
        if kind == b"C2PA":
            blocks.content_credential = True
        elif kind == b"EXIF" and length <= LARGEST_BLOCK:
            blocks.exif = reader.at(place + 8, length).removeprefix(_EXIF_MARK)
        elif kind == b"XMP " and length <= LARGEST_BLOCK:
            blocks.xmp = reader.at(place + 8, length)
        place += 8 + length + length % 2


def _gif(reader: Reader, blocks: Blocks) -> None:
    """Comments and XMP that stand in the head: GIF has no directory of its blocks."""
    start = reader.head.find(b"\x21\xfe")
    if start >= 0:
        blocks.keep("Comment", _decoded(_sub_blocks(reader.head, start + 2)))
    start = reader.head.find(_GIF_XMP)
    if start >= 0:
        # The packet is not cut into blocks; a run of falling numbers ends it (XMP specification, part 3).
        blocks.xmp = reader.head[start + len(_GIF_XMP) :].partition(b"\x01\xff\xfe")[0]


def _sub_blocks(data: bytes, place: int) -> bytes:
    text = b""
    while place < len(data) and data[place]:
        text += data[place + 1 : place + 1 + data[place]]
        place += 1 + data[place]
    return text
