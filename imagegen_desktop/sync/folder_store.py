"""A folder as the place elsewhere: a disk of a network, a USB stick."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteConflictError,
    RemoteDamagedError,
    RemoteError,
    RemoteFullError,
    RemoteObject,
    RemoteRefusedError,
    RemoteUnreachableError,
)
from imagegen_desktop.sync.landing import land
from imagegen_desktop.sync.sending import outgoing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_HALF: Final = ".half-"
PIECE: Final = 1 << 20
# More of them make a disk seek.
LANES: Final = 4
_ABSENT: Final = "Plug its disk in, or choose another folder. Everything stays on this computer until then."


class FolderStore:
    """`top` must be there: a disk that is not plugged in is not reached, and no folder is made in its place."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._closed = threading.Event()

    @property
    def lanes(self) -> int:
        return LANES

    def put(self, key: str, data: bytes | Path, *, absent: bool = False) -> None:
        with outgoing(data) as source, self._errors():
            target = self._path(key)
            if not absent and target.exists():
                if not self.matches(key, data):
                    raise RemoteConflictError(key)
                return
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.parent / f"{_HALF}{uuid.uuid4().hex}"
            try:
                with half.open("xb") as stream:
                    stream.writelines(self._pieces(source.stream))
                    stream.flush()
                    os.fsync(stream.fileno())
                half.replace(target)
            except BaseException:
                half.unlink(missing_ok=True)
                raise
            _sync(target.parent)

    @property
    def tells_sizes(self) -> bool:
        return True

    def count_foreign(self) -> int:
        return 0

    def get(self, key: str, *, limit: int) -> bytes:
        with self._errors(key):
            with self._path(key).open("rb") as stream:
                data = stream.read(limit + 1)
            if len(data) > limit:
                raise RemoteDamagedError(f"{key} is larger than {limit} bytes")
            return data

    def fetch(self, key: str, into: Path, *, sha256: str = "", limit: int | None = None) -> None:
        with self._errors(key):
            source = self._path(key).open("rb")
        with source, self._errors(key):
            land(self._pieces(source), into, key=key, sha256=sha256, limit=limit)

    def head(self, key: str) -> RemoteObject | None:
        with self._errors():
            path = self._path(key)
            return RemoteObject(key, path.stat().st_size) if path.is_file() else None

    def matches(self, key: str, data: bytes | Path) -> bool:
        with self._errors():
            here = self._path(key)
            if not here.is_file():
                return False
            size = len(data) if isinstance(data, bytes) else data.stat().st_size
            return here.stat().st_size == size and md5_of(here) == md5_of(data)

    def list(self, prefix: str, *, after: str = "") -> Iterator[RemoteObject]:
        with self._errors():
            self._path("")
            found = sorted(self._below(self._top, prefix))
        for key in found:
            if key > after:
                known = self.head(key)
                if known is not None:
                    yield known

    def delete(self, key: str) -> None:
        with self._errors():
            path = self._path(key)
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync(path.parent)

    def close(self) -> None:
        self._closed.set()

    # ---- own ----

    def _go_on(self) -> None:
        if self._closed.is_set():
            raise CancelledError("the folder was closed", advice="What is not there yet is sent again later.")

    def _pieces(self, stream: BinaryIO) -> Iterator[bytes]:
        while piece := stream.read(PIECE):
            self._go_on()
            yield piece

    def _path(self, key: str) -> Path:
        self._go_on()
        if not self._top.is_dir():
            raise RemoteUnreachableError(
                str(self._top), title="The folder of the second copy is not there", advice=_ABSENT
            )
        if key and any(part in {"", ".", ".."} for part in key.split("/")):
            raise RemoteDamagedError(f"{key!r} is no key")
        return self._top / key

    def _below(self, folder: Path, prefix: str) -> Iterator[str]:
        for entry in os.scandir(folder):
            key = Path(entry.path).relative_to(self._top).as_posix()
            if entry.is_dir(follow_symlinks=False):
                # A branch that can't hold the prefix is not walked.
                if f"{key}/".startswith(prefix) or prefix.startswith(f"{key}/"):
                    yield from self._below(Path(entry.path), prefix)
            elif key.startswith(prefix) and not entry.name.startswith(_HALF) and entry.is_file(follow_symlinks=False):
                yield key

    @contextmanager
    def _errors(self, key: str = "") -> Generator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise (
                RemoteAbsentError(key) if key and self._top.is_dir() else RemoteUnreachableError(str(error))
            ) from error
        except PermissionError as error:
            raise RemoteRefusedError(str(error), title="The folder of the second copy can't be written") from error
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise RemoteFullError(str(error)) from error
            raise RemoteError(str(error)) from error


def md5_of(data: bytes | Path) -> str:
    """In hexadecimal. MD5 guards against accidents on the way; the record's SHA-256 says what a picture is."""
    digest = hashlib.md5(usedforsecurity=False)
    if isinstance(data, bytes):
        digest.update(data)
        return digest.hexdigest()
    with data.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
