"""A picture is shown whole, in its own colours, and can be looked at closely by wheel, key, drag and pinch."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import pytest
from painted import image, plain
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtWidgets import QApplication, QToolButton
from staged import turn_wheel, words

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.ui.stage.pill import Pill
from imagegen_desktop.ui.stage.stage import Shown, Stage
from imagegen_desktop.ui.stage.view import View
from imagegen_desktop.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState


def test_a_picture_stands_whole_above_the_tools(stage: Stage) -> None:
    stage.show_picture(image(1), plain(900, 900))
    assert (stage.current, stage.image_id) == (Shown.PICTURE, image(1).id)
    target = stage.canvas.view.target
    pill = stage.findChild(Pill)
    assert pill is not None
    assert QRectF(stage.rect()).contains(target)
    assert not target.toAlignedRect().intersects(pill.geometry())
    assert target.width() == target.height() > 400


def test_a_picture_is_shown_in_its_own_colours(stage: Stage) -> None:
    stage.show_picture(image(1), plain(600, 300, (12, 200, 99, 255)))
    picture = stage.grab().toImage()
    assert picture.pixelColor(stage.canvas.view.target.center().toPoint()).getRgb() == (12, 200, 99, 255)
    assert picture.pixelColor(3, 3).name().upper() == LIGHT.canvas


def test_a_checkerboard_shows_only_under_transparency(stage: Stage) -> None:
    assert len(seen(stage, image(1), plain(400, 400, (0, 0, 0, 255)))) == 1
    assert seen(stage, image(2), plain(400, 400, (0, 0, 0, 0))) == {"#FFFFFF", "#DDDDDD"}


def seen(stage: Stage, state: ImageState, pixels: Pixels) -> set[str]:
    stage.show_picture(state, pixels)
    shown = stage.grab(stage.canvas.view.target.toRect().adjusted(60, 60, -60, -60)).toImage()
    return {shown.pixelColor(x, y).name().upper() for x in range(40) for y in range(40)}


def test_a_shrunken_picture_is_averaged_not_thinned_out(stage: Stage) -> None:
    """Every eighth column is white: thinning would keep or lose whole columns, averaging gives one dark grey."""
    row = b"".join(bytes([255 if x % 8 == 0 else 0] * 3 + [255]) for x in range(3072))
    stage.show_picture(image(1), Pixels(3072, 1024, row * 1024))
    shown = stage.grab(stage.canvas.view.target.toRect().adjusted(40, 40, -40, -40)).toImage()
    reds = [shown.pixelColor(x, 20).red() for x in range(200)]
    assert max(reds) < 140


def test_a_screen_reader_hears_what_the_picture_is(stage: Stage) -> None:
    stage.show_picture(image(1, prompt="two <b>red</b> boats"), plain(64, 32))
    assert stage.canvas.accessibleName() == "Picture: two <b>red</b> boats"
    assert stage.canvas.accessibleDescription() == "64 × 32 pixels"


def test_the_old_picture_stays_while_the_next_is_opened(stage: Stage) -> None:
    stage.show_picture(image(1), plain(300, 300))
    before = stage.grab().toImage()
    stage.show_opening(image(2))
    assert (stage.current, stage.image_id) == (Shown.OPENING, image(2).id)
    assert stage.grab().toImage() == before


def test_opening_a_picture_from_a_message_keeps_the_message_until_it_is_there(stage: Stage) -> None:
    stage.show_empty(has_key=True)
    stage.show_opening(image(2))
    assert "Make your first picture" in words(stage)
    stage.show_picture(image(2), plain(30, 30))
    assert "Make your first picture" not in words(stage)


def test_a_file_that_is_gone_is_named(stage: Stage) -> None:
    stage.show_missing(image(7))
    assert stage.current is Shown.MISSING
    assert stage.image_id == image(7).id
    assert image(7).record.file in words(stage)


def test_a_new_state_of_the_shown_picture_keeps_its_zoom(stage: Stage) -> None:
    stage.show_picture(image(1), plain(900, 900))
    stage.canvas.zoom_in()
    scale = stage.canvas.view.scale
    stage.show_picture(image(1, favourite=True), plain(900, 900))
    assert stage.canvas.view.scale == scale
    stage.show_picture(image(2), plain(900, 900))
    assert stage.canvas.view.fitted


def test_the_pills_tools_work_and_take_the_keyboard(stage: Stage) -> None:
    stage.show_picture(image(3), plain(900, 900))
    tools = {tool.accessibleName(): tool for tool in stage.findChildren(QToolButton) if not tool.isHidden()}
    assert list(tools) == ["Zoom out", "Fit to the window", "Zoom in", "Favourite", "Move to the trash"]
    assert all(tool.focusPolicy() is Qt.FocusPolicy.StrongFocus for tool in tools.values())
    heard: list[tuple[str, object]] = []
    stage.favourite_requested.connect(lambda which: heard.append(("favourite", which)))
    stage.trash_requested.connect(lambda which: heard.append(("trash", which)))
    fitted = stage.canvas.view.scale
    tools["Zoom in"].click()
    assert stage.canvas.view.scale == pytest.approx(fitted * 1.25)
    tools["Zoom out"].click()
    assert stage.canvas.view.fitted
    tools["Favourite"].click()
    tools["Move to the trash"].click()
    assert heard == [("favourite", image(3).id), ("trash", image(3).id)]
    assert not tools["Favourite"].isChecked()
    stage.show_picture(image(3, favourite=True), plain(900, 900))
    assert tools["Favourite"].isChecked()


def test_keys_zoom_pan_and_walk(stage: Stage, qtbot: QtBot) -> None:
    stage.show_picture(image(1), plain(1600, 1600))
    canvas, view = stage.canvas, stage.canvas.view
    steps: list[object] = []
    stage.neighbour_requested.connect(steps.append)
    canvas.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key)
    assert steps == [1, -1]
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert view.scale * canvas.devicePixelRatioF() == 1
    left = view.target.left()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert view.target.left() == left - 48
    assert steps == [1, -1]
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert view.scale == pytest.approx(1.25)
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert view.fitted


def test_the_wheel_zooms_around_the_pointer(stage: Stage) -> None:
    stage.show_picture(image(1), plain(1000, 1000))
    view = stage.canvas.view
    at = QPointF(view.target.left() + 100, view.target.top() + 50)
    under = (at - view.target.topLeft()) / view.scale
    turn_wheel(stage.canvas, at, notches=6)
    assert view.scale > 1
    again = (at - view.target.topLeft()) / view.scale
    assert (again - under).manhattanLength() < 2
    turn_wheel(stage.canvas, at, notches=-60)
    assert view.fitted


def test_dragging_pans_but_never_past_an_edge(stage: Stage, qtbot: QtBot) -> None:
    stage.show_picture(image(1), plain(2000, 2000))
    canvas, view = stage.canvas, stage.canvas.view
    canvas.actual_pixels()
    left = view.target.left()
    left_button = Qt.MouseButton.LeftButton
    qtbot.mousePress(canvas, left_button, pos=QPoint(400, 300))
    qtbot.mouseMove(canvas, QPoint(430, 310))
    assert view.target.left() == left + 30
    qtbot.mouseMove(canvas, QPoint(4000, 4000))
    qtbot.mouseRelease(canvas, left_button, pos=QPoint(4000, 4000))
    assert view.target.topLeft() == QPointF(0, 0)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_at_actual_size_the_pictures_pixels_are_the_screens(ratio: float) -> None:
    view = View()
    view.show(QSizeF(777, 333))
    view.measure(QRectF(0, 0, 300, 200), QRectF(24, 24, 252, 100), ratio)
    view.zoom_to(view.actual, QPointF(150, 100))
    assert view.target.width() * ratio == pytest.approx(777)
    corner = view.target.topLeft() * ratio
    assert (corner.x(), corner.y()) == (pytest.approx(round(corner.x())), pytest.approx(round(corner.y())))


def test_zooming_has_ends() -> None:
    view = View()
    view.show(QSizeF(100, 100))
    view.measure(QRectF(0, 0, 400, 400), QRectF(24, 24, 352, 300), 1.0)
    assert view.scale == 1.0
    view.zoom_to(1e9, QPointF(200, 200))
    assert math.isclose(view.scale, 32.0)
    view.zoom_to(1e-9, QPointF(200, 200))
    assert view.fitted


def test_zooming_out_at_a_corner_leaves_no_gap_at_the_other(
    stage: Stage,
) -> None:
    stage.show_picture(image(1), plain(2000, 2000))
    canvas, view = stage.canvas, stage.canvas.view
    canvas.actual_pixels(QPointF(879, 579))
    turn_wheel(canvas, QPointF(0, 0), notches=-2)
    assert view.can_pan
    assert view.target.left() <= 0 <= canvas.width() <= view.target.right()
    assert view.target.top() <= 0 <= canvas.height() <= view.target.bottom()


@pytest.mark.skipif(sys.platform == "darwin", reason="there the same pinch comes as a gesture")
def test_a_pinch_on_a_touch_pad_zooms(stage: Stage) -> None:
    stage.show_picture(image(1), plain(1000, 1000))
    before = stage.canvas.view.scale
    pad, at = QPointingDevice.primaryPointingDevice(), QPointF(440, 290)
    pinch = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, pad, 2, at, at, at, 0.5, QPointF())
    QApplication.sendEvent(stage.canvas, pinch)
    assert stage.canvas.view.scale == pytest.approx(before * 1.5)
