"""What this computer knows of the bucket: what lies there, how far each device's journal was read, what was shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from imagegen_desktop.storage.database import Database, Durability
from imagegen_desktop.storage.outbox import MIGRATIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path


class Stream(StrEnum):
    """A device writes two rows of numbered objects."""

    JOURNAL = auto()
    THUMBNAILS = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """`marked` means that the library's mark was seen there once. So many bytes of this device's log are in segments.

    `caught_up` means that all that lay there at some time was read.
    """

    marked: bool = False
    log_bytes: int = 0
    snapshot: int = 0
    caught_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCopy:
    """A copy that anybody with `url` can read, until `expires` if that is not None."""

    id: str
    image: str
    key: str
    url: str
    created: datetime
    expires: datetime | None


class SyncBook:
    """The rows of one library at one place, in the outbox's file: another place begins with an empty book.

    Raises StorageError, DiskFullError.
    """

    def __init__(self, path: Path, library: str, place: str) -> None:
        self._database = Database(path, MIGRATIONS, Durability.FULL)
        self._library = library
        self._remote = f"{library} {place}"

    # ---- the whole ----

    def standing(self) -> Standing:
        with self._database.read() as connection:
            row = connection.execute(
                "SELECT marked, log_bytes, snapshot, caught_up FROM remotes WHERE remote = ?", (self._remote,)
            ).fetchone()
        return Standing(bool(row[0]), row[1], row[2], bool(row[3])) if row else Standing()

    def mark(self) -> None:
        with self._database.write() as connection:
            connection.execute("INSERT OR IGNORE INTO remotes (remote) VALUES (?)", (self._remote,))
            connection.execute("UPDATE remotes SET marked = 1 WHERE remote = ?", (self._remote,))

    def caught_up(self) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE remotes SET caught_up = 1 WHERE remote = ? AND NOT caught_up", (self._remote,))

    def forget(self) -> None:
        """Begin anew: everything is compared and sent again as far as it is not there."""
        with self._database.write() as connection:
            for table in ("remotes", "held", "cursors", "unread", "thumbed"):
                connection.execute(f"DELETE FROM {table} WHERE remote = ?", (self._remote,))  # noqa: S608 (names of our own)

    def rewind_log(self) -> None:
        """All of this device's log is to be told again."""
        with self._database.write() as connection:
            connection.execute("UPDATE remotes SET log_bytes = 0 WHERE remote = ?", (self._remote,))

    # ---- images ----

    def held(self) -> frozenset[str]:
        """The images whose original and record lie there."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT image FROM held WHERE remote = ?", (self._remote,))
            return frozenset(row[0] for row in rows)

    def holds(self, image: str) -> bool:
        query = "SELECT 1 FROM held WHERE remote = ? AND image = ?"
        with self._database.read() as connection:
            return connection.execute(query, (self._remote, image)).fetchone() is not None

    def count_held(self) -> int:
        with self._database.read() as connection:
            row = connection.execute("SELECT count(*) FROM held WHERE remote = ?", (self._remote,)).fetchone()
        return int(row[0])

    def pending(self) -> tuple[str, ...]:
        """What was saved since, and is not there; the latest in front."""
        query = (
            "SELECT image FROM pending WHERE library = ?1 AND NOT EXISTS"
            " (SELECT 1 FROM held WHERE remote = ?2 AND held.image = pending.image) ORDER BY rowid DESC"
        )
        with self._database.read() as connection:
            return tuple(row[0] for row in connection.execute(query, (self._library, self._remote)))

    def written(self, device: str, images: Iterable[str], number: int, log_bytes: int) -> None:
        """Segment `number` of this `device` lies there: it told these images, and its log up to `log_bytes`.

        It counts as read as well, unless one before it was not: then all are, and whoever wrote it is heard.
        """
        held = tuple(images)
        with self._database.write() as connection:
            self._hold(connection, held)
            connection.executemany(
                "DELETE FROM pending WHERE library = ? AND image = ?", [(self._library, one) for one in held]
            )
            connection.execute("UPDATE remotes SET log_bytes = ? WHERE remote = ?", (log_bytes, self._remote))
            self._move(connection, "", Stream.JOURNAL, number)
            if self._number(connection, device, Stream.JOURNAL) == number - 1:
                self._move(connection, device, Stream.JOURNAL, number)

    def read(self, device: str, number: int, held: Iterable[str], unread: Iterable[str]) -> None:
        """Segments of `device` up to `number` were applied, all but the objects `unread`."""
        with self._database.write() as connection:
            self._hold(connection, held)
            connection.executemany(
                "INSERT OR IGNORE INTO unread VALUES (?, ?)", [(self._remote, key) for key in unread]
            )
            self._move(connection, device, Stream.JOURNAL, number)

    def hold(self, images: Iterable[str]) -> None:
        with self._database.write() as connection:
            self._hold(connection, images)

    def drop(self, images: Iterable[str]) -> None:
        """They are not there any more, or never were."""
        with self._database.write() as connection:
            self._drop(connection, images)

    # ---- rows of numbered objects ----

    def own_number(self) -> int:
        """The last segment that this device wrote, 0 for none."""
        return self.number(Stream.JOURNAL)

    def number(self, stream: Stream, device: str = "") -> int:
        """How far a row was read; of no device, how far this one wrote it."""
        with self._database.read() as connection:
            return self._number(connection, device, stream)

    def move(self, stream: Stream, number: int, device: str = "") -> None:
        with self._database.write() as connection:
            self._move(connection, device, stream, number)

    def snapshot_written(self, upto: int) -> None:
        with self._database.write() as connection:
            connection.execute("UPDATE remotes SET snapshot = ? WHERE remote = ?", (upto, self._remote))

    def unread(self) -> tuple[str, ...]:
        """Keys of segments that could not be read."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT key FROM unread WHERE remote = ? ORDER BY key", (self._remote,))
            return tuple(row[0] for row in rows)

    def read_at_last(self, keys: Iterable[str]) -> None:
        with self._database.write() as connection:
            connection.executemany(
                "DELETE FROM unread WHERE remote = ? AND key = ?", [(self._remote, key) for key in keys]
            )

    # ---- small pictures ----

    def without_thumbnail(self) -> tuple[str, ...]:
        """Images that lie there, but not their small picture."""
        query = (
            "SELECT image FROM held WHERE remote = ?1 AND NOT EXISTS"
            " (SELECT 1 FROM thumbed WHERE thumbed.remote = ?1 AND thumbed.image = held.image)"
        )
        with self._database.read() as connection:
            return tuple(row[0] for row in connection.execute(query, (self._remote,)))

    def thumbed(self, images: Iterable[str], number: int, device: str = "") -> None:
        """A pack of thumbnails lies there and told these images."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO thumbed VALUES (?, ?)", [(self._remote, image) for image in images]
            )
            self._move(connection, device, Stream.THUMBNAILS, number)

    # ---- shared copies ----

    def share(self, copy: SharedCopy) -> None:
        row = (copy.id, self._remote, copy.image, copy.key, copy.url, _text(copy.created), _text(copy.expires))
        with self._database.write() as connection:
            connection.execute("INSERT INTO shared VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def shared(self) -> tuple[SharedCopy, ...]:
        """The newest first."""
        query = "SELECT id, image, key, url, created, expires FROM shared WHERE remote = ? ORDER BY created DESC"
        with self._database.read() as connection:
            return tuple(
                SharedCopy(
                    id=row[0],
                    image=row[1],
                    key=row[2],
                    url=row[3],
                    created=datetime.fromisoformat(row[4]),
                    expires=datetime.fromisoformat(row[5]) if row[5] else None,
                )
                for row in connection.execute(query, (self._remote,))
            )

    def unshare(self, share_id: str) -> None:
        with self._database.write() as connection:
            connection.execute("DELETE FROM shared WHERE remote = ? AND id = ?", (self._remote, share_id))

    # ---- own ----

    def _hold(self, connection: sqlite3.Connection, images: Iterable[str]) -> None:
        connection.executemany("INSERT OR IGNORE INTO held VALUES (?, ?)", [(self._remote, one) for one in images])

    def _drop(self, connection: sqlite3.Connection, images: Iterable[str]) -> None:
        rows = [(self._remote, one) for one in images]
        for table in ("held", "thumbed"):
            connection.executemany(f"DELETE FROM {table} WHERE remote = ? AND image = ?", rows)  # noqa: S608 (our own)

    def _number(self, connection: sqlite3.Connection, device: str, stream: Stream) -> int:
        query = "SELECT number FROM cursors WHERE remote = ? AND device = ? AND stream = ?"
        row = connection.execute(query, (self._remote, device, stream.value)).fetchone()
        return int(row[0]) if row else 0

    def _move(self, connection: sqlite3.Connection, device: str, stream: Stream, number: int) -> None:
        connection.execute(
            "INSERT INTO cursors VALUES (?, ?, ?, ?) ON CONFLICT (remote, device, stream)"
            " DO UPDATE SET number = max(number, excluded.number)",
            (self._remote, device, stream.value, number),
        )


def _text(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
