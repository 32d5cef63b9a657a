"""The live test of a place elsewhere: it says of each thing that can be wrong what it is, and leaves nothing behind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from remote import servers
from remote.certificates import make_certificate
from remote.fault_proxy import Fault, fault_proxy

from imagegen_desktop.core.bucket_probe import Condition, Probed, ProbeEnded, ProbeStep
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.core.remote import RemoteKind, RemoteSettings
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.sync.bucket_store import BucketStore
from imagegen_desktop.sync.probe import probe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from remote.servers import Server

CONDITIONS = {"seaweed": Condition.ABLE, "rclone": Condition.IGNORES, "moto": Condition.ABLE}
SERVERS = {"seaweed": servers.seaweed, "rclone": servers.rclone, "moto": servers.moto}
USED = [step for step in ProbeStep if step is not ProbeStep.ROOM]


@pytest.fixture(scope="module", params=SERVERS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def server(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(kind)
    with SERVERS[kind](folder, *make_certificate(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def bucket(server: Server) -> str:
    return server.new_bucket()


def _tried(settings: RemoteSettings, server: Server, secret: str = "") -> tuple[list[Probed], ProbeEnded]:
    """The steps and the end; `settings` trust the server's certificate."""
    trusting = replace(settings, certificates=server.certificates)
    *steps, ended = probe(trusting, Secret(secret or server.secret), CancelToken())
    assert isinstance(ended, ProbeEnded)
    return [step for step in steps if isinstance(step, Probed)], ended


def _failed(steps: list[Probed]) -> list[ProbeStep]:
    return [step.step for step in steps if not step.ok]


def test_a_bucket_that_is_right_passes_every_step_and_nothing_is_left(server: Server, bucket: str, kind: str) -> None:
    settings = server.settings(bucket)
    steps, ended = _tried(settings, server)
    assert [step.step for step in steps if step.ok] == USED
    assert ended.ok
    assert ended.condition is CONDITIONS[kind]
    assert replace(ended.settings, certificates="") == settings
    store = BucketStore(server.client(bucket))
    assert list(store.list("")) == []
    store.close()


def test_a_wrong_key_is_told_by_its_half(server: Server, bucket: str) -> None:
    steps, ended = _tried(server.settings(bucket), server, secret="wrong")
    assert _failed(steps) == [ProbeStep.LIST]
    assert steps[-1].sentence == "The secret key does not belong to this access key."
    assert not ended.ok
    steps, _ = _tried(server.settings(bucket, access_key="AKIAWRONG0000000"), server)
    assert steps[-1].sentence == "The server does not know this access key."


def test_a_bucket_that_is_not_there_is_told(server: Server) -> None:
    steps, ended = _tried(server.settings("no-such-bucket-7f3k9q"), server)
    assert _failed(steps) == [ProbeStep.LIST]
    assert "no bucket called no-such-bucket-7f3k9q" in steps[-1].sentence
    assert not ended.ok


def test_the_way_of_addressing_that_works_is_found(server: Server, bucket: str) -> None:
    """No name server here knows a name before `localhost`."""
    endpoint = server.url.replace("127.0.0.1", "localhost")
    steps, ended = _tried(server.settings(bucket, endpoint=endpoint, path_style=False), server)
    assert ended.ok
    assert ended.settings.path_style
    assert "path style" in steps[0].sentence


def test_a_certificate_that_is_not_trusted_is_told(server: Server, bucket: str) -> None:
    steps = list(probe(server.settings(bucket), Secret(server.secret), CancelToken()))
    assert isinstance(steps[0], Probed)
    assert (steps[0].step, steps[0].ok) == (ProbeStep.REACH, False)
    assert "not secure" in steps[0].sentence
    assert len(steps) == 2


@pytest.mark.parametrize("lacks", servers.RIGHTS)
def test_each_right_that_is_missing_has_its_name(server: Server, bucket: str, lacks: str) -> None:
    if not server.lacking:
        pytest.skip("this server has one user alone")
    access, secret = server.lacking[lacks]
    steps, ended = _tried(server.settings(bucket, access_key=access), server, secret=secret)
    (failed,) = [step for step in steps if not step.ok]
    assert lacks in failed.advice
    assert not ended.ok
    # Who may not write can't be asked for the rest; all else is tried.
    assert len(steps) == (3 if lacks == "s3:PutObject" else len(USED))


def _answer(status: str, code: str, more: str = "", *, headers: str = "", date: datetime | None = None) -> bytes:
    body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message>{more}</Error>'.encode()
    now = format_datetime(date or datetime.now(UTC), usegmt=True)
    head = f"HTTP/1.1 {status}\r\nDate: {now}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{headers}\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("code", "minutes", "words"),
    [
        ("RequestTimeTooSkewed", -75, "75 minutes ahead"),
        ("AccessDenied", 40, "40 minutes behind"),
        ("SignatureDoesNotMatch", 20, "20 minutes behind"),
    ],
)
def test_a_clock_that_is_wrong_is_told_in_minutes(
    server: Server, bucket: str, code: str, minutes: int, words: str
) -> None:
    """Some servers say so, others only refuse; the time of their answer tells."""
    with fault_proxy(server.url, ends_tls=server.tls) as proxy:
        there = datetime.now(UTC) + timedelta(minutes=minutes)
        proxy.usual = Fault(answer=_answer("403 Forbidden", code, date=there))
        steps, ended = _tried(server.settings(bucket, endpoint=proxy.url), server)
    assert _failed(steps) == [ProbeStep.REACH]
    assert words in steps[0].sentence
    assert not ended.ok


def test_a_region_that_is_wrong_is_told_and_corrected(server: Server, bucket: str) -> None:
    """The first answer is Amazon's own; after that the server does not mind."""
    wrong = _answer("400 Bad Request", "AuthorizationHeaderMalformed", "<Region>eu-central-1</Region>")
    with fault_proxy(server.url, ends_tls=server.tls) as proxy:
        proxy.next(Fault(answer=wrong), Fault(answer=_answer("400 Bad Request", "", headers=REGION_HEADER)))
        proxy.usual = Fault(answer=_answer("403 Forbidden", "AccessDenied", headers=REGION_HEADER))
        steps, ended = _tried(server.settings(bucket, endpoint=proxy.url), server)
    assert "eu-central-1, not us-east-1" in steps[0].sentence
    assert ended.settings.region == "eu-central-1"


REGION_HEADER = "x-amz-bucket-region: eu-central-1\r\n"


def test_an_endpoint_where_nobody_listens_is_told(server: Server) -> None:
    steps, ended = _tried(server.settings("any", endpoint=f"https://127.0.0.1:{servers.free_port()}"), server)
    assert _failed(steps) == [ProbeStep.REACH]
    assert "127.0.0.1" in steps[0].advice
    assert not ended.ok


@pytest.mark.parametrize("endpoint", ["", "s3.example.org", "https://a b/"])
def test_what_is_no_address_is_told(endpoint: str) -> None:
    """Without an endpoint it is Amazon's, whose name no test here may ask for: a proxy that is not there stands before it."""
    settings = RemoteSettings(endpoint=endpoint, bucket="any", access_key="A", path_style=True)
    nobody = {"https": f"http://127.0.0.1:{servers.free_port()}"}
    first, ended = probe(settings, Secret("s"), CancelToken(), proxies=nobody)
    assert isinstance(first, Probed)
    assert isinstance(ended, ProbeEnded)
    assert (first.step, first.ok, ended.ok) == (ProbeStep.REACH, False, False)


def test_no_secret_stands_in_what_is_told(server: Server, bucket: str) -> None:
    steps, _ = _tried(server.settings(bucket), server, secret="canary-7f3k9q")
    assert "canary" not in json.dumps([[step.sentence, step.advice, step.details] for step in steps])


def test_it_stops_when_asked(server: Server, bucket: str) -> None:
    cancel = CancelToken()
    running = probe(replace(server.settings(bucket), certificates=server.certificates), Secret(server.secret), cancel)
    next(running)
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(running)


def test_a_folder_is_tried_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    *steps, ended = probe(RemoteSettings(kind=RemoteKind.FOLDER, folder=str(tmp_path)), None, CancelToken())
    assert isinstance(ended, ProbeEnded)
    assert ended.ok
    assert [step.step for step in steps if isinstance(step, Probed) and step.ok] == [
        ProbeStep.REACH,
        ProbeStep.WRITE,
        ProbeStep.READ,
        ProbeStep.DELETE,
        ProbeStep.ROOM,
    ]
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    gone = tmp_path / "stick"
    first, ended = probe(RemoteSettings(kind=RemoteKind.FOLDER, folder=str(gone)), None, CancelToken())
    assert isinstance(first, Probed)
    assert isinstance(ended, ProbeEnded)
    assert (first.step, first.ok, ended.ok) == (ProbeStep.REACH, False, False)
    assert not gone.exists()
