"""The parts that look after a library: its checks, and the way from one library to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.storage.library_folder import KnownLibraries
from imagegen_desktop.studio.upkeep import Upkeep
from imagegen_desktop.ui.upkeep_flow import UpkeepFlow
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.import_flow import ImportFlow
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow


class UpkeepParts(QObject):
    """`data` is the app's data folder. Who makes it calls `shutdown`."""

    def __init__(self, window: MainWindow, desk: LibraryDesk, importing: ImportFlow, *, data: Path) -> None:
        super().__init__(window)
        self._section = window.panels.settings_page.library
        self._known = KnownLibraries(data / "libraries.json")
        self._runner = Runner("upkeep")
        self.flow = UpkeepFlow(window, desk, importing, self._runner)

    def open(self, library: Library) -> None:
        self.flow.use(Upkeep(library))
        self._section.set_others(self._known.others(library.folder.path))

    def shutdown(self) -> None:
        self._runner.shutdown()
