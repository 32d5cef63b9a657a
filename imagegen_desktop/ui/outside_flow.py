"""Sees what a person or another program does to the library's files: finds again what was moved, offers what is new."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QLocale, QObject, QTimer, Slot

from imagegen_desktop.core.errors import ImagegenError, LibraryMissingError
from imagegen_desktop.storage.sweep import SweepReport
from imagegen_desktop.studio.upkeep_steps import FoundAgain, Missing, Places, Unknown, Verified

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.studio.upkeep import Upkeep
    from imagegen_desktop.ui.import_flow import ImportFlow
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Runner

TOPIC = "outside"
# Who moves files moves several.
QUIET_MS = 2_000
# What this program or another of ours writes is told in the news file within that time, before or after.
OURS_SECONDS = 2.0
# A look reads every image's state: seconds of a large library, in which a folder may change a hundred times.
APART_SECONDS = 20.0


class OutsideFlow(QObject):
    """Looks when a folder of the library changed and no program of ours did it, and when a start misses files.

    Only names are read, and those files that may be a missing one.
    """

    def __init__(self, window: MainWindow, desk: LibraryDesk, importing: ImportFlow, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._importing = importing
        self._runner = runner
        self._upkeep: Upkeep | None = None
        self._began, self._looked = 0.0, -APART_SECONDS
        self._found = self._missing = 0
        # What was offered once is not offered again.
        self._offered: frozenset[Path] = frozenset()
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._changed)
        self._timer = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self._quiet)
        desk.swept.connect(self._swept)
        importing.ended.connect(self._watch)

    def use(self, upkeep: Upkeep) -> None:
        """From the next sweep on, which comes after the first screen, this library's folder is watched."""
        self._upkeep = upkeep
        self._offered = frozenset()
        self._timer.stop()
        self._window.panels.notices.clear(TOPIC)
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())

    # ---- hear ----

    @Slot(object)
    def _swept(self, report: object) -> None:
        self._watch()
        if isinstance(report, SweepReport) and report.missing_files:
            self._look(told=False)

    @Slot(str)
    def _changed(self, _folder: str) -> None:
        if not self._timer.isActive():
            self._began = time.time()
        self._timer.start(QUIET_MS)

    @Slot()
    def _quiet(self) -> None:
        if self._is_ours() or self._importing.is_running or self._desk.absent:
            self._watch()
            return
        wait = self._looked + APART_SECONDS - time.monotonic()
        if wait > 0:
            self._timer.start(round(wait * 1000))
            return
        self._looked = time.monotonic()
        self._watch()
        self._look(told=True)

    def _is_ours(self) -> bool:
        browsing = self._desk.browsing
        if browsing is None:
            return True
        try:
            return browsing.news.stat().st_mtime > self._began - OURS_SECONDS
        except FileNotFoundError:
            # Nothing was ever changed by a program of ours.
            return False

    # ---- look ----

    @Slot()
    def _watch(self) -> None:
        if self._upkeep is not None and not self._desk.absent:
            run = self._runner.start_latest("places", self._upkeep.places)
            run.stepped.connect(self._placed)
            run.ended.connect(self._ended)

    @Slot(object)
    def _placed(self, step: object) -> None:
        if isinstance(step, Places):
            new = {str(folder) for folder in step.folders}.difference(self._watcher.directories())
            if new:
                self._watcher.addPaths(sorted(new))

    def _look(self, *, told: bool) -> None:
        upkeep = self._upkeep
        if upkeep is None:
            return
        self._found = self._missing = 0
        run = self._runner.start_latest("outside", upkeep.look)
        run.stepped.connect(partial(self._stepped, upkeep, told))
        run.ended.connect(self._ended)

    def _stepped(self, upkeep: Upkeep, told: bool, step: object) -> None:  # noqa: FBT001 (bound where it is connected)
        if upkeep is not self._upkeep:
            return
        match step:
            case FoundAgain():
                self._found += 1
            case Missing():
                self._missing += 1
            case Unknown(paths):
                self._offer(frozenset(paths))
            case Verified():
                self._tell(told=told)
            case _:
                pass

    @Slot(object)
    def _ended(self, error: object) -> None:
        # That the folder is gone is told by who looks for it.
        if isinstance(error, ImagegenError) and not isinstance(error, LibraryMissingError):
            self._window.panels.toast.tell(f"{error.title}. {error.advice}")

    # ---- tell ----

    def _tell(self, *, told: bool) -> None:
        number = QLocale().toString
        if self._found:
            words = self.tr("Moved or renamed, and found again: {count}.").format(count=number(self._found))
            self._window.panels.toast.tell(words)
        elif told and self._missing:
            words = self.tr("No longer in the library's folder: {count}.").format(count=number(self._missing))
            self._window.panels.toast.tell(words)

    def _offer(self, paths: frozenset[Path]) -> None:
        new = paths - self._offered
        if not new:
            return
        self._offered |= paths
        words = self.tr(
            "Pictures in the library's folder that it does not know: {count}. They can be taken in where they lie."
        )
        notices = self._window.panels.notices
        notices.tell(
            TOPIC,
            words.format(count=QLocale().toString(len(paths))),
            [
                (self.tr("Take them in"), partial(self._take_in, tuple(sorted(paths)))),
                (self.tr("Close"), partial(notices.clear, TOPIC)),
            ],
        )

    def _take_in(self, paths: tuple[Path, ...]) -> None:
        self._window.panels.notices.clear(TOPIC)
        self._importing.ask(paths)
