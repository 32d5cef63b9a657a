"""A CancelToken carries the wish to stop across threads, and wakes whoever is blocked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class CancelToken:
    """Set once, never cleared. Safe from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._wakers: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask to stop. Runs every waker once, on the calling thread; wakers must not block."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            wakers, self._wakers = self._wakers, []
        for wake in wakers:
            wake()

    def on_cancel(self, wake: Callable[[], None]) -> None:
        """Have `wake` called at the cancel, or now if it has come already."""
        with self._lock:
            if not self._event.is_set():
                self._wakers.append(wake)
                return
        wake()

    def wait(self, seconds: float) -> bool:
        """Sleep up to `seconds`, but no longer than to the cancel. True if cancelled."""
        return self._event.wait(seconds)
