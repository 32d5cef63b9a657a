"""Compares the folder of a library with its index, and mends what a crash or another computer left."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY, fold_shelf
from imagegen_desktop.core.changes import PURGED, ImageState, latest_fields, state_of
from imagegen_desktop.core.records import Got, ImageRecord, Origin
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.storage.codec import decode, encode_readable
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors, write_durably
from imagegen_desktop.storage.id_range import PARTS
from imagegen_desktop.storage.naming import id_in_name
from imagegen_desktop.storage.record_packs import RecordPacks
from imagegen_desktop.storage.rereading import read_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path

    from imagegen_desktop.core.changes import Change
    from imagegen_desktop.storage.change_log import ChangeLog
    from imagegen_desktop.storage.id_range import IdRange
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


@dataclass(slots=True)
class _Compared:
    """`doubtful` rows differ from the folder, `new` records have no row, `orphans` are files of ours without a record.

    The files of `misplaced` images lie elsewhere.
    """

    doubtful: list[str] = field(default_factory=list)
    orphans: set[str] = field(default_factory=set)
    misplaced: list[ImageState] = field(default_factory=list)
    new: list[str] = field(default_factory=list)


class Sweep:
    """One comparison. Raises StorageError and its family."""

    def __init__(self, library: Library, changes: ChangeLog, index: Index) -> None:
        self._library = library
        self.folder = library.folder
        self._changes = changes
        self._index = index
        self._top = os.fspath(library.folder.path)

    def run(self, record_of: Callable[[str], bytes | None], now: datetime) -> SweepReport:
        """Compare folder and index, and mend: adopt orphans, index what is missing, clear stale temporary files.

        `record_of` gives the record that was noted for an orphan's id before its file was written, if there is one.
        """
        with storage_errors(self.folder.path):
            # Of a folder that is gone nothing could be found, and all would be taken out of the index.
            self.folder.require()
            cleared = self._clear_temporaries()
            found = self._compared()
            adopted = self._adopt_orphans(record_of, now, found.orphans)
        found.new += adopted
        doubtful = found.doubtful + found.new
        if doubtful:
            self._index.mend(lambda: self.read_again(doubtful))
        # A record that can't be read stays unknown to the index, and is looked at again at each start.
        new = self._index.get(found.new)
        missing = 0
        for state in (*self._index.get(found.doubtful), *new, *found.misplaced):
            if not self._is_in_place(state) and self._index.get([state.id]) == (state,):
                self._library.put_in_place(state)
            missing += not self._library.path_of(state).exists()
        if found.doubtful or new:
            self.folder.announce()
        return SweepReport(adopted=len(adopted), reindexed=len(new), cleared=cleared, missing_files=missing)

    def _compared(self) -> _Compared:
        """The whole, part by part: a large library's states at once would take a third of a gigabyte.

        What others do meanwhile may make a row doubtful that is not: whoever mends reads it again.
        """
        named = {one for path in self._pictures() if (one := id_in_name(path.name)) is not None}
        found = _Compared()
        entities: list[Change] = []
        for part in PARTS:
            self._compare(part, named, found, entities)
        shelf = fold_shelf(entities)
        if shelf != self._index.shelf():
            self._index.set_shelf(shelf)
        return found

    def _compare(self, part: IdRange, named: AbstractSet[str], found: _Compared, entities: list[Change]) -> None:
        """Each row beside what was logged. Lines about albums and tags go to `entities`."""
        fields = latest_fields(_of_images(self._changes.read(part), entities))
        recorded = self._recorded(part)
        found.orphans |= {one for one in named if part.holds(one)} - recorded
        unseen = {one for one in recorded if not fields.get(one, {}).get(PURGED)}
        for state in self._index.states(part):
            unseen.discard(state.id)
            if state.id not in recorded or state_of(state.record, fields.get(state.id, {})) != state:
                found.doubtful.append(state.id)
            elif not self._is_in_place(state):
                found.misplaced.append(state)
        found.new += sorted(unseen)

    def _recorded(self, part: IdRange) -> set[str]:
        """The ids of all records, by their files' names and the packs' lines."""
        ids = set(RecordPacks(self.folder.packs).ids(part))
        for folder in self.folder.records.glob("??"):
            if part.holds(folder.name):
                ids.update(name.removesuffix(".json") for name in os.listdir(folder) if name.endswith(".json"))  # noqa: PTH208 (names suffice)
        return ids

    def read_again(self, doubtful: list[str]) -> tuple[Iterable[ImageState], Iterable[str]]:
        """Called while nobody else can change the index: what the folder tells of these images, and which are none."""
        states = read_some(self.folder, self._changes, doubtful)
        return states.values(), frozenset(doubtful) - states.keys()

    def _place(self, state: ImageState) -> str:
        """Where its file should lie, relative to the library."""
        return os.path.relpath(self._library.trash_path(state), self._top) if state.trashed else state.path

    def _is_in_place(self, state: ImageState) -> bool:
        # As text: a hundred thousand are asked for.
        return os.path.exists(f"{self._top}/{self._place(state)}")  # noqa: PTH110 (said above)

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

    def _adopt_orphans(
        self, record_of: Callable[[str], bytes | None], now: datetime, orphans: AbstractSet[str]
    ) -> list[str]:
        adopted: list[str] = []
        for path in self._pictures() if orphans else ():
            image_id = id_in_name(path.name)
            if image_id not in orphans or image_id is None or self.folder.record_path(image_id).exists():
                continue
            record = self._orphan(path, image_id, record_of(image_id), now)
            if record is not None:
                write_durably(self.folder.record_path(image_id), encode_readable(record))
                adopted.append(image_id)
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


def _of_images(changes: Iterable[Change], others: list[Change]) -> Iterator[Change]:
    """Lines about images as they come; the others, which are few, are kept."""
    for change in changes:
        if change.image.startswith((ALBUM_ENTITY, TAG_ENTITY)):
            others.append(change)
        else:
            yield change
