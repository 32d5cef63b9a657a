"""Image states and pixels for the tests of what shows pictures."""

from __future__ import annotations

from datetime import UTC, datetime

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin

MADE = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def image(
    number: int,
    *,
    prompt: str = "a lighthouse at dusk",
    size: tuple[int, int] = (64, 64),
    favourite: bool = False,
    sample: bool = False,
) -> ImageState:
    """The image of that number; the same number is the same image."""
    record = ImageRecord(
        id=f"image{number:05d}",
        file=f"2026/11/2026-11-22_a-lighthouse_{number:06d}.png",
        sha256="0" * 64,
        created=MADE,
        origin=Origin.SAMPLE if sample else Origin.GENERATED,
        prompt=prompt,
        asked=None,
        got=Got(format=ImageFormat.PNG, width=size[0], height=size[1], size_bytes=1),
    )
    return ImageState(record=record, favourite=favourite)


def plain(width: int, height: int, colour: tuple[int, int, int, int] = (200, 40, 40, 255)) -> Pixels:
    """One colour: red, green, blue, alpha."""
    return Pixels(width, height, bytes(colour) * (width * height))
