"""Look at a library and change what stands in it, without a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen_desktop.core.changes import FieldValue, ImageState
from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.places import Place
from imagegen_desktop.imaging.decode import UndecodableError, decode
from imagegen_desktop.storage.index import Counts
from imagegen_desktop.storage.ledger import Ledger, utc_now
from imagegen_desktop.storage.library import Library, SweepReport
from imagegen_desktop.storage.library_folder import open_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken

THUMBNAIL_EDGE = 256


@dataclass(frozen=True, slots=True)
class LibraryOpened:
    library: Library


@dataclass(frozen=True, slots=True)
class Swept:
    report: SweepReport


@dataclass(frozen=True, slots=True)
class Page:
    """The latest images of a place, newest first, and the counts of all places."""

    place: Place
    words: str
    states: tuple[ImageState, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded original or thumbnail. `pixels` is None where the file is gone or broken, and `problem` says so."""

    state: ImageState
    path: Path
    pixels: Pixels | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    states: tuple[ImageState, ...]


def opening(folder: Path, data: Path, ledger: Ledger, cancel: CancelToken) -> Iterator[LibraryOpened | Swept]:
    """Open a library, then compare it with its index and mend what a crash left. Raises StorageError and its family."""
    library = open_library(folder, data)
    yield LibraryOpened(library)
    if not cancel.cancelled:
        yield Swept(library.sweep(ledger.record_of, utc_now()))


class Browsing:
    """The use cases on one open library. Each raises StorageError and its family."""

    def __init__(self, library: Library) -> None:
        self._library = library

    @property
    def folder(self) -> Path:
        return self._library.folder.path

    @property
    def news(self) -> Path:
        """A file that is touched whenever any process of this computer changed the library."""
        return self._library.folder.news

    def path_of(self, state: ImageState) -> Path:
        return self._library.path_of(state)

    def page(self, place: Place, words: str, limit: int, cancel: CancelToken) -> Iterator[Page]:
        if not cancel.cancelled:
            index = self._library.index
            yield Page(place, words, index.newest(place, words, limit), index.counts())

    def thumbnails(self, states: tuple[ImageState, ...], cancel: CancelToken) -> Iterator[Picture]:
        for state in states:
            if cancel.cancelled:
                return
            yield self._picture(state, longest_edge=THUMBNAIL_EDGE)

    def picture(self, state: ImageState, cancel: CancelToken) -> Iterator[Picture]:
        if not cancel.cancelled:
            yield self._picture(state, longest_edge=None)

    def change(
        self, states: tuple[ImageState, ...], field: str, value: FieldValue, cancel: CancelToken
    ) -> Iterator[Changed]:
        """Set a field of all `states`. A change is short and is not cut in half: `cancel` only keeps it from starting."""
        if not cancel.cancelled:
            yield Changed(self._library.change((state.id for state in states), field, value))

    def _picture(self, state: ImageState, *, longest_edge: int | None) -> Picture:
        path = self._library.path_of(state)
        try:
            pixels = decode(self._library.read(state), longest_edge=longest_edge)
        except StorageError as error:
            return Picture(state, path, None, f"{error.title}. {error.advice}")
        except UndecodableError as error:
            return Picture(state, path, None, str(error))
        return Picture(state, path, pixels)
