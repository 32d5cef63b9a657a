"""The list of places: arrow keys move through it, a click on the chosen place tells it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from imagegen_desktop.core.places import Place
from imagegen_desktop.ui.place_icons import PLACE_ICONS
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import FOCUS_WIDTH, ICON_ROW, RADIUS_CONTROL, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

ROW_HEIGHT = 36
INSET = 10
PLACE_ROLE = Qt.ItemDataRole.UserRole
COUNT_ROLE = Qt.ItemDataRole.UserRole + 1


class PlaceDelegate(QStyledItemDelegate):
    """Paints a row: icon, name, and the count at the far end."""

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(0, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tokens = self._appearance.tokens
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        row = QRectF(option.rect).adjusted(INSET, 1, -INSET, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft if selected else tokens.hover))
            painter.drawRoundedRect(row, RADIUS_CONTROL, RADIUS_CONTROL)
        if focused:
            half = FOCUS_WIDTH / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), FOCUS_WIDTH))
            painter.drawRoundedRect(row.adjusted(half, half, -half, -half), RADIUS_CONTROL, RADIUS_CONTROL)
        text_colour = tokens.accent_text if selected else tokens.text
        count_colour = tokens.accent_text if selected else tokens.text3
        icon = QRectF(0, 0, ICON_ROW, ICON_ROW)
        words = row.adjusted(SPACE_3 + ICON_ROW + SPACE_2, 0, -SPACE_3, 0)
        icon.moveCenter(row.center())
        icon.moveLeft(row.left() + SPACE_3)
        near, far = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if option.direction == Qt.LayoutDirection.RightToLeft:
            icon.moveRight(row.right() - SPACE_3)
            words = row.adjusted(SPACE_3, 0, -(SPACE_3 + ICON_ROW + SPACE_2), 0)
            near, far = far, near
        self._icons.paint(painter, PLACE_ICONS[index.data(PLACE_ROLE)], text_colour, icon)
        upright = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.setFont(option.font)
        painter.setPen(QColor(text_colour))
        painter.drawText(words, near | upright, str(index.data(Qt.ItemDataRole.DisplayRole)))
        painter.setFont(tabular(QFont(option.font)))
        painter.setPen(QColor(count_colour))
        painter.drawText(words, far | upright, str(index.data(COUNT_ROLE) or ""))
        painter.restore()


class PlacesList(QListWidget):
    """Emits `chosen(Place)` when a person or a screen reader picks a place, also the one that is picked already."""

    chosen = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # As in ui/grid/shelf.py; it has no ground of its own, and knows nothing that was set before.
        self.setViewport(QWidget(self))
        self.setAccessibleName(self.tr("Places"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAccessibleName(self.tr("Places"))
        self.setItemDelegate(PlaceDelegate(appearance, icons, self))
        self._items = {place: self._add(place) for place in Place}
        self.setFixedHeight(ROW_HEIGHT * len(self._items))
        self.select(Place.ALL)
        self.itemSelectionChanged.connect(self._announce)
        appearance.changed.connect(self._repaint)

    def set_counts(self, counts: dict[Place, int]) -> None:
        """Until they are known none are shown."""
        for place, item in self._items.items():
            count = counts.get(place, 0)
            item.setData(COUNT_ROLE, self.locale().toString(count))
            images = self.tr("1 image") if count == 1 else self.tr("{count} images").format(count=count)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {images}")

    def select(self, place: Place | None) -> None:
        """Show `place` as chosen, None for no place. Emits nothing."""
        blocked = self.blockSignals(True)
        if place is None:
            self.clearSelection()
        else:
            self.setCurrentItem(self._items[place])
        self.blockSignals(blocked)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        before = self.selectedItems()
        super().mousePressEvent(event)
        under = self.itemAt(event.position().toPoint())
        if under is not None and under in before:
            self._announce()

    @Slot()
    def _announce(self) -> None:
        for item in self.selectedItems():
            self.chosen.emit(Place(item.data(PLACE_ROLE)))

    @Slot(object)
    def _repaint(self, tokens: object) -> None:
        del tokens
        self.viewport().update()

    def _add(self, place: Place) -> QListWidgetItem:
        names = {
            Place.ALL: self.tr("All images"),
            Place.FAVOURITES: self.tr("Favourites"),
            Place.RECENT: self.tr("Recent"),
            Place.REJECTED: self.tr("Rejected"),
            Place.TRASH: self.tr("Trash"),
        }
        item = QListWidgetItem(names[place], self)
        item.setData(PLACE_ROLE, place)
        return item
