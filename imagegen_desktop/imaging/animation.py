"""Gives the frames of an animated picture one after the other, holding no more than one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.imaging.decode import UndecodableError, open_picture, pixels_of, quiet, translated

if TYPE_CHECKING:
    from PIL import Image

# Each frame is painted, held twice by the decoder and once on the screen: 4 bytes a pixel each time.
MAX_ANIMATED_PIXELS: Final = 2048 * 2048
# What browsers do with frames that ask to be shown for a hundredth of a second or less.
SHORTEST_MS: Final = 11
INSTEAD_MS: Final = 100
LONGEST_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Frame:
    """`number` counts from 0 and starts again with each round; `milliseconds` is how long it stands."""

    number: int
    milliseconds: int
    pixels: Pixels


class Frames:
    """The frames of a picture's bytes, over and over. Not for two threads at a time; `close` gives the memory back."""

    def __init__(self, data: bytes, count: int) -> None:
        self.count = count
        self._data = data
        self._image: Image.Image | None = None
        self._number = 0

    def next(self) -> Frame | None:
        """The next frame, after the last the first again. None where there is but one that can be read."""
        frame = self._read()
        if frame is None and self._number > 1:
            # The end, or a broken frame: the others are shown.
            self.close()
            frame = self._read()
        return frame

    def close(self) -> None:
        if self._image is not None:
            self._image.close()
        self._image = None
        self._number = 0

    def _read(self) -> Frame | None:
        try:
            with quiet(), translated():
                if self._image is None:
                    self._image, _, _ = open_picture(self._data)
                return self._frame(self._image)
        except UndecodableError:
            return None

    def _frame(self, image: Image.Image) -> Frame | None:
        image.seek(self._number)
        if not playable(*image.size):
            return None
        # A WebP tells how long a frame stands once it is decoded.
        image.load()
        told = image.info.get("duration", 0)
        duration = int(told) if isinstance(told, int | float) else 0
        milliseconds = INSTEAD_MS if duration < SHORTEST_MS else min(duration, LONGEST_MS)
        frame = Frame(self._number, milliseconds, pixels_of(image))
        self._number += 1
        return frame


def playable(width: int, height: int) -> bool:
    """Whether frames of that size are decoded fast enough, and in little enough memory, to be played."""
    return width * height <= MAX_ANIMATED_PIXELS


def frames_of(data: bytes) -> Frames | None:
    """The frames of an animated picture; None for a still one, and for one that is too large to be played."""
    try:
        with quiet():
            image, _, count = open_picture(data)
    except UndecodableError:
        return None
    plays = count > 1 and playable(*image.size)
    image.close()
    return Frames(data, count) if plays else None
