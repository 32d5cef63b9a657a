"""Decodes pictures within bounds, whole or as a thumbnail."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import TYPE_CHECKING, Final, TypeVar

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.records import ImageFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

T = TypeVar("T")

MAX_PIXELS: Final = 64_000_000

_PILLOW_NAMES: Final = {
    ImageFormat.PNG: "PNG",
    ImageFormat.JPEG: "JPEG",
    ImageFormat.WEBP: "WEBP",
    ImageFormat.GIF: "GIF",
}


class UndecodableError(ValueError):
    """Not a picture, a broken one, or one of more than `MAX_PIXELS`. Its message says which."""


def measure(data: bytes) -> tuple[ImageFormat, int, int]:
    """Format, width and height in pixels of a picture that decodes to its last row. Raises UndecodableError."""

    def whole(image: Image.Image) -> tuple[ImageFormat, int, int]:
        image.load()
        return next(kind for kind, name in _PILLOW_NAMES.items() if name == image.format), image.width, image.height

    return _opened(data, whole)


def decode(data: bytes, *, longest_edge: int | None = None) -> Pixels:
    """The first frame, or a smaller copy whose longer edge is at most `longest_edge` pixels. Raises UndecodableError."""

    def pixels(image: Image.Image) -> Pixels:
        if longest_edge is not None:
            # draft lets libjpeg skip work; reducing_gap lets Pillow halve in whole steps first.
            image.draft("RGB", (longest_edge, longest_edge))
            image.thumbnail((longest_edge, longest_edge), reducing_gap=2.0)
        rgba = image.convert("RGBA")
        return Pixels(rgba.width, rgba.height, rgba.tobytes())

    return _opened(data, pixels)


def _opened(data: bytes, use: Callable[[Image.Image], T]) -> T:
    # Pillow takes 40 ms to import, and the window must not wait for it: it is first needed on a worker's thread.
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 (said above)

    with warnings.catch_warnings():
        # Pillow warns of large pictures; the bound below is ours and stricter.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(BytesIO(data), formats=tuple(_PILLOW_NAMES.values())) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise UndecodableError(f"{image.width} x {image.height} pixels are more than {MAX_PIXELS:,}")
                return use(image)
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
            # Pillow's plugins tell of broken files with these four.
            raise UndecodableError(str(error)) from error
