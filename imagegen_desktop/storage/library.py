"""The library: picture files in a folder, a record beside each, and a log of what was done to them."""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import TRASHED, ImageState, fold
from imagegen_desktop.core.errors import BadImageError
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import Asked, Got, ImageRecord, Origin, Usage
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.storage.change_log import ChangeLog, Wish
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors, sync_folder, write_durably
from imagegen_desktop.storage.naming import file_name, id_in_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import FieldValue
    from imagegen_desktop.storage.index import Index
    from imagegen_desktop.storage.library_folder import LibraryFolder

log = logging.getLogger(__name__)

STALE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImage:
    """What is known of an image before it has a name. `data` are the bytes as received."""

    data: bytes
    created: datetime
    origin: Origin
    prompt: str
    asked: Asked | None
    enhanced_prompt: str | None = None
    revised_prompt: str | None = None
    text_model: str = ""
    job: str = ""
    position: int = 0
    seed: int | None = None
    took: float | None = None
    usage: Usage | None = None
    cost: Decimal | None = None
    service_request_id: str = ""
    app_version: str = ""
    said_size: str = ""
    said_quality: str = ""
    said_background: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """`adopted` orphans got a record, `reindexed` records were unknown to the index, `cleared` temporaries were deleted."""

    adopted: int = 0
    reindexed: int = 0
    cleared: int = 0
    missing_files: int = 0


class Library:
    """One library on one computer. Safe from several processes. Raises StorageError and its family."""

    def __init__(self, folder: LibraryFolder, *, changes: ChangeLog, index: Index) -> None:
        self.folder = folder
        self.id = folder.id
        self._changes = changes
        self._index = index

    # ---- add ----

    def describe(self, new: NewImage) -> ImageRecord:
        """The record that `add` will write: the bytes are measured and named here. Raises BadImageError."""
        try:
            kind, width, height = measure(new.data)
        except UndecodableError as error:
            kept = self.keep_aside(new.data)
            raise BadImageError(f"{error}\nThe bytes are kept in {kept}", kept=str(kept)) from error
        image_id = new_id()
        return ImageRecord(
            id=image_id,
            file=file_name(new.created, new.prompt, image_id, kind),
            sha256=hashlib.sha256(new.data).hexdigest(),
            created=new.created,
            origin=new.origin,
            prompt=new.prompt,
            asked=new.asked,
            got=Got(
                format=kind,
                width=width,
                height=height,
                size_bytes=len(new.data),
                size=new.said_size,
                quality=new.said_quality,
                background=new.said_background,
            ),
            enhanced_prompt=new.enhanced_prompt,
            revised_prompt=new.revised_prompt,
            text_model=new.text_model,
            job=new.job,
            position=new.position,
            seed=new.seed,
            took=new.took,
            usage=new.usage,
            cost=new.cost,
            service_request_id=new.service_request_id,
            app_version=new.app_version,
        )

    def add(self, record: ImageRecord, data: bytes) -> ImageState:
        """Have the file stand, then the record, then the index row; when this returns all three outlive a power cut.

        The index's row may be lost in one, and is made again from the record by `sweep`.
        """
        with storage_errors(self.folder.path):
            write_durably(self.folder.path / record.file, data)
            write_durably(self.folder.record_path(record.id), encode_readable(record))
        state = ImageState(record=record)
        self._index.put([state])
        self.folder.announce()
        return state

    def keep_aside(self, data: bytes) -> Path:
        """Keep bytes that are no picture, under their hash, in the quarantine folder."""
        path = self.folder.quarantine / f"{hashlib.sha256(data).hexdigest()[:16]}.bin"
        with storage_errors(self.folder.path):
            write_durably(path, data)
        return path

    # ---- look ----

    @property
    def index(self) -> Index:
        return self._index

    def path_of(self, state: ImageState) -> Path:
        """Where the original lies now. The file may be missing; `read` then raises."""
        home = self.folder.path / state.record.file
        return self.folder.trash / home.name if state.trashed and not home.exists() else home

    def read(self, state: ImageState) -> bytes:
        """The original's bytes. Raises LibraryMissingError, StorageError."""
        with storage_errors(self.folder.path):
            return self.path_of(state).read_bytes()

    # ---- change ----

    def change(self, ids: Iterable[str], field: str, value: FieldValue) -> tuple[ImageState, ...]:
        """Set one field of many images: the log first, with one fsync, then the files' places, then the index."""
        wanted = tuple(ids)
        self._changes.append(Wish(image, field, value) for image in wanted)
        # What an earlier change of this device or of another one set is in the index already.
        known = self._index.get(wanted)
        changed = tuple(self._folded(state, field, value) for state in known)
        if field == TRASHED:
            for state in changed:
                self._put_in_place(state)
        self._index.put(changed)
        self.folder.announce()
        return changed

    @staticmethod
    def _folded(state: ImageState, field: str, value: FieldValue) -> ImageState:
        return replace(state, **{field: value})

    def _put_in_place(self, state: ImageState) -> None:
        """Move the file to where its state says it lies: its own folder, or the trash."""
        home = self.folder.path / state.record.file
        bin_place = self.folder.trash / home.name
        source, target = (home, bin_place) if state.trashed else (bin_place, home)
        with storage_errors(self.folder.path):
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
                sync_folder(target.parent)
                sync_folder(source.parent)

    # ---- mend ----

    def sweep(self, record_of: Callable[[str], bytes | None], now: datetime) -> SweepReport:
        """Compare folder and index, and mend: adopt orphans, index what is missing, clear stale temporary files.

        `record_of` gives the record that was noted for an orphan's id before its file was written, if there is one.
        """
        with storage_errors(self.folder.path):
            cleared = self._clear_temporaries()
            adopted = self._adopt_orphans(record_of, now)
            records = {record.id: record for record in self._records()}
        states = fold(records.values(), self._changes.read())
        indexed = {state.id: state for state in self._index.get(self._index.ids())}
        live = {image_id: state for image_id, state in states.items() if not state.purged}
        self._index.put(state for image_id, state in live.items() if indexed.get(image_id) != state)
        self._index.drop(indexed.keys() - live.keys())
        for state in live.values():
            self._put_in_place(state)
        report = SweepReport(
            adopted=adopted,
            reindexed=len(live.keys() - indexed.keys()),
            cleared=cleared,
            missing_files=sum(not self.path_of(state).exists() for state in live.values()),
        )
        if live != indexed:
            self.folder.announce()
        return report

    def _records(self) -> Iterator[ImageRecord]:
        for path in sorted(self.folder.records.glob("??/*.json")):
            try:
                yield decode(path.read_bytes(), ImageRecord)
            except MalformedError as error:
                log.warning("the record %s can't be read and is left as it is: %s", path.name, error)

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

    def _adopt_orphans(self, record_of: Callable[[str], bytes | None], now: datetime) -> int:
        adopted = 0
        for path in self._pictures():
            image_id = id_in_name(path.name)
            if image_id is None or self.folder.record_path(image_id).exists():
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
            kind, width, height = measure(data)
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
            got=Got(format=kind, width=width, height=height, size_bytes=len(data)),
        )
