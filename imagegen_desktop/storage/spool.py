"""The spool: answers that cost money, written to disk as they arrive and before anything is made of them."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import ChargeState, StorageError
from imagegen_desktop.storage.files import make_folder, storage_errors, sync_file, sync_folder, write_durably

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.storage.ledger import Ledger

# Room for a picture of 6 MB in base 64, set aside before the request leaves: then the answer finds it whatever fills the disk.
RESERVED_BYTES: Final = 8 * 1024 * 1024
_SUCCESS: Final = range(200, 300)

log = logging.getLogger(__name__)


class Spools:
    """All answers that are not yet saved: one file for each job."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder
        self._ledger = ledger

    def sink(self, request: GenerationRequest) -> Spool:
        """Set room aside for the answer. Raises DiskFullError or StorageError, with the charge FREE: nothing was sent yet."""
        try:
            return Spool(self.path(request.id), request.count * RESERVED_BYTES, request.id, self._ledger)
        except StorageError as error:
            error.charge = ChargeState.FREE
            raise

    def path(self, job: str) -> Path:
        return self._folder / f"{job}.body"

    def read(self, job: str) -> bytes:
        """What arrived of an answer; empty if nothing did. Raises StorageError."""
        with storage_errors():
            path = self.path(job)
            return path.read_bytes().rstrip(b"\0") if path.exists() else b""

    def keep_picture(self, job: str, position: int, data: bytes) -> None:
        """Put aside one finished picture that the library could not take. Raises StorageError, DiskFullError."""
        with storage_errors():
            write_durably(self._folder / f"{job}.{position}.picture", data)

    def pictures(self, job: str) -> dict[int, bytes]:
        """The pictures put aside, by their position."""
        with storage_errors():
            return {
                int(path.suffixes[0][1:]): path.read_bytes() for path in sorted(self._folder.glob(f"{job}.*.picture"))
            }

    def clear(self) -> None:
        """Let go of what belongs to jobs that have ended: a process died between a job's end and its `drop`."""
        with storage_errors():
            names = {path.name.partition(".")[0] for path in self._folder.glob("*.*")}
        for name in names:
            job = self._ledger.get(name)
            if job is not None and job.state.is_end:
                self.drop(name)

    def drop(self, job: str) -> None:
        """The pictures are saved, or there are none."""
        with storage_errors():
            for path in (self.path(job), *self._folder.glob(f"{job}.*.picture")):
                path.unlink(missing_ok=True)


class Spool:
    """A `BodySink` (providers/bodies.py) that writes to disk. The answer's last byte is forced to the medium."""

    def __init__(self, path: Path, room: int, job: str, ledger: Ledger) -> None:
        self._job = job
        self._ledger = ledger
        self._length = 0
        self._wanted = False
        with storage_errors():
            make_folder(path.parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
            self._descriptor: int | None = os.open(path, flags, 0o600)
            try:
                if hasattr(os, "posix_fallocate"):
                    # Linux. The room shows as zeros at the file's end until `close`, and no answer has zeros: see `read`.
                    os.posix_fallocate(self._descriptor, 0, room)
                sync_folder(path.parent)
            except OSError:
                os.close(self._descriptor)
                path.unlink(missing_ok=True)
                raise

    def answered(self, status: int, content_type: str) -> None:
        # An error's body is no picture and costs nothing.
        self._wanted = status in _SUCCESS
        if self._wanted:
            with self._noted():
                self._ledger.receiving(self._job, content_type)

    def arrived(self, piece: bytes) -> None:
        if self._descriptor is None or not self._wanted:
            return
        with storage_errors():
            rest = memoryview(piece)
            while rest:
                written = os.write(self._descriptor, rest)
                # Counted at once: the disk may refuse the rest of the piece.
                self._length += written
                rest = rest[written:]

    def ended(self) -> None:
        """The body came whole."""
        if self._descriptor is not None and self._wanted:
            with storage_errors():
                # What is left of the room is for the library now, if both lie on one disk.
                os.ftruncate(self._descriptor, self._length)
                sync_file(self._descriptor)
            with self._noted():
                self._ledger.received(self._job)

    def close(self) -> None:
        """Give back the room that was not needed. Called at the end of every exchange, also of one that broke."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        with storage_errors():
            try:
                os.ftruncate(descriptor, self._length)
            finally:
                os.close(descriptor)

    @contextmanager
    def _noted(self) -> Generator[None]:
        """A ledger whose disk is full must not end an answer that was paid for and whose room was set aside.

        The job then stands as sent, and is recovered as such.
        """
        try:
            yield
        except StorageError as error:
            log.warning("how far job %s came can't be noted: %s", self._job, error.details)
