"""From the price on the button to the sum in the top bar: what is shown is what is billed, and a budget is kept."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from house import House, write_settings

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.price import dollars, picture_cost
from imagegen_desktop.ui.inspector.facts import FactName
from standin import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from standin import StandIn


def spent(house: House) -> str:
    return house.panels.top_bar._money_button.text()


@pytest.fixture
def open_house(start: Callable[..., House], standin: StandIn) -> Callable[..., House]:
    """Starts a program at an endpoint with OpenAI's prices."""

    def make(**settings: object) -> House:
        write_settings(standin, pricing=Pricing.OPENAI_LIST, **settings)
        house = start()
        house.stand()
        house.enter_key(standin.key)
        return house

    return make


def test_what_a_picture_cost_is_told_everywhere(open_house: Callable[..., House], standin: StandIn) -> None:
    house = open_house()
    house.until(lambda: spent(house) == "$0.00 today")
    assert house.panels.dock.box.price == "$0.02 to $0.03"
    end = house.generated()
    assert end.request.estimate is not None
    (job,) = house.composition.work.ledger.jobs()
    assert job.cost == picture_cost(job.usage, house.composition.catalogue.image_model(job.request.model).price)
    assert job.cost
    house.until(lambda: spent(house) == f"{dollars(job.cost)} today")
    house.until(lambda: house.panels.inspector.table.words(FactName.COST) == dollars(job.cost))
    assert len(standin.bill) == 1


def test_a_job_over_the_budget_waits_for_a_click(open_house: Callable[..., House], standin: StandIn) -> None:
    house = open_house(daily_budget=Decimal("0.01"))
    house.until(lambda: spent(house) == "$0.00 today")
    house.generate()
    house.until(lambda: "go over today's budget of $0.01" in house.words())
    assert standin.bill == []
    assert house.jobs() in ([], [(JobState.STAGED, ChargeState.FREE)])
    house.press("Allow once")
    assert house.ended().error is None
    assert len(standin.bill) == 1


def test_a_higher_budget_lets_a_held_job_go(open_house: Callable[..., House], standin: StandIn) -> None:
    house = open_house(daily_budget=Decimal("0.01"))
    house.until(lambda: spent(house) == "$0.00 today")
    house.generate()
    house.until(lambda: "go over today's budget" in house.words())
    house.panels.settings_page.money.daily.setText("5")
    house.panels.settings_page.money.commit()
    assert house.ended().error is None
    assert len(standin.bill) == 1


def test_a_model_without_a_price_asks_while_a_budget_is_set(open_house: Callable[..., House], standin: StandIn) -> None:
    house = open_house(monthly_budget=Decimal(5), image_model="somebody-elses")
    assert house.panels.dock.box.price == "price unknown"
    house.until(lambda: spent(house) == "$0.00 today")
    house.generate()
    house.until(lambda: "the price of this is not known" in house.words())
    assert standin.bill == []


def test_what_may_have_been_charged_is_settled_on_the_page(open_house: Callable[..., House], standin: StandIn) -> None:
    house = open_house()
    standin.add_fault(Fault.DROP_AFTER_WORK)
    assert house.generated().error is not None
    house.until(lambda: spent(house) == "unknown today")
    house.press("unknown today")
    house.until(lambda: "1 job may have been charged" in house.words(house.panels.spending_page))
    house.press("It was not", house.panels.spending_page)
    house.until(lambda: spent(house) == "$0.00 today")
    assert [charge for _, charge in house.jobs()] == [ChargeState.FREE]
    house.panels.spending_page.back.click()
    assert not house.window.in_spending


def test_the_table_is_written_beside_the_window(open_house: Callable[..., House], tmp_path: Path) -> None:
    house = open_house()
    house.generated()
    house.composition.work.spending_flow.open()
    path = tmp_path / "spending.csv"
    house.composition.work.spending_flow.export(str(path), free=False)
    house.until(lambda: f"1 job is in {path}" in house.words(house.panels.spending_page))
    with path.open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["prompt"], row["charge"], row["pictures"]) == ("A cat", "paid", "1")
    house.composition.work.spending_flow.export(str(tmp_path / "gone" / "spending.csv"), free=False)
    house.until(lambda: house.panels.spending_page.status.property("kind") == "danger")
