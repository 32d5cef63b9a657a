"""Files that survive a power cut: a temporary file, fsync, rename, fsync of the folder."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import DiskFullError, LibraryMissingError, StorageError
from imagegen_desktop.core.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

TEMPORARY_PREFIX: Final = ".tmp-"

# A virus scanner or a sync client may hold a fresh file for a moment: Windows then answers with one of these.
_HELD_BY_ANOTHER: Final = (5, 32, 33)
_WAITS: Final = (0.05, 0.1, 0.2, 0.4, 0.8, 1.0)


@contextmanager
def storage_errors(folder: Path | None = None) -> Generator[None]:
    """The one door for OSError: DiskFullError, LibraryMissingError if `folder` is gone, else StorageError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(str(error)) from error
        if folder is not None and not folder.is_dir():
            raise LibraryMissingError(str(folder)) from error
        raise StorageError(str(error)) from error


def sync_file(descriptor: int) -> None:
    """Force a file's bytes to the medium. macOS's fsync stops at the drive's cache, F_FULLFSYNC does not."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 (POSIX only)

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to the medium, so that a rename in it survives. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Create a folder and what lies above it, each one forced to the medium in its parent."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_durably(target: Path, data: bytes) -> None:
    """Have `data` stand at `target` whole or not at all. When this returns it outlives a power cut. Raises OSError."""
    make_folder(target.parent)
    temporary = target.parent / f"{TEMPORARY_PREFIX}{new_id()}"
    try:
        _write_new(temporary, data)
        _replace(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        sync_file(descriptor)
    finally:
        os.close(descriptor)


def _replace(source: Path, target: Path) -> None:
    for wait in _WAITS:
        try:
            source.replace(target)
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD_BY_ANOTHER:
                raise
            time.sleep(wait)
        else:
            return
    source.replace(target)


def append_durably(path: Path, data: bytes) -> None:
    """Append whole lines. A line that a crash cut short is closed first, so that it can't swallow the next."""
    fresh = not path.exists()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    try:
        size = os.lseek(descriptor, 0, os.SEEK_END)
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                data = b"\n" + data
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        sync_file(descriptor)
    finally:
        os.close(descriptor)
    if fresh:
        sync_folder(path.parent)
