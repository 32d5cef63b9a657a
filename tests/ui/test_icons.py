"""Icons are there, free of surprises, sharp, and in the theme's colours."""

from __future__ import annotations

import gc
import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QImage
from PySide6.QtSvg import QSvgRenderer

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.ui.theme.tokens import DARK, LIGHT

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

FOLDER = resources_folder() / "icons"
MODE = QIcon.Mode


def colours(image: QImage) -> set[str]:
    """The colours of the opaque pixels."""
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    seen = [image.pixelColor(x, y) for x, y in points]
    return {colour.name().upper() for colour in seen if colour.alpha() == 255}


def drawn(icon: QIcon, mode: QIcon.Mode = MODE.Normal, ratio: float = 2.0) -> QImage:
    return icon.pixmap(QSize(24, 24), ratio, mode).toImage()


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.svg")), ids=lambda file: file.stem)
def test_an_icon_file_is_a_picture_that_takes_its_colour_from_outside(file: object) -> None:
    text = FOLDER.joinpath(str(file)).read_text(encoding="utf-8")
    assert "currentColor" in text
    assert re.search(r"<(script|image|use|style|!DOCTYPE)|href", text) is None
    assert QSvgRenderer(str(file)).isValid()


def test_every_icon_is_used_and_every_used_icon_is_there() -> None:
    package = resources_folder().parent / "imagegen_desktop"
    words = set()
    for source in package.rglob("*.py"):
        words |= set(re.findall(r'"([a-z][a-z0-9-]*)"', source.read_text(encoding="utf-8")))
    assert {file.stem for file in FOLDER.glob("*.svg")} - words == set()


def test_an_unknown_icon_is_a_loud_fault(icons: Icons) -> None:
    with pytest.raises(FileNotFoundError):
        icons.icon("no-such-icon")


def test_an_icon_changes_with_the_theme(icons: Icons, appearance: Appearance) -> None:
    icon = icons.icon("heart-filled", "accent")
    assert LIGHT.accent in colours(drawn(icon))
    appearance.choose(Theme.DARK)
    assert DARK.accent in colours(drawn(icon))
    assert LIGHT.accent not in colours(drawn(icon))


def test_disabled_and_selected_icons_have_colours_of_their_own(icons: Icons) -> None:
    icon = icons.icon("heart-filled")
    assert LIGHT.text in colours(drawn(icon))
    assert LIGHT.disabled in colours(drawn(icon, MODE.Disabled))
    assert LIGHT.accent_text in colours(drawn(icon, MODE.Selected))


def test_an_icon_is_drawn_in_the_screens_own_pixels(icons: Icons) -> None:
    pixmap = icons.icon("trash-2").pixmap(QSize(20, 20), 2.0)
    assert (pixmap.size(), pixmap.devicePixelRatio()) == (QSize(40, 40), 2.0)
    # A stroke of 2 in 24 units is 3.3 device pixels here: drawn small and enlarged, no pixel would be empty beside it.
    assert LIGHT.text in colours(pixmap.toImage())


def test_a_copy_of_an_icon_keeps_its_engine(icons: Icons) -> None:
    copy = QIcon(icons.icon("copy"))
    icons._icons.clear()
    gc.collect()
    assert LIGHT.text in colours(drawn(copy))
