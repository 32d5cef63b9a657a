"""Jobs are on disk before they are sent, go out in their order and no more than an endpoint takes, and none is sent twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from queue_program import LIMIT, PATIENCE_MS, Program, Service

from imagegen_desktop.core.errors import (
    CancelledError,
    ChargeState,
    NotReachedError,
    OutcomeUnknownError,
    RateLimitedError,
)
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.queue import Held, split
from imagegen_desktop.core.requests import EnhanceRequest
from imagegen_desktop.ui.job_progress import Phase
from imagegen_desktop.ui.queue_desk import LEAST_FREE
from pictures import ENDPOINT, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.errors import ImagegenError
    from imagegen_desktop.core.requests import GenerationRequest

ENHANCE = EnhanceRequest(prompt="A cat", model="writer", instruction="Better.", endpoint=ENDPOINT)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def start(qtbot: QtBot, tmp_path: Path, service: Service) -> Iterator[Callable[..., Program]]:  # noqa: ARG001 (the application must be there)
    alive: set[str] = set()
    programs: list[Program] = []

    def make(name: str = "first") -> Program:
        alive.clear()
        alive.add(name)
        programs.append(Program(tmp_path, service, name, alive))
        return programs[-1]

    yield make
    service.gate.set()
    for program in programs:
        program.shutdown()


@pytest.fixture
def program(start: Callable[..., Program]) -> Program:
    return start()


def until(qtbot: QtBot, what: Callable[[], bool]) -> None:
    qtbot.waitUntil(what, timeout=PATIENCE_MS)


def test_jobs_are_staged_before_they_are_sent_and_no_more_run_than_the_limit(
    qtbot: QtBot, program: Program, service: Service
) -> None:
    service.gate.clear()
    jobs = program.submit(5)
    assert [flight.job for flight in program.desk.flights] == jobs[:2], "tiles stand before an event is handled"
    assert program.waiting() == jobs[2:]
    until(qtbot, lambda: program.states(jobs)[:2] == [JobState.SENT] * 2)
    assert program.states(jobs)[2:] == [JobState.STAGED] * 3
    service.gate.set()
    until(qtbot, lambda: len(program.ends) == 5)
    assert service.asked == jobs or sorted(service.asked) == sorted(jobs)
    assert service.most_at_once <= LIMIT
    assert all(service.staged_first)
    assert program.states(jobs) == [JobState.SAVED] * 5
    assert program.crew.size <= LIMIT


def test_the_order_that_a_person_makes_is_on_disk(qtbot: QtBot, program: Program, service: Service) -> None:
    service.gate.clear()
    jobs = program.submit(5)
    until(qtbot, lambda: program.states(jobs)[:2] == [JobState.SENT] * 2)
    program.desk.arrange(program.desk.queue.move(jobs[4], 0))
    program.desk.submit((last := request(),), front=True)
    program.finish()
    expected = [last.id, jobs[4], jobs[2], jobs[3]]
    assert program.waiting() == expected
    assert [job.id for job in program.ledger.waiting(program.library.id)] == expected


def test_a_cancelled_waiting_job_is_never_sent(qtbot: QtBot, program: Program, service: Service) -> None:
    service.gate.clear()
    jobs = program.submit(4)
    until(qtbot, lambda: len(service.asked) == 2)
    program.desk.cancel_waiting()
    program.finish()
    assert program.states(jobs[2:]) == [JobState.CANCELLED] * 2
    assert [end.error.charge for end in program.ends if end.error] == [ChargeState.FREE] * 2
    service.gate.set()
    until(qtbot, lambda: len(program.ends) == 4)
    assert sorted(service.asked) == sorted(jobs[:2])


def test_a_job_cancelled_before_it_was_ready_is_not_offered_at_the_next_start(
    qtbot: QtBot, program: Program, service: Service
) -> None:
    (job,) = program.submit()
    program.desk.cancel(job)
    assert isinstance(program.ends[0].error, CancelledError)
    program.finish()
    until(qtbot, lambda: program.states([job]) == [JobState.CANCELLED])
    assert service.asked == []


def test_cancel_all_ends_what_runs_and_what_waits(qtbot: QtBot, program: Program, service: Service) -> None:
    service.gate.clear()
    jobs = program.submit(4)
    until(qtbot, lambda: len(service.asked) == 2)
    program.desk.cancel_all()
    until(qtbot, lambda: len(program.ends) == 4)
    program.finish()
    assert program.states(jobs) == [JobState.CANCELLED] * 4
    assert not program.desk.flights
    assert not program.desk.queue.waiting


def test_pausing_lets_what_runs_finish_and_starts_nothing(qtbot: QtBot, program: Program, service: Service) -> None:
    service.gate.clear()
    jobs = program.submit(3)
    program.desk.pause()
    service.gate.set()
    until(qtbot, lambda: len(program.ends) == 2)
    assert program.waiting() == jobs[2:]
    program.desk.resume()
    until(qtbot, lambda: len(program.ends) == 3)


def test_a_busy_service_is_waited_for_as_told_and_asked_again_by_itself(
    qtbot: QtBot, program: Program, service: Service
) -> None:
    service.errors = [RateLimitedError(retry_after=7)]
    (job,) = program.submit()
    until(qtbot, lambda: program.waiting() == [job])
    program.finish()
    assert program.ends == []
    progress = program.desk.progress_of(job)
    assert progress is not None
    assert (progress.phase, progress.resumes) == (Phase.WAITING, program.clock.now + 7)
    assert program.states([job]) == [JobState.STAGED]
    program.clock.now += 7
    program.desk._alarm.start(0)
    until(qtbot, lambda: len(program.ends) == 1)
    assert service.asked == [job, job]
    assert program.ends[0].error is None


@pytest.mark.parametrize(
    "error", [NotReachedError(charge=ChargeState.FREE), OutcomeUnknownError(charge=ChargeState.UNKNOWN)]
)
def test_nothing_else_is_sent_again_by_itself(
    qtbot: QtBot, program: Program, service: Service, error: ImagegenError
) -> None:
    service.errors = [error]
    (job,) = program.submit()
    until(qtbot, lambda: len(program.ends) == 1)
    assert service.asked == [job]
    assert program.ends[0].error is error
    assert not program.desk.queue.waiting


def test_a_held_job_stops_the_queue_until_it_is_allowed_once(qtbot: QtBot, program: Program, service: Service) -> None:
    asked: list[str] = []

    def gate(wanted: GenerationRequest, in_flight: tuple[GenerationRequest, ...]) -> Held | None:
        asked.append(wanted.id)
        return Held("Too dear", allow_once=True) if len(asked) == 2 and in_flight else None

    service.gate.clear()
    program.desk.gate = gate
    first, second, third = program.submit(3)
    assert program.desk.queue.held is not None
    assert program.desk.queue.held.id == second
    assert program.desk.queue.paused
    program.desk.allow(second)
    assert [flight.job for flight in program.desk.flights] == [first, second]
    assert asked == [first, second], "who was allowed is not asked about again"
    service.gate.set()
    until(qtbot, lambda: len(program.ends) == 3)
    assert sorted(service.asked) == sorted([first, second, third])
    assert asked == [first, second, third]


def test_a_full_disk_is_told_of_before_money_is_spent(qtbot: QtBot, program: Program, service: Service) -> None:
    program.free = LEAST_FREE - 1
    (job,) = program.submit()
    until(qtbot, lambda: program.desk.queue.held is not None)
    assert service.asked == []
    held = program.desk.queue.held
    assert held is not None
    assert held.held == Held("Only 199 MB are free on the disk: the picture may not fit.", allow_once=True)
    program.desk.allow(job)
    until(qtbot, lambda: len(program.ends) == 1)
    assert service.asked == [job]


def test_what_costs_nothing_needs_no_warning(qtbot: QtBot, program: Program) -> None:
    program.free = LEAST_FREE - 1
    program.submit(endpoint=replace(ENDPOINT, pricing=Pricing.FREE))
    until(qtbot, lambda: len(program.ends) == 1)


def test_a_split_click_pays_for_its_better_words_once(qtbot: QtBot, program: Program, service: Service) -> None:
    parts = split(request(count=3, enhance=ENHANCE), 1)
    program.desk.submit(parts)
    until(qtbot, lambda: len(program.ends) == 3)
    assert service.enhanced == 1
    assert {job.request.enhanced_prompt for job in program.ledger.jobs()} == {"A fluffy cat"}


def test_what_waited_comes_back_at_the_next_start_and_waits_for_a_word(
    qtbot: QtBot, start: Callable[..., Program], service: Service
) -> None:
    first = start("first")
    first.desk.pause()
    jobs = first.submit(2)
    first.finish()
    first.shutdown()
    second = start("second")
    second.past.bring_back()
    until(qtbot, lambda: second.waiting() == jobs)
    (new,) = second.submit()
    until(qtbot, lambda: len(second.ends) == 1)
    assert service.asked == [new], "what was left is not sent without a word"
    second.desk.go_on_with_parked()
    until(qtbot, lambda: len(second.ends) == 3)
    assert sorted(service.asked) == sorted([new, *jobs])


def test_nobody_takes_the_jobs_of_a_program_that_is_alive(
    qtbot: QtBot, start: Callable[..., Program], tmp_path: Path, service: Service
) -> None:
    first = start("first")
    first.desk.pause()
    first.submit(2)
    first.finish()
    other = Program(tmp_path, service, "second", {"first", "second"})
    other.past.bring_back()
    other.finish()
    until(qtbot, lambda: bool(other.activities))
    assert not other.desk.queue.waiting
    other.shutdown()


def test_an_interrupted_job_is_closed_without_asking_again_and_a_person_settles_it(
    qtbot: QtBot, start: Callable[..., Program], service: Service
) -> None:
    first = start("first")
    lost = request()
    first.ledger.stage([lost], library=first.library.id)
    first.ledger.sent(lost.id, ChargeState.UNKNOWN)
    first.shutdown()
    second = start("second")
    second.past.bring_back()
    until(qtbot, lambda: bool(second.recovered))
    assert second.recovered[0].charge is ChargeState.UNKNOWN
    assert second.states([lost.id]) == [JobState.UNKNOWN]
    until(qtbot, lambda: any(past.job.id == lost.id for past in second.activities[-1].past))
    second.past.settle(lost.id, ChargeState.PAID)
    until(qtbot, lambda: second.activities[-1].past[0].job.charge is ChargeState.PAID)
    assert second.activities[-1].past[0].job.seen
    assert service.asked == []


def test_the_time_left_is_learned_from_jobs_alike(qtbot: QtBot, program: Program) -> None:
    for _ in range(3):
        program.submit()
    until(qtbot, lambda: len(program.ends) == 3)
    assert [end.progress.expected for end in program.ends[:2]] == [None, None]
    program.submit()
    until(qtbot, lambda: len(program.ends) == 4)
    learned = program.ends[3].progress.expected
    assert learned is not None
    assert 0 <= learned < PATIENCE_MS / 1000
    program.desk.submit((request(count=2),))
    until(qtbot, lambda: len(program.ends) == 5)
    assert program.ends[4].progress.expected is None, "two pictures take another time than one"
