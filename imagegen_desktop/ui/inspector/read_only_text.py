"""Text that can be read, chosen and copied but not changed, as high as its words need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from imagegen_desktop.ui.text_height import lines_of

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

NARROWEST = 40


class ReadOnlyText(QPlainTextEdit):
    """Plain text only. Long words such as file names and addresses break anywhere rather than being cut off.

    `tab_stop` says whether Tab reaches it; a click always does.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, tab_stop: bool = True) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if tab_stop else Qt.FocusPolicy.ClickFocus)
        self.setProperty("kind", "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self._fit_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self.minimumHeight())

    def sizeHint(self) -> QSize:
        return QSize(NARROWEST, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_height()

    @Slot()
    def _fit_height(self) -> None:
        self.setFixedHeight(lines_of(self) * self.fontMetrics().lineSpacing() + 2)
