"""The sums that matter most: today, this month, and what is left of the budgets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from imagegen_desktop.core.price import dollars
from imagegen_desktop.ui.money_words import doubt_words, known_words, on_the_way_words
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_4, SPACE_5

if TYPE_CHECKING:
    from imagegen_desktop.core.budget import Spent, Totals


class FiguresCard(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACE_4, SPACE_4, SPACE_4, SPACE_4)
        grid.setHorizontalSpacing(SPACE_5)
        grid.setVerticalSpacing(SPACE_1)
        self.today = PlainLabel(kind="state")
        self.month = PlainLabel(kind="state")
        self._notes = (PlainLabel(kind="muted", wrap=True), PlainLabel(kind="muted", wrap=True))
        self._budgets = (PlainLabel(kind="muted", wrap=True), PlainLabel(kind="muted", wrap=True))
        self.way = PlainLabel(kind="muted", wrap=True)
        for column, (name, figure) in enumerate(((self.tr("Today"), self.today), (self.tr("This month"), self.month))):
            figure.setFont(tabular(figure.font()))
            figure.setAccessibleName(name)
            grid.addWidget(PlainLabel(name, kind="caption"), 0, column)
            grid.addWidget(figure, 1, column)
            grid.addWidget(self._notes[column], 2, column)
            grid.addWidget(self._budgets[column], 3, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.way, 4, 0, 1, 2)

    def show_totals(self, totals: Totals, daily: Decimal | None, monthly: Decimal | None) -> None:
        """The budgets are in US dollars, None for no limit."""
        for number, (figure, spent, budget) in enumerate(
            ((self.today, totals.today, daily), (self.month, totals.month, monthly))
        ):
            figure.setText(known_words(spent))
            self._show(self._notes[number], self._note(spent))
            self._show(self._budgets[number], self._budget(spent, budget))
        self._show(self.way, on_the_way_words(totals.on_the_way))

    def _note(self, spent: Spent) -> str:
        doubt = doubt_words(spent)
        return self.tr("Not in it: {doubt}").format(doubt=doubt) if doubt else ""

    def _budget(self, spent: Spent, budget: Decimal | None) -> str:
        if budget is None:
            return self.tr("No budget set")
        left = max(Decimal(0), budget - spent.counted)
        return self.tr("{left} left of the budget of {budget}").format(left=dollars(left), budget=dollars(budget))

    @staticmethod
    def _show(label: PlainLabel, words: str) -> None:
        label.setText(words)
        label.setVisible(bool(words))
