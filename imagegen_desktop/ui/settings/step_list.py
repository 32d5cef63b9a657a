"""A list of things that were tried, each with a sign, a sentence, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QWidget

from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import ICON_CHIP, SPACE_1, SPACE_2

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from imagegen_desktop.ui.theme.icons import Icons, Role


class StepList(QWidget):
    """Takes no room while it is empty."""

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_2)
        self._grid.setVerticalSpacing(SPACE_1)
        self._grid.setColumnStretch(1, 1)
        self._widgets: list[QWidget] = []
        self.hide()

    @property
    def words(self) -> list[str]:
        return [widget.text() for widget in self._widgets if isinstance(widget, PlainLabel)]

    def clear(self) -> None:
        for widget in self._widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._widgets = []
        self.hide()

    def add(self, sentence: str, advice: str, *, ok: bool) -> None:
        """`advice` says what to do, "" for nothing; of a step that is `ok` it is no more than a hint."""
        icon, role = ("check", "ok") if ok else ("x", "danger")
        if ok and advice:
            icon, role = "triangle-alert", "warn"
        mark = _Mark(self._icons, icon, role)
        mark.setAccessibleName(self.tr("works") if ok else self.tr("does not work"))
        row = self._grid.rowCount()
        said = PlainLabel(sentence, wrap=True, kind="" if ok else "danger")
        self._grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(said, row, 1)
        self._widgets += [mark, said]
        if advice:
            told = PlainLabel(advice, wrap=True, kind="muted")
            self._grid.addWidget(told, row + 1, 1)
            self._widgets.append(told)
        self.show()


class _Mark(QWidget):
    def __init__(self, icons: Icons, name: str, role: Role) -> None:
        super().__init__()
        self._icon = icons.icon(name, role)
        self.setFixedSize(ICON_CHIP, ICON_CHIP + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        self._icon.paint(painter, QRectF(0, 2, ICON_CHIP, ICON_CHIP).toRect())
