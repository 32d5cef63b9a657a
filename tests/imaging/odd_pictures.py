"""Picture files as they should not be: cut off, lying, swollen, misnamed; and mutations of good ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from PIL.PngImagePlugin import PngInfo

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="20" height="30" fill="#c00"/></svg>'
NUMBERS = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def good_pictures() -> dict[str, bytes]:
    """One of each kind that decodes: mode, orientation, animation, text."""
    plain = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    clear = plain.convert("RGBA")
    clear.putalpha(Image.radial_gradient("L").resize((40, 30)))
    turned = Image.Exif()
    turned[0x0112] = 6
    others = [plain.rotate(90), plain.rotate(180)]
    moving = {"save_all": True, "append_images": others, "duration": 40, "loop": 0}
    told = PngInfo()
    told.add_text("parameters", "a cat " * 50, zip=True)
    told.add_itxt("Title", "a cat")
    return {
        "png": saved(plain, "PNG", pnginfo=told),
        "png alpha": saved(clear, "PNG"),
        "png 16 bit": saved(Image.new("I;16", (40, 30), 30_000), "PNG"),
        "png palette with alpha": saved(clear.quantize(16), "PNG"),
        "png one bit": saved(plain.convert("1"), "PNG"),
        "apng": saved(plain, "PNG", **moving),
        "jpeg": saved(plain, "JPEG"),
        "jpeg progressive": saved(plain, "JPEG", progressive=True),
        "jpeg cmyk": saved(plain.convert("CMYK"), "JPEG"),
        "jpeg turned": saved(plain, "JPEG", exif=turned),
        "jpeg of two": saved(plain, "MPO", save_all=True, append_images=others[:1]),
        "webp": saved(plain, "WEBP"),
        "webp lossless": saved(clear, "WEBP", lossless=True),
        "webp moving": saved(plain, "WEBP", **moving),
        "gif": saved(plain.convert("P"), "GIF"),
        "gif moving": saved(plain, "GIF", **moving),
        "svg": SVG,
    }


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_with(*chunks: bytes) -> bytes:
    """A good PNG with `chunks` after its header."""
    good = saved(Image.new("RGB", (40, 30)), "PNG")
    return good[:33] + b"".join(chunks) + good[33:]


def png_of(width: int, height: int) -> bytes:
    """A header and next to no pixels."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")


def gif_of(width: int, height: int, *, frame: tuple[int, int] = (1, 1), before: bytes = b"") -> bytes:
    """A screen of one size, `before` its first frame, and a frame of another."""
    screen = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6)
    return screen + before + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0) + b"\x02\x02\x44\x01\x00;"


def webp_of(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is large, around a small frame."""
    small = saved(Image.new("RGB", (8, 8)), "WEBP")[12:]
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + size + small
    return b"RIFF" + struct.pack("<I", len(body)) + body


def jpeg_of(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A small JPEG whose header says that it is large."""
    small = bytearray(saved(Image.new("RGB", (16, 16)), "JPEG", progressive=progressive))
    at = small.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    small[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(small)


def bombs() -> dict[str, Callable[[], bytes]]:
    """Small files that ask for very much, of memory or of time; made one at a time."""
    packer = zlib.compressobj(9)
    swollen = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    progressive = saved(Image.new("RGB", (16, 16)), "JPEG", progressive=True)
    scan = progressive.rindex(b"\xff\xda")
    comment = b"\xff" + b"c" * 255
    return {
        "png header": lambda: png_of(100_000, 100_000),
        "png large": lambda: png_of(8_000, 8_000),
        "png zTXt": lambda: png_with(png_chunk(b"zTXt", b"a\x00\x00" + swollen)),
        "png iTXt": lambda: png_with(png_chunk(b"iTXt", b"a\x00\x01\x00\x00\x00" + swollen)),
        "png iCCP": lambda: png_with(png_chunk(b"iCCP", b"a\x00\x00" + swollen)),
        "png texts": lambda: png_with(png_chunk(b"tEXt", b"a\x00" + b"b" * 20_000_000)),
        "png chunks": lambda: png_with(png_chunk(b"teSt", b"") * 1_000_000),
        "apng that lies": lambda: png_with(png_chunk(b"acTL", struct.pack(">II", 0xFFFFFFFF, 0))),
        "gif header": lambda: gif_of(65_535, 65_535),
        "gif frame": lambda: gif_of(1, 1, frame=(65_535, 65_535)),
        "gif large": lambda: gif_of(8_000, 8_000, frame=(8_000, 8_000)),
        "gif comment": lambda: gif_of(8, 8, before=b"!\xfe" + comment * 80_000 + b"\x00"),
        "gif frames": lambda: gif_of(8, 8)[:-1] + gif_of(8, 8)[19:-1] * 500_000 + b";",
        "webp header": lambda: webp_of(1 << 14, 1 << 14),
        "webp canvas": lambda: webp_of(1 << 24, 1 << 24),
        "jpeg header": lambda: jpeg_of(65_500, 65_500),
        "jpeg large": lambda: jpeg_of(8_000, 8_000),
        "jpeg progressive": lambda: jpeg_of(8_000, 8_000, progressive=True),
        "jpeg fill": lambda: b"\xff\xd8" + b"\xff" * 20_000_000,
        "jpeg scans": lambda: progressive[:scan] + progressive[scan:-2] * 20_000 + b"\xff\xd9",
        "svg header": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>',
        "svg deep": lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 1_000_000,
        "svg laughs": laughs,
    }


def laughs() -> bytes:
    """Ten groups, each of which uses the one before it ten times."""
    groups = [b'<g id="a0"><rect width="1" height="1"/></g>']
    groups += [b'<g id="a%d">' % one + b'<use href="#a%d"/>' % (one - 1) * 10 + b"</g>" for one in range(1, 10)]
    return b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">' + b"".join(groups) + b"</svg>"


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Bits turned, numbers replaced, pieces cut out, doubled or put elsewhere, the end lost; a PNG's checksums are mended."""
    body = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        match chance.randrange(6):
            case 0 if at < len(body):
                body[at] ^= 1 << chance.randrange(8)
            case 1:
                number = chance.choice(NUMBERS)
                width = chance.choice((1, 2, 4))
                body[at : at + width] = (number & ((1 << 8 * width) - 1)).to_bytes(
                    width, chance.choice(("big", "little"))
                )
            case 2:
                del body[at : at + chance.randint(1, 40)]
            case 3:
                body[at:at] = body[at : at + chance.randint(1, 200)] * chance.randint(1, 4)
            case 4:
                body[at:at] = chance.randbytes(chance.randint(1, 16))
            case _:
                if not chance.randrange(4):
                    del body[at:]
    return mended(bytes(body)) if chance.randrange(2) else bytes(body)


def mended(data: bytes) -> bytes:
    """A PNG with its checksums set right, so that a mutation reaches what lies behind them; anything else as it is."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    pieces, at = [data[:8]], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        pieces.append(png_chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join((*pieces, data[at:]))
