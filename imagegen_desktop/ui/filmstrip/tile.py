"""Paints one tile of the filmstrip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.ui.filmstrip.model import Index, Role, Running
from imagegen_desktop.ui.theme.grounds import checkerboard, fitted, paint_skeleton, rounded
from imagegen_desktop.ui.theme.tokens import FOCUS_WIDTH, RADIUS_BUTTON

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

THUMB: Final = 68
GAP: Final = 12
CELL: Final = QSize(THUMB + GAP, THUMB + 2 * 10)
RING: Final = 3.0
BADGE: Final = 18.0
# Words and hearts on a picture of any colour: nearly white on nearly black.
BADGE_GROUND: Final = QColor(12, 12, 14, 190)
BADGE_INK: Final = "#FFFFFF"
BADGE_TYPE: Final = 10
WIDEST: Final = 4 / 3


class TileDelegate(QStyledItemDelegate):
    """An own delegate, for the usual one tints a chosen picture. `phase` gives the skeletons' light, 0 to 1."""

    def __init__(self, appearance: Appearance, icons: Icons, phase: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self._phase = phase

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = self._appearance.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell = QRectF(option.rect)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType, reportAttributeAccessIssue] (the stub leaves the fields out)
        box = QRectF(0, 0, THUMB, THUMB)
        box.moveCenter(cell.center())
        match index.data(Role.ROW):
            case Running(progress=progress):
                rect = _tile(progress.width, progress.height, box)
                paint_skeleton(painter, rect, tokens, radius=RADIUS_BUTTON, phase=self._phase())
                self._paint_ring(painter, rect, option)
            case ImageState() as image:
                rect = _tile(image.record.got.width, image.record.got.height, box)
                self._paint_picture(painter, rect, index.data(Role.THUMBNAIL))
                self._paint_badges(painter, rect, image)
                self._paint_ring(painter, rect, option)
            case _:
                pass
        painter.restore()

    def _paint_picture(self, painter: QPainter, rect: QRectF, pixmap: QPixmap | None) -> None:
        tokens = self._appearance.tokens
        if pixmap is None:
            painter.fillPath(rounded(rect, RADIUS_BUTTON), QColor(tokens.hover))
            return
        painter.save()
        painter.setClipPath(rounded(rect, RADIUS_BUTTON))
        if pixmap.hasAlphaChannel():
            painter.fillRect(rect, checkerboard(tokens.dark))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(rect, pixmap, _middle(pixmap, rect))
        painter.restore()

    def _paint_badges(self, painter: QPainter, rect: QRectF, image: ImageState) -> None:
        if image.favourite:
            badge = QRectF(rect.right() - BADGE - 4, rect.top() + 4, BADGE, BADGE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(BADGE_GROUND)
            painter.drawEllipse(badge)
            self._icons.paint(painter, "heart-filled", BADGE_INK, badge.adjusted(4, 4.5, -4, -3.5))
        if image.record.is_sample or image.record.is_preview:
            text = self.tr("Sample") if image.record.is_sample else self.tr("Preview")
            font = QFont(painter.font())
            font.setPixelSize(BADGE_TYPE)
            font.setWeight(QFont.Weight.DemiBold)
            painter.setFont(font)
            width = painter.fontMetrics().horizontalAdvance(text) + 10
            badge = QRectF(rect.left() + 4, rect.bottom() - 4 - 15, width, 15)
            painter.fillPath(rounded(badge, 4), BADGE_GROUND)
            painter.setPen(QColor(BADGE_INK))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_ring(self, painter: QPainter, rect: QRectF, option: QStyleOptionViewItem) -> None:
        tokens = self._appearance.tokens
        flags: QStyle.StateFlag = option.state  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportAttributeAccessIssue] (the stub leaves the fields out)
        if QStyle.StateFlag.State_Selected in flags:
            colour, width = tokens.accent, float(FOCUS_WIDTH)
            if QStyle.StateFlag.State_HasFocus in flags:
                width += 1
        elif QStyle.StateFlag.State_MouseOver in flags:
            colour, width = tokens.border_strong, 1.5
        else:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), width))
        outset = RING + width / 2 - 1
        around = rect.adjusted(-outset, -outset, outset, outset)
        painter.drawRoundedRect(around, RADIUS_BUTTON + outset, RADIUS_BUTTON + outset)


def _tile(width: int, height: int, box: QRectF) -> QRectF:
    """The picture's ratio within the box, held between 3:4 and 4:3, so that the row looks calm; on whole pixels."""
    ratio = min(max(width / max(1, height), 1 / WIDEST), WIDEST)
    across, down = round(box.width() * min(1.0, ratio)), round(box.height() * min(1.0, 1 / ratio))
    return QRectF(round(box.center().x() - across / 2), round(box.center().y() - down / 2), across, down)


def _middle(pixmap: QPixmap, tile: QRectF) -> QRectF:
    """The largest part of the pixmap that has the tile's ratio."""
    return fitted(round(tile.width()), round(tile.height()), QRectF(pixmap.rect()))
