"""The grid shows what it is given, asks only for what is near, and does what mouse and keys say."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from painted import image
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QApplication

from imagegen_desktop.core.places import Listing, Place, View
from imagegen_desktop.core.settings import Theme
from imagegen_desktop.imaging.thumbnails import thumbnail
from imagegen_desktop.ui.grid.grid import ContextRequest, ImageGrid
from imagegen_desktop.ui.grid.grid_bar import GridBar
from imagegen_desktop.ui.grid.grid_view import Missing
from imagegen_desktop.ui.grid.layout import Arrangement
from imagegen_desktop.ui.grid.thumbs import Thumbs
from imagegen_desktop.ui.grid.tile_painter import pile_badge
from imagegen_desktop.ui.theme.tokens import LIGHT
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

NOON = 1_795_348_800_000_000
MINUTE = 60_000_000
COLOUR = (200, 80, 40)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


class Shelf:
    """A cache in memory; called on the loader's thread."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, int], bytes] = {}
        self.asked: list[str] = []

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]:
        ids = list(ids)
        self.asked += ids
        return {one: self.files[one, edge] for one in ids if (one, edge) in self.files}


class House:
    """A grid, and the one that answers it."""

    def __init__(self, grid: ImageGrid, shelf: Shelf) -> None:
        self.grid = grid
        self.shelf = shelf
        self.states: dict[int, ImageState] = {}
        self.pages: list[array[int]] = []
        self.missing: list[Missing] = []
        self.currents: list[int | None] = []
        self.opened: list[int] = []
        self.looks: list[int] = []
        self.menus: list[ContextRequest] = []
        self.selections = 0
        grid.rows_wanted.connect(self._answer)
        grid.thumbnails_missing.connect(self.missing.append)
        grid.current_changed.connect(self.currents.append)
        grid.selection_changed.connect(self._selected)
        grid.opened.connect(self.opened.append)
        grid.quick_look.connect(self.looks.append)
        grid.context_requested.connect(self.menus.append)

    def _answer(self, moments: array[int]) -> None:
        self.pages.append(moments)
        self.grid.set_rows({moment: self.states[moment] for moment in moments})

    def _selected(self) -> None:
        self.selections += 1

    def fill(self, count: int, *, stacks: list[int] | None = None, view: View | None = None, first: int = 0) -> Listing:
        """Images 1, 2, 3 ... a minute apart, the newest first, each with a thumbnail."""
        numbers = range(first, count)
        moments = array("q", (NOON - number * MINUTE for number in numbers))
        data = thumbnail(picture(COLOUR, size=(300, 300)), 256)
        for number, moment in zip(numbers, moments, strict=True):
            self.states[moment] = image(number)
            self.shelf.files[image(number).id, 256] = data
        ones = array("f", [1.0] * len(moments))
        listing = Listing(view or View(), moments, ones, array("q", stacks or [0] * len(moments)))
        self.grid.set_listing(listing)
        return listing

    def chosen(self) -> list[int]:
        """The rows that are selected."""
        return [row for row, moment in enumerate(self.grid.listing.moments) if moment in self.grid.selection]

    def at(self, cell: int) -> QPoint:
        return self.grid.place_of(cell).center()


@pytest.fixture
def house(appearance: Appearance, icons: Icons, qtbot: QtBot) -> Iterator[House]:
    appearance.choose(Theme.LIGHT)
    shelf = Shelf()
    grid = ImageGrid(appearance, icons, shelf)
    qtbot.addWidget(grid)
    grid.set_edge(128)
    grid.resize(900, 600)
    with qtbot.waitExposed(grid):
        grid.show()
    grid.setFocus()
    yield House(grid, shelf)
    grid.shutdown()


def photograph(grid: ImageGrid) -> QImage:
    return grid.viewport().grab().toImage()


def loaded(house: House, qtbot: QtBot, cell: int = 0) -> None:
    qtbot.waitUntil(lambda: house.grid.cells.moment(cell) in house.grid._thumbs)


def test_a_picture_is_painted_with_a_ring_outside_it_and_no_tint(house: House, qtbot: QtBot) -> None:
    house.fill(3)
    place = house.grid.place_of(1)
    assert photograph(house.grid).pixelColor(place.center()).name().upper() == LIGHT.border
    loaded(house, qtbot, 1)
    loaded(house, qtbot, 0)
    house.grid.press(1)
    seen = photograph(house.grid)
    colour = seen.pixelColor(place.center())
    assert all(abs(a - b) < 8 for a, b in zip(colour.getRgb(), COLOUR, strict=False))
    assert seen.pixelColor(place.center().x(), place.top() - 3) == QColor(LIGHT.accent)
    assert seen.pixelColor(place.center().x(), place.top() - 1) == QColor(LIGHT.canvas)
    assert seen.pixelColor(house.grid.place_of(0).topLeft()) == QColor(LIGHT.canvas)


def test_only_what_is_near_is_asked_for(house: House, qtbot: QtBot) -> None:
    house.fill(3000)
    loaded(house, qtbot)
    qtbot.waitUntil(lambda: not house.grid._loader._wishes)
    assert [moments[0] for moments in house.pages] == [NOON]
    assert len(set(house.shelf.asked)) < 150
    assert house.shelf.asked[:8] == [image(number).id for number in range(8)]


def test_after_a_jump_what_was_wished_before_is_dropped(house: House, qtbot: QtBot) -> None:
    house.fill(3000)
    house.grid.verticalScrollBar().setValue(30_000)
    top = house.grid._layout.cells_between(30_000, 30_001 + 136)[-1]
    qtbot.waitUntil(lambda: house.grid.cells.moment(top) in house.grid._thumbs)
    qtbot.waitUntil(lambda: not house.grid._loader._wishes)
    assert len(set(house.shelf.asked)) < 300
    assert 2 <= len(house.pages) <= 4


def test_what_the_cache_lacks_is_asked_of_the_maker_once_and_painted_when_made(house: House, qtbot: QtBot) -> None:
    house.fill(4)
    lost = image(2).id
    data = house.shelf.files.pop((lost, 256))
    house.grid.viewport().update()
    qtbot.waitUntil(lambda: bool(house.missing))
    assert house.missing == [Missing((lost,), 256)]
    house.grid.verticalScrollBar().setValue(1)
    house.shelf.files[lost, 256] = data
    house.grid.thumbnails_made([lost])
    loaded(house, qtbot, 2)
    assert house.missing == [Missing((lost,), 256)]


def test_a_thumbnail_that_cannot_be_made_is_told_in_its_cell(house: House, qtbot: QtBot) -> None:
    house.fill(2)
    house.shelf.files.clear()
    qtbot.waitUntil(lambda: bool(house.missing))
    before = photograph(house.grid)
    house.grid.thumbnails_failed([image(0).id])
    after = photograph(house.grid)
    cell = house.grid.place_of(0)
    assert before.copy(cell) != after.copy(cell)
    assert before.copy(house.grid.place_of(1)) == after.copy(house.grid.place_of(1))


def test_large_cells_ask_for_the_large_thumbnail_and_show_the_small_one_meanwhile(house: House, qtbot: QtBot) -> None:
    house.fill(4)
    house.grid.set_edge(384)
    qtbot.waitUntil(lambda: any(missing.edge == 512 for missing in house.missing))
    loaded(house, qtbot)


def test_the_scroll_bar_keeps_its_length_while_thumbnails_load(house: House, qtbot: QtBot) -> None:
    house.fill(400)
    before = house.grid.verticalScrollBar().maximum()
    loaded(house, qtbot, 10)
    assert house.grid.verticalScrollBar().maximum() == before > 0


@pytest.mark.parametrize("arrangement", Arrangement)
def test_what_is_looked_at_stays_when_the_listing_the_size_or_the_width_changes(
    house: House, arrangement: Arrangement
) -> None:
    house.fill(800)
    house.grid.set_arrangement(arrangement)
    house.grid.verticalScrollBar().setValue(5000)
    cell = house.grid._layout.cells_between(5000, 5600)[0]
    moment, top = house.grid.cells.moment(cell), house.grid.place_of(cell).top()

    def place() -> int:
        found = house.grid.cells.cell_of(moment)
        assert found is not None
        return house.grid.place_of(found).top()

    listing = house.grid.listing
    newer = array("q", [NOON + number * MINUTE for number in range(9, 0, -1)])
    for number, one in enumerate(newer):
        house.states[one] = image(90_000 + number)
    more = Listing(View(), newer + listing.moments, array("f", [1.0] * 809), array("q", [0] * 809))
    house.grid.set_listing(more)
    assert place() == top
    for edge in (300, 96, 200):
        house.grid.set_edge(edge)
        assert place() == top
    house.grid.resize(500, 600)
    assert place() == top
    house.grid.resize(900, 600)
    house.grid.set_edge(128)
    house.grid.set_listing(listing)
    assert place() == top
    assert house.grid.verticalScrollBar().value() == 5000


def test_who_looks_at_the_newest_sees_what_comes_and_another_view_begins_at_its_top(house: House) -> None:
    house.fill(800, first=5)
    house.fill(800)
    assert house.grid.verticalScrollBar().value() == 0
    house.grid.verticalScrollBar().setValue(3000)
    house.fill(700, view=View(place=Place.FAVOURITES))
    assert house.grid.verticalScrollBar().value() == 0


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


def test_what_changed_elsewhere_is_asked_for_anew_and_known_meanwhile(house: House, qtbot: QtBot) -> None:
    listing = house.fill(20)
    loaded(house, qtbot)
    before = len(house.pages)
    house.grid.set_listing(listing)
    assert len(house.pages) == before
    moment = listing.moments[3]
    house.states[moment] = replace(house.states[moment], rating=4)
    known = house.grid.state_of(3)
    assert known is not None
    house.grid.doubt()
    assert house.grid.state_of(3) == known
    house.grid.set_listing(listing)
    house.grid._plan()
    assert house.grid.state_of(3) == house.states[moment]


def test_a_change_is_shown_at_once(house: House, qtbot: QtBot) -> None:
    house.fill(3)
    loaded(house, qtbot)
    before = photograph(house.grid)
    state = house.grid.state_of(0)
    assert state is not None
    house.grid.set_states([replace(state, rating=5), replace(image(99), rating=5)])
    assert house.grid.state_of(0) == replace(state, rating=5)
    assert photograph(house.grid) != before


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


def test_what_changed_is_painted_anew(house: House, qtbot: QtBot) -> None:
    listing = house.fill(3)
    loaded(house, qtbot, 1)
    before = photograph(house.grid)
    state = house.states[listing.moments[1]]
    house.grid.set_rows({listing.moments[1]: replace(state, favourite=True, rating=4)})
    assert photograph(house.grid).copy(house.grid.place_of(1)) != before.copy(house.grid.place_of(1))


def test_the_least_used_thumbnails_go_when_they_take_too_much(house: House, qtbot: QtBot) -> None:
    house.fill(60)
    loaded(house, qtbot, 20)
    pixmap = house.grid._thumbs.peek(NOON)
    assert pixmap is not None
    few = Thumbs(most_bytes=3 * pixmap.width() * pixmap.height() * 4)
    for moment in (1, 2, 3):
        few.put(moment, pixmap)
    assert few.get(1) is pixmap
    few.put(4, pixmap)
    assert [moment for moment in range(5) if moment in few] == [1, 3, 4]


def test_the_bar_steers_the_grid_and_counts(house: House, qtbot: QtBot) -> None:
    bar = GridBar()
    qtbot.addWidget(bar)
    bar.join(house.grid)
    qtbot.mouseClick(bar._buttons[Arrangement.JUSTIFIED], LEFT)
    assert house.grid.arrangement is Arrangement.JUSTIFIED
    bar._size.setValue(300)
    assert house.grid.edge == 300
    bar.set_counts(1204, 3)
    assert bar._count.text() == f"{bar.locale().toString(1204)} images, 3 selected"
    bar.set_counts(1, 0)
    assert bar._count.text() == "1 image"
