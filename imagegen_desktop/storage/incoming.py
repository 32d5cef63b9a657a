"""Reads files from anywhere on this computer to hash them, and copies them into a library while it hashes."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors, sync_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from imagegen_desktop.core.cancel import CancelToken

PIECE_BYTES: Final = 1_048_576


class UnreadableError(Exception):
    """The file to be taken in can't be read; the message is one sentence. The library is not at fault."""


class StoppedError(Exception):
    """The person cancelled while a file was being read."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy that is forced to the medium under a temporary name. `path` is None where `wanted` said no to its hash."""

    sha256: str
    size: int
    path: Path | None


def open_plain(file: Path) -> BinaryIO:
    """The file, unbuffered. Raises UnreadableError for a pipe or a device, which would never end, OSError."""
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableError("This is not a file of bytes")
    return os.fdopen(descriptor, "rb", buffering=0)


def hash_of(file: Path, cancel: CancelToken) -> str:
    """SHA-256 in hexadecimal. Raises UnreadableError, StoppedError."""
    digest = hashlib.sha256()
    for piece in _pieces(file, cancel):
        digest.update(piece)
    return digest.hexdigest()


def copy_hashed(source: Path, folder: Path, wanted: Callable[[str], bool], cancel: CancelToken) -> Copied:
    """Copy into `folder`, which exists. What is not wanted, cancelled or failed leaves nothing behind.

    Raises UnreadableError, StoppedError, and StorageError for the copy's side.
    """
    temporary = folder / f"{TEMPORARY_PREFIX}{new_id()}"
    digest, size = hashlib.sha256(), 0
    with storage_errors(folder):
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        descriptor = os.open(temporary, flags, 0o666)
        kept = False
        try:
            for piece in _pieces(source, cancel):
                digest.update(piece)
                size += len(piece)
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            kept = wanted(digest.hexdigest())
            if kept:
                sync_file(descriptor)
        except BaseException:
            kept = False
            raise
        finally:
            os.close(descriptor)
            if not kept:
                temporary.unlink(missing_ok=True)
    return Copied(digest.hexdigest(), size, temporary if kept else None)


def _pieces(file: Path, cancel: CancelToken) -> Iterator[bytes]:
    try:
        with open_plain(file) as stream:
            while piece := stream.read(PIECE_BYTES):
                if cancel.cancelled:
                    raise StoppedError
                yield piece
    except OSError as error:
        raise UnreadableError(reason(error)) from error


def reason(error: OSError) -> str:
    """The system's own words in one sentence."""
    return f"The file can't be read: {error.strerror or error}"
