"""The library: picture files in a folder, a record beside each, and a log of what was done to them."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY, fold_shelf
from imagegen_desktop.core.changes import SHA256, ImageState, Wish, with_change
from imagegen_desktop.core.errors import BadImageError
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.organising import undoing
from imagegen_desktop.core.records import Asked, Got, ImageRecord, Origin, Usage
from imagegen_desktop.core.remote import OriginalElsewhereError
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.storage.codec import encode_readable
from imagegen_desktop.storage.files import storage_errors, sync_folder, write_durably
from imagegen_desktop.storage.naming import file_name
from imagegen_desktop.storage.record_packs import RecordPacks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from pathlib import Path

    from imagegen_desktop.core.changes import Change, FieldValue
    from imagegen_desktop.storage.change_log import ChangeLog
    from imagegen_desktop.storage.index import Index
    from imagegen_desktop.storage.library_folder import LibraryFolder
    from imagegen_desktop.storage.record_packs import PackWriter
    from imagegen_desktop.storage.rereading import FolderContent
    from imagegen_desktop.storage.sweep import SweepReport

log = logging.getLogger(__name__)


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
    batch: str = ""
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
class Applied:
    """The images that a change concerned as they stand now, and the wishes that take it back."""

    states: tuple[ImageState, ...]
    undo: tuple[Wish, ...]


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
            measured = measure(new.data)
        except UndecodableError as error:
            kept = self.keep_aside(new.data)
            raise BadImageError(f"{error}\nThe bytes are kept in {kept}", kept=str(kept)) from error
        image_id = new_id()
        return ImageRecord(
            id=image_id,
            file=file_name(new.created, new.prompt, image_id, measured.format),
            sha256=hashlib.sha256(new.data).hexdigest(),
            created=new.created,
            origin=new.origin,
            prompt=new.prompt,
            asked=new.asked,
            got=Got(
                format=measured.format,
                width=measured.width,
                height=measured.height,
                frames=measured.frames,
                size_bytes=len(new.data),
                size=new.said_size,
                quality=new.said_quality,
                background=new.said_background,
            ),
            enhanced_prompt=new.enhanced_prompt,
            revised_prompt=new.revised_prompt,
            text_model=new.text_model,
            job=new.job,
            batch=new.batch,
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
            self.folder.require()
            write_durably(self.folder.path / record.file, data)
            write_durably(self.folder.record_path(record.id), encode_readable(record))
        state = ImageState(record=record)
        self._index.put([state])
        self.folder.announce()
        return state

    def packing(self) -> PackWriter:
        """Where the records of one bulk go, see `add_many`."""
        return RecordPacks(self.folder.packs).writer()

    def add_many(self, records: Iterable[ImageRecord], pack: PackWriter) -> tuple[ImageState, ...]:
        """Have records of files that stand already stand in `pack`, then in the index: one sync for all of them."""
        states = tuple(ImageState(record=record) for record in records)
        with storage_errors(self.folder.path):
            self.folder.require()
            pack.append(state.record for state in states)
        self._index.put(states)
        self.folder.announce()
        return states

    def note_hashes(self, hashes: Mapping[str, str]) -> tuple[ImageState, ...]:
        """Log the SHA-256 of files that were taken in before they were hashed, by image id; one sync for all."""
        return self.apply(Wish(image, SHA256, sha256) for image, sha256 in hashes.items()).states

    def keep_aside(self, data: bytes) -> Path:
        """Keep bytes that are no picture, under their hash, in the quarantine folder."""
        path = self.folder.quarantine / f"{hashlib.sha256(data).hexdigest()[:16]}.bin"
        with storage_errors(self.folder.path):
            self.folder.require()
            write_durably(path, data)
        return path

    # ---- take from elsewhere ----

    def take(self, device: str, records: Iterable[ImageRecord], changes: Iterable[Change]) -> None:
        """Keep what another device told: its changes, and records that are not known here. The index is not changed.

        When this returns all of it outlives a power cut; what comes twice does no harm.
        """
        with storage_errors(self.folder.path):
            self.folder.require()
            self._changes.mirror(device, changes)
            self.packing().append(records)

    def refresh(self, ids: Collection[str]) -> None:
        """Bring the index up to what the folder tells of these images; those that it does not tell of are taken out."""
        from imagegen_desktop.storage.sweep import Sweep  # noqa: PLC0415 (a start reads no folder)

        sweep = Sweep(self, self._changes, self._index)
        self._index.mend(lambda: sweep.read_again(list(ids)))
        self.folder.announce()

    def refresh_shelf(self) -> None:
        self._index.set_shelf(fold_shelf(self._changes.read()))

    def told(self, ids: Collection[str]) -> dict[str, ImageState]:
        """By id, as the folder tells them without the index: also those that were purged, which the index does not know."""
        from imagegen_desktop.storage.rereading import read_some  # noqa: PLC0415 (a start reads no folder)

        return read_some(self.folder, self._changes, ids)

    @property
    def changes(self) -> ChangeLog:
        return self._changes

    # ---- look ----

    @property
    def index(self) -> Index:
        return self._index

    def path_of(self, state: ImageState) -> Path:
        """Where the original lies now. The file may be missing; `read` then raises."""
        home = self.folder.path / state.path
        if not state.trashed:
            return home
        # Another picture may lie at its home by now.
        bin_place = self.trash_path(state)
        return bin_place if bin_place.exists() or not home.exists() else home

    def trash_path(self, state: ImageState) -> Path:
        """Its place in the trash. Names of ours hold the id; one that was given elsewhere gets it in front."""
        name = (self.folder.path / state.path).name
        return self.folder.trash / (name if state.id in name else f"{state.id}_{name}")

    def read(self, state: ImageState) -> bytes:
        """The original's bytes. Raises LibraryMissingError, OriginalElsewhereError, StorageError."""
        path = self.path_of(state)
        with storage_errors(self.folder.path):
            try:
                return path.read_bytes()
            except FileNotFoundError:
                if self.folder.is_there and self._index.held([state.id]):
                    raise OriginalElsewhereError(str(path)) from None
                raise

    # ---- change ----

    def change(self, ids: Iterable[str], field: str, value: FieldValue) -> tuple[ImageState, ...]:
        """Set one field of many images, see `apply`."""
        return self.apply(Wish(image, field, value) for image in ids).states

    def apply(self, wishes: Iterable[Wish]) -> Applied:
        """Write all wishes: the log first, with one fsync for all, then the files' places, then the index.

        Wishes about images that are not known are written all the same: their records may still be on their way.
        """
        wanted = tuple(wishes)
        with storage_errors(self.folder.path):
            self.folder.require()
        of_images: dict[str, list[Wish]] = {}
        for wish in wanted:
            if not wish.image.startswith((ALBUM_ENTITY, TAG_ENTITY)):
                of_images.setdefault(wish.image, []).append(wish)
        # What an earlier change of this device or of another one set is in the index already.
        known = self._index.get(of_images)
        shelf = self._index.shelf()
        undo = undoing(wanted, known, shelf)
        self._changes.append(wanted)
        changed: list[ImageState] = []
        for state in known:
            new = state
            for wish in of_images[state.id]:
                new = with_change(new, wish.field, wish.value)
            if new.trashed != state.trashed:
                self.put_in_place(new)
            changed.append(new)
        self._index.put(changed)
        if any(wish.image.startswith((ALBUM_ENTITY, TAG_ENTITY)) for wish in wanted):
            shelf = fold_shelf(self._changes.read())
            self._index.set_shelf(shelf)
        self.folder.announce()
        return Applied(states=tuple(changed), undo=undo)

    def put_in_place(self, state: ImageState) -> None:
        """Move the file to where its state says it lies: its own folder, or the trash."""
        home, bin_place = self.folder.path / state.path, self.trash_path(state)
        source, target = (home, bin_place) if state.trashed else (bin_place, home)
        with storage_errors(self.folder.path):
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
                sync_folder(target.parent)
                sync_folder(source.parent)

    # ---- mend ----

    def reread(self) -> FolderContent:
        """All that the folder tells, without the index."""
        from imagegen_desktop.storage.rereading import read_folder  # noqa: PLC0415 (a start reads no folder)

        with storage_errors(self.folder.path):
            self.folder.require()
            return read_folder(self.folder, self._changes)

    def sweep(self, record_of: Callable[[str], bytes | None], now: datetime) -> SweepReport:
        """Compare folder and index, and mend, see `storage.sweep`."""
        from imagegen_desktop.storage.sweep import Sweep  # noqa: PLC0415 (a start reads no folder)

        return Sweep(self, self._changes, self._index).run(record_of, now)
