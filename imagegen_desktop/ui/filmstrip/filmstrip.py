"""The latest pictures in one row: choose one by click, key or screen reader."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from imagegen_desktop.ui.filmstrip.model import FilmModel
from imagegen_desktop.ui.filmstrip.tile import CELL, THUMB, TileDelegate
from imagegen_desktop.ui.pictures import pixmap_of
from imagegen_desktop.ui.theme.grounds import SHIMMER_SECONDS, STILL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent, QWheelEvent

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.pixels import Pixels
    from imagegen_desktop.ui.job_progress import JobProgress
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

SHIMMER_MS = 50


class Filmstrip(QListView):
    """`chosen(id)` when the person chose another picture, `job_chosen(id)` a tile of one that is being made.

    `thumbnails_wanted(list of ids)`, newest first, for what is seen.

    `select` and the setters tell nothing: who calls them knows.
    """

    chosen = Signal(object)
    job_chosen = Signal(object)
    thumbnails_wanted = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons) -> None:
        super().__init__()
        self._appearance = appearance
        self._film = FilmModel(self)
        self._selected: str | None = None
        self._selected_job: str | None = None
        self._silent = False
        self._asked_last: list[str] = []
        self._dress(icons)
        self.setModel(self._film)
        self.selectionModel().selectionChanged.connect(self._selection_changed)
        self._ask = QTimer(self, interval=0, singleShot=True)
        self._ask.timeout.connect(self._ask_for_thumbnails)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self._frames = QTimer(self, interval=SHIMMER_MS)
        self._frames.timeout.connect(self._next_frame)

    def _dress(self, icons: Icons) -> None:
        self.setAccessibleName(self.tr("Latest images"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(CELL.height())
        self.setProperty("kind", "film")
        self.setItemDelegate(TileDelegate(self._appearance, icons, self._phase, self))

    @property
    def selected_id(self) -> str | None:
        return self._selected

    @property
    def is_empty(self) -> bool:
        return self._film.rowCount() == 0

    def set_states(self, states: Sequence[ImageState]) -> None:
        """Newest first. The chosen picture stays chosen while it is there; what is looked at stays where it is."""
        anchor = self._anchor()
        self._silent = True
        self._film.set_states(states)
        self._silent = False
        if self._selected_job is not None:
            self.select_job(self._selected_job)
            self._return_to(anchor)
            self._ask.start()
            return
        self.select(
            self._selected if self._selected and self._film.index_of(self._selected).isValid() else None, scroll=False
        )
        self._return_to(anchor)
        self._fit()
        self._ask.start()

    def set_running(self, jobs: Sequence[JobProgress]) -> None:
        anchor = self._anchor()
        self._silent = True
        self._film.set_running(jobs)
        self._silent = False
        if self._selected_job is not None:
            self.select_job(self._selected_job)
        self._return_to(anchor)
        self._fit()
        self._run()
        self._ask.start()

    def _fit(self) -> None:
        """An empty strip takes no room."""
        self.setFixedHeight(0 if self.is_empty else CELL.height())

    def set_thumbnail(self, image_id: str, pixels: Pixels) -> None:
        side = math.ceil(THUMB * self.devicePixelRatioF())
        pixmap = pixmap_of(pixels)
        if min(pixmap.width(), pixmap.height()) > side:
            # Five hundred thumbnails of 256 px would take 128 MB.
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
            pixmap = pixmap.scaled(side, side, keep, smooth)
        self._film.set_thumbnail(image_id, pixmap)

    def select(self, image_id: str | None, *, scroll: bool = True) -> None:
        index = QModelIndex() if image_id is None else self._film.index_of(image_id)
        self._selected = image_id if index.isValid() else None
        self._selected_job = None
        self._mark(index)
        if scroll and index.isValid():
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def select_job(self, job: str) -> None:
        """Mark the tile of a picture that is being made; no picture is chosen then."""
        self._selected, self._selected_job = None, job
        index = self._film.index_of_job(job)
        if self._film.job_at(self.currentIndex()) != job:
            self._mark(index)

    def _mark(self, index: QModelIndex) -> None:
        self._silent = True
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if not index.isValid():
            self.selectionModel().clear()
        self._silent = False

    def step(self, by: int) -> None:
        """Choose the next older (1) or newer (-1) picture, as the arrow keys do."""
        rows = [state.id for state in self._film.states]
        if not rows:
            return
        row = rows.index(self._selected) + by if self._selected in rows else 0
        target = rows[min(max(row, 0), len(rows) - 1)]
        if target != self._selected:
            self.select(target)
            self.chosen.emit(target)

    def _selection_changed(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """A screen reader selects without a current item; both ways come through here."""
        del deselected
        if self._silent:
            return
        indexes = selected.indexes()
        if not indexes:
            return
        state, job = self._film.state_at(indexes[0]), self._film.job_at(indexes[0])
        if state is not None and state.id != self._selected:
            self._selected, self._selected_job = state.id, None
            self.chosen.emit(state.id)
        elif job is not None and job != self._selected_job:
            self._selected, self._selected_job = None, job
            self.job_chosen.emit(job)

    # ---- what is seen ----

    def _anchor(self) -> tuple[str, int] | None:
        """The first picture seen and where it stands; None while the newest is in view, where the new should appear."""
        if self.horizontalScrollBar().value() == 0:
            return None
        for state in self._seen():
            return state.id, self.visualRect(self._film.index_of(state.id)).left()
        return None

    def _return_to(self, anchor: tuple[str, int] | None) -> None:
        if anchor is None:
            return
        self.doItemsLayout()
        index = self._film.index_of(anchor[0])
        if index.isValid():
            bar = self.horizontalScrollBar()
            moved = self.visualRect(index).left() - anchor[1]
            bar.setValue(bar.value() + (-moved if self.isRightToLeft() else moved))

    def _seen(self) -> list[ImageState]:
        """The states in view, newest first. Cells are alike, so their rows are reckoned, not searched."""
        first = self.horizontalScrollBar().value() // CELL.width() - len(self._film.running)
        last = first + self.viewport().width() // CELL.width() + 2
        return list(self._film.states[max(0, first) : max(0, last)])

    def _scrolled(self) -> None:
        self._ask.start()

    def _ask_for_thumbnails(self) -> None:
        wanted = [state.id for state in self._seen() if not self._film.has_thumbnail(state.id)]
        if self.isVisible() and wanted != self._asked_last:
            self._asked_last = wanted
            if wanted:
                self.thumbnails_wanted.emit(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ask.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask.start()
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._film.forget_thumbnails()
            self._asked_last = []
            self._ask.start()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """An upright wheel moves the row, for there is nothing else that it could move."""
        delta = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 2
        way = delta.x() if abs(delta.x()) > abs(delta.y()) else delta.y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - way)
        event.accept()

    def sizeHint(self) -> QSize:
        return QSize(CELL.width() * 6, CELL.height())

    # ---- motion ----

    def _phase(self) -> float:
        return STILL if self._appearance.reduced_motion else math.fmod(time.monotonic() / SHIMMER_SECONDS, 1.0)

    def _run(self) -> None:
        moves = bool(self._film.running) and self.isVisible() and not self._appearance.reduced_motion
        self._frames.start() if moves else self._frames.stop()

    def _next_frame(self) -> None:
        for row in range(len(self._film.running)):
            self.update(self._film.index(row))
