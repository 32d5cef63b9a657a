"""A budget is never gone over without a person's word, and what costs nothing is never held."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.budget import (
    Allowed,
    AsksUnpriced,
    BudgetGate,
    Decision,
    Exceeds,
    Limit,
    Spent,
    Totals,
    amount_of,
    decide,
)
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.price import FREE, PriceRange
from pictures import ENDPOINT, request

if TYPE_CHECKING:
    from imagegen_desktop.core.requests import GenerationRequest


def price(high: str, low: str = "0") -> PriceRange:
    return PriceRange(low=Decimal(low), high=Decimal(high))


def decision(
    wanted: PriceRange | None,
    *,
    today: str = "0",
    month: str = "0",
    way: str = "0",
    daily: str | None = None,
    monthly: str | None = None,
) -> Decision:
    return decide(
        wanted,
        spent_today=Decimal(today),
        spent_month=Decimal(month),
        in_flight_high=Decimal(way),
        daily=None if daily is None else Decimal(daily),
        monthly=None if monthly is None else Decimal(monthly),
    )


@pytest.mark.parametrize("wanted", [None, FREE, price("1000")])
def test_without_a_budget_everything_may_go(wanted: PriceRange | None) -> None:
    assert decision(wanted, today="999", month="999", way="999") == Allowed()


def test_what_costs_nothing_may_go_after_the_budget_is_spent() -> None:
    assert decision(FREE, today="9", daily="5", monthly="0") == Allowed()


@pytest.mark.parametrize("limits", [{"daily": "5"}, {"monthly": "5"}, {"daily": "5", "monthly": "5"}])
def test_an_unknown_price_is_asked_about_while_a_budget_is_set(limits: dict[str, str]) -> None:
    assert isinstance(decision(None, **limits), AsksUnpriced)


@pytest.mark.parametrize(
    ("today", "month", "way", "high", "daily", "monthly", "expected"),
    [
        ("4.80", "4.80", "0", "0.20", "5", "100", None),  # exactly reached
        ("4.80", "4.80", "0", "0.21", "5", "100", Limit.DAY),
        ("4.80", "4.80", "0.01", "0.20", "5", "100", Limit.DAY),  # what is on its way counts
        ("0", "99.90", "0", "0.20", "5", "100", Limit.MONTH),
        ("0", "99.90", "0", "0.20", None, "100", Limit.MONTH),
        ("4.90", "99.90", "0", "0.20", "5", "100", Limit.DAY),  # the nearer one is told
        ("0", "0", "0", "0.01", "0", None, Limit.DAY),  # a budget of nothing
    ],
)
def test_the_upper_end_decides(
    *, today: str, month: str, way: str, high: str, daily: str | None, monthly: str | None, expected: Limit | None
) -> None:
    told = decision(price(high), today=today, month=month, way=way, daily=daily, monthly=monthly)
    assert (told.which if isinstance(told, Exceeds) else None) == expected


AMOUNT = st.decimals(0, 20, places=3)


@given(wanted=AMOUNT, today=AMOUNT, rest=AMOUNT, way=AMOUNT, daily=st.none() | AMOUNT, monthly=st.none() | AMOUNT)
def test_what_is_allowed_stays_within_every_budget(
    *, wanted: Decimal, today: Decimal, rest: Decimal, way: Decimal, daily: Decimal | None, monthly: Decimal | None
) -> None:
    told = decide(
        PriceRange(low=Decimal(0), high=wanted),
        spent_today=today,
        spent_month=today + rest,
        in_flight_high=way,
        daily=daily,
        monthly=monthly,
    )
    over_day = daily is not None and today + way + wanted > daily
    over_month = monthly is not None and today + rest + way + wanted > monthly
    assert isinstance(told, Exceeds) == bool(wanted and (over_day or over_month))


def test_the_words_say_what_counts() -> None:
    told = decision(price("0.40"), today="4.80", way="0.10", daily="5")
    assert isinstance(told, Exceeds)
    assert told.words == (
        "This may cost up to $0.40 and go over today's budget of $5.00: "
        "$4.80 counts as spent today, up to $0.10 is on its way."
    )


# ---- the gate ----


def job(high: str | None = "0.40") -> GenerationRequest:
    asked = request(endpoint=replace(ENDPOINT, pricing=Pricing.OPENAI_LIST))
    return replace(asked, estimate=None if high is None else price(high))


def totals(known: str = "0", on_the_way: dict[str, Decimal | None] | None = None, **more: object) -> Totals:
    spent = Spent(known=Decimal(known), **more)
    return Totals(day=date(2026, 11, 22), today=spent, month=spent, on_the_way=on_the_way or {})


@pytest.fixture
def gate() -> BudgetGate:
    made = BudgetGate()
    made.set_limits(Decimal(5), None)
    made.know(totals())
    return made


def test_a_job_within_the_budget_goes(gate: BudgetGate) -> None:
    assert gate.gate(job(), []) is None


def test_a_job_over_the_budget_is_held_until_a_person_allows_it_once(gate: BudgetGate) -> None:
    gate.know(totals("4.80"))
    first, second = job(), job()
    held = gate.gate(first, [])
    assert held is not None
    assert held.allow_once
    gate.allow_once(first.id)
    assert gate.gate(first, []) is None
    assert gate.gate(second, []) is not None


def test_jobs_in_flight_count_at_their_upper_end(gate: BudgetGate) -> None:
    flying = [job("2"), job("2.8")]
    assert gate.gate(job("0.3"), flying) is not None
    assert gate.gate(job("0.2"), flying) is None


def test_a_job_that_ended_counts_until_the_ledger_was_asked_about_it(gate: BudgetGate) -> None:
    flying = job("4.80")
    gate.gate(job(), [flying])
    assert gate.gate(job(), []) is not None
    gate.know(totals("0.10"), ended=[flying.id])
    assert gate.gate(job(), []) is None


def test_a_job_that_the_ledger_knows_is_counted_once(gate: BudgetGate) -> None:
    flying = job("3")
    gate.know(totals("0", {flying.id: Decimal(3)}))
    assert gate.gate(job("2"), [flying]) is None


def test_jobs_of_other_programs_count(gate: BudgetGate) -> None:
    gate.know(totals("0", {"another": Decimal("4.80"), "unpriced": None}))
    assert gate.gate(job(), []) is not None


def test_what_may_have_been_charged_counts_as_charged(gate: BudgetGate) -> None:
    gate.know(totals("0", uncertain=1, uncertain_high=Decimal("4.80")))
    assert gate.gate(job(), []) is not None


def test_a_model_without_a_price_asks_each_time(gate: BudgetGate) -> None:
    first, second = job(None), job(None)
    gate.allow_once(first.id)
    assert gate.gate(first, []) is None
    assert gate.gate(second, []) is not None


def test_nothing_costly_goes_before_the_ledger_was_read() -> None:
    gate = BudgetGate()
    gate.set_limits(Decimal(5), None)
    held = gate.gate(job(), [])
    assert held is not None
    assert not held.allow_once
    assert gate.gate(replace(job(), estimate=FREE), []) is None


def test_a_ledger_that_can_not_be_read_asks_each_time(gate: BudgetGate) -> None:
    gate.fail()
    held = gate.gate(job(), [])
    assert held is not None
    assert held.allow_once


def test_without_a_budget_the_gate_stands_open() -> None:
    assert BudgetGate().gate(job(None), []) is None


# ---- what a person types ----


@pytest.mark.parametrize(
    ("text", "amount"),
    [("5", "5"), (" $ 12.50 ", "12.50"), ("12,5", "12.5"), ("0", "0"), ("999999.99", "999999.99")],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "five", "-1", "1,000", "1.234", "1e3", "NaN", "5 EUR", "1000000", "٥"])
def test_what_is_no_amount_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="An amount is in dollars and cents"):
        amount_of(text)
