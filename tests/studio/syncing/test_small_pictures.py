"""Small pictures travel in packs, so that a joining computer shows the whole library at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer, steps_of
from remote.faulty_store import Bucket, FaultyStore

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.remote import RemoteDamagedError
from imagegen_desktop.imaging.thumbnails import SMALL
from imagegen_desktop.studio.syncing.layout import ORIGINALS, THUMBNAILS, thumbnails_key
from imagegen_desktop.studio.syncing.small_pictures import FEW, SmallPictures, pack, unpack
from imagegen_desktop.studio.syncing.steps import Damaged, ThumbnailsReceived
from pictures import picture

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def one(tmp_path: Path, bucket: Bucket) -> Computer:
    return Computer(tmp_path / "one", FaultyStore(bucket), pictures=True)


def late(bucket: Bucket, top: Path) -> Computer:
    return Computer(top, FaultyStore(bucket), joins=True, pictures=True)


def small(computer: Computer, *ids: str) -> dict[str, bytes]:
    assert computer.ends.thumbnails is not None
    return computer.ends.thumbnails.get(ids, SMALL)


def test_a_joining_computer_has_all_small_pictures_without_an_original(
    one: Computer, bucket: Bucket, tmp_path: Path
) -> None:
    ids = [one.add().id for _ in range(5)]
    one.sync()
    assert bucket.keys(THUMBNAILS) == [thumbnails_key(one.device, 1)]
    two = late(bucket, tmp_path / "two")
    bucket.requests.clear()
    (received,) = steps_of(two.sync(), ThumbnailsReceived)
    assert set(received.images) == set(ids)
    assert small(two, *ids) == small(one, *ids)
    assert not any(key.startswith(ORIGINALS) for _, key in bucket.requests)
    assert steps_of(two.sync(), ThumbnailsReceived) == []
    assert bucket.keys(THUMBNAILS) == [thumbnails_key(one.device, 1)]


def test_who_joins_takes_the_latest_pack_first_and_each_once(one: Computer, bucket: Bucket, tmp_path: Path) -> None:
    for _ in range(3):
        one.add()
        one.sync()
    two = late(bucket, tmp_path / "two")
    bucket.requests.clear()
    two.sync()
    taken = [key for operation, key in bucket.requests if operation == "get" and key.startswith(THUMBNAILS)]
    assert taken == [thumbnails_key(one.device, number) for number in (3, 2, 1)]
    assert bucket.requests.index(("get", taken[0])) < bucket.requests.index(("get", taken[1]))
    assert set(small(two, *two.states())) == set(two.states())


def test_few_of_them_wait_for_more(one: Computer, bucket: Bucket) -> None:
    one.sync()
    sending = SmallPictures(one.ends)
    one.book.hold(one.add().id for _ in range(FEW - 1))
    assert sending.send(CancelToken()) == 0
    assert bucket.keys(THUMBNAILS) == []
    one.book.hold([one.add().id])
    assert sending.send(CancelToken()) == FEW
    assert len(bucket.keys(THUMBNAILS)) == 1


def test_those_that_are_made_later_are_sent_later(one: Computer, bucket: Bucket) -> None:
    assert one.ends.thumbnails is not None
    record = one.add()
    data = small(one, record.id)
    one.ends.thumbnails.drop([record.id])
    one.sync()
    assert bucket.keys(THUMBNAILS) == []
    one.ends.thumbnails.add(record.id, one.file(record.id).read_bytes())
    one.sync()
    assert unpack("", bucket.objects[thumbnails_key(one.device, 1)]) == data


def test_a_number_that_is_taken_is_left_out(one: Computer, bucket: Bucket) -> None:
    one.sync()
    bucket.write(thumbnails_key(one.device, 1), b"of a copied disk")
    one.add()
    one.sync()
    assert bucket.overwritten == []
    assert bucket.keys(THUMBNAILS) == [thumbnails_key(one.device, 1), thumbnails_key(one.device, 2)]


def test_a_damaged_pack_is_told_once_and_passed_over(one: Computer, bucket: Bucket, tmp_path: Path) -> None:
    record = one.add()
    one.sync()
    key = thumbnails_key(one.device, 1)
    bucket.objects[key] = bucket.objects[key][:-5]
    two = late(bucket, tmp_path / "two")
    assert [step.key for step in steps_of(two.sync(), Damaged)] == [key]
    assert steps_of(two.sync(), Damaged) == []
    assert record.id in two.states()


def test_what_is_no_small_picture_is_not_kept() -> None:
    first, second, third = new_id(), new_id(), new_id()
    jpeg = picture(kind="JPEG")
    told = {first: jpeg, second: b"<svg onload='x'/>", third: picture(size=(2000, 2000), kind="JPEG")}
    assert unpack("key", pack(told.items())) == {first: jpeg}


@pytest.mark.parametrize(
    "data",
    [
        b"short",
        pack([("../../../x", b"x")]),
        pack([(new_id(), b"x")])[:-1],
        new_id().encode() + b"\xff\xff\xff\xff" + b"x",
        b"\xff" * 40,
    ],
)
def test_what_is_no_pack_is_damaged(data: bytes) -> None:
    with pytest.raises(RemoteDamagedError):
        unpack("key", data)


def test_nothing_is_sent_without_a_cache(tmp_path: Path, bucket: Bucket) -> None:
    plain = Computer(tmp_path / "plain", FaultyStore(bucket))
    plain.add()
    plain.sync()
    assert SmallPictures(plain.ends).send(CancelToken()) == 0
    assert bucket.keys(THUMBNAILS) == []
