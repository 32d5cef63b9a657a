"""A Wire is one request's way through the network: it knows whether a byte has left, and can be cut from any thread."""

from __future__ import annotations

import errno
import ipaddress
import os
import queue
import selectors
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Mapping

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.providers.reachable import Resolve

# While a name is looked up or a connection is opened there is no socket to shut down yet: the wish to stop is looked at
# this often, in seconds.
GLANCE: Final = 0.05
# A connection that is not open by then (seconds, per address) will not be.
CONNECT_SECONDS: Final = 10.0

_UNDER_WAY: Final = frozenset(
    {0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK)}
)

SocketAddress = tuple[Any, ...]


class WireCutError(ConnectionAbortedError):
    """The person's cancel cut the wire."""


class AddressRefusedError(Exception):
    """The host stands for an address that must not be connected to. The message is that address."""


class Wire:
    """One connection, one deadline, one cancel.

    `sent` turns True just before the first byte of the request itself is handed to the socket; a TLS handshake and a proxy's
    CONNECT do not count. A cancel shuts the socket down, which ends a blocked read, write or handshake at once; while a
    name is looked up or a connection is opened it is noticed within `GLANCE` seconds.

    `may_reach`, if given, is asked for every address that a host's name stands for, before any of them is connected to; what
    was asked for is what is connected to. `resolve` looks names up instead of the system.

    The sockets are shut down through duplicates that this object owns: wrapping a socket in TLS takes the number away
    from the first object (so its `shutdown` would fail during a handshake), and a duplicate can't name a stranger's socket later.
    """

    def __init__(
        self,
        cancel: CancelToken,
        seconds: float,
        *,
        may_reach: Callable[[str], bool] | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self.sent = False
        self.opened = False
        self._may_reach = may_reach
        self._resolve = resolve
        self._cancel = cancel
        self._deadline = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._handles: list[socket.socket] = []
        self._ready: socket.socket | None = None
        self._armed = False
        cancel.on_cancel(self._cut)

    @property
    def was_cut(self) -> bool:
        return self._cancel.cancelled

    def remaining(self) -> float:
        """Seconds up to the deadline. Raises TimeoutError after it, WireCutError after a cancel."""
        if self._cancel.cancelled:
            raise WireCutError("cancelled")
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time limit was reached")
        return left

    def connect(self, host: str, port: int) -> None:
        """Open the connection now, for `take` to hand over later. Raises OSError."""
        self._ready = self._open(host, port)

    def take(self, host: str, port: int) -> socket.socket:
        """The connection that `connect` opened, else a new one. Raises OSError."""
        sock, self._ready = self._ready, None
        return self._open(host, port) if sock is None else sock

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Told by httpcore of every stage: from a request's own headers on, what is written may cost money."""
        if name == "http11.send_request_headers.started" and info["request"].method != b"CONNECT":
            self._armed = True

    def about_to_write(self) -> None:
        if self._armed:
            self.sent = True

    def close(self) -> None:
        with self._lock:
            handles, self._handles = self._handles, []
        for handle in handles:
            handle.close()
        if self._ready is not None:
            self._ready.close()
            self._ready = None

    def _cut(self) -> None:
        with self._lock:
            for handle in self._handles:
                # Already gone: the other side was quicker.
                with suppress(OSError):
                    handle.shutdown(socket.SHUT_RDWR)

    def _open(self, host: str, port: int) -> socket.socket:
        failure: OSError = OSError(errno.EHOSTUNREACH, f"no address for {host}")
        found = self._addresses(host, port)
        if self._may_reach is not None:
            for *_, address in found:
                if not self._may_reach(str(address[0])):
                    raise AddressRefusedError(str(address[0]))
        for family, kind, protocol, _, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                self._connect(sock, address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                handle = sock.dup()
            except OSError as error:
                sock.close()
                if self._cancel.cancelled:
                    raise
                failure = error
                continue
            with self._lock:
                self._handles.append(handle)
            if self._cancel.cancelled:
                self._cut()
            self.opened = True
            return sock
        raise failure

    def _addresses(self, host: str, port: int) -> list[tuple[Any, ...]]:
        if _is_literal(host):
            return [*socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        # A name server that does not answer blocks for half a minute and can't be interrupted: it is left to itself.
        answer: queue.SimpleQueue[list[tuple[Any, ...]] | OSError] = queue.SimpleQueue()
        threading.Thread(
            target=_look_up, args=(host, port, self._resolve, answer), name="name look-up", daemon=True
        ).start()
        while True:
            wait = min(GLANCE, self.remaining())
            try:
                found = answer.get(timeout=wait)
            except queue.Empty:
                continue
            if isinstance(found, OSError):
                raise found
            return found

    def _connect(self, sock: socket.socket, address: SocketAddress) -> None:
        sock.setblocking(False)
        began = sock.connect_ex(address)
        if began not in _UNDER_WAY:
            raise OSError(began, os.strerror(began))
        patience = time.monotonic() + CONNECT_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(sock, selectors.EVENT_WRITE)
            while not selector.select(min(GLANCE, self.remaining())):
                if time.monotonic() > patience:
                    raise TimeoutError(errno.ETIMEDOUT, "the connection did not open in time")
        outcome = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if outcome:
            raise OSError(outcome, os.strerror(outcome))


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _look_up(
    host: str, port: int, resolve: Resolve | None, answer: queue.SimpleQueue[list[tuple[Any, ...]] | OSError]
) -> None:
    try:
        names = (host,) if resolve is None else resolve(host)
        answer.put([one for name in names for one in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)])
    except UnicodeError as error:
        answer.put(socket.gaierror(socket.EAI_NONAME, f"not a host name: {error}"))
    except OSError as error:
        answer.put(error)


class Faults(Protocol):
    """The package whose pool uses the wire: httpcore or httpcore2."""

    @property
    def WriteError(self) -> type[Exception]: ...


class WireStream:
    """A pool's view of the wire's socket: httpcore's and httpcore2's `NetworkStream`, which have the same methods.

    Timeouts that the pool asks for are not used: the wire's deadline holds for the whole exchange, so that a server that
    drips a byte a second ends too. Reading raises the plain OSError; writing raises the pool's WriteError, since the
    pool then still reads the answer that an early refusal sends.
    """

    def __init__(self, wire: Wire, sock: socket.socket, faults: Faults) -> None:
        self._wire = wire
        self._sock = sock
        self._faults = faults

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout
        self._sock.settimeout(self._wire.remaining())
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        view = memoryview(buffer)
        while view:
            self._sock.settimeout(self._wire.remaining())
            self._wire.about_to_write()
            try:
                count = self._sock.send(view)
            except OSError as error:
                raise self._faults.WriteError(str(error)) from error
            view = view[count:]

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> WireStream:
        del timeout
        self._sock.settimeout(self._wire.remaining())
        try:
            secured = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname)
        except BaseException:
            self._sock.close()
            raise
        return WireStream(self._wire, secured, self._faults)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (the pool's own signature)
        match info:
            case "socket":
                return self._sock
            case "ssl_object":
                return getattr(self._sock, "_sslobj", None)
            case "is_readable":
                with selectors.DefaultSelector() as selector:
                    selector.register(self._sock, selectors.EVENT_READ)
                    return bool(selector.select(0))
            case _:
                return None

    def close(self) -> None:
        self._sock.close()


class WireBackend:
    """Opens a pool's connections on the wire: httpcore's and httpcore2's `NetworkBackend`."""

    def __init__(self, wire: Wire, faults: Faults) -> None:
        self._wire = wire
        self._faults = faults

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> WireStream:
        del timeout, local_address, socket_options
        return WireStream(self._wire, self._wire.take(host, port), self._faults)
