"""A grid before a cache in memory, and the one that answers it."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from painted import image

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.places import Listing, View
from imagegen_desktop.imaging.thumbnails import thumbnail
from imagegen_desktop.ui.grid.grid import ContextRequest, ImageGrid
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.grid.grid_view import Missing
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

NOON = 1_795_348_800_000_000
MINUTE = 60_000_000
COLOUR = (200, 80, 40)


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


def standing(appearance: Appearance, icons: Icons, qtbot: QtBot) -> Iterator[House]:
    """A grid of 128 pixels in 900 x 600, which has the keys."""
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
