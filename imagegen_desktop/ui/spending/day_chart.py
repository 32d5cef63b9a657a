"""Paints what was spent on each day as a bar; what may have been spent stands on it, hatched."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QEvent, QLocale, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from imagegen_desktop.core.price import dollars
from imagegen_desktop.ui.money_words import doubt_words, known_words
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2, TYPE_CAPTION

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPaintEvent

    from imagegen_desktop.core.budget import Spent
    from imagegen_desktop.ui.theme.appearance import Appearance

HEIGHT: Final = 168
# Of a day's width, the share that its bar takes.
BAR: Final = 0.68
LEAST_BAR: Final = 2.0
NAMED_EVERY: Final = 7
STEPS: Final = (1, 2, 5, 10)


class DayChart(QWidget):
    """A picture of numbers that the table beside it says in words; a screen reader hears one sentence."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._days: tuple[tuple[date, Spent], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("What was spent on each of the last days"))
        font = tabular(self.font())
        font.setPixelSize(TYPE_CAPTION)
        self.setFont(font)
        appearance.changed.connect(self._recolour)

    def show_days(self, days: tuple[tuple[date, Spent], ...]) -> None:
        """From the oldest to the newest."""
        self._days = days
        dearest = max(days, key=lambda one: one[1].counted, default=None)
        if dearest is None or not dearest[1].counted:
            self.setAccessibleDescription(self.tr("Nothing of known cost"))
        else:
            words = self.tr("Most on {day}: {amount}. The table below has each day")
            self.setAccessibleDescription(words.format(day=_day(dearest[0]), amount=known_words(dearest[1])))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    def bar(self, number: int) -> tuple[QRectF, QRectF]:
        """Where the bar of a day stands: what is known, and above it what may have been charged."""
        plot = self._plot()
        top = float(top_of(self._dearest()))
        day = self._days[number][1]
        width = plot.width() / len(self._days)
        left = plot.left() + width * (number + (1 - BAR) / 2)
        heights = [float(amount) / top * plot.height() for amount in (day.known, day.counted - day.known)]
        # A cent beside a hundred dollars is still to be seen.
        known, doubt = (max(LEAST_BAR, height) if height else 0.0 for height in heights)
        low = plot.bottom() - known
        return QRectF(left, low, width * BAR, known), QRectF(left, low - doubt, width * BAR, doubt)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._days:
            return
        tokens = self._appearance.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_scale(painter)
        accent = QColor(tokens.accent)
        hatch = QBrush(QColor(tokens.warn), Qt.BrushStyle.BDiagPattern)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(len(self._days)):
            known, doubt = self.bar(number)
            painter.fillRect(known, accent)
            if not doubt.isEmpty():
                painter.fillRect(doubt, QColor(tokens.warn_soft))
                painter.fillRect(doubt, hatch)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tooltip(self.words_at(event.pos().toPointF())), self)
            return True
        return super().event(event)

    def words_at(self, point: QPointF) -> str:
        """The day under a point, in words; empty beside the days."""
        plot = self._plot()
        if not self._days or not plot.left() <= point.x() < plot.right():
            return ""
        day, spent = self._days[int((point.x() - plot.left()) / plot.width() * len(self._days))]
        doubt = doubt_words(spent)
        words = f"{_day(day)}: {known_words(spent)}"
        return f"{words}; {doubt}" if doubt else words

    def _dearest(self) -> Decimal:
        return max((spent.counted for _, spent in self._days), default=Decimal(0))

    def _plot(self) -> QRectF:
        metrics = self.fontMetrics()
        left = metrics.horizontalAdvance(dollars(top_of(self._dearest()))) + SPACE_2
        below = metrics.height() + SPACE_1
        return QRectF(left, metrics.height() / 2, self.width() - left, self.height() - below - metrics.height() / 2)

    def _paint_scale(self, painter: QPainter) -> None:
        tokens, plot = self._appearance.tokens, self._plot()
        top = top_of(self._dearest())
        metrics = self.fontMetrics()
        for share in (Decimal(0), Decimal("0.5"), Decimal(1)):
            y = round(plot.bottom() - plot.height() * float(share))
            painter.fillRect(QRectF(plot.left(), y, plot.width(), 1), QColor(tokens.border))
            painter.setPen(QColor(tokens.text3))
            place = QRectF(0, y - metrics.height() / 2, plot.left() - SPACE_2, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, dollars(top * share))
        width = plot.width() / len(self._days)
        # Counted from today back, so that the newest day always has its name.
        for number in range(len(self._days) - 1, -1, -NAMED_EVERY):
            middle = plot.left() + width * (number + 0.5)
            words = QLocale().toString(_qdate(self._days[number][0]), "d MMM")
            wide = metrics.horizontalAdvance(words)
            left = min(max(middle - wide / 2, plot.left()), plot.right() - wide)
            painter.drawText(QRectF(left, plot.bottom() + SPACE_1, wide + 1, metrics.height()), words)

    @Slot(object)
    def _recolour(self, _tokens: object) -> None:
        self.update()


def top_of(dearest: Decimal) -> Decimal:
    """The chart's upper edge: 1, 2 or 5 times a power of ten, at least a cent."""
    if dearest <= Decimal("0.01"):
        return Decimal("0.01")
    power = Decimal(1).scaleb(dearest.adjusted())
    return next(step * power for step in STEPS if step * power >= dearest)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def _day(day: date) -> str:
    return QLocale().toString(_qdate(day), "ddd d MMM")
