"""A service whose answers wait behind a gate, and one run of the program's queue before it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from staged import Clock

from imagegen_desktop.core.errors import CancelledError, ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.steps import Enhancement, GeneratedImage, Preview, Recovered, Sent
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from imagegen_desktop.studio.waiting import Activity, WaitingRoom
from imagegen_desktop.ui.crew import Crew
from imagegen_desktop.ui.past_desk import PastDesk
from imagegen_desktop.ui.queue_desk import LEAST_FREE, QueueDesk
from imagegen_desktop.workers.runner import Runner
from pictures import CATALOGUE, picture, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.errors import ImagegenError
    from imagegen_desktop.core.requests import EnhanceRequest, GenerationRequest
    from imagegen_desktop.core.steps import ProviderStep
    from imagegen_desktop.ui.job_news import JobEnd

LIMIT = 2
PATIENCE_MS = 10_000


class Gate:
    """Holds up all who wait before it while it is closed; a cancel lets its own job through alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._open = True

    def set(self) -> None:
        with self._changed:
            self._open = True
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            self._open = False

    def wait(self, cancel: CancelToken) -> bool:
        """False if nothing opened it in time."""
        cancel.on_cancel(self._wake)
        with self._changed:
            return self._changed.wait_for(lambda: self._open or cancel.cancelled, PATIENCE_MS / 1000)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


class Service:
    """A provider whose answers wait behind a gate; `errors` are raised in place of answers, one each."""

    def __init__(self) -> None:
        self.ledger: Ledger | None = None
        self.gate = Gate()
        self.errors: list[ImagegenError] = []
        self.asked: list[str] = []
        self.enhanced = 0
        self.at_once = self.most_at_once = 0
        self.staged_first: list[bool] = []
        self._lock = threading.Lock()

    def generate(self, asked: GenerationRequest, cancel: CancelToken) -> Iterator[ProviderStep]:
        with self._lock:
            self.asked.append(asked.id)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            error = self.errors.pop(0) if self.errors else None
        try:
            job = self.ledger.get(asked.id) if self.ledger else None
            self.staged_first.append(job is not None and job.state is JobState.STAGED)
            if error is not None:
                raise error
            yield Sent()
            assert self.gate.wait(cancel)
            if cancel.cancelled:
                raise CancelledError(charge=ChargeState.UNKNOWN)
            for position in range(asked.count):
                yield GeneratedImage(position=position, data=picture((position, len(self.asked), 9)))
        finally:
            with self._lock:
                self.at_once -= 1

    def salvage(self, _asked: GenerationRequest, body: bytes, _cancel: CancelToken) -> Iterator[ProviderStep]:
        if body:
            yield Preview(0, 0, body)

    def enhance(self, _asked: EnhanceRequest, _cancel: CancelToken) -> Enhancement:
        self.enhanced += 1
        return Enhancement(words="A fluffy cat")

    def list_models(self, _cancel: CancelToken) -> tuple[str, ...]:
        return ()


class Program:
    """One run of the program on a folder: desks, ledger and library, as a start composes them."""

    def __init__(self, folder: Path, service: Service, name: str, alive: set[str]) -> None:
        self.service = service
        self.gone = False
        self.free = LEAST_FREE * 10
        self.clock = Clock()
        self.library = open_library(folder / "library", folder / "data")
        self.ledger = service.ledger = Ledger(folder / "data" / "ledger.sqlite", owner=name)
        spools = Spools(folder / "data" / "spool", self.ledger)
        outbox = Outbox(folder / "data" / "outbox.sqlite")
        studio = Studio(
            self.library,
            ledger=self.ledger,
            outbox=outbox,
            spools=spools,
            catalogue=CATALOGUE,
            connect=lambda _endpoint: service,
        )
        room = WaitingRoom(
            self.library,
            ledger=self.ledger,
            spools=spools,
            data=folder / "data",
            is_alive=alive.__contains__,
            free_bytes=lambda _path: self.free,
        )
        self.lane = Runner("queue")
        self.crew = Crew(Runner)
        self.desk = QueueDesk(self.lane, self.crew, limit=lambda: LIMIT, clock=self.clock)
        self.past = PastDesk(self.lane, self.crew)
        self.ends: list[JobEnd] = []
        self.recovered: list[Recovered] = []
        self.activities: list[Activity] = []
        self.desk.ended.connect(self.ends.append)
        self.past.recovered.connect(self.recovered.append)
        self.past.activity.connect(self.activities.append)
        self.past.left.connect(self.desk.welcome)
        self.desk.use(studio, room)
        self.past.use(studio, room)

    def submit(self, count: int = 1, **changes: object) -> list[str]:
        requests = tuple(request(**changes) for _ in range(count))
        self.desk.submit(requests)
        return [one.id for one in requests]

    def waiting(self) -> list[str]:
        return [one.id for one in self.desk.queue.waiting]

    def states(self, jobs: list[str]) -> list[JobState | None]:
        return [found.state if (found := self.ledger.get(job)) else None for job in jobs]

    def finish(self) -> None:
        self.lane.finish()

    def shutdown(self) -> None:
        if self.gone:
            return
        self.gone = True
        self.past.shutdown()
        self.desk.shutdown()
        self.lane.finish()
        self.lane.shutdown()
