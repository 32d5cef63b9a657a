"""The filmstrip's rows: first the pictures being made, then the pictures that are there, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from imagegen_desktop.ui.job_progress import JobProgress
from imagegen_desktop.ui.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPixmap

    from imagegen_desktop.core.changes import ImageState


Index = QModelIndex | QPersistentModelIndex

# A tooltip longer than this hides the picture.
TOOLTIP_LENGTH = 240


class Role(IntEnum):
    """ROW gives the `Running` or the ImageState, THUMBNAIL a QPixmap or None."""

    ROW = Qt.ItemDataRole.UserRole
    THUMBNAIL = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Running:
    """One picture that is being made; `number` counts the pictures of its job from 1."""

    number: int
    progress: JobProgress


class FilmModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._running: list[Running] = []
        self._states: list[ImageState] = []
        self._rows: dict[str, int] = {}
        self._thumbnails: dict[str, QPixmap] = {}

    @property
    def states(self) -> Sequence[ImageState]:
        return self._states

    @property
    def running(self) -> Sequence[Running]:
        return self._running

    def set_states(self, states: Sequence[ImageState]) -> None:
        """Only the rows between the first and the last difference are taken out and put in."""
        old, new = self._states, list(states)
        same = min(len(old), len(new))
        head = next((row for row in range(same) if old[row].id != new[row].id), same)
        tail = next((row for row in range(same - head) if old[-1 - row].id != new[-1 - row].id), same - head)
        offset = len(self._running)
        if len(old) - tail > head:
            self.beginRemoveRows(QModelIndex(), offset + head, offset + len(old) - tail - 1)
            self._keep(old[:head] + old[len(old) - tail :])
            self.endRemoveRows()
        if len(new) - tail > head:
            self.beginInsertRows(QModelIndex(), offset + head, offset + len(new) - tail - 1)
            self._keep(new)
            self.endInsertRows()
        self._keep(new)
        kept = [(row, row) for row in range(head)]
        kept += [(len(old) - row, len(new) - row) for row in range(tail, 0, -1)]
        for before, after in kept:
            if old[before] != new[after]:
                self.dataChanged.emit(self.index(offset + after), self.index(offset + after))
        self._thumbnails = {key: value for key, value in self._thumbnails.items() if key in self._rows}

    def set_running(self, jobs: Sequence[JobProgress]) -> None:
        rows = [Running(number, job) for job in jobs for number in range(job.saved + 1, job.count + 1)]
        have, want = len(self._running), len(rows)
        if want < have:
            self.beginRemoveRows(QModelIndex(), 0, have - want - 1)
            self._running = rows
            self.endRemoveRows()
        elif want > have:
            self.beginInsertRows(QModelIndex(), 0, want - have - 1)
            self._running = rows
            self.endInsertRows()
        elif rows != self._running:
            self._running = rows
            self.dataChanged.emit(self.index(0), self.index(want - 1))

    def set_thumbnail(self, image_id: str, pixmap: QPixmap) -> None:
        if image_id in self._rows:
            self._thumbnails[image_id] = pixmap
            index = self.index_of(image_id)
            self.dataChanged.emit(index, index, [Role.THUMBNAIL])

    def forget_thumbnails(self) -> None:
        self._thumbnails.clear()

    def has_thumbnail(self, image_id: str) -> bool:
        return image_id in self._thumbnails

    def index_of(self, image_id: str) -> QModelIndex:
        """An invalid index for an image that is not there."""
        row = self._rows.get(image_id)
        return QModelIndex() if row is None else self.index(len(self._running) + row)

    def job_at(self, index: Index) -> str | None:
        """The job of a picture that is being made."""
        known = index.isValid() and 0 <= index.row() < len(self._running)
        return self._running[index.row()].progress.job if known else None

    def index_of_job(self, job: str) -> QModelIndex:
        """The first picture that the job still has to make."""
        row = next((row for row, one in enumerate(self._running) if one.progress.job == job), None)
        return QModelIndex() if row is None else self.index(row)

    def state_at(self, index: Index) -> ImageState | None:
        row = index.row() - len(self._running)
        return self._states[row] if index.isValid() and 0 <= row < len(self._states) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._running) + len(self._states)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        state = self.state_at(index)
        if state is None:
            return self._running_data(index, role)
        match role:
            case Role.ROW:
                return state
            case Role.THUMBNAIL:
                return self._thumbnails.get(state.id)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(state, index.row() - len(self._running) + 1)
            case Qt.ItemDataRole.ToolTipRole:
                prompt = state.record.prompt
                return plain_tooltip(prompt if len(prompt) <= TOOLTIP_LENGTH else f"{prompt[:TOOLTIP_LENGTH]}...")
            case _:
                return None

    def _running_data(self, index: Index, role: int) -> object:
        if not (index.isValid() and 0 <= index.row() < len(self._running)):
            return None
        running = self._running[index.row()]
        match role:
            case Role.ROW:
                return running
            case Qt.ItemDataRole.AccessibleTextRole:
                words = self.tr("Picture {number} of {count} is being made: {prompt}")
                progress = running.progress
                return words.format(number=running.number, count=progress.count, prompt=progress.prompt)
            case _:
                return None

    def _spoken(self, state: ImageState, number: int) -> str:
        words = self.tr("Image {number} of {count}: {prompt}")
        text = words.format(number=number, count=len(self._states), prompt=state.title or state.record.prompt)
        marks = [self.tr("favourite")] if state.favourite else []
        if state.record.is_sample:
            marks.append(self.tr("sample"))
        if state.record.is_preview:
            marks.append(self.tr("preview of a lost picture"))
        return ", ".join([text, *marks])

    def _keep(self, states: list[ImageState]) -> None:
        self._states = states
        self._rows = {state.id: row for row, state in enumerate(states)}
