"""The thumbnails in memory: the least recently painted go when they take more bytes than they may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

MOST_BYTES: Final = 96 * 1024 * 1024


class Thumbs:
    """Keyed by the image's moment. `most_bytes` counts four bytes a pixel."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._kept: dict[int, QPixmap] = {}
        self.bytes = 0

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
        while self.bytes > self._most and len(self._kept) > 1:
            self.drop(next(iter(self._kept)))

    def drop(self, moment: int) -> None:
        gone = self._kept.pop(moment, None)
        if gone is not None:
            self.bytes -= _size(gone)

    def clear(self) -> None:
        self._kept.clear()
        self.bytes = 0


def _size(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
