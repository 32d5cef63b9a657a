"""Takes what other computers wrote: reads their segments, holds back a mass of deletes, keeps and shows the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY
from imagegen_desktop.core.changes import (
    FILE,
    PURGED,
    TRASHED,
    Change,
    ImageState,
    Wish,
    fold,
    latest_fields,
    with_change,
)
from imagegen_desktop.core.remote import RemoteAbsentError, RemoteDamagedError
from imagegen_desktop.studio.syncing.journal import MOST_PACKED, Segment, opened
from imagegen_desktop.studio.syncing.news import News, Unread
from imagegen_desktop.studio.syncing.placing import Placing
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
    from collections.abc import Callable, Generator, Iterable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

THREADS: Final = 8
# Deletes of more images than that, or of more than one in ten where they are more than a few, are asked about.
MASS: Final = 50
A_FEW: Final = 4
ONE_IN: Final = 10
# So many compressed bytes are read before they are looked at for a mass of deletes,
CHECKED: Final = 32 << 20
# and so many are applied at once: some thousand records, which are shown then.
GROUP: Final = 1 << 20
# More images than that, and everything should be looked at again instead of each.
WHOLE: Final = 2_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Read:
    """`data` can be opened unless there was a `problem`; `deletes` are the changes in it that delete or restore."""

    source: Unread
    data: bytes = field(default=b"", repr=False)
    deletes: tuple[Change, ...] = ()
    problem: str = ""


class Receiving:
    """Raises RemoteError, StorageError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends
        self._news = News(ends)
        self._placing = Placing(ends.library, ends.discard)

    def run(self, cancel: CancelToken, deletes: Deletes = Deletes.ASK) -> Iterator[SyncStep]:
        """One round. A cancel keeps what was applied; the next round goes on from there."""
        news = self._news.find()
        # Where nothing is nothing can be deleted.
        checks = deletes is not Deletes.ACCEPT and bool(self._ends.library.index.ids())
        done = 0
        if news:
            yield SyncProgress(Phase.RECEIVING, 0, len(news))
        with ThreadPoolExecutor(THREADS, "receiving") as pool:
            for group in _groups(news, CHECKED if checks else GROUP, lambda one: one.size):
                read: list[_Read] = []
                for each in pool.map(partial(self._read, cancel), group):
                    read.append(each)
                    done += 1
                    yield SyncProgress(Phase.RECEIVING, done, len(news))
                held_back = self._mass_of(read) if checks and not cancel.cancelled else None
                if held_back is not None and deletes is Deletes.ASK:
                    yield held_back[0]
                    return
                for piece in _groups(read, GROUP, lambda one: len(one.data)):
                    if cancel.cancelled:
                        return
                    yield from self._apply(piece, held_back[1] if held_back else frozenset())
        self._ends.book.caught_up()

    # ---- reading ----

    def _read(self, cancel: CancelToken, one: Unread) -> _Read:
        """On a thread of the pool."""
        if cancel.cancelled:
            return _Read(one, problem="It was stopped.")
        try:
            data = self._ends.store.get(one.key, limit=MOST_PACKED)
            segment = opened(one.key, data)
        except (RemoteDamagedError, RemoteAbsentError) as error:
            return _Read(one, problem=error.details or error.title)
        return _Read(one, data, tuple(each for each in segment.changes if each.field in {TRASHED, PURGED}))

    def _mass_of(self, read: list[_Read]) -> tuple[DeletesHeldBack, frozenset[str]] | None:
        """The images of this computer that would go, if they are too many; None if they are not.

        On a computer that has not read all that was ever written, only those count whose files it has: who joins hears of old
        deletes after the images.
        """
        changes = [one for each in read for one in each.deletes]
        wanted = latest_fields(changes)
        doomed = {image for image, fields in wanted.items() if any(fields.values())}
        index = self._ends.library.index
        # What lies in the trash already is lost only by being deleted for good.
        states = (one for one in index.get(sorted(doomed)) if not one.trashed or wanted[one.id].get(PURGED))
        knows_all, path_of = self._ends.book.standing().caught_up, self._ends.library.path_of
        doomed = {one.id for one in states if knows_all or path_of(one).is_file()}
        total = len(index.ids())
        if len(doomed) <= MASS and (len(doomed) <= A_FEW or len(doomed) * ONE_IN <= total):
            return None
        devices = sorted({one.device for one in changes if one.value and one.image in doomed})
        names = tuple(self._ends.name_of(device) for device in devices)
        return DeletesHeldBack(len(doomed), total, names), frozenset(doomed)

    # ---- applying ----

    def _apply(self, read: list[_Read], taken_back: frozenset[str]) -> Generator[SyncStep]:
        """`taken_back` images are to stay: what was said of them is known, and answered before anything is done."""
        library = self._ends.library
        segments = {each.source: opened(each.source.key, each.data) for each in read if not each.problem}
        told = self._kept(segments)
        changes = told.changes
        stays = sorted(taken_back & {one.image for one in changes})
        if stays:
            library.changes.append(Wish(image, name, value=False) for image in stays for name in (TRASHED, PURGED))
        known = library.index.ids()
        # Of others the record is still to come, and then brings what was said of them; what was deleted for good has one.
        images = {one.image for one in changes if one.image in known or (one.field == PURGED and not _is_shelf(one))}
        images |= {one.id for one in told.records}
        before = {state.id: state for state in library.index.get(sorted(images))}
        planned = self._planned(told, before)
        # The files first: who dies in between does all of it again.
        self._placing.follow(before, planned)
        whole = len(images) > WHOLE
        if images:
            library.refresh(images)
        if any(_is_shelf(one) for one in changes):
            library.refresh_shelf()
        after = {state.id: state for state in library.index.get(sorted(images))}
        # What was done here meanwhile holds as well.
        self._placing.follow({image: one for image, one in planned.items() if not one.purged}, after)
        self._noted([each.source for each in read], segments, told, after, taken_back)
        yield from (Damaged(each.source.key, each.problem) for each in read if each.problem)
        if told.records or changes:
            states = () if whole else tuple(after.values())
            yield Received(len(told.records), len(changes), states, told.refused, whole)

    def _kept(self, segments: dict[Unread, Segment]) -> Segment:
        """Have the library keep what was told, each device's own; gives all of it."""
        library = self._ends.library
        known = library.index.ids()
        records: dict[str, ImageRecord] = {}
        changes: list[Change] = []
        for device in dict.fromkeys(source.device for source in segments):
            own = [segment for source, segment in segments.items() if source.device == device]
            told = [one for segment in own for one in segment.changes]
            new = {one.id: one for segment in own for one in segment.records if one.id not in records}
            library.take(device, (one for one in new.values() if one.id not in known), told)
            records |= new
            changes += told
        refused = sum(segment.refused for segment in segments.values())
        return Segment(tuple(records.values()), tuple(changes), refused)

    def _planned(self, told: Segment, before: dict[str, ImageState]) -> dict[str, ImageState]:
        """How those images will stand whose files have to move or need another name, which they are given here."""
        library = self._ends.library
        moved = {one.image for one in told.changes if one.field in {TRASHED, PURGED, FILE}}
        new = (one for one in told.records if one.id not in before)
        known = moved & before.keys()
        planned = fold(new, told.changes) | (library.told(known) if known else {})
        names = list(self._placing.other_names(before, planned))
        if names:
            # Those of which other things were said before need none, perhaps.
            planned |= library.told({one.image for one in names})
            names = list(self._placing.other_names(before, {one.image: planned[one.image] for one in names}))
            library.changes.append(names)
        return planned | {one.image: with_change(planned[one.image], FILE, one.value) for one in names}

    def _noted(
        self,
        sources: list[Unread],
        segments: dict[Unread, Segment],
        told: Segment,
        after: dict[str, ImageState],
        taken_back: frozenset[str],
    ) -> None:
        book = self._ends.book
        for source in sources:
            segment = segments.get(source)
            held = [one.id for one in segment.records if one.id in after] if segment else []
            if segment is not None and source.number == 0:
                book.read_at_last([source.key])
            book.read(source.device, source.number, held, () if segment else self._news.instead_of(source))
        # Whoever deleted them for good took them out of the bucket, or is about to.
        purged = {one.image for one in told.changes if one.field == PURGED and one.value}
        gone = [image for image in purged if image not in after or image in taken_back]
        book.drop(gone)
        self._ends.library.index.hold((one.id for one in told.records if one.id in after), gone)


def _is_shelf(change: Change) -> bool:
    return change.image.startswith((ALBUM_ENTITY, TAG_ENTITY))


def _groups(items: Iterable[T], most: int, size_of: Callable[[T], int]) -> Iterator[list[T]]:
    group: list[T] = []
    size = 0
    for one in items:
        if group and size + size_of(one) > most:
            yield group
            group, size = [], 0
        group.append(one)
        size += size_of(one)
    if group:
        yield group
