"""Counts the lines that plain text needs at a width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QTextLayout, QTextOption

if TYPE_CHECKING:
    from PySide6.QtGui import QFont
    from PySide6.QtWidgets import QPlainTextEdit


def lines_of(field: QPlainTextEdit) -> int:
    """The wrapped lines of the field's whole text at its present width, at least 1.

    A plain text document is laid out block by block, only when a block is looked at; so each is looked at.
    """
    layout = field.document().documentLayout()
    lines = 0
    block = field.document().begin()
    while block.isValid():
        layout.blockBoundingRect(block)
        lines += max(1, block.layout().lineCount())
        block = block.next()
    return max(1, lines)


def lines_at(text: str, font: QFont, width: int) -> int:
    """The lines of `text` in `font` if it is broken at `width` pixels, within a word where a word is too long."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    lines = 0
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, font)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
        layout.endLayout()
        lines += max(1, layout.lineCount())
    return lines
