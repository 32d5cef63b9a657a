"""Fetches a finished picture from the link that a service gave: bare, without key, cookie or prompt, and again while it lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from imagegen_desktop.core.errors import ChargeState, NotReachedError, ResultUrlError
from imagegen_desktop.providers.bodies import PICTURE_LIMIT, BodyCodingError, BodyTooLargeError, decoded
from imagegen_desktop.providers.openai_errors import cancelled_with
from imagegen_desktop.providers.proxies import is_private, proxy_for
from imagegen_desktop.providers.wire import Wire, WireBackend

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

    from imagegen_desktop.core.cancel import CancelToken

# Seconds before each further try: such a link lives for minutes, and asking again is free.
PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
SECONDS_A_TRY: Final = 120.0
_REDIRECTS: Final = 3
_MENDS_ITSELF: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NETWORK_ERRORS: Final = (
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.TimeoutException,
    httpx.HTTPError,
    httpx.StreamError,
)


class _NoWayError(Exception):
    """The link can't be fetched, however often it is tried."""


class _AgainError(Exception):
    """This try failed, the next may not."""


def may_fetch(url: str, base_url: str) -> bool:
    """Whether a link in an answer from `base_url` may be followed.

    https to a public address, or anything http(s) where the endpoint itself is on this computer or the local network
    (where its links are plain http to it or its neighbours). Only literal addresses are judged, names are not looked up.
    """
    try:
        target, endpoint = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return False
    if not target.hostname or target.username is not None:
        return False
    if is_private(endpoint.hostname or ""):
        return target.scheme == "https" or (target.scheme == "http" and endpoint.scheme == "http")
    return target.scheme == "https" and not is_private(target.hostname)


def _joined(base: str, link: str) -> str:
    """`link` as seen from `base`; a link that makes no sense stays as it is, and will not be fetched."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


class ResultFetcher:
    """Fetches the pictures of one endpoint.

    `roots` gives the TLS context to trust, asked for only where a link needs it. `pauses` are the seconds before each
    further try.
    """

    def __init__(
        self,
        *,
        base_url: str,
        environ: Mapping[str, str],
        user_agent: str,
        roots: Callable[[], ssl.SSLContext],
        pauses: tuple[float, ...] = PAUSES,
        limit: int = PICTURE_LIMIT,
    ) -> None:
        self._base_url = base_url
        self._environ = environ
        self._user_agent = user_agent
        self._pauses = pauses
        self._limit = limit
        self._roots = roots

    def fetch(self, link: str, cancel: CancelToken) -> bytes:
        """The bytes behind `link`, which may be relative to the base URL.

        Raises ResultUrlError with the link, and CancelledError with charge PAID and the link.
        """
        url = _joined(f"{self._base_url.rstrip('/')}/", link)
        failures: list[str] = []
        for pause in (*self._pauses, None):
            try:
                return self._follow(url, cancel)
            except _AgainError as error:
                failures.append(str(error))
            except (_NoWayError, BodyTooLargeError, BodyCodingError, NotReachedError) as error:
                failures.append(str(error))
                break
            if pause is None or cancel.wait(pause):
                break
        if cancel.cancelled:
            stopped = cancelled_with(ChargeState.PAID)
            stopped.link = url
            raise stopped
        raise ResultUrlError("\n".join([url, *failures]), charge=ChargeState.PAID, link=url)

    def _follow(self, url: str, cancel: CancelToken) -> bytes:
        for _ in range(_REDIRECTS + 1):
            if not may_fetch(url, self._base_url):
                raise _NoWayError("the link does not lead to a place that may be fetched from (https, public)")
            found = self._once(url, cancel)
            if isinstance(found, bytes):
                return found
            url = _joined(url, found)
        raise _NoWayError(f"more than {_REDIRECTS} redirects")

    def _once(self, url: str, cancel: CancelToken) -> bytes | str:
        """The bytes, or the place that a redirect names."""
        wire = Wire(cancel, SECONDS_A_TRY)
        headers = {"accept": "image/*, */*;q=0.5", "accept-encoding": "identity", "user-agent": self._user_agent}
        try:
            with (
                httpx.Client(transport=self._transport(url, wire), trust_env=False, timeout=None) as client,  # noqa: S113 (the wire has the deadline)
                client.stream("GET", url, headers=headers, follow_redirects=False) as response,
            ):
                return self._read(response)
        except httpx.InvalidURL as error:
            raise _NoWayError(f"not an address: {error}") from None
        except _NETWORK_ERRORS as error:
            raise _AgainError(f"{type(error).__name__}: {error}") from None
        finally:
            wire.close()

    def _read(self, response: httpx.Response) -> bytes | str:
        if response.has_redirect_location:
            return response.headers["location"]
        if response.status_code in _MENDS_ITSELF:
            raise _AgainError(f"HTTP status {response.status_code}")
        if not response.is_success:
            raise _NoWayError(f"HTTP status {response.status_code}")
        body = bytearray()
        for piece in decoded(response.iter_raw(), response.headers.get("content-encoding", ""), self._limit):
            body += piece
        return bytes(body)

    def _transport(self, url: str, wire: Wire) -> httpx.BaseTransport:
        roots = self._roots() if urlsplit(url).scheme == "https" else None
        proxy = proxy_for(url, self._environ)
        # httpcore asks for a subclass but uses only the methods that the backend has.
        backend = cast("httpcore.NetworkBackend", WireBackend(wire, httpcore))
        if proxy is None:
            return _Transport(httpcore.ConnectionPool(ssl_context=roots, network_backend=backend))
        return _Transport(
            httpcore.HTTPProxy(proxy.url, proxy_auth=proxy.login, ssl_context=roots, network_backend=backend)
        )


class _Transport(httpx.BaseTransport):
    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer))

    def close(self) -> None:
        self._pool.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        return self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()
