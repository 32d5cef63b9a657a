"""The ledger keeps what was asked for, in which order it waits, who has it, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.errors import ChargeState, StorageError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.requests import EnhanceRequest
from imagegen_desktop.storage.ledger import Ledger
from pictures import ENDPOINT, NOON, request

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest

ENHANCE = EnhanceRequest(prompt="A cat", model="gpt-6-luna", instruction="Better.", endpoint=ENDPOINT)


class Clock:
    """A minute goes by at every look."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite", owner="me", now=Clock())


def named(*names: str, **changes: object) -> list[GenerationRequest]:
    return [request(id=name, **changes) for name in names]


def waiting(ledger: Ledger, library: str = "here") -> list[str]:
    return [job.id for job in ledger.waiting(library)]


def test_a_staged_request_is_on_disk_as_it_was(ledger: Ledger) -> None:
    asked = request(enhance=ENHANCE, count=3, seed=7, partial_images=2, batch="click")
    ledger.stage([asked], library="here")
    (job,) = Ledger(ledger.database.path).waiting("here")
    assert job.request == asked
    assert (job.state, job.charge, job.owner, job.sent, job.ended) == (
        JobState.STAGED,
        ChargeState.FREE,
        "me",
        None,
        None,
    )
    assert job.created == NOON + timedelta(minutes=1)


def test_a_request_is_staged_whole_or_not_at_all(ledger: Ledger) -> None:
    ledger.stage(named("a"), library="here")
    with pytest.raises(StorageError):
        ledger.stage(named("b", "a", "c"), library="here")
    assert waiting(ledger) == ["a"]


def test_new_jobs_wait_in_their_order_behind_all_or_before_all(ledger: Ledger) -> None:
    ledger.stage(named("a", "b"), library="here")
    ledger.stage(named("c", "d"), library="here")
    ledger.stage(named("e", "f"), library="here", front=True)
    ledger.stage(named("g"), library="here", front=True)
    assert waiting(ledger) == ["g", "e", "f", "a", "b", "c", "d"]


def test_an_arranged_order_holds_and_new_jobs_come_behind_or_before_it(ledger: Ledger) -> None:
    ledger.stage(named("a", "b", "c"), library="here")
    ledger.arrange(["c", "a", "b"])
    assert waiting(ledger) == ["c", "a", "b"]
    ledger.stage(named("d"), library="here")
    ledger.stage(named("e"), library="here", front=True)
    assert waiting(Ledger(ledger.database.path)) == ["e", "c", "a", "b", "d"]
    ledger.arrange([])
    ledger.arrange(["unheard-of"])
    assert waiting(ledger) == ["e", "c", "a", "b", "d"]


def test_only_what_was_never_sent_waits_and_each_library_has_its_own(ledger: Ledger) -> None:
    ledger.stage(named("a", "b", "c"), library="here")
    ledger.stage(named("x"), library="there")
    ledger.sent("a", ChargeState.UNKNOWN)
    ledger.close("b", JobState.CANCELLED, ChargeState.FREE)
    assert waiting(ledger) == ["c"]
    assert waiting(ledger, "there") == ["x"]
    assert [job.id for job in ledger.on_the_way("here")] == ["a"]
    assert ledger.on_the_way("there") == ()


def test_a_job_is_on_its_way_from_the_first_byte_to_its_end(ledger: Ledger) -> None:
    ledger.stage(named("a"), library="here")
    seen: list[tuple[JobState, ChargeState, bool]] = []

    def look() -> None:
        job = ledger.get("a")
        assert job
        seen.append((job.state, job.charge, job in ledger.on_the_way("here")))

    look()
    ledger.sent("a", ChargeState.UNKNOWN)
    look()
    ledger.receiving("a", "application/json")
    look()
    ledger.received("a")
    look()
    ledger.close("a", JobState.SAVED, ChargeState.PAID)
    look()
    assert seen == [
        (JobState.STAGED, ChargeState.FREE, False),
        (JobState.SENT, ChargeState.UNKNOWN, True),
        (JobState.RECEIVING, ChargeState.UNKNOWN, True),
        (JobState.RECEIVED, ChargeState.UNKNOWN, True),
        (JobState.SAVED, ChargeState.PAID, False),
    ]


def test_an_end_keeps_what_is_known_of_it(ledger: Ledger) -> None:
    usage = Usage(input_tokens=5, output_tokens=20, total_tokens=25)
    ledger.stage(named("a"), library="here")
    ledger.sent("a", ChargeState.UNKNOWN)
    ledger.receiving("a", "text/event-stream")
    ledger.close(
        "a",
        JobState.FAILED,
        ChargeState.PAID,
        usage=usage,
        cost=Decimal("0.000000000000000001"),
        service_request_id="req_1",
        error="It broke",
    )
    job = Ledger(ledger.database.path).get("a")
    assert job
    assert (job.usage, job.cost, job.service_request_id, job.error, job.content_type, job.seen) == (
        usage,
        Decimal("0.000000000000000001"),
        "req_1",
        "It broke",
        "text/event-stream",
        False,
    )
    assert (job.sent, job.ended) == (NOON + timedelta(minutes=2), NOON + timedelta(minutes=3))


def test_a_person_says_what_an_unknown_charge_was(ledger: Ledger) -> None:
    ledger.stage(named("a", "b"), library="here")
    for name in "ab":
        ledger.close(name, JobState.UNKNOWN, ChargeState.UNKNOWN)
    ledger.settle("a", ChargeState.FREE)
    ledger.seen("b")
    jobs = {job.id: (job.state, job.charge, job.seen) for job in ledger.jobs()}
    assert jobs == {
        "a": (JobState.UNKNOWN, ChargeState.FREE, True),
        "b": (JobState.UNKNOWN, ChargeState.UNKNOWN, True),
    }


def test_of_two_programs_one_gets_the_job_that_a_third_left(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    dead, one, other = (Ledger(path, owner=owner) for owner in ("dead", "one", "other"))
    dead.stage(named("a", "b"), library="here")
    seen_by_one, seen_by_other = one.waiting("here"), other.waiting("here")
    assert one.claim(seen_by_one[0])
    assert not other.claim(seen_by_other[0])
    assert other.claim(seen_by_other[1])
    assert [job.owner for job in one.waiting("here")] == ["one", "other"]
    other.take_over("a")
    assert not one.claim(seen_by_one[0])
    assert [job.owner for job in one.waiting("here")] == ["other", "other"]


def test_better_words_are_found_by_their_click(ledger: Ledger) -> None:
    first, second, other = (request(id=name, batch=batch) for name, batch in (("a", "x"), ("b", "x"), ("c", "")))
    ledger.stage([first, second, other], library="here")
    assert ledger.batch_words("x") is None
    better = request(id="a", batch="x", enhanced_prompt="A better cat")
    ledger.enhanced(better, Decimal("0.0002"))
    ledger.enhanced(request(id="c", enhanced_prompt="No click's words"), None)
    assert ledger.batch_words("x") == "A better cat"
    assert ledger.batch_words("") is None
    assert ledger.batch_words("y") is None
    job = ledger.get("a")
    assert job
    assert (job.request.enhanced_prompt, job.words_cost) == ("A better cat", Decimal("0.0002"))


def test_a_job_that_was_refused_for_free_waits_again_before_all_others(ledger: Ledger) -> None:
    ledger.stage(named("a", "b"), library="here")
    ledger.sent("a", ChargeState.UNKNOWN)
    ledger.close("a", JobState.FAILED, ChargeState.FREE, error="Busy")
    ledger.put_back("a")
    assert waiting(ledger) == ["a", "b"]
    (job, _) = ledger.waiting("here")
    assert (job.charge, job.sent, job.ended, job.error) == (ChargeState.FREE, None, None, "")


def test_records_are_found_by_image_and_by_job(ledger: Ledger) -> None:
    ledger.stage(named("a", "b"), library="here")
    ledger.image("a", 1, "second", b"record 2")
    ledger.image("a", 0, "first", b"record 1")
    ledger.image("b", 0, "another", b"record 3")
    assert ledger.record_of("second") == b"record 2"
    assert ledger.record_of("unheard-of") is None
    assert ledger.records_of_job("a") == {0: b"record 1", 1: b"record 2"}
    assert ledger.records_of_job("c") == {}
    assert ledger.first_images(["b", "a", "c"]) == {"b": "another", "a": "first"}


def test_the_latest_jobs_come_first(ledger: Ledger) -> None:
    ledger.stage(named("a", "b"), library="here")
    ledger.stage(named("c"), library="there")
    assert [job.id for job in ledger.jobs()] == ["c", "b", "a"]
    assert [job.id for job in ledger.jobs(2)] == ["c", "b"]
    assert ledger.get("unheard-of") is None


def test_only_whole_lives_of_alike_jobs_tell_how_long_the_next_takes(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger(tmp_path / "ledger.sqlite", now=clock)
    alike = request(timeout=1000.0)
    for name, changes, state, minutes in (
        ("one", {}, JobState.SAVED, 1),
        ("failed", {}, JobState.FAILED, 1),
        ("larger", {"size": "1536x1024"}, JobState.SAVED, 1),
        ("more", {"count": 2}, JobState.SAVED, 1),
        ("recovered at the next start", {}, JobState.SAVED, 600),
        ("two", {}, JobState.SAVED, 2),
    ):
        ledger.stage([request(id=name, **changes)], library="here")
        ledger.sent(name, ChargeState.UNKNOWN)
        clock.now += timedelta(minutes=minutes - 1)
        ledger.close(name, state, ChargeState.PAID)
    assert ledger.durations(alike) == (120.0, 60.0)


def test_times_are_aware_and_default_to_now(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    before = datetime.now(UTC)
    ledger.stage(named("a"), library="here")
    (job,) = ledger.jobs()
    assert before <= job.created <= datetime.now(UTC)
