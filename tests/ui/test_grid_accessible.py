"""A screen reader finds each image of the grid, hears which one is current, and can press it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import pytest
from painted import image
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface

from imagegen_desktop.core.places import Listing, View
from imagegen_desktop.ui.grid.accessible_grid import AccessibleGrids
from imagegen_desktop.ui.grid.grid import ImageGrid
from imagegen_desktop.ui.grid.grid_bar import GridBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

NOON = 1_795_348_800_000_000


class Nothing:
    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]:
        del ids, edge
        return {}


def listing(count: int, stacks: list[int] | None = None) -> Listing:
    moments = array("q", (NOON - number for number in range(count)))
    return Listing(View(), moments, array("f", [1.0] * count), array("q", stacks or [0] * count))


@pytest.fixture
def grid(appearance: Appearance, icons: Icons, qtbot: QtBot) -> Iterator[ImageGrid]:
    grids = AccessibleGrids()
    made = ImageGrid(appearance, icons, Nothing())
    qtbot.addWidget(made)
    made.resize(700, 400)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    made.set_listing(listing(12))
    made.set_rows({NOON - number: image(number, favourite=number == 2, sample=number == 3) for number in range(12)})
    yield made
    made.shutdown()
    assert grids is not None


def interface(grid: ImageGrid) -> QAccessibleInterface:
    found = QAccessible.queryAccessibleInterface(grid)
    assert found is not None
    return found


def test_each_image_is_an_item_with_its_number_and_its_words(grid: ImageGrid) -> None:
    root = interface(grid)
    assert (root.role(), root.text(QAccessible.Text.Name)) == (QAccessible.Role.List, "Images")
    names = [root.child(number).text(QAccessible.Text.Name) for number in range(root.childCount())]
    assert names[0] == "Image 1 of 12: a lighthouse at dusk"
    assert names[2] == "Image 3 of 12: a lighthouse at dusk, favourite"
    assert names[3] == "Image 4 of 12: a lighthouse at dusk, sample"
    assert len(names) == 12
    item = root.child(4)
    assert item.role() is QAccessible.Role.ListItem
    assert root.indexOfChild(item) == 4
    centre = item.rect().center()
    assert root.childAt(centre.x(), centre.y()).text(QAccessible.Text.Name) == "Image 5 of 12: a lighthouse at dusk"


def test_an_item_tells_whether_it_is_chosen_and_has_the_keys(grid: ImageGrid) -> None:
    grid.press(3)
    root = interface(grid)
    chosen, other = root.child(3).state(), root.child(4).state()
    assert (chosen.selected, chosen.focused, chosen.selectable, chosen.focusable) == (1, 1, 1, 1)
    assert (other.selected, other.focused) == (0, 0)
    assert root.focusChild().text(QAccessible.Text.Name).startswith("Image 4 of 12")


def test_an_item_is_pressed_as_by_a_click(grid: ImageGrid) -> None:
    told: list[int | None] = []
    grid.current_changed.connect(told.append)
    item = interface(grid).child(7)
    action = item.actionInterface()
    action.doAction(action.pressAction())
    assert told == [NOON - 7]
    assert set(grid.selection.moments) == {NOON - 7}


def test_a_reader_that_asks_for_what_an_item_does_not_offer_gets_nothing(grid: ImageGrid) -> None:
    """These go through Qt, as a screen reader's questions do: a wrong answer ended the program."""
    item = QAccessible.queryAccessibleInterface(grid).child(2)
    assert item.attributesInterface() is None
    assert item.textInterface() is None
    assert item.selectionInterface() is None
    assert item.actionInterface() is not None


def test_a_child_that_is_gone_is_none_and_what_was_held_says_so(grid: ImageGrid) -> None:
    root = interface(grid)
    last = root.child(11)
    grid.set_listing(listing(3))
    assert root.childCount() == 3
    for number in (-1, 3, 11, 1000):
        assert root.child(number) is None
    assert not last.isValid()
    assert last.text(QAccessible.Text.Name) == ""
    assert last.state().invalid
    grid.set_listing(listing(12, stacks=[5] * 4 + [0] * 8))
    assert root.child(0).text(QAccessible.Text.Name) == "Pile 1 of 9, 4 images: a lighthouse at dusk"


def test_the_reader_hears_of_the_item_that_becomes_current(grid: ImageGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[QAccessible.Event, int]] = []

    def hear(event: QAccessibleEvent) -> None:
        heard.append((event.type(), event.child()))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    grid.press(6)
    assert (QAccessible.Event.Focus, 6) in heard
    heard.clear()
    grid.select_all()
    assert heard == [(QAccessible.Event.SelectionWithin, -1)]


def test_nothing_that_takes_the_focus_is_without_a_name(
    grid: ImageGrid, unnamed: Callable[[QWidget], list[str]], qtbot: QtBot
) -> None:
    bar = GridBar()
    qtbot.addWidget(bar)
    bar.show()
    assert unnamed(grid) == []
    assert unnamed(bar) == []
