"""Fetches a finished picture from the link that a service gave: bare, without key, cookie or prompt, and again while it lives."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from imagegen_desktop.core.errors import ChargeState, NotReachedError, ResultUrlError
from imagegen_desktop.providers.bodies import PICTURE_LIMIT, BodyCodingError, BodyTooLargeError, decoded
from imagegen_desktop.providers.openai_errors import cancelled_with
from imagegen_desktop.providers.proxies import is_private, proxy_for
from imagegen_desktop.providers.reachable import Refusal, is_near, is_public, refusal_of, words_of
from imagegen_desktop.providers.wire import AddressRefusedError, Wire, WireBackend

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Mapping

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.providers.proxies import Proxy
    from imagegen_desktop.providers.reachable import Resolve

# Seconds before each further try: such a link lives for minutes, and asking again is free.
PAUSES: Final = (0.5, 1.0, 2.0, 4.0)
SECONDS_A_TRY: Final = 120.0
_REDIRECTS: Final = 3
# Amazon answers 403 for a presigned link that has expired.
_GONE: Final = frozenset({403, 404, 410})
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

    def __init__(self, reason: Refusal, details: str) -> None:
        super().__init__(details)
        self.reason = reason


class _AgainError(Exception):
    """This try failed, the next may not. `unreached`: not even a connection was opened."""

    def __init__(self, details: str, *, unreached: bool = False) -> None:
        super().__init__(details)
        self.unreached = unreached


def _joined(base: str, link: str) -> str:
    """`link` as seen from `base`; a link that makes no sense stays as it is, and will not be fetched."""
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def system_addresses(host: str) -> tuple[str, ...]:
    """What a host's name stands for here. Raises OSError."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, str(error)) from None
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class ResultFetcher:
    """Fetches the pictures of one endpoint.

    `roots` gives the TLS context to trust, asked for only where a link needs it. `pauses` are the seconds before each
    further try. `resolve` looks up names, `public` judges addresses.

    A link is followed over at most 3 redirects, each step under the same rule: https, to a host all of whose addresses are
    public, and the connection goes to an address that was judged. Where the endpoint itself is private (by its literal
    address or by all that its name stands for), http and addresses of that kind are allowed too, and a link whose host can't
    be reached is tried on the endpoint's own: servers in containers name hosts that only they know.

    Behind an HTTP proxy the proxy is asked for the judged address by number. Where this computer can't look names up, the
    proxy does, and then only the name's form can be judged.
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
        resolve: Resolve = system_addresses,
        public: Callable[[str], bool] = is_public,
    ) -> None:
        self._base_url = base_url
        self._environ = environ
        self._user_agent = user_agent
        self._pauses = pauses
        self._limit = limit
        self._roots = roots
        self._resolve = resolve
        self._public = public
        self._private: bool | None = None

    def fetch(self, link: str, cancel: CancelToken) -> bytes:
        """The bytes behind `link`, which may be relative to the base URL.

        Raises ResultUrlError with the link, and CancelledError with charge PAID and the link.
        """
        relative = "://" not in link
        url = _joined(f"{self._base_url.rstrip('/')}/", link)
        failures: list[str] = []
        reason = Refusal.NOT_FETCHED
        for pause in (*self._pauses, None):
            try:
                return self._follow(url, cancel)
            except _AgainError as error:
                failures.append(str(error))
            except _NoWayError as error:
                failures.append(str(error))
                # A path on the server's disk looks like a link relative to it, until it is asked for.
                reason = Refusal.SERVER_PATH if relative and error.reason is Refusal.EXPIRED else error.reason
                break
            except BodyTooLargeError as error:
                failures.append(str(error))
                reason = Refusal.TOO_LARGE
                break
            except (BodyCodingError, NotReachedError) as error:
                failures.append(str(error))
                break
            if pause is None or cancel.wait(pause):
                break
        if cancel.cancelled:
            stopped = cancelled_with(ChargeState.PAID)
            stopped.link = url
            raise stopped
        raise ResultUrlError(
            "\n".join([url, *failures]),
            title=f"The picture was made, but not fetched. {words_of(reason)}",
            charge=ChargeState.PAID,
            link=url,
        )

    def _follow(self, url: str, cancel: CancelToken) -> bytes:
        for _ in range(_REDIRECTS + 1):
            refusal = refusal_of(url, private_endpoint=self._endpoint_is_private())
            if refusal is not None:
                raise _NoWayError(refusal, words_of(refusal))
            try:
                found = self._once(url, cancel)
            except _AgainError as error:
                elsewhere = self._on_the_endpoint(url)
                if not error.unreached or elsewhere is None or cancel.cancelled:
                    raise
                found = self._once(elsewhere, cancel)
            if isinstance(found, bytes):
                return found
            url = _joined(url, found)
        raise _NoWayError(Refusal.TOO_MANY_REDIRECTS, f"more than {_REDIRECTS} redirects")

    def _endpoint_is_private(self) -> bool:
        if self._private is None:
            host = urlsplit(self._base_url).hostname or ""
            self._private = is_private(host) or self._leads_home(host)
        return self._private

    def _leads_home(self, host: str) -> bool:
        try:
            found = self._resolve(host)
        except OSError:
            return False
        return bool(found) and not any(self._public(address) for address in found)

    def _may_be_near(self, address: str) -> bool:
        """The rule for links of a private endpoint: what is public, what is near, and wherever the endpoint itself is."""
        if self._public(address) or is_near(address):
            return True
        host = urlsplit(self._base_url).hostname or ""
        try:
            return address in {host, *self._resolve(host)}
        except OSError:
            return address == host

    def _on_the_endpoint(self, url: str) -> str | None:
        """The same path on a private endpoint's own host; None where that is no other place."""
        if not self._endpoint_is_private():
            return None
        link, endpoint = urlsplit(url), urlsplit(self._base_url)
        if link.netloc == endpoint.netloc:
            return None
        return link._replace(scheme=endpoint.scheme, netloc=endpoint.netloc).geturl()

    def _once(self, url: str, cancel: CancelToken) -> bytes | str:
        """The bytes, or the place that a redirect names."""
        proxy = proxy_for(url, self._environ)
        free = self._endpoint_is_private()
        wire = Wire(
            cancel,
            SECONDS_A_TRY,
            may_reach=None if proxy is not None else self._may_be_near if free else self._public,
            resolve=self._resolve,
        )
        headers = {"accept": "image/*, */*;q=0.5", "accept-encoding": "identity", "user-agent": self._user_agent}
        aim = url if free or proxy is None else self._judged(url)
        extensions: dict[str, str] = {}
        if aim != url:
            parts = urlsplit(url)
            headers["host"] = parts.netloc
            extensions["sni_hostname"] = parts.hostname or ""
        try:
            with (
                httpx.Client(transport=self._transport(url, wire, proxy), trust_env=False, timeout=None) as client,  # noqa: S113 (the wire has the deadline)
                client.stream("GET", aim, headers=headers, follow_redirects=False, extensions=extensions) as response,
            ):
                return self._read(response)
        except httpx.InvalidURL as error:
            raise _NoWayError(Refusal.NOT_WEB, f"not an address: {error}") from None
        except AddressRefusedError as error:
            reason = Refusal.NOT_NEAR if free else Refusal.NOT_PUBLIC
            raise _NoWayError(reason, f"{urlsplit(url).hostname} stands for {error}") from None
        except _NETWORK_ERRORS as error:
            raise _AgainError(f"{type(error).__name__}: {error}", unreached=not wire.opened) from None
        finally:
            wire.close()

    def _judged(self, url: str) -> str:
        """The address by number that a proxy is asked for; by name where this computer can't look names up."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        try:
            found = self._resolve(host)
        except OSError:
            return url
        for address in found:
            if not self._public(address):
                raise _NoWayError(Refusal.NOT_PUBLIC, f"{host} stands for {address}")
        literal = f"[{found[0]}]" if ":" in found[0] else found[0]
        return parts._replace(netloc=f"{literal}:{parts.port}" if parts.port else literal).geturl()

    def _read(self, response: httpx.Response) -> bytes | str:
        if response.has_redirect_location:
            return response.headers["location"]
        if response.status_code in _MENDS_ITSELF:
            raise _AgainError(f"HTTP status {response.status_code}")
        if not response.is_success:
            gone = response.status_code in _GONE
            raise _NoWayError(Refusal.EXPIRED if gone else Refusal.NOT_FETCHED, f"HTTP status {response.status_code}")
        body = bytearray()
        for piece in decoded(response.iter_raw(), response.headers.get("content-encoding", ""), self._limit):
            body += piece
        return bytes(body)

    def _transport(self, url: str, wire: Wire, proxy: Proxy | None) -> httpx.BaseTransport:
        roots = self._roots() if urlsplit(url).scheme == "https" else None
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
                extensions=request.extensions,
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
