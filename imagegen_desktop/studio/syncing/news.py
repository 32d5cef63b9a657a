"""Finds what other computers wrote and this one has not read: segments by their numbers, or a snapshot of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.storage.sync_book import Stream
from imagegen_desktop.studio.syncing.layout import (
    JOURNALS,
    SNAPSHOTS,
    SnapshotPart,
    journal_key,
    number_of,
    snapshot_key,
    snapshot_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.studio.syncing.counterpart import Counterpart

# Nobody leaves so many numbers out: what comes behind such a leap is none of ours.
LEAP: Final = 100


@dataclass(frozen=True, slots=True)
class Unread:
    """What a device wrote, up to `number` of its journal once this is applied; `size` in bytes, 0 where it is not known."""

    device: str
    key: str
    number: int
    size: int


class News:
    """Raises RemoteError, StorageError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends

    def find(self) -> list[Unread]:
        """What could not be read before in front, then each device's in the order in which it was written."""
        retold = (self._retold(key) for key in self._ends.book.unread())
        found = [one for device in self._ends.devices() for one in self._of(device)]
        return [*(one for one in retold if one is not None), *found]

    @staticmethod
    def instead_of(one: Unread) -> tuple[str, ...]:
        """The keys that tell what this one would have told: its own when it is mended, or the segments of a snapshot."""
        part = snapshot_of(one.key) if one.key.startswith(SNAPSHOTS) else None
        if part is None:
            return (one.key,)
        return tuple(journal_key(one.device, number) for number in range(1, part.upto + 1))

    def _retold(self, key: str) -> Unread | None:
        """A segment that could not be read may have been put right, or come at last, meanwhile."""
        there = self._ends.store.head(key)
        return None if there is None else Unread(key.split("/")[2], key, 0, there.size)

    def _of(self, device: str) -> Iterator[Unread]:
        last = self._ends.book.number(Stream.JOURNAL, device)
        if last == 0:
            snapshot = list(self.snapshot(device))
            yield from snapshot
            last = max((one.number for one in snapshot), default=0)
        start = journal_key(device, last) if last else ""
        for one in self._ends.store.list(f"{JOURNALS}{device}/", after=start):
            number = number_of(one.key)
            if number is None or one.key != journal_key(device, number):
                continue
            if number - last > LEAP:
                return
            # A list may be older than what lies there: what it left out is asked for by name.
            for missing in range(last + 1, number):
                yield Unread(device, journal_key(device, missing), missing, 0)
            yield Unread(device, one.key, number, one.size)
            last = number

    def snapshot(self, device: str) -> Iterator[Unread]:
        """The parts of the latest one that is whole."""
        found: dict[int, dict[int, tuple[SnapshotPart, int]]] = {}
        for one in self._ends.store.list(f"{SNAPSHOTS}{device}/"):
            part = snapshot_of(one.key)
            if part is not None and one.key == snapshot_key(device, part):
                found.setdefault(part.upto, {})[part.part] = (part, one.size)
        for upto in sorted(found, reverse=True):
            parts = found[upto]
            if set(parts) == set(range(1, next(iter(parts.values()))[0].parts + 1)):
                for number in sorted(parts):
                    part, size = parts[number]
                    # Only with its last part all is told up to that number.
                    yield Unread(device, snapshot_key(device, part), upto if number == part.parts else 0, size)
                return
