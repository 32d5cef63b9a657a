"""What was spent: today, this month, each day, by model and endpoint, and what is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.price import dollars
from imagegen_desktop.core.requests import SAMPLE_URL
from imagegen_desktop.ui.centre_page import CentrePage
from imagegen_desktop.ui.settings.section import StatusLine
from imagegen_desktop.ui.spending.day_chart import DayChart
from imagegen_desktop.ui.spending.doubtful_card import DoubtfulCard
from imagegen_desktop.ui.spending.figures_card import FiguresCard
from imagegen_desktop.ui.spending.sum_table import SumTable
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_3, SPACE_4

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from imagegen_desktop.core.budget import Spent
    from imagegen_desktop.storage.index import AlbumCost
    from imagegen_desktop.storage.spending import SpendingReport
    from imagegen_desktop.ui.status_kind import StatusKind
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

WIDEST = 760


class SpendingPage(CentrePage):
    """Emits `export_requested(bool)` (True: with free jobs) and `settled(job id, ChargeState)`."""

    export_requested = Signal(object)
    settled = Signal(object, object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(icons, parent)
        self.figures = FiguresCard()
        self.doubtful = DoubtfulCard()
        self.chart = DayChart(appearance)
        self.days = SumTable(self.tr("Spent by day"), self.tr("Day"))
        self.models = SumTable(self.tr("Spent by model"), self.tr("Model"))
        self.endpoints = SumTable(self.tr("Spent by endpoint"), self.tr("Endpoint"))
        self.albums = SumTable(self.tr("Spent by album"), self.tr("Album"), counted=self.tr("Images"))
        self.nothing = PlainLabel(self.tr("Nothing was spent in the last 30 days."), kind="muted", wrap=True)
        self.status = StatusLine()
        self.free = QCheckBox(self.tr("With free jobs"))
        self.free.setToolTip(plain_tooltip(self.tr("Write jobs that cost nothing into the file, too")))
        self.export = QPushButton(self.tr("Export CSV..."))
        self._tables = self._card(self.tr("By model"), self.models, self.tr("By endpoint"), self.endpoints)
        self._by_day = self._card(self.tr("Last 30 days"), self.nothing, self.chart, self.days)
        told = self.tr("What the images of each album cost, whenever they were made. One in two albums counts in both.")
        self._by_album = self._card(self.tr("By album"), PlainLabel(told, kind="muted", wrap=True), self.albums)
        self._by_album.hide()
        cards = (self.status, self.figures, self.doubtful, self._by_day, self._tables, self._by_album)
        self.lay_out(self.tr("Spending"), cards, widest=WIDEST, beside=(self.free, self.export))
        self.export.clicked.connect(self._export)
        self.doubtful.settled.connect(self.settled)

    def show_report(self, report: SpendingReport, daily: Decimal | None, monthly: Decimal | None) -> None:
        """The budgets are in US dollars, None for no limit."""
        self.figures.show_totals(report.totals, daily, monthly)
        self.doubtful.show_jobs(report.doubtful, report.doubtful_count)
        self.chart.show_days(report.days)
        spent = tuple((self._day(day), one) for day, one in reversed(report.days) if _is_something(one))
        self.days.show_sums(spent)
        self.models.show_sums(report.models)
        self.endpoints.show_sums(
            tuple((self.tr("On this computer") if name == SAMPLE_URL else name, one) for name, one in report.endpoints)
        )
        for widget in (self.chart, self.days):
            widget.setVisible(bool(spent))
        self.nothing.setVisible(not spent)
        self._tables.setVisible(bool(report.models))

    def show_albums(self, albums: Sequence[tuple[str, AlbumCost]]) -> None:
        """Nothing where no album has an image that cost something."""
        rows: list[tuple[str, str, str, str]] = []
        for name, cost in albums:
            unknown = self.tr("{count} of unknown cost").format(count=self.locale().toString(cost.unknown))
            known = dollars(cost.known) if cost.known or not cost.unknown else self.tr("unknown")
            rows.append((name, self.locale().toString(cost.images), unknown if cost.unknown else "", known))
        self.albums.show_rows(rows)
        self._by_album.setVisible(bool(rows))

    def show_status(self, text: str, kind: StatusKind) -> None:
        """What became of a wish, such as "Saved as ..."; empty for nothing."""
        self.status.show_status(text, kind)

    @Slot()
    def _export(self) -> None:
        self.export_requested.emit(self.free.isChecked())

    def _day(self, day: date) -> str:
        return self.locale().toString(QDate(day.year, day.month, day.day), "ddd, d MMM yyyy")

    @staticmethod
    def _card(*content: str | QWidget) -> QFrame:
        """Words are titles."""
        card = QFrame()
        card.setProperty("kind", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_3)
        for one in content:
            column.addWidget(PlainLabel(one, kind="title") if isinstance(one, str) else one)
        return card


def _is_something(spent: Spent) -> bool:
    return bool(spent.paid or spent.uncertain or spent.unpriced or spent.known)
