"""Compares the folder of a library with its index, and mends what a crash or another computer left."""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import Got, ImageRecord, Origin
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.storage.codec import decode, encode_readable
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors, write_durably
from imagegen_desktop.storage.naming import id_in_name
from imagegen_desktop.storage.record_packs import RecordPacks
from imagegen_desktop.storage.rereading import read_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.change_log import ChangeLog
    from imagegen_desktop.storage.index import Index
    from imagegen_desktop.storage.library import Library

log = logging.getLogger(__name__)

STALE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """`adopted` orphans got a record, `reindexed` records were unknown to the index, `cleared` temporaries were deleted."""

    adopted: int = 0
    reindexed: int = 0
    cleared: int = 0
    missing_files: int = 0


class Sweep:
    """One comparison. Raises StorageError and its family."""

    def __init__(self, library: Library, changes: ChangeLog, index: Index) -> None:
        self._library = library
        self.folder = library.folder
        self._changes = changes
        self._index = index

    def run(self, record_of: Callable[[str], bytes | None], now: datetime) -> SweepReport:
        """Compare folder and index, and mend: adopt orphans, index what is missing, clear stale temporary files.

        `record_of` gives the record that was noted for an orphan's id before its file was written, if there is one.
        """
        # Of a folder that is gone nothing could be found, and all would be taken out of the index.
        with storage_errors(self.folder.path):
            self.folder.require()
        # First of all: what another thread or program adds or changes meanwhile is then found in the folder, and never
        # taken out of the index or set back.
        indexed = {state.id: state for state in self._index.get(self._index.ids())}
        with storage_errors(self.folder.path):
            cleared = self._clear_temporaries()
            packed = {record.id for record in RecordPacks(self.folder.packs).read()}
            adopted = self._adopt_orphans(record_of, now, packed)
            content = read_folder(self.folder, self._changes)
        if content.shelf != self._index.shelf():
            self._index.set_shelf(content.shelf)
        live = content.states
        self._index.put(state for image_id, state in live.items() if indexed.get(image_id) != state)
        self._index.drop(indexed.keys() - live.keys())
        for state in live.values():
            if not self._is_in_place(state) and self._index.get([state.id]) == (state,):
                self._library.put_in_place(state)
        report = SweepReport(
            adopted=adopted,
            reindexed=len(live.keys() - indexed.keys()),
            cleared=cleared,
            missing_files=sum(not self._library.path_of(state).exists() for state in live.values()),
        )
        if live != indexed:
            self.folder.announce()
        return report

    def _is_in_place(self, state: ImageState) -> bool:
        library = self._library
        return (library.trash_path(state) if state.trashed else library.folder.path / state.path).exists()

    def _pictures(self) -> Iterator[Path]:
        yield from self.folder.path.glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/*")
        yield from self.folder.trash.glob("*")

    def _clear_temporaries(self) -> int:
        """Only those of an hour ago and older: another process may be writing right now."""
        oldest = time.time() - STALE_SECONDS
        places = (*self._pictures(), *self.folder.records.glob(f"??/{TEMPORARY_PREFIX}*"))
        stale = [path for path in places if path.name.startswith(TEMPORARY_PREFIX) and path.stat().st_mtime < oldest]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def _adopt_orphans(self, record_of: Callable[[str], bytes | None], now: datetime, packed: AbstractSet[str]) -> int:
        adopted = 0
        for path in self._pictures():
            image_id = id_in_name(path.name)
            if image_id is None or image_id in packed or self.folder.record_path(image_id).exists():
                continue
            record = self._orphan(path, image_id, record_of(image_id), now)
            if record is not None:
                write_durably(self.folder.record_path(image_id), encode_readable(record))
                adopted += 1
        return adopted

    def _orphan(self, path: Path, image_id: str, noted: bytes | None, now: datetime) -> ImageRecord | None:
        """The record noted before the crash; else, once the file has lain an hour, what the file itself tells.

        A file younger than that may belong to another computer whose record is still on its way through a sync client.
        """
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if noted is not None:
            record = decode(noted, ImageRecord)
            if record.sha256 == sha256:
                return record
        if path.stat().st_mtime > time.time() - STALE_SECONDS:
            return None
        try:
            found = measure(data)
        except UndecodableError as error:
            log.warning("%s has a name of ours but is no picture, and is left as it is: %s", path.name, error)
            return None
        return ImageRecord(
            id=image_id,
            file=path.relative_to(self.folder.path).as_posix(),
            sha256=sha256,
            created=now,
            origin=Origin.ADOPTED,
            prompt=path.stem.split("_")[1].replace("-", " "),
            asked=None,
            got=Got(
                format=found.format,
                width=found.width,
                height=found.height,
                size_bytes=len(data),
                frames=found.frames,
            ),
        )
