"""A table of spending is whole, plain to a spreadsheet, and never a formula."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ChargeState, StorageError
from imagegen_desktop.core.estimate import Look
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.price import PriceRange
from imagegen_desktop.core.records import Usage
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.studio.money import HEADER, Exported, Learned, Money
from pictures import NOON, request

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite", now=lambda: NOON)


@pytest.fixture
def money(ledger: Ledger) -> Money:
    return Money(ledger, lambda: NOON)


def pay(
    ledger: Ledger,
    prompt: str = "A cat",
    cost: Decimal | None = Decimal("0.00000001"),
    charge: ChargeState = ChargeState.PAID,
) -> str:
    one = replace(request(prompt), estimate=PriceRange(low=Decimal(0), high=Decimal("0.04")))
    ledger.stage([one], library="lib")
    ledger.sent(one.id, ChargeState.UNKNOWN)
    ledger.image(one.id, 0, one.id, b"{}")
    state = JobState.UNKNOWN if charge is ChargeState.UNKNOWN else JobState.SAVED
    ledger.close(one.id, state, charge, usage=Usage(output_tokens=200, total_tokens=210), cost=cost)
    return one.id


def exported(money: Money, path: Path) -> list[list[str]]:
    list(money.export(path, free=False, cancel=CancelToken()))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_a_row_says_all_that_is_known(money: Money, ledger: Ledger, tmp_path: Path) -> None:
    job = pay(ledger, 'A "cat",\nasleep')
    local = NOON.astimezone()
    assert exported(money, tmp_path / "out.csv") == [
        list(HEADER),
        [
            local.date().isoformat(),
            local.strftime("%H:%M:%S"),
            'A "cat",\nasleep',
            "gpt-image-2",
            "http://127.0.0.1:9/v1",
            "1024x1024",
            "low",
            "1",
            "paid",
            "0.00000001",
            "",
            "0.04",
            job,
        ],
    ]


def test_an_unknown_cost_is_an_empty_cell(money: Money, ledger: Ledger, tmp_path: Path) -> None:
    pay(ledger, cost=None, charge=ChargeState.UNKNOWN)
    row = exported(money, tmp_path / "out.csv")[1]
    assert row[8:12] == ["unknown", "", "", "0.04"]


@pytest.mark.parametrize("prompt", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "\rx", "＝1"])
def test_a_prompt_never_becomes_a_formula(money: Money, ledger: Ledger, tmp_path: Path, prompt: str) -> None:
    pay(ledger, prompt)
    assert exported(money, tmp_path / "out.csv")[1][2] == f"'{prompt}"


def test_a_plain_prompt_stays_as_it_is(money: Money, ledger: Ledger, tmp_path: Path) -> None:
    pay(ledger, "a cat = a dog")
    assert exported(money, tmp_path / "out.csv")[1][2] == "a cat = a dog"


def test_an_export_tells_where_it_is(money: Money, ledger: Ledger, tmp_path: Path) -> None:
    pay(ledger)
    path = tmp_path / "out.csv"
    assert list(money.export(path, free=False, cancel=CancelToken())) == [Exported(path, 1)]


def test_a_cancelled_export_leaves_the_old_file_and_nothing_else(money: Money, ledger: Ledger, tmp_path: Path) -> None:
    pay(ledger)
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "out.csv"
    path.write_text("old")
    cancel = CancelToken()
    cancel.cancel()
    assert list(money.export(path, free=False, cancel=cancel)) == []
    assert [(one.name, one.read_text()) for one in folder.iterdir()] == [("out.csv", "old")]


def test_an_export_that_can_not_be_written_says_so(money: Money, tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        list(money.export(tmp_path / "gone" / "out.csv", free=False, cancel=CancelToken()))


def test_a_settled_charge_is_in_the_next_report(money: Money, ledger: Ledger) -> None:
    job = pay(ledger, cost=None, charge=ChargeState.UNKNOWN)
    (report,) = money.settle(job, ChargeState.FREE, CancelToken())
    assert (report.doubtful, report.totals.today.counted) == ((), 0)


def test_what_was_learned_names_its_look(money: Money, ledger: Ledger) -> None:
    pay(ledger)
    look = Look(model="gpt-image-2", quality="low", size="1024x1024")
    assert list(money.learned(look, CancelToken())) == [Learned(look, (200,))]
