"""A library and the place elsewhere that keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from imagegen_desktop.core.remote import (
    RemoteAbsentError,
    RemoteDamagedError,
    RemoteEmptiedError,
    RemoteOtherLibraryError,
    RemoteTwoLibrariesError,
)
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.inventory import states_of
from imagegen_desktop.storage.library import Library
from imagegen_desktop.storage.sync_book import SyncBook
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.syncing.layout import DEVICES, LIBRARIES, device_key, is_id, library_key
from imagegen_desktop.sync.remote import RemoteStore

FORMAT = 1
_MARK_BYTES = 64_000
_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMark:
    """The content of a library's mark in the bucket, and of a device's."""

    id: str
    format: int = FORMAT
    name: str = ""
    created: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """`device_name` is what the person calls this computer. `discard` moves a file to the system's trash, or says no.

    `thumbnails` is None where no small pictures are sent or kept.
    """

    library: Library
    store: RemoteStore
    book: SyncBook
    device_name: str
    discard: Callable[[Path], bool]
    thumbnails: ThumbnailCache | None = None

    @property
    def device(self) -> str:
        return self.library.changes.device

    def guard(self) -> None:
        """Before anything is sent or fetched: whether it is still this library that lies there; its mark is put at first.

        Raises RemoteEmptiedError, RemoteOtherLibraryError, RemoteTwoLibrariesError, RemoteError.
        """
        found = libraries_there(self.store)
        ours, marked = self.library.id, self.book.standing().marked
        if not found and not marked:
            put = self._introduce(library_key(ours), PlaceMark(id=ours, created=datetime.now(UTC)))
            # Two libraries may have found the place empty in the same moment: then both see it now, and go away again.
            found = libraries_there(self.store)
            if put and len(found) > 1:
                self.store.delete(library_key(ours))
        if not found:
            raise emptied(self.library, self.book)
        if ours not in found:
            raise RemoteOtherLibraryError(min(found))
        if len(found) > 1:
            raise RemoteTwoLibrariesError(", ".join(sorted(found)))
        if not marked:
            self.book.mark()

    def introduce_device(self) -> None:
        """Let the others know this computer's name, before its first segment."""
        self._introduce(device_key(self.device), PlaceMark(id=self.device, name=self.device_name[:_LONGEST_NAME]))

    def devices(self) -> list[str]:
        """The ids of all computers that ever wrote there."""
        ids = (one.key.removeprefix(DEVICES) for one in self.store.list(DEVICES))
        return [one for one in ids if is_id(one)]

    def name_of(self, device: str) -> str:
        """What a computer is called; its id where that can't be told."""
        try:
            mark = decode(self.store.get(device_key(device), limit=_MARK_BYTES), PlaceMark)
        except (MalformedError, RemoteAbsentError, RemoteDamagedError):
            return device
        return mark.name[:_LONGEST_NAME] or device

    def _introduce(self, key: str, mark: PlaceMark) -> bool:
        """Whether it was not there yet."""
        if self.store.head(key) is not None:
            return False
        self.store.put(key, encode_readable(mark), absent=True)
        return True


def libraries_there(store: RemoteStore) -> frozenset[str]:
    """The ids of the libraries that lie at a place. Raises RemoteError."""
    keys = (one.key.removeprefix(LIBRARIES) for one in store.list(LIBRARIES))
    return frozenset(key for key in keys if is_id(key))


def emptied(library: Library, book: SyncBook) -> RemoteEmptiedError:
    """What to tell of a place that lost this library: also how many originals lay there alone, which nobody can send again."""
    alone = 0
    if library.folder.is_there:
        states = states_of(library, book.held())
        alone = sum(1 for state in states if not library.path_of(state).exists())
    if not alone:
        return RemoteEmptiedError(library.id)
    lost = "1 original" if alone == 1 else f"{alone:,} originals"
    return RemoteEmptiedError(
        library.id,
        advice=f"{lost} lay there and not on this computer. Look first for an older version that the bucket keeps, or another "
        "computer that has them; then have everything sent again.",
    )
