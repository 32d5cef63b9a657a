"""The rows of the queue's panel: a job on its way or waiting, and a job of the past."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import Job, JobState
from imagegen_desktop.core.price import dollars
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import HIT, ICON_CHIP, SPACE_1, SPACE_2

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from imagegen_desktop.core.queue import Entry
    from imagegen_desktop.studio.waiting import Past
    from imagegen_desktop.ui.theme.icons import Icons


class ElidedLabel(PlainLabel):
    """One line whose end is left out where it does not fit; the tooltip and a screen reader have all of it."""

    def __init__(self, *, kind: str = "") -> None:
        self._whole = ""
        super().__init__(kind=kind)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_text(self, text: str) -> None:
        self._whole = " ".join(text.split())
        self.setAccessibleName(self._whole)
        self.setToolTip(plain_tooltip(self._whole))
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(0, self.width())))


class Row(QWidget):
    """Two lines of words, and buttons at the end."""

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.first = ElidedLabel()
        self.second = ElidedLabel(kind="muted")
        self.second.setFont(tabular(self.second.font()))
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(self.first)
        words.addWidget(self.second)
        self.line = QHBoxLayout()
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(0)
        self.line.addLayout(words, 1)
        self.line.addSpacing(SPACE_2)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, SPACE_1, 0, SPACE_1)
        self.column.setSpacing(SPACE_1)
        self.column.addLayout(self.line)

    def icon_button(self, icon: str, name: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "quiet")
        button.setIcon(self._icons.icon(icon))
        button.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        button.setFixedSize(HIT - 2, HIT)
        button.setToolTip(plain_tooltip(name))
        button.setAccessibleName(name)
        self.line.addWidget(button)
        return button


class RunningRow(Row):
    chosen = Signal(object)
    cancelled = Signal(object)

    def __init__(self, icons: Icons, job: str) -> None:
        super().__init__(icons)
        self.job = job
        show = self.icon_button("eye", self.tr("Show on the stage"))
        show.clicked.connect(lambda: self.chosen.emit(job))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(lambda: self.cancelled.emit(job))
        self.line.addWidget(self.cancel)

    def show_progress(self, progress: JobProgress, now: float) -> None:
        self.first.show_text(progress.prompt)
        self.cancel.setEnabled(progress.phase is not Phase.CANCELLING)
        self.cancel.setAccessibleDescription(progress.prompt)
        parts = [progress.model, seconds_words(now - progress.started)]
        left = progress.seconds_left(now)
        if left:
            parts.append(self.tr("about {time} left").format(time=seconds_words(left)))
        if progress.count > 1:
            parts.append(self.tr("{done} of {count} made").format(done=progress.saved, count=progress.count))
        if progress.phase is Phase.CANCELLING:
            parts = [progress.model, self.tr("Cancelling...")]
        self.second.show_text(" · ".join(parts))


class WaitingRow(Row):
    """Emits `moved((job, steps))`: -1 and 1 are one place, more means the end; `removed(job)`."""

    moved = Signal(object)
    removed = Signal(object)

    def __init__(self, icons: Icons, job: str) -> None:
        super().__init__(icons)
        self.job = job
        moves = (
            ("chevrons-up", self.tr("To the front"), -2),
            ("chevron-up", self.tr("Up"), -1),
            ("chevron-down", self.tr("Down"), 1),
            ("chevrons-down", self.tr("To the back"), 2),
        )
        self.moves: list[QPushButton] = []
        for icon, name, steps in moves:
            button = self.icon_button(icon, name)
            button.clicked.connect(lambda _checked=False, steps=steps: self.moved.emit((job, steps)))
            self.moves.append(button)
        self.remove = self.icon_button("x", self.tr("Remove from the queue"))
        self.remove.clicked.connect(lambda: self.removed.emit(job))

    def show_entry(self, entry: Entry, now: float, *, is_first: bool, is_last: bool) -> None:
        request = entry.request
        self.first.show_text(request.prompt)
        parts = [request.model]
        if request.count > 1:
            parts.insert(0, self.tr("{count} images").format(count=request.count))
        if entry.held is not None:
            parts = [entry.held.words]
        elif entry.parked:
            parts.insert(0, self.tr("from last time"))
        elif entry.not_before > now:
            busy = self.tr("the service is busy: {time}").format(time=seconds_words(entry.not_before - now))
            parts.insert(0, busy)
        self.second.show_text(" · ".join(parts))
        for button, off in zip(self.moves, (is_first, is_first, is_last, is_last), strict=True):
            button.setEnabled(not off)
            button.setAccessibleDescription(request.prompt)
        self.remove.setAccessibleDescription(request.prompt)


class PastRow(Row):
    """Emits `picture_chosen(image id)` and `settled((job, ChargeState))`."""

    picture_chosen = Signal(object)
    settled = Signal(object)

    def __init__(self, icons: Icons, past: Past) -> None:
        super().__init__(icons)
        self.past = past
        job = past.job
        self.first.show_text(job.request.prompt)
        if not job.seen:
            font = self.first.font()
            font.setBold(True)
            self.first.setFont(font)
            self.first.setAccessibleName(self.tr("New: {prompt}").format(prompt=job.request.prompt))
        self.second.show_text(" · ".join([*self._facts(job)]))
        if past.image:
            show = self.icon_button("image", self.tr("Show the picture"))
            show.setAccessibleDescription(job.request.prompt)
            show.clicked.connect(lambda: self.picture_chosen.emit(past.image))
        if job.charge is ChargeState.UNKNOWN:
            self._add_question(job)

    def _facts(self, job: Job) -> list[str]:
        ended = job.ended or job.created
        facts = [moment_words(ended, self.locale()), self._end(job), self._money(job), job.request.model]
        # A long reason is cut at its end; whether it cost money is not.
        return [facts[0], facts[2], facts[1], facts[3]] if job.error else facts

    def _end(self, job: Job) -> str:
        match job.state:
            case JobState.SAVED:
                return job.error or self.tr("saved")
            case JobState.CANCELLED:
                return self.tr("cancelled")
            case _:
                return job.error or self.tr("not made")

    def _money(self, job: Job) -> str:
        costs = [one for one in (job.cost, job.words_cost) if one is not None]
        match job.charge:
            case ChargeState.FREE:
                return dollars(sum(costs[1:], costs[0])) if any(costs) else self.tr("free")
            case ChargeState.PAID:
                return dollars(sum(costs[1:], costs[0])) if costs else self.tr("charged, cost unknown")
            case _:
                return self.tr("may have been charged")

    def _add_question(self, job: Job) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addWidget(PlainLabel(self.tr("Your usage page tells:"), kind="muted"))
        for words, charge in (
            (self.tr("It was charged"), ChargeState.PAID),
            (self.tr("It was not"), ChargeState.FREE),
        ):
            button = QPushButton(words)
            button.setAccessibleDescription(job.request.prompt)
            button.clicked.connect(lambda _checked=False, charge=charge: self.settled.emit((job.id, charge)))
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)


def seconds_words(seconds: float) -> str:
    """Whole seconds: "8 s", "2 min 5 s"."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    if minutes:
        return QCoreApplication.translate("Duration", "{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return QCoreApplication.translate("Duration", "{seconds} s").format(seconds=rest)


def moment_words(moment: datetime, locale: QLocale) -> str:
    """The local time; with the date where that is not today."""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    time = locale.toString(local.time(), QLocale.FormatType.ShortFormat)
    if local.date() == QDateTime.currentDateTime().date():
        return time
    return f"{locale.toString(local.date(), QLocale.FormatType.ShortFormat)} {time}"
