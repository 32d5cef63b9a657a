"""How a library's sync stands, as the window tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto

from imagegen_desktop.core.errors import ImagegenError


class SyncPhase(StrEnum):
    """What is under way, or why nothing is. OFF: the library is kept nowhere else.

    RESTING is between two rounds; OFFLINE and TROUBLE are tried again by themselves.
    """

    OFF = auto()
    ASKING = auto()
    RECEIVING = auto()
    SENDING = auto()
    RESTING = auto()
    PAUSED = auto()
    OFFLINE = auto()
    TROUBLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """`done` of `of` objects of this phase. `waiting` images are not there yet, of which `failed` could not be sent.

    `error` is why OFFLINE or TROUBLE, and `seconds` is when it is tried again; None where that is not known.
    """

    phase: SyncPhase = SyncPhase.OFF
    done: int = 0
    of: int = 0
    waiting: int = 0
    failed: int = 0
    error: ImagegenError | None = None
    seconds: int | None = None
    is_folder: bool = False

    @property
    def is_on(self) -> bool:
        return self.phase is not SyncPhase.OFF
