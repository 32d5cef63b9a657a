"""A page in the stage's place: a head with Back, a column of cards that scrolls, and Esc to leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import ICON_ROW, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.icons import Icons


class CentrePage(QWidget):
    """Emits `closed()`. Its kinds call `lay_out` once, with the widgets of the column from top to bottom."""

    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = QPushButton(self.tr("Back"))
        self.back.setProperty("kind", "quiet")
        self.back.setIcon(icons.icon("arrow-left"))
        self.back.setIconSize(QSize(ICON_ROW, ICON_ROW))
        self.back.clicked.connect(self.close_page)
        self.area = QScrollArea()

    def lay_out(self, title: str, cards: tuple[QWidget, ...], *, widest: int, beside: tuple[QWidget, ...] = ()) -> None:
        """`widest` is the column's width in pixels; `beside` stands at the right of the head.

        From the outside in: what already stands where it will be seen is dressed by the style sheet once, and not at each move.
        """
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_3, SPACE_3, SPACE_4, SPACE_3)
        head.setSpacing(SPACE_3)
        outer.addLayout(head)
        outer.addWidget(self.area, 1)
        head.addWidget(self.back)
        head.addWidget(PlainLabel(title, kind="state"))
        head.addStretch(1)
        for widget in beside:
            head.addWidget(widget)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content, column_widget = QWidget(), QWidget()
        self.area.setWidget(content)
        centre = QHBoxLayout(content)
        centre.setContentsMargins(0, 0, 0, 0)
        centre.addStretch(1)
        centre.addWidget(column_widget, 100)
        centre.addStretch(1)
        column_widget.setMaximumWidth(widest)
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(SPACE_4, 0, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_4)
        for card in cards:
            column.addWidget(card)
        column.addStretch(1)

    def event(self, event: QEvent) -> bool:
        """Esc closes the page, whatever else in the window listens to that key."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                event.accept()
                self.close_page()
                return True
        return super().event(event)

    @Slot()
    def close_page(self) -> None:
        """What is half typed is taken over when the focus leaves it."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
