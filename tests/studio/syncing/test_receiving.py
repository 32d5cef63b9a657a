"""What other computers wrote: in whatever order and state it comes, and what a mass of deletes needs."""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, steps_of, sync_all
from remote.faulty_store import Bucket, Fault, FaultyStore

from imagegen_desktop.core.albums import ALBUM_ENTITY, NAME, TAG_ENTITY
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import ALBUM, FAVOURITE, PURGED, RATING, TAG, TITLE, TRASHED, Change, Wish
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.storage.sync_book import Stream
from imagegen_desktop.studio.syncing import receiving
from imagegen_desktop.studio.syncing.journal import change_line, opened, packed
from imagegen_desktop.studio.syncing.layout import (
    JOURNALS,
    ORIGINALS,
    SNAPSHOTS,
    SnapshotPart,
    device_key,
    journal_key,
    original_key,
    snapshot_key,
)
from imagegen_desktop.studio.syncing.news import LEAP
from imagegen_desktop.studio.syncing.snapshots import EVERY, Snapshots
from imagegen_desktop.studio.syncing.steps import Damaged, Deletes, DeletesHeldBack, Received, Synced
from pictures import NOON

if TYPE_CHECKING:
    from pathlib import Path


def joined(bucket: Bucket, top: Path) -> Computer:
    return Computer(top, FaultyStore(bucket), joins=True)


def test_another_computer_sees_images_and_all_that_was_done_to_them(one: Computer, two: Computer) -> None:
    record, other = one.add(), two.add()
    album = new_id()
    one.library.apply(
        [
            Wish(record.id, TAG + "sky", value=True),
            Wish(ALBUM_ENTITY + album, NAME, "Lights"),
            Wish(record.id, ALBUM + album, value=True),
            Wish(TAG_ENTITY + "sky", "colour", "#112233"),
        ]
    )
    sync_all(one, two)
    assert one.states() == two.states()
    assert one.library.index.shelf() == two.library.index.shelf()
    assert [one.name for one in two.library.index.shelf().albums] == ["Lights"]
    assert two.state(record.id).tags == {"sky"}
    assert other.id in one.states()
    assert two.book.held() == {record.id, other.id}


def test_tags_of_two_computers_join_and_single_values_are_the_latest(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    one.set(record.id, TAG + "sea", value=True)
    two.set(record.id, TAG + "sky", value=True)
    one.set(record.id, TITLE, "First")
    two.now = one.library.changes._now_ms() + 1000
    two.set(record.id, TITLE, "Second")
    two.set(record.id, TAG + "sky", value=False)
    two.set(record.id, TAG + "sand", value=True)
    sync_all(one, two)
    assert one.states() == two.states()
    assert (one.state(record.id).title, one.state(record.id).tags) == ("Second", {"sea", "sand"})


@pytest.mark.parametrize("ahead", [-(10**10), 10**10])
@pytest.mark.parametrize("snapshot", [False, True])
def test_an_edit_made_after_another_one_was_seen_wins_whatever_the_clocks_say(
    one: Computer, two: Computer, tmp_path: Path, bucket: Bucket, *, ahead: int, snapshot: bool
) -> None:
    record = one.add()
    one.now = one.library.changes._now_ms() + ahead
    # In a snapshot's order the title is not what was said last.
    for field, value in ((TITLE, "First"), (RATING, 1), (FAVOURITE, True), (TAG + "a", True)):
        one.set(record.id, field, value)
    one.sync()
    if snapshot:
        assert Snapshots(one.ends).write(CancelToken())
        two = joined(bucket, tmp_path / "three")
    two.sync()
    two.set(record.id, TITLE, "Second")
    two.set(record.id, TAG + "a", value=False)
    sync_all(two, one)
    assert (one.state(record.id).title, one.state(record.id).tags) == ("Second", frozenset())
    one.now = (one.now or 0) - 10**9
    one.set(record.id, TITLE, "Third")
    sync_all(one, two)
    assert two.state(record.id).title == one.state(record.id).title == "Third"


def test_a_clock_is_past_what_was_seen_also_where_older_lines_came_last(one: Computer, two: Computer) -> None:
    record = one.add()
    device = new_id()
    late = Change(image=record.id, clock="2999999999999-0003", device=device, field=TITLE, value="Late")
    early = Change(image=record.id, clock="1000000000000-0000", device=device, field=RATING, value=2)
    one.library.take(device, (), [late])
    one.library.take(device, (), [early])
    (change,) = one.library.changes.append([Wish(record.id, TITLE, "Now")])
    assert change.clock > late.clock
    long = Change(image=record.id, clock="3000000000000-0000", device=device, field="note", value="x" * 99_000)
    one.library.take(device, (), [long])
    (change,) = one.library.changes.append([Wish(record.id, TITLE, "Now")])
    assert change.clock > long.clock
    assert two.states() == {}


def test_what_comes_twice_does_no_harm(one: Computer, two: Computer) -> None:
    record = one.add()
    one.set(record.id, RATING, 3)
    sync_all(one, two)
    before = two.states()
    two.book.forget()
    two.sync()
    assert two.states() == before == one.states()


def test_changes_may_come_before_the_image_that_they_are_about(one: Computer, two: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.sync()
    one.set(record.id, TITLE, "Early")
    one.set(record.id, TRASHED, value=True)
    one.sync()
    first = bucket.objects.pop(journal_key(one.device, 1))
    assert steps_of(two.sync(), Damaged)[0].key == journal_key(one.device, 1)
    assert two.states() == {}
    bucket.objects[journal_key(one.device, 1)] = first
    two.sync()
    assert two.states() == one.states()
    assert two.state(record.id).title == "Early"
    assert two.book.unread() == ()


def test_a_list_that_is_older_than_what_lies_there_leaves_nothing_out(
    one: Computer, two: Computer, bucket: Bucket
) -> None:
    records = []
    for number in range(3):
        records.append(one.add())
        one.set(records[-1].id, RATING, number)
        one.sync()
    hidden = journal_key(one.device, 2)

    def plan(operation: str, key: str) -> Fault | None:
        stale = operation == "list" and key.startswith(JOURNALS + one.device)
        return Fault.STALE if stale else None

    bucket.fresh = [hidden]
    two.store.plan = plan
    two.sync()
    assert set(two.states()) == {record.id for record in records}
    assert two.book.number(Stream.JOURNAL, one.device) == 3


def test_a_number_far_beyond_the_others_blinds_nobody(one: Computer, two: Computer, bucket: Bucket) -> None:
    for name in ("99999999", "00000200", "0000000x", "00000001.bak", "12345678901"):
        bucket.write(f"{JOURNALS}{one.device}/{name}", b"hostile")
    record = one.add()
    sync_all(one, two)
    assert record.id in two.states()
    later = one.add()
    sync_all(one, two)
    assert later.id in two.states()
    assert two.book.number(Stream.JOURNAL, one.device) < LEAP


def test_a_damaged_segment_changes_nothing_and_is_read_when_it_is_mended(
    one: Computer, two: Computer, bucket: Bucket
) -> None:
    first = one.add()
    one.sync()
    second = one.add()
    one.sync()
    key = journal_key(one.device, 1)
    whole = bucket.objects[key]
    bucket.objects[key] = whole[:-3]
    steps = two.sync()
    assert [step.key for step in steps_of(steps, Damaged)] == [key]
    assert steps[-1] == Synced(0)
    assert set(two.states()) == {second.id}
    assert two.book.unread() == (key,)
    bucket.objects[key] = whole
    assert steps_of(two.sync(), Damaged) == []
    assert set(two.states()) == {first.id, second.id}


def test_odd_lines_are_counted_and_told(one: Computer, two: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.sync()
    evil = new_id()
    bucket.write(device_key(evil), b"not even json")
    good = Change(image=record.id, clock="1795348800000-0000", device=evil, field=RATING, value=5)
    bucket.write(journal_key(evil, 1), packed([b"{}", b"{" * 100_000, change_line(good)]))
    (received,) = steps_of(two.sync(), Received)
    assert received.refused == 2
    assert two.state(record.id).rating == 5
    assert two.ends.name_of(evil) == evil


def test_a_stopped_reading_keeps_what_was_applied_and_goes_on(one: Computer, two: Computer) -> None:
    for _ in range(6):
        one.add()
        one.sync()
    cancel = CancelToken()
    for step in two.syncing.round(cancel):
        if getattr(step, "done", 0) == 3:
            cancel.cancel()
    two.sync()
    assert two.states() == one.states()


# ---- snapshots ----


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


# ---- deletes in mass ----


def stocked(one: Computer, two: Computer, count: int) -> list[str]:
    ids = [one.add().id for _ in range(count)]
    sync_all(one, two)
    two.fetch_all()
    return ids


def test_few_deletes_are_followed_and_a_mass_is_asked_about(one: Computer, two: Computer) -> None:
    ids = stocked(one, two, 50)
    one.library.change(ids[:4], TRASHED, value=True)
    one.sync()
    assert steps_of(two.sync(), DeletesHeldBack) == []
    assert all(two.state(image).trashed for image in ids[:4])
    one.library.change(ids[4:10], TRASHED, value=True)
    one.sync()
    before = two.states()
    held_back = two.sync()[-1]
    assert held_back == DeletesHeldBack(6, 50, ("one",))
    assert two.states() == before
    assert all(two.file(image).exists() for image in ids)
    # It is asked again until it is answered.
    assert two.sync()[-1] == held_back
    assert two.sync(deletes=Deletes.ACCEPT)[-1] == Synced(0)
    assert two.states() == one.states()
    assert all(two.file(image).parent == two.library.folder.trash for image in ids[:10])


def test_a_mass_that_comes_piece_by_piece_in_one_round_is_one(
    one: Computer, two: Computer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "GROUP", 1)
    ids = stocked(one, two, 60)
    for start in range(0, 12, 3):
        one.library.change(ids[start : start + 3], TRASHED, value=True)
        one.sync()
    for _ in range(2):
        assert two.sync()[-1] == DeletesHeldBack(12, 60, ("one",))
        assert not any(state.trashed for state in two.states().values())
    two.sync(deletes=Deletes.REFUSE)
    sync_all(two, one)
    for computer in (one, two):
        assert not any(state.trashed for state in computer.states().values())


def test_who_joins_is_not_asked_about_what_was_deleted_long_ago(
    one: Computer, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "GROUP", 1)
    ids = [one.add().id for _ in range(20)]
    one.sync()
    one.library.change(ids[:15], TRASHED, value=True)
    one.sync()
    late = joined(bucket, tmp_path / "late")
    assert steps_of(late.sync(), DeletesHeldBack) == []
    assert late.states() == one.states()
    # From then on it is.
    one.library.change(ids[15:], TRASHED, value=True)
    one.sync()
    assert steps_of(late.sync(), DeletesHeldBack) == [DeletesHeldBack(5, 20, ("one",))]


def test_a_refused_mass_of_deletes_is_taken_back_everywhere(one: Computer, two: Computer) -> None:
    ids = stocked(one, two, 20)
    one.library.change(ids[:15], TRASHED, value=True)
    one.sync()
    two.sync(deletes=Deletes.REFUSE)
    sync_all(one, two)
    for computer in (one, two):
        assert not any(state.trashed for state in computer.states().values())
        assert all(computer.file(image).parent != computer.library.folder.trash for image in ids)
        assert all(computer.file(image).exists() for image in ids)


def test_a_refused_deletion_for_good_loses_nobody_a_file(one: Computer, two: Computer, bucket: Bucket) -> None:
    ids = stocked(one, two, 20)
    one.library.change(ids[:15], TRASHED, value=True)
    one.sync()
    two.sync(deletes=Deletes.ACCEPT)
    for image in ids[:15]:
        one.file(image).unlink()
    one.library.change(ids[:15], PURGED, value=True)
    one.sync()
    assert len(bucket.keys(ORIGINALS)) == 5
    assert two.sync()[-1] == DeletesHeldBack(15, 20, ("one",))
    two.sync(deletes=Deletes.REFUSE)
    sync_all(one, two)
    one.fetch_all()
    assert len(bucket.keys(ORIGINALS)) == 20
    assert one.states() == two.states()
    assert len(one.states()) == 20
    for computer in (one, two):
        assert all(computer.file(image).exists() for image in ids)


def test_refused_deletes_of_what_lies_there_alone_leave_it_there(one: Computer, bucket: Bucket, tmp_path: Path) -> None:
    ids = [one.add().id for _ in range(10)]
    one.sync()
    two = joined(bucket, tmp_path / "late")
    two.sync()
    one.library.change(ids, TRASHED, value=True)
    one.sync()
    two.sync(deletes=Deletes.REFUSE)
    assert two.sync()[-1] == Synced(0)
    two.fetch_all()
    assert all(two.file(image).exists() for image in ids)


def test_what_another_computer_deleted_for_good_goes_to_the_systems_trash_or_stays_aside(
    one: Computer, two: Computer
) -> None:
    first, second = stocked(one, two, 2)
    data = {image: two.file(image).read_bytes() for image in (first, second)}
    for image, there in ((first, True), (second, False)):
        two.trash.there = there
        one.set(image, TRASHED, value=True)
        one.set(image, PURGED, value=True)
        sync_all(one, two)
        assert image not in two.states()
    assert two.trash.taken == [data[first]]
    assert [path.read_bytes() for path in two.library.folder.quarantine.iterdir()] == [data[second]]


def test_an_edit_against_a_delete_keeps_both(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    one.set(record.id, TRASHED, value=True)
    two.set(record.id, TITLE, "Still good")
    sync_all(one, two)
    assert one.states() == two.states()
    assert (one.state(record.id).trashed, one.state(record.id).title) == (True, "Still good")


def test_an_own_deletion_for_good_is_said_there_once(one: Computer, two: Computer, bucket: Bucket) -> None:
    record = one.add()
    sync_all(one, two)
    one.set(record.id, PURGED, value=True)
    sync_all(one, two)
    assert bucket.objects.get(original_key(record)) is None
    two.book.forget()
    sync_all(two, one)
    assert two.states() == one.states() == {}
