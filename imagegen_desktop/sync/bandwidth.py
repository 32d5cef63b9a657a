"""Holds uploads back, so that no more than so many bytes go out in a second."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Bandwidth:
    """A bucket of bytes that fills itself, shared by all threads; `rate` is bytes a second, 0 for no limit."""

    def __init__(
        self, rate: int, *, wait: Callable[[float], object], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = rate
        self._now = now
        self._wait = wait
        self._lock = threading.Lock()
        self._free_at = now()

    def take(self, count: int) -> None:
        """Wait until `count` bytes may go."""
        if not self._rate:
            return
        with self._lock:
            # Each takes its turn behind those that asked before; nobody waits with the lock held.
            start = max(self._now(), self._free_at)
            self._free_at = start + count / self._rate
        pause = start - self._now()
        if pause > 0:
            self._wait(pause)
