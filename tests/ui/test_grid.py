"""The grid shows what it is given, and asks only for what is near."""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from grid_house import COLOUR, MINUTE, NOON, House, loaded, photograph, standing
from painted import image
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from imagegen_desktop.core.places import Listing, Place, View
from imagegen_desktop.ui.grid.facts import PAGE, Facts
from imagegen_desktop.ui.grid.grid_bar import GridBar
from imagegen_desktop.ui.grid.grid_view import AHEAD, BEHIND, Missing
from imagegen_desktop.ui.grid.layout import Arrangement
from imagegen_desktop.ui.grid.thumbs import USUAL_BYTES, Thumbs
from imagegen_desktop.ui.theme.tokens import LIGHT

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


def test_what_is_near_does_not_make_room_for_what_lies_beyond_it(house: House, qtbot: QtBot) -> None:
    listing = house.fill(24)
    loaded(house, qtbot, 23)
    thumbs = house.grid._thumbs
    pixmap = thumbs.peek(NOON)
    assert pixmap is not None
    # Painted after those that are near, as when the direction of scrolling turns.
    for elsewhere in range(24):
        thumbs.put(elsewhere, pixmap)
    house.grid._plan()
    thumbs.most_bytes = thumbs.bytes
    for beyond in range(100, 124):
        thumbs.put(beyond, pixmap)
    assert all(moment in thumbs for moment in listing.moments)
    assert not any(elsewhere in thumbs for elsewhere in range(24))


def test_a_larger_screen_has_room_for_more_thumbnails(house: House) -> None:
    house.fill(3)
    grid = house.grid
    grid._plan()
    assert grid._thumbs.most_bytes == USUAL_BYTES
    grid.resize(5120, 2880)
    grid._plan()
    # What is in view and what is read ahead, each picture as large as its cell at the most.
    near = (1 + AHEAD + BEHIND) * grid.viewport().width() * (grid.viewport().height() + grid.edge) * 4
    assert grid._thumbs.most_bytes > near > USUAL_BYTES


def test_what_was_scrolled_past_long_ago_is_forgotten_and_what_is_near_never(house: House) -> None:
    listing = house.fill(9000)
    facts = Facts()
    facts.set_listing(listing)
    near = 12 * PAGE
    for first in range(0, 9000 - near, PAGE):
        for moments in facts.wanted(first, first + near):
            facts.put({moment: house.states[moment] for moment in moments})
        assert all(facts.get(moment) is not None for moment in listing.moments[first : first + near])
        assert not facts.wanted(first, first + near)
    assert len(facts.states) < near + 9 * PAGE
    assert facts.get(listing.moments[0]) is None
    assert facts.moment(image(0).id) is None
    assert facts.moment(image(9000 - near).id) == listing.moments[9000 - near]


def test_a_late_answer_does_not_make_the_grid_forget_what_it_shows(house: House) -> None:
    listing = house.fill(9000)
    facts = Facts()
    facts.set_listing(listing)
    for first in range(0, 20 * PAGE, PAGE):
        for moments in facts.wanted(first, first + PAGE):
            facts.put({moment: house.states[moment] for moment in moments})
    shown = facts.states
    facts.set_listing(listing)
    late = listing.moments[-2 * PAGE :]
    facts.put({moment: house.states[moment] for moment in late})
    assert set(shown) <= set(facts.states)


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
    bar.set_counts(None, 0)
    assert bar._count.text() == ""
    bar.set_counts(1, 0)
    assert bar._count.text() == "1 image"
