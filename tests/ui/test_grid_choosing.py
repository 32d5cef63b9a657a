"""What mouse and keys do in the grid."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import pytest
from grid_house import House, standing
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from imagegen_desktop.core.places import Listing, View
from imagegen_desktop.ui.grid.grid import ContextRequest
from imagegen_desktop.ui.grid.tile_painter import pile_badge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def house(appearance: Appearance, icons: Icons, qtbot: QtBot) -> Iterator[House]:
    yield from standing(appearance, icons, qtbot)


def test_clicks_choose_as_in_any_list(house: House, qtbot: QtBot) -> None:
    listing = house.fill(30)
    # The first one has the keys from the beginning.
    house.currents.clear()
    viewport = house.grid.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=house.at(3))
    assert house.chosen() == [3]
    qtbot.mouseClick(viewport, LEFT, CTRL, house.at(6))
    assert house.chosen() == [3, 6]
    qtbot.mouseClick(viewport, LEFT, SHIFT, house.at(9))
    assert house.chosen() == [6, 7, 8, 9]
    qtbot.mouseClick(viewport, LEFT, CTRL, house.at(7))
    assert house.chosen() == [6, 8, 9]
    qtbot.mouseClick(viewport, LEFT, pos=house.at(8))
    assert house.chosen() == [8]
    qtbot.mouseDClick(viewport, LEFT, pos=house.at(8))
    assert house.opened == [listing.moments[8]]
    assert house.currents == [listing.moments[cell] for cell in (3, 6, 9, 7, 8)]
    qtbot.mouseClick(viewport, LEFT, pos=QPoint(2, 590))
    assert house.chosen() == []


def test_a_rubber_band_chooses_what_it_touches_and_with_control_adds(house: House, qtbot: QtBot) -> None:
    house.fill(20)
    grid, viewport = house.grid, house.grid.viewport()

    def band(start: QPoint, end: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.mousePress(viewport, LEFT, keys, start)
        grid.cursor().setPos(viewport.mapToGlobal(end))
        qtbot.mouseMove(viewport, end)
        qtbot.waitUntil(lambda: grid._band is not None and grid._band.bottomRight() == max(start, end, key=QPoint.x))
        qtbot.mouseRelease(viewport, LEFT, keys, end)

    beside = QPoint(1, grid.place_of(0).top() + 9)
    band(beside, house.at(1))
    assert house.chosen() == [0, 1]
    band(QPoint(1, grid.place_of(12).top() + 9), house.at(12), CTRL)
    assert house.chosen() == [0, 1, 12]
    assert grid._band is None
    qtbot.mouseClick(viewport, LEFT, pos=QPoint(viewport.width() // 2, viewport.height() - 1))
    assert house.chosen() == []


def test_keys_go_through_all_and_choose(house: House, qtbot: QtBot) -> None:
    house.fill(100)
    columns = house.grid._layout.columns
    key = Qt.Key
    for pressed, keys, expected in (
        (key.Key_Home, None, [0]),
        (key.Key_Right, None, [1]),
        (key.Key_Down, None, [1 + columns]),
        (key.Key_Right, SHIFT, [1 + columns, 2 + columns]),
        (key.Key_Left, CTRL, [1 + columns, 2 + columns]),
        (key.Key_Left, CTRL, [1 + columns, 2 + columns]),
        (key.Key_Space, CTRL, [columns, 1 + columns, 2 + columns]),
        (key.Key_Up, None, [0]),
        (key.Key_End, None, [99]),
        (key.Key_Home, SHIFT, list(range(100))),
        (key.Key_PageDown, None, [3 * columns]),
        (key.Key_PageUp, None, [0]),
        (key.Key_A, CTRL, list(range(100))),
    ):
        qtbot.keyClick(house.grid, pressed, keys or Qt.KeyboardModifier.NoModifier)
        assert house.chosen() == expected, pressed
        current = house.grid.current_cell()
        assert current is not None
        assert house.grid.viewport().rect().contains(house.at(current))


def test_return_opens_space_looks_and_other_keys_are_left(house: House, qtbot: QtBot) -> None:
    listing = house.fill(5)
    house.grid.press(2)
    qtbot.keyClick(house.grid, Qt.Key.Key_Return)
    qtbot.keyClick(house.grid, Qt.Key.Key_Space)
    assert (house.opened, house.looks) == ([listing.moments[2]], [listing.moments[2]])
    for key, text in ((Qt.Key.Key_F, "f"), (Qt.Key.Key_Delete, ""), (Qt.Key.Key_3, "3"), (Qt.Key.Key_Escape, "")):
        event = QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text)
        event.accept()
        QApplication.sendEvent(house.grid, event)
        assert not event.isAccepted()


def test_a_pile_is_chosen_whole_and_opened_by_its_badge_or_by_s(house: House, qtbot: QtBot) -> None:
    house.fill(6, stacks=[0, 7, 7, 7, 0, 0])
    assert len(house.grid.cells) == 4
    assert house.grid.pile_count(1) == (3, 0)
    qtbot.mouseClick(house.grid.viewport(), LEFT, pos=house.at(1))
    assert house.chosen() == [1, 2, 3]
    qtbot.mouseClick(house.grid.viewport(), LEFT, pos=pile_badge(house.grid.place_of(1)).center())
    assert len(house.grid.cells) == 6
    assert [house.grid.pile_count(cell) for cell in (1, 2)] == [(0, 3), (0, 0)]
    qtbot.keyClick(house.grid, Qt.Key.Key_S)
    assert len(house.grid.cells) == 4


def test_a_drag_carries_what_is_selected(house: House, qtbot: QtBot) -> None:
    listing = house.fill(10)
    asked: list[frozenset[int]] = []

    def data(moments: frozenset[int]) -> QMimeData | None:
        asked.append(moments)
        return None

    house.grid.drag_data = data
    house.grid.press(2)
    qtbot.mouseClick(house.grid.viewport(), LEFT, CTRL, house.at(4))
    qtbot.mousePress(house.grid.viewport(), LEFT, pos=house.at(2))
    qtbot.mouseMove(house.grid.viewport(), house.at(2) + QPoint(30, 0))
    qtbot.mouseRelease(house.grid.viewport(), LEFT, pos=house.at(2) + QPoint(30, 0))
    assert asked == [{listing.moments[2], listing.moments[4]}]
    assert house.chosen() == [2, 4]


def test_a_menu_is_wished_by_mouse_and_by_key_for_what_is_selected(house: House, qtbot: QtBot) -> None:
    house.fill(10)
    qtbot.mousePress(house.grid.viewport(), Qt.MouseButton.RightButton, pos=house.at(5))
    assert house.chosen() == [5]
    viewport = house.grid.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(viewport, event)
    assert house.menus == [ContextRequest(viewport.mapToGlobal(house.at(5)))]


def test_after_a_deletion_the_next_image_has_the_keys(house: House) -> None:
    listing = house.fill(10)
    house.grid.press(4)
    rest = array("q", [moment for moment in listing.moments if moment != listing.moments[4]])
    house.grid.set_listing(Listing(View(), rest, listing.ratios[:9], listing.stacks[:9]))
    assert house.grid.current == listing.moments[5]
    assert house.chosen() == []
    assert house.currents[-1] == listing.moments[5]
