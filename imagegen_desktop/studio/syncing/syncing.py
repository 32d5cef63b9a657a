"""One library's sync: rounds of sending and receiving, and all that is asked of its bucket beside."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.core.remote import SyncBusyError
from imagegen_desktop.studio.syncing.fetching import Fetching
from imagegen_desktop.studio.syncing.receiving import Receiving
from imagegen_desktop.studio.syncing.sending import Sending
from imagegen_desktop.studio.syncing.small_pictures import SmallPictures
from imagegen_desktop.studio.syncing.snapshots import Snapshots
from imagegen_desktop.studio.syncing.steps import (
    Deletes,
    DeletesHeldBack,
    Phase,
    Received,
    Synced,
    SyncProgress,
    SyncStep,
)
from imagegen_desktop.studio.syncing.verifying import Verifying

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.syncing.counterpart import Counterpart
    from imagegen_desktop.studio.syncing.fetching import FetchStep, FreeStep
    from imagegen_desktop.studio.syncing.verifying import VerifyStep


class Syncing:
    """`lock` is a file in the app's data folder: one process at a time syncs a library. Who makes it calls `close`.

    Every use case raises RemoteError and its family where the bucket can't be used, StorageError for this side. All may be
    ended by `cancel` or `close`, also while they wait for a server.
    """

    def __init__(self, ends: Counterpart, lock: Path, *, threads: int = 0) -> None:
        self.ends = ends
        self._lock = lock
        self._sending = Sending(ends, threads=threads)
        self._receiving = Receiving(ends)
        self._small = SmallPictures(ends)
        self._snapshots = Snapshots(ends)

    def round(
        self, cancel: CancelToken, *, deletes: Deletes = Deletes.ASK, receive: bool = True, last: bool = True
    ) -> Iterator[SyncStep]:
        """Send what is new, take what others wrote. Ends with `Synced`, or with `DeletesHeldBack`.

        Without `receive` it only sends. If it is not the `last` round, words that are few may wait for more of them.
        Raises SyncBusyError while another process is at it.
        """
        with self._alone():
            try:
                yield from self._round(cancel, deletes=deletes, receive=receive, last=last)
            except CancelledError:
                # What was under way was ended; what was done stays done.
                return

    def fetch(self, states: Iterable[ImageState], cancel: CancelToken) -> Iterator[FetchStep]:
        """See `Fetching.fetch`."""
        return Fetching(self.ends).fetch(states, cancel)

    def fetch_all(self, cancel: CancelToken) -> Iterator[FetchStep]:
        """Every original that lies in the bucket alone."""
        fetching = Fetching(self.ends)
        return fetching.fetch(fetching.missing(), cancel)

    def free(self, states: Iterable[ImageState], cancel: CancelToken) -> Iterator[FreeStep]:
        """See `Fetching.free`."""
        return Fetching(self.ends).free(states, cancel)

    def verify(self, cancel: CancelToken, *, read_back: bool = False, mend: bool = False) -> Iterator[VerifyStep]:
        """See `Verifying.run`. Raises SyncBusyError where it would mend while another process sends."""
        with self._alone() if mend else nullcontext():
            yield from Verifying(self.ends).run(cancel, read_back=read_back, mend=mend)

    def close(self) -> None:
        """End what is under way."""
        self.ends.store.close()

    # ---- own ----

    @contextmanager
    def _alone(self) -> Generator[None]:
        from filelock import FileLock, Timeout  # noqa: PLC0415 (not before the window shows)

        self._lock.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._lock, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise SyncBusyError(str(self._lock)) from error
        try:
            yield
        finally:
            lock.release()

    def _round(self, cancel: CancelToken, *, deletes: Deletes, receive: bool, last: bool) -> Iterator[SyncStep]:
        yield SyncProgress(Phase.ASKING)
        self.ends.guard()
        joins = not self.ends.book.standing().caught_up
        if receive:
            for step in self._receiving.run(cancel, deletes):
                yield step
                if isinstance(step, DeletesHeldBack):
                    return
                if joins and isinstance(step, Received) and step.records:
                    # The latest images come first: now the top of the grid can be seen.
                    yield from self._small.take_newest(cancel)
                    joins = False
        yield from self._sending.run(cancel, close=last)
        if receive and not cancel.cancelled:
            yield from self._small.take(cancel)
            self._small.send(cancel, all_of_them=last)
            if self._snapshots.is_due:
                self._snapshots.write(cancel)
        if not cancel.cancelled:
            yield Synced(max(self._sending.pending, 0), self._sending.failed)
