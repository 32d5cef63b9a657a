"""Joins the money with the window: the price beside the button, what was spent today in the top bar, and the budget's gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from imagegen_desktop.core.budget import BudgetGate, Totals
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.estimate import estimate, look_of
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.price import dollars
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.studio.money import Learned
from imagegen_desktop.ui.job_news import JobEnd
from imagegen_desktop.ui.job_requests import request_for
from imagegen_desktop.ui.money_words import doubt_words, known_words, price_reason, price_words

if TYPE_CHECKING:
    from imagegen_desktop.core.estimate import Look
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.price import PriceRange
    from imagegen_desktop.core.queue import Entry, Held
    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.studio.money import Money
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.ui.window_panels import WindowPanels
    from imagegen_desktop.workers.runner import Runner

# Other programs of this user spend too, and a sleeping computer misses midnight.
LONGEST_WAIT: Final = timedelta(minutes=5)


class MoneyFlow(QObject):
    """Everything here answers from memory; the ledger is read on `runner`.

    `changed` comes whenever the gate may answer otherwise: spending or the budgets are other than before. `known` carries
    the Totals that were read.
    """

    changed = Signal()
    known = Signal(object)

    def __init__(
        self,
        panels: WindowPanels,
        money: Money,
        runner: Runner,
        *,
        settings: SettingsDesk,
        catalogue: ModelCatalogue,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self._money = money
        self._runner = runner
        self._settings = settings
        self._catalogue = catalogue
        self._gate = BudgetGate()
        self._learned: dict[Look, tuple[int, ...]] = {}
        self._asked: set[Look] = set()
        self._ended: list[str] = []
        self._holds: dict[str, Held] = {}
        self._begun = False
        self.totals: Totals | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.refresh)
        panels.dock.price_wanted.connect(self.show_price)
        settings.applied.connect(self._settings_applied)
        self._settings_applied(None)

    # ---- price ----

    def estimate(self, request: GenerationRequest) -> PriceRange | None:
        """What stands on the button. A click that is to be split is reckoned whole: its better words are paid once."""
        return estimate(request, self._catalogue, self._learned.get(look_of(request), ()))

    @Slot(object)
    def show_price(self, draft: object) -> None:
        if not isinstance(draft, Draft):
            return
        settings = self._settings.settings
        request = request_for(draft, settings.endpoint, settings, self._catalogue, self._settings.dialects)
        look = look_of(request)
        self._learn(request, look)
        request = replace(request, estimate=self.estimate(request))
        learned_from = len(self._learned.get(look, ()))
        self._panels.dock.set_price(price_words(request.estimate), price_reason(request, learned_from))

    def _learn(self, request: GenerationRequest, look: Look) -> None:
        """Ask once for each look, and only where tokens are money."""
        if not self._begun or look in self._asked or request.endpoint.pricing is not Pricing.OPENAI_LIST:
            return
        self._asked.add(look)
        run = self._runner.start(partial(self._money.learned, look))
        run.stepped.connect(self._learned_more)

    @Slot(object)
    def _learned_more(self, told: object) -> None:
        if isinstance(told, Learned):
            self._learned[told.look] = told.tokens
            self.show_price(self._panels.dock.draft())

    # ---- budget ----

    def gate(self, request: GenerationRequest, in_flight: tuple[GenerationRequest, ...]) -> Held | None:
        """Why a job is not to be sent now, None if it may go. Answers from memory."""
        held = self._gate.gate(request, in_flight)
        if held is not None:
            self._holds[request.id] = held
        return held

    def has_news_for(self, entry: Entry, in_flight: tuple[GenerationRequest, ...]) -> bool:
        """Whether a waiting job that this gate held would get another answer now."""
        mine = entry.held is not None and entry.held == self._holds.get(entry.id)
        return mine and self._gate.gate(entry.request, in_flight) != entry.held

    def allow_once(self, job: str) -> None:
        """A person lets this job go, whatever the budget says."""
        self._gate.allow_once(job)

    @Slot(object)
    def _settings_applied(self, _settings: object) -> None:
        now = self._settings.settings
        self._gate.set_limits(now.daily_budget, now.monthly_budget)
        self.show_price(self._panels.dock.draft())
        self.changed.emit()

    # ---- what was spent ----

    def begin(self) -> None:
        """After the first paint."""
        self._begun = True
        self.refresh()
        self.show_price(self._panels.dock.draft())

    @Slot(object)
    def job_ended(self, end: object) -> None:
        """Its end is in the ledger: the sums are read again, and what was learned of its look."""
        if not isinstance(end, JobEnd):
            return
        request = end.request
        self._ended.append(request.id)
        self._holds.pop(request.id, None)
        self._asked.discard(look_of(request))
        self.refresh()
        self.show_price(self._panels.dock.draft())

    @Slot()
    def refresh(self) -> None:
        if not self._begun:
            return
        # Whose end was told before the ledger is read stands in it.
        ended, self._ended = tuple(self._ended), []
        run = self._runner.start(self._money.totals)
        run.stepped.connect(partial(self._read, ended))
        run.ended.connect(self._read_ended)

    def _read(self, ended: tuple[str, ...], totals: object) -> None:
        if not isinstance(totals, Totals):
            return
        self.totals = totals
        self._gate.know(totals, ended)
        self._show_totals(totals)
        self.known.emit(totals)
        self.changed.emit()

    @Slot(object)
    def _read_ended(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._gate.fail()
            self._panels.top_bar.set_money(self.tr("unknown today"), f"{error.title}. {error.advice}")
            self.changed.emit()
        self._timer.start(round(min(self._until_midnight(), LONGEST_WAIT).total_seconds() * 1000))

    def _until_midnight(self) -> timedelta:
        now = datetime.now().astimezone()
        tomorrow = self._money.spending.midnight(now.date() + timedelta(days=1))
        # A moment later than midnight, so that it is tomorrow for sure.
        return max(tomorrow - now, timedelta()) + timedelta(seconds=1)

    def _show_totals(self, totals: Totals) -> None:
        today = self.tr("{amount} today").format(amount=known_words(totals.today))
        parts = [self.tr("This month {amount}").format(amount=known_words(totals.month))]
        doubt = doubt_words(totals.month)
        if doubt:
            parts.append(self.tr("not in it: {doubt}").format(doubt=doubt))
        parts += self._left_words(totals)
        self._panels.top_bar.set_money(today, self.tr("; ").join(parts))

    def _left_words(self, totals: Totals) -> list[str]:
        now, words = self._settings.settings, list[str]()
        if now.daily_budget is not None:
            left = max(now.daily_budget - totals.today.counted, now.daily_budget * 0)
            words.append(self.tr("{left} left of today's budget").format(left=dollars(left)))
        if now.monthly_budget is not None:
            left = max(now.monthly_budget - totals.month.counted, now.monthly_budget * 0)
            words.append(self.tr("{left} left of this month's budget").format(left=dollars(left)))
        return words

    def shutdown(self) -> None:
        self._timer.stop()
