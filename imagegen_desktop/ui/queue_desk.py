"""Sends jobs on their way, several at a time, keeps the others waiting in their order, and tells what becomes of each."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from imagegen_desktop.core.errors import (
    CancelledError,
    ChargeState,
    EnhancementFailedError,
    ImagegenError,
    RateLimitedError,
)
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.queue import Held, Queue, wait_after
from imagegen_desktop.studio.browsing import THUMBNAIL_EDGE
from imagegen_desktop.studio.generation import Studio
from imagegen_desktop.studio.showing import shown
from imagegen_desktop.studio.waiting import Ready, WaitingRoom
from imagegen_desktop.ui.flight import Flight, first_progress
from imagegen_desktop.ui.job_news import JobEnd
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.svg_drawing import draw_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.queue import Entry
    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.ui.crew import Crew
    from imagegen_desktop.workers.runner import Run, Runner

    Gate = Callable[[GenerationRequest, tuple[GenerationRequest, ...]], Held | None]
    Work = Callable[[CancelToken], Iterator[object]]

LEAST_FREE: Final = 200 * 1024 * 1024
# A service that is busy for longer than ten waits is not waited for any more.
MOST_WAITS: Final = 10


@dataclass(frozen=True, slots=True)
class Home:
    """The library that a job's pictures go to."""

    studio: Studio
    room: WaitingRoom


def let_all_pass(_request: GenerationRequest, _in_flight: tuple[GenerationRequest, ...]) -> Held | None:
    return None


class QueueDesk(QObject):
    """Owns the queue. All that touches the disk runs on `lane`, in order; each job on a Runner of the crew.

    `gate` says whether a job must be held, given those that run; it must answer at once, from memory. `limit` is how many
    jobs one endpoint gets at a time.

    `changed` carries the Queue, `progressed` JobProgress, `previewed` JobPreview, `saved` SavedPicture, `ended` JobEnd,
    `failed` the ImagegenError of a write to the ledger.
    """

    changed = Signal(object)
    progressed = Signal(object)
    previewed = Signal(object)
    saved = Signal(object)
    ended = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        lane: Runner,
        crew: Crew,
        *,
        limit: Callable[[], int],
        gate: Gate = let_all_pass,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.gate = gate
        self.queue = Queue()
        self._lane = lane
        self._crew = crew
        self._limit = limit
        self._clock = clock
        self._home: Home | None = None
        self._homes: dict[str, Home] = {}
        self._clicks: dict[str, float] = {}
        self._flights: dict[str, Flight] = {}
        self._alarm = QTimer(self, singleShot=True)
        self._alarm.timeout.connect(self._go_on)

    # ---- look ----

    @property
    def flights(self) -> tuple[JobProgress, ...]:
        """The jobs on their way, in the order of their start."""
        return tuple(flight.progress for flight in self._flights.values())

    def progress_of(self, job: str) -> JobProgress | None:
        """How a job stands that runs or waits."""
        if job in self._flights:
            return self._flights[job].progress
        entry = self.queue.entry(job)
        if entry is None:
            return None
        waiting = first_progress(entry.request, self._clicks.get(job, self._clock()), Phase.WAITING)
        resumes = entry.not_before if entry.not_before > self._clock() else None
        return replace(waiting, resumes=resumes, held=entry.held.words if entry.held else "")

    # ---- a library ----

    def use(self, studio: Studio, room: WaitingRoom) -> None:
        """From now on jobs go to this library; those that run or wait keep their own."""
        self._home = Home(studio, room)

    @Slot(object)
    def welcome(self, left: object) -> None:
        """A tuple of requests of this library that an earlier run of the program left: they wait for a person's word."""
        requests = cast("tuple[GenerationRequest, ...]", left)
        if self._home is not None and requests:
            self._keep_home(requests, self._home)
            self._set(self.queue.add(requests, parked=True))

    # ---- what a person asks for ----

    def submit(self, requests: tuple[GenerationRequest, ...], *, front: bool = False) -> None:
        """Tells of the first progress of what may start before it returns, so that its tile stands at once."""
        home = self._home
        if home is None or not requests:
            return
        self._keep_home(requests, home)
        run = self._lane.start(partial(home.room.stage, requests, front=front))
        run.ended.connect(partial(self._staged, requests))
        self.queue = self.queue.add(requests, front=front)
        self._go_on()

    def _keep_home(self, requests: tuple[GenerationRequest, ...], home: Home) -> None:
        for request in requests:
            self._homes[request.id] = home
            self._clicks[request.id] = self._clock()

    def _staged(self, requests: tuple[GenerationRequest, ...], error: object) -> None:
        """What is not on disk is not sent: the work that would start it sees that it is gone."""
        if isinstance(error, ImagegenError):
            for request in requests:
                self._drop(request.id, error)

    def cancel(self, job: str) -> None:
        flight = self._flights.get(job)
        if flight is not None:
            flight.cancel()
        elif self.queue.entry(job) is not None:
            self._forget((job,))
            self._go_on()

    def cancel_click(self, job: str) -> None:
        """A job and the others of its click."""
        entry = self.queue.entry(job)
        batch = entry.request.batch if entry else ""
        mates = [one.id for one in (*self.queue.waiting, *self.queue.running) if batch and one.request.batch == batch]
        for one in mates or [job]:
            self.cancel(one)

    def cancel_waiting(self) -> None:
        self._forget(tuple(one.id for one in self.queue.waiting))
        self._go_on()

    def cancel_parked(self) -> None:
        self._forget(tuple(one.id for one in self.queue.parked))
        self._go_on()

    def cancel_all(self) -> None:
        self._forget(tuple(one.id for one in self.queue.waiting))
        for flight in tuple(self._flights.values()):
            flight.cancel()

    def pause(self) -> None:
        self._set(self.queue.pause())

    def resume(self) -> None:
        self.queue = self.queue.resume()
        self._go_on()

    def allow(self, job: str) -> None:
        self.queue = self.queue.allow(job)
        self._go_on()

    def go_on_with_parked(self) -> None:
        self.queue = self.queue.unpark()
        self._go_on()

    def arrange(self, queue: Queue) -> None:
        """The same jobs in another order."""
        self.queue = queue
        by_home: dict[int, list[str]] = {}
        for one in queue.waiting:
            by_home.setdefault(id(self._homes[one.id]), []).append(one.id)
        for jobs in by_home.values():
            self._write(partial(self._homes[jobs[0]].room.arrange, tuple(jobs)))
        self._go_on()

    def _forget(self, jobs: tuple[str, ...]) -> None:
        """Waiting jobs that are not wanted any more."""
        for job in jobs:
            self._write(partial(self._homes[job].room.drop, (job,)))
            self._drop(job, CancelledError(charge=ChargeState.FREE))

    def _drop(self, job: str, error: ImagegenError) -> None:
        if job in self._flights:
            self._flights[job].fail(error)
            return
        entry, progress = self.queue.entry(job), self.progress_of(job)
        if entry is None or progress is None:
            return
        self._set(self.queue.remove(job))
        self._leave(job)
        self.ended.emit(JobEnd(request=entry.request, progress=progress, finished=None, error=error))

    # ---- the queue moves ----

    @Slot()
    def _go_on(self) -> None:
        """Start what may start."""
        while (entry := self.queue.next(self._limit(), self._clock())) is not None:
            held = None if entry.allowed else self.gate(entry.request, tuple(one.request for one in self.queue.running))
            if held is not None:
                self.queue = self.queue.hold(entry.id, held)
                break
            self._start(entry)
        moment = self.queue.next_moment(self._clock())
        if moment is not None:
            self._alarm.start(math.ceil(1000 * (moment - self._clock())))
        self.changed.emit(self.queue)

    def _start(self, entry: Entry) -> None:
        self.queue = self.queue.start(entry.id)
        flight = self._flights[entry.id] = Flight(entry.request, self, clock=self._clock)
        flight.progressed.connect(self.progressed)
        flight.previewed.connect(self.previewed)
        flight.enhanced.connect(self._enhanced)
        flight.saved.connect(self.saved)
        flight.ended.connect(self._ended)
        self.progressed.emit(flight.progress)
        run = self._lane.start(partial(self._homes[entry.id].room.ready, entry.request))
        run.stepped.connect(self._ready)
        run.ended.connect(partial(self._not_ready, entry.id))

    @Slot(object)
    def _ready(self, ready: object) -> None:
        """It is on disk, and may be sent."""
        if not isinstance(ready, Ready):
            return
        flight, entry = self._flights.get(ready.job), self.queue.entry(ready.job)
        if flight is None or entry is None or flight.launched:
            return
        costs = entry.request.endpoint.pricing is not Pricing.FREE
        if ready.free < LEAST_FREE and costs and not entry.allowed:
            self._land(ready.job)
            megabytes = ready.free // (1024 * 1024)
            words = self.tr("Only {megabytes} MB are free on the disk: the picture may not fit.")
            self._set(self.queue.hold(ready.job, Held(words.format(megabytes=megabytes), allow_once=True)))
            return
        studio = self._homes[ready.job].studio
        request = entry.request
        run = self._crew.idle().start(
            lambda cancel: shown(studio.generate(request, cancel), thumbnail_edge=THUMBNAIL_EDGE, draw_svg=draw_svg)
        )
        flight.launch(run, ready.expected)

    def _not_ready(self, job: str, error: object) -> None:
        if isinstance(error, ImagegenError) and job in self._flights:
            error.charge = ChargeState.FREE
            self._flights[job].fail(error)

    @Slot(object)
    def _enhanced(self, told: object) -> None:
        job, words = cast("tuple[str, str]", told)
        self.queue = self.queue.enhanced(job, words)
        # Others of its click may start now.
        self._go_on()

    @Slot(object)
    def _ended(self, end: object) -> None:
        if not isinstance(end, JobEnd):
            return
        job = end.request.id
        entry = self.queue.entry(job)
        never_ran = self._flights[job].never_ran
        self._land(job)
        if entry is None:
            return
        busy = _busy(end.error)
        if busy is not None and entry.waits < MOST_WAITS:
            self._wait_for_service(entry, busy)
            return
        if never_ran and isinstance(end.error, CancelledError):
            self._write(partial(self._homes[job].room.drop, (job,)))
        self.queue = self.queue.finished(job)
        self._leave(job)
        if entry.needs_words:
            # Its click's others would ask for the same words again, which may cost again.
            self._forget(
                tuple(
                    one.id
                    for one in self.queue.waiting
                    if one.request.batch and one.request.batch == entry.request.batch
                )
            )
        self._go_on()
        self.ended.emit(end)

    def _wait_for_service(self, entry: Entry, busy: RateLimitedError) -> None:
        moment = self._clock() + wait_after(entry.waits, busy.retry_after)
        self._write(partial(self._homes[entry.id].room.put_back, entry.id))
        self.queue = self.queue.put_back(entry.id, not_before=moment)
        self._go_on()

    def _land(self, job: str) -> None:
        self._flights.pop(job).deleteLater()

    def _leave(self, job: str) -> None:
        """Its library stays known for a little: pictures that the disk refused are saved to it later."""
        self._clicks.pop(job, None)

    # ---- the lane ----

    def _write(self, work: Work) -> Run:
        run = self._lane.start(work)
        run.ended.connect(self._written)
        return run

    @Slot(object)
    def _written(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self.failed.emit(error)

    def _set(self, queue: Queue) -> None:
        self.queue = queue
        self.changed.emit(queue)

    def shutdown(self) -> None:
        """Cancel what is on its way and wait for it; nothing is heard or started after that."""
        self._alarm.stop()
        self._home = None
        for flight in self._flights.values():
            flight.blockSignals(True)
        self._flights.clear()
        self.queue = Queue()
        self._crew.shutdown()


def _busy(error: ImagegenError | None) -> RateLimitedError | None:
    """A service that asks to wait, and charged nothing."""
    cause = error.cause if isinstance(error, EnhancementFailedError) else error
    return cause if isinstance(cause, RateLimitedError) and cause.charge is ChargeState.FREE else None
