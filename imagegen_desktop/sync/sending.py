"""A part of a file on its way out: read as it is sent, no faster than allowed, and no further than to a stop."""

from __future__ import annotations

import hashlib
import io
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from imagegen_desktop.core.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

PIECE: Final = 256 << 10


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is to be sent: `size` bytes of `stream`."""

    stream: BinaryIO
    size: int


@contextmanager
def outgoing(data: bytes | Path) -> Generator[Outgoing]:
    """A file is not read into memory. Raises StorageError where it can't be opened."""
    if isinstance(data, bytes):
        yield Outgoing(io.BytesIO(data), len(data))
        return
    try:
        stream = data.open("rb")
    except OSError as error:
        raise StorageError(str(error)) from error
    with stream:
        yield Outgoing(stream, os.fstat(stream.fileno()).st_size)


class Sending:
    """`length` bytes of a stream from `start`, as boto3 wants them: it asks for 16 kB at a time and may begin again.

    `before` is told how many bytes are about to go, and may wait or raise.
    """

    def __init__(self, stream: BinaryIO, start: int, length: int, before: Callable[[int], None]) -> None:
        self._stream = stream
        self._start = start
        self._length = length
        self._before = before
        self._at = 0

    def md5(self) -> bytes:
        """16 bytes."""
        digest = hashlib.md5(usedforsecurity=False)
        self._stream.seek(self._start)
        left = self._length
        while left and (piece := self._stream.read(min(left, PIECE))):
            digest.update(piece)
            left -= len(piece)
        self.seek(0)
        return digest.digest()

    def read(self, amount: int = -1) -> bytes:
        left = self._length - self._at
        piece = self._stream.read(left if amount < 0 else min(amount, left))
        self._at += len(piece)
        if piece:
            self._before(len(piece))
        return piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence]
        self._at = max(0, base + offset)
        self._stream.seek(self._start + self._at)
        return self._at

    def tell(self) -> int:
        return self._at
