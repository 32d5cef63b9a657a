"""The journal of jobs and charges: on disk before anything is sent. One for each user, and not a cache."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.requests import GenerationRequest
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MIGRATIONS: Final = (
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        library TEXT NOT NULL,
        state TEXT NOT NULL,
        charge TEXT NOT NULL,
        request BLOB NOT NULL,
        usage BLOB,
        error TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE images (
        id TEXT PRIMARY KEY,
        job TEXT NOT NULL REFERENCES jobs,
        position INTEGER NOT NULL,
        record BLOB NOT NULL
    );
    """,
)


class JobState(StrEnum):
    """STAGED: on disk, nothing sent. SENT: the first byte may have left. The others are ends."""

    STAGED = auto()
    SENT = auto()
    SAVED = auto()
    FAILED = auto()
    CANCELLED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the ledger. `error` is the sentence that the person was told, `usage` what the service counted."""

    id: str
    created: datetime
    updated: datetime
    library: str
    state: JobState
    charge: ChargeState
    request: GenerationRequest
    usage: Usage | None
    error: str


def utc_now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """Every method is one durable transaction. Raises StorageError, DiskFullError."""

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = Database(path, MIGRATIONS, Durability.FULL)
        self._now = now

    def open(self, request: GenerationRequest, *, library: str) -> None:
        """Journal the complete request. Until this returns nothing may be sent."""
        moment = self._now().isoformat()
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO jobs (id, created, updated, library, state, charge, request) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (request.id, moment, moment, library, JobState.STAGED, ChargeState.FREE, encode(request)),
            )

    def enhanced(self, request: GenerationRequest) -> None:
        """The request now carries its enhanced prompt."""
        self._update(request.id, "request = ?", encode(request))

    def sent(self, job: str, charge: ChargeState) -> None:
        """From here on the charge is `charge` until the end is known: UNKNOWN, or FREE for an engine that costs nothing."""
        self._update(job, "state = ?, charge = ?", JobState.SENT, charge)

    def image(self, job: str, position: int, image_id: str, record: bytes) -> None:
        """Note a record before its file is written, so that an orphan file is known again after a crash."""
        with self._database.write() as connection:
            connection.execute("INSERT INTO images VALUES (?, ?, ?, ?)", (image_id, job, position, record))

    def close(
        self, job: str, state: JobState, charge: ChargeState, *, usage: Usage | None = None, error: str = ""
    ) -> None:
        encoded = None if usage is None else encode(usage)
        self._update(job, "state = ?, charge = ?, usage = ?, error = ?", state, charge, encoded, error)

    def record_of(self, image_id: str) -> bytes | None:
        """The record noted for an image, as it was encoded; None if this ledger never heard of it."""
        with self._database.read() as connection:
            row = connection.execute("SELECT record FROM images WHERE id = ?", (image_id,)).fetchone()
        return row[0] if row else None

    def jobs(self) -> tuple[Job, ...]:
        """All jobs, newest first."""
        query = "SELECT id, created, updated, library, state, charge, request, usage, error FROM jobs ORDER BY created DESC, id"
        with self._database.read() as connection:
            return tuple(
                Job(
                    id=row[0],
                    created=datetime.fromisoformat(row[1]),
                    updated=datetime.fromisoformat(row[2]),
                    library=row[3],
                    state=JobState(row[4]),
                    charge=ChargeState(row[5]),
                    request=decode(row[6], GenerationRequest),
                    usage=None if row[7] is None else decode(row[7], Usage),
                    error=row[8],
                )
                for row in connection.execute(query)
            )

    def _update(self, job: str, assignments: str, *values: object) -> None:
        statement = f"UPDATE jobs SET {assignments}, updated = ? WHERE id = ?"  # noqa: S608 (assignments are literals above)
        with self._database.write() as connection:
            connection.execute(statement, (*values, self._now().isoformat(), job))
