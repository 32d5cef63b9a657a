"""Empties the trash: says what it means before, and tells how far it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QFile, QLocale, QObject, Slot

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.emptying import Emptied

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.emptying import Emptying
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner, Work

TOPIC = "trash"


def to_system_trash(path: Path) -> bool:
    """Whether the system took the file into its trash."""
    file = QFile(str(path))
    return bool(file.moveToTrash())


class TrashFlow(QObject):
    """What is deleted for good can't be taken back, so it is always asked, in the window, with the number."""

    def __init__(self, window: MainWindow, desk: LibraryDesk, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._notices = window.panels.notices
        self._desk = desk
        self._runner = runner
        self._emptying: Emptying | None = None
        self._run: Run | None = None
        self._last: Emptied | None = None
        window.panels.library_page.empty_trash_requested.connect(self.ask_all)

    def use(self, emptying: Emptying) -> None:
        self._emptying = emptying

    @Slot()
    def ask_all(self) -> None:
        """Of everything in the trash."""
        count = len(self._window.panels.library_page.grid.listing)
        if self._emptying is not None and count:
            words = (
                self.tr("Empty the trash? Its one image leaves the library for good.")
                if count == 1
                else self.tr("Empty the trash? {count} images leave the library for good.")
            )
            self._ask(words.format(count=QLocale().toString(count)), self._emptying.trash)

    @Slot(object)
    def ask(self, states: object) -> None:
        """Of some images in the trash."""
        chosen = cast("tuple[ImageState, ...]", states)
        if self._emptying is None or not chosen:
            return
        words = (
            self.tr("Delete this image for good?")
            if len(chosen) == 1
            else self.tr("Delete {count} images for good?").format(count=QLocale().toString(len(chosen)))
        )
        self._ask(words, partial(self._emptying.images, chosen))

    def _ask(self, words: str, work: Work) -> None:
        told = self.tr("{question} Their files go to the system's trash where there is one; this can't be undone here.")
        self._notices.tell(
            TOPIC,
            told.format(question=words),
            [
                (self.tr("Delete for good"), partial(self._begin, work)),
                (self.tr("Cancel"), partial(self._notices.clear, TOPIC)),
            ],
        )
        self._notices.focus(TOPIC)

    def _begin(self, work: Work) -> None:
        if self._run is not None:
            return
        self._last = None
        run = self._run = self._runner.start(work)
        run.stepped.connect(self._stepped)
        run.ended.connect(self._over)
        self._notices.tell(TOPIC, self.tr("Emptying the trash…"), [(self.tr("Cancel"), run.cancel)])

    @Slot(object)
    def _stepped(self, step: object) -> None:
        run = self._run
        if isinstance(step, Emptied) and run is not None:
            self._last = step
            words = self.tr("Emptying the trash: {done} of {of}.").format(done=step.done, of=step.of)
            self._notices.tell(TOPIC, words, [(self.tr("Cancel"), run.cancel)])

    @Slot(object)
    def _over(self, error: object) -> None:
        last, self._run = self._last, None
        self._notices.clear(TOPIC)
        self._desk.look()
        if isinstance(error, ImagegenError):
            close = (self.tr("Close"), partial(self._notices.clear, TOPIC))
            self._notices.tell(TOPIC, f"{error.title}. {error.advice}", [close])
            return
        done = last.done if last is not None else 0
        kept = last is not None and last.discarded == done
        if kept and done:
            one = self.tr("The image left the library; its file is in the system's trash")
            several = self.tr("{count} images left the library; their files are in the system's trash")
        else:
            one, several = self.tr("Deleted the image for good"), self.tr("Deleted {count} images for good")
        self._window.panels.toast.tell(one if done == 1 else several.format(count=QLocale().toString(done)))
