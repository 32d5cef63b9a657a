"""The spool sets room aside before anything is sent, and holds what arrived of an answer wherever the process died."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from small_disk import MEGABYTE, fill, small_disk

from imagegen_desktop.core.errors import ChargeState, DiskFullError, StorageError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.storage import spool as spool_module
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.spool import RESERVED_BYTES, Spools
from pictures import request

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest

BODY = b'{"data": []}' * 1000
JSON = "application/json"


def staged(folder: Path, **changes: object) -> tuple[Spools, Ledger, GenerationRequest]:
    """A job that was sent, and the spools that wait for its answer."""
    ledger = Ledger(folder / "ledger.sqlite")
    asked = request(**changes)
    ledger.stage([asked], library="here")
    ledger.sent(asked.id, ChargeState.UNKNOWN)
    return Spools(folder / "spool", ledger), ledger, asked


def state(ledger: Ledger, asked: GenerationRequest) -> JobState:
    job = ledger.get(asked.id)
    assert job
    return job.state


def test_what_arrived_can_be_read_though_the_process_died_before_the_end(tmp_path: Path) -> None:
    spools, ledger, asked = staged(tmp_path)
    spool = spools.sink(asked)
    spool.answered(200, JSON)
    spool.arrived(BODY[:5000])
    spool.arrived(BODY[5000:])
    assert Spools(tmp_path / "spool", ledger).read(asked.id) == BODY
    assert state(ledger, asked) is JobState.RECEIVING
    spool.close()


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="room is set aside with posix_fallocate")
@pytest.mark.parametrize("count", [1, 3])
def test_room_for_every_picture_is_set_aside_at_once_and_given_back_at_the_end(tmp_path: Path, count: int) -> None:
    spools, _, asked = staged(tmp_path, count=count)
    spool = spools.sink(asked)
    before = spools.path(asked.id).stat()
    assert before.st_size == count * RESERVED_BYTES
    assert before.st_blocks * 512 >= count * RESERVED_BYTES
    assert spools.read(asked.id) == b""
    spool.answered(200, JSON)
    spool.arrived(BODY)
    spool.close()
    spool.close()
    after = spools.path(asked.id).stat()
    assert after.st_size == len(BODY)
    assert after.st_blocks * 512 < RESERVED_BYTES


def test_an_answer_larger_than_its_room_is_kept_whole(tmp_path: Path) -> None:
    spools, _, asked = staged(tmp_path)
    body = os.urandom(MEGABYTE).hex().encode() * 5
    assert len(body) > RESERVED_BYTES
    spool = spools.sink(asked)
    spool.answered(200, JSON)
    for at in range(0, len(body), 70_000):
        spool.arrived(body[at : at + 70_000])
    assert spools.read(asked.id) == body
    spool.close()
    assert spools.read(asked.id) == body


@pytest.mark.parametrize(("status", "kept"), [(200, BODY), (201, BODY), (307, b""), (400, b""), (429, b""), (502, b"")])
def test_only_the_body_of_a_success_is_written(tmp_path: Path, status: int, kept: bytes) -> None:
    spools, ledger, asked = staged(tmp_path)
    spool = spools.sink(asked)
    spool.answered(status, JSON)
    spool.arrived(BODY)
    spool.ended()
    spool.close()
    assert spools.read(asked.id) == kept
    assert state(ledger, asked) is (JobState.RECEIVED if kept else JobState.SENT)


def test_an_answer_is_forced_to_the_medium_before_the_ledger_calls_it_received(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spools, ledger, asked = staged(tmp_path)
    seen: list[tuple[bytes, JobState]] = []

    def sync(descriptor: int) -> None:
        assert os.fstat(descriptor).st_ino == spools.path(asked.id).stat().st_ino
        seen.append((spools.read(asked.id), state(ledger, asked)))

    spool = spools.sink(asked)
    spool.answered(200, JSON)
    spool.arrived(BODY)
    monkeypatch.setattr(spool_module, "sync_file", sync)
    spool.ended()
    assert seen == [(BODY, JobState.RECEIVING)]
    assert state(ledger, asked) is JobState.RECEIVED
    spool.close()


def test_pictures_put_aside_are_found_by_position_and_dropped_with_the_answer(tmp_path: Path) -> None:
    spools, _, asked = staged(tmp_path)
    spools.sink(asked).close()
    for position in (0, 11, 2):
        spools.keep_picture(asked.id, position, b"picture %d" % position)
    spools.keep_picture("another", 0, b"not mine")
    assert spools.pictures(asked.id) == {0: b"picture 0", 2: b"picture 2", 11: b"picture 11"}
    spools.drop(asked.id)
    assert [path.name for path in (tmp_path / "spool").iterdir()] == ["another.0.picture"]


def test_what_is_left_of_jobs_that_ended_is_cleared_and_of_no_others(tmp_path: Path) -> None:
    spools, ledger, ended = staged(tmp_path)
    running, waiting = request(), request()
    ledger.stage([running, waiting], library="here")
    ledger.sent(running.id, ChargeState.UNKNOWN)
    for asked in (ended, running, waiting):
        spools.sink(asked).close()
        spools.keep_picture(asked.id, 0, b"picture")
    (tmp_path / "spool" / "unheard-of.body").write_bytes(b"")
    ledger.close(ended.id, JobState.SAVED, ChargeState.PAID)
    spools.clear()
    left = {path.name.partition(".")[0] for path in (tmp_path / "spool").iterdir()}
    assert left == {running.id, waiting.id, "unheard-of"}


def test_a_spool_that_can_not_be_made_is_free(tmp_path: Path) -> None:
    spools, _, asked = staged(tmp_path)
    (tmp_path / "spool").write_bytes(b"a file where the folder should be")
    with pytest.raises(StorageError) as caught:
        spools.sink(asked)
    assert caught.value.charge is ChargeState.FREE


# ---- a full disk ----


def test_without_room_for_the_answer_nothing_is_sent_and_nothing_is_left(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 12) as disk:
        spools, _, asked = staged(tmp_path, count=2)
        spools = Spools(disk / "spool", spools._ledger)
        with pytest.raises(DiskFullError) as caught:
            spools.sink(asked)
        assert caught.value.charge is ChargeState.FREE
        assert list((disk / "spool").iterdir()) == []


def test_the_room_holds_an_answer_though_the_disk_is_full_by_then(
    tmp_path: Path, announced_warnings: list[str]
) -> None:
    announced_warnings.append("can't be noted")
    with small_disk(tmp_path / "disk", 14) as disk:
        spools, ledger, asked = staged(disk)
        spool = spools.sink(asked)
        fill(disk)
        body = b"A" * (6 * MEGABYTE)
        spool.answered(200, JSON)
        spool.arrived(body)
        spool.ended()
        spool.close()
        assert spools.read(asked.id) == body
        # The ledger's own disk was the full one, until the room that was not needed was given back.
        assert state(ledger, asked) is JobState.RECEIVED


def test_what_fitted_is_kept_where_an_answer_outgrows_room_and_disk(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 12) as disk:
        spools, _, asked = staged(tmp_path)
        spools = Spools(disk / "spool", spools._ledger)
        spool = spools.sink(asked)
        spool.answered(200, JSON)
        fill(disk)
        with pytest.raises(DiskFullError):
            spool.arrived(b"A" * (20 * MEGABYTE))
        spool.close()
        assert len(spools.read(asked.id)) >= RESERVED_BYTES - MEGABYTE
