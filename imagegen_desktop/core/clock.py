"""What time it is: the one clock that is asked where nobody hands in another."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Aware, in UTC."""
    return datetime.now(UTC)
