"""The log of what a person did to images: one file for each device, one line for each change."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import Change, tick
from imagegen_desktop.storage.codec import MalformedError, decode, encode
from imagegen_desktop.storage.files import append_durably, make_folder, storage_errors
from imagegen_desktop.storage.id_range import PARTS
from imagegen_desktop.storage.parted_lines import PartedLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import Wish
    from imagegen_desktop.storage.id_range import IdSet

log = logging.getLogger(__name__)

# Where the last whole line is looked for first; one that is longer is looked for further in front.
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

    def read(self, ids: IdSet | None = None) -> Iterator[Change]:
        """All changes of all devices, or those to some images, in no order that matters.

        A torn last line is passed over; others are logged.
        """
        with storage_errors(self.folder.parent.parent):
            for file in self._files():
                with file.open("rb") as lines:
                    for line in lines:
                        if ids is None or ids.may_hold(line, _START):
                            changes = _parse(file.name, line)
                            yield from (change for change in changes if ids is None or ids.holds(change.image))

    def read_parts(self) -> Iterator[Iterator[Change]]:
        """The same of all lines that stand there now, for each of PARTS in turn."""
        with storage_errors(self.folder.parent.parent):
            lines = PartedLines(self._files(), _START)
        for number in range(len(PARTS)):
            yield self._of_part(lines, number)

    def mirror(self, device: str, changes: Iterable[Change]) -> None:
        """Keep what another device wrote and a bucket told, with one fsync: in a file of its own.

        That device may have this very folder before it as well, and then writes the file of its name itself. The latest
        line is always the last one, also where older ones came later: what is written here next goes by it.
        """
        from filelock import FileLock  # noqa: PLC0415 (not before the window shows)

        ordered = sorted(changes, key=_order)
        if not ordered:
            return
        with storage_errors(self.folder.parent.parent):
            make_folder(self.folder)
            self._lock.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._lock):
                file = self.folder / f"{MIRRORED}{device}.jsonl"
                known = self._end_of(file) if file.exists() else None
                if known is not None and known.order > ordered[-1].order:
                    ordered.append(known)
                append_durably(file, b"".join(encode(change) + b"\n" for change in ordered))

    def mirrored(self, device: str) -> tuple[Change, ...]:
        """What `mirror` kept of another device."""
        file = self.folder / f"{MIRRORED}{device}.jsonl"
        with storage_errors(self.folder.parent.parent):
            return tuple(_parse(file.name, file.read_bytes())) if file.exists() else ()

    def own_lines(self, start: int, limit: int) -> tuple[tuple[Change, ...], int]:
        """What this device wrote behind byte `start`, about `limit` bytes of it, and where that ends.

        A file that has no line's end there is another one than before, and is read from its beginning. A line that is still
        being written is left for the next time.
        """
        with storage_errors(self.folder.parent.parent):
            if not self.own_file.exists():
                return (), 0
            with self.own_file.open("rb") as stream:
                stream.seek(max(0, start - 1))
                begin = start if start and stream.read(1) == b"\n" else 0
                stream.seek(begin)
                text = stream.read(limit)
                if text and not text.endswith(b"\n"):
                    text += stream.readline()
        whole = text[: text.rfind(b"\n") + 1]
        return tuple(_parse(self.own_file.name, whole)), begin + len(whole)

    def _of_part(self, lines: PartedLines, number: int) -> Iterator[Change]:
        with storage_errors(self.folder.parent.parent):
            for name, line in lines.of(number):
                yield from (change for change in _parse(name, line) if PARTS[number].holds(change.image))

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []

    def _last_clock(self) -> str:
        """The latest of all devices: what is written now comes after all that was seen. Files are in order of time."""
        ends = [end for file in self.folder.glob("*.jsonl") if (end := self._end_of(file)) is not None]
        return max((end.clock for end in ends), default="")

    @staticmethod
    def _end_of(file: Path) -> Change | None:
        """The latest of its last lines."""
        size, tail = file.stat().st_size, TAIL_BYTES
        with file.open("rb") as stream:
            while True:
                stream.seek(max(0, size - tail))
                text = stream.read()
                if tail < size:
                    # What is before the first end may be a half.
                    text = text[text.find(b"\n") + 1 :]
                latest = max(_parse(file.name, text), key=_order, default=None)
                if latest is not None or tail >= size:
                    return latest
                tail *= 4


def _order(change: Change) -> tuple[str, str]:
    return change.order


def _parse(name: str, text: bytes) -> Iterator[Change]:
    for line in text.split(b"\n"):
        if not line.strip():
            continue
        try:
            yield decode(line, Change)
        except MalformedError as error:
            # A crash tears the last line only, and the next append closes it: such a line was never acknowledged.
            log.info("a line of %s is no change and is passed over: %s", name, error)
