"""A layout that sets widgets side by side and breaks the line where it is full."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from imagegen_desktop.ui.theme.tokens import SPACE_1


class FlowLayout(QLayout):
    """`gap` is in pixels, between neighbours and between lines. It mirrors itself for languages read from the right."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = SPACE_1) -> None:
        super().__init__(parent)
        self._placed: list[QLayoutItem] = []
        self.setContentsMargins(QMargins())
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem) -> None:
        self._placed.append(item)

    def count(self) -> int:
        return len(self._placed)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride] (Qt asks past the end)
        return self._placed[index] if 0 <= index < len(self._placed) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride] (the same)
        return self._placed.pop(index) if 0 <= index < len(self._placed) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._placed:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        """The height that is needed at the width of `rect`."""
        around = self.parentWidget()
        mirrored = around is not None and around.layoutDirection() == Qt.LayoutDirection.RightToLeft
        across, down, line = 0, 0, 0
        for item in self._placed:
            if item.isEmpty():
                continue
            size = item.sizeHint().boundedTo(QSize(max(1, rect.width()), 10_000))
            if across and across + size.width() > rect.width():
                across, down, line = 0, down + line + self.spacing(), 0
            if move:
                left = rect.right() + 1 - across - size.width() if mirrored else rect.left() + across
                item.setGeometry(QRect(QPoint(left, rect.top() + down), size))
            across += size.width() + self.spacing()
            line = max(line, size.height())
        return down + line
