"""Makes a library on this computer from the one that lies in a bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagegen_desktop.core.remote import RemoteEmptiedError, RemoteTwoLibrariesError
from imagegen_desktop.storage.library_folder import become, found_library
from imagegen_desktop.studio.syncing.counterpart import libraries_there

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.sync.remote import RemoteStore


@dataclass(frozen=True, slots=True)
class Joinable:
    """The library that lies at a place elsewhere."""

    library: str


def library_at(store: RemoteStore) -> Joinable | None:
    """None where nothing lies yet. Raises RemoteTwoLibrariesError, RemoteError."""
    found = libraries_there(store)
    if len(found) > 1:
        raise RemoteTwoLibrariesError(", ".join(sorted(found)))
    return Joinable(min(found)) if found else None


def join(store: RemoteStore, folder: Path, data: Path) -> Library:
    """Open the bucket's library in `folder`: a new or empty one, or one that has it already.

    Its images come with the first round. `data` is the app's data folder. Raises RemoteEmptiedError where nothing lies
    there, StorageError where `folder` holds pictures of another library.
    """
    there = library_at(store)
    if there is None:
        raise RemoteEmptiedError(title="There is no library in this bucket", advice="Check the bucket and the prefix.")
    return found_library(folder, data, there.library)


def join_from(library: Library, store: RemoteStore) -> None:
    """Turn this computer's empty library into the bucket's one. It must be opened again.

    Raises as `join`, StorageError where it has images.
    """
    there = library_at(store)
    if there is None:
        raise RemoteEmptiedError(title="There is no library in this bucket", advice="Check the bucket and the prefix.")
    become(library, there.library)
