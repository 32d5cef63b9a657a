"""Fetches originals that lie in the bucket alone, and makes room by removing those that lie there as well."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen_desktop.core.changes import FILE, ImageState, Wish
from imagegen_desktop.core.errors import DiskFullError, LibraryMissingError, StorageError
from imagegen_desktop.core.remote import RemoteAbsentError, RemoteDamagedError
from imagegen_desktop.storage.files import storage_errors, sync_folder
from imagegen_desktop.storage.incoming import StoppedError, UnreadableError, hash_of
from imagegen_desktop.studio.syncing.layout import original_key
from imagegen_desktop.studio.syncing.steps import Fetched, Freed, NotFetched, NotFreed, Phase, SyncProgress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.studio.syncing.counterpart import Counterpart

FetchStep = SyncProgress | Fetched | NotFetched
FreeStep = SyncProgress | Freed | NotFreed


class Fetching:
    """Raises RemoteError where the bucket can't be used at all, DiskFullError, LibraryMissingError."""

    def __init__(self, ends: Counterpart) -> None:
        self._ends = ends

    def missing(self) -> tuple[ImageState, ...]:
        """Images that lie in the bucket and not on this computer."""
        library = self._ends.library
        held = sorted(self._ends.book.held())
        return tuple(state for state in library.index.get(held) if not library.path_of(state).exists())

    def fetch(self, states: Iterable[ImageState], cancel: CancelToken) -> Iterator[FetchStep]:
        """Have the originals of these stand in the library, whole and checked by their hashes. Nothing is overwritten."""
        wanted = tuple(states)
        read = 0
        yield SyncProgress(Phase.FETCHING, 0, len(wanted))
        with ThreadPoolExecutor(self._ends.store.lanes, "fetching") as pool:
            for done, step in enumerate(pool.map(partial(self._fetch, cancel), wanted), 1):
                if step is None:
                    continue
                read += step.state.record.got.size_bytes if isinstance(step, Fetched) else 0
                yield step
                yield SyncProgress(Phase.FETCHING, done, len(wanted), read)

    def free(self, states: Iterable[ImageState], cancel: CancelToken) -> Iterator[FreeStep]:
        """Remove the originals of these from this computer, each only after the bucket's was compared with it just now."""
        wanted = tuple(states)
        yield SyncProgress(Phase.FREEING, 0, len(wanted))
        for done, state in enumerate(wanted, 1):
            if cancel.cancelled:
                return
            yield self._free(state, cancel)
            yield SyncProgress(Phase.FREEING, done, len(wanted))

    # ---- one ----

    def _fetch(self, cancel: CancelToken, state: ImageState) -> Fetched | NotFetched | None:
        """On a thread of the pool; None if it was cancelled."""
        if cancel.cancelled:
            return None
        library = self._ends.library
        library.folder.require()
        path = library.path_of(state)
        try:
            if path.exists():
                if hash_of(path, cancel) == state.sha256:
                    return Fetched(state, path)
                # Another picture has this name here: both stay.
                state, path = self._renamed(state)
            key = original_key(state.record)
            self._ends.store.fetch(key, path, sha256=state.sha256, limit=state.record.got.size_bytes)
        except (DiskFullError, LibraryMissingError):
            raise
        except (RemoteAbsentError, RemoteDamagedError, StorageError) as error:
            return NotFetched(state, f"{error.title}. {error.advice}")
        except StoppedError:
            return None
        except UnreadableError as error:
            return NotFetched(state, str(error))
        return Fetched(state, path)

    def _renamed(self, state: ImageState) -> tuple[ImageState, Path]:
        library = self._ends.library
        home = Path(state.path)
        name = home.with_name(f"{home.stem}_{state.id}{home.suffix}").as_posix()
        (renamed,) = library.apply([Wish(state.id, FILE, name)]).states
        return renamed, library.path_of(renamed)

    def _free(self, state: ImageState, cancel: CancelToken) -> Freed | NotFreed:
        library, key = self._ends.library, original_key(state.record)
        path = library.path_of(state)
        if not path.is_file():
            return NotFreed(state, "It is not on this computer.")
        try:
            if not self._ends.book.holds(state.id):
                return NotFreed(state, "It is not in the bucket yet.")
            if not state.sha256 or hash_of(path, cancel) != state.sha256:
                return NotFreed(state, "Its file holds other bytes than those that came.")
            if not self._ends.store.matches(key, path):
                # What it was believed to hold, it does not: it is sent again with the next round.
                self._ends.book.drop([state.id])
                return NotFreed(state, "The bucket does not hold it as it is here. It is sent again.")
        except (StoppedError, UnreadableError) as error:
            return NotFreed(state, str(error) or "It was stopped.")
        with storage_errors(library.folder.path):
            path.unlink()
            sync_folder(path.parent)
        return Freed(state, state.record.got.size_bytes)


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
