"""The databases migrate forward only, and the ledger is on disk before anything is sent."""

from __future__ import annotations

import multiprocessing
import sqlite3
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.changes import Wish
from imagegen_desktop.core.errors import ChargeState, LibraryFormatError, StorageError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.storage.change_log import ChangeLog
from imagegen_desktop.storage.database import Database, Durability
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.outbox import Outbox
from pictures import request

if TYPE_CHECKING:
    from pathlib import Path


def test_the_ledger_gives_back_the_complete_request(tmp_path: Path) -> None:
    asked = request(seed=7, count=3)
    Ledger(tmp_path / "ledger.sqlite").stage([asked], library="lib")
    (job,) = Ledger(tmp_path / "ledger.sqlite").jobs()
    assert job.request == asked
    assert (job.state, job.charge) == (JobState.STAGED, ChargeState.FREE)


def test_the_ledger_keeps_how_a_job_ended(tmp_path: Path) -> None:
    ledger, asked = Ledger(tmp_path / "ledger.sqlite"), request()
    ledger.stage([asked], library="lib")
    ledger.sent(asked.id, ChargeState.UNKNOWN)
    assert ledger.jobs()[0].state is JobState.SENT
    ledger.close(asked.id, JobState.SAVED, ChargeState.PAID, usage=Usage(output_tokens=664))
    (job,) = ledger.jobs()
    assert (job.state, job.charge, job.usage) == (JobState.SAVED, ChargeState.PAID, Usage(output_tokens=664))


def test_the_ledger_syncs_every_commit(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.sqlite", ("CREATE TABLE t (a)",), Durability.FULL)
    with database.read() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_outbox_counts_an_image_once(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    outbox.add("lib", ("a", "b"))
    outbox.add("lib", ("b",))
    assert outbox.pending("lib") == 2
    assert outbox.pending("other") == 0


def test_a_migration_that_fails_leaves_the_old_format(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with Database(path, ("CREATE TABLE t (a)",), Durability.FULL).write() as connection:
        connection.execute("INSERT INTO t VALUES (1)")
    broken = Database(path, ("CREATE TABLE t (a)", "ALTER TABLE t ADD b;\nNONSENSE"), Durability.FULL)
    with pytest.raises(StorageError), broken.read():
        pass
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA user_version").fetchone() == (1,)
        assert [row[1] for row in plain.execute("PRAGMA table_info(t)")] == ["a"]
    plain.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with Database(path, ("CREATE TABLE t (a)", "CREATE TABLE u (a)"), Durability.FULL).read():
        pass
    with pytest.raises(LibraryFormatError), Database(path, ("CREATE TABLE t (a)",), Durability.FULL).read():
        pass


def test_a_block_that_raises_writes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.sqlite", ("CREATE TABLE t (a)",), Durability.FULL)

    def half() -> None:
        with database.write() as connection:
            connection.execute("INSERT INTO t VALUES (1)")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def _append(folder: Path, lock: Path, name: str) -> None:
    log = ChangeLog(folder, device="d1", lock=lock)
    for number in range(20):
        log.append([Wish(f"{name}{number}", "favourite", True), Wish(f"{name}{number}", "trashed", False)])


def test_two_processes_append_to_one_log_and_nothing_is_lost(tmp_path: Path) -> None:
    folder, lock = tmp_path / "lib" / ".imagegen" / "log", tmp_path / "log.lock"
    folder.mkdir(parents=True)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append, args=(folder, lock, name)) for name in ("a", "b")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    changes = list(ChangeLog(folder, device="d1", lock=lock).read())
    assert len(changes) == 80
    clocks = [change.clock for change in changes]
    assert clocks == sorted(set(clocks))


def test_the_log_outlives_each_short_connection_and_is_folded_in_at_the_end(tmp_path: Path) -> None:
    """Else every commit would copy the log into the file and delete it: five syncs of the disk instead of one."""
    path = tmp_path / "kept.sqlite"
    log = path.with_name("kept.sqlite-wal")
    database = Database(path, ("CREATE TABLE more (a)",), Durability.FULL)
    with database.write() as connection:
        connection.execute("INSERT INTO more VALUES (1)")
    assert log.exists()
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM more").fetchone() == (1,)
    assert log.exists()
    del database
    assert not log.exists()
