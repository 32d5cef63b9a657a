"""Keeps count of what is on its way at once: many small objects, or a few large ones."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator


class InFlight:
    """At most `most` bytes at once, shared by all threads; what is larger goes alone."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._used = 0
        self._ended = False
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, count: int) -> Generator[None]:
        """Waits until there is room, or to the end."""
        room = min(count, self._most)
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._used + room <= self._most)
            self._used += room
        try:
            yield
        finally:
            with self._changed:
                self._used -= room
                self._changed.notify_all()

    def end(self) -> None:
        """Nobody waits any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
