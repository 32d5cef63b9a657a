"""One calm line above the prompt card that tells what was done and offers to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from imagegen_desktop.ui.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QObject

SHOWN_MS = 10_000
MARGIN = 16


class Toast(QFrame):
    """Floats over its parent's lower edge. `acted` comes when its button is pressed; it hides by itself after 10 s."""

    acted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self._words = PlainLabel("", self)
        self._button = QPushButton(self)
        self._button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._words)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def tell(self, words: str, action: str = "") -> None:
        """Show `words`, with a button named `action` unless that is empty, and speak them to a screen reader."""
        self._words.setText(words)
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._button.setAccessibleDescription(words)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == event.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        # Asked for each time: a reference kept here would be a knot that only the collector could undo, in no order.
        over = self.parentWidget()
        if over is not None:
            self.move((over.width() - self.width()) // 2, over.height() - self.height() - MARGIN)

    @Slot()
    def _act(self) -> None:
        self.hide()
        self.acted.emit()
