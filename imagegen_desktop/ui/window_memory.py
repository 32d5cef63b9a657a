"""What the window looked like when it was last closed: its size, its panels, its page, and how the grid stood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray

from imagegen_desktop.ui.grid.layout import Arrangement

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QMainWindow, QSplitter

    from imagegen_desktop.ui.library_page import LibraryPage

GEOMETRY: Final = "geometry"
SPLITTER: Final = "splitter"
PAGE: Final = "page"
LIBRARY: Final = "library"
CREATE: Final = "create"
EDGE: Final = "edge"
ARRANGEMENT: Final = "arrangement"
CARD: Final = "card"
# Of an empty prompt card, in pixels.
CARD_HEIGHT: Final = 110
HIGHEST_CARD: Final = 600


class WindowMemory:
    """Kept in a file that a person may edit: what is not understood of it is passed over."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def was_library(self) -> bool:
        return self._settings.value(PAGE) == LIBRARY

    @property
    def card_height(self) -> int:
        """In pixels: for a start keeps the prompt card's place before there is one."""
        height = str(self._settings.value(CARD))
        return max(CARD_HEIGHT, min(HIGHEST_CARD, int(height))) if height.isdecimal() else CARD_HEIGHT

    def keep_card_height(self, height: int) -> None:
        self._settings.setValue(CARD, height)

    def restore(self, window: QMainWindow, splitter: QSplitter, page: LibraryPage) -> None:
        geometry, sizes = self._settings.value(GEOMETRY), self._settings.value(SPLITTER)
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        if isinstance(sizes, QByteArray):
            splitter.restoreState(sizes)
        edge, arrangement = str(self._settings.value(EDGE)), str(self._settings.value(ARRANGEMENT))
        if edge.isdecimal():
            page.grid.set_edge(int(edge))
            page.bar.set_edge(page.grid.edge)
        if arrangement in {one.value for one in Arrangement}:
            page.grid.set_arrangement(Arrangement(arrangement))
            page.bar.set_arrangement(page.grid.arrangement)

    def keep(self, window: QMainWindow, splitter: QSplitter, page: LibraryPage, *, library: bool) -> None:
        self._settings.setValue(GEOMETRY, window.saveGeometry())
        self._settings.setValue(SPLITTER, splitter.saveState())
        self._settings.setValue(PAGE, LIBRARY if library else CREATE)
        self._settings.setValue(EDGE, page.grid.edge)
        self._settings.setValue(ARRANGEMENT, page.grid.arrangement.value)
