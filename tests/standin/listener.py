"""A listening socket on loopback with a thread for each connection, all of which end at the stop."""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HOST = "127.0.0.1"
_JOIN_SECONDS = 20.0


class Listener(http.server.ThreadingHTTPServer):
    """Starts listening and answering at once. `failures` holds what the stand-in itself did wrong."""

    request_queue_size = 64
    # The threads are joined in `stop`, which first wakes those that wait for a client that hangs.
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, handler: Callable[[Any, Any, Any], http.server.BaseHTTPRequestHandler]) -> None:
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, socket.socket] = {}
        super().__init__((HOST, port), handler)
        self._accepting = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, name="standin accepts", daemon=True
        )
        self._accepting.start()

    @property
    def origin(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """As HTTPServer does, without asking the name service for the host's full name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self._serve_connection, args=(request, client_address), name="standin connection", daemon=True
        )
        with self._lock:
            self._connections[thread] = request
        thread.start()

    def _serve_connection(self, request: Any, client_address: Any) -> None:
        self.process_request_thread(request, client_address)
        with self._lock:
            del self._connections[threading.current_thread()]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (the base class's names)
        problem = sys.exc_info()[1]
        # A client that went away is an everyday event, anything else is a fault of the stand-in.
        if problem is not None and not isinstance(problem, ConnectionError):
            self.failures.append(problem)

    def stop(self) -> None:
        """Close every socket and join every thread. Raises RuntimeError if one does not end."""
        self.shutdown()
        self._accepting.join(_JOIN_SECONDS)
        with self._lock:
            open_now = dict(self._connections)
        for connection in open_now.values():
            # It may have closed itself a moment ago.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()
        for thread in open_now:
            thread.join(_JOIN_SECONDS)
        if self._accepting.is_alive() or any(thread.is_alive() for thread in open_now):
            raise RuntimeError("a thread of the stand-in did not end")
