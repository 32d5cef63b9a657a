"""Sums of money over the ledger, by local day, month, model and endpoint, without loading its rows."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.budget import Spent, Totals
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.storage.codec import decode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Iterator, Sequence
    from datetime import tzinfo

    from imagegen_desktop.core.estimate import Look
    from imagegen_desktop.storage.database import Database

# As many of a person's own latest jobs tell what the next one costs.
LATEST: Final = 20

# The moment when money may have gone. The ledger's index `jobs_by_money` is by these very words.
_MOMENT: Final = "coalesce(sent, ended, created)"
_ON_THE_WAY: Final = "state IN ('sent', 'receiving', 'received')"
_UNPRICED: Final = "((charge = 'paid' AND cost IS NULL) OR words_unknown)"
_UNCERTAIN: Final = f"(charge = 'unknown' AND NOT {_ON_THE_WAY})"
# Read only of the few rows whose cost is not known: it lies in the request, beside which all else is in the index.
_HIGH: Final = "json_extract(CAST(request AS TEXT), '$.estimate.high')"

_SPENT: Final = f"""
    dollars(CASE WHEN charge = 'paid' THEN cost END, NULL),
    dollars(words_cost, NULL),
    coalesce(sum(charge = 'paid'), 0),
    coalesce(sum({_UNPRICED} AND charge != 'unknown'), 0),
    dollars(CASE WHEN {_UNPRICED} AND charge != 'unknown' THEN {_HIGH} END, words_cost),
    coalesce(sum({_UNCERTAIN}), 0),
    dollars(CASE WHEN {_UNCERTAIN} THEN {_HIGH} END, words_cost),
    coalesce(sum(CASE WHEN {_UNCERTAIN} OR ({_UNPRICED} AND charge != 'unknown') THEN {_HIGH} IS NULL END), 0),
    coalesce(sum(charge = 'free' AND state IN ('saved')), 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulJob:
    """A job that may have been charged. `moment` is in UTC; `high` the upper end of its estimate in US dollars."""

    id: str
    moment: datetime
    prompt: str
    model: str
    high: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingReport:
    """Money from `first` to `last`, both local days. `days` has each of them; `models` and `endpoints` are dearest first.

    `doubtful` are the latest jobs that may have been charged, whenever they were; `doubtful_count` is how many there are.
    """

    first: date
    last: date
    totals: Totals
    days: tuple[tuple[date, Spent], ...]
    models: tuple[tuple[str, Spent], ...]
    endpoints: tuple[tuple[str, Spent], ...]
    doubtful: tuple[DoubtfulJob, ...]
    doubtful_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One job for a table elsewhere; `moment` is local, amounts are US dollars, None where not known."""

    moment: datetime
    prompt: str
    model: str
    endpoint: str
    size: str
    quality: str
    pictures: int
    charge: ChargeState
    cost: Decimal | None
    words_cost: Decimal | None
    estimate_high: Decimal | None
    job: str


class Spending:
    """Reads the ledger's database. `zone` is this computer's own where it is None. Raises StorageError."""

    def __init__(self, database: Database, zone: tzinfo | None = None) -> None:
        self._database = database
        self._zone = zone

    def totals(self, now: datetime) -> Totals:
        """Of the local day in which `now` lies, and of its month."""
        with self._reading() as connection:
            return self._totals(connection, self.local_day(now))

    def report(self, now: datetime, *, days: int = 30, doubtful: int = 50) -> SpendingReport:
        """Of the `days` local days that end with the day of `now`."""
        last = self.local_day(now)
        first = last - timedelta(days=days - 1)
        span = (self.midnight(first), self.midnight(last + timedelta(days=1)))
        with self._reading() as connection:
            (count,) = connection.execute(f"SELECT count(*) FROM jobs WHERE {_UNCERTAIN}").fetchone()  # noqa: S608 (literals)
            return SpendingReport(
                first=first,
                last=last,
                totals=self._totals(connection, last),
                days=tuple(self._by_day(connection, first, days)),
                models=_by(connection, "model", span),
                endpoints=_by(connection, "endpoint", span),
                doubtful=_doubtful(connection, doubtful),
                doubtful_count=count,
            )

    def rows(self, *, free: bool) -> Iterator[Row]:
        """All jobs that cost or may have cost something, oldest first; with `free` those too that made pictures for nothing.

        One at a time, however many there are.
        """
        which = (
            f"charge != 'free' OR CAST(words_cost AS REAL) > 0 OR words_unknown OR ({int(free)} AND state = 'saved')"
        )
        query = (
            f"SELECT {_MOMENT}, json_extract(CAST(request AS TEXT), '$.prompt'), model, endpoint, size, quality, "  # noqa: S608 (literals)
            f"(SELECT count(*) FROM images WHERE job = jobs.id), charge, cost, words_cost, {_HIGH}, id "
            f"FROM jobs WHERE {which} ORDER BY {_MOMENT}"
        )
        with self._reading() as connection:
            for told in connection.execute(query):
                yield Row(
                    moment=datetime.fromisoformat(told[0]).astimezone(self._zone),
                    prompt=told[1],
                    model=told[2],
                    endpoint=told[3],
                    size=told[4],
                    quality=told[5],
                    pictures=told[6],
                    charge=ChargeState(told[7]),
                    cost=_amount(told[8]),
                    words_cost=_amount(told[9]),
                    estimate_high=_amount(told[10]),
                    job=told[11],
                )

    def learned(self, look: Look) -> tuple[int, ...]:
        """Output tokens of one picture in each of this person's latest jobs of that look, newest first.

        Animations and drawings tell nothing of pictures.
        """
        query = (
            "SELECT usage, max(1, (SELECT count(*) FROM images WHERE job = jobs.id)) FROM jobs "
            "WHERE model = ? AND quality = ? AND size = ? AND state = ? AND charge = ? AND usage IS NOT NULL "
            "AND coalesce(json_extract(CAST(request AS TEXT), '$.options.output_format'), '') NOT IN ('gif', 'svg') "
            "ORDER BY ended DESC LIMIT ?"
        )
        values = (look.model, look.quality, look.size, JobState.SAVED, ChargeState.PAID, LATEST)
        with self._database.read() as connection:
            found = [(decode(usage, Usage), pictures) for usage, pictures in connection.execute(query, values)]
        tokens = ((usage.output_image_tokens or usage.output_tokens, pictures) for usage, pictures in found)
        return tuple(round(each / pictures) for each, pictures in tokens if each)

    # ---- local days ----

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def midnight(self, day: date) -> datetime:
        """The moment, in UTC, at which a local day begins, also where clocks are put forward or back at midnight."""
        naive = datetime.combine(day, time())
        return (naive.replace(tzinfo=self._zone) if self._zone else naive.astimezone()).astimezone(UTC)

    # ---- sums ----

    def _totals(self, connection: sqlite3.Connection, day: date) -> Totals:
        next_day = self.midnight(day + timedelta(days=1))
        way = f"SELECT id, {_HIGH} FROM jobs WHERE {_ON_THE_WAY} AND charge != ?"  # noqa: S608 (literals)
        return Totals(
            day=day,
            today=_sum(connection, (self.midnight(day), next_day)),
            month=_sum(connection, (self.midnight(day.replace(day=1)), next_day)),
            on_the_way={job: _amount(high) for job, high in connection.execute(way, (ChargeState.FREE,))},
        )

    def _by_day(self, connection: sqlite3.Connection, first: date, count: int) -> Iterator[tuple[date, Spent]]:
        edges = [self.midnight(first + timedelta(days=number)) for number in range(count + 1)]
        for number, span in enumerate(pairwise(edges)):
            yield first + timedelta(days=number), _sum(connection, span)

    @contextmanager
    def _reading(self) -> Generator[sqlite3.Connection]:
        """One snapshot of the ledger, with exact sums: SQLite has no decimals."""
        with self._database.read() as connection:
            connection.create_aggregate("dollars", 2, _DollarSum)  # pyright: ignore[reportArgumentType] (typeshed wants one argument)
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.rollback()


class _DollarSum:
    """Adds `amount` less what is known of it, as text; nothing where `amount` is NULL."""

    def __init__(self) -> None:
        self._sum = Decimal(0)

    def step(self, amount: str | None, known: str | None) -> None:
        if amount is not None:
            self._sum += max(Decimal(0), Decimal(amount) - Decimal(known or 0))

    def finalize(self) -> str:
        return str(self._sum)


def _sum(connection: sqlite3.Connection, span: tuple[datetime, datetime]) -> Spent:
    query = f"SELECT {_SPENT} FROM jobs WHERE {_MOMENT} >= ? AND {_MOMENT} < ?"  # noqa: S608 (literals)
    return _spent(connection.execute(query, _texts(span)).fetchone())


def _by(connection: sqlite3.Connection, column: str, span: tuple[datetime, datetime]) -> tuple[tuple[str, Spent], ...]:
    query = f"SELECT {column}, {_SPENT} FROM jobs WHERE {_MOMENT} >= ? AND {_MOMENT} < ? GROUP BY {column}"  # noqa: S608 (literals)
    found = [(name, _spent(row)) for name, *row in connection.execute(query, _texts(span))]
    told = [(name, spent) for name, spent in found if spent.paid or spent.uncertain or spent.unpriced or spent.known]
    return tuple(sorted(told, key=lambda one: (-one[1].counted, one[0])))


def _doubtful(connection: sqlite3.Connection, limit: int) -> tuple[DoubtfulJob, ...]:
    query = (
        f"SELECT id, {_MOMENT}, json_extract(CAST(request AS TEXT), '$.prompt'), model, {_HIGH} FROM jobs "  # noqa: S608 (literals)
        f"WHERE {_UNCERTAIN} ORDER BY {_MOMENT} DESC LIMIT ?"
    )
    return tuple(
        DoubtfulJob(id=job, moment=datetime.fromisoformat(moment), prompt=prompt, model=model, high=_amount(high))
        for job, moment, prompt, model, high in connection.execute(query, (limit,))
    )


def _spent(row: Sequence[Any]) -> Spent:
    # A sum over no rows is NULL.
    cost, words, paid, unpriced, unpriced_high, uncertain, uncertain_high, unestimated, free = row
    return Spent(
        known=Decimal(cost or 0) + Decimal(words or 0),
        paid=paid,
        unpriced=unpriced,
        unpriced_high=Decimal(unpriced_high or 0),
        uncertain=uncertain,
        uncertain_high=Decimal(uncertain_high or 0),
        unestimated=unestimated,
        free=free,
    )


def _texts(span: tuple[datetime, datetime]) -> tuple[str, str]:
    return span[0].isoformat(), span[1].isoformat()


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
