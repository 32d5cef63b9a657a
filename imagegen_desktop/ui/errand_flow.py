"""Runs what a person asks of the bucket beside the rounds: compare, fetch, make room; tells how far it is and what came of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QLocale, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.studio.syncing.steps import (
    Compared,
    Fetched,
    Found,
    Freed,
    NotFetched,
    NotFreed,
    Phase,
    SyncProgress,
)
from imagegen_desktop.ui.sync_words import compared_words, error_words, found_words, size_words, time_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.syncing.line import Line
    from imagegen_desktop.studio.syncing.syncing import Syncing
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.status_kind import StatusKind
    from imagegen_desktop.workers.runner import Run, Runner

    Use = Callable[[Syncing, CancelToken], Iterator[object]]

TOPIC: Final = "errand"
TELL_MS: Final = 500
MOST_LISTED: Final = 10_000


class ErrandFlow(QObject):
    """One at a time, on a thread and a line of its own. `stepped` carries each step, `over` comes at the end of each."""

    stepped = Signal(object)
    over = Signal()

    def __init__(self, window: MainWindow, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._notices = window.panels.notices
        self._card = window.panels.settings_page.sync
        self._runner = runner
        self._line: Line | None = None
        self._run: Run | None = None
        self._in_card = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tell)
        self._forget()
        self._card.verify_requested.connect(self.verify)
        self._card.fetch_requested.connect(self.fetch_all)
        self._card.cancel_requested.connect(self.cancel)
        self._card.copy_requested.connect(self._copy)

    def use(self, line: Line | None) -> None:
        """None: the library is kept nowhere else. What runs on another one is ended, and told no more."""
        if self._run is not None:
            self._run.stepped.disconnect(self._stepped)
            self._run.ended.disconnect(self._over)
            self.cancel()
            self._run = None
        self._timer.stop()
        if self._line is not None:
            self._line.end()
        self._line = line
        self._forget()
        self._notices.clear(TOPIC)
        self._card.set_care("", "none")

    @Slot(object, object)
    def verify(self, read_back: object = False, mend: object = False) -> None:  # noqa: FBT002 (two ticks)
        """Compare everything with what lies there."""
        self._in_card = True
        self._start(lambda syncing, cancel: syncing.verify(cancel, read_back=bool(read_back), mend=bool(mend)))

    @Slot()
    def fetch_all(self) -> None:
        self._in_card = True
        self._start(lambda syncing, cancel: syncing.fetch_all(cancel))

    def fetch(self, states: Sequence[ImageState]) -> None:
        self._in_card = False
        self._start(lambda syncing, cancel: syncing.fetch(states, cancel))

    def free(self, states: Sequence[ImageState]) -> None:
        """Remove the originals here, each only after the one in the bucket was compared with it."""
        self._in_card = False
        self._start(lambda syncing, cancel: syncing.free(states, cancel))

    @Slot()
    def cancel(self) -> None:
        if self._run is not None and self._line is not None:
            self._run.cancel()
            self._line.end()

    # ---- own ----

    def _forget(self) -> None:
        self._progress = SyncProgress(Phase.ASKING)
        self._found: list[str] = []
        self._count = self._bytes = 0
        self._compared: Compared | None = None

    def _start(self, use: Use) -> None:
        if self._line is None:
            return
        if self._run is not None:
            words = self.tr("Something is being fetched or compared already. Cancel it, or wait until it has ended.")
            self._window.panels.toast.tell(words)
            return
        self._forget()
        self._run = self._runner.start(partial(self._line.use, use))
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._over)
        self._clock.start()
        self._timer.start()
        self._tell()

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case SyncProgress():
                self._progress = step
            case Fetched(state, _):
                self._count += 1
                self._bytes += state.record.got.size_bytes
            case Freed(_, size):
                self._count += 1
                self._bytes += size
            case NotFetched(state, reason) | NotFreed(state, reason):
                self._found.append(f"{state.path}: {reason}")
            case Found():
                if len(self._found) < MOST_LISTED:
                    self._found.append(found_words(step))
            case Compared():
                self._compared = step
            case _:
                raise TypeError(f"not a step of an errand: {step!r}")
        self.stepped.emit(step)

    @Slot()
    def _tell(self) -> None:
        run = self._run
        if run is None:
            return
        words = self.tr("Stopping…") if run.token.cancelled else self._progress_words()
        if self._in_card:
            self._card.set_care(words, "busy")
        else:
            self._notices.tell(TOPIC, words, [(self.tr("Cancel"), self.cancel)])

    def _progress_words(self) -> str:
        number, progress = QLocale().toString, self._progress
        time = time_words(self._clock.elapsed() // 1000)
        if not progress.of:
            return self.tr("Asking the bucket, {time}").format(time=time)
        words = {
            Phase.FETCHING: self.tr("Fetching {done} of {of} ({size}), {time}"),
            Phase.FREEING: self.tr("Compared with the bucket: {done} of {of}, {time}"),
            Phase.VERIFYING: self.tr("Compared: {done} of {of}, {time}"),
        }.get(progress.phase, "{time}")
        done, of = number(progress.done), number(progress.of)
        return words.format(done=done, of=of, size=size_words(progress.read), time=time)

    @Slot(object)
    def _over(self, error: object) -> None:
        cancelled = self._run is not None and self._run.token.cancelled
        self._run = None
        self._timer.stop()
        words, kind = self._result_words()
        if isinstance(error, ImagegenError):
            words, kind = error_words(error), "error"
        elif cancelled:
            words, kind = self.tr("Cancelled. {done}").format(done=words), "none"
        if self._in_card:
            self._card.set_care(words, kind, listed=bool(self._found))
            self._notices.clear(TOPIC)
            if not self._window.in_settings:
                self._window.panels.toast.tell(words)
        elif kind == "ok":
            self._notices.clear(TOPIC)
            self._window.panels.toast.tell(words)
        else:
            close = (self.tr("Close"), partial(self._notices.clear, TOPIC))
            listed = [(self.tr("Copy the list"), self._copy)] if self._found else []
            self._notices.tell(TOPIC, words, [*listed, close])
        self.over.emit()

    def _result_words(self) -> tuple[str, StatusKind]:
        number = QLocale().toString
        if self._compared is not None:
            return compared_words(self._compared)
        size, count, left = size_words(self._bytes), number(self._count), number(len(self._found))
        if self._progress.phase is Phase.FREEING:
            freed = self.tr("{size} are free now; {count} originals lie in the bucket alone.")
            one = self.tr("{size} are free now; one original lies in the bucket alone.")
            words = (one if self._count == 1 else freed).format(size=size, count=count)
            rest = self.tr("{count} stay here. {first}")
        else:
            fetched, one = self.tr("Fetched {count} originals, {size}."), self.tr("Fetched one original, {size}.")
            words = (one if self._count == 1 else fetched).format(count=count, size=size)
            if not self._count and not self._found:
                words = self.tr("Every original is on this computer.")
            rest = self.tr("{count} could not be fetched. {first}")
        if self._found:
            words = f"{words} {rest.format(count=left, first=self._found[0])}"
        return words, "warn" if self._found else "ok"

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self._found))
        self._window.panels.toast.tell(self.tr("Copied"))
