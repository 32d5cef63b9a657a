"""A proxy before a real server that does what networks do: wait, break off, swallow, garble, and say nothing.

Before a TLS server it sees only what is encrypted. Given certificates it ends TLS itself, and garbles what was sent.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CHUNK = 64 << 10
PATIENCE = 10
# Told from empty pieces, which a silent connection carries.
END = bytes(bytearray(b"end"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens on one connection, by the bytes that passed on it: up to the server, or down from it.

    `answer` is said in the server's place as soon as anything was asked.
    """

    reset_up: int | None = None
    flip_up: int | None = None
    silent_up: int | None = None
    # Once so many bytes went up, the next that comes down is not delivered.
    lose_answer: int | None = None
    # The same once these bytes went up, where TLS is ended here.
    lose_answer_to: bytes = b""
    cut_down: int | None = None
    flip_down: int | None = None
    silent_down: int | None = None
    answer: bytes = b""


NONE = Fault()


class Passage:
    """What passed on one connection so far, and what its fault makes of the next piece."""

    def __init__(self, fault: Fault, silent: threading.Event) -> None:
        self._fault = fault
        self._fell_silent = silent
        self._up = self._down = 0
        self._silent = self._asked = False
        self.over = False

    def up(self, data: bytes) -> bytes:
        """What goes on. Raises ConnectionResetError."""
        fault, start = self._fault, self._up
        self._up += len(data)
        self._asked = self._asked or (fault.lose_answer_to != b"" and fault.lose_answer_to in data)
        self._be_silent_at(fault.silent_up, self._up)
        if _reached(fault.reset_up, self._up):
            raise ConnectionResetError
        return b"" if self._silent else _flipped(data, fault.flip_up, start)

    def down(self, data: bytes) -> bytes:
        fault, start = self._fault, self._down
        self._down += len(data)
        self._be_silent_at(fault.silent_down, self._down)
        if self._asked or _reached(fault.lose_answer, self._up):
            raise ConnectionResetError
        if _reached(fault.cut_down, self._down):
            self.over = True
            data = data[: max(0, fault.cut_down - start)] if fault.cut_down else b""
        return b"" if self._silent else _flipped(data, fault.flip_down, start)

    def _be_silent_at(self, place: int | None, count: int) -> None:
        if _reached(place, count):
            self._silent = True
            self._fell_silent.set()


def _reached(place: int | None, count: int) -> bool:
    return place is not None and count >= place


def _flipped(data: bytes, place: int | None, start: int) -> bytes:
    if place is None or not start <= place < start + len(data):
        return data
    at = place - start
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


class FaultProxy:
    """`url` is where it listens. Every connection gets the next of the faults given with `next`, or `usual`."""

    def __init__(
        self, target: str, *, delay: float = 0, rate: int = 0, ends_tls: tuple[Path, Path] | None = None
    ) -> None:
        """`delay` in seconds and `rate` in bytes a second are of each direction; `ends_tls` is a certificate and its key."""
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 443)
        self._delay = delay
        self._rate = rate
        self._server_side = self._client_side = None
        if ends_tls is not None:
            self._server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._server_side.load_cert_chain(*ends_tls)
            self._client_side = ssl.create_default_context(cafile=str(ends_tls[0]))
        self._faults: deque[Fault] = deque()
        self.usual = NONE
        self.connections = 0
        self.silent = threading.Event()
        self._ends: list[asyncio.StreamWriter] = []
        self._serving: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fault proxy")
        self.url = ""

    def next(self, *faults: Fault) -> None:
        self._faults.extend(faults)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()

    # ---- own, on its thread ----

    def _run(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._server_side, limit=CHUNK)
        self.url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._stopped.wait()
        server.close()
        for end in self._ends:
            end.transport.abort()
        await asyncio.gather(*[end.wait_closed() for end in self._ends], return_exceptions=True)
        while self._serving:
            await asyncio.wait(self._serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._ends.append(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        fault = self._faults.popleft() if self._faults else self.usual
        if fault.answer:
            await reader.read(CHUNK)
            writer.write(fault.answer)
            writer.close()
            return
        host, port = self._target
        there_reader, there = await asyncio.open_connection(host, port, ssl=self._client_side, limit=CHUNK)
        self._ends.append(there)
        passage, broken = Passage(fault, self.silent), True
        ways = [
            asyncio.ensure_future(self._carry(reader, there, passage, passage.up)),
            asyncio.ensure_future(self._carry(there_reader, writer, passage, passage.down)),
        ]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            broken = any(way.exception() is not None for way in done)
        finally:
            for way in ways:
                way.cancel()
            for end in (writer, there):
                if broken and not end.transport.is_closing():
                    _reset(end)
                else:
                    end.close()

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        passage: Passage,
        passes: Callable[[bytes], bytes],
    ) -> None:
        """Ends when everything up to the end was delivered. Raises OSError where one side broke off, or the fault did."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.ensure_future(self._deliver(under_way, writer))
        try:
            while not passage.over and (data := await reader.read(CHUNK)):
                under_way.put_nowait((self._loop.time() + self._delay, passes(data)))
            under_way.put_nowait((self._loop.time() + self._delay, END))
            await delivering
        finally:
            delivering.cancel()

    async def _deliver(self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        free_at = 0.0
        while True:
            due, data = await under_way.get()
            due = max(due, free_at)
            free_at = due + len(data) / self._rate if self._rate else due
            if free_at > self._loop.time():
                await self._until(free_at)
            if data is END:
                return
            writer.write(data)
            await writer.drain()

    async def _until(self, when: float) -> None:
        come = asyncio.Event()
        alarm = self._loop.call_at(when, come.set)
        try:
            await come.wait()
        finally:
            alarm.cancel()


@contextmanager
def fault_proxy(
    target: str, *, delay: float = 0, rate: int = 0, ends_tls: tuple[Path, Path] | None = None
) -> Iterator[FaultProxy]:
    proxy = FaultProxy(target, delay=delay, rate=rate, ends_tls=ends_tls)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def _reset(end: asyncio.StreamWriter) -> None:
    """Ended as a network ends it: not closed, and what was under way is lost."""
    raw: socket.socket = end.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.transport.abort()
