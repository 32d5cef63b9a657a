"""Fills the thumbnail cache for pictures that came from elsewhere, behind the person's back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from imagegen_desktop.imaging.thumbnails import SMALL
from imagegen_desktop.storage.thumbnails import Thumbnail, ThumbnailCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.thumbnail_crew import Drawn, ThumbnailCrew

# Kept and told together: one transaction, one repaint.
BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class ThumbnailsMade:
    """Of `of` pictures `done` were tried by now. `ids` are in the cache; `refused` can't be drawn, as (id, reason)."""

    ids: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    done: int
    of: int


class ImportThumbnails:
    """`new_crew` gives the processes for a run, and ends them with it if they are its own, as they are by default."""

    def __init__(
        self,
        library: Library,
        cache: ThumbnailCache,
        new_crew: Callable[[], AbstractContextManager[ThumbnailCrew]] | None = None,
    ) -> None:
        self._library = library
        self._cache = cache
        self._new_crew = new_crew or _own_crew

    def make(self, states: Sequence[ImageState], cancel: CancelToken) -> Iterator[ThumbnailsMade]:
        """Make those that are missing, in the order of `states`. What is made stays, also after a cancel."""
        by_id = {state.id: state for state in states}
        missing = self._cache.missing(by_id, SMALL)
        if not missing or cancel.cancelled:
            return
        done = 0
        with self._new_crew() as crew:
            drawn = crew.draw(((one, self._library.path_of(by_id[one])) for one in missing), cancel)
            while batch := tuple(islice(drawn, BATCH)):
                done += len(batch)
                yield self._kept(batch, done, len(missing))

    def _kept(self, batch: tuple[Drawn, ...], done: int, of: int) -> ThumbnailsMade:
        made = [Thumbnail(one.image_id, SMALL, one.data) for one in batch if one.data is not None]
        self._cache.put(made)
        refused = tuple((one.image_id, one.problem) for one in batch if one.data is None)
        return ThumbnailsMade(tuple(one.image_id for one in made), refused, done, of)


def _own_crew() -> ThumbnailCrew:
    from imagegen_desktop.studio.thumbnail_crew import ThumbnailCrew  # noqa: PLC0415 (most starts find thumbnails made)

    return ThumbnailCrew()
