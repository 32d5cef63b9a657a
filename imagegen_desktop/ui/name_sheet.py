"""Asks for a name in the window itself: a line above the prompt card, with Save and Cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QWidget

from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

FIELD_WIDTH = 220


class NameSheet(QFrame):
    """One question at a time; a new one takes the place of the last. Esc and Cancel answer nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._use: Callable[[str], None] | None = None
        self._question = PlainLabel(wrap=True)
        self.field = QLineEdit()
        self.field.setMinimumWidth(FIELD_WIDTH)
        self.save = QPushButton(self.tr("Save"))
        self.save.setProperty("kind", "primary")
        self.cancel = QPushButton(self.tr("Cancel"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_3, SPACE_2, SPACE_3, SPACE_2)
        row.setSpacing(SPACE_2)
        row.addWidget(self._question, 1)
        for widget in (self.field, self.save, self.cancel):
            row.addWidget(widget)
        self.field.returnPressed.connect(self._answer)
        self.field.textChanged.connect(self._check)
        self.save.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.close_sheet)
        self.hide()

    def ask(self, question: str, text: str, use: Callable[[str], None]) -> None:
        """`use` gets the name, trimmed and never empty."""
        self._use = use
        self._question.setText(question)
        self.field.setAccessibleName(question)
        self.field.setText(text)
        self.field.selectAll()
        self._check()
        self.show()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def close_sheet(self) -> None:
        self._use = None
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
            return
        super().keyPressEvent(event)

    @Slot()
    def _check(self) -> None:
        self.save.setEnabled(bool(self.field.text().strip()))

    @Slot()
    def _answer(self) -> None:
        name, use = " ".join(self.field.text().split()), self._use
        if name and use is not None:
            self.close_sheet()
            use(name)
