"""One prompt of an image under its heading, with a button that copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.ui.inspector.read_only_text import ReadOnlyText
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import HIT, ICON_CHIP, SPACE_1

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.icons import Icons


class PromptSection(QWidget):
    """Emits `copy_requested(str)`. Hidden while it has no text."""

    copy_requested = Signal(object)

    def __init__(self, heading: str, copy_name: str, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        label = PlainLabel(heading, kind="caption", wrap=True)
        self.text = ReadOnlyText(heading)
        label.setBuddy(self.text)
        self.copy = QPushButton()
        self.copy.setProperty("kind", "quiet")
        self.copy.setIcon(icons.icon("copy", "text2"))
        self.copy.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        self.copy.setFixedSize(HIT, HIT)
        self.copy.setAccessibleName(copy_name)
        self.copy.setToolTip(plain_tooltip(copy_name))
        self.copy.clicked.connect(self._copy)
        head = QHBoxLayout()
        head.setSpacing(SPACE_1)
        head.addWidget(label, 1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.text)
        self.hide()

    def show_text(self, text: str) -> None:
        self.text.setPlainText(text)
        self.setVisible(bool(text))

    @Slot()
    def _copy(self) -> None:
        self.copy_requested.emit(self.text.toPlainText())
