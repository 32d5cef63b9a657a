"""A table of sums: a name, what was spent, what is not in it, and how many jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.money_words import doubt_words, known_words
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.fonts import tabular

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from imagegen_desktop.core.budget import Spent

ROW_HEIGHT: Final = 30
# Of the width that figures leave, what the words of doubt may take from the names.
DOUBT_SHARE: Final = 0.5
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class SumTable(QTableWidget):
    """As high as its rows: the page scrolls, not the table. `first` names the first column, `name` the whole.

    `counted` names what the second column counts, jobs where it is empty.
    """

    def __init__(self, name: str, first: str, parent: QWidget | None = None, *, counted: str = "") -> None:
        super().__init__(0, 4, parent)
        self._wheel = CalmWheel(self)
        self._wheel.calm(self)
        self.setAccessibleName(name)
        self.setFont(tabular(self.font()))
        headers = (first, counted or self.tr("Jobs"), self.tr("Not in the sum"), self.tr("Spent"))
        for column, words in enumerate(headers):
            item = QTableWidgetItem(words)
            item.setTextAlignment(LEFT if column in (0, 2) else RIGHT)
            self.setHorizontalHeaderItem(column, item)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        header.setFixedHeight(ROW_HEIGHT)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._fit()

    def show_sums(self, sums: tuple[tuple[str, Spent], ...]) -> None:
        count = self.locale().toString
        self.show_rows(
            [(name, count(one.paid + one.uncertain), doubt_words(one), known_words(one)) for name, one in sums]
        )

    def show_rows(self, rows: Sequence[tuple[str, str, str, str]]) -> None:
        """Words for each of the four columns."""
        self.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            # Hidden, and heard as the row's name.
            self.setVerticalHeaderItem(row, QTableWidgetItem(cells[0]))
            for column, words in enumerate(cells):
                item = QTableWidgetItem(words)
                item.setTextAlignment(LEFT if column in (0, 2) else RIGHT)
                if not words:
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, self.tr("Nothing"))
                # A narrow table shows the beginning of long words.
                item.setToolTip(plain_tooltip(words))
                self.setItem(row, column, item)
        self._fit()

    def rows(self) -> list[tuple[str, ...]]:
        """What it says, line by line."""
        lines: list[tuple[str, ...]] = []
        for row in range(self.rowCount()):
            cells = (self.item(row, column) for column in range(self.columnCount()))
            lines.append(tuple(cell.text() if cell else "" for cell in cells))
        return lines

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def _fit(self) -> None:
        self.setFixedHeight(ROW_HEIGHT * (self.rowCount() + 1) + 2)
        self._share_width()

    def _share_width(self) -> None:
        """Figures are never cut; names and doubts share what is left, so that neither crowds the other out."""
        name, jobs, doubt, spent = (
            max(self.sizeHintForColumn(column), self.horizontalHeader().sectionSizeHint(column))
            for column in range(self.columnCount())
        )
        left = self.viewport().width() - jobs - spent
        doubt_width = min(doubt, max(left - name, round(left * DOUBT_SHARE)))
        for column, width in enumerate((max(0, left - doubt_width), jobs, doubt_width, spent)):
            self.setColumnWidth(column, width)
