"""Whatever happens to jobs in whatever order, crashes included, ledger and queue lose none and tell the truth of each."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.queue import Held, Queue
from imagegen_desktop.core.requests import Endpoint
from imagegen_desktop.storage.ledger import Ledger
from pictures import ENDPOINT, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.jobs import Job

LIMIT = 2
OTHER_ENDPOINT = Endpoint(maker=Maker.OPENAI, base_url="http://127.0.0.1:9/other/v1")
ENDS = (JobState.SAVED, JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN)
ON_THE_WAY = (JobState.SENT, JobState.RECEIVING, JobState.RECEIVED)
MONEY = st.decimals(min_value=0, max_value=10, places=6)


@dataclass
class Known:
    """What must be true of one job."""

    state: JobState = JobState.STAGED
    charge: ChargeState = ChargeState.FREE
    owner: str = ""
    cost: Decimal | None = None
    words_cost: Decimal | None = None
    images: int = 0
    ever_sent: bool = False
    has_moment: bool = False
    told_free: bool = False


class LedgerAndQueue(RuleBasedStateMachine):
    """One program at a time holds the queue; a crash leaves the next one nothing but the ledger's file."""

    left = Bundle("left")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="ledger-")
        self.path = Path(self.folder.name) / "ledger.sqlite"
        self.programs = 0
        self.jobs: dict[str, Known] = {}
        self.made = 0
        self.queue = Queue()
        self.ledger = self._program()
        self.now = 0.0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _program(self) -> Ledger:
        self.programs += 1
        return Ledger(self.path, owner=f"program {self.programs}")

    def _running(self, *states: JobState) -> list[str]:
        return [one.id for one in self.queue.running if self.jobs[one.id].state in states]

    def _pick(self, data: st.DataObject, ids: list[str]) -> str:
        return data.draw(st.sampled_from(sorted(ids)))

    # ---- a job's life ----

    @rule(count=st.integers(1, 3), front=st.booleans(), other=st.booleans())
    def stage(self, *, count: int, front: bool, other: bool) -> None:
        names = [f"job {self.made + number}" for number in range(count)]
        self.made += count
        asked = [request(id=name, endpoint=OTHER_ENDPOINT if other else ENDPOINT) for name in names]
        self.ledger.stage(asked, library="here", front=front)
        self.queue = self.queue.add(asked, front=front)
        for name in names:
            self.jobs[name] = Known(owner=self.ledger.owner)

    @rule(at_once=st.booleans())
    def start(self, *, at_once: bool) -> None:
        entry = self.queue.next(LIMIT, self.now)
        if entry is None:
            return
        assert not entry.parked
        assert not self.queue.paused
        assert entry.not_before <= self.now
        assert self.jobs[entry.id].state is JobState.STAGED
        self.queue = self.queue.start(entry.id)
        if at_once:
            self._send(entry.id)

    @precondition(lambda self: self._running(JobState.STAGED))
    @rule(data=st.data(), cost=st.none() | MONEY)
    def get_better_words(self, data: st.DataObject, cost: Decimal | None) -> None:
        job = self._pick(data, self._running(JobState.STAGED))
        entry = self.queue.entry(job)
        assert entry
        self.ledger.enhanced(replace(entry.request, enhanced_prompt="Better"), cost)
        self.queue = self.queue.enhanced(job, "Better")
        self.jobs[job].words_cost = cost

    @precondition(lambda self: self._running(JobState.STAGED))
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        self._send(self._pick(data, self._running(JobState.STAGED)))

    def _send(self, job: str) -> None:
        self.ledger.sent(job, ChargeState.UNKNOWN)
        known = self.jobs[job]
        known.state, known.charge, known.ever_sent, known.told_free = JobState.SENT, ChargeState.UNKNOWN, True, False
        known.has_moment = True

    @precondition(lambda self: self._running(JobState.SENT))
    @rule(data=st.data())
    def begin_to_receive(self, data: st.DataObject) -> None:
        job = self._pick(data, self._running(JobState.SENT))
        self.ledger.receiving(job, "application/json")
        self.jobs[job].state = JobState.RECEIVING

    @precondition(lambda self: self._running(JobState.RECEIVING))
    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        job = self._pick(data, self._running(JobState.RECEIVING))
        self.ledger.received(job)
        self.jobs[job].state = JobState.RECEIVED

    @precondition(lambda self: self._running(*ON_THE_WAY))
    @rule(data=st.data())
    def note_an_image(self, data: st.DataObject) -> None:
        job = self._pick(data, self._running(*ON_THE_WAY))
        known = self.jobs[job]
        self.ledger.image(job, known.images, f"{job}, image {known.images}", b"record")
        known.images += 1

    @precondition(lambda self: self.queue.running)
    @rule(data=st.data(), state=st.sampled_from(ENDS), cost=st.none() | MONEY)
    def end(self, data: st.DataObject, state: JobState, cost: Decimal | None) -> None:
        job = self._pick(data, [one.id for one in self.queue.running])
        known = self.jobs[job]
        charges = list(ChargeState) if known.state is not JobState.STAGED else [ChargeState.FREE]
        self._close(job, state, data.draw(st.sampled_from(charges)), cost)
        self.queue = self.queue.finished(job)

    def _close(self, job: str, state: JobState, charge: ChargeState, cost: Decimal | None) -> None:
        known = self.jobs[job]
        self.ledger.close(job, state, charge, cost=cost)
        known.state, known.charge, known.cost = state, charge, cost
        known.told_free = charge is ChargeState.FREE

    @precondition(lambda self: self._running(*ON_THE_WAY))
    @rule(data=st.data(), wait=st.integers(0, 3))
    def be_refused_for_now(self, data: st.DataObject, wait: int) -> None:
        """The studio closes the job as failed and free, and the queue puts it back."""
        job = self._pick(data, self._running(*ON_THE_WAY))
        self._close(job, JobState.FAILED, ChargeState.FREE, None)
        self.ledger.put_back(job)
        self.queue = self.queue.put_back(job, not_before=self.now + wait)
        self.jobs[job].state, self.jobs[job].has_moment = JobState.STAGED, False

    @precondition(lambda self: self.queue.waiting)
    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        job = self._pick(data, [one.id for one in self.queue.waiting])
        self._close(job, JobState.CANCELLED, ChargeState.FREE, None)
        self.queue = self.queue.remove(job)

    @precondition(lambda self: any(known.state is JobState.UNKNOWN for known in self.jobs.values()))
    @rule(data=st.data(), charge=st.sampled_from([ChargeState.FREE, ChargeState.PAID]))
    def settle(self, data: st.DataObject, charge: ChargeState) -> None:
        job = self._pick(data, [job for job, known in self.jobs.items() if known.state is JobState.UNKNOWN])
        self.ledger.settle(job, charge)
        self.jobs[job].charge = charge
        self.jobs[job].told_free = charge is ChargeState.FREE

    # ---- order ----

    @precondition(lambda self: self.queue.waiting)
    @rule(data=st.data(), index=st.integers(-1, 5))
    def move(self, data: st.DataObject, index: int) -> None:
        job = self._pick(data, [one.id for one in self.queue.waiting])
        self.queue = self.queue.move(job, index)
        self._arrange()

    @precondition(lambda self: self.queue.waiting or self._running(JobState.STAGED))
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        job = self._pick(data, [one.id for one in self.queue.waiting] + self._running(JobState.STAGED))
        self.queue = self.queue.hold(job, Held("The budget", allow_once=True))
        self._arrange()
        assert self.queue.next(LIMIT, self.now) is None
        assert self.queue.held
        assert self.queue.held.id == job

    def _arrange(self) -> None:
        self.ledger.arrange(one.id for one in self.queue.waiting)

    @precondition(lambda self: self.queue.paused)
    @rule()
    def go_on(self) -> None:
        held = self.queue.held
        self.queue = self.queue.allow(held.id) if held else self.queue.resume()

    @rule(for_how_long=st.integers(0, 1))
    def pause(self, for_how_long: int) -> None:
        self.queue = self.queue.pause()
        assert self.queue.next(LIMIT, self.now) is None
        if not for_how_long:
            self.queue = self.queue.resume()

    @precondition(lambda self: self.queue.parked)
    @rule()
    def unpark(self) -> None:
        self.queue = self.queue.unpark()

    @rule(seconds=st.integers(1, 3))
    def let_time_pass(self, seconds: int) -> None:
        self.now += seconds

    # ---- another program ----

    @rule(target=left)
    def crash(self) -> object:
        """The next program takes over all that waits; what was on its way is recovered one by one."""
        before = self.ledger
        self.ledger = self._program()
        waiting = self.ledger.waiting("here")
        for job in waiting:
            assert job.owner == before.owner
            assert self.ledger.claim(job)
            assert not before.claim(job)
            self.jobs[job.id].owner = self.ledger.owner
        self.queue = Queue().add([job.request for job in waiting], parked=True)
        return multiple(*self.ledger.on_the_way("here"))

    @rule(job=consumes(left), found=st.booleans(), cost=st.none() | MONEY)
    def recover(self, job: Job, cost: Decimal | None, *, found: bool) -> None:
        known = self.jobs[job.id]
        if known.state.is_end:
            return
        # Two crashes later the row tells a newer owner, if somebody took it in between.
        claimed = self.ledger.claim(job)
        assert claimed == (job.owner == known.owner)
        if not claimed:
            self.ledger.take_over(job.id)
        known.owner = self.ledger.owner
        if found:
            self._close(job.id, JobState.SAVED, ChargeState.PAID, cost)
        else:
            self._close(job.id, JobState.UNKNOWN, ChargeState.UNKNOWN, None)

    @rule(job=left)
    def take_over_and_die(self, job: Job) -> None:
        if not self.jobs[job.id].state.is_end:
            self.ledger.take_over(job.id)
            self.jobs[job.id].owner = self.ledger.owner

    # ---- what is always true ----

    @invariant()
    def no_job_is_lost_and_each_row_tells_the_truth(self) -> None:
        rows = {job.id: job for job in self.ledger.jobs(100_000)}
        with self.ledger.database.read() as connection:
            images = dict(connection.execute("SELECT job, count(*) FROM images GROUP BY job"))
        assert rows.keys() == self.jobs.keys()
        assert images == {name: known.images for name, known in self.jobs.items() if known.images}
        for name, known in self.jobs.items():
            row = rows[name]
            told = (row.state, row.charge, row.owner, row.cost, row.words_cost)
            assert told == (known.state, known.charge, known.owner, known.cost, known.words_cost), name
            assert (row.ended is not None) == row.state.is_end
            assert (row.sent is not None) == known.has_moment
            # Free is only what was never sent, or was told to be.
            assert row.charge is not ChargeState.FREE or known.told_free or not known.ever_sent
        told_money = _sum(amount for row in rows.values() for amount in (row.cost, row.words_cost))
        assert told_money == _sum(amount for known in self.jobs.values() for amount in (known.cost, known.words_cost))

    @invariant()
    def the_order_on_disk_is_the_order_of_the_queue(self) -> None:
        running = {one.id for one in self.queue.running}
        waiting = [job.id for job in self.ledger.waiting("here") if job.id not in running]
        assert waiting == [one.id for one in self.queue.waiting]

    @invariant()
    def nobody_runs_twice_or_beyond_the_limit(self) -> None:
        ids = [one.id for one in (*self.queue.running, *self.queue.waiting)]
        assert len(ids) == len(set(ids))
        for endpoint in (ENDPOINT, OTHER_ENDPOINT):
            assert sum(one.endpoint == endpoint.base_url for one in self.queue.running) <= LIMIT
        on_the_way = {job.id for job in self.ledger.on_the_way("here")}
        assert on_the_way == {name for name, known in self.jobs.items() if known.state in ON_THE_WAY}


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


TestLedgerAndQueue = LedgerAndQueue.TestCase
TestLedgerAndQueue.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
