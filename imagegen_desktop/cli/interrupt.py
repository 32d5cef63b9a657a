"""Turns Ctrl+C into a wish to stop."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imagegen_desktop.core.cancel import CancelToken

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def cancelled_by_interrupt() -> Generator[CancelToken]:
    """Ctrl+C cancels the work, so that ledger and library hear of it, instead of tearing the process down."""
    token = CancelToken()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: token.cancel())
    try:
        yield token
    finally:
        signal.signal(signal.SIGINT, before)
