"""The jobs that may have been charged, each with what a person found on the service's usage page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.price import dollars
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from datetime import datetime

    from imagegen_desktop.storage.spending import DoubtfulJob

LONGEST: Final = 60


class DoubtfulCard(QFrame):
    """Emits `settled(job id, ChargeState)`; hidden while there is nothing in doubt."""

    settled = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._title = PlainLabel(kind="title")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        self._column.setSpacing(SPACE_3)
        self._column.addWidget(self._title)
        hint = self.tr(
            "The answer to these was cut off. The service's usage page tells whether they were charged; until you say so "
            "they count as charged."
        )
        self._column.addWidget(PlainLabel(hint, kind="muted", wrap=True))
        self._rows: list[QWidget] = []
        self._more = PlainLabel(kind="faint")
        self._column.addWidget(self._more)
        self.hide()

    def show_jobs(self, jobs: tuple[DoubtfulJob, ...], count: int) -> None:
        """`jobs` are the latest of `count`."""
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(job) for job in jobs]
        for row in self._rows:
            self._column.insertWidget(self._column.count() - 1, row)
        words = self.tr("1 job may have been charged") if count == 1 else self.tr("{count} jobs may have been charged")
        self._title.setText(words.format(count=self.locale().toString(count)))
        rest = count - len(jobs)
        more = self.tr("1 older one follows") if rest == 1 else self.tr("{count} older ones follow")
        self._more.setText(more.format(count=self.locale().toString(rest)))
        self._more.setVisible(rest > 0)
        self.setVisible(count > 0)

    def _row(self, job: DoubtfulJob) -> QWidget:
        prompt = " ".join(job.prompt.split())
        short = prompt if len(prompt) <= LONGEST else f"{prompt[: LONGEST - 1]}…"
        high = (
            self.tr("up to {high}").format(high=dollars(job.high)) if job.high is not None else self.tr("price unknown")
        )
        label = PlainLabel(f"{short}\n{self._moment(job.moment)}, {job.model}, {high}", wrap=True)
        label.setToolTip(plain_tooltip(prompt))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_2)
        line.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
        line.addWidget(label, 1)
        for words, charge in (
            (self.tr("It was charged"), ChargeState.PAID),
            (self.tr("It was not"), ChargeState.FREE),
        ):
            button = QPushButton(words)
            button.setAccessibleName(f"{words}: {short}")
            button.clicked.connect(partial(self._settle, job.id, charge))
            line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _settle(self, job: str, charge: ChargeState, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 (Qt's signal)
        self.settled.emit(job, charge)

    def _moment(self, moment: datetime) -> str:
        local = QDateTime.fromMSecsSinceEpoch(int(moment.timestamp() * 1000))
        return self.locale().toString(local, "d MMM yyyy, HH:mm")
