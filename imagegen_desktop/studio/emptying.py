"""Deletes images of the trash for good: their files go to the system's trash where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import PURGED, ImageState
from imagegen_desktop.core.organising import set_field
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.storage.files import storage_errors, sync_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.library import Library

# One line of the log's syncs for so many images.
CHUNK: Final = 100


@dataclass(frozen=True, slots=True)
class Emptied:
    """`done` of `of` images are gone from the library; of these, `discarded` files lie in the system's trash."""

    done: int
    of: int
    discarded: int


class Emptying:
    """`discard` moves a file to the system's trash, and says no where there is none: then the file is deleted.

    Only files within the library's own trash are ever touched. The file goes first: a crash leaves an image in the trash
    without its file, which the next time takes away, and never a file that nobody knows.
    """

    def __init__(self, library: Library, discard: Callable[[Path], bool]) -> None:
        self._library = library
        self._discard = discard

    def trash(self, cancel: CancelToken) -> Iterator[Emptied]:
        """All that is in the trash."""
        moments = tuple(self._library.index.listing(View(place=Place.TRASH), None).moments)
        yield from self.images(tuple(self._library.index.rows(moments).values()), cancel)

    def images(self, states: tuple[ImageState, ...], cancel: CancelToken) -> Iterator[Emptied]:
        """Those of `states` that are in the trash. A cancel leaves the rest. Raises StorageError and its family."""
        doomed = [state for state in states if state.trashed]
        discarded = 0
        for start in range(0, len(doomed), CHUNK):
            if cancel.cancelled:
                return
            chunk = doomed[start : start + CHUNK]
            self._library.folder.require()
            with storage_errors(self._library.folder.path):
                for state in chunk:
                    discarded += self._remove(self._library.trash_path(state))
            self._library.apply(set_field(chunk, PURGED, value=True))
            yield Emptied(start + len(chunk), len(doomed), discarded)

    def _remove(self, path: Path) -> bool:
        """Whether the system's trash has it."""
        if not path.exists():
            return False
        moved = self._discard(path)
        if not moved:
            path.unlink()
        sync_folder(path.parent)
        return moved
