"""Notices that the open library's folder is gone and that it is back, and has the window say so in one line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from imagegen_desktop.core.errors import LibraryMissingError
from imagegen_desktop.core.queue import Held
from imagegen_desktop.studio.browsing import Presence, is_there
from imagegen_desktop.ui.settings.settings_page import SettingsSection

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Runner

    Gate = Callable[[GenerationRequest, tuple[GenerationRequest, ...]], Held | None]

TOPIC = "library gone"
# A watcher hears nothing of a disk that is unplugged or mounted.
LOOK_MS = 4_000


class AbsenceFlow(QObject):
    """While the folder is gone, what is remembered can be looked at, and everything else is refused with a sentence.

    `lost` carries the LibraryMissingError, `returned` the Path to open again. `released` says that jobs which waited for the
    folder may go on. `runner` is for looks at the folder alone: one on a dead network can take minutes.
    """

    lost = Signal(object)
    returned = Signal(object)
    released = Signal()

    def __init__(self, window: MainWindow, desk: LibraryDesk, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._notices = window.panels.notices
        self._desk = desk
        self._runner = runner
        self._library: Library | None = None
        self._looking = False
        self._holding = False
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self.look)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        desk.missing.connect(self._missed)
        desk.kept.connect(self._tell_kept)

    @property
    def is_gone(self) -> bool:
        return self._desk.absent

    def use(self, library: Library) -> None:
        """From now on this library's folder is looked for; it may be gone from the first."""
        self._library = library
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._timer.start()
        if self.is_gone:
            self._tell_gone()
        else:
            self._notices.clear(TOPIC)
            self._watcher.addPaths([str(library.folder.path), str(library.folder.mark.parent)])
            self._release()

    @Slot()
    def leave(self) -> None:
        """Another library is being opened."""
        self._library = None
        self._timer.stop()

    def gate(self, inner: Gate) -> Gate:
        """No job is sent while what it makes could not be saved; else `inner` says."""

        def gate(request: GenerationRequest, running: tuple[GenerationRequest, ...]) -> Held | None:
            if not self.is_gone:
                return inner(request, running)
            self._holding = True
            return Held(self.tr("The library's folder is not there. This goes on when it is back."), allow_once=False)

        return gate

    @Slot()
    def look(self) -> None:
        """Ask whether the folder is there, off the window's thread."""
        if self._library is None or self._looking:
            return
        self._looking = True
        run = self._runner.start(partial(is_there, self._library))
        run.stepped.connect(partial(self._looked, self._library))
        run.ended.connect(self._look_ended)

    # ---- own ----

    def _looked(self, library: Library, presence: object) -> None:
        if not isinstance(presence, Presence) or library is not self._library or presence.is_there != self.is_gone:
            return
        if presence.is_there:
            self._come_back(library.folder.path)
        else:
            self._go()

    @Slot(object)
    def _look_ended(self, _error: object) -> None:
        self._looking = False

    @Slot(object)
    def _missed(self, error: object) -> None:
        """Something could not be done: say so, and look whether the folder itself is gone."""
        if isinstance(error, LibraryMissingError):
            words = self.tr("Nothing was changed: the library's folder is not there.")
            self._window.panels.toast.tell(words)
            self.look()

    @Slot()
    def _tell_kept(self) -> None:
        self._window.panels.toast.tell(self.tr("Your words are kept, and written when the library's folder is back."))

    def _go(self) -> None:
        self._desk.absent = True
        self._tell_gone()

    def _tell_gone(self) -> None:
        if self._library is None:
            return
        path = self._library.folder.path
        words = self.tr(
            "The library's folder is not there: {path}. Plug its disk in again, and it comes back by itself. Until then you see "
            "what is remembered, and nothing can be changed or made."
        )
        choose = (self.tr("Choose another folder"), self._choose)
        self._notices.tell(TOPIC, words.format(path=path), [choose])
        self.lost.emit(LibraryMissingError(str(path)))

    def _come_back(self, path: Path) -> None:
        """Opened as at a start: another disk may lie at the same place, or another computer may have changed it."""
        self.leave()
        self._notices.clear(TOPIC)
        self._window.panels.toast.tell(self.tr("The library is back."))
        self.returned.emit(path)

    def _release(self) -> None:
        if self._holding:
            self._holding = False
            self.released.emit()

    def _choose(self) -> None:
        self._window.show_settings()
        self._window.panels.settings_page.open_at(SettingsSection.LIBRARY)
