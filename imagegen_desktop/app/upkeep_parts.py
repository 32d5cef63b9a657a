"""The parts that look after a library: its checks, and the way from one library to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.storage.library_folder import KnownLibraries
from imagegen_desktop.studio.upkeep import Upkeep
from imagegen_desktop.ui.absence_flow import AbsenceFlow
from imagegen_desktop.ui.outside_flow import OutsideFlow
from imagegen_desktop.ui.upkeep_flow import UpkeepFlow
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.import_flow import ImportFlow
    from imagegen_desktop.ui.job_flow import JobFlow
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.queue_desk import QueueDesk
    from imagegen_desktop.ui.settings_flow import SettingsFlow


class UpkeepParts(QObject):
    """`data` is the app's data folder. Who makes it calls `shutdown`."""

    def __init__(self, window: MainWindow, desk: LibraryDesk, importing: ImportFlow, *, data: Path) -> None:
        super().__init__(window)
        self._section = window.panels.settings_page.library
        self._importing = importing
        self._known = KnownLibraries(data / "libraries.json")
        self._runner = Runner("upkeep")
        self._watching = Runner("watching")
        self.flow = UpkeepFlow(window, desk, importing, self._runner)
        self.outside = OutsideFlow(window, desk, importing, self._runner)
        self.absence = AbsenceFlow(window, desk, self._watching)

    def join(self, jobs: JobFlow, queue: QueueDesk, settings: SettingsFlow, reopen: Callable[[object], None]) -> None:
        """Jobs wait while the folder is gone; `reopen` opens the library of a Path: when it is back, and another at a wish."""
        queue.gate = self.absence.gate(queue.gate)
        self.absence.released.connect(queue.resume)
        self.absence.lost.connect(jobs.lose_library)
        self.absence.returned.connect(reopen)
        settings.library_wanted.connect(self.absence.leave)
        settings.library_wanted.connect(reopen)
        self._importing.library_wanted.connect(settings.open_library)

    def open(self, library: Library) -> None:
        self.flow.use(Upkeep(library))
        self.outside.use(Upkeep(library))
        self._section.set_others(self._known.others(library.folder.path))
        self.absence.use(library)

    def shutdown(self) -> None:
        self._runner.shutdown()
        self._watching.shutdown()
