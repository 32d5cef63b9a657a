"""One sentence that advises, with a button that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from collections.abc import Callable


class AdviceLine(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = PlainLabel(kind="warn", wrap=True)
        self.button = QPushButton()
        self._act: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self.button.clicked.connect(self._pressed)
        self.hide()

    def tell(self, words: str, action: str = "", act: Callable[[], None] | None = None) -> None:
        """Show `words`, and a button `action` that calls `act`; empty words hide the line."""
        news = words != self.words.text()
        self.words.setText(words)
        self.button.setText(action)
        self.button.setAccessibleDescription(words)
        self.button.setVisible(bool(action))
        self._act = act
        self.setVisible(bool(words))
        if words and news:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _pressed(self) -> None:
        if self._act is not None:
            self._act()
