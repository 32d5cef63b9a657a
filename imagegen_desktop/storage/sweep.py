"""Compares the folder of a library with its index, and mends what a crash or another computer left."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY, fold_shelf
from imagegen_desktop.core.changes import PURGED, ImageState, latest_fields, state_of
from imagegen_desktop.core.records import Got, ImageRecord, Origin
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.storage.codec import decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably
from imagegen_desktop.storage.folder_names import STALE_SECONDS, pictures_in, read_names
from imagegen_desktop.storage.id_range import PARTS, IdSet
from imagegen_desktop.storage.naming import id_in_name
from imagegen_desktop.storage.record_packs import RecordPacks
from imagegen_desktop.storage.rereading import read_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from imagegen_desktop.core.changes import Change, FieldValue
    from imagegen_desktop.storage.change_log import ChangeLog
    from imagegen_desktop.storage.folder_names import FolderNames
    from imagegen_desktop.storage.id_range import IdRange
    from imagegen_desktop.storage.index import Index
    from imagegen_desktop.storage.library import Library

log = logging.getLogger(__name__)

# So many states at once.
_CHUNK: Final = 500


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
    misplaced: list[str] = field(default_factory=list)
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
            names = read_names(self.folder)
            for path in names.stale:
                Path(path).unlink(missing_ok=True)
            found = self._compared(names)
            adopted = self._adopt_orphans(record_of, now, found.orphans)
        found.new += adopted
        doubtful = found.doubtful + found.new
        if doubtful:
            self._index.mend(lambda: self.read_again(doubtful))
        # A record that can't be read stays unknown to the index, and is looked at again at each start.
        reindexed, missing = self._put_in_place(found.new)
        missing += self._put_in_place(found.doubtful)[1] + self._put_in_place(found.misplaced)[1]
        if found.doubtful or reindexed:
            self.folder.announce()
        return SweepReport(adopted=len(adopted), reindexed=reindexed, cleared=len(names.stale), missing_files=missing)

    def _compared(self, names: FolderNames) -> _Compared:
        """The whole, part by part: a large library's states at once would take a third of a gigabyte.

        What others do meanwhile may make a row doubtful that is not: whoever mends reads it again.
        """
        found = _Compared()
        entities: list[Change] = []
        for number, changes in enumerate(self._changes.read_parts()):
            fields = latest_fields(_of_images(changes, entities))
            recorded = names.records.of(number)
            found.orphans |= names.pictures.of(number) - recorded
            self._compare(PARTS[number], fields, recorded, found)
        shelf = fold_shelf(entities)
        if shelf != self._index.shelf():
            self._index.set_shelf(shelf)
        return found

    def _compare(
        self, part: IdRange, fields: dict[str, dict[str, FieldValue]], recorded: set[str], found: _Compared
    ) -> None:
        """Each row beside what was logged, and the records that have no row."""
        unseen = {one for one in recorded if not fields.get(one, {}).get(PURGED)}
        for state in self._index.states(part):
            unseen.discard(state.id)
            if state.id not in recorded or state_of(state.record, fields.get(state.id, {})) != state:
                found.doubtful.append(state.id)
            elif not self._is_in_place(state):
                found.misplaced.append(state.id)
        found.new += sorted(unseen)

    def _put_in_place(self, ids: list[str]) -> tuple[int, int]:
        """Have the files of images lie where the index says; gives how many of these it knows, and how many have no file.

        Some states at a time: where the bucket alone has the originals, this is asked for each image.
        """
        known = missing = 0
        for start in range(0, len(ids), _CHUNK):
            for state in self._index.get(ids[start : start + _CHUNK]):
                known += 1
                if not self._is_in_place(state) and self._index.get([state.id]) == (state,):
                    self._library.put_in_place(state)
                missing += not self._library.path_of(state).exists()
        return known, missing

    def read_again(self, doubtful: list[str]) -> tuple[Iterable[ImageState], Iterable[str]]:
        """Called while nobody else can change the index: what the folder tells of these images, and which are none."""
        states = read_some(self.folder, self._changes, doubtful)
        # Of a folder that went in between none is told, and none is gone.
        self.folder.require()
        return states.values(), frozenset(doubtful) - states.keys()

    def _place(self, state: ImageState) -> str:
        """Where its file should lie, relative to the library."""
        return os.path.relpath(self._library.trash_path(state), self._top) if state.trashed else state.path

    def _is_in_place(self, state: ImageState) -> bool:
        # As text: a hundred thousand are asked for.
        return os.path.exists(f"{self._top}/{self._place(state)}")  # noqa: PTH110 (said above)

    def _adopt_orphans(
        self, record_of: Callable[[str], bytes | None], now: datetime, orphans: AbstractSet[str]
    ) -> list[str]:
        adopted: list[str] = []
        if not orphans:
            return adopted
        # A bulk's files stand for a while before their records do.
        orphans -= set(RecordPacks(self.folder.packs).ids(IdSet(frozenset(orphans))))
        for entry in pictures_in(self.folder):
            image_id = id_in_name(entry.name)
            if image_id is None or image_id not in orphans or self.folder.record_path(image_id).exists():
                continue
            record = self._orphan(Path(entry.path), image_id, record_of(image_id), now)
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
