"""The parts of the first screen: all that a library needs to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.browsing import Browsing
from imagegen_desktop.studio.thumbnailing import Thumbnailing
from imagegen_desktop.ui.file_manager import FileManager
from imagegen_desktop.ui.grid_flow import GridFlow
from imagegen_desktop.ui.library_desk import LibraryDesk
from imagegen_desktop.ui.library_flow import LibraryFlow
from imagegen_desktop.ui.svg_drawing import draw_svg
from imagegen_desktop.ui.thumbnail_desk import OpenThumbnails, ThumbnailDesk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.window_panels import CreatePanels
    from imagegen_desktop.workers.runner import Runner


class FrontParts(QObject):
    """`data` is the app's data folder; `runners` has lanes for looking, decoding, sweeping, listing and thumbnails.

    Who makes it calls `stop` before the runners end, and `shutdown` after.
    """

    def __init__(
        self, window: MainWindow, runners: Mapping[str, Runner], source: OpenThumbnails, *, data: Path
    ) -> None:
        super().__init__(window)
        self._window = window
        self._source = source
        self._data = data
        self.thumbnail_cache: ThumbnailCache | None = None
        self.files = FileManager(window)
        self.desk = LibraryDesk(runners["looking"], runners["decoding"], runners["sweeping"], window)
        self.flow = LibraryFlow(window.first, self.desk, self.files, window)
        self.thumbnails = ThumbnailDesk(source, runners["thumbnails"], self)
        self.grid = GridFlow(window, self.desk, self.thumbnails, runners["listing"], library=self.flow)

    def open(self, library: Library) -> None:
        """Blocks on nothing: the cache is opened when a thumbnail is first asked for."""
        cache = self.thumbnail_cache = ThumbnailCache(self._data / f"thumbs-{library.id}.sqlite")
        self.thumbnails.use(Thumbnailing(library, cache, draw_svg=draw_svg))
        self.desk.use(Browsing(library, draw_svg=draw_svg, remembered=self._source))

    def use_create(self, create: CreatePanels) -> None:
        """Stage, strip, card and inspector are there, and tell at once of what was chosen meanwhile."""
        self.flow.use_create(create)
        self.grid.show_chosen()

    def chosen(self) -> tuple[ImageState, ...]:
        """What keys act on: the grid's choice, or the image on the stage."""
        if self._window.in_library:
            return self.grid.states
        viewed = self.flow.viewed
        return (viewed,) if viewed is not None else ()

    def stop(self) -> None:
        """Before the runners end: what they wait for ends."""
        self._window.first.library_page.grid.shutdown()
        self.thumbnails.stop()

    def shutdown(self) -> None:
        """After the runners have ended."""
        self.thumbnails.shutdown()
