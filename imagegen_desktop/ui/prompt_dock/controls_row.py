"""Puts the card's three groups of controls side by side, or on two or three lines where the card is narrow."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from imagegen_desktop.ui.prompt_dock.generate_box import GenerateBox


class Lines(Enum):
    ONE = auto()
    TWO = auto()
    THREE = auto()


class ControlsRow(QWidget):
    """`framing` (enhance, sizes), `model` (model, quality, count) and `action` (price, cancel, generate).

    The place for Cancel is always kept in the reckoning, so that nothing jumps when a job starts.
    """

    def __init__(self, framing: QWidget, model: QWidget, action: GenerateBox, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._framing = framing
        self._model = model
        self._action = action
        self._lines: Lines | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_2)
        self._grid.setVerticalSpacing(SPACE_2)
        self._grid.setColumnStretch(2, 1)
        self._arrange()

    @property
    def lines(self) -> Lines | None:
        return self._lines

    def minimumSizeHint(self) -> QSize:
        # The widest single group: a narrow card puts them under each other.
        groups = (self._framing, self._model, self._action)
        width = max(group.minimumSizeHint().width() for group in groups)
        return QSize(width, self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _fitting(self) -> Lines:
        framing = self._framing.sizeHint().width()
        model = self._model.minimumSizeHint().width()
        action = self._action.reserved_width()
        if framing + model + action + 2 * SPACE_2 <= self.width():
            return Lines.ONE
        return Lines.TWO if model + action + SPACE_2 <= self.width() else Lines.THREE

    def _arrange(self) -> None:
        lines = self._fitting()
        if lines is self._lines:
            return
        self._lines = lines
        for group in (self._framing, self._model, self._action):
            self._grid.removeWidget(group)
        left = Qt.AlignmentFlag.AlignLeft
        match lines:
            case Lines.ONE:
                self._grid.addWidget(self._framing, 0, 0, left)
                self._grid.addWidget(self._model, 0, 1)
                self._grid.addWidget(self._action, 0, 2)
            case Lines.TWO:
                self._grid.addWidget(self._framing, 0, 0, 1, 3, left)
                self._grid.addWidget(self._model, 1, 0, 1, 2)
                self._grid.addWidget(self._action, 1, 2)
            case Lines.THREE:
                self._grid.addWidget(self._framing, 0, 0, 1, 3, left)
                self._grid.addWidget(self._model, 1, 0, 1, 3)
                self._grid.addWidget(self._action, 2, 0, 1, 3)
