"""Loads the bundled Inter, and gives fonts of it with figures of one width for money and time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontDatabase

from imagegen_desktop.ui.theme.tokens import TYPE_BODY

if TYPE_CHECKING:
    from pathlib import Path

FAMILY = "Inter"


def body_font(fonts: Path, system: QFont) -> QFont:
    """The window's font, 13 px: Inter from the folder `fonts`, or the `system` font where it can't be loaded."""
    loaded = [QFontDatabase.addApplicationFont(str(file)) for file in sorted(fonts.glob("*.otf"))]
    font = QFont(system)
    if any(number >= 0 for number in loaded):
        # Scripts that Inter lacks come from the system's own fonts.
        font.setFamilies([FAMILY, *system.families()])
    font.setPixelSize(TYPE_BODY)
    # Inter turns the x of "6x3" into a multiplication sign: a file's name must be read as it is.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, so that a ticking number does not shake."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result
