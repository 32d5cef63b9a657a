"""Paints one sample picture in three stages, each the whole scene, the last one at full size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image, ImageFilter

from imagegen_desktop.imaging.samples.canvas import Canvas
from imagegen_desktop.imaging.samples.finish import encode, finish, to_picture, weather
from imagegen_desktop.imaging.samples.planner import plan
from imagegen_desktop.imaging.samples.registry import OUTDOORS, painters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.imaging.samples.brief import SceneBrief

# Above this many pixels a picture is painted smaller and enlarged, so that memory stays below about 600 MB.
MOST_PIXELS: Final = 4_000_000
# The longer side of the two previews, in pixels.
PREVIEW_SIDES: Final = (160, 384)


def paint(prompt: str, size: tuple[int, int], seed: int, check: Callable[[], None]) -> Iterator[bytes]:
    """PNG bytes of two previews, then of the picture of exactly `size` pixels.

    The same bytes for the same arguments. `check` is called often and may raise to stop the painting.
    """
    brief = plan(prompt, seed)
    for number, side in enumerate(PREVIEW_SIDES):
        small = render(brief, size, side, check)
        # The first preview is blurred besides: what is still open looks open.
        yield encode(small.filter(ImageFilter.GaussianBlur(2)) if number == 0 else small)
    factor = min(1.0, (MOST_PIXELS / (size[0] * size[1])) ** 0.5)
    picture = render(brief, size, max(1, round(max(size) * factor)), check)
    if picture.size != size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    check()
    yield encode(picture)


def render(brief: SceneBrief, frame: tuple[int, int], side: int, check: Callable[[], None]) -> Image.Image:
    """The scene composed for `frame`, painted with `side` pixels on its longer side (no more than the frame has)."""
    factor = min(1.0, side / max(frame))
    width, height = max(1, round(frame[0] * factor)), max(1, round(frame[1] * factor))
    canvas = Canvas(width, height, frame, brief.seed, check)
    painters()[brief.family](canvas, brief)
    if brief.family in OUTDOORS:
        weather(canvas, brief)
    finish(canvas, brief)
    check()
    return to_picture(canvas)
