"""Writes a device's journal anew in few objects, without what was changed again, so that others join quickly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imagegen_desktop.studio.syncing.journal import MOST_PACKED, change_line, opened, packed, record_line
from imagegen_desktop.studio.syncing.layout import JOURNALS, SnapshotPart, journal_key, number_of, snapshot_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import Change
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

# So many segments since the last one.
EVERY: Final = 100
# Lines of one part: some thousand records.
PART: Final = 4 << 20


class Snapshots:
    """Each device writes its own alone, of what it wrote itself. Raises RemoteError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends

    @property
    def is_due(self) -> bool:
        return self._ends.book.own_number() - self._ends.book.standing().snapshot >= EVERY

    def write(self, cancel: CancelToken) -> bool:
        """Read the device's own segments back and write them as one. False if it was cancelled, or one can't be read."""
        ends = self._ends
        upto = ends.book.own_number()
        records: dict[str, ImageRecord] = {}
        latest: dict[tuple[str, str], Change] = {}
        for one in ends.store.list(f"{JOURNALS}{ends.device}/"):
            number = number_of(one.key)
            if number is None or number > upto or one.key != journal_key(ends.device, number):
                continue
            if cancel.cancelled:
                return False
            segment = opened(one.key, ends.store.get(one.key, limit=MOST_PACKED))
            records |= {record.id: record for record in segment.records}
            for change in segment.changes:
                known = latest.get((change.image, change.field))
                if known is None or change.order > known.order:
                    latest[change.image, change.field] = change
        parts = list(_parts(records, latest))
        for number, lines in enumerate(parts, 1):
            if cancel.cancelled:
                return False
            ends.store.put(snapshot_key(ends.device, SnapshotPart(upto, number, len(parts))), packed(lines))
        ends.book.snapshot_written(upto)
        return True


def _parts(records: dict[str, ImageRecord], latest: dict[tuple[str, str], Change]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    ordered = (change_line(latest[key]) for key in sorted(latest))
    for line in (*(record_line(records[image]) for image in sorted(records)), *ordered):
        part.append(line)
        size += len(line)
        if size >= PART:
            yield part
            part, size = [], 0
    if part:
        yield part
