"""Sends and receives on a thread of its own, round after round, for as long as the window is open."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.remote import RemoteChangedError, RemoteKind, RemoteUnreachableError
from imagegen_desktop.studio.syncing.steps import Deletes, DeletesHeldBack, Phase, Synced, SyncProgress
from imagegen_desktop.studio.syncing.whereabouts import Waiting, count_waiting
from imagegen_desktop.ui.sync_state import SyncPhase, SyncState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.remote import RemoteSettings
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.syncing.line import Line
    from imagegen_desktop.studio.syncing.syncing import Syncing
    from imagegen_desktop.workers.runner import Run, Runner

# What is saved together is sent together.
SOON_MS: Final = 250
ROUND_MS: Final = 60_000
TICK_MS: Final = 1_000
# Seconds until what failed is tried again: of a place that can't be reached, and of one that says no.
FIRST_OFFLINE: Final = 5
FIRST_TROUBLE: Final = 30
LONGEST: Final = 300
# A round with more to send than that is begun anew for an image that was just saved: the latest goes first.
MANY: Final = 40

PHASES: Final = {
    Phase.ASKING: SyncPhase.ASKING,
    Phase.RECEIVING: SyncPhase.RECEIVING,
    Phase.SENDING: SyncPhase.SENDING,
}


class SyncDesk(QObject):
    """`changed` carries the SyncState whenever it is another one, `stepped` each step of a round.

    `failed` carries the ImagegenError that ended a round; it is tried again by itself. `ended_well` comes after each round
    that met none. Who makes it calls `stop` before the runner ends.
    """

    changed = Signal(object)
    stepped = Signal(object)
    failed = Signal(object)
    ended_well = Signal()

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._library: Library | None = None
        self._line: Line | None = None
        self._run: Run | None = None
        # A whole round to come: what to do with deletes, and whether nothing may wait for more of its kind.
        self._wanted: tuple[Deletes, bool] | None = None
        self._news = self._held_back = False
        self._tries = 0
        self.state = SyncState()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._send)
        self._regular = QTimer(self, interval=ROUND_MS)
        self._regular.timeout.connect(self._look)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._count_down)

    def use(self, library: Library, line: Line, settings: RemoteSettings) -> None:
        """From now on this library is synced over this line; begin with a whole round unless it is paused."""
        self.stop()
        self._library, self._line = library, line
        self._tries, self._held_back = 0, False
        self._set(SyncState(phase=SyncPhase.ASKING, is_folder=settings.kind is RemoteKind.FOLDER))
        if settings.paused:
            self.pause()
        else:
            self.resume()

    def stop(self) -> None:
        """End at once, also what waits for a server; the library is not synced from now on."""
        for timer in (self._soon, self._regular, self._tick):
            timer.stop()
        self._drop_run()
        if self._line is not None:
            self._line.end()
        self._library = self._line = None
        self._news = False
        self._set(SyncState())

    @Slot()
    def pause(self) -> None:
        """What is on its way to the bucket in this moment arrives; nothing more is begun."""
        for timer in (self._soon, self._regular, self._tick):
            timer.stop()
        self._drop_run()
        self._set(replace(self.state, phase=SyncPhase.PAUSED, error=None, seconds=None))
        self._count()

    @Slot()
    def resume(self) -> None:
        self._regular.start()
        self._tries = 0
        self._whole(Deletes.ASK)

    @Slot()
    def sync_now(self) -> None:
        """A whole round at once, whatever was said of waiting."""
        if self._line is not None and self.state.phase is not SyncPhase.PAUSED:
            self._tries = 0
            self._whole(Deletes.ASK, last=True)

    @Slot()
    def came_online(self) -> None:
        """The system says that there is a network: a hint that it is worth trying."""
        if self.state.phase is SyncPhase.OFFLINE and self._run is None:
            self._whole(Deletes.ASK)

    def decide(self, deletes: Deletes) -> None:
        """What a person said of a mass of deletes that was held back."""
        self._held_back = False
        self._whole(deletes)

    @Slot()
    @Slot(object)
    def note_change(self, _what: object = None) -> None:
        """Something was changed here: it is told with the next round, in a moment."""
        if self._is_at_work:
            self._news = True
            self._soon.start()

    @Slot()
    @Slot(object)
    def note_image(self, _what: object = None) -> None:
        """An image was saved: it is on its way within a second, also while many others are."""
        self.note_change()
        left = self.state.of - self.state.done
        if self._run is not None and self.state.phase is SyncPhase.SENDING and left > MANY:
            self._run.cancel()
        elif self.state.phase in {SyncPhase.OFFLINE, SyncPhase.TROUBLE, SyncPhase.PAUSED}:
            self._count()

    # ---- rounds ----

    @property
    def _is_at_work(self) -> bool:
        """Whether what comes is sent in a moment, and not only when the place can be used again."""
        idle = {SyncPhase.OFF, SyncPhase.PAUSED, SyncPhase.OFFLINE, SyncPhase.TROUBLE}
        return self._line is not None and self.state.phase not in idle

    @Slot()
    def _send(self) -> None:
        """What is new here goes; what others wrote is looked at by the regular rounds."""
        if self._run is None and self._is_at_work:
            self._start(Deletes.ASK, receive=False, last=False)

    @Slot()
    def _look(self) -> None:
        if self._run is None and self._is_at_work:
            self._start(Deletes.ASK, receive=True, last=False)

    def _whole(self, deletes: Deletes, *, last: bool = False) -> None:
        """A round of both; if one is under way, after it."""
        if self._run is not None:
            # A later wish takes no answer back that a person gave.
            answered, was_last = self._wanted or (Deletes.ASK, False)
            self._wanted = (answered if deletes is Deletes.ASK else deletes, last or was_last)
        elif self._line is not None:
            self._start(deletes, receive=True, last=last)

    def _start(self, deletes: Deletes, *, receive: bool, last: bool) -> None:
        line = self._line
        if line is None:
            return
        self._news, self._wanted = False, None
        self._tick.stop()

        def round_(syncing: Syncing, cancel: CancelToken) -> Iterator[object]:
            return syncing.round(cancel, deletes=deletes, receive=receive, last=last)

        self._run = self._runner.start(partial(line.use, round_))
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._ended)

    def _drop_run(self) -> None:
        """What it tells from now on is about something that nobody wants any more."""
        if self._run is not None:
            self._run.stepped.disconnect(self._stepped)
            self._run.ended.disconnect(self._ended)
            self._run.cancel()
            self._run = None

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case SyncProgress(phase, done, of):
                # A round that finds nothing new is not worth a word.
                if of or self.state.phase in {SyncPhase.OFFLINE, SyncPhase.TROUBLE}:
                    waiting = of - done if phase is Phase.SENDING else self.state.waiting
                    self._set(replace(self.state, phase=PHASES[phase], done=done, of=of, waiting=waiting, error=None))
            case Synced(pending, failed):
                self._set(replace(self.state, phase=SyncPhase.RESTING, waiting=pending, failed=failed, error=None))
            case DeletesHeldBack():
                self._held_back = True
            case _:
                pass
        self.stepped.emit(step)

    @Slot(object)
    def _ended(self, error: object) -> None:
        self._run = None
        if isinstance(error, ImagegenError):
            self._fail(error)
            return
        self._tries = 0
        if self.state.phase is not SyncPhase.PAUSED:
            self._set(replace(self.state, phase=SyncPhase.RESTING, done=0, of=0, error=None, seconds=None))
        if self._wanted is not None:
            deletes, last = self._wanted
            self._start(deletes, receive=True, last=last)
        elif self._held_back or self._news:
            # What came from elsewhere waits for an answer; what is new here does not.
            self._held_back = False
            self._start(Deletes.ASK, receive=False, last=False)
        else:
            self.ended_well.emit()

    # ---- when it does not work ----

    def _fail(self, error: ImagegenError) -> None:
        offline = isinstance(error, RemoteUnreachableError)
        first = FIRST_OFFLINE if offline else FIRST_TROUBLE
        seconds = min(LONGEST, first * 2**self._tries)
        if isinstance(error, RemoteChangedError):
            seconds = ROUND_MS // 1000
        self._tries = min(self._tries + 1, 10)
        phase = SyncPhase.OFFLINE if offline else SyncPhase.TROUBLE
        self._set(replace(self.state, phase=phase, done=0, of=0, error=error, seconds=math.ceil(seconds)))
        self._tick.start()
        self._count()
        self.failed.emit(error)

    @Slot()
    def _count_down(self) -> None:
        left = (self.state.seconds or 0) - 1
        self._set(replace(self.state, seconds=max(0, left)))
        if left <= 0:
            self._tick.stop()
            self._whole(Deletes.ASK)

    def _count(self) -> None:
        """How many wait, while no round tells it."""
        if self._library is not None:
            run = self._runner.start(partial(count_waiting, self._library))
            run.stepped.connect(self._counted)

    @Slot(object)
    def _counted(self, step: object) -> None:
        if isinstance(step, Waiting) and self.state.is_on and self._run is None:
            self._set(replace(self.state, waiting=step.images))

    def _set(self, state: SyncState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
