"""As many Runners as there are jobs at a time: made when one is needed, and used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.workers.runner import Runner


class Crew:
    """`make` gives a Runner of a name. Who makes a Crew calls `shutdown`."""

    def __init__(self, make: Callable[[str], Runner]) -> None:
        self._make = make
        self._runners: list[Runner] = []

    def idle(self) -> Runner:
        """One that has nothing to do."""
        free = next((runner for runner in self._runners if not runner.busy), None)
        if free is None:
            free = self._make(f"job {len(self._runners) + 1}")
            self._runners.append(free)
        return free

    @property
    def size(self) -> int:
        return len(self._runners)

    def shutdown(self) -> None:
        """Cancel all at once, then wait for each."""
        for runner in self._runners:
            runner.cancel_all()
        for runner in self._runners:
            runner.shutdown()
