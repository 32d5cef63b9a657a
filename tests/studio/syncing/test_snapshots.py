"""What a computer wrote, anew in few objects: for those who join."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import TYPE_CHECKING

from remote.computers import Computer, steps_of
from remote.faulty_store import Bucket, FaultyStore

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import RATING, TITLE, TRASHED
from imagegen_desktop.studio.syncing.journal import opened
from imagegen_desktop.studio.syncing.layout import (
    SNAPSHOTS,
    SnapshotPart,
    journal_key,
    snapshot_key,
)
from imagegen_desktop.studio.syncing.snapshots import EVERY, Snapshots
from imagegen_desktop.studio.syncing.steps import Damaged
from pictures import NOON

if TYPE_CHECKING:
    from pathlib import Path


def joined(bucket: Bucket, top: Path) -> Computer:
    return Computer(top, FaultyStore(bucket), joins=True)


def test_a_snapshot_stands_for_all_before_it_and_costs_a_joining_computer_one_object(
    one: Computer, bucket: Bucket, tmp_path: Path
) -> None:
    for number in range(EVERY + 3):
        record = one.add() if number % 20 == 0 else record  # noqa: F821 (the first turn makes one)
        one.set(record.id, RATING, number % 6)
        one.set(record.id, TITLE, f"Title {number}")
        one.sync()
    snapshots = bucket.keys(SNAPSHOTS)
    assert snapshots == [snapshot_key(one.device, SnapshotPart(EVERY, 1, 1))]
    late = joined(bucket, tmp_path / "late")
    bucket.requests.clear()
    late.sync()
    read = [key for operation, key in bucket.requests if operation == "get"]
    assert read == [snapshots[0], *(journal_key(one.device, EVERY + number) for number in (1, 2, 3))]
    assert late.states() == one.states()


def test_a_snapshot_tells_the_latest_images_first_and_as_they_are(one: Computer, bucket: Bucket) -> None:
    records = [one.add(created=NOON + timedelta(hours=hour)) for hour in (3, 1, 2)]
    one.set(records[0].id, TRASHED, value=True)
    one.sync()
    assert Snapshots(one.ends).write(CancelToken())
    (key,) = bucket.keys(SNAPSHOTS)
    lines = gzip.decompress(bucket.objects[key]).splitlines()
    assert lines[0].startswith(b'{"change"')
    told = opened(key, bucket.objects[key]).records
    assert [record.id for record in told] == [records[0].id, records[2].id, records[1].id]


def test_a_snapshot_is_made_of_the_last_one_and_what_came_since(one: Computer, bucket: Bucket) -> None:
    snapshots = Snapshots(one.ends)
    for upto in (2, 4):
        for _ in range(2):
            one.add()
            one.sync()
        bucket.requests.clear()
        assert snapshots.write(CancelToken())
        read = [key for operation, key in bucket.requests if operation == "get"]
        assert len(read) == (2 if upto == 2 else 3)
    two = Computer(one.top.with_name("two"), FaultyStore(bucket), joins=True)
    two.sync()
    assert two.states() == one.states()


def test_a_snapshot_of_which_a_part_is_missing_or_damaged_leaves_the_segments_to_be_read(
    one: Computer, bucket: Bucket, tmp_path: Path
) -> None:
    for _ in range(3):
        one.add()
        one.sync()
    assert Snapshots(one.ends).write(CancelToken())
    (key,) = bucket.keys(SNAPSHOTS)
    bucket.objects[key] = b"damaged"
    late = joined(bucket, tmp_path / "late")
    assert [step.key for step in steps_of(late.sync(), Damaged)] == [key]
    late.sync()
    assert late.states() == one.states()
    half = snapshot_key(one.device, SnapshotPart(3, 1, 2))
    bucket.objects[half] = bucket.objects.pop(key)
    later = joined(bucket, tmp_path / "later")
    assert steps_of(later.sync(), Damaged) == []
    assert later.states() == one.states()


def test_no_snapshot_is_written_of_what_can_not_all_be_read(one: Computer, bucket: Bucket) -> None:
    for _ in range(3):
        one.add()
        one.sync()
    whole = bucket.objects.pop(journal_key(one.device, 2))
    assert not Snapshots(one.ends).write(CancelToken())
    bucket.objects[journal_key(one.device, 2)] = whole[:-1]
    assert not Snapshots(one.ends).write(CancelToken())
    assert bucket.keys(SNAPSHOTS) == []
