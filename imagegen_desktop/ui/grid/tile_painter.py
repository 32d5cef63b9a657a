"""Paints one cell of the grid: picture or placeholder, the ring around it, the badges on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap

from imagegen_desktop.ui.theme.grounds import rounded
from imagegen_desktop.ui.theme.tokens import RADIUS_BUTTON

if TYPE_CHECKING:
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

RADIUS: Final = RADIUS_BUTTON
# The rings lie outside the picture, within the gap between two.
RING_GAP: Final = 2.0
RING: Final = 3.0
CURRENT: Final = 1.5
OUTSET: Final = 7
# Words and hearts on a picture of any colour: nearly white on nearly black.
BADGE_GROUND: Final = QColor(12, 12, 14, 190)
BADGE_INK: Final = "#FFFFFF"
BADGE_TYPE: Final = 11
BADGE_HEIGHT: Final = 20
BADGE_INSET: Final = 5
BADGE_ICON: Final = 12
# Formats whose pictures move or scale, which no thumbnail shows.
TOLD_FORMATS: Final = frozenset({"gif", "svg"})


class Mark(StrEnum):
    """Where an original lies, if that is worth a sign. The values are icons."""

    NONE = ""
    WAITING = "cloud-upload"
    FAILED = "cloud-alert"
    ELSEWHERE = "cloud"


class Tile(NamedTuple):
    """A cell in its place: `picture` in logical pixels of the grid, `width` x `height` in pixels of the screen."""

    cell: int
    moment: int
    picture: QRect
    width: int
    height: int


@dataclass(slots=True)
class Look:
    """How a cell shows now. `piled` counts the images of a pile, 0 for a single one; `open_pile` of a pile laid out."""

    selected: bool = False
    current: bool = False
    hovered: bool = False
    failed: bool = False
    piled: int = 0
    open_pile: int = 0
    mark: Mark = Mark.NONE


class TilePainter(QObject):
    def __init__(self, appearance: Appearance, icons: Icons, parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        # Each badge is drawn once for each density: text and SVG cost more than a thumbnail.
        self._badges: dict[tuple[str, str, float], QPixmap] = {}

    def paint(
        self, painter: QPainter, place: QRect, pixmap: QPixmap | None, state: ImageState | None, look: Look
    ) -> None:
        """`place` is the picture's, in the painter's coordinates."""
        if pixmap is None:
            self._paint_placeholder(painter, place, failed=look.failed)
        elif pixmap.deviceIndependentSize().toSize() == place.size():
            painter.drawPixmap(place.topLeft(), pixmap)
        else:
            painter.drawPixmap(place, pixmap)
        if look.selected or look.current or look.hovered:
            self._paint_ring(painter, place, look)
        if look.piled and not look.selected:
            self._paint_pile(painter, place)
        if look.piled or look.open_pile:
            badge = self.badge(str(look.piled or look.open_pile), "images", painter)
            painter.drawPixmap(pile_badge(place).topLeft(), badge)
        if state is not None:
            self._paint_facts(painter, place, state, look.mark)

    def _paint_placeholder(self, painter: QPainter, place: QRect, *, failed: bool) -> None:
        tokens = self._appearance.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(rounded(QRectF(place), RADIUS), QColor(tokens.border if not tokens.dark else tokens.surface2))
        if failed:
            middle = QRectF(0, 0, 24, 24)
            middle.moveCenter(QRectF(place).center())
            self._icons.paint(painter, "image-off", tokens.text3, middle)

    def _paint_ring(self, painter: QPainter, place: QRect, look: Look) -> None:
        tokens = self._appearance.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if look.selected:
            self._ring(painter, place, tokens.accent, RING_GAP, RING)
        elif look.hovered:
            self._ring(painter, place, tokens.border_strong, RING_GAP, CURRENT)
        if look.current:
            self._ring(painter, place, tokens.text, RING_GAP + RING if look.selected else RING_GAP, CURRENT)

    def _ring(self, painter: QPainter, place: QRect, colour: str, gap: float, width: float) -> None:
        painter.setPen(QPen(QColor(colour), width))
        out = gap + width / 2
        painter.drawRoundedRect(QRectF(place).adjusted(-out, -out, out, out), RADIUS + out, RADIUS + out)

    def _paint_pile(self, painter: QPainter, place: QRect) -> None:
        """The edges of two more sheets behind the picture."""
        colour = QColor(self._appearance.tokens.border_strong)
        for behind in (1, 2):
            inset = 5 * behind + RADIUS // 2
            painter.fillRect(place.x() + inset, place.y() - 3 * behind, place.width() - 2 * inset, 2, colour)

    def _paint_facts(self, painter: QPainter, place: QRect, state: ImageState, mark: Mark) -> None:
        right = place.x() + place.width() - BADGE_INSET
        top, bottom = place.y() + BADGE_INSET, place.y() + place.height() - BADGE_INSET - BADGE_HEIGHT
        if mark is not Mark.NONE:
            right = self._right(painter, right, top, self.badge("", mark.value, painter))
        if state.favourite:
            right = self._right(painter, right, top, self.badge("", "heart-filled", painter))
        if state.rejected:
            self._right(painter, right, top, self.badge("", "thumbs-down", painter))
        if state.rating:
            stars = self.badge(f"\N{BLACK STAR} {state.rating}", "", painter)
            self._right(painter, place.x() + place.width() - BADGE_INSET, bottom, stars)
        words = self._words(state)
        if words:
            painter.drawPixmap(QPoint(place.x() + BADGE_INSET, bottom), self.badge(words, "", painter))

    def _right(self, painter: QPainter, right: int, top: int, badge: QPixmap) -> int:
        left = right - round(badge.deviceIndependentSize().width())
        painter.drawPixmap(QPoint(left, top), badge)
        return left - 3

    def _words(self, state: ImageState) -> str:
        record = state.record
        if record.is_sample:
            return self.tr("Sample")
        if record.is_preview:
            return self.tr("Preview")
        return record.got.format.value.upper() if record.got.format.value in TOLD_FORMATS else ""

    def badge(self, text: str, icon: str, painter: QPainter) -> QPixmap:
        density = painter.device().devicePixelRatio()
        known = self._badges.get((text, icon, density))
        if known is None:
            known = self._badges[text, icon, density] = self._drawn(text, icon, density)
        return known

    def _drawn(self, text: str, icon: str, density: float) -> QPixmap:
        font = QFont()
        font.setPixelSize(BADGE_TYPE)
        font.setWeight(QFont.Weight.DemiBold)
        wide = QFontMetrics(font).horizontalAdvance(text) if text else 0
        inner = wide + (BADGE_ICON if icon else 0) + (4 if text and icon else 0)
        width = max(BADGE_HEIGHT, inner + 10) if text else BADGE_HEIGHT
        pixmap = QPixmap(round(width * density), round(BADGE_HEIGHT * density))
        pixmap.setDevicePixelRatio(density)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(0, 0, width, BADGE_HEIGHT)
        painter.fillPath(rounded(whole, 6 if text else BADGE_HEIGHT / 2), BADGE_GROUND)
        left = (width - inner) / 2
        if icon:
            sign = QRectF(left, (BADGE_HEIGHT - BADGE_ICON) / 2, BADGE_ICON, BADGE_ICON)
            self._icons.paint(painter, icon, BADGE_INK, sign)
            left += BADGE_ICON + 4
        painter.setFont(font)
        painter.setPen(QColor(BADGE_INK))
        painter.drawText(QRectF(left, 0, wide + 2, BADGE_HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
        return pixmap


def pile_badge(picture: QRect) -> QRect:
    """Where a pile's count stands, and where a click opens or closes it."""
    return QRect(picture.x() + BADGE_INSET, picture.y() + BADGE_INSET, 40, BADGE_HEIGHT)
