"""Makes the thumbnails that a grid lacks, and keeps them in the cache."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.decode import UndecodableError, decode
from imagegen_desktop.imaging.thumbnails import EDGES, LARGE, SMALL, thumbnails_of
from imagegen_desktop.storage.thumbnails import Thumbnail, ThumbnailCache
from imagegen_desktop.studio.import_thumbnails import ImportThumbnails, ThumbnailsMade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.pixels import Pixels
    from imagegen_desktop.imaging.decode import DrawSvg
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.thumbnail_crew import ThumbnailCrew

# For fewer than these no process is worth its start.
FEW: Final = 8


class Thumbnailing:
    """The use cases on one open library and its cache. Who makes it calls `rest` at the end.

    The processes for many pictures start when they are first needed and stay for the next ones, until `rest`.
    """

    def __init__(
        self,
        library: Library,
        cache: ThumbnailCache,
        *,
        draw_svg: DrawSvg | None = None,
    ) -> None:
        self._library = library
        self.cache = cache
        self._draw_svg = draw_svg
        self._crew: ThumbnailCrew | None = None
        self._many = ImportThumbnails(library, cache, self._borrowed)

    def make(self, ids: Sequence[str], edge: int, cancel: CancelToken) -> Iterator[ThumbnailsMade]:
        """Thumbnails of these images whose longer edge is `edge` pixels. Ends early if it is cancelled."""
        states = self._library.index.get(ids)
        drawn = [state for state in states if state.record.got.format is ImageFormat.SVG]
        others = [state for state in states if state.record.got.format is not ImageFormat.SVG]
        if edge == SMALL and (self._crew is not None or len(others) >= FEW):
            yield from self._many.make(others, cancel)
            others = []
        waiting = drawn + others
        for done, state in enumerate(waiting, 1):
            if cancel.cancelled:
                return
            yield self._made(state, done, len(waiting))

    def dismiss(self) -> None:
        """Have what is being made be given up. May be called from another thread."""
        crew = self._crew
        if crew is not None:
            crew.dismiss()

    def rest(self) -> None:
        """End the processes; the next pictures start new ones."""
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.close()

    def resting(self, _cancel: CancelToken) -> Iterator[ThumbnailsMade]:
        """`rest`, as a piece of work."""
        self.rest()
        return
        yield

    def _borrowed(self) -> AbstractContextManager[ThumbnailCrew]:
        if self._crew is None:
            from imagegen_desktop.studio.thumbnail_crew import ThumbnailCrew  # noqa: PLC0415 (most starts find thumbnails made)

            self._crew = ThumbnailCrew()
        return nullcontext(self._crew)

    def keep(self, image_id: str, pixels: Pixels) -> Iterator[ThumbnailsMade]:
        """Thumbnails of a picture that is decoded already."""
        self._put(image_id, pixels)
        yield ThumbnailsMade((image_id,), (), 1, 1)

    def _made(self, state: ImageState, done: int, of: int) -> ThumbnailsMade:
        try:
            self._put(state.id, decode(self._library.read(state), longest_edge=LARGE, draw_svg=self._draw_svg))
        except StorageError as error:
            return ThumbnailsMade((), ((state.id, f"{error.title}. {error.advice}"),), done, of)
        except UndecodableError as error:
            return ThumbnailsMade((), ((state.id, str(error)),), done, of)
        return ThumbnailsMade((state.id,), (), done, of)

    def _put(self, image_id: str, pixels: Pixels) -> None:
        self.cache.put(Thumbnail(image_id, edge, data) for edge, data in thumbnails_of(pixels, EDGES).items())
