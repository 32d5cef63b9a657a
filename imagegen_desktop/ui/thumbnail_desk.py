"""Gives the grid the thumbnails of the open library, and has those made that it lacks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.studio.import_thumbnails import ThumbnailsMade

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagegen_desktop.core.pixels import Pixels
    from imagegen_desktop.studio.thumbnailing import Thumbnailing
    from imagegen_desktop.workers.runner import Run, Runner


class OpenThumbnails:
    """`ui.grid.loader.ThumbnailSource` of whatever library is open. Asked on the loader's thread."""

    def __init__(self) -> None:
        self.open: Thumbnailing | None = None

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]:
        thumbnailing = self.open
        return thumbnailing.cache.get(ids, edge) if thumbnailing is not None else {}


class ThumbnailDesk(QObject):
    """`made` carries ThumbnailsMade, `failed` an ImagegenError."""

    made = Signal(object)
    failed = Signal(object)

    def __init__(self, source: OpenThumbnails, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._runner = runner

    def use(self, thumbnailing: Thumbnailing) -> None:
        self._source.open = thumbnailing

    def make(self, ids: Sequence[str], edge: int) -> None:
        """In place of those of this edge that were asked for before: they were scrolled past."""
        thumbnailing = self._source.open
        if thumbnailing is not None:
            work = partial(thumbnailing.make, tuple(ids), edge)
            self._listen(self._runner.start_latest(f"edge {edge}", work))

    def keep(self, image_id: str, pixels: Pixels) -> None:
        """Keep those of a picture that was just made, from its pixels in hand."""
        thumbnailing = self._source.open
        if thumbnailing is not None:
            self._listen(self._runner.start(lambda _cancel: thumbnailing.keep(image_id, pixels)))

    def _listen(self, run: Run) -> None:
        run.stepped.connect(self._stepped)
        run.ended.connect(self._ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        if isinstance(step, ThumbnailsMade):
            self.made.emit(step)

    @Slot(object)
    def _ended(self, error: object) -> None:
        if error is not None:
            self.failed.emit(error)
