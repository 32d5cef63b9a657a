"""What other computers wrote: in whatever order and state it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, steps_of, sync_all
from remote.faulty_store import Bucket, Fault, FaultyStore

from imagegen_desktop.core.albums import ALBUM_ENTITY, NAME, TAG_ENTITY
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import ALBUM, FAVOURITE, RATING, TAG, TITLE, TRASHED, Change, Wish
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.storage.sync_book import Stream
from imagegen_desktop.studio.syncing.journal import change_line, packed
from imagegen_desktop.studio.syncing.layout import (
    JOURNALS,
    device_key,
    journal_key,
)
from imagegen_desktop.studio.syncing.news import LEAP
from imagegen_desktop.studio.syncing.snapshots import Snapshots
from imagegen_desktop.studio.syncing.steps import Damaged, Received, Synced

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
