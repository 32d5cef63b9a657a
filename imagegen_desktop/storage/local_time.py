"""This computer's calendar in the index's moments."""

from __future__ import annotations

from datetime import date, datetime, time

from imagegen_desktop.storage.index_rows import moment_at


def local_moment(day: date) -> int:
    """The moment at which a day of this computer's calendar begins."""
    return moment_at(datetime.combine(day, time()).astimezone())


def month_bounds(month: str) -> tuple[int, int]:
    """The first moment of a local month such as "2026-11", and the first one after it."""
    first = date.fromisoformat(f"{month}-01")
    return local_moment(first), local_moment(next_month(first))


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
