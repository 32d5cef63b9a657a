"""Looks into the library for the window, changes what stands there, and takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from imagegen_desktop.core.changes import NOTE, TITLE, Wish
from imagegen_desktop.core.errors import LibraryMissingError
from imagegen_desktop.core.organising import set_field
from imagegen_desktop.core.places import View
from imagegen_desktop.studio.browsing import Changed, LibraryOpened, Overview, Page, Picture, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import FieldValue, ImageState
    from imagegen_desktop.studio.browsing import Browsing
    from imagegen_desktop.workers.runner import Run, Runner, Work

PAGE = 500
NEWS_WAIT_MS = 150
TYPED = (TITLE, NOTE)


@dataclass(frozen=True, slots=True)
class Undo:
    """How to take a change back. `words` name what was done."""

    wishes: tuple[Wish, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Done:
    """A change that can be taken back; `words` name it."""

    changed: Changed
    words: str


class LibraryDesk(QObject):
    """Signals carry Library, SweepReport, Page, Picture (`pictured` an original, `thumbnailed` a small one), and ImagegenError.

    `changed_view` carries the View that is looked at, whenever it is looked at again; `overviewed` the Overview of the
    library. `undone` carries the words of the change that was taken back. `missing` carries the LibraryMissingError of
    something that could not be done since the library's folder is gone; `kept` says that typed words wait for its return.
    """

    opened = Signal(object)
    swept = Signal(object)
    paged = Signal(object)
    overviewed = Signal(object)
    changed_view = Signal(object)
    pictured = Signal(object)
    thumbnailed = Signal(object)
    changed = Signal(object)
    undone = Signal(object)
    missing = Signal(object)
    kept = Signal()
    failed = Signal(object)

    def __init__(self, looking: Runner, decoding: Runner, sweeping: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looking = looking
        self._decoding = decoding
        self._sweeping = sweeping
        self._browsing: Browsing | None = None
        self._view = View()
        self._undos: list[Undo] = []
        self._changing = 0
        self.absent = False
        self._unwritten: list[tuple[str, tuple[Wish, ...], str]] = []
        self._undos_wanted = 0
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._news)
        self._news_timer = QTimer(self, singleShot=True, interval=NEWS_WAIT_MS)
        self._news_timer.timeout.connect(self.look)

    # ---- open ----

    def open(self, folder: Path, data: Path) -> None:
        run = self._looking.start(partial(opening, folder, data))
        run.stepped.connect(self._stepped)
        run.ended.connect(self._open_ended)

    def sweep(self, work: Work) -> None:
        """Compare the library with its index, if its folder is there. On a thread of its own: a large one takes seconds."""
        if not self.absent:
            run = self._sweeping.start(work)
            run.stepped.connect(self.swept)
            run.ended.connect(self._run_ended)

    def use(self, browsing: Browsing) -> None:
        """From now on this library is looked at: `changed_view` comes at once; call `look_beside` for the rest."""
        self._browsing = browsing
        self._undos.clear()
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        self._watcher.addPath(str(browsing.news))
        self.changed_view.emit(self._view)
        self._write_kept_words()

    def path_of(self, state: ImageState) -> Path | None:
        return self._browsing.path_of(state) if self._browsing else None

    # ---- look ----

    def go(self, view: View) -> None:
        self._view = view
        self.look()

    @Slot()
    def look(self) -> None:
        if self._browsing is not None:
            self.look_beside()
            self.changed_view.emit(self._view)

    def look_soon(self) -> None:
        """After news that may come many times in a moment."""
        self._news_timer.start()

    def look_beside(self) -> None:
        """Read what stands beside the grid: the strip's page and the sidebar's counts."""
        browsing = self._browsing
        if browsing is not None:
            view = self._view
            self._listen(self._looking.start_latest("page", lambda cancel: browsing.page(view, PAGE, cancel)))
            self._listen(self._looking.start_latest("overview", browsing.overview))

    def view(self, state: ImageState) -> None:
        """Decode an original; only the latest wish is answered."""
        browsing = self._browsing
        if browsing is not None:
            run = self._looking.start_latest("picture", partial(browsing.picture, state))
            run.stepped.connect(self._viewed)
            run.ended.connect(self._run_ended)

    def want_thumbnails(self, states: tuple[ImageState, ...]) -> None:
        browsing = self._browsing
        if browsing is not None:
            self._listen(self._decoding.start_latest("thumbnails", partial(browsing.thumbnails, states)))

    # ---- change ----

    def set_field(self, states: tuple[ImageState, ...], field: str, value: FieldValue, words: str) -> bool:
        """Set a field, remember how to take it back, and look again. False if it was refused."""
        return self.apply(set_field(states, field, value), words)

    def apply(self, wishes: tuple[Wish, ...], words: str) -> bool:
        """Carry the wishes out, remember how to take them back, and look again. False if it was refused.

        What a person typed is kept if the library's folder is gone, and written when it is back.
        """
        browsing = self._browsing
        if browsing is None or not wishes:
            return False
        typed = all(wish.field in TYPED for wish in wishes)
        if self.absent and typed:
            self._unwritten.append((browsing.id, wishes, words))
            self.kept.emit()
            return False
        run = self.change(partial(browsing.apply, wishes), words)
        if run is not None and typed:
            run.ended.connect(partial(self._typed_ended, browsing.id, wishes, words))
        return run is not None

    def change(self, work: Callable[[CancelToken], Iterator[Changed]], words: str) -> Run | None:
        """Do what changes the library; `words` name it in the undo. None if it was refused, which `missing` tells."""
        if self.absent and self._browsing is not None:
            self.missing.emit(LibraryMissingError(str(self._browsing.folder)))
            return None

        def doing(cancel: CancelToken) -> Iterator[Done]:
            for done in work(cancel):
                yield Done(done, words)

        self._changing += 1
        run = self._looking.start(doing)
        self._listen(run)
        run.ended.connect(self._change_ended)
        return run

    def _typed_ended(self, library: str, wishes: tuple[Wish, ...], words: str, error: object) -> None:
        if isinstance(error, LibraryMissingError):
            self._unwritten.append((library, wishes, words))

    def _write_kept_words(self) -> None:
        browsing = self._browsing
        if browsing is None or self.absent:
            return
        mine = [one for one in self._unwritten if one[0] == browsing.id]
        self._unwritten = [one for one in self._unwritten if one not in mine]
        for _, wishes, words in mine:
            self.apply(wishes, words)

    @property
    def browsing(self) -> Browsing | None:
        """The library that is looked at, None until one is open."""
        return self._browsing

    @Slot()
    def undo(self) -> None:
        """Take the last change back, and say so."""
        if self._changing:
            # What is to be taken back is still on its way.
            self._undos_wanted += 1
            return
        browsing = self._browsing
        if self._undos and browsing is not None and not self.absent:
            last = self._undos.pop()
            self._listen(self._looking.start(partial(browsing.apply, last.wishes)))
            self.undone.emit(last.words)

    # ---- hear ----

    def _listen(self, run: Run) -> None:
        run.stepped.connect(self._stepped)
        run.ended.connect(self._run_ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case LibraryOpened(library, is_there):
                self.absent = not is_there
                self.opened.emit(library)
            case Page():
                self.paged.emit(step)
            case Overview():
                self.overviewed.emit(step)
            case Picture():
                self.thumbnailed.emit(step)
            case Done(changed, words):
                self._undos.append(Undo(changed.undo, words))
                self.changed.emit(changed)
                self.look()
            case Changed():
                self.changed.emit(step)
                self.look()
            case _:
                raise TypeError(f"not a step of the library: {step!r}")

    @Slot(object)
    def _viewed(self, step: object) -> None:
        self.pictured.emit(step)

    @Slot(object)
    def _run_ended(self, error: object) -> None:
        if isinstance(error, LibraryMissingError):
            self.missing.emit(error)
        elif error is not None:
            self.failed.emit(error)

    @Slot(object)
    def _open_ended(self, error: object) -> None:
        if error is not None:
            self.failed.emit(error)

    @Slot(object)
    def _change_ended(self, _error: object) -> None:
        self._changing -= 1
        if not self._changing:
            wanted, self._undos_wanted = self._undos_wanted, 0
            for _ in range(wanted):
                self.undo()

    @Slot(str)
    def _news(self, path: str) -> None:
        # A watcher drops a file that was replaced; several changes at once are looked at once.
        if path not in self._watcher.files():
            self._watcher.addPath(path)
        self._news_timer.start()
