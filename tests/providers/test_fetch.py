"""A finished picture is fetched from its link, again while that may help, and never from where it must not be."""

from __future__ import annotations

import socket
import ssl

import pytest
from raw_server import RawServer, answer, answering

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import CancelledError, ChargeState, ResultUrlError
from imagegen_desktop.providers.fetch import ResultFetcher

LOCAL = "http://127.0.0.1:8080/v1"
OPENAI = "https://api.openai.com/v1"
PICTURE = b"\x89PNG..."


def fetcher(base_url: str = LOCAL, *, limit: int = 1000) -> ResultFetcher:
    return ResultFetcher(
        base_url=base_url,
        environ={},
        user_agent="ImagegenDesktop/0.0",
        roots=ssl.create_default_context,
        pauses=(0.0, 0.0),
        limit=limit,
    )


def fetch(url: str, **settings: int) -> bytes:
    return fetcher(**settings).fetch(url, CancelToken())


def redirect(place: str) -> bytes:
    return answer(b"", status="302 Found", extra=f"location: {place}\r\n")


BROKEN = answer(b"", status="500 Internal Server Error")
CUT = b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf"


@pytest.mark.parametrize("failures", [[BROKEN], [CUT, BROKEN], [b""], [answer(b"", status="429 Too Many Requests")]])
def test_a_try_that_may_help_is_made_again(failures: list[bytes]) -> None:
    heard: list[bytes] = []
    with RawServer(answering(*failures, answer(PICTURE), heard=heard)) as server:
        assert fetch(f"{server.origin}/1.png") == PICTURE
    assert len(heard) == len(failures) + 1


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "410 Gone", "401 Unauthorized"])
def test_a_link_that_has_expired_is_not_tried_again(status: str) -> None:
    heard: list[bytes] = []
    with RawServer(answering(answer(b"", status=status), heard=heard)) as server:
        url = f"{server.origin}/1.png"
        with pytest.raises(ResultUrlError) as caught:
            fetch(url)
    assert len(heard) == 1
    assert caught.value.link == url
    assert caught.value.charge is ChargeState.PAID
    assert status[:3] in caught.value.details


def test_the_tries_have_an_end_and_all_of_them_are_told() -> None:
    heard: list[bytes] = []
    with RawServer(answering(BROKEN, CUT, BROKEN, heard=heard)) as server, pytest.raises(ResultUrlError) as caught:
        fetch(f"{server.origin}/1.png")
    assert len(heard) == 3
    assert len(caught.value.details.splitlines()) == 4


def test_a_link_relative_to_the_endpoint_is_understood() -> None:
    heard: list[bytes] = []
    with RawServer(answering(answer(PICTURE), heard=heard)) as server:
        near = fetcher(f"{server.origin}/v1")
        near.fetch("/files/1.png", CancelToken())
        near.fetch("files/1.png", CancelToken())
    assert [request.split()[1] for request in heard] == [b"/files/1.png", b"/v1/files/1.png"]


def test_a_redirect_is_followed_three_times_at_most() -> None:
    with RawServer(answering(redirect("/a"), redirect("b"), redirect("/c"), answer(PICTURE))) as server:
        assert fetch(f"{server.origin}/1.png") == PICTURE
    heard: list[bytes] = []
    with RawServer(answering(redirect("/again"), heard=heard)) as server, pytest.raises(ResultUrlError) as caught:
        fetch(f"{server.origin}/1.png")
    assert len(heard) == 4
    assert "redirects" in caught.value.details


@pytest.mark.parametrize("link", ["http://[half", "http://127.0.0.1:port/x", "http://", "\x00", "http://127.0.0.1/\n"])
def test_a_link_that_makes_no_sense_is_given_back(link: str) -> None:
    with pytest.raises(ResultUrlError) as caught:
        fetcher(OPENAI).fetch(link, CancelToken())
    assert caught.value.link


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://me:pw@127.0.0.1/x"])
def test_a_redirect_obeys_the_same_rule(place: str) -> None:
    with RawServer(answering(redirect(place))) as server, pytest.raises(ResultUrlError):
        fetch(f"{server.origin}/1.png")


def test_a_picture_without_end_is_cut_off() -> None:
    with RawServer(answering(answer(b"x" * 1001))) as server, pytest.raises(ResultUrlError) as caught:
        fetch(f"{server.origin}/1.png")
    assert "larger than" in caught.value.details


def test_nothing_of_the_request_goes_along() -> None:
    heard: list[bytes] = []
    with RawServer(answering(answer(PICTURE, extra="set-cookie: a=b\r\n"), heard=heard)) as server:
        near = fetcher()
        near.fetch(f"{server.origin}/1.png", CancelToken())
        near.fetch(f"{server.origin}/1.png", CancelToken())
    names = {line.split(b":")[0].lower() for request in heard for line in request.split(b"\r\n")[1:] if line}
    assert names == {b"host", b"accept", b"accept-encoding", b"user-agent", b"connection"}


def test_where_nothing_answers_the_link_is_given_back() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://127.0.0.1:{port}/1.png"
    with pytest.raises(ResultUrlError) as caught:
        fetch(url)
    assert caught.value.link == url


def test_a_cancel_says_paid_and_gives_the_link() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError) as caught:
        fetcher().fetch("http://127.0.0.1:9/1.png", cancel)
    assert caught.value.charge is ChargeState.PAID
    assert caught.value.link == "http://127.0.0.1:9/1.png"
