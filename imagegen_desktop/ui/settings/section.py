"""A card of the settings page: a title, rows of named controls, and the settings as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.settings import Settings
from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import HIT, SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from imagegen_desktop.ui.status_kind import StatusKind

NAME_WIDTH = 116


class Section(QFrame):
    """Emits `changed(Settings)`: the settings it was given, with the one change that the person made."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._title = PlainLabel(kind="title")
        self.settings = Settings()
        self.wheel = CalmWheel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_3)
        column.addWidget(self._title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_2)
        self._grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)

    def set_title(self, title: str) -> None:
        self._title.setText(title)

    def set_settings(self, settings: Settings) -> None:
        """Show `settings`. Emits nothing."""
        self.settings = settings
        self.show_settings(settings)

    def show_settings(self, settings: Settings) -> None:
        """For the kinds of section to show what is theirs."""
        raise NotImplementedError

    def change(self, settings: Settings) -> None:
        """Take over what the person chose, and tell it if it is new."""
        if settings != self.settings:
            self.settings = settings
            self.changed.emit(settings)

    def add_row(self, name: str, control: QWidget, *beside: QWidget) -> PlainLabel:
        """A name at the left, which is the control's accessible name too, the control, and buttons beside it.

        Gives the label that shows the name.
        """
        label = PlainLabel(name, kind="muted")
        label.setMinimumHeight(HIT)
        label.setBuddy(control)
        control.setAccessibleName(name)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        if not beside:
            self._grid.addWidget(control, row, 1)
            return label
        line = QHBoxLayout()
        line.setSpacing(SPACE_2)
        line.addWidget(control, 1)
        for widget in beside:
            line.addWidget(widget)
        self._grid.addLayout(line, row, 1)
        return label

    def add_below(self, item: QWidget | QLayout) -> None:
        """Something under the control of the row before."""
        row = self._grid.rowCount()
        if isinstance(item, QWidget):
            self._grid.addWidget(item, row, 1)
        else:
            self._grid.addLayout(item, row, 1)


class StatusLine(PlainLabel):
    """One line of state in the colour of its kind; gone while it has no words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent, wrap=True)
        self.hide()

    def show_status(self, text: str, kind: StatusKind) -> None:
        self.setProperty("kind", _label_kind(kind))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setText(text)
        self.setVisible(bool(text))


def button_row(*buttons: QPushButton) -> QWidget:
    """Buttons side by side, from where a row of text would begin."""
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_2)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return widget


def _label_kind(kind: StatusKind) -> str:
    match kind:
        case "ok" | "warn":
            return kind
        case "error":
            return "danger"
        case "busy" | "none":
            return "muted"
        case _:
            assert_never(kind)
