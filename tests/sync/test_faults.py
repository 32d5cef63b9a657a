"""A bucket behind a network that fails: each fault is met by trying again, or told; nothing wrong is taken for right."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeAlias

import pytest
from remote import servers
from remote.certificates import make_certificate
from remote.fault_proxy import Fault, FaultProxy, fault_proxy

from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.core.remote import RemoteDamagedError, RemoteUnreachableError
from imagegen_desktop.sync import bucket_client
from imagegen_desktop.sync.bucket_store import PART, BucketStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from remote.servers import Server

    Behind: TypeAlias = Callable[[FaultProxy], BucketStore]

# Less than the 30 s for which a silent server is waited for.
PATIENCE = 20
SIZE = 400_000
DATA = os.urandom(SIZE)
HASH = hashlib.sha256(DATA).hexdigest()
# The one checks what it is sent, the other takes everything.
SERVERS = {"seaweed": servers.seaweed, "moto": servers.moto}
# In the middle of the bytes of the object, whatever stands before them.
MIDDLE = SIZE // 2


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param)
    with SERVERS[request.param](folder, *make_certificate(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def bucket(server: Server) -> str:
    return server.new_bucket()


@pytest.fixture
def direct(server: Server, bucket: str) -> Iterator[BucketStore]:
    """What really lies there."""
    store = BucketStore(server.client(bucket))
    yield store
    store.close()


@pytest.fixture
def proxy(server: Server) -> Iterator[FaultProxy]:
    """It sees only what is encrypted."""
    with fault_proxy(server.url) as running:
        yield running


@pytest.fixture
def open_proxy(server: Server) -> Iterator[FaultProxy]:
    """It ends TLS, as some do that look after a company's network."""
    with fault_proxy(server.url, ends_tls=server.tls) as running:
        yield running


@pytest.fixture
def behind(server: Server, bucket: str, direct: BucketStore) -> Iterator[Behind]:
    """Makes a store with no connection yet: the next one is its first."""
    direct.delete("put")
    direct.put("there", DATA)
    with ExitStack() as made:

        def make(proxy: FaultProxy) -> BucketStore:
            store = BucketStore(server.client(bucket, endpoint=proxy.url))
            made.callback(store.close)
            return store

        yield make


GOING_UP = {
    "reset before anything": Fault(reset_up=0),
    "reset in the middle": Fault(reset_up=MIDDLE),
    "answer lost": Fault(lose_answer=SIZE),
    "garbled": Fault(flip_up=MIDDLE),
}
COMING_DOWN = {
    "reset before anything": Fault(reset_up=0),
    "cut off in the middle": Fault(cut_down=MIDDLE),
    "answer lost": Fault(lose_answer=1000),
    "garbled": Fault(flip_down=MIDDLE),
}


@pytest.mark.parametrize("fault", GOING_UP)
def test_what_is_sent_arrives_in_the_end(
    behind: Behind, proxy: FaultProxy, direct: BucketStore, tmp_path: Path, fault: str
) -> None:
    file = tmp_path / "it.png"
    file.write_bytes(DATA)
    proxy.next(GOING_UP[fault])
    behind(proxy).put("put", file, absent=True)
    assert proxy.connections > 1
    assert direct.get("put", limit=SIZE) == DATA


@pytest.mark.parametrize("fault", COMING_DOWN)
def test_what_is_fetched_comes_in_the_end(behind: Behind, proxy: FaultProxy, tmp_path: Path, fault: str) -> None:
    proxy.next(COMING_DOWN[fault])
    behind(proxy).fetch("there", tmp_path / "it.png", sha256=HASH)
    assert (tmp_path / "it.png").read_bytes() == DATA
    assert [path.name for path in tmp_path.iterdir()] == ["it.png"]
    proxy.next(COMING_DOWN[fault])
    assert behind(proxy).get("there", limit=SIZE) == DATA
    assert proxy.connections > 3


def test_what_arrives_garbled_is_not_taken_for_the_picture(
    behind: Behind, open_proxy: FaultProxy, direct: BucketStore
) -> None:
    """Seaweed looks at the MD5 and refuses it; moto takes it, and is found out by what it calls it."""
    open_proxy.next(Fault(flip_up=MIDDLE))
    store = behind(open_proxy)
    with pytest.raises(RemoteDamagedError):
        store.put("put", DATA, absent=True)
    assert direct.head("put") is None
    store.put("put", DATA)
    assert direct.get("put", limit=SIZE) == DATA


def test_what_comes_garbled_does_not_land(behind: Behind, open_proxy: FaultProxy, tmp_path: Path) -> None:
    open_proxy.usual = Fault(flip_down=MIDDLE)
    with pytest.raises(RemoteDamagedError):
        behind(open_proxy).fetch("there", tmp_path / "it.png", sha256=HASH)
    assert not list(tmp_path.iterdir())


def test_what_comes_garbled_once_is_read_again(behind: Behind, open_proxy: FaultProxy) -> None:
    """No hash is known of it but the one by which the server calls it."""
    open_proxy.next(Fault(flip_down=MIDDLE))
    assert behind(open_proxy).get("there", limit=SIZE) == DATA


def test_a_file_of_parts_arrives_though_a_part_breaks_off_and_the_last_answer_is_lost(
    behind: Behind, open_proxy: FaultProxy, direct: BucketStore, tmp_path: Path
) -> None:
    file = tmp_path / "large"
    file.write_bytes(os.urandom(PART + SIZE))
    lost = Fault(lose_answer_to=b"<CompleteMultipartUpload")
    open_proxy.next(Fault(reset_up=PART // 2), lost)
    behind(open_proxy).put("put", file)
    assert open_proxy.connections > 2
    assert direct.matches("put", file)


def test_a_silent_server_is_given_up_and_asked_again(
    behind: Behind, proxy: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_client, "READ_SECONDS", 1)
    store = behind(proxy)
    proxy.next(Fault(silent_up=MIDDLE))
    store.put("put", DATA, absent=True)
    store = behind(proxy)
    # The question was asked, but no answer comes.
    proxy.next(Fault(silent_up=1500))
    store.fetch("there", tmp_path / "it.png", sha256=HASH)
    store = behind(proxy)
    proxy.usual = Fault(silent_down=MIDDLE)
    with pytest.raises(RemoteUnreachableError):
        store.fetch("there", tmp_path / "other.png")
    assert [path.name for path in tmp_path.iterdir()] == ["it.png"]


@pytest.mark.parametrize("what", ["put", "fetch", "list"])
def test_closing_wakes_whoever_waits_for_a_silent_server(
    behind: Behind, proxy: FaultProxy, tmp_path: Path, what: str
) -> None:
    proxy.usual = Fault(silent_up=0)
    store = behind(proxy)
    acts = {
        "put": lambda: store.put("put", DATA, absent=True),
        "fetch": lambda: store.fetch("there", tmp_path / "it.png"),
        "list": lambda: list(store.list("")),
    }
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(acts[what])
        assert proxy.silent.wait(PATIENCE)
        store.close()
        with pytest.raises(CancelledError):
            under_way.result(PATIENCE)
    assert not list(tmp_path.iterdir())


def test_a_server_that_is_gone_is_not_reached(behind: Behind, server: Server) -> None:
    with fault_proxy(server.url) as proxy:
        store = behind(proxy)
    with pytest.raises(RemoteUnreachableError):
        store.get("there", limit=SIZE)


def test_far_away_more_goes_at_once(behind: Behind, server: Server) -> None:
    with fault_proxy(server.url, delay=0.04) as proxy:
        store = behind(proxy)
        near = store.lanes
        assert store.head("there") is not None
        assert store.lanes > near
        store.put("put", DATA, absent=True)
