"""Keeps the small copies of a library's pictures in one file, which may be deleted at any time."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from imagegen_desktop.core.errors import LibraryFormatError, StorageError
from imagegen_desktop.imaging.thumbnails import EDGES, thumbnails
from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

log = logging.getLogger(__name__)

T = TypeVar("T")

# A thumbnail of 12 kB fits into one page of 16 k: one read. The page size must be set before the first table is made.
PRAGMAS: Final = ("page_size=16384", "mmap_size=2147483648")
MIGRATIONS: Final = (
    """
    CREATE TABLE thumbnails (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL,
        edge INTEGER NOT NULL,
        data BLOB NOT NULL,
        UNIQUE (id, edge)
    );
    """,
)


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """`edge` is the one asked for in pixels (256 or 512); `data` a JPEG or WebP file, smaller if the picture was."""

    image_id: str
    edge: int
    data: bytes = field(repr=False)


class ThumbnailCache:
    """May be used from several threads. It raises nothing but what `add` says: a cache that fails is an empty one.

    A file that is not a database any more is set aside under the same name with ".broken" and made anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._database = self._opened()

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]:
        """Those that are here, by image id."""

        def read(database: Database) -> dict[str, bytes]:
            query = "SELECT data FROM thumbnails WHERE id = ? AND edge = ?"
            with database.read() as connection:
                rows = ((one, connection.execute(query, (one, edge)).fetchone()) for one in ids)
                return {one: row[0] for one, row in rows if row}

        ids = tuple(ids)
        return self._tried(read) or {}

    def missing(self, ids: Iterable[str], edge: int) -> tuple[str, ...]:
        """Those of `ids` that have no thumbnail of this edge, in their order."""

        def read(database: Database) -> frozenset[str]:
            query = "SELECT 1 FROM thumbnails WHERE id = ? AND edge = ?"
            with database.read() as connection:
                return frozenset(one for one in ids if connection.execute(query, (one, edge)).fetchone())

        ids = tuple(ids)
        here = self._tried(read) or frozenset()
        return tuple(one for one in ids if one not in here)

    def put(self, made: Iterable[Thumbnail]) -> None:
        """Insert or replace, all in one transaction."""
        rows = [(one.image_id, one.edge, one.data) for one in made]

        def write(database: Database) -> None:
            with database.write() as connection:
                connection.executemany("INSERT OR REPLACE INTO thumbnails (id, edge, data) VALUES (?, ?, ?)", rows)

        self._tried(write)

    def add(self, image_id: str, data: bytes) -> None:
        """Make and keep all sizes from a picture's bytes in hand. Raises UndecodableError."""
        self.put(Thumbnail(image_id, edge, small) for edge, small in thumbnails(data, EDGES).items())

    def drop(self, ids: Iterable[str]) -> None:
        rows = [(one,) for one in ids]

        def write(database: Database) -> None:
            with database.write() as connection:
                connection.executemany("DELETE FROM thumbnails WHERE id = ?", rows)

        self._tried(write)

    def _opened(self) -> Database:
        return Database(self.path, MIGRATIONS, Durability.NORMAL, PRAGMAS)

    def _tried(self, work: Callable[[Database], T]) -> T | None:
        """What `work` gives, on a new file if this one is broken; None where there is no way."""
        database = self._database
        try:
            return work(database)
        except StorageError as error:
            if not _is_broken(error):
                log.info("the thumbnail cache can't be used now: %s", error)
                return None
            log.info("the thumbnail cache is made anew: %s", error)
        try:
            return work(self._renewed(database))
        except (StorageError, OSError) as error:
            log.info("the thumbnail cache can't be made anew: %s", error)
            return None

    def _renewed(self, broken: Database) -> Database:
        """Another thread may have met the same broken file and renewed it meanwhile. Raises OSError."""
        with self._lock:
            if self._database is broken:
                for suffix in ("", "-wal", "-shm"):
                    part = self.path.with_name(self.path.name + suffix)
                    if part.exists():
                        part.replace(self.path.with_name(f"{self.path.name}.broken{suffix}"))
                self._database = self._opened()
            return self._database


def _is_broken(error: BaseException) -> bool:
    """Whether the file itself is at fault: no database, a torn one, one without our table or of a newer version."""
    import sqlite3  # noqa: PLC0415 (not before the window shows)

    if isinstance(error, LibraryFormatError):
        return True
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
