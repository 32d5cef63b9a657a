"""The queue loses no job, runs none twice, keeps the order within an endpoint, and never exceeds a limit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.price import PriceRange
from imagegen_desktop.core.queue import Held, Queue, split, wait_after
from imagegen_desktop.core.requests import Endpoint, EnhanceRequest, GenerationRequest
from pictures import ENDPOINT, request

OTHER = Endpoint(maker=Maker.OPENAI, base_url="http://127.0.0.1:10/v1")
LIMIT = 2
HELD = Held("Today's budget is reached", allow_once=True)


def jobs(count: int, **changes: object) -> list[GenerationRequest]:
    return [request(id=f"{number:010}", **changes) for number in range(count)]


def waiting(queue: Queue) -> list[str]:
    return [one.id for one in queue.waiting]


def started(queue: Queue, *, now: float = 0.0) -> tuple[Queue, list[str]]:
    """All that may start, started."""
    ids: list[str] = []
    while (found := queue.next(LIMIT, now)) is not None:
        queue = queue.start(found.id)
        ids.append(found.id)
    return queue, ids


def test_as_many_start_as_an_endpoint_takes_and_others_do_not_wait_for_it() -> None:
    first, second, third = jobs(3)
    elsewhere = request(id="elsewhere0", endpoint=OTHER)
    queue, ids = started(Queue().add([first, second, third, elsewhere]))
    assert ids == [first.id, second.id, elsewhere.id]
    _, then = started(queue.finished(first.id))
    assert then == [third.id]


def test_front_back_and_between() -> None:
    a, b, c, d = jobs(4)
    queue = Queue().add([a, b]).add([c, d], front=True)
    assert waiting(queue) == [c.id, d.id, a.id, b.id]
    assert waiting(queue.move(c.id, 99)) == [d.id, a.id, b.id, c.id]
    assert waiting(queue.move(b.id, 0)) == [b.id, c.id, d.id, a.id]
    assert waiting(queue.move(c.id, 2)) == [d.id, a.id, c.id, b.id]
    assert waiting(queue.move(c.id, 99)) == [d.id, a.id, b.id, c.id]
    assert queue.move("unknown", 0) == queue


def test_a_busy_service_is_asked_again_first_and_not_before_its_time() -> None:
    a, b, c = jobs(3)
    elsewhere = request(id="elsewhere0", endpoint=OTHER)
    queue = Queue().add([a, b]).start(a.id).put_back(a.id, not_before=30.0).add([c, elsewhere])
    assert waiting(queue)[0] == a.id
    queue, ids = started(queue, now=10.0)
    assert ids == [elsewhere.id], "nobody overtakes at the endpoint that is busy"
    assert queue.next_moment(10.0) == 30.0
    _, ids = started(queue, now=30.0)
    assert ids == [a.id, b.id]
    assert queue.waiting[0].waits == 1


def test_a_wait_is_as_told_or_grows() -> None:
    assert wait_after(0, 7.5) == 7.5
    assert [wait_after(number, None) for number in range(6)] == [20, 40, 80, 160, 320, 320]


def test_a_held_job_stops_the_queue_until_it_is_allowed_or_gone() -> None:
    a, b = jobs(2)
    queue = Queue().add([a, b]).start(a.id).hold(a.id, HELD)
    assert waiting(queue) == [a.id, b.id]
    assert queue.next(LIMIT, 0.0) is None
    assert queue.held is not None
    assert queue.held.held == HELD
    allowed, ids = started(queue.allow(a.id))
    assert ids == [a.id, b.id]
    assert [one.allowed for one in allowed.running] == [True, False]
    assert queue.resume().held is None


def test_what_an_earlier_run_left_waits_for_a_word_and_stops_nobody_else() -> None:
    old, new = jobs(2)
    queue, ids = started(Queue().add([old], parked=True).add([new]))
    assert ids == [new.id]
    assert [one.id for one in queue.parked] == [old.id]
    assert queue.unpark().next(LIMIT, 0.0).id == old.id


def test_a_clicks_later_jobs_wait_for_its_better_words_and_nobody_else_does() -> None:
    wish = EnhanceRequest(prompt="A cat", model="writer", instruction="Better.", endpoint=ENDPOINT)
    one, two = split(request(count=2, enhance=wish), 1)
    other = request(id="other00000")
    queue, ids = started(Queue().add([one, two, other]))
    assert ids == [one.id, other.id]
    queue = queue.finished(other.id)
    assert queue.next(LIMIT, 0.0) is None
    assert queue.enhanced(one.id, "A fluffy cat").next(LIMIT, 0.0).id == two.id


def test_a_click_is_split_into_as_few_requests_as_its_model_takes() -> None:
    price = PriceRange(low=Decimal("0.30"), high=Decimal("0.60"))
    whole = request(count=12, estimate=price, seed=7)
    parts = split(whole, 5)
    assert [part.count for part in parts] == [5, 5, 2]
    assert [part.seed for part in parts] == [7, 12, 17]
    assert parts[0].id == whole.id
    assert len({part.id for part in parts}) == 3
    assert {part.batch for part in parts} == {whole.id}
    shares = [part.estimate for part in parts]
    assert sum(share.low for share in shares if share) == price.low
    assert sum(share.high for share in shares if share) == price.high
    assert parts[2].estimate == PriceRange(low=Decimal("0.05"), high=Decimal("0.10"))
    assert split(whole, 12) == (whole,)


@pytest.mark.parametrize("count", [1, 3])
def test_a_model_that_says_nothing_of_its_limit_gets_one_at_a_time(count: int) -> None:
    assert [part.count for part in split(request(count=count), 1)] == [1] * count


class QueueMachine(RuleBasedStateMachine):
    """A person and services do anything in any order; `there` and `gone` are what must be true of every job."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = Queue()
        self.there: set[str] = set()
        self.now = 0.0
        self.number = 0

    def _request(self, *, elsewhere: bool) -> GenerationRequest:
        self.number += 1
        return request(id=f"{self.number:010}", endpoint=OTHER if elsewhere else ENDPOINT)

    def _pick(self, data: st.DataObject, *, running: bool) -> str:
        entries = self.queue.running if running else self.queue.waiting
        return data.draw(st.sampled_from([one.id for one in entries]))

    @rule(places=st.lists(st.booleans(), min_size=1, max_size=3), front=st.booleans(), parked=st.booleans())
    def add(self, places: list[bool], front: bool, parked: bool) -> None:  # noqa: FBT001 (drawn by Hypothesis)
        new = [self._request(elsewhere=place) for place in places]
        before = waiting(self.queue)
        self.queue = self.queue.add(new, front=front, parked=parked)
        ids = [one.id for one in new]
        assert waiting(self.queue) == ([*ids, *before] if front else [*before, *ids])
        self.there |= set(ids)

    @precondition(lambda self: self.queue.waiting or self.queue.running)
    @rule(data=st.data())
    def add_again(self, data: st.DataObject) -> None:
        known = data.draw(st.sampled_from([*self.queue.waiting, *self.queue.running]))
        assert self.queue.add([known.request]) == self.queue

    @rule(seconds=st.floats(0, 100))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def start(self) -> None:
        found = self.queue.next(LIMIT, self.now)
        if found is None:
            return
        assert not self.queue.paused
        assert not found.parked
        assert found.not_before <= self.now
        ahead = self.queue.waiting[: self.queue.waiting.index(found)]
        assert all(one.parked or one.endpoint != found.endpoint for one in ahead), "somebody was overtaken"
        self.queue = self.queue.start(found.id)
        assert self.queue.is_running(found.id)

    @precondition(lambda self: self.queue.running)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        job = self._pick(data, running=True)
        self.queue = self.queue.finished(job)
        self.there.discard(job)

    @precondition(lambda self: self.queue.running)
    @rule(data=st.data(), seconds=st.floats(0, 50))
    def refuse_for_now(self, data: st.DataObject, seconds: float) -> None:
        job = self._pick(data, running=True)
        self.queue = self.queue.put_back(job, not_before=self.now + seconds)
        assert waiting(self.queue)[0] == job

    @precondition(lambda self: self.queue.running)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        self.queue = self.queue.hold(self._pick(data, running=True), HELD)
        assert self.queue.next(LIMIT, self.now) is None

    @precondition(lambda self: self.queue.waiting)
    @rule(data=st.data(), index=st.integers(-1, 9))
    def move(self, data: st.DataObject, index: int) -> None:
        job = self._pick(data, running=False)
        others = [one for one in waiting(self.queue) if one != job]
        self.queue = self.queue.move(job, index)
        assert [one for one in waiting(self.queue) if one != job] == others

    @precondition(lambda self: self.queue.waiting)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        job = self._pick(data, running=False)
        self.queue = self.queue.remove(job)
        self.there.discard(job)

    @precondition(lambda self: self.queue.waiting)
    @rule(data=st.data())
    def allow(self, data: st.DataObject) -> None:
        self.queue = self.queue.allow(self._pick(data, running=False))

    @rule(step=st.sampled_from(["pause", "resume", "unpark"]))
    def stop_or_go(self, step: str) -> None:
        self.queue = getattr(self.queue, step)()

    @invariant()
    def no_job_is_lost_or_there_twice(self) -> None:
        ids = [one.id for one in (*self.queue.running, *self.queue.waiting)]
        assert sorted(ids) == sorted(self.there)

    @invariant()
    def no_endpoint_has_more_than_its_limit(self) -> None:
        for endpoint in (ENDPOINT, OTHER):
            assert sum(one.endpoint == endpoint.base_url for one in self.queue.running) <= LIMIT

    @invariant()
    def whatever_stands_still_can_go_on(self) -> None:
        """With nothing running, time and a person's word are all that any job needs."""
        free = replace(self.queue, running=()).unpark().resume()
        assert (free.next(LIMIT, float("inf")) is None) == (not free.waiting)


TestQueueMachine = QueueMachine.TestCase
TestQueueMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
