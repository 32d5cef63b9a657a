"""Writes closed segments: records of images that lie in the bucket, and what this device logged since the last one."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from imagegen_desktop.core.changes import PURGED
from imagegen_desktop.core.remote import RemoteConflictError
from imagegen_desktop.studio.syncing.journal import CLOSED_AT, change_line, packed, record_line
from imagegen_desktop.studio.syncing.layout import JOURNALS, journal_key, number_of, original_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.changes import Change
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.studio.syncing.counterpart import Counterpart


class SegmentWriter:
    """Raises RemoteError, StorageError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends
        self._lines: deque[tuple[str, bytes]] = deque()
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._bytes >= CLOSED_AT

    def add(self, record: ImageRecord) -> None:
        line = record_line(record)
        self._lines.append((record.id, line))
        self._bytes += len(line)

    def add_change(self, change: Change) -> None:
        """One that was logged before, here or elsewhere: told again."""
        line = change_line(change)
        self._lines.append(("", line))
        self._bytes += len(line)

    def close(self) -> Iterator[tuple[str, ...]]:
        """Write all that was collected and logged; gives the images of each segment once it lies there."""
        ends = self._ends
        while True:
            standing = ends.book.standing()
            images, lines = self._some()
            changes, log_bytes = ends.library.changes.own_lines(standing.log_bytes, CLOSED_AT)
            if not lines and not changes:
                return
            lines += map(change_line, changes)
            number = self._write(packed(lines))
            # In this order: whoever dies in between says and does all of it again.
            gone = self._deleted(changes)
            ends.book.written(ends.device, images, number, log_bytes)
            ends.book.drop(gone)
            ends.library.index.hold((), gone)
            yield images

    def _some(self) -> tuple[tuple[str, ...], list[bytes]]:
        images: list[str] = []
        lines: list[bytes] = []
        size = 0
        while self._lines and size < CLOSED_AT:
            image, line = self._lines.popleft()
            images += [image] if image else []
            lines.append(line)
            size += len(line)
        self._bytes -= size
        return tuple(images), lines

    def _write(self, data: bytes) -> int:
        """Gives the segment's number. Where another computer writes under this one's name (a copied disk), it comes after."""
        ends = self._ends
        number = ends.book.own_number() + 1
        if number == 1:
            ends.introduce_device()
        try:
            ends.store.put(journal_key(ends.device, number), data)
        except RemoteConflictError:
            taken = (number_of(one.key) for one in ends.store.list(f"{JOURNALS}{ends.device}/"))
            number = max((one for one in taken if one is not None), default=0) + 1
            ends.store.put(journal_key(ends.device, number), data)
        return number

    def _deleted(self, changes: tuple[Change, ...]) -> tuple[str, ...]:
        """What was deleted for good here, and said so there now, is deleted there. Gives the images."""
        ends = self._ends
        named = frozenset(one.image for one in changes if one.field == PURGED and one.value)
        # Somebody else may have taken it back later.
        gone = [state for state in ends.library.told(named).values() if state.purged] if named else []
        for state in gone:
            ends.store.delete(original_key(state.record))
        return tuple(state.id for state in gone)
