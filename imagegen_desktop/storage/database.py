"""Opens a SQLite file for one unit of work, and brings its tables up to date."""

from __future__ import annotations

import time
import weakref
from contextlib import closing, contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import DiskFullError, LibraryFormatError, StorageError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator
    from pathlib import Path

# As long as an index of some hundred thousand images takes to be made again.
BUSY_SECONDS = 60.0


class Durability(StrEnum):
    """SQLite's `synchronous`. FULL: a commit outlives a power cut; NORMAL: the last ones may be lost, none is torn."""

    FULL = "FULL"
    NORMAL = "NORMAL"


class Database:
    """A file, its migrations and its durability. A connection lives for one `with` block and is never shared.

    `migrations` are SQL scripts, append-only: the file's `user_version` counts those that ran, each in one transaction
    with its number. `pragmas` such as "mmap_size=0" are set on each connection before anything else. Raises DiskFullError,
    LibraryFormatError for a file of a newer version, StorageError.
    """

    def __init__(
        self, path: Path, migrations: tuple[str, ...], durability: Durability, pragmas: tuple[str, ...] = ()
    ) -> None:
        self.path = path
        self._pragmas = pragmas
        self._migrations = migrations
        self._durability = durability
        self._migrated = False

    @contextmanager
    def write(self) -> Generator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, rolled back if the block raises."""
        with self._connection() as connection:
            # IMMEDIATE: a read that turns into a write later would fail at once when another process wrote in between.
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def read(self) -> Generator[sqlite3.Connection]:
        with self._connection() as connection:
            yield connection

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        import sqlite3  # noqa: PLC0415 (not before the window shows)

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
                for pragma in (*self._pragmas, f"synchronous={self._durability.value}"):
                    connection.execute(f"PRAGMA {pragma}")
                if not self._migrated:
                    _switch_to_log(connection)
                    self._copy_first(connection)
                    self._migrate(connection)
                    self._hold_log()
                    self._migrated = True
                yield connection
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
                raise DiskFullError(str(error)) from error
            raise StorageError(f"{self.path.name}: {error}") from error
        except OSError as error:
            raise StorageError(str(error)) from error

    def _hold_log(self) -> None:
        """Keep one idle connection open for as long as this object lives.

        When the last connection closes, SQLite copies its log into the file and deletes it: with short connections alone each
        commit would cost five syncs of the disk instead of one.
        """
        import sqlite3  # noqa: PLC0415 (not before the window shows)

        # The object may end on another thread than the one that made it; nothing else ever uses this connection.
        idle = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        weakref.finalize(self, idle.close)
        # The log counts as open only once it was read.
        idle.execute("PRAGMA user_version").fetchall()

    def _copy_first(self, connection: sqlite3.Connection) -> None:
        """Before a file that holds something is changed to a newer form, a copy of it as it is: `<name>-format-<n>.sqlite`.

        A cache needs none: it is made again.
        """
        import sqlite3  # noqa: PLC0415 (not before the window shows)

        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if not 0 < version < len(self._migrations) or self._durability is not Durability.FULL:
            return
        copy = self.path.with_name(f"{self.path.stem}-format-{version}{self.path.suffix}")
        if not copy.exists():
            half = copy.with_suffix(".half")
            half.unlink(missing_ok=True)
            with closing(sqlite3.connect(half)) as target:
                connection.backup(target)
            half.replace(copy)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(self._migrations):
                known = len(self._migrations)
                raise LibraryFormatError(f"{self.path.name} has format {version}, not {known}")  # noqa: TRY301 (rolls back)
            for number, script in enumerate(self._migrations[version:], start=version + 1):
                for statement in filter(str.strip, script.split(";\n")):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={number}")
        except BaseException:
            connection.rollback()
            raise
        connection.commit()


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Write-ahead logging. SQLite does not wait here for another program that makes the same file: it fails at once."""
    import sqlite3  # noqa: PLC0415 (not before the window shows)

    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            # For a transaction it does wait, until the other program has ended its own.
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        else:
            return
