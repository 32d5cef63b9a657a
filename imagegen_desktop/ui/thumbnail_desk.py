"""Gives the grid the thumbnails of the open library, and has those made that it lacks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from imagegen_desktop.studio.import_thumbnails import ThumbnailsMade

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagegen_desktop.core.pixels import Pixels
    from imagegen_desktop.studio.thumbnailing import Thumbnailing
    from imagegen_desktop.workers.runner import Runner

# What is scrolled past while these are made waits no longer than they take.
BATCH = 16
# After so long without a wish the processes end.
IDLE_MS = 15_000


class OpenThumbnails:
    """`ui.grid.loader.ThumbnailSource` of whatever library is open. Asked on the loader's thread."""

    def __init__(self) -> None:
        self.open: Thumbnailing | None = None

    def get(self, ids: Iterable[str], edge: int) -> dict[str, bytes]:
        thumbnailing = self.open
        return thumbnailing.cache.get(ids, edge) if thumbnailing is not None else {}


class ThumbnailDesk(QObject):
    """`made` carries ThumbnailsMade, `failed` an ImagegenError. A few are made at a time, the latest wishes first."""

    made = Signal(object)
    failed = Signal(object)

    def __init__(self, source: OpenThumbnails, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._source = source
        self._runner = runner
        self._wanted: dict[int, list[str]] = {}
        self._making = False
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._rest)

    def use(self, thumbnailing: Thumbnailing) -> None:
        self._rest()
        self._wanted.clear()
        self._source.open = thumbnailing

    def make(self, ids: Sequence[str], edge: int) -> None:
        """In place of those of this edge that were asked for before: they were scrolled past."""
        self._wanted[edge] = list(ids)
        self._next()

    def keep(self, image_id: str, pixels: Pixels) -> None:
        """Keep those of a picture that was just made, from its pixels in hand."""
        thumbnailing = self._source.open
        if thumbnailing is not None:
            run = self._runner.start(lambda _cancel: thumbnailing.keep(image_id, pixels))
            run.stepped.connect(self._stepped)
            run.ended.connect(self._told)

    def stop(self) -> None:
        """Before the runner ends: what it waits for is given up."""
        self._idle.stop()
        self._wanted.clear()
        self._runner.cancel_all()
        if self._source.open is not None:
            self._source.open.dismiss()

    def shutdown(self) -> None:
        """After the runner has ended."""
        if self._source.open is not None:
            self._source.open.rest()

    def _next(self) -> None:
        thumbnailing = self._source.open
        edge = next((edge for edge, ids in self._wanted.items() if ids), None)
        if self._making or thumbnailing is None or edge is None:
            return
        ids = self._wanted[edge]
        batch, self._wanted[edge] = ids[:BATCH], ids[BATCH:]
        self._making = True
        self._idle.stop()
        run = self._runner.start(partial(thumbnailing.make, tuple(batch), edge))
        run.stepped.connect(self._stepped)
        run.ended.connect(self._ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        if isinstance(step, ThumbnailsMade):
            self.made.emit(step)

    @Slot(object)
    def _ended(self, error: object) -> None:
        self._making = False
        self._told(error)
        self._idle.start()
        self._next()

    @Slot(object)
    def _told(self, error: object) -> None:
        if error is not None:
            self.failed.emit(error)

    @Slot()
    def _rest(self) -> None:
        thumbnailing = self._source.open
        if thumbnailing is not None:
            self._runner.start(thumbnailing.resting)
