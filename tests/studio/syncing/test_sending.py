"""What is sent, in which order, and how it goes on after it was interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, steps_of, sync_all
from remote.faulty_store import Bucket, Crash, Fault, FaultyStore

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import FAVOURITE, PURGED, RATING, TAG, TITLE, TRASHED
from imagegen_desktop.core.remote import RemoteUnreachableError, SyncBusyError
from imagegen_desktop.studio.syncing.journal import CLOSED_AT, Segment, opened
from imagegen_desktop.studio.syncing.layout import JOURNALS, ORIGINALS, journal_key, original_key
from imagegen_desktop.studio.syncing.steps import NotSent, Sent, Synced

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def failing(operation: str, start: str, fault: Fault, times: int = 1) -> Callable[[str, str], Fault | None]:
    """The first `times` of these requests fail so."""
    left = [times]

    def plan(name: str, key: str) -> Fault | None:
        if name == operation and key.startswith(start) and left[0]:
            left[0] -= 1
            return fault
        return None

    return plan


def segments(bucket: Bucket, device: str) -> list[Segment]:
    return [opened(key, bucket.objects[key]) for key in bucket.keys(f"{JOURNALS}{device}/")]


def test_an_original_lies_there_before_anybody_is_told_of_it(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.set(record.id, TITLE, "Dusk")
    steps = one.sync()
    assert steps_of(steps, Sent) == [Sent((record.id,))]
    assert steps[-1] == Synced(0)
    assert bucket.objects[original_key(record)] == one.file(record.id).read_bytes()
    puts = [key for operation, key in bucket.requests if operation == "put"]
    assert puts.index(original_key(record)) < puts.index(journal_key(one.device, 1))
    (segment,) = segments(bucket, one.device)
    assert segment.records == (record,)
    assert [change.value for change in segment.changes] == ["Dusk"]


def test_a_round_without_news_asks_for_little_and_writes_nothing(one: Computer, bucket: Bucket) -> None:
    one.add()
    one.sync()
    before = dict(bucket.objects)
    bucket.requests.clear()
    assert one.sync()[-1] == Synced(0)
    assert bucket.objects == before
    assert {operation for operation, _ in bucket.requests} == {"list"}
    assert len(bucket.requests) <= 4


def test_each_line_of_the_log_is_told_once(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    for stars in range(1, 4):
        one.set(record.id, RATING, stars)
        one.sync()
    told = [change.value for segment in segments(bucket, one.device) for change in segment.changes]
    assert told == [1, 2, 3]


def test_a_long_log_goes_in_several_segments(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    note = "x" * 90_000
    for number in range(25):
        one.set(record.id, f"{TAG}{number} {note}", value=True)
    one.sync()
    told = segments(bucket, one.device)
    assert len(told) > 1
    assert sum(len(segment.changes) for segment in told) == 25
    assert all(len(segment.changes) * 90_000 < CLOSED_AT * 2 for segment in told)


def test_a_log_that_is_another_one_than_before_is_told_from_its_beginning(one: Computer, bucket: Bucket) -> None:
    """After a backup was put back, for one."""
    record = one.add()
    one.set(record.id, TITLE, "A long title that will be missing from the backup")
    one.sync()
    log = one.library.changes.own_file
    log.unlink()
    one.set(record.id, TITLE, "Put back")
    one.sync()
    assert segments(bucket, one.device)[-1].changes[0].value == "Put back"
    log.write_bytes(b"")
    for stars in range(1, 6):
        one.set(record.id, RATING, stars)
    assert log.stat().st_size > one.book.standing().log_bytes
    one.sync()
    assert [one.value for one in segments(bucket, one.device)[-1].changes] == [1, 2, 3, 4, 5]


def test_a_line_that_is_still_being_written_waits(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.set(record.id, RATING, 1)
    log = one.library.changes.own_file
    whole = log.read_bytes()
    log.write_bytes(whole + whole[:-9])
    one.sync()
    assert len(segments(bucket, one.device)[0].changes) == 1
    log.write_bytes(whole + whole)
    one.sync()
    assert len(segments(bucket, one.device)[1].changes) == 1


@pytest.mark.parametrize("fault", [Fault.BEFORE, Fault.AFTER, Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
@pytest.mark.parametrize("where", [ORIGINALS, JOURNALS, "v1/library/", "v1/devices/"])
def test_whatever_request_fails_the_next_round_goes_on(
    one: Computer, bucket: Bucket, tmp_path: Path, fault: Fault, where: str
) -> None:
    record = one.add()
    one.set(record.id, FAVOURITE, value=True)
    one.store.plan = failing("put", where, fault)
    with pytest.raises((Crash, RemoteUnreachableError)):
        one.sync()
    one.open()
    one.set(record.id, RATING, 3)
    assert one.sync()[-1] == Synced(0)
    assert bucket.overwritten == []
    other = Computer(tmp_path / "other", FaultyStore(bucket), joins=True)
    other.sync()
    assert other.states() == one.states()
    assert other.states()[record.id].rating == 3


def test_a_number_that_was_taken_by_the_copy_of_a_disk_is_left_out(
    one: Computer, bucket: Bucket, tmp_path: Path
) -> None:
    """Two computers with one name: nothing of either is overwritten, and each hears the other."""
    import shutil  # noqa: PLC0415 (here alone)

    one.add("Before the copy")
    one.sync()
    shutil.copytree(one.top, tmp_path / "copied")
    copy = Computer(tmp_path / "copied", FaultyStore(bucket))
    assert copy.device == one.device
    first, second = one.add("Mine"), copy.add("Of the copy")
    one.set(first.id, RATING, 4)
    copy.set(second.id, RATING, 2)
    one.sync()
    copy.sync()
    sync_all(one, copy)
    assert bucket.overwritten == []
    assert one.states() == copy.states()
    assert len(one.states()) == 3
    assert [segment.refused for segment in segments(bucket, one.device)] == [0] * 3
    third = copy.add("Later")
    sync_all(copy, one)
    assert third.id in one.states()


def test_two_programs_of_one_computer_do_not_sync_at_once(one: Computer) -> None:
    one.add()
    running = one.syncing.round(CancelToken())
    next(running)
    other = Computer(one.top, one.store)
    with pytest.raises(SyncBusyError):
        other.sync()
    with pytest.raises(SyncBusyError):
        list(other.syncing.verify(CancelToken(), mend=True))
    list(running)
    assert other.sync()[-1] == Synced(0)


def test_a_file_that_was_changed_by_hand_is_not_sent_as_what_it_was(one: Computer, bucket: Bucket) -> None:
    sound, changed = one.add(), one.add()
    one.file(changed.id).write_bytes(b"scribbled over")
    steps = one.sync()
    (refused,) = steps_of(steps, NotSent)
    assert refused.image == changed.id
    assert "other bytes" in refused.reason
    assert steps[-1] == Synced(1, 1)
    assert original_key(changed) not in bucket.objects
    assert original_key(sound) in bucket.objects


def test_what_lies_there_alone_is_told_again_without_being_sent(one: Computer, bucket: Bucket) -> None:
    """The book of a computer may be lost, and its originals removed to make room."""
    records = [one.add() for _ in range(2)]
    one.sync()
    one.file(records[0].id).unlink()
    one.book.forget()
    assert one.sync()[-1] == Synced(0)
    one.file(records[1].id).unlink()
    bucket.objects.clear()
    one.book.forget()
    assert one.sync()[-1] == Synced(2, 2)


def test_the_latest_go_first(one: Computer, bucket: Bucket) -> None:
    records = [one.add(f"Number {number}") for number in range(40)]
    from imagegen_desktop.storage.outbox import Outbox  # noqa: PLC0415 (here alone)

    for record in records:
        Outbox(one.top / "data" / "outbox.sqlite").add(one.library.id, (record.id,))
    one.sync()
    puts = [key for operation, key in bucket.requests if operation == "put" and key.startswith(ORIGINALS)]
    assert set(puts[:5]) <= {original_key(record) for record in records[-10:]}


def test_a_cancel_keeps_what_was_sent(one: Computer, bucket: Bucket) -> None:
    records = [one.add() for _ in range(30)]
    cancel = CancelToken()
    for step in one.syncing.round(cancel):
        if getattr(step, "done", 0) >= 3:
            cancel.cancel()
    sent = len(bucket.keys(ORIGINALS))
    assert 3 <= sent < 30
    assert one.book.held()
    one.sync()
    assert one.book.held() == {record.id for record in records}


def test_what_was_deleted_for_good_is_deleted_there_after_it_was_said(one: Computer, bucket: Bucket) -> None:
    gone, stays = one.add(), one.add()
    one.sync()
    one.set(gone.id, TRASHED, value=True)
    one.set(gone.id, PURGED, value=True)
    one.store.plan = failing("delete", ORIGINALS, Fault.CRASH_BEFORE)
    with pytest.raises(Crash):
        one.sync()
    assert original_key(gone) in bucket.objects
    one.open()
    one.sync()
    assert bucket.keys(ORIGINALS) == [original_key(stays)]
    assert one.book.held() == {stays.id}


def test_what_was_taken_back_after_it_was_deleted_for_good_is_not_deleted_there(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.sync()
    one.set(record.id, PURGED, value=True)
    one.library.apply(())
    one.set(record.id, PURGED, value=False)
    one.library.refresh([record.id])
    one.sync()
    assert bucket.keys(ORIGINALS) == [original_key(record)]
    assert one.book.holds(record.id)
