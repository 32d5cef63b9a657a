"""The thumbnails in memory: those longest not painted nor near the view go when they take more bytes than they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

# On a usual screen: six of them. What was scrolled past comes again from the disk before it is seen.
USUAL_BYTES: Final = 48 * 1024 * 1024
# On a larger one: those in view and near it are three screens of pixels at the most.
SCREENS: Final = 4
BYTES_OF_PIXEL: Final = 4


class Thumbs:
    """Keyed by the image's moment. They take at most `most_bytes`, four for each pixel."""

    def __init__(self, most_bytes: int = USUAL_BYTES) -> None:
        self.most_bytes = most_bytes
        self._kept: dict[int, QPixmap] = {}
        self.bytes = 0

    def fit(self, pixels: int) -> None:
        """From now on there is room for what lies in and near a view of so many pixels of the screen."""
        self.most_bytes = max(USUAL_BYTES, SCREENS * pixels * BYTES_OF_PIXEL)

    def __contains__(self, moment: int) -> bool:
        return moment in self._kept

    def get(self, moment: int) -> QPixmap | None:
        pixmap = self._kept.pop(moment, None)
        if pixmap is not None:
            # A dict keeps the order of insertion: the last is the latest used.
            self._kept[moment] = pixmap
        return pixmap

    def peek(self, moment: int) -> QPixmap | None:
        """The same, not counted as a use."""
        return self._kept.get(moment)

    def put(self, moment: int, pixmap: QPixmap) -> None:
        self.drop(moment)
        self._kept[moment] = pixmap
        self.bytes += _size(pixmap)
        while self.bytes > self.most_bytes and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, moment: int) -> None:
        gone = self._kept.pop(moment, None)
        if gone is not None:
            self.bytes -= _size(gone)

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * BYTES_OF_PIXEL
