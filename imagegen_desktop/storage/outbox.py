"""What a bucket does not hold yet: every saved image stands here until it is uploaded. Bookkeeping of a bucket lies beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from pathlib import Path

MIGRATIONS: Final = (
    "CREATE TABLE pending (library TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (library, image))",
    # What `storage.sync_book` keeps; `remote` is a library at a place.
    """
    CREATE TABLE remotes (
        remote TEXT PRIMARY KEY,
        marked INTEGER NOT NULL DEFAULT 0,
        log_bytes INTEGER NOT NULL DEFAULT 0,
        snapshot INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE held (remote TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (remote, image)) WITHOUT ROWID;
    CREATE TABLE thumbed (remote TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (remote, image)) WITHOUT ROWID;
    CREATE TABLE unread (remote TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (remote, key)) WITHOUT ROWID;
    CREATE TABLE cursors (
        remote TEXT NOT NULL,
        device TEXT NOT NULL,
        stream TEXT NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (remote, device, stream)
    );
    CREATE TABLE shared (
        id TEXT PRIMARY KEY,
        remote TEXT NOT NULL,
        image TEXT NOT NULL,
        key TEXT NOT NULL,
        url TEXT NOT NULL,
        created TEXT NOT NULL,
        expires TEXT NOT NULL
    );
    """,
    "ALTER TABLE remotes ADD COLUMN caught_up INTEGER NOT NULL DEFAULT 0",
)


class Outbox:
    """One for each user. Raises StorageError, DiskFullError."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, MIGRATIONS, Durability.FULL)

    def add(self, library: str, images: tuple[str, ...]) -> None:
        """Adding an image again changes nothing."""
        with self._database.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO pending VALUES (?, ?)", [(library, image) for image in images]
            )

    def pending(self, library: str) -> int:
        with self._database.read() as connection:
            return int(connection.execute("SELECT count(*) FROM pending WHERE library = ?", (library,)).fetchone()[0])
