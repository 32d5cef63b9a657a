"""Measures and decodes pictures within bounds of memory and time, whole or as a thumbnail."""

from __future__ import annotations

import struct
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.parts import MAX_PIXELS, PartsError, bound, parts_of
from imagegen_desktop.imaging.sniff import sniff
from imagegen_desktop.imaging.svg_check import UnsafeSvgError, check_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from PIL import Image

    # Draws a checked SVG; the number is the longer edge in pixels that is wished, None for a large picture.
    DrawSvg = Callable[[bytes, int | None], Pixels]

PILLOW_NAMES: Final = {
    ImageFormat.PNG: "PNG",
    ImageFormat.JPEG: "JPEG",
    ImageFormat.WEBP: "WEBP",
    ImageFormat.GIF: "GIF",
}
# A larger picture is shown smaller: with the copies that showing takes it would need more than 300 MB.
MAX_SHOWN_PIXELS: Final = 34_000_000
_ORIENTATION: Final = 0x0112
# Above, a third of a picture's edges stands beside the whole within 300 MB; up to it, a half.
_TO_HALF: Final = 48_000_000
_STRIP: Final = 1_000_000


class UndecodableError(ValueError):
    """No picture, a broken one, one of more pixels than can be opened, or an SVG that is not safe. Its message says which."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`width` and `height` in pixels as the picture is shown, turned upright; `frames` is 1 unless it is animated."""

    format: ImageFormat
    width: int
    height: int
    frames: int = 1


def measure(data: bytes) -> Measured:
    """Measure a picture whose first frame decodes to its last row, or an SVG that passes its check. Raises UndecodableError."""
    if sniff(data) is ImageFormat.SVG:
        width, height = _checked_svg(data)
        return Measured(ImageFormat.SVG, width, height)
    with opened(data) as (image, kind, frames):
        image.load()
        width, height = image.size
        if _turn(image) in {5, 6, 7, 8}:
            width, height = height, width
        return Measured(kind, width, height, frames)


def turn_of(data: bytes) -> int:
    """How the picture is turned to stand upright, as Exif counts: 1 where it stands already, also for an SVG."""
    if sniff(data) is ImageFormat.SVG:
        return 1
    with opened(data) as (image, _, _):
        if PILLOW_NAMES[ImageFormat.PNG] == image.format:
            # PNG may name its turn behind the pixels.
            image.load()
        return _turn(image)


def decode(data: bytes, *, longest_edge: int | None = None, draw_svg: DrawSvg | None = None) -> Pixels:
    """The first frame upright, or a smaller copy whose longer edge is at most `longest_edge` pixels.

    More than `MAX_SHOWN_PIXELS` come reduced. An SVG needs `draw_svg`. Raises UndecodableError.
    """
    if sniff(data) is ImageFormat.SVG:
        _checked_svg(data)
        if draw_svg is None:
            raise UndecodableError("It is an SVG, which only the window can draw.")
        return draw_svg(data, longest_edge)
    with opened(data) as (image, _, _):
        if longest_edge is not None:
            # draft lets libjpeg skip work; reducing_gap lets Pillow halve in whole steps first.
            small = prepared(image, longest_edge)
            if small.mode in {"P", "PA", "1"}:
                small = small.convert("RGBA")
            small.thumbnail((longest_edge, longest_edge), reducing_gap=2.0)
            return pixels_of(small)
        # PNG may name its turn after the pixels, and a reduced picture forgets it.
        smaller = _reduced(image)
        smaller.load()
        turn, eight = _turn(image), _eight_bits(smaller)
        return pixels_of(_given_up(eight, _upright(eight, turn)), last=True)


def _checked_svg(data: bytes) -> tuple[int, int]:
    try:
        return check_svg(data)
    except UnsafeSvgError as error:
        raise UndecodableError(f"It is an SVG that is not drawn: {error}") from error


@contextmanager
def opened(data: bytes) -> Generator[tuple[Image.Image, ImageFormat, int]]:
    """The picture opened by Pillow, its format and its frames. Raises UndecodableError, also for what is done inside."""
    with quiet():
        image, kind, frames = open_picture(data)
        with translated(), image:
            yield image, kind, frames


def open_picture(data: bytes) -> tuple[Image.Image, ImageFormat, int]:
    """The same, for who closes it. Raises UndecodableError."""
    kind = sniff(data)
    if kind is None or kind is ImageFormat.SVG:
        raise UndecodableError("It is no PNG, JPEG, WebP, GIF or SVG." if data else "It is empty.")
    # Pillow takes 40 ms to import, and the window must not wait for it: it is first needed on a worker's thread.
    from PIL import Image  # noqa: PLC0415 (said above)

    with translated():
        parts = parts_of(data, kind)
        image = Image.open(BytesIO(parts.data), formats=(PILLOW_NAMES[kind],))
        bound(image.size, MAX_PIXELS)
        return image, kind, parts.frames


@contextmanager
def quiet() -> Generator[None]:
    """Pillow warns of large pictures, of broken Exif and of a lying APNG; the bounds here are ours and stricter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def translated() -> Generator[None]:
    """All that Pillow says of broken files as UndecodableError."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 (as above)

    try:
        yield
    except UndecodableError:
        raise
    except UnidentifiedImageError as error:
        # Its own words name an object of Python's.
        raise UndecodableError("It begins like a picture, but it is broken.") from error
    except PartsError as error:
        raise UndecodableError(str(error)) from error
    except (
        Image.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        # Its plugins tell of broken files with these as well; no page of its manual names them.
        struct.error,
        EOFError,
        LookupError,
        ArithmeticError,
        TypeError,
        AttributeError,
        RuntimeError,
        MemoryError,
    ) as error:
        raise UndecodableError(str(error) or type(error).__name__) from error


def _turn(image: Image.Image) -> int:
    """The Exif orientation, 1 to 8 (Exif 2.32, 4.6.4 A); 1 where none can be read."""
    try:
        turn = image.getexif().get(_ORIENTATION, 1)
    except (struct.error, OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, RuntimeError):
        # A broken note about a picture does not make the picture broken.
        return 1
    return turn if turn in range(1, 9) else 1


def _upright(image: Image.Image, turn: int) -> Image.Image:
    from PIL import Image  # noqa: PLC0415 (as above)

    way = Image.Transpose
    turned = {
        2: way.FLIP_LEFT_RIGHT,
        3: way.ROTATE_180,
        4: way.FLIP_TOP_BOTTOM,
        5: way.TRANSPOSE,
        6: way.ROTATE_270,
        7: way.TRANSVERSE,
        8: way.ROTATE_90,
    }.get(turn)
    return image if turned is None else image.transpose(turned)


def _reduced(image: Image.Image) -> Image.Image:
    if image.width * image.height <= MAX_SHOWN_PIXELS:
        return image
    # Of a JPEG libjpeg itself gives a half or a quarter.
    image.draft("RGB", (image.width // 2, image.height // 2))
    count = image.width * image.height
    if count <= MAX_SHOWN_PIXELS:
        return image
    return _given_up(image, _divided(image, 2 if count <= _TO_HALF else 3))


def _divided(image: Image.Image, factor: int) -> Image.Image:
    """A copy of a `factor`-th of the edges. Palettes can't be averaged: of them every `factor`-th pixel is taken."""
    from PIL import Image  # noqa: PLC0415 (as above)

    if image.mode in {"P", "1", "PA"}:
        return image.resize((image.width // factor, image.height // factor), Image.Resampling.NEAREST)
    return image.reduce(factor)


def prepared(image: Image.Image, edge: int) -> Image.Image:
    """An opened picture upright, in 8 bits, and perhaps smaller: no edge that had `edge` pixels has fewer now."""
    image.draft("RGB", (edge, edge))
    image.load()
    turn, eight = _turn(image), _eight_bits(image)
    factor = min(eight.size) // (2 * edge) if eight.width * eight.height > MAX_SHOWN_PIXELS // 4 else 1
    return _upright(eight if factor < 2 else _divided(eight, factor), turn)  # noqa: PLR2004 (nothing to divide by)


def _given_up(image: Image.Image, instead: Image.Image) -> Image.Image:
    """`instead`, with the memory of `image` given back."""
    if instead is not image:
        image.close()
    return instead


def _eight_bits(image: Image.Image) -> Image.Image:
    """Pillow 13 cuts 16-bit greys off at 255 when it converts them, which makes them white."""
    if not image.mode.startswith("I"):
        return image
    import numpy as np  # noqa: PLC0415 (needed for few pictures)
    from PIL import Image as Images  # noqa: PLC0415 (as above)

    return Images.fromarray(np.minimum(np.asarray(image) >> 8, 255).astype(np.uint8))


def pixels_of(image: Image.Image, *, last: bool = False) -> Pixels:
    """The picture's own colours as RGBA, made in strips: whole copies would stand side by side. `last` gives `image` up."""
    width, height = image.size
    rows = max(1, _STRIP // max(1, width))
    strips = [
        image.crop((0, top, width, min(top + rows, height))).convert("RGBA").tobytes() for top in range(0, height, rows)
    ]
    if last:
        image.close()
    return Pixels(width, height, b"".join(strips))
