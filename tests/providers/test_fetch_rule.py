"""Where a picture's link may lead: the rule holds for each step, and for the very address that is connected to."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest
from raw_server import RawServer, answer, answering

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ResultUrlError
from imagegen_desktop.providers.fetch import ResultFetcher
from imagegen_desktop.providers.reachable import Refusal, is_near, is_public, refusal_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPENAI = "https://api.openai.com/v1"
PICTURE = b"\x89PNG..."


class Names:
    """A name server: each name's addresses by turns, the last one for ever. It counts what it was asked."""

    def __init__(self, known: Mapping[str, list[tuple[str, ...]]]) -> None:
        self._known = {name: list(turns) for name, turns in known.items()}
        self.asked: list[str] = []

    def __call__(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        turns = self._known.get(host)
        if turns is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return turns.pop(0) if len(turns) > 1 else turns[0]


def fetcher(
    base_url: str, names: Names, *, public: Callable[[str], bool] = is_public, environ: Mapping[str, str] | None = None
) -> ResultFetcher:
    return ResultFetcher(
        base_url=base_url,
        environ=environ or {},
        user_agent="ImagegenDesktop/0.0",
        roots=ssl.create_default_context,
        pauses=(),
        resolve=names,
        public=public,
    )


def refused(at: ResultFetcher, url: str) -> ResultUrlError:
    with pytest.raises(ResultUrlError) as caught:
        at.fetch(url, CancelToken())
    assert caught.value.link
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "127.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 (judged, not bound)
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "not an address",
    ],
)
def test_addresses_within_private_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("192.168.1.5", True),
        ("100.64.7.7", True),
        ("fd00::5", True),
        ("::ffff:172.16.0.9", True),
        ("169.254.169.254", False),
        ("::ffff:169.254.169.254", False),
        ("fe80::1%eth0", False),
        ("0.0.0.0", False),  # noqa: S104 (judged, not bound)
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("1.1.1.1", False),
        ("not an address", False),
    ],
)
def test_servers_of_ones_own_stand_on_this_computer_or_in_a_private_network(address: str, near: bool) -> None:  # noqa: FBT001 (a case)
    assert is_near(address) is near


@pytest.mark.parametrize("host", ["169.254.169.254", "metadata", "[fe80::1]"])
def test_no_link_of_a_private_endpoint_leads_to_where_a_cloud_tells_its_machines_secrets(host: str) -> None:
    names = Names({"metadata": [("169.254.169.254",)]})
    error = refused(fetcher("http://192.168.1.5:8080/v1", names), f"http://{host}/latest/meta-data")
    assert words_of(Refusal.NOT_NEAR) in error.title


def test_a_redirect_of_a_private_endpoint_is_judged_as_its_links_are() -> None:
    away = answer(b"", status="302 Found", extra="location: http://169.254.169.254/latest/meta-data\r\n")
    with RawServer(answering(away)) as server:
        error = refused(fetcher(f"{server.origin}/v1", Names({})), f"{server.origin}/1.png")
    assert words_of(Refusal.NOT_NEAR) in error.title


def test_a_private_endpoint_may_be_wherever_it_is() -> None:
    judged: list[str] = []

    def public(address: str) -> bool:
        judged.append(address)
        return False

    names = Names({"box": [("0.0.0.0",)]})  # noqa: S104 (this computer, and no near address)
    with RawServer(answering(answer(PICTURE))) as server:
        port = server.origin.rpartition(":")[2]
        at = fetcher(f"http://box:{port}/v1", names, public=public)
        assert at.fetch(f"http://box:{port}/1.png", CancelToken()) == PICTURE
    assert judged


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("http://files.example.com/1.png", Refusal.NOT_HTTPS),
        ("https://user:pw@files.example.com/1.png", Refusal.HOLDS_PASSWORD),
        ("file:///etc/passwd", Refusal.SERVER_PATH),
        ("gopher://files.example.com/x", Refusal.NOT_WEB),
    ],
)
def test_the_form_of_a_link_is_judged_before_its_host_is_looked_up(url: str, refusal: Refusal) -> None:
    names = Names({})
    assert refusal_of(url, private_endpoint=False) is refusal
    assert words_of(refusal) in refused(fetcher(OPENAI, names), url).title
    assert "files.example.com" not in names.asked


def test_a_link_without_a_host_is_refused() -> None:
    assert refusal_of("https:///x", private_endpoint=True) is Refusal.NO_HOST
    assert refusal_of("https://[half", private_endpoint=True) is Refusal.NO_HOST


def test_every_refusal_has_its_own_sentence() -> None:
    assert len({words_of(refusal) for refusal in Refusal}) == len(Refusal)


def test_a_name_with_one_private_address_is_refused_and_nothing_is_connected_to() -> None:
    heard: list[bytes] = []
    with RawServer(answering(answer(PICTURE), heard=heard)) as server:
        port = server.origin.rpartition(":")[2]
        names = Names({"cdn.example.com": [("1.1.1.1", "127.0.0.1")], "api.openai.com": [("1.1.1.1",)]})
        error = refused(fetcher(OPENAI, names), f"https://cdn.example.com:{port}/1.png")
    assert heard == []
    assert words_of(Refusal.NOT_PUBLIC) in error.title


def test_a_name_that_changes_its_address_is_looked_up_once_and_that_one_is_judged() -> None:
    """DNS rebinding: the second answer would lead home."""
    judged: list[str] = []

    def public(address: str) -> bool:
        judged.append(address)
        return is_public(address)

    names = Names({"cdn.example.com": [("127.0.0.1",), ("1.1.1.1",)], "api.openai.com": [("1.1.1.1",)]})
    refused(fetcher(OPENAI, names, public=public), "https://cdn.example.com/1.png")
    assert names.asked.count("cdn.example.com") == 1
    assert judged[-1] == "127.0.0.1"


def test_links_of_an_endpoint_whose_name_stands_for_a_private_address_may_be_http() -> None:
    with RawServer(answering(answer(PICTURE))) as server:
        port = server.origin.rpartition(":")[2]
        names = Names({"box": [("127.0.0.1",)]})
        assert fetcher(f"http://box:{port}/v1", names).fetch(f"http://box:{port}/1.png", CancelToken()) == PICTURE


def test_a_host_that_only_a_container_knows_is_replaced_by_the_endpoints_own() -> None:
    heard: list[bytes] = []
    with RawServer(answering(answer(PICTURE), heard=heard)) as server:
        near = fetcher(f"{server.origin}/v1", Names({}))
        assert near.fetch("http://localai:8080/generated-images/1.png?x=1", CancelToken()) == PICTURE
    assert heard[0].split()[1] == b"/generated-images/1.png?x=1"


def test_a_host_that_refuses_the_connection_is_replaced_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with RawServer(answering(answer(PICTURE))) as server:
        near = fetcher(f"{server.origin}/v1", Names({}))
        assert near.fetch(f"http://127.0.0.1:{port}/1.png", CancelToken()) == PICTURE


def test_an_unreachable_host_of_a_public_endpoint_is_not_replaced() -> None:
    names = Names({"api.openai.com": [("1.1.1.1",)]})
    error = refused(fetcher(OPENAI, names), "https://nowhere.example.com/1.png")
    assert names.asked.count("nowhere.example.com") == 1
    assert words_of(Refusal.NOT_FETCHED) in error.title


@pytest.mark.parametrize("status", ["403 Forbidden", "404 Not Found", "410 Gone"])
def test_a_link_that_is_gone_is_said_to_have_expired(status: str) -> None:
    with RawServer(answering(answer(b"", status=status))) as server:
        error = refused(fetcher(f"{server.origin}/v1", Names({})), f"{server.origin}/1.png")
    assert words_of(Refusal.EXPIRED) in error.title


def test_a_path_on_the_servers_disk_is_told_as_what_it_is() -> None:
    with RawServer(answering(answer(b"", status="404 Not Found"))) as server:
        error = refused(fetcher(f"{server.origin}/v1", Names({})), "/srv/xinference/image/1.png")
    assert "b64_json" in error.title


def test_a_proxy_is_asked_for_the_judged_address_by_number() -> None:
    heard: list[bytes] = []
    no = answer(b"", status="502 Bad Gateway")
    with RawServer(answering(no, heard=heard)) as server:
        names = Names({"cdn.example.com": [("1.1.1.1",)], "api.openai.com": [("1.1.1.1",)]})
        refused(fetcher(OPENAI, names, environ={"https_proxy": server.origin}), "https://cdn.example.com/1.png")
    assert heard[0].startswith(b"CONNECT 1.1.1.1:443 ")


def test_a_proxy_is_never_asked_for_a_private_address() -> None:
    heard: list[bytes] = []
    with RawServer(answering(answer(PICTURE), heard=heard)) as server:
        names = Names({"cdn.example.com": [("10.0.0.9",)], "api.openai.com": [("1.1.1.1",)]})
        refused(fetcher(OPENAI, names, environ={"https_proxy": server.origin}), "https://cdn.example.com/1.png")
    assert heard == []


def test_where_no_name_can_be_looked_up_the_proxy_gets_the_name() -> None:
    heard: list[bytes] = []
    no = answer(b"", status="502 Bad Gateway")
    with RawServer(answering(no, heard=heard)) as server:
        refused(fetcher(OPENAI, Names({}), environ={"https_proxy": server.origin}), "https://cdn.example.com/1.png")
    assert heard[0].startswith(b"CONNECT cdn.example.com:443 ")
