"""An encrypted place elsewhere: nothing readable in it, and each thing that can be wrong with its key has a name."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.recovery_note import recovery_note
from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteConflictError,
    RemoteDamagedError,
    RemoteEncryptedError,
    RemoteKeyLostError,
    RemoteKind,
    RemoteNotEncryptedError,
    RemotePassphraseError,
    RemoteSettings,
)
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.sync.encrypted_store import (
    EncryptedStore,
    begin_encryption,
    expect_no_encryption,
    open_encryption,
)
from imagegen_desktop.sync.folder_store import FolderStore
from imagegen_desktop.sync.library_key import LibraryKey, new_library_key, open_library_key
from imagegen_desktop.sync.secret_names import SecretNames

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE = Secret("Überall ist Wunderland")
# Python's own form of the same, as some keyboards of the Mac give it.
DECOMPOSED = Secret("U\u0308berall ist Wunderland")
ORIGINAL = "v1/originals/7f/7f3k9qab12.png"
PROMPT = b"a fluffy siamese cat on a windowsill"


@pytest.fixture(scope="module")
def key() -> LibraryKey:
    return new_library_key(PASSPHRASE)


@pytest.fixture
def place(tmp_path: Path, key: LibraryKey) -> FolderStore:
    (tmp_path / "there").mkdir()
    store = FolderStore(tmp_path / "there")
    store.put("key.age", key.wrapped)
    return store


@pytest.fixture
def store(place: FolderStore, key: LibraryKey) -> EncryptedStore:
    return EncryptedStore(place, key)


def _files(top: Path) -> dict[str, bytes]:
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def test_nothing_readable_lies_there(store: EncryptedStore, tmp_path: Path) -> None:
    store.put(ORIGINAL, b"\x89PNG" + PROMPT)
    store.put("v1/library/ab12cd34ef", PROMPT)
    store.put("v1/journal/dev0000001/00000001", PROMPT)
    store.put("v1/journal/dev0000001/00000002", PROMPT)
    store.put("v1/snapshots/dev0000001/00000002-0001-0003", PROMPT)
    there = _files(tmp_path / "there")
    contents = there.pop("key.age") + b"".join(there.values())
    words = [
        "v1",
        "original",
        "journal",
        "library",
        "snapshot",
        "7f",
        "dev0000001",
        "ab12cd34ef",
        "png",
        "cat",
        "siamese",
    ]
    for name in there:
        assert re.fullmatch(r"(?:[a-z2-7]{27,}/)*(?:[a-z2-7]{27,}|\d{8}|\d{8}-\d{4}-\d{4})", name)
    assert not [word for word in words if len(word) > 3 and (word in "".join(there) or word.encode() in contents)]
    assert len({name.rpartition("/")[0].rpartition("/")[2] for name in there}) == 4, "the same device has several names"


def test_what_counts_keeps_its_order_and_is_listed_from_where_it_is_asked(store: EncryptedStore) -> None:
    keys = [f"v1/journal/dev0000001/{number:08d}" for number in (1, 2, 9, 10, 11, 100)]
    for key in reversed(keys):
        store.put(key, b"1")
    assert [one.key for one in store.list("v1/journal/dev0000001/", after=keys[2])] == keys[3:]
    assert [one.key for one in store.list("v1/journal/dev0000001/000001")] == keys[5:]
    assert [one.key for one in store.list("v1/journal/", after=keys[4])] == keys[5:]


def test_names_that_do_not_count_come_in_the_order_of_what_they_mean(store: EncryptedStore) -> None:
    keys = sorted(f"v1/originals/{name[:2]}/{name}.png" for name in map(_letters, range(40)))
    for key in keys:
        store.put(key, b"1")
    assert [one.key for one in store.list("")] == keys
    assert [one.key for one in store.list("v1/originals/", after=keys[17])] == keys[18:]


def _letters(number: int) -> str:
    return hashlib.sha256(bytes([number])).hexdigest()[:10]


def test_what_is_not_ours_is_not_listed_but_told(store: EncryptedStore, place: FolderStore, tmp_path: Path) -> None:
    store.put(ORIGINAL, b"1")
    place.put("holiday.jpg", b"theirs")
    place.put("a" * 40, b"theirs")
    other = EncryptedStore(FolderStore(tmp_path / "there"), new_library_key(Secret("other")))
    other.put("v1/theirs", b"1")
    assert [one.key for one in store.list("")] == [ORIGINAL]
    assert len(list(store.foreign())) == 3


def test_a_damaged_object_is_told_and_nothing_of_it_lands(store: EncryptedStore, tmp_path: Path) -> None:
    data = bytes(300_000)
    store.put(ORIGINAL, data)
    (file,) = [path for path in (tmp_path / "there").rglob("*") if path.is_file() and path.name != "key.age"]
    whole = file.read_bytes()
    for damaged in (whole[:-1], whole[:150_000], whole[:250_000] + b"!" + whole[250_001:], b"age", b""):
        file.write_bytes(damaged)
        with pytest.raises(RemoteDamagedError):
            store.fetch(ORIGINAL, tmp_path / "here" / "it.png")
        with pytest.raises(RemoteDamagedError):
            store.get(ORIGINAL, limit=1_000_000)
        assert not store.matches(ORIGINAL, data)
        with pytest.raises(RemoteConflictError):
            store.put(ORIGINAL, data)
    assert not list((tmp_path / "here").iterdir())


def test_a_large_file_goes_and_comes(store: EncryptedStore, tmp_path: Path) -> None:
    file = tmp_path / "large"
    file.write_bytes(bytes(range(256)) * 20_000)
    store.put(ORIGINAL, file)
    assert store.matches(ORIGINAL, file)
    store.fetch(ORIGINAL, tmp_path / "back", sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_the_right_passphrase_opens_it_however_it_is_typed(place: FolderStore, store: EncryptedStore) -> None:
    store.put(ORIGINAL, b"hello")
    for passphrase in (PASSPHRASE, DECOMPOSED):
        assert EncryptedStore(place, open_encryption(place, passphrase)).get(ORIGINAL, limit=5) == b"hello"


def test_a_wrong_passphrase_is_told(place: FolderStore) -> None:
    with pytest.raises(RemotePassphraseError):
        open_encryption(place, Secret("Überall ist wunderland"))


@pytest.mark.parametrize(
    "damaged", [b"", b"hello", b"age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n", None]
)
def test_a_damaged_key_is_told_and_costs_nothing(place: FolderStore, key: LibraryKey, damaged: bytes | None) -> None:
    """Also one that asks for a terabyte of memory."""
    place.delete("key.age")
    place.put("key.age", key.wrapped[:-1] if damaged is None else damaged)
    with pytest.raises(RemoteKeyLostError):
        open_encryption(place, PASSPHRASE)


def test_a_key_that_is_gone_is_told_apart_from_a_library_without_one(place: FolderStore, store: EncryptedStore) -> None:
    place.delete("key.age")
    with pytest.raises(RemoteAbsentError):
        open_encryption(place, PASSPHRASE)
    store.put(ORIGINAL, b"1")
    with pytest.raises(RemoteKeyLostError):
        open_encryption(place, PASSPHRASE)
    for hidden in place.list(""):
        place.delete(hidden.key)
    place.put(ORIGINAL, b"plain")
    with pytest.raises(RemoteNotEncryptedError):
        open_encryption(place, PASSPHRASE)
    with pytest.raises(RemoteNotEncryptedError):
        begin_encryption(place, PASSPHRASE)


def test_a_library_that_is_encrypted_is_told_to_who_expects_none(place: FolderStore) -> None:
    with pytest.raises(RemoteEncryptedError):
        expect_no_encryption(place)
    with pytest.raises(RemoteEncryptedError):
        begin_encryption(place, PASSPHRASE)
    place.delete("key.age")
    expect_no_encryption(place)


def test_the_plain_age_program_opens_the_key_and_with_it_the_objects(
    place: FolderStore, store: EncryptedStore, key: LibraryKey
) -> None:
    """It is stood for by pyrage: the same format, from elsewhere."""
    store.put(ORIGINAL, PROMPT)
    identity = pyrage.passphrase.decrypt(place.get("key.age", limit=9999), PASSPHRASE.reveal()).decode()
    assert identity == key.identity.reveal()
    (hidden,) = [one.key for one in place.list("") if one.key != "key.age"]
    opened = pyrage.decrypt(place.get(hidden, limit=9999), [pyrage.x25519.Identity.from_str(identity)])
    assert opened == PROMPT


def test_a_note_is_enough_to_open_everything_with_the_passphrase(key: LibraryKey) -> None:
    settings = RemoteSettings(endpoint="https://s3.example.org", region="eu-1", bucket="pictures", prefix="mine")
    note = recovery_note(settings, key.wrapped)
    for fact in ("https://s3.example.org", "eu-1", "pictures", "mine", "age --decrypt", "key.age"):
        assert fact in note
    assert max(map(len, note.splitlines())) <= 80
    assert PASSPHRASE.reveal() not in note
    assert key.identity.reveal() not in note
    armoured = note[note.index("-----BEGIN") :]
    # The program takes the lines as they stand on the paper.
    assert pyrage.passphrase.decrypt(armoured.encode(), PASSPHRASE.reveal()).decode() == key.identity.reveal()
    assert PASSPHRASE.reveal() in recovery_note(settings, key.wrapped, passphrase=PASSPHRASE.reveal())
    folder = RemoteSettings(kind=RemoteKind.FOLDER, folder="/media/stick/pictures")
    assert "/media/stick/pictures" in recovery_note(folder, key.wrapped)


def test_the_identity_alone_opens_it_without_the_passphrase(store: EncryptedStore, place: FolderStore) -> None:
    store.put(ORIGINAL, b"hello")
    kept = open_library_key(place.get("key.age", limit=9999), PASSPHRASE).identity
    again = EncryptedStore(place, LibraryKey(kept, b""))
    assert again.get(ORIGINAL, limit=5) == b"hello"
    assert kept.reveal() not in repr(LibraryKey(kept, b"wrapped"))


PARTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789._-", min_size=1, max_size=40)


@given(parts=st.lists(PARTS, min_size=1, max_size=5))
def test_every_name_can_be_turned_back(parts: list[str]) -> None:
    names, key = SecretNames(bytes(64)), "/".join(parts)
    hidden = names.hidden(key)
    assert names.shown(hidden) == key
    assert SecretNames(bytes(64)).hidden(key) == hidden
    assert SecretNames(b"1" * 64).shown(hidden) in {None, key if hidden == key else None}
