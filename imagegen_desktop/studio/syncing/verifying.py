"""Compares a library with its bucket: what is in one alone, what differs, what is damaged or foreign there."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.remote import RemoteAbsentError, RemoteDamagedError
from imagegen_desktop.storage.incoming import StoppedError, UnreadableError, hash_of
from imagegen_desktop.storage.inventory import states_of
from imagegen_desktop.storage.sync_book import Stream
from imagegen_desktop.studio.syncing.fetching import Fetching, sha256_of
from imagegen_desktop.studio.syncing.journal import MOST_PACKED, opened, packed
from imagegen_desktop.studio.syncing.layout import (
    DEVICES,
    JOURNALS,
    LIBRARIES,
    ORIGINALS,
    SHARED,
    SNAPSHOTS,
    THUMBNAILS,
    image_of,
    is_id,
    journal_key,
    number_of,
    original_key,
    snapshot_of,
)
from imagegen_desktop.studio.syncing.segment_writer import SegmentWriter
from imagegen_desktop.studio.syncing.steps import Compared, Fetched, Finding, Found, Phase, SyncProgress

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.remote import RemoteObject
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

THREADS: Final = 8
VerifyStep = SyncProgress | Found | Compared
_OFTEN: Final = 50


class Verifying:
    """Raises RemoteError, StorageError. Nothing is deleted or overwritten but what `mend` puts right."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends
        self._found: Counter[Finding] = Counter()
        self._mended = 0

    def run(self, cancel: CancelToken, *, read_back: bool = False, mend: bool = False) -> Iterator[VerifyStep]:
        """`read_back` fetches every object and hashes it; else sizes are compared, where the store tells them.

        `mend` sends what is here alone, fetches what is there alone, and replaces what differs there by what is right here.
        """
        self._ends.guard()
        everything = {one.key: one for one in self._ends.store.list("")}
        yield from self._strangers(everything)
        originals = {key: one for key, one in everything.items() if key.startswith(ORIGINALS)}
        ids = self._ends.library.index.ids()
        sound, of, done = 0, len(ids), 0
        yield SyncProgress(Phase.VERIFYING, 0, of)
        with ThreadPoolExecutor(THREADS, "verifying") as pool:
            looked = pool.map(
                partial(self._look, originals, cancel, read_back=read_back), states_of(self._ends.library, ids)
            )
            for state, finding in looked:
                done += 1
                if cancel.cancelled:
                    return
                if finding is None:
                    sound += 1
                else:
                    yield from self._tell(state, finding, cancel, mend=mend)
                if done % _OFTEN == 0 or done == of:
                    yield SyncProgress(Phase.VERIFYING, done, of)
        yield from self._journals(everything, cancel, mend=mend)
        if not cancel.cancelled:
            yield Compared(sound, dict(self._found), self._mended, read_back)

    # ---- images ----

    def _look(
        self, originals: dict[str, RemoteObject], cancel: CancelToken, state: ImageState, *, read_back: bool
    ) -> tuple[ImageState, Finding | None]:
        """On a thread of the pool."""
        if cancel.cancelled:
            return state, None
        here = self._ends.library.path_of(state).is_file()
        there = originals.get(original_key(state.record))
        if there is None:
            return state, Finding.NOT_THERE if here else Finding.LOST
        if not self._is_right(state, there, read_back=read_back):
            return state, Finding.DIFFERS
        return state, None if here else Finding.NOT_HERE

    def _is_right(self, state: ImageState, there: RemoteObject, *, read_back: bool) -> bool:
        size = state.record.got.size_bytes
        if self._ends.store.tells_sizes and there.size != size:
            return False
        if not read_back:
            return True
        try:
            data = self._ends.store.get(there.key, limit=size)
        except (RemoteDamagedError, RemoteAbsentError):
            return False
        return not state.sha256 or sha256_of(data) == state.sha256

    def _tell(self, state: ImageState, finding: Finding, cancel: CancelToken, *, mend: bool) -> Iterator[Found]:
        mended = mend and self._mend(state, finding, cancel)
        self._count(finding, mended=mended)
        yield Found(finding, state.path, state.id, mended)

    def _mend(self, state: ImageState, finding: Finding, cancel: CancelToken) -> bool:
        ends, path = self._ends, self._ends.library.path_of(state)
        if finding is Finding.NOT_HERE:
            return any(isinstance(step, Fetched) for step in Fetching(ends).fetch([state], cancel))
        if finding is Finding.LOST:
            return False
        try:
            if hash_of(path, cancel) != state.sha256:
                return False
        except (UnreadableError, StoppedError):
            return False
        key = original_key(state.record)
        if finding is Finding.DIFFERS:
            # The one right copy is here, and was read just now.
            ends.store.delete(key)
        ends.store.put(key, path)
        return True

    # ---- all else ----

    def _journals(self, keys: Iterable[str], cancel: CancelToken, *, mend: bool) -> Generator[Found]:
        """Whether each segment is there and can be read. What this computer knows of one that is not is told anew."""
        ends = self._ends
        bad: list[str] = []
        numbers: dict[str, set[int]] = {}
        for key in (one for one in keys if _is_ours(one) and one.startswith((JOURNALS, SNAPSHOTS))):
            if cancel.cancelled:
                return
            if key.startswith(JOURNALS):
                numbers.setdefault(_device_of(key), set()).add(number_of(key) or 0)
            try:
                opened(key, ends.store.get(key, limit=MOST_PACKED))
            except (RemoteDamagedError, RemoteAbsentError):
                bad.append(key)
        for device in {*numbers, ends.device}:
            last = ends.book.own_number() if device == ends.device else ends.book.number(Stream.JOURNAL, device)
            gaps = set(range(1, last + 1)) - numbers.get(device, set())
            bad += [journal_key(device, number) for number in sorted(gaps)]
        mended = [key for key in bad if mend and self._knows(key)]
        self._tell_again({_device_of(key) for key in mended if key.startswith(JOURNALS)})
        for key in bad:
            if key in mended:
                ends.store.delete(key)
            if key in mended and key.startswith(JOURNALS):
                # An empty one: a number that is missing would be looked for by everybody.
                ends.store.put(key, packed(()))
            self._count(Finding.DAMAGED, mended=key in mended)
            yield Found(Finding.DAMAGED, key, mended=key in mended)

    def _knows(self, key: str) -> bool:
        """Whether this computer can tell again what that object told: it wrote it, or has read it."""
        ends, device = self._ends, _device_of(key)
        if device == ends.device:
            return True
        read = key.startswith(JOURNALS) and (number_of(key) or 0) <= ends.book.number(Stream.JOURNAL, device)
        return read and key not in ends.book.unread()

    def _tell_again(self, devices: AbstractSet[str]) -> None:
        """All that this computer knows of these, in new segments of its own: what is told twice does no harm."""
        if not devices:
            return
        ends = self._ends
        writer = SegmentWriter(ends)
        if ends.device in devices:
            ends.book.rewind_log()
        for device in sorted(devices):
            for change in ends.library.changes.mirrored(device):
                writer.add_change(change)
        for state in states_of(ends.library, ends.book.held()):
            writer.add(state.record)
        for _ in writer.close():
            pass

    def _strangers(self, keys: Iterable[str]) -> Iterator[Found]:
        for key in keys:
            if not _is_ours(key):
                self._count(Finding.FOREIGN, mended=False)
                yield Found(Finding.FOREIGN, key)
        for _ in range(self._ends.store.count_foreign()):
            self._count(Finding.FOREIGN, mended=False)
            yield Found(Finding.FOREIGN, "a name that this library's passphrase does not open")

    def _count(self, finding: Finding, *, mended: bool) -> None:
        self._found[finding] += 1
        self._mended += mended


def _device_of(key: str) -> str:
    return key.split("/")[2]


def _is_ours(key: str) -> bool:
    """By its form."""
    device, _, name = key.partition("/")[2].partition("/")[2].partition("/")
    if key.startswith((LIBRARIES, DEVICES)):
        return is_id(device) and not name
    if key.startswith((JOURNALS, THUMBNAILS)):
        return is_id(device) and number_of(key) is not None and name.isdigit()
    if key.startswith(SNAPSHOTS):
        return is_id(device) and snapshot_of(key) is not None
    if key.startswith(ORIGINALS):
        return image_of(key) is not None
    return key.startswith(SHARED) or key == "key.age"
