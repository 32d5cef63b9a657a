"""Whose library lies there, and what happens where it is another one, none any more, or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, sync_all
from remote.faulty_store import Bucket, Fault, FaultyStore

from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.remote import (
    RemoteEmptiedError,
    RemoteOtherLibraryError,
    RemoteTwoLibrariesError,
    RemoteUnreachableError,
)
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.syncing.joining import Joinable, join, join_from, library_at
from imagegen_desktop.studio.syncing.layout import LIBRARIES, ORIGINALS, library_key
from pictures import new_image, picture

if TYPE_CHECKING:
    from pathlib import Path


def everything(computer: Computer) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in computer.files()}


def test_the_first_round_puts_the_librarys_mark(one: Computer, bucket: Bucket) -> None:
    assert library_at(one.store) is None
    one.sync()
    assert bucket.keys(LIBRARIES) == [library_key(one.library.id)]
    assert library_at(one.store) == Joinable(one.library.id)


def test_an_emptied_bucket_tells_how_many_originals_lay_there_alone(
    one: Computer, two: Computer, bucket: Bucket
) -> None:
    for _ in range(2):
        one.add()
    sync_all(one, two)
    bucket.objects.clear()
    with pytest.raises(RemoteEmptiedError) as told:
        one.sync()
    assert "originals" not in told.value.advice
    with pytest.raises(RemoteEmptiedError) as told:
        two.sync()
    assert told.value.advice.startswith("2 originals lay there and not on this computer.")


def test_an_emptied_bucket_stops_everything_and_costs_nothing_here(
    one: Computer, two: Computer, bucket: Bucket
) -> None:
    for _ in range(3):
        one.add()
    sync_all(one, two)
    two.fetch_all()
    bucket.objects.clear()
    for computer in (one, two):
        before, states = everything(computer), computer.states()
        computer.add("Made meanwhile")
        with pytest.raises(RemoteEmptiedError):
            computer.sync()
        assert everything(computer).items() >= before.items()
        assert computer.states().items() >= states.items()
    assert bucket.objects == {}
    # After the person said that it was on purpose.
    one.book.forget()
    one.sync()
    two.book.forget()
    sync_all(two, one)
    assert one.states() == two.states()
    assert len(bucket.keys(ORIGINALS)) == 5


def test_another_library_in_its_place_stops_everything(one: Computer, bucket: Bucket, tmp_path: Path) -> None:
    one.add()
    one.sync()
    before = everything(one)
    other_bucket = Bucket()
    other = Computer(tmp_path / "other", FaultyStore(other_bucket))
    other.add("Of the other library")
    other.sync()
    there = dict(other_bucket.objects)
    one.store.bucket = other_bucket
    one.add("Made meanwhile")
    with pytest.raises(RemoteOtherLibraryError) as raised:
        one.sync()
    assert raised.value.library == other.library.id
    assert other_bucket.objects == there
    assert everything(one).items() >= before.items()
    one.store.bucket = bucket
    one.sync()
    assert len(bucket.keys(ORIGINALS)) == 2


def test_two_libraries_at_one_place_stop_both(one: Computer, bucket: Bucket) -> None:
    one.add()
    one.sync()
    bucket.write(library_key(new_id()), b"{}")
    count = len(bucket.objects)
    one.add()
    with pytest.raises(RemoteTwoLibrariesError):
        one.sync()
    assert len(bucket.objects) == count
    with pytest.raises(RemoteTwoLibrariesError):
        library_at(one.store)


def test_two_libraries_that_come_at_the_same_moment_both_see_it(one: Computer, bucket: Bucket, tmp_path: Path) -> None:
    other = Computer(tmp_path / "other", FaultyStore(bucket))

    def meanwhile(operation: str, key: str) -> Fault | None:
        if operation == "put" and key.startswith(LIBRARIES) and len(bucket.keys(LIBRARIES)) == 0:
            bucket.objects[library_key(other.library.id)] = b"{}"
        return None

    one.store.plan = meanwhile
    one.add()
    with pytest.raises(RemoteTwoLibrariesError):
        one.sync()
    assert bucket.keys(ORIGINALS) == []
    # It went away again, and left the place to whoever comes next.
    assert bucket.keys(LIBRARIES) == [library_key(other.library.id)]
    other.sync()
    with pytest.raises(RemoteOtherLibraryError):
        one.sync()


def test_a_mark_whose_answer_was_lost_is_this_librarys(one: Computer) -> None:
    one.store.plan = lambda operation, key: Fault.AFTER if operation == "put" and key.startswith(LIBRARIES) else None
    with pytest.raises(RemoteUnreachableError):
        one.sync()
    one.store.plan = lambda _operation, _key: None
    one.sync()


def test_what_is_no_id_is_no_library(one: Computer, bucket: Bucket) -> None:
    bucket.write(LIBRARIES + "readme.txt", b"")
    one.sync()
    assert library_at(one.store) == Joinable(one.library.id)


def test_a_new_computer_has_the_library_with_nothing_but_the_bucket(one: Computer, two: Computer) -> None:
    record = one.add()
    sync_all(one, two)
    assert two.library.id == one.library.id
    assert two.device != one.device
    assert set(two.states()) == {record.id}
    again = join(two.store, two.library.folder.path, two.top / "data")
    assert again.id == one.library.id


def test_nothing_is_joined_where_nothing_lies_or_where_pictures_lie(one: Computer, tmp_path: Path) -> None:
    with pytest.raises(RemoteEmptiedError):
        join(one.store, tmp_path / "new", tmp_path / "data")
    assert not (tmp_path / "new").exists()
    one.sync()
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.png").write_bytes(b"mine")
    with pytest.raises(StorageError, match="not empty"):
        join(one.store, full, tmp_path / "data")
    assert [path.name for path in full.iterdir()] == ["mine.png"]
    open_library(tmp_path / "foreign", tmp_path / "data")
    with pytest.raises(StorageError, match="another library"):
        join(one.store, tmp_path / "foreign", tmp_path / "data")


def test_an_empty_library_becomes_the_buckets_and_one_with_pictures_does_not(one: Computer, tmp_path: Path) -> None:
    one.add()
    one.sync()
    empty = open_library(tmp_path / "empty", tmp_path / "data")
    join_from(empty, one.store)
    assert open_library(tmp_path / "empty", tmp_path / "data").id == one.library.id
    full = open_library(tmp_path / "full", tmp_path / "data")
    new = new_image(data=picture())
    full.add(full.describe(new), new.data)
    with pytest.raises(StorageError, match="pictures of its own"):
        join_from(full, one.store)
    with pytest.raises(RemoteEmptiedError):
        join_from(open_library(tmp_path / "late", tmp_path / "data"), FaultyStore(Bucket()))
