"""A line to a library's bucket: opened when it is first used, ended from any thread, and open again at the next use."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from imagegen_desktop.core.errors import CancelledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.remote import RemoteSettings
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.thumbnails import ThumbnailCache
    from imagegen_desktop.studio.syncing.connecting import Connecting
    from imagegen_desktop.studio.syncing.syncing import Syncing
    from imagegen_desktop.sync.remote import RemoteStore

T = TypeVar("T")


class Line:
    """For one piece of work at a time; another line may be used beside it. Who makes it calls `end`."""

    def __init__(
        self,
        connecting: Connecting,
        library: Library,
        settings: RemoteSettings,
        *,
        discard: Callable[[Path], bool],
        thumbnails: ThumbnailCache | None,
    ) -> None:
        self._connecting = connecting
        self._library = library
        self._settings = settings
        self._discard = discard
        self._thumbnails = thumbnails
        self._lock = threading.Lock()
        self._syncing: Syncing | None = None
        self._store: RemoteStore | None = None
        self._ends = 0

    def use(self, work: Callable[[Syncing, CancelToken], Iterator[T]], cancel: CancelToken) -> Iterator[T]:
        """Raises what `work` and `Connecting.syncing` raise. What was ended by `end` ends without an error."""
        if cancel.cancelled:
            return
        ends = self._ends
        try:
            yield from work(self._opened(), cancel)
        except CancelledError:
            if ends == self._ends and not cancel.cancelled:
                raise

    def end(self) -> None:
        """End what is under way at once, also while it waits for a server. Safe from any thread."""
        with self._lock:
            store, self._store, self._syncing = self._store, None, None
            self._ends += 1
        if store is not None:
            store.close()

    def _opened(self) -> Syncing:
        if self._syncing is not None:
            return self._syncing
        made = self._connecting.syncing(
            self._library,
            self._settings,
            discard=self._discard,
            thumbnails=self._thumbnails,
            reached=self._reached,
        )
        with self._lock:
            # It may have been ended meanwhile: then all that is asked of it raises CancelledError.
            if self._store is not None:
                self._syncing = made
        return made

    def _reached(self, store: RemoteStore) -> None:
        with self._lock:
            self._store = store


class Grip:
    """Holds what one attempt has reached, so that it can be ended from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store: RemoteStore | None = None
        self._ended = False

    def reached(self, store: RemoteStore) -> None:
        with self._lock:
            self._store = store
            ended = self._ended
        if ended:
            store.close()

    def end(self) -> None:
        with self._lock:
            store, self._ended = self._store, True
        if store is not None:
            store.close()
