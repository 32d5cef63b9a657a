"""Checks a library and makes its index again at a person's wish, and tells how far that is and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QLocale, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.upkeep_steps import (
    Altered,
    FoundAgain,
    Hashed,
    Missing,
    Rebuilt,
    TornRecord,
    Unknown,
    UpkeepProgress,
    Verified,
)

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.studio.upkeep import Upkeep
    from imagegen_desktop.ui.import_flow import ImportFlow
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner, Work

TELL_MS = 500


class UpkeepFlow(QObject):
    """One check or rebuild at a time, on a thread of its own: it can take as long as reading the whole disk."""

    def __init__(self, window: MainWindow, desk: LibraryDesk, importing: ImportFlow, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._section = window.panels.settings_page.library
        self._desk = desk
        self._importing = importing
        self._runner = runner
        self._upkeep: Upkeep | None = None
        self._run: Run | None = None
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tell)
        self._forget()
        self._section.verify_requested.connect(self.verify)
        self._section.rebuild_requested.connect(self.rebuild)
        self._section.cancel_requested.connect(self.cancel)
        self._section.adopt_requested.connect(self._adopt)
        self._section.copy_requested.connect(self._copy)

    def use(self, upkeep: Upkeep) -> None:
        """From now on this library is looked after; what runs on another one is cancelled, and not told any more."""
        if self._run is not None:
            self._run.stepped.disconnect(self._stepped)
            self._run.ended.disconnect(self._over)
            self._run.cancel()
            self._run = None
            self._timer.stop()
        self._upkeep = upkeep
        self._forget()
        self._section.set_care("", "none")

    @Slot()
    def verify(self) -> None:
        if self._upkeep is not None:
            self._start(self._upkeep.verify)

    @Slot()
    def rebuild(self) -> None:
        if self._upkeep is not None:
            self._start(self._upkeep.rebuild)

    @Slot()
    def cancel(self) -> None:
        if self._run is not None:
            self._run.cancel()

    # ---- own ----

    def _forget(self) -> None:
        self._progress: UpkeepProgress | None = None
        self._found: list[str] = []
        self._unknown: tuple[Path, ...] = ()
        self._report = ""
        self._sound = False

    def _start(self, work: Work) -> None:
        if self._run is not None:
            return
        self._forget()
        self._run = self._runner.start(work)
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._over)
        self._elapsed.start()
        self._timer.start()
        self._tell()

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case UpkeepProgress():
                self._progress = step
            case Missing(state):
                self._found.append(self.tr("Missing: {path}").format(path=state.path))
            case Altered(_, path, reason):
                self._found.append(self.tr("Changed: {path}: {reason}").format(path=path, reason=reason))
            case FoundAgain(_, path):
                self._found.append(self.tr("Found again: {path}").format(path=path))
            case Unknown(paths):
                self._unknown = paths
                self._found += [self.tr("Not in the library: {path}").format(path=path) for path in paths]
            case TornRecord(path, mended):
                words = self.tr("Mended: {path}") if mended else self.tr("This record can't be read: {path}")
                self._found.append(words.format(path=path))
            case Verified():
                self._report = self._words_of(step)
                self._sound = not (step.missing or step.altered or step.torn)
            case Rebuilt(images):
                self._report = self.tr("The index was made again from the folder. Images in it: {count}.").format(
                    count=QLocale().toString(images)
                )
                self._sound = True
            case Hashed():
                pass
            case _:
                raise TypeError(f"not a step of looking after a library: {step!r}")

    def _words_of(self, verified: Verified) -> str:
        number = QLocale().toString
        parts = [self.tr("As they came: {count}.").format(count=number(verified.sound))]
        for words, count in (
            (self.tr("Missing: {count}."), verified.missing),
            (self.tr("Changed or unreadable, and left as they are: {count}."), verified.altered),
            (self.tr("Moved, and found again: {count}."), verified.found_again),
            (self.tr("Pictures in the folder that are not in the library: {count}."), verified.unknown),
            (self.tr("Records that can't be read: {count}."), verified.torn),
            (self.tr("In the bucket alone, and not looked at: {count}."), verified.elsewhere),
        ):
            if count:
                parts.append(words.format(count=number(count)))
        if verified.sound and len(parts) == 1:
            return self.tr("All {count} files are as they came.").format(count=number(verified.sound))
        return " ".join(parts)

    @Slot()
    def _tell(self) -> None:
        if self._run is None:
            return
        number = QLocale().toString
        minutes, seconds = divmod(self._elapsed.elapsed() // 1000, 60)
        time = f"{minutes}:{seconds:02}"
        progress = self._progress
        if self._run.token.cancelled:
            words = self.tr("Stopping…")
        elif progress is not None and progress.of:
            words = self.tr("{done} of {of} files read, {time}").format(
                done=number(progress.done), of=number(progress.of), time=time
            )
        else:
            words = self.tr("Reading the folder, {time}").format(time=time)
        self._section.set_care(words, "busy")

    @Slot(object)
    def _over(self, error: object) -> None:
        cancelled = self._run is not None and self._run.token.cancelled
        self._run = None
        self._timer.stop()
        self._desk.look()
        if isinstance(error, ImagegenError):
            words = f"{error.title}. {error.advice}"
            self._section.set_care(words, "error", listed=bool(self._found))
        elif self._report:
            words = self._report
            kind = "ok" if self._sound else "warn"
            self._section.set_care(words, kind, adoptable=len(self._unknown), listed=bool(self._found))
        else:
            words = self.tr("Cancelled.") if cancelled else ""
            self._section.set_care(words, "none", listed=bool(self._found))
        if words and not self._window.in_settings:
            self._window.panels.toast.tell(words)

    @Slot()
    def _adopt(self) -> None:
        self._section.set_care(self._report, "ok" if self._sound else "warn", listed=bool(self._found))
        self._importing.ask(self._unknown)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._found))
        self._window.panels.toast.tell(self.tr("Copied"))
