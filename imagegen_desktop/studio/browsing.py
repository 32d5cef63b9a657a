"""Look at a library and change what stands in it, without a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from imagegen_desktop.core.albums import Shelf, path_of_album
from imagegen_desktop.core.changes import TRASHED, ImageState, Wish
from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.core.errors import LibraryMissingError, StorageError
from imagegen_desktop.core.organising import colour_tag, remove_tag, rename_tag, set_field
from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.places import Listing, Place, View
from imagegen_desktop.core.query import Query, parse
from imagegen_desktop.core.remote import OriginalElsewhereError
from imagegen_desktop.imaging.animation import Frames, frames_of
from imagegen_desktop.imaging.decode import UndecodableError, decode
from imagegen_desktop.imaging.thumbnails import LARGE, SMALL
from imagegen_desktop.storage.index import AlbumCost, Counts, MonthCount
from imagegen_desktop.storage.library import Library
from imagegen_desktop.storage.library_folder import cached_library, open_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.query_completion import Vocabulary
    from imagegen_desktop.imaging.decode import DrawSvg

THUMBNAIL_EDGE = 256


@dataclass(frozen=True, slots=True)
class LibraryOpened:
    """If its folder `is_there`; else it is what this computer remembers of it, to be looked at alone."""

    library: Library
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a library's folder is there now."""

    is_there: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The latest images of a view, newest first, and the counts of all that can be looked at."""

    view: View
    states: tuple[ImageState, ...]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Listed:
    """All images of a view, or only its newest ones if not `whole`. `query` tells what was understood of its words."""

    listing: Listing
    query: Query
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Rows:
    """The states of some rows of a listing; those that are gone since are not among them."""

    states: dict[int, ImageState]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The best hits of a search, the best one first."""

    view: View
    states: tuple[ImageState, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """What a sidebar shows. `smart` counts the images of each saved search, by the album's id."""

    counts: Counts
    months: tuple[MonthCount, ...]
    shelf: Shelf
    smart: dict[str, int]


@dataclass(frozen=True, slots=True)
class SpentByAlbum:
    """Each album that money went into, by its name and those of the albums around it. An image may be in several."""

    albums: tuple[tuple[str, AlbumCost], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded original or thumbnail. `pixels` is None where the file is gone or broken, and `problem` says so.

    `frames` are an animated original's. `elsewhere` says that the original lies in the bucket alone, and that these are the
    pixels of what is remembered of it, if any is.
    """

    state: ImageState
    path: Path
    pixels: Pixels | None
    problem: str = ""
    frames: Frames | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """The images that were changed, as they stand now, and the wishes that take the change back."""

    states: tuple[ImageState, ...]
    undo: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The images of a selection, as they stand."""

    states: tuple[ImageState, ...]


def opening(folder: Path, data: Path, _cancel: CancelToken) -> Iterator[LibraryOpened]:
    """Open a library, or what is remembered of one whose folder is not there. Raises StorageError and its family."""
    try:
        yield LibraryOpened(open_library(folder, data))
    except LibraryMissingError:
        remembered = cached_library(folder, data)
        if remembered is None:
            raise
        yield LibraryOpened(remembered, is_there=False)


def is_there(library: Library, _cancel: CancelToken) -> Iterator[Presence]:
    """Whether the folder of an open library can be reached."""
    yield Presence(library.folder.is_there)


class Remembered(Protocol):
    """Small pictures of images that were shown before, encoded, by image id; `edge` is 256 or 512 pixels."""

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]: ...


class Browsing:
    """The use cases on one open library. Each raises StorageError and its family.

    While the library's folder is gone, `remembered` pictures stand in for the originals.
    """

    def __init__(
        self,
        library: Library,
        now: Callable[[], datetime] = utc_now,
        *,
        draw_svg: DrawSvg | None = None,
        remembered: Remembered | None = None,
    ) -> None:
        self._library = library
        self._remembered = remembered
        self._draw_svg = draw_svg
        self._now = now

    @property
    def id(self) -> str:
        """The library's."""
        return self._library.id

    @property
    def folder(self) -> Path:
        return self._library.folder.path

    @property
    def news(self) -> Path:
        """A file that is touched whenever any process of this computer changed the library."""
        return self._library.folder.news

    def path_of(self, state: ImageState) -> Path:
        return self._library.path_of(state)

    def page(self, view: View, limit: int, cancel: CancelToken) -> Iterator[Page]:
        """The newest of a view, for a strip that shows no more."""
        if not cancel.cancelled:
            index = self._library.index
            states = index.newest(view, limit, self._parsed(view), cancel)
            if not cancel.cancelled:
                yield Page(view, states, index.counts())

    def listing(self, view: View, cancel: CancelToken) -> Iterator[Listed]:
        """All images of a view in one step; nothing if it is cancelled on the way."""
        query = self._parsed(view)
        listing = self._library.index.listing(view, query, cancel)
        if not cancel.cancelled:
            yield Listed(listing, query)

    def first_rows(self, view: View, limit: int, cancel: CancelToken) -> Iterator[Rows | Listed]:
        """The newest of a view, so that a screen is full before all of a large library is listed: states, then places."""
        query = self._parsed(view)
        index = self._library.index
        listing = index.listing(view, query, cancel, limit=limit)
        if not cancel.cancelled:
            yield Rows(index.rows(listing.moments))
            yield Listed(listing, query, whole=len(listing) < limit)

    def rows(self, moments: tuple[int, ...], cancel: CancelToken) -> Iterator[Rows]:
        """What a grid shows of a page of a listing."""
        if not cancel.cancelled:
            yield Rows(self._library.index.rows(moments))

    def ranked(self, view: View, limit: int, cancel: CancelToken) -> Iterator[Ranked]:
        """The best hits: for after a pause in typing, and ended by the next key."""
        states = self._library.index.ranked(view, limit, self._parsed(view), cancel)
        if not cancel.cancelled:
            yield Ranked(view, states)

    def overview(self, cancel: CancelToken) -> Iterator[Overview]:
        """Counts of all that can be looked at."""
        if cancel.cancelled:
            return
        index = self._library.index
        shelf = index.shelf()
        saved = (album.id for album in shelf.albums if album.is_smart)
        smart = {album: index.count(View(album=album), cancel=cancel) for album in saved}
        if not cancel.cancelled:
            yield Overview(index.counts(), index.timeline(), shelf, smart)

    def spending_by_album(self, cancel: CancelToken) -> Iterator[SpentByAlbum]:
        """What the images of each album cost, the dearest album first."""
        if cancel.cancelled:
            return
        index = self._library.index
        costs, shelf = index.spending_by_album(), index.shelf()
        named = [(path_of_album(album, shelf), costs[album.id]) for album in shelf.albums if album.id in costs]
        yield SpentByAlbum(tuple(sorted(named, key=lambda one: (-one[1].known, one[0].casefold()))))

    def timeline(self, cancel: CancelToken) -> Iterator[tuple[MonthCount, ...]]:
        """The months that have images, newest first."""
        if not cancel.cancelled:
            yield self._library.index.timeline()

    def vocabulary(self, cancel: CancelToken) -> Iterator[Vocabulary]:
        """The names with which a search can be completed."""
        if not cancel.cancelled:
            yield self._library.index.vocabulary()

    def thumbnails(self, states: tuple[ImageState, ...], cancel: CancelToken) -> Iterator[Picture]:
        for state in states:
            if cancel.cancelled:
                return
            yield self._picture(state, longest_edge=THUMBNAIL_EDGE)

    def picture(self, state: ImageState, cancel: CancelToken) -> Iterator[Picture]:
        if not cancel.cancelled:
            yield self._picture(state, longest_edge=None)

    def apply(self, wishes: tuple[Wish, ...], cancel: CancelToken) -> Iterator[Changed]:
        """Carry the wishes out. A change is short and is not cut in half: `cancel` only keeps it from starting."""
        if not cancel.cancelled:
            done = self._library.apply(wishes)
            yield Changed(done.states, done.undo)

    def chosen(self, moments: tuple[int, ...], cancel: CancelToken) -> Iterator[Chosen]:
        """The states of a selection, which may be the whole library."""
        if not cancel.cancelled:
            yield Chosen(tuple(self._library.index.rows(moments).values()))

    def rename_tag(self, old: str, new: str, cancel: CancelToken) -> Iterator[Changed]:
        """Every image with the tag `old` gets `new` instead; where `new` is a tag already, the two become one."""
        index = self._library.index
        tagged = self._tagged(old)
        yield from self.apply(rename_tag(tagged, old, new, index.shelf()), cancel)

    def delete_tag(self, tag: str, cancel: CancelToken) -> Iterator[Changed]:
        """Take a tag off every image."""
        yield from self.apply((*remove_tag(self._tagged(tag), tag), *colour_tag(tag, "")), cancel)

    def sweep_rejects(self, cancel: CancelToken) -> Iterator[Changed]:
        """Put every reject into the trash."""
        listing = self._library.index.listing(View(place=Place.REJECTED), None)
        rejects = self._library.index.rows(tuple(listing.moments)).values()
        yield from self.apply(set_field(rejects, TRASHED, value=True), cancel)

    def _tagged(self, tag: str) -> tuple[ImageState, ...]:
        """All images with a tag, those in the trash too."""
        index = self._library.index
        found = (index.listing(View(place=place, tag=tag), None) for place in (Place.ALL, Place.TRASH))
        return tuple(state for listing in found for state in index.rows(tuple(listing.moments)).values())

    def _parsed(self, view: View) -> Query:
        return parse(view.words, self._now().astimezone().date())

    def _picture(self, state: ImageState, *, longest_edge: int | None) -> Picture:
        path = self._library.path_of(state)
        try:
            data = self._library.read(state)
            pixels = decode(data, longest_edge=longest_edge, draw_svg=self._draw_svg)
        except OriginalElsewhereError as error:
            return Picture(state, path, self._small(state), f"{error.title}. {error.advice}", elsewhere=True)
        except StorageError as error:
            pixels = None if self._library.folder.is_there else self._small(state)
            return Picture(state, path, pixels, f"{error.title}. {error.advice}")
        except UndecodableError as error:
            return Picture(state, path, None, str(error))
        return Picture(state, path, pixels, frames=frames_of(data) if longest_edge is None else None)

    def _small(self, state: ImageState) -> Pixels | None:
        remembered = self._remembered
        if remembered is None:
            return None
        kept = remembered.get([state.id], LARGE) or remembered.get([state.id], SMALL)
        try:
            return decode(kept[state.id]) if kept else None
        except UndecodableError:
            return None
