"""What a bucket does not hold yet: every saved image stands here until it is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from pathlib import Path

MIGRATIONS: Final = ("CREATE TABLE pending (library TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY (library, image))",)


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
