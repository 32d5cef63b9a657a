"""A Gate holds work back until a test lets it go on, and lets everybody out at the stop."""

from __future__ import annotations

import threading


class StoppedError(Exception):
    """The stand-in is being stopped: whoever waits gives up."""


class Gate:
    """Open at first. Safe from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._closed_after: int | None = None
        self._releases = 0
        self._stopping = False

    def close(self, after_previews: int) -> None:
        with self._changed:
            self._closed_after = after_previews

    def open(self) -> None:
        with self._changed:
            self._closed_after = None
            self._releases += 1
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def enter(self, previews_sent: int) -> None:
        """Go through, or wait before a closed gate. Raises StoppedError if the stop comes first."""

        def is_open() -> bool:
            return self._closed_after is None or previews_sent < self._closed_after

        with self._changed:
            self._changed.wait_for(lambda: is_open() or self._stopping)
            if not is_open():
                raise StoppedError

    @property
    def releases(self) -> int:
        """How often it was opened so far."""
        with self._changed:
            return self._releases

    def await_release(self, before: int) -> None:
        """Wait until it was opened more than `before` times. Raises StoppedError if the stop comes first."""
        with self._changed:
            self._changed.wait_for(lambda: self._releases > before or self._stopping)
            if self._releases == before:
                raise StoppedError

    def check(self) -> None:
        """Raises StoppedError once the stop has come."""
        with self._changed:
            if self._stopping:
                raise StoppedError

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises StoppedError if the stop comes first."""
        if seconds <= 0:
            return
        with self._changed:
            if self._changed.wait_for(lambda: self._stopping, seconds):
                raise StoppedError
