"""Has the page of what was spent tell what the images of each album cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.browsing import SpentByAlbum

if TYPE_CHECKING:
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Runner


class AlbumSpendingFlow(QObject):
    """Reads it whenever the page is opened, and while it is open whenever the library changes."""

    def __init__(self, window: MainWindow, desk: LibraryDesk, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._runner = runner
        window.turned.connect(self._read)
        desk.overviewed.connect(self._read)

    @Slot()
    def _read(self) -> None:
        browsing = self._desk.browsing
        if browsing is not None and self._window.in_spending:
            run = self._runner.start_latest("spent by album", browsing.spending_by_album)
            run.stepped.connect(self._stepped)
            run.ended.connect(self._ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        if isinstance(step, SpentByAlbum):
            self._window.panels.spending_page.show_albums(step.albums)

    @Slot(object)
    def _ended(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._window.panels.spending_page.show_status(f"{error.title}. {error.advice}", "error")
