"""Spending is what a plain sum over the ledger's jobs says, cut at local midnights, and never 0 where it is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen_desktop.core.budget import Spent
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.estimate import Look
from imagegen_desktop.core.jobs import Job, JobState
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.price import PriceRange
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.spending import Spending
from pictures import ENDPOINT, NOON, request

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest

BERLIN = ZoneInfo("Europe/Berlin")
PRICED = replace(ENDPOINT, pricing=Pricing.OPENAI_LIST)
ON_THE_WAY = (JobState.SENT, JobState.RECEIVING, JobState.RECEIVED)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Books:
    """A ledger whose clock is set by hand."""

    def __init__(self, path: Path) -> None:
        self.clock = Clock()
        self.ledger = Ledger(path, now=self.clock)
        self.spending = Spending(self.ledger.database, BERLIN)

    def job(
        self,
        moment: datetime = NOON,
        *,
        state: JobState = JobState.SAVED,
        charge: ChargeState = ChargeState.PAID,
        cost: str | None = "0.02",
        words: str | None = "0",
        high: str | None = None,
        usage: Usage | None = None,
        images: int = 1,
        asked: GenerationRequest | None = None,
    ) -> str:
        estimate = None if high is None else PriceRange(low=Decimal(0), high=Decimal(high))
        whole = replace(asked or request(endpoint=PRICED), estimate=estimate)
        self.clock.now = moment - timedelta(days=40)
        self.ledger.stage([whole], library="lib")
        if words != "0":
            self.ledger.enhanced(replace(whole, enhanced_prompt="better"), None if words is None else Decimal(words))
        self.clock.now = moment
        if state is JobState.STAGED:
            return whole.id
        self.ledger.sent(whole.id, ChargeState.FREE if charge is ChargeState.FREE else ChargeState.UNKNOWN)
        if state is JobState.RECEIVING:
            self.ledger.receiving(whole.id, "application/json")
        if state is JobState.RECEIVED:
            self.ledger.received(whole.id)
        if state.is_end:
            for position in range(images):
                self.ledger.image(whole.id, position, f"{whole.id}-{position}", b"{}")
            self.clock.now = moment + timedelta(seconds=20)
            self.ledger.close(whole.id, state, charge, usage=usage, cost=None if cost is None else Decimal(cost))
        return whole.id


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "ledger.sqlite")


def today(books: Books, now: datetime = NOON) -> Spent:
    return books.spending.totals(now).today


# ---- against a plain sum ----


def plain_sum(jobs: tuple[Job, ...]) -> Spent:
    """The same as the query, in the plainest Python."""
    spent = Spent()
    for job in jobs:
        high = job.request.estimate.high if job.request.estimate else None
        left = max(Decimal(0), (high or Decimal(0)) - (job.words_cost or Decimal(0)))
        words_unknown = job.request.enhanced_prompt is not None and job.words_cost is None
        uncertain = job.charge is ChargeState.UNKNOWN and job.state not in ON_THE_WAY
        paid = job.charge is ChargeState.PAID
        unpriced = (paid and job.cost is None) or (words_unknown and job.charge is not ChargeState.UNKNOWN)
        spent = Spent(
            known=spent.known + (job.cost or 0 if paid else 0) + (job.words_cost or 0),
            paid=spent.paid + paid,
            unpriced=spent.unpriced + unpriced,
            unpriced_high=spent.unpriced_high + (left if unpriced else 0),
            uncertain=spent.uncertain + uncertain,
            uncertain_high=spent.uncertain_high + (left if uncertain else 0),
            unestimated=spent.unestimated + ((unpriced or uncertain) and high is None),
            free=spent.free + (job.charge is ChargeState.FREE and job.state is JobState.SAVED),
        )
    return spent


AMOUNTS = st.none() | st.decimals(0, 3, places=9).map(str)
MOMENTS = st.timedeltas(timedelta(days=-33), timedelta(days=2)).map(lambda away: NOON + away)
JOBS = st.fixed_dictionaries(
    {
        "moment": MOMENTS,
        "state": st.sampled_from(JobState),
        "charge": st.sampled_from(ChargeState),
        "cost": AMOUNTS,
        "words": AMOUNTS,
        "high": AMOUNTS,
    }
)


@settings(max_examples=40, deadline=None)
@given(jobs=st.lists(JOBS, max_size=12), now=MOMENTS)
def test_the_sums_are_those_of_a_plain_loop(
    jobs: list[dict[str, Any]], now: datetime, tmp_path_factory: pytest.TempPathFactory
) -> None:
    books = Books(tmp_path_factory.mktemp("books") / "ledger.sqlite")
    for one in jobs:
        books.job(**one)
    report = books.spending.report(now)
    day = now.astimezone(BERLIN).date()
    by_day: dict[date, list[Job]] = {}
    for job in books.ledger.jobs():
        when = (job.sent or job.ended or job.created).astimezone(BERLIN).date()
        by_day.setdefault(when, []).append(job)
    assert report.totals.today == plain_sum(tuple(by_day.get(day, [])))
    assert report.totals.month == plain_sum(
        tuple(job for when, found in by_day.items() if day.replace(day=1) <= when <= day for job in found)
    )
    assert dict(report.days) == {
        when: plain_sum(tuple(by_day.get(when, []))) for when in (day - timedelta(days=back) for back in range(30))
    }
    assert sum(spent.known for _, spent in report.models) == sum(spent.known for _, spent in report.days)
    assert [spent for _, spent in report.endpoints] == [spent for _, spent in report.models]


# ---- what is unknown ----


def test_a_paid_job_of_unknown_cost_is_counted_and_not_taken_for_nothing(books: Books) -> None:
    books.job(cost="0.02")
    books.job(cost=None, high="0.05")
    books.job(cost=None)
    spent = today(books)
    assert (spent.known, spent.paid, spent.unpriced, spent.unestimated) == (Decimal("0.02"), 3, 2, 1)
    assert spent.counted == Decimal("0.07")
    assert not spent.is_exact


def test_better_words_of_unknown_cost_make_the_job_unpriced(books: Books) -> None:
    books.job(cost="0.02", words=None)
    assert (today(books).known, today(books).unpriced) == (Decimal("0.02"), 1)


def test_better_words_are_paid_for_even_if_no_picture_was(books: Books) -> None:
    books.job(state=JobState.FAILED, charge=ChargeState.FREE, cost=None, words="0.0003")
    assert (today(books).known, today(books).unpriced) == (Decimal("0.0003"), 0)


def test_what_may_have_been_charged_counts_at_its_upper_end(books: Books) -> None:
    books.job(state=JobState.UNKNOWN, charge=ChargeState.UNKNOWN, cost=None, high="0.17")
    spent = today(books)
    assert (spent.known, spent.uncertain, spent.uncertain_high, spent.counted) == (
        0,
        1,
        Decimal("0.17"),
        Decimal("0.17"),
    )


def test_a_doubtful_job_is_listed_until_a_person_settles_it(books: Books) -> None:
    job = books.job(state=JobState.UNKNOWN, charge=ChargeState.UNKNOWN, cost=None, high="0.17")
    report = books.spending.report(NOON)
    assert [(one.id, one.high, one.prompt) for one in report.doubtful] == [(job, Decimal("0.17"), "A cat")]
    books.ledger.settle(job, ChargeState.FREE)
    report = books.spending.report(NOON)
    assert (report.doubtful, report.doubtful_count, report.totals.today.counted) == ((), 0, 0)


def test_a_job_settled_as_charged_has_an_unknown_cost(books: Books) -> None:
    job = books.job(state=JobState.UNKNOWN, charge=ChargeState.UNKNOWN, cost=None, high="0.17")
    books.ledger.settle(job, ChargeState.PAID)
    assert (today(books).unpriced, today(books).unpriced_high, today(books).uncertain) == (1, Decimal("0.17"), 0)


@pytest.mark.parametrize("state", ON_THE_WAY)
def test_jobs_on_their_way_stand_apart_at_their_upper_end(books: Books, state: JobState) -> None:
    job = books.job(state=state, high="0.30")
    totals = books.spending.totals(NOON)
    assert (totals.on_the_way, totals.today.counted) == ({job: Decimal("0.30")}, 0)


def test_free_jobs_stay_out_of_the_tables(books: Books) -> None:
    books.job(charge=ChargeState.FREE, cost="0", asked=request(endpoint=SAMPLE_ENDPOINT, model="sample"))
    report = books.spending.report(NOON)
    assert (report.models, report.totals.today.paid, report.totals.today.free) == ((), 0, 1)
    assert [len(list(books.spending.rows(free=free))) for free in (False, True)] == [0, 1]


def test_the_dearest_model_stands_first(books: Books) -> None:
    for model, cost in (("cheap", "0.01"), ("dear", "2.00")):
        books.job(cost=cost, asked=request(endpoint=PRICED, model=model))
    assert [name for name, _ in books.spending.report(NOON).models] == ["dear", "cheap"]


# ---- local days ----


def test_a_day_begins_at_local_midnight(books: Books) -> None:
    midnight = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # 2026-11-23 00:00 in Berlin
    books.job(midnight - timedelta(microseconds=1), cost="1")
    books.job(midnight, cost="2")
    assert today(books, midnight - timedelta(hours=1)).known == 1
    assert today(books, midnight).known == 2


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 22), 24)]
)
def test_days_are_as_long_as_the_clock_makes_them(books: Books, day: date, hours: int) -> None:
    length = books.spending.midnight(day + timedelta(days=1)) - books.spending.midnight(day)
    assert length == timedelta(hours=hours)


def test_a_midnight_that_the_clock_skips_is_the_moment_of_the_change(books: Books) -> None:
    """In Beirut clocks went from 2026-03-28 23:59:59 to 2026-03-29 01:00."""
    spending = Spending(books.ledger.database, ZoneInfo("Asia/Beirut"))
    assert spending.midnight(date(2026, 3, 29)) == datetime(2026, 3, 28, 22, 0, tzinfo=UTC)


def test_a_month_begins_at_local_midnight_too(books: Books) -> None:
    books.job(datetime(2026, 10, 31, 22, 59, tzinfo=UTC), cost="1")
    books.job(datetime(2026, 10, 31, 23, 0, tzinfo=UTC), cost="2")
    assert books.spending.totals(NOON).month.known == 2


# ---- learned ----


def test_what_a_picture_took_is_learned_from_the_latest_jobs_of_its_look(books: Books) -> None:
    look = Look(model="gpt-image-2", quality="low", size="1024x1024")
    for number in range(25):
        books.job(NOON + timedelta(minutes=number), usage=Usage(output_tokens=200 + number, total_tokens=300))
    books.job(usage=Usage(output_tokens=9000), asked=request(endpoint=PRICED, quality="high"))
    books.job(charge=ChargeState.UNKNOWN, state=JobState.UNKNOWN, usage=Usage(output_tokens=9000))
    assert books.spending.learned(look) == tuple(range(224, 204, -1))


def test_animations_and_drawings_teach_nothing_of_pictures(books: Books) -> None:
    look = Look(model="gpt-image-2", quality="low", size="1024x1024")
    for form, tokens in (("gif", 3000), ("svg", 4000), ("webp", 220)):
        asked = request(endpoint=PRICED, options=Options(output_format=form))
        books.job(usage=Usage(output_tokens=tokens, total_tokens=tokens), asked=asked)
    assert books.spending.learned(look) == (220,)


def test_the_tokens_of_several_pictures_are_shared_among_them(books: Books) -> None:
    books.job(usage=Usage(output_tokens=900, output_image_tokens=800), images=4)
    assert books.spending.learned(Look(model="gpt-image-2", quality="low", size="1024x1024")) == (200,)
