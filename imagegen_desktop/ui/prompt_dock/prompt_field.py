"""The prompt field: plain text that grows with its words, up to a share of the window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from imagegen_desktop.ui.text_height import lines_of
from imagegen_desktop.ui.theme.tokens import TYPE_TITLE

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QResizeEvent, QShowEvent

FEWEST_LINES = 2
WINDOW_SHARE = 0.4


class PromptField(QPlainTextEdit):
    """Emits `focused(bool)`. Tab leaves the field; a text that is dropped or pasted comes in without its dress."""

    focused = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(1)
        self.viewport().setAutoFillBackground(False)
        font = self.font()
        font.setPixelSize(TYPE_TITLE)
        self.setFont(font)
        self.textChanged.connect(self.fit_height)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        # Files that are dropped here belong to the window around, not as "file:///..." into the words.
        if any(url.isLocalFile() for url in source.urls()):
            return False
        return source.hasText()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit_height()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Installed twice counts once. The window is not kept: a child that owns its window's wrapper crashes the collector.
        self.window().installEventFilter(self)
        self.fit_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.fit_height()
        return super().eventFilter(watched, event)

    @Slot()
    def fit_height(self) -> None:
        """Be as high as the words, from two lines to 40 % of the window; beyond that the field scrolls."""
        line = self.fontMetrics().lineSpacing()
        frame = 2 * math.ceil(self.document().documentMargin())
        lines = max(FEWEST_LINES, lines_of(self))
        least = FEWEST_LINES * line + frame
        most = max(least, int(self.window().height() * WINDOW_SHARE))
        wanted = lines * line + frame
        scrolls = wanted > most
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(min(wanted, most))
