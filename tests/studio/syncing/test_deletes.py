"""Deletes of other computers: few are followed, a mass is asked about, and nobody loses a file by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remote.computers import Computer, steps_of, sync_all
from remote.faulty_store import Bucket, FaultyStore

from imagegen_desktop.core.changes import PURGED, TITLE, TRASHED
from imagegen_desktop.studio.syncing import receiving
from imagegen_desktop.studio.syncing.layout import (
    ORIGINALS,
    original_key,
)
from imagegen_desktop.studio.syncing.steps import Deletes, DeletesHeldBack, Synced

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def joined(bucket: Bucket, top: Path) -> Computer:
    return Computer(top, FaultyStore(bucket), joins=True)


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
