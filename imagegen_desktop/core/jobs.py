"""A job: one request on its way, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum, auto

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.requests import GenerationRequest


class JobState(StrEnum):
    """STAGED: on disk, not a byte sent. SENT: the first byte may have left. RECEIVING: the answer goes to the spool.

    RECEIVED: all of the answer is there. The others are ends: SAVED (all or some of the pictures), FAILED, CANCELLED,
    and UNKNOWN where the answer was cut between the request's last byte and the answer's last byte.
    """

    STAGED = auto()
    SENT = auto()
    RECEIVING = auto()
    RECEIVED = auto()
    SAVED = auto()
    FAILED = auto()
    CANCELLED = auto()
    UNKNOWN = auto()

    @property
    def is_end(self) -> bool:
        return self in (JobState.SAVED, JobState.FAILED, JobState.CANCELLED, JobState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the ledger. `error` is the sentence that the person was told, `usage` what the service counted.

    `cost` (the pictures) and `words_cost` (the enhancement) are US dollars, None where not known. `owner` is the running
    program that has it. `seen` says that the person has read how it ended.
    """

    id: str
    library: str
    state: JobState
    charge: ChargeState
    owner: str
    created: datetime
    sent: datetime | None
    ended: datetime | None
    content_type: str
    service_request_id: str
    request: GenerationRequest
    usage: Usage | None
    cost: Decimal | None
    words_cost: Decimal | None
    error: str
    seen: bool
