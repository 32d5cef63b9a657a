"""Five stars that are pressed to rate; the same star again takes the rating away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleValueChangeEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSlider, QWidget

from imagegen_desktop.ui.theme.tokens import FOCUS_WIDTH, HIT, ICON_ROW, RADIUS_CONTROL

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

MOST = 5
STAR_WIDTH = 26


class RatingStars(QSlider):
    """Emits `rated(int)`, 0 to 5, when a person changes it. A slider by nature, so that screen readers and arrow keys know it."""

    rated = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._appearance = appearance
        self._icons = icons
        self.setRange(0, MOST)
        self.setPageStep(1)
        self.setFixedSize(self.sizeHint())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Rating, 0 to 5 stars"))

    def show_rating(self, stars: int) -> None:
        """Emits nothing."""
        self.setValue(stars)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(MOST * STAR_WIDTH, HIT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().x()
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            at = self.width() - at
        star = max(1, min(MOST, int(at // STAR_WIDTH) + 1))
        self._rate(0 if star == self.value() else star)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        digit = event.key() - Qt.Key.Key_0
        before = self.value()
        if 0 <= digit <= MOST:
            self._rate(digit)
            return
        super().keyPressEvent(event)
        if self.value() != before:
            self._told()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        tokens = self._appearance.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for star in range(MOST):
            place = MOST - 1 - star if mirrored else star
            cell = QRectF(place * STAR_WIDTH, 0, STAR_WIDTH, self.height())
            icon = QRectF(0, 0, ICON_ROW, ICON_ROW)
            icon.moveCenter(cell.center())
            filled = star < self.value()
            self._icons.paint(
                painter, "star-filled" if filled else "star", tokens.warn if filled else tokens.text3, icon
            )
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), FOCUS_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        painter.end()

    def _rate(self, stars: int) -> None:
        if stars != self.value():
            self.setValue(stars)
            self._told()

    def _told(self) -> None:
        self.update()
        QAccessible.updateAccessibility(QAccessibleValueChangeEvent(self, self.value()))
        self.rated.emit(self.value())
