"""One contract for every place elsewhere: folder and buckets, the latter over TLS on real servers."""

from __future__ import annotations

import hashlib
import os
import ssl
import tracemalloc
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from remote import servers
from remote.certificates import make_certificate

from imagegen_desktop.core.errors import CancelledError, StorageError
from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteConflictError,
    RemoteDamagedError,
    RemoteMissingError,
    RemoteRefusedError,
    RemoteSettings,
    RemoteUnreachableError,
)
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.sync.bucket_client import bucket_client
from imagegen_desktop.sync.bucket_store import PART, BucketStore
from imagegen_desktop.sync.encrypted_store import EncryptedStore, begin_encryption
from imagegen_desktop.sync.folder_store import FolderStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from remote.servers import Server

    from imagegen_desktop.sync.remote import RemoteStore

BUCKETS = {"seaweed": servers.seaweed, "rclone": servers.rclone, "moto": servers.moto}
PASSPHRASE = Secret("correct horse battery staple")
KEY = "v1/objects/ab/abc.png"


@pytest.fixture(scope="module", params=BUCKETS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param)
    with BUCKETS[request.param](folder, *make_certificate(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def bucket(server: Server) -> Iterator[BucketStore]:
    store = BucketStore(server.client(server.new_bucket()))
    yield store
    store.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    return FolderStore(tmp_path_factory.mktemp("elsewhere"))


@pytest.fixture(scope="module")
def sealed_bucket(server: Server) -> Iterator[EncryptedStore]:
    place = BucketStore(server.client(server.new_bucket()))
    store = EncryptedStore(place, begin_encryption(place, PASSPHRASE))
    yield store
    store.close()


@pytest.fixture(scope="module")
def sealed_folder(tmp_path_factory: pytest.TempPathFactory) -> EncryptedStore:
    place = FolderStore(tmp_path_factory.mktemp("sealed"))
    return EncryptedStore(place, begin_encryption(place, PASSPHRASE))


class Contract:
    """What holds for each of them. A store is shared by its tests: each uses keys of its own."""

    # Encrypted, an object is a little larger.
    sizes_are_exact = True

    def test_what_was_put_is_had_back(self, store: RemoteStore, tmp_path: Path) -> None:
        file = tmp_path / "picture"
        file.write_bytes(os.urandom(100_000))
        store.put("back/bytes", b"hello")
        store.put("back/file", file)
        store.put("back/empty", b"")
        assert store.get("back/bytes", limit=5) == b"hello"
        assert store.get("back/file", limit=1_000_000) == file.read_bytes()
        assert store.get("back/empty", limit=5) == b""
        there = store.head("back/file")
        assert there is not None
        assert there.size == 100_000 if self.sizes_are_exact else there.size > 100_000

    def test_a_file_lands_whole_and_checked(self, store: RemoteStore, tmp_path: Path) -> None:
        data = os.urandom(50_000)
        store.put("land/it", data)
        into = tmp_path / "deep" / "here.png"
        store.fetch("land/it", into, sha256=hashlib.sha256(data).hexdigest())
        assert into.read_bytes() == data
        with pytest.raises(RemoteDamagedError):
            store.fetch("land/it", tmp_path / "other", sha256="0" * 64)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["deep"]

    def test_nothing_is_overwritten(self, store: RemoteStore) -> None:
        store.put("once/a", b"first")
        store.put("once/a", b"first")
        with pytest.raises(RemoteConflictError):
            store.put("once/a", b"other")
        with pytest.raises(RemoteConflictError):
            store.put("once/a", b"longer than before")
        assert store.get("once/a", limit=10) == b"first"

    def test_it_is_known_whether_the_same_lies_there(self, store: RemoteStore, tmp_path: Path) -> None:
        store.put("same/a", b"12345")
        file = tmp_path / "file"
        file.write_bytes(b"12345")
        assert store.matches("same/a", b"12345")
        assert store.matches("same/a", file)
        assert not store.matches("same/a", b"12346")
        assert not store.matches("same/a", b"1234")
        assert not store.matches("same/none", b"")

    def test_what_is_not_there_is_told(self, store: RemoteStore, tmp_path: Path) -> None:
        assert store.head("none/at/all") is None
        with pytest.raises(RemoteAbsentError):
            store.get("none/at/all", limit=5)
        with pytest.raises(RemoteAbsentError):
            store.fetch("none/at/all", tmp_path / "x")
        assert not list(tmp_path.iterdir())
        store.delete("none/at/all")

    def test_too_much_is_refused(self, store: RemoteStore) -> None:
        store.put("large/a", b"0123456789")
        with pytest.raises(RemoteDamagedError):
            store.get("large/a", limit=9)

    def test_a_list_is_in_order_and_begins_where_it_is_asked_to(self, store: RemoteStore) -> None:
        keys = [f"list/dev/{number:08d}.gz" for number in range(12)]
        for key in reversed(keys):
            store.put(key, key.encode())
        store.put("list/other/1", b"1")
        store.put("listing", b"no slash")
        assert [one.key for one in store.list("list/dev/")] == keys
        assert [one.key for one in store.list("list/")] == [*keys, "list/other/1"]
        assert [one.key for one in store.list("list/dev/", after=keys[8])] == keys[9:]
        if self.sizes_are_exact:
            assert {one.size for one in store.list("list/dev/")} == {len(keys[0])}
        assert list(store.list("list/nobody/")) == []

    def test_what_was_deleted_is_gone(self, store: RemoteStore) -> None:
        store.put("gone/a", b"1")
        store.delete("gone/a")
        store.delete("gone/a")
        assert store.head("gone/a") is None
        store.put("gone/a", b"another, later")
        assert store.get("gone/a", limit=99) == b"another, later"

    def test_a_file_of_several_parts_arrives(self, store: RemoteStore, tmp_path: Path) -> None:
        file = tmp_path / "large"
        file.write_bytes(os.urandom(PART * 2 + 1234))
        store.put("parts/a", file)
        assert store.matches("parts/a", file)
        store.fetch("parts/a", tmp_path / "back", sha256=hashlib.sha256(file.read_bytes()).hexdigest())

    def test_what_is_known_to_be_absent_is_put_as_well(self, store: RemoteStore, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_bytes(b"from a file")
        store.put("absent/bytes", b"hello", absent=True)
        store.put("absent/file", file, absent=True)
        store.put("absent/empty", b"", absent=True)
        assert store.get("absent/bytes", limit=9) == b"hello"
        assert store.get("absent/file", limit=99) == b"from a file"
        assert store.get("absent/empty", limit=9) == b""

    def test_a_file_that_is_not_here_is_no_fault_of_the_place(self, store: RemoteStore, tmp_path: Path) -> None:
        with pytest.raises(StorageError):
            store.put("lost/a", tmp_path / "none")
        assert store.head("lost/a") is None

    def test_a_file_is_not_held_in_memory_while_it_goes(self, store: RemoteStore, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_bytes(os.urandom(PART - 1))
        tracemalloc.start()
        store.put("memory/a", file)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 4 << 20

    def test_several_threads_may_use_it(self, store: RemoteStore) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: store.put(f"threads/{n:03d}", bytes([n]) * 1000), range(40)))
            got = list(pool.map(lambda n: store.get(f"threads/{n:03d}", limit=1000), range(40)))
        assert got == [bytes([n]) * 1000 for n in range(40)]


class TestFolder(Contract):
    @pytest.fixture
    def store(self, folder: FolderStore) -> FolderStore:
        return folder

    def test_after_its_end_nothing_more_is_done(self, tmp_path: Path) -> None:
        store = FolderStore(tmp_path)
        store.close()
        with pytest.raises(CancelledError):
            store.put("a", b"1")
        assert not list(tmp_path.iterdir())

    def test_a_disk_that_is_not_plugged_in_is_not_reached_and_nothing_is_made_in_its_place(
        self, tmp_path: Path
    ) -> None:
        gone = FolderStore(tmp_path / "stick")
        for act in (lambda: gone.put("a", b"1"), lambda: gone.get("a", limit=1), lambda: list(gone.list(""))):
            with pytest.raises(RemoteUnreachableError):
                act()
        assert not (tmp_path / "stick").exists()

    @pytest.mark.parametrize("key", ["../out", "a/../../out", "a//b", "/abs", "a/./b"])
    def test_no_key_leads_out_of_it(self, folder: FolderStore, key: str) -> None:
        with pytest.raises(RemoteDamagedError):
            folder.put(key, b"1")


class TestBucket(Contract):
    @pytest.fixture
    def store(self, bucket: BucketStore) -> BucketStore:
        return bucket

    def test_a_wrong_key_is_refused(self, server: Server, bucket: BucketStore) -> None:
        for changes in ({"secret": "wrong"}, {"access_key": "AKIAWRONG0000000"}):
            wrong = BucketStore(server.client(bucket._bucket, **changes))
            with pytest.raises(RemoteRefusedError):
                list(wrong.list(""))
            with pytest.raises(RemoteRefusedError):
                wrong.put("refused", b"1")
            wrong.close()

    def test_a_bucket_that_is_not_there_is_told(self, server: Server) -> None:
        store = BucketStore(server.client("no-such-bucket-7f3k9q"))
        with pytest.raises(RemoteMissingError):
            list(store.list(""))
        store.close()

    def test_two_prefixes_of_one_bucket_know_nothing_of_each_other(self, server: Server, bucket: BucketStore) -> None:
        other = BucketStore(server.client(bucket._bucket, prefix="theirs"))
        other.put(KEY, b"theirs")
        assert bucket.head(KEY) is None
        assert [one.key for one in other.list("")] == [KEY]
        other.close()

    def test_a_link_gives_the_object_to_whoever_has_it(self, server: Server, bucket: BucketStore) -> None:
        if not server.knows_links:
            pytest.skip("this server answers no signed link")
        bucket.put("link/a", b"for you")
        trusting = ssl.create_default_context(cafile=server.certificates)
        with urllib.request.urlopen(bucket.link("link/a", 60), context=trusting) as answer:  # noqa: S310 (https)
            assert answer.read() == b"for you"

    def test_a_published_copy_is_shown_as_what_it_is_and_has_a_name(self, server: Server, bucket: BucketStore) -> None:
        if not server.knows_links:
            pytest.skip("this server answers no signed link")
        bucket.publish("v1/shared/9f/cat.png", b"png", "image/png")
        trusting = ssl.create_default_context(cafile=server.certificates)
        address = bucket.link("v1/shared/9f/cat.png", 60, name="Eine Katze äöü.png")
        with urllib.request.urlopen(address, context=trusting) as answer:  # noqa: S310 (https)
            assert answer.headers["Content-Type"] == "image/png"
            assert (
                answer.headers["Content-Disposition"]
                == "inline; filename*=UTF-8''Eine%20Katze%20%C3%A4%C3%B6%C3%BC.png"
            )
        with urllib.request.urlopen(bucket.link("v1/shared/9f/cat.png", 60), context=trusting) as answer:  # noqa: S310 (https)
            assert answer.headers["Content-Type"] == "image/png"

    def test_after_its_end_nothing_more_is_asked_for(self, server: Server, bucket: BucketStore) -> None:
        store = BucketStore(server.client(bucket._bucket))
        store.put("end/a", b"1")
        store.close()
        store.close()
        for act in (
            lambda: store.put("end/b", b"1"),
            lambda: store.get("end/a", limit=1),
            lambda: list(store.list("")),
        ):
            with pytest.raises(CancelledError):
                act()

    def test_an_etag_that_is_no_md5_is_found_out_and_nothing_fails_for_it(
        self, server: Server, bucket: BucketStore
    ) -> None:
        """As of objects that the server encrypts with a key of its own."""
        store = BucketStore(server.client(bucket._bucket))
        for kind in ("PutObject", "GetObject", "HeadObject"):
            store._s3.meta.events.register(f"after-call.s3.{kind}", _other_etag)
        store.put("etag/a", b"hello")
        store.put("etag/a", b"hello")
        assert store.get("etag/a", limit=5) == b"hello"
        with pytest.raises(RemoteConflictError):
            store.put("etag/a", b"other")
        store.close()

    def test_the_objects_carry_no_odd_encoding(self, bucket: BucketStore) -> None:
        """Over TLS boto3's own checksums would be stored as a part of the object by some."""
        bucket.put("plain/a", b"hello")
        told = bucket._s3.head_object(Bucket=bucket._bucket, Key="mine/plain/a")
        assert "aws-chunked" not in str(told.get("ContentEncoding", ""))


class TestEncryptedFolder(Contract):
    sizes_are_exact = False

    @pytest.fixture
    def store(self, sealed_folder: EncryptedStore) -> EncryptedStore:
        return sealed_folder


class TestEncryptedBucket(Contract):
    sizes_are_exact = False

    @pytest.fixture
    def store(self, sealed_bucket: EncryptedStore) -> EncryptedStore:
        return sealed_bucket


def _other_etag(parsed: dict[str, Any], **_: object) -> None:
    if "ETag" in parsed:
        parsed["ETag"] = '"0123456789abcdef0123456789abcdef"'


def test_nothing_of_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "theirs",
        "AWS_SECRET_ACCESS_KEY": "theirs",
        "AWS_SESSION_TOKEN": "theirs",
        "AWS_PROFILE": "theirs",
        "AWS_DEFAULT_REGION": "eu-west-9",
        "AWS_REGION": "eu-west-9",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported",
        "AWS_CA_BUNDLE": "/nonexistent",
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "config").write_text("[default]\nregion = eu-west-9\nendpoint_url = http://127.0.0.1:1\n")
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id = theirs\naws_secret_access_key = theirs\n")
    made = servers.Server("https://127.0.0.1:9", make_certificate(tmp_path)).client("b")
    credentials = made.s3._request_signer._credentials
    assert (credentials.access_key, credentials.secret_key, credentials.token) == (servers.ACCESS, servers.SECRET, None)
    assert made.s3.meta.endpoint_url == "https://127.0.0.1:9"
    assert made.s3.meta.region_name == "us-east-1"
    assert made.s3.meta.config.request_checksum_calculation == "when_required"
    made.s3.close()


def test_the_systems_own_roots_are_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A company's own authority stands there, and not among those that boto3 brings along."""
    certificate, _ = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    told = RemoteSettings(endpoint="https://127.0.0.1:9", bucket="b", access_key="me")
    made = bucket_client(told, Secret("secret"))
    assert made.s3._endpoint.http_session._verify == str(certificate)
    made.s3.close()
