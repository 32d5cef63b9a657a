"""The toast can be read over any picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QWidget

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.ui.toast import Toast

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance


def test_the_toast_covers_what_it_floats_over(qtbot: QtBot, appearance: Appearance) -> None:
    appearance.choose(Theme.DARK)
    under = QWidget()
    qtbot.addWidget(under)
    under.setAutoFillBackground(True)
    palette = under.palette()
    palette.setColor(QPalette.ColorRole.Window, QColor("#00ff00"))
    under.setPalette(palette)
    under.resize(600, 200)
    toast = Toast(under)
    under.show()
    toast.tell("Moved to the trash", "Undo")
    image = under.grab().toImage()
    # Between the words and the edge.
    place = toast.geometry().topLeft()
    assert image.pixelColor(place.x() + 10, place.y() + 12) != QColor("#00ff00")
    assert image.pixelColor(place.x() + 10, place.y() + 12).lightness() < 80
