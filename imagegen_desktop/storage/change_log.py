"""The log of what a person did to images: one file for each device, one line for each change."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import Change, tick
from imagegen_desktop.storage.codec import MalformedError, decode, encode
from imagegen_desktop.storage.files import append_durably, make_folder, storage_errors
from imagegen_desktop.storage.id_range import ALL_IDS, IdRange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import Wish

log = logging.getLogger(__name__)

# Some lines more than a bulk change of one instant needs: the last whole line is always within it.
TAIL_BYTES: Final = 65_536
# How the file of a device begins whose lines came through a bucket.
MIRRORED: Final = "bucket-"
# How a line of ours begins.
_START: Final = b'{"image":"'


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


class ChangeLog:
    """Appends for this device and reads those of all devices.

    The lock lies in the app's data folder and not in the library, since locks on network folders can't be relied on;
    it keeps the window and the command line of one computer apart. Other computers write files of their own.
    """

    def __init__(self, folder: Path, *, device: str, lock: Path, now_ms: Callable[[], int] = wall_ms) -> None:
        self.folder = folder
        self.device = device
        self._lock = lock
        self._now_ms = now_ms

    @property
    def own_file(self) -> Path:
        return self.folder / f"{self.device}.jsonl"

    def append(self, wishes: Iterable[Wish]) -> tuple[Change, ...]:
        """Write all of them with one fsync. Raises StorageError, DiskFullError."""
        from filelock import FileLock  # noqa: PLC0415 (not before the window shows)

        with storage_errors(self.folder.parent.parent):
            make_folder(self.folder)
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock):
                clock = self._last_clock()
                changes: list[Change] = []
                for wish in wishes:
                    clock = tick(clock, self._now_ms())
                    changes.append(
                        Change(image=wish.image, clock=clock, device=self.device, field=wish.field, value=wish.value)
                    )
                append_durably(self.own_file, b"".join(encode(change) + b"\n" for change in changes))
        return tuple(changes)

    def read(self, ids: IdRange = ALL_IDS) -> Iterator[Change]:
        """All changes of all devices to what is named in this range, in no order that matters.

        A torn last line is passed over; others are logged.
        """
        with storage_errors(self.folder.parent.parent):
            files = sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []
            for file in files:
                with file.open("rb") as lines:
                    for line in lines:
                        if ids.may_hold(line, _START):
                            yield from (change for change in _parse(file.name, line) if ids.holds(change.image))

    def mirror(self, device: str, changes: Iterable[Change]) -> None:
        """Keep what another device wrote and a bucket told, with one fsync: in a file of its own.

        That device may have this very folder before it as well, and then writes the file of its name itself.
        """
        from filelock import FileLock  # noqa: PLC0415 (not before the window shows)

        lines = b"".join(encode(change) + b"\n" for change in changes)
        if lines:
            with storage_errors(self.folder.parent.parent):
                make_folder(self.folder)
                self._lock.parent.mkdir(parents=True, exist_ok=True)
                with FileLock(self._lock):
                    append_durably(self.folder / f"{MIRRORED}{device}.jsonl", lines)

    def own_lines(self, start: int, limit: int) -> tuple[tuple[Change, ...], int]:
        """What this device wrote behind byte `start`, about `limit` bytes of it, and where that ends.

        A file that is shorter than `start` is another one than before, and is read from its beginning. A line that is still
        being written is left for the next time.
        """
        with storage_errors(self.folder.parent.parent):
            if not self.own_file.exists():
                return (), 0
            with self.own_file.open("rb") as stream:
                begin = start if start <= self.own_file.stat().st_size else 0
                stream.seek(begin)
                text = stream.read(limit)
                if text and not text.endswith(b"\n"):
                    text += stream.readline()
        whole = text[: text.rfind(b"\n") + 1]
        return tuple(_parse(self.own_file.name, whole)), begin + len(whole)

    def _last_clock(self) -> str:
        """The latest of all devices: what is written now comes after all that was seen. Files are in order of time."""
        return max((self._end_of(file) for file in self.folder.glob("*.jsonl")), default="")

    @staticmethod
    def _end_of(file: Path) -> str:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - TAIL_BYTES))
            tail = stream.read()
        return max((change.clock for change in _parse(file.name, tail)), default="")


def _parse(name: str, text: bytes) -> Iterator[Change]:
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        try:
            yield decode(line, Change)
        except MalformedError as error:
            # A crash tears the last line only, and the next append closes it: such a line was never acknowledged.
            log.info("a line of %s is no change and is passed over: %s", name, error)
