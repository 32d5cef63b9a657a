"""Money: what was spent, what a picture took before, the table for a spreadsheet, and what a person says of a doubtful charge."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from imagegen_desktop.core.estimate import Look
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors
from imagegen_desktop.storage.spending import Spending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from decimal import Decimal

    from imagegen_desktop.core.budget import Totals
    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.errors import ChargeState
    from imagegen_desktop.storage.ledger import Ledger
    from imagegen_desktop.storage.spending import Row, SpendingReport

HEADER: Final = (
    "date",
    "time",
    "prompt",
    "model",
    "endpoint",
    "size",
    "quality",
    "pictures",
    "charge",
    "cost_usd",
    "words_cost_usd",
    "estimate_high_usd",
    "job",
)
# A spreadsheet takes a cell that begins so for a formula; the wide forms are those of East Asian keyboards.
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Learned:
    """Output tokens of a picture in each of this person's latest jobs of a look, newest first."""

    look: Look
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Exported:
    path: Path
    rows: int


class Money:
    """The use cases of money, as steps for a Runner. All raise StorageError."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now
        self.spending = Spending(ledger.database)

    def totals(self, cancel: CancelToken) -> Iterator[Totals]:
        if not cancel.cancelled:
            yield self.spending.totals(self._now())

    def report(self, cancel: CancelToken) -> Iterator[SpendingReport]:
        if not cancel.cancelled:
            yield self.spending.report(self._now())

    def learned(self, look: Look, cancel: CancelToken) -> Iterator[Learned]:
        if not cancel.cancelled:
            yield Learned(look, self.spending.learned(look))

    def settle(self, job: str, charge: ChargeState, _cancel: CancelToken) -> Iterator[SpendingReport]:
        """A person says whether a doubtful job was charged; the report comes anew."""
        self._ledger.settle(job, charge)
        yield self.spending.report(self._now())

    def export(self, path: Path, *, free: bool, cancel: CancelToken) -> Iterator[Exported]:
        """Write every job as CSV to `path`, whole or not at all."""
        temporary = path.with_name(f"{TEMPORARY_PREFIX}{new_id()}")
        with storage_errors():
            try:
                # The mark at its beginning tells spreadsheets that the text is UTF-8.
                with temporary.open("w", encoding="utf-8-sig", newline="") as file:
                    rows = _write(file, self.spending.rows(free=free), cancel)
                if cancel.cancelled:
                    return
                temporary.replace(path)
            finally:
                temporary.unlink(missing_ok=True)
        yield Exported(path, rows)


def cells(row: Row) -> tuple[str, ...]:
    """A job's row, in the order of HEADER. Words of others can't become a spreadsheet's formula."""
    return (
        row.moment.date().isoformat(),
        row.moment.strftime("%H:%M:%S"),
        _harmless(row.prompt),
        _harmless(row.model),
        _harmless(row.endpoint),
        _harmless(row.size),
        _harmless(row.quality),
        str(row.pictures),
        row.charge.value,
        _plain(row.cost),
        _plain(row.words_cost),
        _plain(row.estimate_high),
        row.job,
    )


def _write(file: TextIO, rows: Iterable[Row], cancel: CancelToken) -> int:
    writer = csv.writer(file)
    writer.writerow(HEADER)
    count = 0
    for row in rows:
        if cancel.cancelled:
            break
        writer.writerow(cells(row))
        count += 1
    return count


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip().startswith(_FORMULA) or text.startswith(("\t", "\r", "\n")) else text


def _plain(amount: Decimal | None) -> str:
    """Never 1E-7, which spreadsheets read as text in some languages; nothing where it is not known."""
    return "" if amount is None else f"{amount:f}"
