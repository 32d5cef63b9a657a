"""Sends what the bucket does not hold yet: originals first, then the words about them in closed segments."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.remote import RemoteConflictError, RemoteDamagedError
from imagegen_desktop.storage.files import storage_errors
from imagegen_desktop.storage.incoming import StoppedError, UnreadableError, hash_of
from imagegen_desktop.storage.inventory import CHUNK
from imagegen_desktop.studio.syncing.layout import ORIGINALS, image_of, original_key
from imagegen_desktop.studio.syncing.segment_writer import SegmentWriter
from imagegen_desktop.studio.syncing.steps import NotSent, Phase, Sent, SyncProgress, SyncStep

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

# A segment that is not full waits so long for more, unless the round is the last one.
SECONDS_OPEN: Final = 60.0
# From so many on the bucket is listed once instead of being asked for each.
MANY: Final = 20
# Larger ones go from the disk, piece by piece.
WHOLE: Final = 8 << 20
_STOPPED: Final = "It was stopped."


@dataclass(frozen=True, slots=True)
class _Done:
    state: ImageState
    reason: str = ""


class Sending:
    """Lives as long as the counterpart is used: it knows what was sent and is not told of yet. `threads` 0 is what suits it.

    Raises RemoteError, StorageError.
    """

    def __init__(self, ends: Counterpart, *, threads: int = 0) -> None:
        self._ends = ends
        self._threads = threads
        self._there: set[str] = set()
        self._closed_at = -SECONDS_OPEN
        self.pending = 0
        self.failed = 0

    def run(self, cancel: CancelToken, *, close: bool = True) -> Iterator[SyncStep]:
        """One round. `close` closes the segment at its end, however little is in it and however short it was open."""
        waiting = self._waiting()
        self.pending, self.failed = len(waiting), 0
        writer = SegmentWriter(self._ends)
        yield SyncProgress(Phase.SENDING, 0, len(waiting))
        yield from self._originals(waiting, writer, cancel)
        if cancel.cancelled and not close:
            return
        if close or time.monotonic() - self._closed_at >= SECONDS_OPEN:
            yield from self._close(writer)

    # ---- what is to be sent ----

    def _waiting(self) -> list[str]:
        """The ids that the bucket does not hold, the ones that were saved last in front."""
        index, book = self._ends.library.index, self._ends.book
        waiting = book.pending()
        known = index.ids()
        held = book.count_held()
        if held + len(waiting) != len(known) or index.count_held() != held:
            everything = book.held()
            index.set_held(everything)
            fresh = set(waiting)
            waiting = (*waiting, *sorted(known - everything - fresh))
        # Of pending ones some may have been deleted for good meanwhile.
        return [one for one in dict.fromkeys(waiting) if one in known]

    def _listed(self, count: int) -> AbstractSet[str] | None:
        """What lies there, where that costs less than asking for each; None where each is asked for."""
        if count < MANY or count * 20 < self._ends.book.count_held():
            return None
        keys = (image_of(one.key) for one in self._ends.store.list(ORIGINALS))
        return {one for one in keys if one is not None}

    # ---- originals ----

    def _originals(self, waiting: list[str], writer: SegmentWriter, cancel: CancelToken) -> Generator[SyncStep]:
        listed = self._listed(len(waiting))
        states = self._states(waiting)
        done = read = 0
        running: set[Future[_Done]] = set()
        threads = self._threads or self._ends.store.lanes
        pool = ThreadPoolExecutor(threads, "sending")
        try:
            while True:
                while len(running) < threads * 2 and not cancel.cancelled:
                    state = next(states, None)
                    if state is None:
                        break
                    running.add(pool.submit(self._send, state, listed, cancel))
                if not running:
                    break
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for each in finished:
                    result = each.result()
                    done += 1
                    if result.reason:
                        self.failed += 1
                        yield NotSent(result.state.id, result.reason)
                        continue
                    read += result.state.record.got.size_bytes
                    self._there.add(result.state.id)
                    writer.add(result.state.record)
                yield SyncProgress(Phase.SENDING, done, len(waiting), read)
                while writer.is_full:
                    yield from self._close(writer)
        finally:
            # What failed as a whole fails for all that wait behind it.
            pool.shutdown(wait=True, cancel_futures=True)

    def _send(self, state: ImageState, listed: AbstractSet[str] | None, cancel: CancelToken) -> _Done:
        """On a thread of the pool. Raises RemoteError for what concerns all images."""
        reason = ""
        try:
            if state.id not in self._there:
                reason = self._put(state, listed, cancel)
        except StoppedError:
            reason = _STOPPED
        except (StorageError, UnreadableError) as error:
            # A folder that is gone concerns all of them.
            self._ends.library.folder.require()
            if not self._lies_there_alone(state, listed):
                reason = f"Its file can't be read: {error}"
        except (RemoteConflictError, RemoteDamagedError) as error:
            reason = f"{error.title}. {error.advice}"
        return _Done(state, reason)

    def _states(self, waiting: list[str]) -> Iterator[ImageState]:
        """In their order, some at a time."""
        for start in range(0, len(waiting), CHUNK):
            yield from self._ends.library.index.get(waiting[start : start + CHUNK])

    def _lies_there_alone(self, state: ImageState, listed: AbstractSet[str] | None) -> bool:
        """Whether the original was removed here after it had been sent: then only the words about it are told again."""
        if self._ends.library.path_of(state).exists():
            return False
        if listed is not None:
            return state.id in listed
        there = self._ends.store.head(original_key(state.record))
        return there is not None and (not self._ends.store.tells_sizes or there.size == state.record.got.size_bytes)

    def _put(self, state: ImageState, listed: AbstractSet[str] | None, cancel: CancelToken) -> str:
        """Gives why it was not sent, if it was not."""
        if cancel.cancelled:
            return _STOPPED
        data = self._checked(state, self._ends.library.path_of(state), cancel)
        if data is None:
            return "Its file holds other bytes than those that came."
        absent = listed is not None and state.id not in listed
        self._ends.store.put(original_key(state.record), data, absent=absent)
        return ""

    def _checked(self, state: ImageState, path: Path, cancel: CancelToken) -> bytes | Path | None:
        """What is sent, once it was seen to be what came; None where it is not. Large files go from the disk."""
        if state.record.got.size_bytes <= WHOLE and state.sha256:
            with storage_errors(self._ends.library.folder.path):
                data = path.read_bytes()
            return data if hashlib.sha256(data).hexdigest() == state.sha256 else None
        sha256 = hash_of(path, cancel)
        if not state.sha256:
            self._ends.library.note_hashes({state.id: sha256})
        return path if sha256 == (state.sha256 or sha256) else None

    # ---- words ----

    def _close(self, writer: SegmentWriter) -> Generator[SyncStep]:
        for sent in writer.close():
            self._closed_at = time.monotonic()
            self._there.difference_update(sent)
            self.pending -= len(sent)
            if sent:
                self._ends.library.index.hold(sent)
                yield Sent(sent)
