"""The price stands beside the button, the sum in the top bar, and nothing goes over a budget unasked."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Signal

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.core.price import FREE, PriceRange
from imagegen_desktop.core.queue import Entry
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Draft, Settings
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.model_data import load_dialects
from imagegen_desktop.studio.money import Money
from imagegen_desktop.ui.job_news import JobEnd
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.money_flow import MoneyFlow
from imagegen_desktop.ui.money_words import price_reason, price_words
from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.top_bar.top_bar import TopBar
from imagegen_desktop.workers.runner import Runner
from pictures import CATALOGUE, ENDPOINT, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

PRICED = replace(ENDPOINT, pricing=Pricing.OPENAI_LIST)
HIGH = Draft(prompt="A lighthouse", model="gpt-image-2", quality="high")


class FakeSettings(QObject):
    """Settings that a test changes."""

    applied = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.settings = Settings()
        self.dialects = load_dialects(resources_folder())

    def apply(self, **changes: object) -> None:
        profile = {name: changes.pop(name) for name in ("base_url", "pricing") if name in changes}
        self.settings = replace(self.settings, **changes)
        self.settings = self.settings.with_current(replace(self.settings.current, **profile))
        self.applied.emit(self.settings)


@pytest.fixture
def settings() -> FakeSettings:
    return FakeSettings()


@pytest.fixture
def dock(qtbot: QtBot, appearance: Appearance, icons: Icons) -> PromptDock:
    made = PromptDock(CATALOGUE, appearance, icons)
    qtbot.addWidget(made)
    made.resize(880, 200)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def bar(qtbot: QtBot, appearance: Appearance, icons: Icons) -> TopBar:
    made = TopBar(appearance, icons)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


@pytest.fixture
def runner() -> Iterator[Runner]:
    made = Runner("money")
    yield made
    made.shutdown()


@pytest.fixture
def flow(dock: PromptDock, bar: TopBar, settings: FakeSettings, ledger: Ledger, runner: Runner) -> Iterator[MoneyFlow]:
    made = MoneyFlow(
        SimpleNamespace(dock=dock, top_bar=bar),
        Money(ledger, lambda: datetime.now(UTC)),
        runner,
        settings=settings,
        catalogue=CATALOGUE,
        parent=settings,
    )
    yield made
    made.shutdown()


def begin(qtbot: QtBot, flow: MoneyFlow) -> None:
    with qtbot.waitSignal(flow.known):
        flow.begin()


def pay(ledger: Ledger, cost: str | None = "0.42", tokens: int = 4000, high: str = "0.5") -> GenerationRequest:
    asked = request(endpoint=PRICED, quality="high")
    asked = replace(asked, estimate=PriceRange(low=Decimal(0), high=Decimal(high)))
    ledger.stage([asked], library="lib")
    ledger.sent(asked.id, ChargeState.UNKNOWN)
    usage = Usage(output_tokens=tokens, total_tokens=tokens + 10)
    amount = None if cost is None else Decimal(cost)
    ledger.close(asked.id, JobState.SAVED, ChargeState.PAID, usage=usage, cost=amount)
    return asked


def end_of(asked: GenerationRequest) -> JobEnd:
    progress = JobProgress(
        job=asked.id,
        prompt=asked.prompt,
        phase=Phase.SENT,
        count=1,
        saved=1,
        width=8,
        height=8,
        started=time.monotonic(),
    )
    return JobEnd(request=asked, progress=progress, finished=None, error=None)


def money_text(bar: TopBar) -> tuple[str, str]:
    button = bar._money_button
    return button.text(), button.accessibleDescription()


# ---- beside the button ----


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("0.02", "0.02", "about $0.02"),
        ("0.019", "0.021", "about $0.02"),
        ("0.02", "0.04", "$0.02 to $0.04"),
        ("0", "0", "Free"),
    ],
)
def test_a_price_is_said_as_exactly_as_it_is_known(low: str, high: str, words: str) -> None:
    assert price_words(PriceRange(low=Decimal(low), high=Decimal(high))) == words


def test_an_unknown_price_is_not_nothing() -> None:
    assert price_words(None) == "price unknown"


def test_a_price_says_where_it_comes_from() -> None:
    told = [
        price_reason(request(endpoint=endpoint, model=model), 0)
        for endpoint, model in (
            (SAMPLE_ENDPOINT, "sample"),
            (replace(ENDPOINT, pricing=Pricing.FREE), "flux"),
            (ENDPOINT, "flux"),
            (PRICED, "flux"),
        )
    ]
    assert told == [
        "the sample engine draws on this computer",
        "this endpoint charges nothing, as you said in the settings",
        "what this endpoint charges is not known; the settings can say it",
        "the price list has nothing for these choices",
    ]


def test_the_price_stands_beside_the_button_and_is_heard_with_it(dock: PromptDock) -> None:
    dock.set_price("about $0.02", "by the price list of 5 Nov 2026")
    assert dock.box.price == "about $0.02"
    assert dock.box.button.accessibleDescription() == "about $0.02, by the price list of 5 Nov 2026"
    label = next(one for one in dock.findChildren(PlainLabel) if one.text() == "about $0.02")
    assert label.isVisible()
    assert "by the price list of 5 Nov 2026" in label.toolTip()


def test_the_price_is_asked_for_at_every_choice_also_one_from_outside(qtbot: QtBot, dock: PromptDock) -> None:
    wanted: list[Draft] = []
    dock.price_wanted.connect(wanted.append)
    qtbot.keyClicks(dock.field, "ab")
    dock.enhance.click()
    dock.set_draft(Draft(prompt="cat", model="gpt-image-2", count=2))
    assert [one.prompt for one in wanted] == ["a", "ab", "ab", "cat"]
    assert wanted[-1].count == 2


def test_another_price_moves_no_control(dock: PromptDock) -> None:
    widths: set[int] = set()
    for words in ("Free", "about $0.02", "$0.02 to $0.04", "Free"):
        dock.set_price(words, "")
        widths.add(dock.box.reserved_width())
    assert len(widths) == 1


def test_the_price_follows_every_choice(dock: PromptDock, flow: MoneyFlow) -> None:
    assert flow.totals is None
    seen: list[str] = []
    # Two previews of each picture are in the upper end.
    for draft in (HIGH, replace(HIGH, count=4), replace(HIGH, size="auto"), replace(HIGH, quality="low")):
        dock.set_draft(draft)
        seen.append(dock.box.price)
    assert seen == ["$0.21 to $0.22", "$0.84 to $0.87", "$0.15 to $0.38", "$0.006 to $0.01"]
    assert "by the price list of 5 Nov 2026" in dock.box.button.accessibleDescription()


def test_the_price_follows_the_settings(dock: PromptDock, flow: MoneyFlow, settings: FakeSettings) -> None:
    dock.set_draft(HIGH)
    seen = [dock.box.price]
    for changes in ({"base_url": "http://127.0.0.1:9/v1"}, {"pricing": Pricing.FREE}, {"maker": Maker.SAMPLE}):
        settings.apply(**changes)
        seen.append(dock.box.price)
    assert flow.totals is None
    assert seen == ["$0.21 to $0.22", "price unknown", "Free", "Free"]


def test_own_jobs_sharpen_the_price(qtbot: QtBot, dock: PromptDock, flow: MoneyFlow, ledger: Ledger) -> None:
    for _ in range(3):
        pay(ledger, tokens=4000)
    dock.set_draft(HIGH)
    flow.begin()
    qtbot.waitUntil(lambda: dock.box.price == "about $0.12")
    assert "from your last 3 jobs like this" in dock.box.button.accessibleDescription()
    last = pay(ledger, tokens=4400)
    flow.job_ended(end_of(last))
    qtbot.waitUntil(lambda: "last 4 jobs" in dock.box.button.accessibleDescription())


def test_a_request_carries_the_estimate_that_was_shown(dock: PromptDock, flow: MoneyFlow) -> None:
    dock.set_draft(HIGH)
    found = flow.estimate(request("A lighthouse", endpoint=PRICED, quality="high", partial_images=2))
    assert price_words(found) == dock.box.price


# ---- top bar ----


def test_today_stands_in_the_top_bar(qtbot: QtBot, bar: TopBar, flow: MoneyFlow, ledger: Ledger) -> None:
    pay(ledger)
    begin(qtbot, flow)
    assert money_text(bar) == ("$0.42 today", "This month $0.42")


def test_a_cost_that_is_not_known_is_not_left_out(
    qtbot: QtBot, bar: TopBar, flow: MoneyFlow, ledger: Ledger, settings: FakeSettings
) -> None:
    pay(ledger, cost=None)
    settings.apply(daily_budget=Decimal(5))
    begin(qtbot, flow)
    assert money_text(bar) == (
        "unknown today",
        "This month unknown; not in it: 1 job of unknown cost: up to $0.50; $4.50 left of today's budget",
    )


def test_a_ledger_that_can_not_be_read_is_told(
    qtbot: QtBot, bar: TopBar, flow: MoneyFlow, tmp_path: Path, settings: FakeSettings
) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database" * 99)
    settings.apply(daily_budget=Decimal(5))
    with qtbot.waitSignal(flow.changed):
        flow.begin()
    assert money_text(bar)[0] == "unknown today"
    held = flow.gate(request(endpoint=PRICED), ())
    assert held is not None
    assert held.allow_once


# ---- budget ----


def test_a_job_is_held_until_the_ledger_was_read_and_then_gets_another_answer(
    qtbot: QtBot, flow: MoneyFlow, settings: FakeSettings
) -> None:
    settings.apply(daily_budget=Decimal(5))
    asked = replace(request(endpoint=PRICED), estimate=PriceRange(low=Decimal(1), high=Decimal(1)))
    entry = Entry(request=asked, held=flow.gate(asked, ()))
    assert entry.held is not None
    assert not flow.has_news_for(entry, ())
    begin(qtbot, flow)
    assert flow.has_news_for(entry, ())
    assert flow.gate(asked, ()) is None


def test_a_higher_budget_is_news_for_a_held_job(
    qtbot: QtBot, flow: MoneyFlow, settings: FakeSettings, ledger: Ledger
) -> None:
    settings.apply(daily_budget=Decimal("0.50"))
    pay(ledger)
    begin(qtbot, flow)
    asked = replace(request(endpoint=PRICED), estimate=PriceRange(low=Decimal(1), high=Decimal(1)))
    entry = Entry(request=asked, held=flow.gate(asked, ()))
    assert entry.held is not None
    assert not flow.has_news_for(entry, ())
    with qtbot.waitSignal(flow.changed):
        settings.apply(daily_budget=Decimal(5))
    assert flow.has_news_for(entry, ())


def test_what_is_free_is_never_held(flow: MoneyFlow, settings: FakeSettings) -> None:
    settings.apply(daily_budget=Decimal(0))
    assert flow.gate(replace(request(), estimate=FREE), ()) is None


def test_one_click_allows_once(qtbot: QtBot, flow: MoneyFlow, settings: FakeSettings) -> None:
    settings.apply(daily_budget=Decimal(0))
    begin(qtbot, flow)
    asked = request(endpoint=PRICED)
    assert flow.gate(asked, ()) is not None
    flow.allow_once(asked.id)
    assert flow.gate(asked, ()) is None
