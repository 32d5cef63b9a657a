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
from imagegen_desktop.imaging.parts import MAX_PIXELS, PartsError, parts_of
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
_STRIP: Final = 4_000_000


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
            image.draft("RGB", (longest_edge, longest_edge))
            image.thumbnail((longest_edge, longest_edge), reducing_gap=2.0)
        turn = _turn(image)
        return pixels_of(_upright(_reduced(image), turn))


def _checked_svg(data: bytes) -> tuple[int, int]:
    try:
        return check_svg(data)
    except UnsafeSvgError as error:
        raise UndecodableError(f"It is an SVG that is not drawn: {error}") from error


@contextmanager
def opened(data: bytes) -> Generator[tuple[Image.Image, ImageFormat, int]]:
    """The picture opened by Pillow, its format and its number of frames. Raises UndecodableError, also for what is done inside."""
    kind = sniff(data)
    if kind is None or kind is ImageFormat.SVG:
        raise UndecodableError("It is no PNG, JPEG, WebP, GIF or SVG." if data else "It is empty.")
    # Pillow takes 40 ms to import, and the window must not wait for it: it is first needed on a worker's thread.
    from PIL import Image  # noqa: PLC0415 (said above)

    with warnings.catch_warnings():
        # Pillow warns of large pictures, of broken Exif and of a lying APNG; the bounds here are ours and stricter.
        warnings.simplefilter("ignore")
        try:
            parts = parts_of(data, kind)
            with Image.open(BytesIO(parts.data), formats=(PILLOW_NAMES[kind],)) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UndecodableError(f"{image.width} x {image.height} pixels are more than can be opened.")
                yield image, kind, parts.frames
        except UndecodableError:
            raise
        except PartsError as error:
            raise UndecodableError(str(error)) from error
        except (
            Image.DecompressionBombError,
            OSError,
            SyntaxError,
            ValueError,
            # Pillow's plugins tell of broken files with these as well: seen in fuzzing, and documented for none.
            struct.error,
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
    image.draft("RGB", (image.width // 2, image.height // 2))
    factor = 1
    while image.width * image.height > MAX_SHOWN_PIXELS // 2 * factor * factor:
        factor += 1
    return image if factor == 1 else image.reduce(factor)


def pixels_of(image: Image.Image) -> Pixels:
    """The picture's own colours as RGBA, made in strips so that no whole copy stands beside the result."""
    if image.mode.startswith("I;16"):
        # Pillow 13 cuts off what is above 255 instead of scaling it.
        image = image.point(lambda value: value / 256).convert("L") if image.mode == "I;16" else image
    rows = max(1, _STRIP // max(1, image.width))
    strips = (
        image.crop((0, top, image.width, min(top + rows, image.height))).convert("RGBA").tobytes()
        for top in range(0, image.height, rows)
    )
    return Pixels(image.width, image.height, b"".join(strips))
