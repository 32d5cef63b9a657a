"""Answers each connection with a function: for what no well-behaved HTTP server can be made to do."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

PATIENCE = 20.0


class RawServer:
    """Serves one connection after the other on a thread of its own. `handle` gets the open socket, which is closed for it."""

    def __init__(self, handle: Callable[[socket.socket], None]) -> None:
        self._handle = handle
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="raw server")
        self._stopping = threading.Event()

    @property
    def port(self) -> int:
        return self._listening.getsockname()[1]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), PATIENCE):
            pass
        self._thread.join(PATIENCE)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                if self._stopping.is_set():
                    return
                connection.settimeout(PATIENCE)
                # A client that is gone is what many of these tests are about.
                with contextlib.suppress(OSError):
                    self._handle(connection)


def read_request(connection: socket.socket) -> bytes:
    """One request whole: its head, and as much of a body as its Content-Length says."""
    text = b""
    while b"\r\n\r\n" not in text:
        piece = connection.recv(65536)
        if not piece:
            return text
        text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = (int(lengths[0]) if lengths else 0) - len(body)
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            break
        body += piece
        missing -= len(piece)
    return head + b"\r\n\r\n" + body


def answer(body: bytes, *, status: str = "200 OK", kind: str = "application/json", extra: str = "") -> bytes:
    """An HTTP answer with a length."""
    head = f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{extra}\r\n"
    return head.encode() + body


def answering(*answers: bytes, heard: list[bytes] | None = None) -> Callable[[socket.socket], None]:
    """A handler that gives the answers in turn, the last one for ever, and keeps what it heard."""
    waiting = list(answers)

    def handle(connection: socket.socket) -> None:
        request = read_request(connection)
        if heard is not None:
            heard.append(request)
        connection.sendall(waiting.pop(0) if len(waiting) > 1 else waiting[0])

    return handle
