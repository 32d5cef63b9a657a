"""Two programs that make the same database at the same moment wait for each other."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_file_that_another_program_is_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE elsewhere (a)")

        class Waiting(sqlite3.Connection):
            """Lets the other program end as soon as somebody waits for it."""

            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                if sql.startswith("BEGIN") and other.in_transaction:
                    other.execute("COMMIT")
                return super().execute(sql, *values)

        monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Waiting))
        with Database(path, ("CREATE TABLE t (a)",), Durability.FULL).write() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
