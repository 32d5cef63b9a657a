"""Originals on demand, room on this computer, and what a comparison with the bucket finds and mends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, sync_all
from remote.faulty_store import Bucket, Fault, FaultyStore

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import RATING, TRASHED
from imagegen_desktop.core.errors import LibraryMissingError
from imagegen_desktop.core.remote import RemoteOtherLibraryError, RemoteUnreachableError
from imagegen_desktop.studio.syncing.layout import (
    JOURNALS,
    ORIGINALS,
    SNAPSHOTS,
    journal_key,
    original_key,
    thumbnails_key,
)
from imagegen_desktop.studio.syncing.snapshots import Snapshots
from imagegen_desktop.studio.syncing.steps import Compared, Fetched, Finding, Found, Freed, NotFetched, NotFreed

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.studio.syncing.verifying import VerifyStep


def freed(computer: Computer, *ids: str) -> list[Freed | NotFreed]:
    steps = computer.syncing.free([computer.state(image) for image in ids], CancelToken())
    return [step for step in steps if isinstance(step, Freed | NotFreed)]


def fetched(computer: Computer, *ids: str) -> list[Fetched | NotFetched]:
    steps = computer.syncing.fetch([computer.state(image) for image in ids], CancelToken())
    return [step for step in steps if isinstance(step, Fetched | NotFetched)]


def compared(computer: Computer, *, read_back: bool = False, mend: bool = False) -> tuple[list[Found], Compared]:
    steps: list[VerifyStep] = list(computer.syncing.verify(CancelToken(), read_back=read_back, mend=mend))
    assert isinstance(steps[-1], Compared)
    return [step for step in steps if isinstance(step, Found)], steps[-1]


# ---- fetch ----


def test_an_original_comes_as_it_was_or_not_at_all(one: Computer, two: Computer, bucket: Bucket) -> None:
    record, damaged, gone, large = (one.add() for _ in range(4))
    sync_all(one, two)
    bucket.objects[original_key(damaged)] = bytes(damaged.got.size_bytes)
    del bucket.objects[original_key(gone)]
    bucket.objects[original_key(large)] += b"x" * 10
    steps = {step.state.id: step for step in fetched(two, record.id, damaged.id, gone.id, large.id)}
    assert isinstance(steps[record.id], Fetched)
    assert two.file(record.id).read_bytes() == one.file(record.id).read_bytes()
    for bad in (damaged, gone, large):
        assert isinstance(steps[bad.id], NotFetched)
        assert not two.file(bad.id).exists()
    assert [path for path in two.files() if path.name.startswith(".")] == []


def test_all_that_lies_there_alone_is_fetched(one: Computer, two: Computer) -> None:
    ids = [one.add().id for _ in range(12)]
    one.set(ids[0], TRASHED, value=True)
    sync_all(one, two)
    two.fetch_all()
    assert {two.file(image).read_bytes() for image in ids} == {one.file(image).read_bytes() for image in ids}
    assert two.file(ids[0]).parent == two.library.folder.trash
    assert [step for step in two.syncing.fetch_all(CancelToken()) if isinstance(step, Fetched)] == []


def test_an_original_that_is_here_already_is_not_fetched_again(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.sync()
    bucket.requests.clear()
    assert isinstance(fetched(one, record.id)[0], Fetched)
    assert bucket.requests == []


def test_a_bucket_that_is_not_reached_and_a_folder_that_is_gone_end_the_fetching(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    two.store.plan = lambda operation, _: Fault.BEFORE if operation == "fetch" else None
    with pytest.raises(RemoteUnreachableError):
        fetched(two, record.id)
    state = two.state(record.id)
    two.library.folder.path.rename(two.top / "unplugged")
    with pytest.raises(LibraryMissingError):
        list(two.syncing.fetch([state], CancelToken()))
    assert not two.library.folder.path.exists()


# ---- free ----


def test_room_is_made_only_after_the_bucket_was_compared_just_now(one: Computer, bucket: Bucket) -> None:
    sound, damaged, gone, changed = (one.add() for _ in range(4))
    one.sync()
    unsent = one.add()
    bucket.objects[original_key(damaged)] = bytes(damaged.got.size_bytes)
    del bucket.objects[original_key(gone)]
    one.file(changed.id).write_bytes(b"painted over")
    bucket.requests.clear()
    steps = {
        step.state.id: step for step in freed(one, *(record.id for record in (sound, damaged, gone, changed, unsent)))
    }
    assert steps[sound.id] == Freed(one.state(sound.id), sound.got.size_bytes)
    assert ("matches", original_key(sound)) in bucket.requests
    assert not one.file(sound.id).exists()
    for record in (damaged, gone, changed, unsent):
        assert isinstance(steps[record.id], NotFreed)
        assert one.file(record.id).exists()
    # What was believed to lie there is sent again.
    one.sync()
    assert original_key(gone) in bucket.objects
    assert isinstance(freed(one, sound.id)[0], NotFreed)
    assert isinstance(fetched(one, sound.id)[0], Fetched)


def test_nothing_is_freed_while_the_bucket_is_not_reached(one: Computer) -> None:
    record = one.add()
    one.sync()
    one.store.plan = lambda operation, _: Fault.BEFORE if operation == "matches" else None
    with pytest.raises(RemoteUnreachableError):
        freed(one, record.id)
    assert one.file(record.id).exists()


# ---- verify ----


def test_a_comparison_of_what_is_well_finds_nothing(one: Computer, two: Computer) -> None:
    ids = [one.add().id for _ in range(3)]
    sync_all(one, two)
    two.fetch_all()
    for computer in (one, two):
        assert compared(computer, read_back=True) == ([], Compared(len(ids), {}, 0, read_back=True))


def test_what_is_in_one_place_alone_is_found_and_mended(one: Computer, bucket: Bucket) -> None:
    not_there, not_here, lost, differs = (one.add() for _ in range(4))
    one.sync()
    del bucket.objects[original_key(not_there)]
    one.file(not_here.id).unlink()
    del bucket.objects[original_key(lost)]
    one.file(lost.id).unlink()
    bucket.objects[original_key(differs)] += b"x"
    expected = {
        not_there.id: Finding.NOT_THERE,
        not_here.id: Finding.NOT_HERE,
        lost.id: Finding.LOST,
        differs.id: Finding.DIFFERS,
    }
    before = dict(bucket.objects)
    found, end = compared(one)
    assert {one.image: one.finding for one in found} == expected
    assert (end.sound, end.mended) == (0, 0)
    assert bucket.objects == before
    found, end = compared(one, mend=True)
    assert {step.image for step in found if step.mended} == {not_there.id, not_here.id, differs.id}
    found, end = compared(one, read_back=True)
    assert [step.finding for step in found] == [Finding.LOST]
    assert end.sound == 3


def test_other_bytes_of_the_same_length_are_found_by_reading_back(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.sync()
    whole = bucket.objects[original_key(record)]
    bucket.objects[original_key(record)] = whole[:-1] + bytes([whole[-1] ^ 1])
    assert compared(one)[0] == []
    assert [step.finding for step in compared(one, read_back=True)[0]] == [Finding.DIFFERS]
    compared(one, read_back=True, mend=True)
    assert bucket.objects[original_key(record)] == whole


def test_right_bytes_there_are_not_replaced_by_wrong_ones_here(one: Computer, bucket: Bucket) -> None:
    record = one.add()
    one.sync()
    bucket.objects[original_key(record)] += b"x"
    one.file(record.id).write_bytes(b"painted over")
    found, _ = compared(one, mend=True)
    assert [(step.finding, step.mended) for step in found] == [(Finding.DIFFERS, False)]
    assert original_key(record) in bucket.objects


def test_foreign_objects_are_told_and_left(one: Computer, bucket: Bucket) -> None:
    one.add()
    one.sync()
    foreign = ["holiday.jpg", "v1/originals/zz/a.png", f"{JOURNALS}{one.device}/1", "v1/nothing", "v2/library/x"]
    for key in foreign:
        bucket.write(key, b"mine")
    found, _ = compared(one, mend=True)
    assert sorted(step.what for step in found) == sorted(foreign)
    assert {step.finding for step in found} == {Finding.FOREIGN}
    assert all(bucket.objects[key] == b"mine" for key in foreign)


@pytest.mark.parametrize("how", ["damaged", "missing"])
@pytest.mark.parametrize("who", ["its own", "another"])
def test_a_segment_that_is_damaged_or_missing_is_told_again_by_whoever_knows_it(
    one: Computer, two: Computer, bucket: Bucket, tmp_path: Path, *, how: str, who: str
) -> None:
    for number in range(3):
        record = one.add()
        one.set(record.id, RATING, number + 1)
        one.sync()
    two.sync()
    two.fetch_all()
    key = journal_key(one.device, 2)
    if how == "damaged":
        bucket.objects[key] = bucket.objects[key][:-2]
    else:
        del bucket.objects[key]
    mender = one if who == "its own" else two
    found, _ = compared(mender)
    assert [(step.finding, step.what, step.mended) for step in found] == [(Finding.DAMAGED, key, False)]
    found, _ = compared(mender, mend=True)
    assert [step.mended for step in found] == [True]
    assert compared(one)[0] == []
    late = Computer(tmp_path / "late", FaultyStore(bucket), joins=True)
    late.sync()
    assert late.states() == one.states()
    assert Snapshots(one.ends).write(CancelToken())


def test_a_segment_that_nobody_here_knows_is_left_as_it_is(one: Computer, two: Computer, bucket: Bucket) -> None:
    one.add()
    one.sync()
    key = journal_key(one.device, 1)
    bucket.objects[key] = b"damaged"
    two.sync()
    found, _ = compared(two, mend=True)
    assert (key, False) in [(step.what, step.mended) for step in found]
    assert bucket.objects[key] == b"damaged"


def test_a_damaged_snapshot_is_taken_away_since_the_segments_tell_it_all(one: Computer, bucket: Bucket) -> None:
    one.add()
    one.sync()
    assert Snapshots(one.ends).write(CancelToken())
    (key,) = bucket.keys(SNAPSHOTS)
    bucket.objects[key] = b"damaged"
    assert [step.mended for step in compared(one, mend=True)[0]] == [True]
    assert bucket.keys(SNAPSHOTS) == []


def test_a_comparison_with_another_library_ends_before_it_begins(one: Computer, bucket: Bucket) -> None:
    one.add()
    one.sync()
    bucket.objects.clear()
    bucket.write("v1/library/7f3k9qx2m4", b"{}")
    with pytest.raises(RemoteOtherLibraryError):
        compared(one, mend=True)
    assert bucket.keys(ORIGINALS) == []


def test_packs_of_small_pictures_are_ours(one: Computer, bucket: Bucket) -> None:
    bucket.write(thumbnails_key(one.device, 1), b"")
    assert compared(one)[0] == []
