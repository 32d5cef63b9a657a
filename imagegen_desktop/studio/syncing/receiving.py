"""Takes what other computers wrote: reads their segments, holds back a mass of deletes, keeps and shows the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY
from imagegen_desktop.core.changes import PURGED, TRASHED, Change, ImageState, Wish, latest_fields
from imagegen_desktop.core.remote import RemoteAbsentError, RemoteDamagedError
from imagegen_desktop.storage.files import make_folder, storage_errors, sync_folder
from imagegen_desktop.storage.sync_book import Stream
from imagegen_desktop.studio.syncing.journal import MOST_PACKED, Segment, opened
from imagegen_desktop.studio.syncing.layout import (
    JOURNALS,
    SNAPSHOTS,
    SnapshotPart,
    journal_key,
    number_of,
    snapshot_key,
    snapshot_of,
)
from imagegen_desktop.studio.syncing.steps import (
    Damaged,
    Deletes,
    DeletesHeldBack,
    Phase,
    Received,
    SyncProgress,
    SyncStep,
)

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

THREADS: Final = 8
# Deletes of more images than that, or of more than one in ten where they are more than a few, are asked about.
MASS: Final = 50
A_FEW: Final = 4
ONE_IN: Final = 10
# So many compressed bytes are read before they are applied.
GROUP: Final = 32 << 20
# More news than that, and everything is read again at once instead of piece by piece.
WHOLE: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Object:
    """What a device wrote, up to `number` of its journal once this is applied."""

    device: str
    key: str
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class _Read:
    source: _Object
    segment: Segment | None
    problem: str = ""


class Receiving:
    """Raises RemoteError, StorageError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends

    def run(self, cancel: CancelToken, deletes: Deletes = Deletes.ASK) -> Iterator[SyncStep]:
        """One round. A cancel keeps what was applied; the next round goes on from there."""
        news = [one for device in self._ends.devices() for one in self._news_of(device)]
        retold = [one for one in map(self._retold, self._ends.book.unread()) if one is not None]
        news = [*retold, *news]
        if not news:
            return
        done = 0
        yield SyncProgress(Phase.RECEIVING, 0, len(news))
        with ThreadPoolExecutor(THREADS, "receiving") as pool:
            for group in _groups(news):
                read: list[_Read] = []
                for each in pool.map(partial(self._read, cancel), group):
                    read.append(each)
                    done += 1
                    yield SyncProgress(Phase.RECEIVING, done, len(news))
                if cancel.cancelled:
                    return
                held_back = self._mass_of(read) if deletes is not Deletes.ACCEPT else None
                if held_back is not None and deletes is Deletes.ASK:
                    yield held_back[0]
                    return
                yield from self._apply(read, held_back[1] if held_back else [])

    # ---- what is new ----

    def _news_of(self, device: str) -> Iterator[_Object]:
        store, last = self._ends.store, self._ends.book.number(Stream.JOURNAL, device)
        if last == 0:
            snapshot = list(self._snapshot_of(device))
            yield from snapshot
            last = max((one.number for one in snapshot), default=0)
        start = journal_key(device, last) if last else ""
        for one in store.list(f"{JOURNALS}{device}/", after=start):
            number = number_of(one.key)
            if number is not None and one.key == journal_key(device, number):
                yield _Object(device, one.key, number, one.size)

    def _snapshot_of(self, device: str) -> Iterator[_Object]:
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
                    yield _Object(device, snapshot_key(device, part), upto if number == part.parts else 0, size)
                return

    def _retold(self, key: str) -> _Object | None:
        """A segment that could not be read before may have been put right meanwhile, or told again in later ones."""
        there = self._ends.store.head(key)
        if there is None:
            self._ends.book.read_at_last([key])
            return None
        return _Object(key.split("/")[2], key, 0, there.size)

    # ---- reading ----

    def _read(self, cancel: CancelToken, one: _Object) -> _Read:
        """On a thread of the pool."""
        if cancel.cancelled:
            return _Read(one, None)
        try:
            return _Read(one, opened(one.key, self._ends.store.get(one.key, limit=MOST_PACKED)))
        except (RemoteDamagedError, RemoteAbsentError) as error:
            return _Read(one, None, error.details or error.title)

    def _mass_of(self, read: list[_Read]) -> tuple[DeletesHeldBack, list[str]] | None:
        """The images of this computer that would go, if they are too many; None if they are not."""
        changes = [one for each in read if each.segment for one in each.segment.changes]
        gone = [one for one in changes if one.field in {TRASHED, PURGED} and one.value]
        wanted = latest_fields(one for one in changes if one.field in {TRASHED, PURGED})
        doomed = {image for image, fields in wanted.items() if any(fields.values())}
        index = self._ends.library.index
        # What lies in the trash already is lost only by being deleted for good.
        doomed = {state.id for state in index.get(sorted(doomed)) if not state.trashed or wanted[state.id].get(PURGED)}
        total = len(index.ids())
        if len(doomed) <= MASS and (len(doomed) <= A_FEW or len(doomed) * ONE_IN <= total):
            return None
        devices = sorted({one.device for one in gone if one.image in doomed})
        names = tuple(self._ends.name_of(device) for device in devices)
        return DeletesHeldBack(len(doomed), total, names), sorted(doomed)

    # ---- applying ----

    def _apply(self, read: list[_Read], taken_back: list[str]) -> Generator[SyncStep]:
        """`taken_back` images are to stay: what was said of them is known, and answered before anything is done."""
        library, book = self._ends.library, self._ends.book
        known = library.index.ids()
        records: dict[str, ImageRecord] = {}
        changes: list[Change] = []
        for device in dict.fromkeys(each.source.device for each in read):
            segments = [each.segment for each in read if each.source.device == device and each.segment]
            told = [one for segment in segments for one in segment.changes]
            new = {one.id: one for segment in segments for one in segment.records}
            library.take(device, (one for one in new.values() if one.id not in known), told)
            records |= new
            changes += told
        if taken_back:
            stay = [Wish(image, field, value=False) for image in taken_back for field in (TRASHED, PURGED)]
            library.changes.append(stay)
        images = set(records) | {one.image for one in changes if not _is_shelf(one)}
        before = {state.id: state for state in library.index.get(sorted(images))}
        whole = len(images) > WHOLE
        if whole:
            library.refresh_all()
        elif images:
            library.refresh(images)
        if any(_is_shelf(one) for one in changes):
            library.refresh_shelf()
        after = {state.id: state for state in library.index.get(sorted(images))}
        self._place(before, after)
        gone = [image for image in images if image not in after]
        for each in read:
            yield from self._noted(each, after)
        # Whoever deleted them for good took them out of the bucket, or is about to.
        book.drop((*gone, *taken_back))
        library.index.hold((one for one in records if one in after), (*gone, *taken_back))
        if records or changes:
            refused = sum(each.segment.refused for each in read if each.segment)
            yield Received(len(records), len(changes), () if whole else tuple(after.values()), refused, whole)

    def _noted(self, each: _Read, after: dict[str, ImageState]) -> Iterator[SyncStep]:
        source, segment = each.source, each.segment
        held = [one.id for one in segment.records if one.id in after] if segment else []
        if segment is not None and source.number == 0:
            self._ends.book.read_at_last([source.key])
        self._ends.book.read(source.device, source.number, held, () if segment else [source.key])
        if segment is None:
            yield Damaged(source.key, each.problem)

    def _place(self, before: dict[str, ImageState], after: dict[str, ImageState]) -> None:
        """Have files follow what was said elsewhere: to the trash and back, to another name; never over another file."""
        library = self._ends.library
        for image, old in before.items():
            new = after.get(image)
            if new is None:
                self._discard(old)
                continue
            if old.path != new.path:
                self._rename(library.folder.path / old.path, library.folder.path / new.path)
            if old.trashed != new.trashed:
                library.put_in_place(new)

    def _rename(self, source: Path, target: Path) -> None:
        with storage_errors(self._ends.library.folder.path):
            if source.is_file() and not target.exists():
                make_folder(target.parent)
                source.rename(target)
                sync_folder(target.parent)
                sync_folder(source.parent)

    def _discard(self, state: ImageState) -> None:
        """Deleted for good on another computer: here its file goes to the system's trash, or else stays in quarantine."""
        library = self._ends.library
        path = library.path_of(state)
        if not path.is_file() or self._ends.discard(path):
            return
        self._rename(path, library.folder.quarantine / path.name)


def _is_shelf(change: Change) -> bool:
    return change.image.startswith((ALBUM_ENTITY, TAG_ENTITY))


def _groups(news: Iterable[_Object]) -> Iterator[list[_Object]]:
    group: list[_Object] = []
    size = 0
    for one in news:
        if group and size + one.size > GROUP:
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group
