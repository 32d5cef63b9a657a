"""A word over the stage's upper edge about the picture that is shown, and a small picture made as large as its original."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from imagegen_desktop.ui.pictures import pixmap_of
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from imagegen_desktop.core.pixels import Pixels

# No screen shows more of a picture that has no more to show.
LARGEST: Final = 2048
WIDEST: Final = 560
# What the button and the frame take.
ROOM: Final = 200


class Word(QFrame):
    """Hidden until it says something. `acted` comes when its button is pressed."""

    acted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("kind", "toast")
        self._label = PlainLabel()
        self._label.setFont(tabular(self._label.font()))
        self._button = QPushButton()
        self._button.clicked.connect(self.acted)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        row.setSpacing(SPACE_3)
        row.addWidget(self._label)
        row.addWidget(self._button)
        self.hide()

    @property
    def text(self) -> str:
        return self._label.text()

    def say(self, words: str, action: str = "") -> None:
        """With a button named `action`, unless that is empty. Long words are cut; a screen reader hears all of them."""
        over = self.parentWidget()
        room = (over.width() if over is not None else WIDEST) - ROOM
        self._label.setText(self._label.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, min(room, WIDEST)))
        self._label.setAccessibleName(words)
        self._label.setToolTip(plain_tooltip(words))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._button.setAccessibleDescription(words)
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()

    def place(self) -> None:
        over = self.parentWidget()
        if over is not None:
            self.move((over.width() - self.width()) // 2, SPACE_4)


def enlarged(small: Pixels, width: int, height: int) -> QPixmap:
    """As large as the original is in pixels, so that nothing moves when that takes its place."""
    size = QSize(max(1, width), max(1, height))
    if max(size.width(), size.height()) > LARGEST:
        size.scale(LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio)
    return pixmap_of(small).scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
