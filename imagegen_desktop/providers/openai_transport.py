"""The only way by which a request leaves for an OpenAI-compatible service, and its answer comes back.

It stands below the SDK and decides alone what is on the wire: which headers leave (the key is added here, so the SDK never
holds it; whatever the environment made the SDK add is dropped), through which proxy, that no compression is asked for, how
large an answer may be, and that every piece of it passes the sink before anything is made of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import httpcore2
import httpx2

from imagegen_desktop.providers.bodies import BodySink, decoded
from imagegen_desktop.providers.wire import Wire, WireBackend, WireCutError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Sequence

    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.providers.proxies import Proxy

# Everything else that the SDK adds (x-stainless-*, organisation, project, headers from OPENAI_CUSTOM_HEADERS) stays here.
_LEAVING: Final = frozenset({b"host", b"accept", b"content-type", b"content-length", b"transfer-encoding"})

# What the network, and the two packages above it, can raise while a request is on its way.
NETWORK_ERRORS: Final = (
    OSError,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
)


def trusted_roots() -> ssl.SSLContext:
    """TLS as the SDK does it: the operating system's store, or SSL_CERT_FILE; always verified. Takes some 20 ms."""
    return httpcore2.default_ssl_context()


class OpenAITransport(httpx2.BaseTransport):
    """Carries one request over `wire`. `limit` is in bytes of the decoded answer.

    `own_headers` are the key's and the endpoint's own, whole, their names in small letters.
    """

    def __init__(
        self,
        *,
        wire: Wire,
        proxy: Proxy | None,
        roots: ssl.SSLContext | None,
        own_headers: Sequence[tuple[bytes, Secret]],
        user_agent: str,
        limit: int,
        sink: BodySink | None = None,
    ) -> None:
        self._wire = wire
        self._limit = limit
        self._sink = sink
        self._own = [(b"accept-encoding", b"identity"), (b"user-agent", user_agent.encode())]
        self._own += [(name, value.reveal().encode()) for name, value in own_headers]
        # The two packages ask for a subclass but use only the methods that the backend has.
        backend = cast("httpcore2.NetworkBackend", WireBackend(wire, httpcore2))
        if proxy is None:
            self._pool = httpcore2.ConnectionPool(ssl_context=roots, network_backend=backend)
        else:
            self._pool = httpcore2.HTTPProxy(
                proxy.url, proxy_auth=proxy.login, ssl_context=roots, network_backend=backend
            )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=[(name, value) for name, value in request.headers.raw if name.lower() in _LEAVING] + self._own,
                content=cast("httpx2.SyncByteStream", request.stream),
                extensions={"trace": self._wire.trace},
            )
        )
        headers = httpx2.Headers(answer.headers)
        body = _Body(answer, headers, self._wire, self._limit, self._sink)
        # What is passed on is plain: httpx2 must not inflate it again, without a limit.
        headers.pop("content-encoding", None)
        return httpx2.Response(answer.status, headers=headers, stream=body)

    def close(self) -> None:
        self._pool.close()


def ends_with_the_connection(headers: httpx2.Headers) -> bool:
    """True if nothing but the end of the connection tells where the body ends, so that a cut looks like an end."""
    return "content-length" not in headers and "chunked" not in headers.get("transfer-encoding", "").lower()


class _Body(httpx2.SyncByteStream):
    def __init__(
        self, answer: httpcore2.Response, headers: httpx2.Headers, wire: Wire, limit: int, sink: BodySink | None
    ) -> None:
        self._answer = answer
        self._coding = headers.get("content-encoding", "")
        self._content_type = headers.get("content-type", "")
        self._unmarked_end = ends_with_the_connection(headers)
        self._wire = wire
        self._limit = limit
        self._sink = sink

    def __iter__(self) -> Iterator[bytes]:
        if self._sink is not None:
            self._sink.answered(self._answer.status, self._content_type)
        for piece in decoded(self._answer.iter_stream(), self._coding, self._limit):
            if self._sink is not None:
                self._sink.arrived(piece)
            yield piece
        if self._unmarked_end and self._wire.was_cut:
            raise WireCutError("cancelled")
        if self._sink is not None:
            self._sink.ended()

    def close(self) -> None:
        self._answer.close()
