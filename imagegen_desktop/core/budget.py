"""Whether a request may be paid for: what was spent, what may have been, what is on its way, and the person's limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final, assert_never

from imagegen_desktop.core.price import PriceRange, dollars
from imagegen_desktop.core.queue import Held

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.requests import GenerationRequest

NOTHING: Final = Decimal(0)
# Up to a million; three figures after a comma might be thousands, and are refused.
_AMOUNT: Final = re.compile(r"\s*\$?\s*([0-9]{1,6})(?:[.,]([0-9]{1,2}))?\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """US dollars and jobs of some time.

    `known` is the sum of costs that are known, `paid` the jobs that were charged. `unpriced` jobs of those have a cost
    that is not known, in part or whole; `uncertain` jobs may have been charged. `unpriced_high` and `uncertain_high` are
    the upper ends of their estimates; `unestimated` of both kinds have no estimate either. `free` jobs cost nothing.
    """

    known: Decimal = NOTHING
    paid: int = 0
    unpriced: int = 0
    unpriced_high: Decimal = NOTHING
    uncertain: int = 0
    uncertain_high: Decimal = NOTHING
    unestimated: int = 0
    free: int = 0

    @property
    def counted(self) -> Decimal:
        """What a budget reckons with: whatever may have been charged, at its upper end."""
        return self.known + self.unpriced_high + self.uncertain_high

    @property
    def is_exact(self) -> bool:
        return not (self.unpriced or self.uncertain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What was spent on a local day and in its month, and the upper end (None: unknown) of each job on its way by id."""

    day: date
    today: Spent
    month: Spent
    on_the_way: Mapping[str, Decimal | None] = field(default_factory=dict[str, Decimal | None])


class Limit(StrEnum):
    DAY = auto()
    MONTH = auto()


@dataclass(frozen=True, slots=True)
class Allowed:
    pass


@dataclass(frozen=True, slots=True)
class Exceeds:
    """The request would go over a budget."""

    which: Limit
    words: str


@dataclass(frozen=True, slots=True)
class AsksUnpriced:
    """A budget is set, and what the request costs is not known."""

    words: str


Decision = Allowed | Exceeds | AsksUnpriced


def decide(
    wanted: PriceRange | None,
    *,
    spent_today: Decimal,
    spent_month: Decimal,
    in_flight_high: Decimal,
    daily: Decimal | None,
    monthly: Decimal | None,
) -> Decision:
    """Whether the next request may go. All are US dollars; `wanted` is its price, None if that is not known.

    What costs nothing may always go. The upper end counts, and reaching a budget exactly is within it.
    """
    if daily is None and monthly is None:
        return Allowed()
    if wanted is None:
        return AsksUnpriced("You set a budget, and the price of this is not known.")
    if wanted.high == 0:
        return Allowed()
    for which, limit, spent in ((Limit.DAY, daily, spent_today), (Limit.MONTH, monthly, spent_month)):
        if limit is not None and spent + in_flight_high + wanted.high > limit:
            return Exceeds(which, _over(which, limit, spent, in_flight_high, wanted.high))
    return Allowed()


class BudgetGate:
    """Holds jobs that would go over a budget, with what it was last told of spending; it never looks at a disk."""

    def __init__(self) -> None:
        self._daily: Decimal | None = None
        self._monthly: Decimal | None = None
        self._totals: Totals | None = None
        self._unreadable = False
        self._allowed: set[str] = set()
        self._sent: dict[str, Decimal | None] = {}

    # ---- what it is told ----

    def set_limits(self, daily: Decimal | None, monthly: Decimal | None) -> None:
        """US dollars a local day and month; None is no limit."""
        self._daily, self._monthly = daily, monthly

    def know(self, totals: Totals, ended: Iterable[str] = ()) -> None:
        """Take over what the ledger says. `ended` are the jobs whose end it held when it was asked."""
        self._totals = totals
        self._unreadable = False
        for job in ended:
            self._sent.pop(job, None)
            self._allowed.discard(job)

    def fail(self) -> None:
        """The ledger can't be read."""
        self._unreadable = True

    def allow_once(self, job: str) -> None:
        """A person lets this job go, whatever the budget says."""
        self._allowed.add(job)

    # ---- what it is asked ----

    def gate(self, request: GenerationRequest, in_flight: Iterable[GenerationRequest]) -> Held | None:
        """Why `request` may not be sent now, None if it may. `in_flight` are this program's own jobs on their way."""
        for one in in_flight:
            self._sent[one.id] = one.estimate.high if one.estimate else None
        if request.id in self._allowed:
            return None
        if self._daily is None and self._monthly is None:
            return None
        if request.estimate is not None and request.estimate.high == 0:
            return None
        if self._totals is None or self._unreadable:
            return self._unread()
        on_the_way = {**self._totals.on_the_way, **self._sent}
        on_the_way.pop(request.id, None)
        decision = decide(
            request.estimate,
            spent_today=self._totals.today.counted,
            spent_month=self._totals.month.counted,
            in_flight_high=sum((high for high in on_the_way.values() if high is not None), NOTHING),
            daily=self._daily,
            monthly=self._monthly,
        )
        match decision:
            case Allowed():
                return None
            case Exceeds(_, words) | AsksUnpriced(words):
                return Held(words, allow_once=True)
            case _:
                assert_never(decision)

    def _unread(self) -> Held:
        if self._unreadable:
            return Held("You set a budget, and what was spent so far can't be read.", allow_once=True)
        return Held("What was spent so far is being read.", allow_once=False)


def _over(which: Limit, limit: Decimal, spent: Decimal, in_flight: Decimal, high: Decimal) -> str:
    match which:
        case Limit.DAY:
            budget, when = "today's budget", "today"
        case Limit.MONTH:
            budget, when = "this month's budget", "this month"
        case _:
            assert_never(which)
    way = f", up to {dollars(in_flight)} is on its way" if in_flight else ""
    return (
        f"This may cost up to {dollars(high)} and go over {budget} of {dollars(limit)}: "
        f"{dollars(spent)} counts as spent {when}{way}."
    )


def amount_of(text: str) -> Decimal:
    """The US dollars that a person typed: "5", "$12.50", "12,50". Raises ValueError with a sentence."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise ValueError("An amount is in dollars and cents, such as 5 or 12.50")
    return Decimal(f"{found[1]}.{found[2] or 0}")
