"""Text that can be read, chosen and copied but not changed, as high as its words need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from imagegen_desktop.ui.text_height import lines_at

NARROWEST = 40
# Room for the last line's descenders.
SLACK = 2


class ReadOnlyText(QPlainTextEdit):
    """Plain text only. Long words such as file names and addresses break anywhere rather than being cut off.

    `tab_stop` says whether Tab reaches it; a click always does.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, tab_stop: bool = True) -> None:
        super().__init__(parent)
        # Width in pixels, and the height that the text needs at it.
        self._measured = (-1, 0)
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
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.document().setDocumentMargin(0)
        self.viewport().setAutoFillBackground(False)
        self.textChanged.connect(self._forget_height)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._measured[0] != width:
            lines = lines_at(self.toPlainText(), self.font(), max(1, width))
            self._measured = (width, lines * self.fontMetrics().lineSpacing() + SLACK)
        return self._measured[1]

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self.fontMetrics().lineSpacing() + SLACK)

    def sizeHint(self) -> QSize:
        return QSize(NARROWEST, self.heightForWidth(max(NARROWEST, self.width())))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._forget_height()

    @Slot()
    def _forget_height(self) -> None:
        self._measured = (-1, 0)
        self.updateGeometry()
