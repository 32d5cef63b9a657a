"""Shows outside text as what it is: plain words, never markup that could open files."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget


class PlainLabel(QLabel):
    """A label that never reads its text as rich text.

    `kind` is a style of the theme: "title", "state", "caption", "muted", "faint", "danger", "warn", "ok" or "" (body).
    With `wrap` the label is as high as its wrapped text needs at its width, which QLabel forgets in centred layouts.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None, *, wrap: bool = False, kind: str = "") -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if kind:
            self.setProperty("kind", kind)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._fit_height()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {event.Type.FontChange, event.Type.StyleChange}:
            self._fit_height()

    def _fit_height(self) -> None:
        if self.wordWrap():
            self.setMinimumHeight(max(0, self.heightForWidth(self.width())))


def plain_tooltip(text: str) -> str:
    """`text` so that a tooltip shows it as it stands: Qt reads a tooltip that looks like markup as rich text."""
    return f"<qt>{html.escape(text)}</qt>" if text else ""
