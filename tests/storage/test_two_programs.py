"""Two programs that make the same database at the same moment wait for each other."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from imagegen_desktop.storage import database
from imagegen_desktop.storage.database import Database, Durability

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_file_that_another_program_is_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new.sqlite"
    waits: list[float] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE elsewhere (a)")

        def let_the_other_end(seconds: float) -> None:
            waits.append(seconds)
            other.execute("COMMIT")

        monkeypatch.setattr(database.time, "sleep", let_the_other_end)
        with Database(path, ("CREATE TABLE t (a)",), Durability.FULL).write() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
    assert len(waits) == 1
