"""Draws small real pictures, quickly, different for each salt."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Final

from PIL import Image, ImageChops

MEDIA_TYPES: Final = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
}
_JPEG_SEGMENT: Final = 65_000
_GIF_BLOCK: Final = 255


def draw(
    salt: str,
    size: tuple[int, int],
    *,
    output_format: str = "png",
    transparent: bool = False,
    at_least: int = 0,
    frames: tuple[int, int] = (2, 200),
) -> bytes:
    """An encoded picture of `size` (width, height) pixels; `at_least` bytes long, filled up where it would be shorter.

    `frames` are how many a gif has, and the milliseconds of each.

    The filling is a chunk that decoders skip, of bytes that do not compress, so the file stays a picture.
    """
    chance = random.Random(salt)  # noqa: S311 (a picture, not a secret)
    cells = (8, 8)
    mode, channels = ("RGBA", 4) if transparent else ("RGB", 3)
    picture = Image.frombytes(mode, cells, chance.randbytes(cells[0] * cells[1] * channels))
    picture = picture.resize(size, Image.Resampling.NEAREST)
    out = io.BytesIO()
    match output_format:
        case "jpeg":
            picture.save(out, "JPEG", quality=80)
        case "webp":
            picture.save(out, "WEBP", quality=60, method=0)
        case "gif":
            count, milliseconds = frames
            later = [ImageChops.offset(picture, size[0] * number // count, 0) for number in range(1, count)]
            picture.save(out, "GIF", save_all=True, append_images=later, duration=milliseconds, loop=0)
        case "svg":
            out.write(_drawing(chance, size, cells))
        case _:
            picture.save(out, "PNG", compress_level=1)
    return _filled(out.getvalue(), output_format, at_least, chance)


def _drawing(chance: random.Random, size: tuple[int, int], cells: tuple[int, int]) -> bytes:
    """An SVG of squares, as the other formats show them."""
    squares = "".join(
        f'<rect x="{column}" y="{row}" width="1" height="1" fill="#{chance.randbytes(3).hex()}"/>'
        for row in range(cells[1])
        for column in range(cells[0])
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}"'
    view = f'viewBox="0 0 {cells[0]} {cells[1]}" preserveAspectRatio="none"'
    return f"{head} {view}>{squares}</svg>".encode()


def _filled(data: bytes, output_format: str, at_least: int, chance: random.Random) -> bytes:
    lacking = at_least - len(data)
    if lacking <= 0:
        return data
    filling = chance.randbytes(lacking)
    match output_format:
        case "jpeg":
            pieces = [filling[at : at + _JPEG_SEGMENT] for at in range(0, lacking, _JPEG_SEGMENT)]
            comments = b"".join(b"\xff\xfe" + struct.pack(">H", len(piece) + 2) + piece for piece in pieces)
            return data[:2] + comments + data[2:]
        case "webp":
            chunk = b"FILL" + struct.pack("<I", lacking) + filling + b"\0" * (lacking % 2)
            return data[:4] + struct.pack("<I", len(data) - 8 + len(chunk)) + data[8:] + chunk
        case "svg":
            return data.replace(b"</svg>", b"<!-- " + filling.hex().encode() + b" --></svg>")
        case "gif":
            pieces = [filling[at : at + _GIF_BLOCK] for at in range(0, lacking, _GIF_BLOCK)]
            comment = b"!\xfe" + b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"
            return data[:-1] + comment + data[-1:]
        case _:
            # Lower case at first, second and last place: may be skipped, private, safe to copy.
            body = b"fiLl" + filling
            chunk = struct.pack(">I", lacking) + body + struct.pack(">I", zlib.crc32(body))
            return data[:-12] + chunk + data[-12:]
