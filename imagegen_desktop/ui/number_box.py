"""A box for a whole number, with its digits as far from the frame as the words of every other field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSpinBox

from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class NumberBox(QSpinBox):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A style sheet's padding does not reach the field within a spin box.
        self.lineEdit().setTextMargins(SPACE_2, 0, 0, 0)
