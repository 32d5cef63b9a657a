"""Makes small copies of pictures: JPEG, or WebP where a pixel is not opaque."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from imagegen_desktop.imaging.decode import opened, prepared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from imagegen_desktop.core.pixels import Pixels

SMALL: Final = 256
LARGE: Final = 512
EDGES: Final = (SMALL, LARGE)
JPEG_QUALITY: Final = 85
WEBP_QUALITY: Final = 80
OPAQUE: Final = 255


def thumbnail(data: bytes, edge: int) -> bytes:
    """The first frame so that its longer edge is at most `edge` pixels, never enlarged. Raises UndecodableError."""
    return thumbnails(data, (edge,))[edge]


def thumbnails(data: bytes, edges: Iterable[int] = EDGES) -> dict[int, bytes]:
    """One for each edge; the picture is decoded once. Raises UndecodableError."""
    largest_first = sorted(edges, reverse=True)
    with opened(data) as (image, _, _):
        return _encoded(_plain(prepared(image, largest_first[0])), largest_first)


def thumbnails_of(pixels: Pixels, edges: Iterable[int] = EDGES) -> dict[int, bytes]:
    """The same, of a picture that is decoded already."""
    from PIL import Image  # noqa: PLC0415 (40 ms, and the window must not wait for it)

    image = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.rgba)
    return _encoded(image, sorted(edges, reverse=True))


def _plain(image: Image.Image) -> Image.Image:
    """In RGB, or RGBA if the picture may be transparent: palettes can't be scaled smoothly."""
    mode = "RGBA" if image.has_transparency_data else "RGB"
    # Pillow copies every pixel also where there is nothing to convert.
    return image if image.mode == mode else image.convert(mode)


def _encoded(image: Image.Image, largest_first: list[int]) -> dict[int, bytes]:
    if image.mode == "RGBA" and _lowest_alpha(image) == OPAQUE:
        image = image.convert("RGB")
    made: dict[int, bytes] = {}
    for edge in largest_first:
        small = image.copy() if len(largest_first) > 1 else image
        small.thumbnail((edge, edge), reducing_gap=2.0)
        stream = BytesIO()
        if small.mode == "RGBA":
            small.save(stream, "WEBP", quality=WEBP_QUALITY, method=2)
        else:
            small.save(stream, "JPEG", quality=JPEG_QUALITY)
        made[edge] = stream.getvalue()
        # The next one is made of this one: half the work, and no difference that an eye could find.
        image = small
    return made


def _lowest_alpha(image: Image.Image) -> int:
    lowest, _ = image.getchannel("A").getextrema()
    assert isinstance(lowest, int)  # noqa: S101 (a channel of 8 bits)
    return lowest
