"""Puts an answer onto the connection, whole or spoilt."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any, Final

from standin.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from http.server import BaseHTTPRequestHandler

    from standin.gate import Gate

JSON: Final = "application/json"
EVENTS: Final = "text/event-stream; charset=utf-8"
HTML: Final = "text/html; charset=utf-8"
BOMB_BLOCKS: Final = 256
BOMB_BLOCK: Final = 1024 * 1024
_PIECES: Final = 64
_SHORTEST_PAUSE: Final = 0.005
_PREFIX: Final = b'{"created": 1, "data": [{"b64_json": "'


def sse(event: dict[str, Any]) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


class Wire:
    """One request's way back. Writing raises ConnectionError where the client has gone."""

    def __init__(self, handler: BaseHTTPRequestHandler, gate: Gate, request_id: str, pause: float) -> None:
        self._handler = handler
        self._gate = gate
        self.request_id = request_id
        self._pause = max(pause / _PIECES, _SHORTEST_PAUSE)
        self._drips = False

    def drop(self) -> None:
        """Close without another byte."""
        self._handler.close_connection = True

    def json(
        self, status: int, body: object, fault: Fault | None = None, headers: dict[str, str] | None = None
    ) -> None:
        self.data(status, json.dumps(body).encode(), JSON, fault, headers)

    def data(
        self,
        status: int,
        data: bytes,
        media_type: str,
        fault: Fault | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send `data`, or what the fault makes of it."""
        more = headers or {}
        match fault:
            case Fault.CUT_BODY | Fault.CUT_STREAM_MIDDLE:
                self._head(status, media_type, {**more, "content-length": str(len(data))})
                self._write(data[: len(data) // 2])
                self.drop()
            case Fault.BAD_JSON:
                self._whole(status, data[: len(data) // 2], media_type, more)
            case Fault.SLOW_DRIP:
                self._head(status, media_type, {**more, "content-length": str(len(data))})
                self._drip(data)
            case Fault.GZIP_BOMB:
                self._chunked(status, media_type, {**more, "content-encoding": "gzip"}, _bomb())
            case Fault.HUGE_BODY:
                self._chunked(status, media_type, more, _endless())
            case _:
                self._whole(status, data, media_type, more)

    def open_stream(self, *, drips: bool = False) -> None:
        self._drips = drips
        self._head(200, EVENTS, {"transfer-encoding": "chunked", "cache-control": "no-cache"})

    def event(self, event: dict[str, Any]) -> None:
        self._chunk(sse(event))

    def broken_event(self, event: dict[str, Any]) -> None:
        """An event that is delimited as it should be, whose JSON ends too early."""
        whole = sse(event)
        self._chunk(whole[: len(whole) // 2] + b"\n\n")

    def cut_event(self, event: dict[str, Any]) -> None:
        """The first half of an event, then the end of the connection."""
        whole = sse(event)
        self._chunk(whole[: len(whole) // 2])
        self.drop()

    def end_stream(self) -> None:
        self._write(b"0\r\n\r\n")

    def _head(self, status: int, media_type: str, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        all_headers = {"content-type": media_type, "x-request-id": self.request_id, **headers}
        for name, value in all_headers.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def _whole(self, status: int, data: bytes, media_type: str, headers: dict[str, str]) -> None:
        self._head(status, media_type, {**headers, "content-length": str(len(data))})
        self._write(data)

    def _chunked(self, status: int, media_type: str, headers: dict[str, str], pieces: Iterable[bytes]) -> None:
        self._head(status, media_type, {**headers, "transfer-encoding": "chunked"})
        for piece in pieces:
            # The stop must be noticed even by a sender whose client never stops reading.
            self._gate.check()
            self._chunk(piece)
        self.end_stream()

    def _chunk(self, data: bytes) -> None:
        if not data:
            return
        framed = b"%x\r\n%b\r\n" % (len(data), data)
        if self._drips:
            self._drip(framed)
        else:
            self._write(framed)

    def _drip(self, data: bytes) -> None:
        step = max(1, -(-len(data) // _PIECES))
        for at in range(0, len(data), step):
            self._gate.pause(self._pause)
            self._write(data[at : at + step])

    def _write(self, data: bytes) -> None:
        self._handler.wfile.write(data)


def _bomb() -> Iterator[bytes]:
    """A valid gzip file of 256 MiB of JSON, about a thousandth of that on the wire."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    yield packer.compress(_PREFIX)
    block = b"A" * BOMB_BLOCK
    for _ in range(BOMB_BLOCKS):
        yield packer.compress(block)
    yield packer.compress(b'"}]}') + packer.flush()


def _endless() -> Iterator[bytes]:
    yield _PREFIX
    block = b"A" * 65_536
    while True:
        yield block
