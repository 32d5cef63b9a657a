"""Paints what lies in a picture's place: the skeleton before it comes, the checkerboard under its transparency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.tokens import Tokens

CHECK: Final = 8
SHIMMER_SECONDS: Final = 1.8
STILL: Final = 0.5


def fitted(width: int, height: int, box: QRectF, *, enlarge: bool = True) -> QRectF:
    """The largest rectangle of the ratio `width`:`height` centred in `box`; no larger than that size unless `enlarge`."""
    scale = min(box.width() / max(1, width), box.height() / max(1, height))
    if not enlarge:
        scale = min(scale, 1.0)
    size = QSizeF(width * scale, height * scale)
    return QRectF(box.center() - QPointF(size.width() / 2, size.height() / 2), size)


def rounded(rect: QRectF, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    return path


def paint_skeleton(painter: QPainter, rect: QRectF, tokens: Tokens, *, radius: float, phase: float = STILL) -> None:
    """A quiet surface with a band of light at `phase`, 0 (upper left, outside) to 1 (lower right, outside)."""
    ground, light = QColor(tokens.surface2), QColor(tokens.hover)
    if not tokens.dark:
        ground, light = QColor(tokens.border), QColor(tokens.surface2)
    # The gradient runs over three times the diagonal, so that the band is outside at both ends.
    step = QPointF(rect.width(), rect.height())
    start = rect.topLeft() + step * (2 * phase - 1.5)
    gradient = QLinearGradient(start, start + step * 2)
    gradient.setColorAt(0.25, ground)
    gradient.setColorAt(0.5, light)
    gradient.setColorAt(0.75, ground)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(rounded(rect, radius), gradient)
    # A fine edge, for the light band may be as light as what lies around.
    painter.setPen(QPen(QColor(tokens.border), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def checks(dark: bool) -> tuple[str, str]:  # noqa: FBT001 (a theme is one or the other)
    """The checkerboard's two neutral greys."""
    return ("#2A2A2A", "#3A3A3A") if dark else ("#FFFFFF", "#DDDDDD")


def checkerboard(dark: bool) -> QBrush:  # noqa: FBT001 (a theme is one or the other)
    """A brush of neutral greys that no picture can be mistaken for."""
    even, odd = checks(dark)
    tile = QPixmap(CHECK * 2, CHECK * 2)
    tile.fill(QColor(even))
    painter = QPainter(tile)
    painter.fillRect(0, 0, CHECK, CHECK, QColor(odd))
    painter.fillRect(CHECK, CHECK, CHECK, CHECK, QColor(odd))
    painter.end()
    return QBrush(tile)
