"""What the window shows of a job on its way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Phase(StrEnum):
    """STARTING until the request's first byte left; SENT after it: then a cancel may still be charged."""

    STARTING = auto()
    ENHANCING = auto()
    SENT = auto()
    CANCELLING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """`started` is `time.monotonic()` at the click; `width` and `height` are the pixels asked for (a square for "auto")."""

    job: str
    prompt: str
    phase: Phase
    count: int
    saved: int
    width: int
    height: int
    started: float
    sample: bool = False
