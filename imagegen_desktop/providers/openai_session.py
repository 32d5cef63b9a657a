"""One request to an OpenAI-compatible service on a connection of its own."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import httpx2
import openai

from imagegen_desktop.core.errors import ChargeState, NotCompatibleError
from imagegen_desktop.providers.access import Access, access_headers
from imagegen_desktop.providers.bodies import BodyCodingError, BodySink, BodyTooLargeError
from imagegen_desktop.providers.complaints import complaint_from_body, request_id_of
from imagegen_desktop.providers.openai_errors import ErrorDoor, cancelled_with
from imagegen_desktop.providers.openai_transport import (
    NETWORK_ERRORS,
    OpenAITransport,
    ends_with_the_connection,
)
from imagegen_desktop.providers.proxies import proxy_for
from imagegen_desktop.providers.wire import Wire

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from openai import APIResponse

    from imagegen_desktop.core.cancel import CancelToken

Send: TypeAlias = "Callable[[openai.OpenAI], AbstractContextManager[APIResponse[Any]]]"
# The SDK insists on a key; the real one is added below it, in the transport.
_NOT_A_KEY: Final = "unused"
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The head of a 2xx answer, and its body still to be read from `pieces`.

    `unmarked_end`: only the end of the connection tells where the body ends, so that a cut can't be told from an end.
    """

    content_type: str
    request_id: str
    unmarked_end: bool
    pieces: Iterator[bytes]

    def whole(self) -> bytearray:
        body = bytearray()
        for piece in self.pieces:
            body += piece
        return body


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A base URL taken apart. `query` is what stood behind a question mark (Azure's api-version), sent with every request."""

    url: str
    scheme: str
    host: str
    port: int
    query: tuple[tuple[str, str], ...]


def address_of(base_url: str) -> Address:
    """Raises NotCompatibleError for what is not an http(s) address."""
    try:
        split = urlsplit(base_url.strip())
        port = split.port
    except ValueError as error:
        raise _no_address(base_url, str(error)) from None
    if split.scheme not in _PORTS or not split.hostname or split.username is not None:
        raise _no_address(base_url, "http:// or https:// and a host are needed")
    bare = urlunsplit((split.scheme, split.netloc, split.path, "", ""))
    return Address(
        url=bare,
        scheme=split.scheme,
        host=split.hostname,
        port=port or _PORTS[split.scheme],
        query=tuple(parse_qsl(split.query, keep_blank_values=True)),
    )


def _no_address(base_url: str, reason: str) -> NotCompatibleError:
    return NotCompatibleError(
        f"{base_url!r}: {reason}",
        title="The base URL is not a web address",
        advice="It begins with https:// (or http:// for a server of your own), and most end with /v1.",
        charge=ChargeState.FREE,
    )


class Session:
    """Connects, sends once, and hands the answer over. Every failure leaves through the one door.

    `seconds` is the time limit of the whole exchange, `limit` the largest answer in bytes, decoded.
    """

    def __init__(
        self,
        *,
        address: Address,
        access: Access,
        environ: Mapping[str, str],
        roots: ssl.SSLContext | None,
        user_agent: str,
        seconds: float,
        limit: int,
        cancel: CancelToken,
        sink: BodySink | None = None,
    ) -> None:
        self._address = address
        self._access = access
        self._environ = environ
        self._roots = roots
        self._user_agent = user_agent
        self._limit = limit
        self._cancel = cancel
        self._sink = sink
        self._door = ErrorDoor(host=address.host, key=access.key, seconds=seconds, others=access.others)
        self._wire = Wire(cancel, seconds)

    @property
    def door(self) -> ErrorDoor:
        return self._door

    @property
    def sent(self) -> bool:
        return self._wire.sent

    def close(self) -> None:
        self._wire.close()

    def connect(self) -> None:
        """Open the connection, to the proxy if there is one. Nothing is sent, so whatever goes wrong is free."""
        with self._translated():
            proxy = proxy_for(self._address.url, self._environ)
            host, port = (self._address.host, self._address.port) if proxy is None else (proxy.host, proxy.port)
            self._wire.connect(host, port)

    @contextmanager
    def answer_to(self, send: Send) -> Generator[Answer]:
        """Send the request, once, and give the answer while it arrives.

        Raises ImagegenError, also for what happens to the body inside the with block.
        """
        with self._translated(), self._client() as client, send(client) as response:
            headers = response.headers
            yield Answer(
                content_type=headers.get("content-type", ""),
                request_id=request_id_of(headers),
                unmarked_end=ends_with_the_connection(response.http_response.headers),
                pieces=response.iter_bytes(),
            )

    def listing(self, path: str) -> tuple[bytearray, str]:
        """GET `path`, relative to the base URL unless it begins with a slash: the body and its content type."""
        at = self._address
        url = urlunsplit((at.scheme, urlsplit(at.url).netloc, path, "", "")) if path.startswith("/") else path
        with self._translated(), self._client() as client:
            response = client.get(url, cast_to=httpx2.Response)
            return bytearray(response.content), response.headers.get("content-type", "")

    def _client(self) -> openai.OpenAI:
        proxy = proxy_for(self._address.url, self._environ)
        transport = OpenAITransport(
            wire=self._wire,
            proxy=proxy,
            roots=self._roots,
            own_headers=access_headers(self._access),
            user_agent=self._user_agent,
            limit=self._limit,
            sink=self._sink,
        )
        # Every argument that the SDK would else take from the environment is given, and no proxy, .netrc or redirect is obeyed.
        return openai.OpenAI(
            api_key=_NOT_A_KEY,
            admin_api_key=_NOT_A_KEY,
            organization="",
            project="",
            webhook_secret=_NOT_A_KEY,
            base_url=self._address.url,
            max_retries=0,
            timeout=None,
            default_query=dict(self._address.query),
            http_client=httpx2.Client(transport=transport, trust_env=False, follow_redirects=False, timeout=None),
        )

    @contextmanager
    def _translated(self) -> Generator[None]:
        if self._cancel.cancelled:
            raise cancelled_with(ChargeState.UNKNOWN if self._wire.sent else ChargeState.FREE)
        try:
            yield
        except openai.APIStatusError as error:
            raise self._from_status(error) from None
        except (*NETWORK_ERRORS, BodyTooLargeError, BodyCodingError, openai.OpenAIError) as error:
            raise self._door.from_network(error, sent=self._wire.sent, cancelled=self._cancel.cancelled) from None

    def _from_status(self, error: openai.APIStatusError) -> Exception:
        headers = {name.lower(): value for name, value in error.response.headers.items()}
        complaint = complaint_from_body(error.status_code, headers, error.response.text, datetime.now(UTC))
        found = self._door.from_service(complaint)
        # The service's word on the charge stands, though nobody waits for its answer any more.
        return cancelled_with(found.charge or ChargeState.UNKNOWN) if self._cancel.cancelled else found


def read_json(body: bytearray) -> object:
    """The body as JSON; raises ValueError if it is none (deep nesting included)."""
    text = body.decode("utf-8")
    body.clear()
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None
