"""What is on the wire: which headers leave, by which way, under whose eyes."""

from __future__ import annotations

import base64
import gzip
import ipaddress
import os
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openai_client import OpenAIClient, cancelled_while
from raw_server import RawServer, answer, answering, read_request

from imagegen_desktop.core import errors
from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.steps import GeneratedImage
from standin import Family, Fault, StandIn

if TYPE_CHECKING:
    import socket

PICTURE = answer(b'{"data": [{"b64_json": "MDEy"}]}')
HOSTILE = {
    "OPENAI_API_KEY": "sk-hostile",
    "OPENAI_ADMIN_KEY": "sk-hostile-admin",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/hostile",
    "OPENAI_ORG_ID": "org-hostile",
    "OPENAI_PROJECT_ID": "proj-hostile",
    "OPENAI_CUSTOM_HEADERS": "X-Hostile: 1\nAuthorization: Bearer sk-hostile",
    "OPENAI_LOG": "debug",
    "HTTP_PROXY": "http://127.0.0.1:9",
}


def test_only_the_named_headers_leave() -> None:
    with StandIn() as server:
        OpenAIClient(server.base_url).generate()
        headers = server.requests[0].headers
    assert headers == {
        "host": server.base_url.split("/")[2],
        "accept": headers["accept"],
        "content-type": "application/json",
        "content-length": headers["content-length"],
        "accept-encoding": "identity",
        "user-agent": "ImagegenDesktop/0.0",
        "authorization": "Bearer sk-test",
    }


def test_the_environment_can_not_turn_a_request_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    with StandIn() as server:
        OpenAIClient(server.base_url).generate()
        headers = server.requests[0].headers
    assert headers["authorization"] == "Bearer sk-test"
    assert "hostile" not in str(headers)


def test_without_a_key_no_authorization_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    with StandIn(family=Family.SDCPP) as server:
        OpenAIClient(server.base_url, key=None).generate()
        assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("key", [None, Secret(""), Secret("  \n")])
def test_openai_itself_is_not_asked_without_a_key(key: Secret | None) -> None:
    client = OpenAIClient("https://api.openai.com/v1", key=key, environ={"HTTPS_PROXY": "http://127.0.0.1:9"})
    with pytest.raises(errors.NoKeyError) as caught:
        client.generate()
    assert caught.value.charge is ChargeState.FREE
    assert caught.value.link


def test_a_key_is_stripped_before_it_is_used() -> None:
    with StandIn() as server:
        OpenAIClient(server.base_url, key=Secret(" sk-test\r\n")).generate()
        assert server.requests[0].headers["authorization"] == "Bearer sk-test"


@pytest.mark.parametrize("text", ["sk-one\nsk-two", "sk-te\u200bst", "my key is sk-x", "sk-\x00"])
def test_a_key_that_no_header_can_hold_is_refused_unsent_and_unquoted(text: str) -> None:
    with StandIn() as server:
        with pytest.raises(errors.KeyRefusedError) as caught:
            OpenAIClient(server.base_url, key=Secret(text)).generate()
        assert not server.requests
    assert caught.value.charge is ChargeState.FREE
    assert text not in caught.value.details


def test_half_a_surrogate_pair_does_not_stop_a_prompt() -> None:
    with StandIn() as server:
        OpenAIClient(server.base_url).generate(prompt="a cat \ud83d")
        sent = server.requests[0].json
    assert sent is not None
    assert sent["prompt"] == "a cat ?"


def test_the_base_url_is_used_verbatim_with_its_query() -> None:
    heard: list[bytes] = []
    with RawServer(answering(PICTURE, heard=heard)) as server:
        OpenAIClient(f"{server.origin}/openai/deep/?api-version=preview").generate()
    assert heard[0].startswith(b"POST /openai/deep/images/generations?api-version=preview HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "url", ["", "api.openai.com/v1", "ftp://host/v1", "http://", "https://u:p@host/v1", "http://h:x/"]
)
def test_what_is_no_web_address_is_told_as_such(url: str) -> None:
    with pytest.raises(errors.NotCompatibleError) as caught:
        OpenAIClient(url).generate()
    assert caught.value.charge is ChargeState.FREE
    assert "web address" in caught.value.title


def test_a_redirect_is_not_followed_and_the_other_side_sees_nothing() -> None:
    with StandIn(faults=[Fault.REDIRECT]) as server:
        with pytest.raises(errors.NotCompatibleError) as caught:
            OpenAIClient(server.base_url).generate()
        assert not server.strayed
        assert not server.bill
    assert server.elsewhere.removeprefix("http://") in caught.value.details


def test_a_compressed_answer_that_nobody_asked_for_is_still_read() -> None:

    body = gzip.compress(b'{"data": [{"b64_json": "MDEy"}]}')
    for coding in ("gzip", "GZIP"):
        with RawServer(answering(answer(body, extra=f"content-encoding: {coding}\r\n"))) as server:
            steps = OpenAIClient(f"{server.origin}/v1").generate()
        assert isinstance(steps[-1], GeneratedImage)


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_compression_that_can_not_be_undone_is_a_bad_answer(coding: str) -> None:
    garbled = answer(b"\x00\x01 no such thing", extra=f"content-encoding: {coding}\r\n")
    with RawServer(answering(garbled)) as server, pytest.raises(errors.BadAnswerError):
        OpenAIClient(f"{server.origin}/v1").generate()


# ---- proxies ----


def test_a_request_goes_through_the_proxy_that_the_environment_names() -> None:
    heard: list[bytes] = []
    with RawServer(answering(PICTURE, heard=heard)) as proxy:
        environ = {"HTTP_PROXY": f"http://me:pass%20word@127.0.0.1:{proxy.port}"}
        OpenAIClient("http://images.test/v1", environ=environ).generate()
    head = heard[0].partition(b"\r\n\r\n")[0]
    assert head.startswith(b"POST http://images.test/v1/images/generations HTTP/1.1\r\n")
    assert base64.b64encode(b"me:pass word") in head


def test_this_computer_is_never_reached_through_a_proxy() -> None:
    with StandIn() as server:
        steps = OpenAIClient(server.base_url, environ={"HTTP_PROXY": "http://127.0.0.1:9"}).generate()
    assert isinstance(steps[-1], GeneratedImage)


def test_a_proxy_that_lets_nothing_through_costs_nothing() -> None:
    with RawServer(answering(answer(b"no", status="407 Proxy Authentication Required"))) as proxy:
        environ = {"HTTPS_PROXY": f"127.0.0.1:{proxy.port}"}
        with pytest.raises(errors.NotReachedError) as caught:
            OpenAIClient("https://images.test/v1", environ=environ).generate()
    assert caught.value.charge is ChargeState.FREE
    assert "proxy" in caught.value.title


# ---- TLS ----


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a key and a certificate that it signed itself, for 127.0.0.1 and images.test."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 (on Linux only)
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 (on Linux only)

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "images.test")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("images.test")]
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + signed.public_bytes(serialization.Encoding.PEM))
    return file


def secured(certificate: Path, heard: list[bytes], *, tunnel: bool = False) -> RawServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def handle(connection: socket.socket) -> None:
        if tunnel:
            heard.append(read_request(connection))
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(connection, server_side=True) as inner:
            heard.append(read_request(inner))
            inner.sendall(PICTURE)

    return RawServer(handle)


def test_a_certificate_that_nobody_vouches_for_ends_it_before_a_byte_is_sent(certificate: Path) -> None:
    heard: list[bytes] = []
    with secured(certificate, heard) as server, pytest.raises(errors.TlsError) as caught:
        OpenAIClient(f"https://127.0.0.1:{server.port}/v1").generate()
    assert caught.value.charge is ChargeState.FREE
    assert not heard


def test_a_certificate_that_the_person_trusts_is_accepted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    heard: list[bytes] = []
    with secured(certificate, heard) as server:
        steps = OpenAIClient(f"https://127.0.0.1:{server.port}/v1").generate()
    assert isinstance(steps[-1], GeneratedImage)
    assert b"Bearer sk-test" in heard[0]


def test_a_proxy_on_the_way_to_a_secured_service_sees_only_its_name(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    heard: list[bytes] = []
    with secured(certificate, heard, tunnel=True) as proxy:
        environ = {"https_proxy": f"http://127.0.0.1:{proxy.port}"}
        steps = OpenAIClient("https://images.test/v1", environ=environ).generate()
    assert isinstance(steps[-1], GeneratedImage)
    seen, inner = heard
    assert seen.startswith(b"CONNECT images.test:443 HTTP/1.1\r\n")
    assert b"sk-test" not in seen
    assert b"cat" not in seen
    assert inner.startswith(b"POST /v1/images/generations HTTP/1.1\r\n")


def test_a_service_without_tls_behind_https_is_told_as_such_and_free() -> None:
    def shocked(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer(b"", status="400 Bad Request"))

    with RawServer(shocked) as server, pytest.raises(errors.TlsError) as caught:
        OpenAIClient(f"https://127.0.0.1:{server.port}/v1").generate()
    assert caught.value.charge is ChargeState.FREE
    assert "http://" in caught.value.advice


def test_a_cancel_ends_the_wait_for_a_secured_answer(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    moment = threading.Event()

    def silent(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as inner:
            read_request(inner)
            moment.set()
            inner.recv(1)

    with RawServer(silent) as server:
        error = cancelled_while(OpenAIClient(f"https://127.0.0.1:{server.port}/v1"), moment, timeout=600.0)
    assert error.charge is ChargeState.UNKNOWN


# ---- start-up ----


def test_importing_the_provider_imports_neither_the_sdk_nor_an_http_library() -> None:
    script = (
        "import sys; import imagegen_desktop.providers.openai_provider as p; "
        "early = {'openai', 'httpx', 'httpx2', 'httpcore', 'httpcore2', 'pydantic'} & set(sys.modules); "
        "p.warm_up(); late = {'openai', 'openai.resources.images', 'httpx'} - set(sys.modules); "
        "print(sorted(early), sorted(late))"
    )
    root = Path(__file__).parent.parent.parent
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stdout.strip() == "[] []"
