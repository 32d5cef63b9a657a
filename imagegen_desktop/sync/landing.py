"""Has what comes from elsewhere stand in a file whole, checked and lasting, or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from imagegen_desktop.core.errors import DiskFullError, StorageError
from imagegen_desktop.core.remote import RemoteDamagedError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path


class Landing:
    """The half of a file that has come so far; more than `limit` bytes are refused."""

    def __init__(self, stream: BinaryIO, key: str, limit: int | None) -> None:
        self._stream = stream
        self._key = key
        self._limit = limit
        self._size = 0
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """In hexadecimal, of all that was written."""
        return self._digest.hexdigest()

    def write(self, piece: bytes) -> int:
        self._size += len(piece)
        if self._limit is not None and self._size > self._limit:
            raise RemoteDamagedError(f"{self._key} is larger than {self._limit} bytes")
        self._digest.update(piece)
        with disk_errors():
            return self._stream.write(piece)

    def flush(self) -> None:
        with disk_errors():
            self._stream.flush()


def land(pieces: Iterable[bytes], into: Path, *, key: str, sha256: str, limit: int | None = None) -> None:
    """Raises RemoteDamagedError where the hash is not `sha256` (empty for any) or there is more than `limit` bytes.

    Raises StorageError for this side's disk. What `pieces` raises goes on as it is, and leaves nothing behind.
    """
    with landing(into, key=key, sha256=sha256, limit=limit) as half:
        for piece in pieces:
            half.write(piece)


@contextmanager
def landing(into: Path, *, key: str, sha256: str, limit: int | None = None) -> Generator[Landing]:
    """The same for what is written by somebody else: after the block it stands at `into`, or nothing does."""
    place = half_file(into)
    try:
        with disk_errors():
            into.parent.mkdir(parents=True, exist_ok=True)
            stream = place.open("xb")
        with stream:
            half = Landing(stream, key, limit)
            # An error in here may be the network's and look like a disk's: it is not ours to translate.
            yield half
            half.flush()
            with disk_errors():
                os.fsync(stream.fileno())
        if sha256 and half.sha256 != sha256:
            raise RemoteDamagedError(f"{key} hashes to {half.sha256}, not to {sha256}")  # noqa: TRY301 (cleaned up below)
        with disk_errors():
            place.replace(into)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    if os.name != "nt":
        descriptor = os.open(into.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def disk_errors() -> Generator[None]:
    """Raises StorageError, and DiskFullError."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise (DiskFullError(str(error)) if full else StorageError(str(error))) from error


def half_file(into: Path) -> Path:
    """A name beside `into` that was never used, and that is known to be left over where it is found."""
    return into.parent / f".tmp-{uuid.uuid4().hex}"
