"""Counts the lines that a plain text field needs at its width."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QPlainTextEdit


def lines_of(field: QPlainTextEdit) -> int:
    """The wrapped lines of the whole text, at least 1.

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
