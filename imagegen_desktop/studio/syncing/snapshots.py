"""Writes a device's journal anew in few objects, without what was changed again, so that others join quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.remote import RemoteAbsentError, RemoteConflictError, RemoteDamagedError
from imagegen_desktop.studio.syncing.journal import MOST_PACKED, change_line, opened, packed, record_line
from imagegen_desktop.studio.syncing.layout import SnapshotPart, journal_key, snapshot_key
from imagegen_desktop.studio.syncing.news import News

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import Change
    from imagegen_desktop.studio.syncing.counterpart import Counterpart
    from imagegen_desktop.studio.syncing.news import Unread

# So many segments since the last one.
EVERY: Final = 50
# Lines of one part: some thousand records.
PART: Final = 4 << 20


class Snapshots:
    """Each device writes its own alone, of what it wrote itself. Raises RemoteError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends
        # One that could not be written is not tried again in each round.
        self._tried = 0

    @property
    def is_due(self) -> bool:
        last = max(self._ends.book.standing().snapshot, self._tried)
        return self._ends.book.own_number() - last >= EVERY

    def write(self, cancel: CancelToken) -> bool:
        """Read the last one and the segments since back, and write them as one.

        False if it was cancelled, or if not all of it can be read: then `Verifying` has something to mend.
        """
        ends = self._ends
        self._tried = upto = ends.book.own_number()
        base = list(News(ends).snapshot(ends.device))
        try:
            try:
                parts = self._parts(base, upto, cancel)
            except (RemoteAbsentError, RemoteDamagedError):
                # Segments are never taken away: they tell it as well.
                parts = self._parts([], upto, cancel)
            for number, lines in enumerate(parts, 1):
                if cancel.cancelled:
                    return False
                ends.store.put(snapshot_key(ends.device, SnapshotPart(upto, number, len(parts))), packed(lines))
        except (RemoteAbsentError, RemoteConflictError, RemoteDamagedError):
            return False
        if cancel.cancelled:
            return False
        ends.book.snapshot_written(upto)
        return True

    def _parts(self, base: list[Unread], upto: int, cancel: CancelToken) -> list[list[bytes]]:
        """All lines: changes in the order of their clocks, then records. A segment that is missing raises RemoteAbsentError."""
        ends = self._ends
        first = max((one.number for one in base), default=0) + 1
        records: dict[str, tuple[float, bytes]] = {}
        latest: dict[tuple[str, str], Change] = {}
        for key in (*(one.key for one in base), *(journal_key(ends.device, one) for one in range(first, upto + 1))):
            if cancel.cancelled:
                return []
            segment = opened(key, ends.store.get(key, limit=MOST_PACKED))
            records |= {one.id: (one.created.timestamp(), record_line(one)) for one in segment.records}
            for change in segment.changes:
                known = latest.get((change.image, change.field))
                if known is None or change.order > known.order:
                    latest[change.image, change.field] = change
        ordered = sorted(latest.values(), key=lambda change: (change.order, change.image, change.field))
        # The latest images first: who joins sees them, and as they are.
        latest_first = sorted(records.values(), reverse=True)
        return list(_some_at_a_time((*map(change_line, ordered), *(line for _, line in latest_first))))


def _some_at_a_time(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part
