"""The journal of jobs and charges: on disk before anything is sent. One for each user, and not a cache."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import Job, JobState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.requests import GenerationRequest
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

# `owner` is the running program that has the job; `place` orders those that wait. Money is text, since SQLite has no decimals.
MIGRATIONS: Final = (
    """
    CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        batch TEXT NOT NULL,
        library TEXT NOT NULL,
        model TEXT NOT NULL,
        quality TEXT NOT NULL,
        size TEXT NOT NULL,
        endpoint TEXT NOT NULL,
        request BLOB NOT NULL,
        state TEXT NOT NULL,
        charge TEXT NOT NULL,
        owner TEXT NOT NULL DEFAULT '',
        place REAL NOT NULL,
        created TEXT NOT NULL,
        sent TEXT,
        ended TEXT,
        content_type TEXT NOT NULL DEFAULT '',
        service_request_id TEXT NOT NULL DEFAULT '',
        usage BLOB,
        cost TEXT,
        words_cost TEXT,
        error TEXT NOT NULL DEFAULT '',
        seen INTEGER NOT NULL DEFAULT 0
    );
    CREATE INDEX jobs_by_state ON jobs (state, place);
    CREATE INDEX jobs_by_time ON jobs (created);
    CREATE INDEX jobs_by_look ON jobs (model, quality, size, ended);
    CREATE TABLE images (
        id TEXT PRIMARY KEY,
        job TEXT NOT NULL REFERENCES jobs,
        position INTEGER NOT NULL,
        record BLOB NOT NULL
    );
    CREATE INDEX images_by_job ON images (job, position);
    """,
    # Sums by day read this index alone: rows are as large as their prompts. The moment is when money may have gone.
    """
    ALTER TABLE jobs ADD COLUMN words_unknown INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX jobs_by_money ON jobs (
        coalesce(sent, ended, created), state, charge, cost, words_cost, words_unknown, model, endpoint
    );
    """,
    """
    CREATE TABLE links (
        job TEXT NOT NULL REFERENCES jobs,
        position INTEGER NOT NULL,
        library TEXT NOT NULL,
        url TEXT NOT NULL,
        reason TEXT NOT NULL,
        found TEXT NOT NULL,
        expires TEXT NOT NULL,
        assumed INTEGER NOT NULL,
        PRIMARY KEY (job, position)
    );
    """,
)

_COLUMNS: Final = (
    "id, library, state, charge, owner, created, sent, ended, content_type, service_request_id, "
    "request, usage, cost, words_cost, error, seen"
)
# How many of the latest jobs tell how long the next one takes.
LEARNED_FROM: Final = 20
_ON_THE_WAY: Final = (JobState.SENT, JobState.RECEIVING, JobState.RECEIVED)


class Ledger:
    """Every method is one durable transaction. Raises StorageError, DiskFullError.

    `owner` names the running program, so that another one leaves its jobs alone.
    """

    def __init__(self, path: Path, *, owner: str = "", now: Callable[[], datetime] = utc_now) -> None:
        self.database = Database(path, MIGRATIONS, Durability.FULL)
        self.owner = owner
        self._now = now

    # ---- a job's life ----

    def stage(self, requests: Sequence[GenerationRequest], *, library: str, front: bool = False) -> None:
        """Journal complete requests in their order, behind all that wait or before. Until this returns nothing may be sent."""
        moment = self._now().isoformat()
        with self.database.write() as connection:
            first, last = connection.execute(
                "SELECT coalesce(min(place), 0), coalesce(max(place), 0) FROM jobs"
            ).fetchone()
            start = first - len(requests) if front else last + 1
            connection.executemany(
                "INSERT INTO jobs (id, batch, library, model, quality, size, endpoint, request, state, charge, owner, place,"
                " created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        request.id,
                        request.batch,
                        library,
                        request.model,
                        request.quality,
                        request.size,
                        request.endpoint.base_url,
                        encode(request),
                        JobState.STAGED,
                        ChargeState.FREE,
                        self.owner,
                        start + offset,
                        moment,
                    )
                    for offset, request in enumerate(requests)
                ],
            )

    def take_over(self, job: str) -> None:
        """This program goes on with a job that an earlier one left."""
        self._update(job, "owner = ?", self.owner)

    def claim(self, job: Job) -> bool:
        """The same, unless another program was faster."""
        with self.database.write() as connection:
            done = connection.execute(
                "UPDATE jobs SET owner = ? WHERE id = ? AND owner = ?", (self.owner, job.id, job.owner)
            )
            return done.rowcount == 1

    def put_back(self, job: str) -> None:
        """A job that was refused for free waits again, before all others, as if it had never been sent."""
        with self.database.write() as connection:
            connection.execute(
                "UPDATE jobs SET state = ?, charge = ?, sent = NULL, ended = NULL, error = '', content_type = '',"
                " place = (SELECT min(place) - 1 FROM jobs) WHERE id = ?",
                (JobState.STAGED, ChargeState.FREE, job),
            )

    def enhanced(self, request: GenerationRequest, cost: Decimal | None) -> None:
        """The request now carries its enhanced prompt, which cost `cost` US dollars (None: not known; 0: nothing)."""
        unknown = cost is None
        self._update(
            request.id,
            "request = ?, words_cost = ?, words_unknown = ?",
            encode(request),
            _text(cost),
            unknown,
        )

    def sent(self, job: str, charge: ChargeState) -> None:
        """From here on the charge is `charge` until the end is known: UNKNOWN, or FREE for an engine that costs nothing."""
        self._update(job, "state = ?, charge = ?, sent = ?", JobState.SENT, charge, self._now().isoformat())

    def receiving(self, job: str, content_type: str) -> None:
        """The answer's head is here, and its body goes to the spool."""
        self._update(job, "state = ?, content_type = ?", JobState.RECEIVING, content_type)

    def received(self, job: str) -> None:
        """The answer's last byte is in the spool."""
        self._update(job, "state = ?", JobState.RECEIVED)

    def image(self, job: str, position: int, image_id: str, record: bytes) -> None:
        """Note a record before its file is written, so that an orphan file is known again after a crash."""
        with self.database.write() as connection:
            connection.execute("INSERT INTO images VALUES (?, ?, ?, ?)", (image_id, job, position, record))

    def close(
        self,
        job: str,
        state: JobState,
        charge: ChargeState,
        *,
        usage: Usage | None = None,
        cost: Decimal | None = None,
        service_request_id: str = "",
        error: str = "",
    ) -> None:
        """The job's end. `cost` is in US dollars, None where it is not known."""
        self._update(
            job,
            "state = ?, charge = ?, usage = ?, cost = ?, service_request_id = ?, error = ?, ended = ?",
            state,
            charge,
            None if usage is None else encode(usage),
            _text(cost),
            service_request_id,
            error,
            self._now().isoformat(),
        )

    def settle(self, job: str, charge: ChargeState) -> None:
        """A person looked at the service's usage page and says what an unknown charge was."""
        self._update(job, "charge = ?, seen = 1", charge)

    def seen(self, job: str) -> None:
        """The person has read how the job ended."""
        self._update(job, "seen = 1")

    def found_again(self, job: str) -> None:
        """A picture of a job that had failed was fetched after all."""
        self._update(job, "state = ?, charge = ?, error = '', seen = 0", JobState.SAVED, ChargeState.PAID)

    # ---- what waits ----

    def waiting(self, library: str) -> tuple[Job, ...]:
        """Jobs of a library that were never sent, in their order."""
        return self._jobs("state = ? AND library = ? ORDER BY place", JobState.STAGED, library)

    def arrange(self, jobs: Iterable[str]) -> None:
        """Give waiting jobs a new order: these, from first to last."""
        with self.database.write() as connection:
            ids = tuple(jobs)
            (last,) = connection.execute("SELECT coalesce(max(place), 0) FROM jobs").fetchone()
            connection.executemany(
                "UPDATE jobs SET place = ? WHERE id = ?", [(last + 1 + offset, job) for offset, job in enumerate(ids)]
            )

    # ---- what was ----

    def get(self, job: str) -> Job | None:
        return next(iter(self._jobs("id = ?", job)), None)

    def on_the_way(self, library: str) -> tuple[Job, ...]:
        """Jobs whose first byte may have left and whose end is not known, of any program."""
        return self._jobs("state IN (?, ?, ?) AND library = ? ORDER BY created", *_ON_THE_WAY, library)

    def jobs(self, limit: int = 500) -> tuple[Job, ...]:
        """The latest jobs, newest first."""
        return self._jobs("1 ORDER BY created DESC, place DESC LIMIT ?", limit)

    def batch_words(self, batch: str) -> str | None:
        """The enhanced prompt that an earlier request of the same click got."""
        if not batch:
            return None
        found = (job.request.enhanced_prompt for job in self._jobs("batch = ?", batch))
        return next((words for words in found if words), None)

    def record_of(self, image_id: str) -> bytes | None:
        """The record noted for an image, as it was encoded; None if this ledger never heard of it."""
        with self.database.read() as connection:
            row = connection.execute("SELECT record FROM images WHERE id = ?", (image_id,)).fetchone()
        return row[0] if row else None

    def records_of_job(self, job: str) -> dict[int, bytes]:
        """The records noted for a job's pictures, by their position."""
        with self.database.read() as connection:
            return dict(connection.execute("SELECT position, record FROM images WHERE job = ?", (job,)))

    def first_images(self, jobs: Iterable[str]) -> dict[str, str]:
        """The id of each job's first picture, for those that have one."""
        query = "SELECT id FROM images WHERE job = ? ORDER BY position LIMIT 1"
        with self.database.read() as connection:
            found = ((job, connection.execute(query, (job,)).fetchone()) for job in jobs)
            return {job: row[0] for job, row in found if row}

    def durations(self, like: GenerationRequest) -> tuple[float, ...]:
        """Seconds from the first byte to the end of the latest saved jobs like this one, newest first, at most 20.

        Alike are jobs of the same endpoint, model, quality, size and number of pictures.
        """
        found = self._jobs(
            "model = ? AND quality = ? AND size = ? AND endpoint = ? AND state = ? AND sent IS NOT NULL"
            " ORDER BY ended DESC LIMIT ?",
            *(like.model, like.quality, like.size, like.endpoint.base_url, JobState.SAVED, 3 * LEARNED_FROM),
        )
        seconds = (
            (job.ended - job.sent).total_seconds()
            for job in found
            if job.sent and job.ended and job.request.count == like.count
        )
        # One that was saved at a later start ended then, and tells nothing.
        return tuple(one for one in seconds if 0 <= one <= like.timeout)[:LEARNED_FROM]

    def _jobs(self, condition: str, *values: object) -> tuple[Job, ...]:
        query = f"SELECT {_COLUMNS} FROM jobs WHERE {condition}"  # noqa: S608 (conditions are literals above)
        with self.database.read() as connection:
            return tuple(_job(row) for row in connection.execute(query, values))

    def _update(self, job: str, assignments: str, *values: object) -> None:
        statement = f"UPDATE jobs SET {assignments} WHERE id = ?"  # noqa: S608 (assignments are literals above)
        with self.database.write() as connection:
            connection.execute(statement, (*values, job))


def _job(row: tuple[Any, ...]) -> Job:
    told = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return Job(
        id=told["id"],
        library=told["library"],
        state=JobState(told["state"]),
        charge=ChargeState(told["charge"]),
        owner=told["owner"],
        created=datetime.fromisoformat(told["created"]),
        sent=_moment(told["sent"]),
        ended=_moment(told["ended"]),
        content_type=told["content_type"],
        service_request_id=told["service_request_id"],
        request=decode(told["request"], GenerationRequest),
        usage=None if told["usage"] is None else decode(told["usage"], Usage),
        cost=_amount(told["cost"]),
        words_cost=_amount(told["words_cost"]),
        error=told["error"],
        seen=bool(told["seen"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
