"""Links for others: to a copy that tells nothing, for a chosen time, and taken back for good."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer
from remote.faulty_store import Bucket, FaultyStore

from imagegen_desktop.core.changes import TITLE
from imagegen_desktop.core.exporting import Metadata
from imagegen_desktop.core.remote import NotShareableError
from imagegen_desktop.imaging.foreign.reading import read
from imagegen_desktop.studio.syncing.layout import SHARED
from imagegen_desktop.studio.syncing.sharing import LONGEST_SECONDS, Sharing
from pictures import NOON

if TYPE_CHECKING:
    from pathlib import Path


class SharedStore(FaultyStore):
    """One that gives links."""

    def publish(self, key: str, data: bytes, content_type: str) -> None:
        self.bucket.write(key, data)
        self.types = {key: content_type}

    def unpublish(self, key: str) -> None:
        self.delete(key)

    def link(self, key: str, seconds: int, *, name: str = "") -> str:
        return f"https://bucket.example/{key}?for={seconds}&name={name}"


@pytest.fixture
def one(tmp_path: Path, bucket: Bucket) -> Computer:
    return Computer(tmp_path / "one", SharedStore(bucket))


def sharing(computer: Computer, public_url: str = "") -> Sharing:
    return Sharing(computer.ends, public_url=public_url, now=lambda: NOON)


def test_a_link_leads_to_a_copy_without_a_word_of_the_prompt(one: Computer, bucket: Bucket) -> None:
    record = one.add("A secret prompt")
    one.set(record.id, TITLE, "Harbour at dusk")
    shared = sharing(one).share(one.state(record.id), 3600)
    assert shared.key.startswith(SHARED)
    assert shared.key.endswith("/harbour-at-dusk.png")
    assert shared.url.endswith("?for=3600&name=harbour-at-dusk.png")
    assert shared.expires == NOON + timedelta(hours=1)
    assert read(bucket.objects[shared.key]).prompt == ""
    assert b"secret" not in bucket.objects[shared.key]
    assert isinstance(one.store, SharedStore)
    assert one.store.types == {shared.key: "image/png"}


def test_metadata_is_told_only_where_it_is_wished(one: Computer, bucket: Bucket) -> None:
    record = one.add("A prompt to tell")
    shared = sharing(one).share(one.state(record.id), 60, metadata=Metadata.FULL)
    assert read(bucket.objects[shared.key]).prompt == "A prompt to tell"


def test_each_copy_lies_where_nobody_can_guess(one: Computer) -> None:
    state = one.state(one.add().id)
    keys = {sharing(one).share(state, 60).key for _ in range(5)}
    assert len(keys) == 5
    assert all(len(key.removeprefix(SHARED).split("/")[0]) == 32 for key in keys)


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (60, 60), (10**9, LONGEST_SECONDS)])
def test_a_life_is_at_most_a_week(one: Computer, asked: int, given: int) -> None:
    shared = sharing(one).share(one.state(one.add().id), asked)
    assert shared.expires == NOON + timedelta(seconds=given)


def test_under_the_public_address_a_link_lives_until_it_is_taken_back(one: Computer) -> None:
    shared = sharing(one, "https://pictures.example/mine/").share(one.state(one.add().id), 60, public=True)
    assert shared.url == f"https://pictures.example/mine/{shared.key}"
    assert shared.expires is None


def test_links_are_listed_and_taken_back_by_deleting_the_copy(one: Computer, bucket: Bucket) -> None:
    desk = sharing(one)
    first, second = (desk.share(one.state(one.add().id), 60) for _ in range(2))
    assert {shared.id for shared in desk.links()} == {first.id, second.id}
    desk.revoke(first)
    assert desk.links() == (second,)
    assert bucket.keys(SHARED) == [second.key]
    one.open()
    assert sharing(one).links() == (second,)


def test_a_place_without_links_says_so(tmp_path: Path, bucket: Bucket) -> None:
    plain = Computer(tmp_path / "plain", FaultyStore(bucket))
    with pytest.raises(NotShareableError):
        sharing(plain).share(plain.state(plain.add().id), 60)
    assert bucket.objects == {}
