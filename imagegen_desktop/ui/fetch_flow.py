"""Has an original fetched when it is looked at, copied or exported, and shows the small picture until it is here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.browsing import Picture
from imagegen_desktop.studio.syncing.steps import Fetched, NotFetched
from imagegen_desktop.ui.sync_words import time_words

if TYPE_CHECKING:
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.syncing.line import Line
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner

# Whoever only steps past it does not want it.
DWELL_MS: Final = 200
TELL_MS: Final = 1_000


class FetchFlow(QObject):
    """`stepped` carries each step. On a thread and a line of its own: it waits for no round and no other errand."""

    stepped = Signal(object)

    def __init__(self, window: MainWindow, desk: LibraryDesk, library: LibraryFlow, runner: Runner) -> None:
        super().__init__(window)
        self._stage = window.panels.stage
        self._desk = desk
        self._library = library
        self._runner = runner
        self._line: Line | None = None
        self._run: Run | None = None
        self._picture: Picture | None = None
        self._problem = ""
        self.paused = False
        self._clock = QElapsedTimer()
        self._dwell = QTimer(self, singleShot=True, interval=DWELL_MS)
        self._dwell.timeout.connect(self._fetch)
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tell)
        library.elsewhere.connect(self._looked_at)
        library.turned_away.connect(self._turned_away)
        self._stage.fetch_requested.connect(self._fetch)

    def use(self, line: Line | None) -> None:
        """None: the library is kept nowhere else."""
        self._turned_away()
        if self._line is not None:
            self._line.end()
        self._line = line

    @Slot()
    def try_again(self) -> None:
        """The bucket can be used again: what could not be fetched is, if it is still looked at."""
        if self._picture is not None and self._problem and self._run is None:
            self._fetch()

    # ---- own ----

    @Slot(object)
    def _looked_at(self, picture: object) -> None:
        if not isinstance(picture, Picture):
            return
        if self._picture is not None and self._picture.state.id == picture.state.id and self._run is not None:
            return
        self._turned_away()
        self._picture = picture
        self._clock.start()
        if self._line is None:
            self._stage.show_missing(picture.state)
        elif self.paused:
            self._problem = self.tr("The original is in the bucket, and syncing is paused.")
            self._stage.show_not_fetched(picture.state, picture.pixels, self._problem)
        else:
            self._tell()
            self._dwell.start()

    @Slot()
    def _turned_away(self) -> None:
        """Something else is looked at: an original that is on its way is not waited for any more."""
        self._dwell.stop()
        self._timer.stop()
        if self._run is not None:
            self._run.stepped.disconnect(self._stepped)
            self._run.ended.disconnect(self._over)
            self._run.cancel()
            self._run = None
            if self._line is not None:
                self._line.end()
        self._picture = None
        self._problem = ""

    @Slot()
    def _fetch(self) -> None:
        picture, line = self._picture, self._line
        if picture is None or line is None or self._run is not None:
            return
        self._problem = ""
        self._clock.start()
        states: tuple[ImageState, ...] = (picture.state,)
        self._run = self._runner.start(partial(line.use, lambda syncing, cancel: syncing.fetch(states, cancel)))
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._over)
        self._timer.start()
        self._tell()

    @Slot()
    def _tell(self) -> None:
        picture = self._picture
        if picture is not None:
            words = self.tr("Fetching from the bucket… {time}").format(time=time_words(self._clock.elapsed() // 1000))
            self._stage.show_fetching(picture.state, picture.pixels, words)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        if isinstance(step, NotFetched):
            self._problem = step.reason
        elif isinstance(step, Fetched):
            self._picture = None
            # It may lie under another name now.
            self._desk.view(step.state)
        self.stepped.emit(step)

    @Slot(object)
    def _over(self, error: object) -> None:
        self._run = None
        self._timer.stop()
        if isinstance(error, ImagegenError):
            self._problem = self.tr("The original is in the bucket: {reason}").format(
                reason=error.title[:1].lower() + error.title[1:]
            )
        picture = self._picture
        if picture is not None:
            self._problem = self._problem or self.tr("The original could not be fetched from the bucket.")
            self._stage.show_not_fetched(picture.state, picture.pixels, self._problem)
