"""What the window shows of a job on its way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Phase(StrEnum):
    """WAITING in the queue; STARTING until the request's first byte left; SENT after it: then a cancel may be charged."""

    WAITING = auto()
    STARTING = auto()
    ENHANCING = auto()
    SENT = auto()
    CANCELLING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """All moments are `time.monotonic()`: `started` at the click, `sent` at the first byte, `resumes` the end of a wait.

    `width` and `height` are the pixels asked for (a square for "auto"). `expected` seconds is what such a job took before,
    None where that is not known. `held` says why it waits, where it is not for its turn.
    """

    job: str
    prompt: str
    phase: Phase
    count: int
    saved: int
    width: int
    height: int
    started: float
    sample: bool = False
    model: str = ""
    sent: float | None = None
    expected: float | None = None
    resumes: float | None = None
    held: str = ""

    def seconds_left(self, now: float) -> float | None:
        """At least 0; None where nothing is known."""
        if self.expected is None or self.sent is None:
            return None
        return max(0.0, self.expected - (now - self.sent))
