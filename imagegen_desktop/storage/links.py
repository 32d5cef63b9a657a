"""Keeps the links of pictures that could not be fetched, beside the jobs that they belong to."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from imagegen_desktop.core.links import KeptLink, expiry_of

if TYPE_CHECKING:
    from imagegen_desktop.storage.database import Database


class Links:
    """A table of the ledger's file. Raises StorageError, DiskFullError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, job: str, position: int, *, library: str, url: str, reason: str, found: datetime) -> None:
        """The same picture's link again takes the place of the first, whose time of finding stays."""
        expires, assumed = expiry_of(url, found)
        with self._database.write() as connection:
            connection.execute(
                "INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (job, position) DO UPDATE SET url = excluded.url, reason = excluded.reason",
                (job, position, library, url, reason, found.isoformat(), expires.isoformat(), assumed),
            )

    def drop(self, job: str, position: int) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM links WHERE job = ? AND position = ?", (job, position))

    def kept(self, library: str = "") -> tuple[KeptLink, ...]:
        """Of one library, or of all, the newest first."""
        with self._database.read() as connection:
            rows = connection.execute(
                "SELECT job, position, library, url, reason, found, expires, assumed FROM links"
                " WHERE ? IN ('', library) ORDER BY found DESC, position",
                (library,),
            ).fetchall()
        return tuple(
            KeptLink(
                job=job,
                position=position,
                library=place,
                url=url,
                reason=reason,
                found=datetime.fromisoformat(found),
                expires=datetime.fromisoformat(expires),
                assumed=bool(assumed),
            )
            for job, position, place, url, reason, found, expires, assumed in rows
        )
