"""A tree of named rows with counts: the sidebar's albums, tags and months are each one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import FOCUS_WIDTH, ICON_CHIP, RADIUS_CONTROL, SPACE_2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QMouseEvent

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

ROW_HEIGHT = 30
INSET = 10
INDENT = 14
# What is dragged from the grid to an album or a tag: ids, a line each.
IDS_MIME = "application/x-imagegen-image-ids"
ROW_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is what a choice tells; `colour` ("#RRGGBB") paints a dot in the icon's place; `parent` is another row's key."""

    key: str
    name: str
    count: int
    icon: str
    colour: str = ""
    parent: str = ""


class RowDelegate(QStyledItemDelegate):
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
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        tokens = self._appearance.tokens
        state = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        area = QRectF(option.rect).adjusted(2, 1, -INSET, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.accent_soft if selected else tokens.hover))
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), FOCUS_WIDTH))
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        colour = tokens.accent_text if selected else tokens.text
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        icon = QRectF(0, 0, ICON_CHIP, ICON_CHIP)
        icon.moveCenter(area.center())
        if mirrored:
            icon.moveRight(area.right() - SPACE_2)
        else:
            icon.moveLeft(area.left() + SPACE_2)
        self._paint_mark(painter, row, colour, icon)
        self._paint_words(painter, option, row, area, colour=colour, selected=selected)
        painter.restore()

    def _paint_mark(self, painter: QPainter, row: Row, colour: str, icon: QRectF) -> None:
        if row.colour:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(row.colour))
            painter.drawEllipse(icon.center(), ICON_CHIP / 3, ICON_CHIP / 3)
        else:
            self._icons.paint(painter, row.icon, colour, icon)

    def _paint_words(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, area: QRectF, *, colour: str, selected: bool
    ) -> None:
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        before = 2 * SPACE_2 + ICON_CHIP
        words = area.adjusted(SPACE_2, 0, -before, 0) if mirrored else area.adjusted(before, 0, -SPACE_2, 0)
        near, far = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        if mirrored:
            near, far = far, near
        upright = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        font = tabular(QFont(option.font))
        painter.setFont(font)
        painter.setPen(QColor(colour if selected else self._appearance.tokens.text3))
        count = option.locale.toString(row.count)
        painter.drawText(words, far | upright, count)
        taken = painter.fontMetrics().horizontalAdvance(count) + SPACE_2
        words = words.adjusted(taken, 0, 0, 0) if mirrored else words.adjusted(0, 0, -taken, 0)
        painter.setFont(option.font)
        painter.setPen(QColor(colour))
        shown = option.fontMetrics.elidedText(row.name, Qt.TextElideMode.ElideRight, int(words.width()))
        painter.drawText(words, near | upright, shown)


class RowTree(QTreeWidget):
    """Emits `chosen(key)`, `menu_requested(key, global position)`, and `dropped(key, ids)` for images let go on a row.

    It is as high as its rows: the sidebar around it scrolls.
    """

    chosen = Signal(object)
    menu_requested = Signal(object, object)
    dropped = Signal(object, object)

    def __init__(
        self,
        name: str,
        appearance: Appearance,
        icons: Icons,
        parent: QWidget | None = None,
        *,
        takes_drops: bool = False,
    ) -> None:
        super().__init__(parent)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._rows: tuple[Row, ...] = ()
        self.setAccessibleName(name)
        # As in ui/grid/shelf.py; it has no ground of its own.
        self.setViewport(QWidget(self))
        self.viewport().setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setIndentation(INDENT)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegate(RowDelegate(appearance, icons, self))
        self.setAcceptDrops(takes_drops)
        self.itemSelectionChanged.connect(self._announce)
        self.itemExpanded.connect(self._fit)
        self.itemCollapsed.connect(self._fit)
        self.customContextMenuRequested.connect(self._menu)
        appearance.changed.connect(self._repaint)
        self._fit()

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[Row], describe: Callable[[Row], str]) -> None:
        """Show `rows`, parents before children. What was chosen and folded stays so. Emits nothing."""
        if tuple(rows) == self._rows:
            return
        chosen = self.chosen_key
        folded = {key for key, item in self._items.items() if item.childCount() and not item.isExpanded()}
        blocked = self.blockSignals(True)
        self.clear()
        self._rows = tuple(rows)
        self._items = {}
        for row in _parents_first(self._rows):
            above = self._items.get(row.parent)
            item = QTreeWidgetItem([row.name])
            item.setData(0, ROW_ROLE, row)
            item.setData(0, Qt.ItemDataRole.AccessibleTextRole, describe(row))
            if above is None:
                self.addTopLevelItem(item)
            else:
                above.addChild(item)
            self._items[row.key] = item
        for key, item in self._items.items():
            item.setExpanded(key not in folded)
        self.blockSignals(blocked)
        self.setRootIsDecorated(any(row.parent for row in self._rows))
        self.choose(chosen)
        self._fit()

    @property
    def chosen_key(self) -> str:
        found = self.selectedItems()
        return str(found[0].data(0, ROW_ROLE).key) if found else ""

    def choose(self, key: str) -> None:
        """Show a row as chosen; none for a key that is not there. Emits nothing."""
        blocked = self.blockSignals(True)
        self.clearSelection()
        if key in self._items:
            self.setCurrentItem(self._items[key])
        self.blockSignals(blocked)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        before = self.chosen_key
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        if left and before and self.chosen_key == before and self.itemAt(event.position().toPoint()) is not None:
            self._announce()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Menu and self.chosen_key:
            here = self.visualItemRect(self._items[self.chosen_key]).center()
            self._menu(here)
            return
        super().keyPressEvent(event)

    # ---- drops ----

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(IDS_MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(IDS_MIME) and self.itemAt(event.position().toPoint()) is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if item is not None and event.mimeData().hasFormat(IDS_MIME):
            ids = bytes(event.mimeData().data(IDS_MIME).data()).decode().split("\n")
            event.acceptProposedAction()
            self.dropped.emit(item.data(0, ROW_ROLE).key, tuple(ids))

    # ---- own ----

    @Slot()
    def _announce(self) -> None:
        if self.chosen_key:
            self.chosen.emit(self.chosen_key)

    @Slot(object)
    def _repaint(self, tokens: object) -> None:
        del tokens
        self.viewport().update()

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is not None:
            self.menu_requested.emit(item.data(0, ROW_ROLE).key, self.viewport().mapToGlobal(at))

    @Slot()
    def _fit(self) -> None:
        shown = sum(_is_shown(item) for item in self._items.values())
        self.setFixedHeight(ROW_HEIGHT * shown)


def _is_shown(item: QTreeWidgetItem) -> bool:
    above = item.parent()
    while above is not None:
        if not above.isExpanded():
            return False
        above = above.parent()
    return True


def _parents_first(rows: Iterable[Row]) -> list[Row]:
    """In their own order, each after the row that it lies in; one whose parent is not there stands at the top."""
    waiting = list(rows)
    keys = {row.key for row in waiting}
    placed: dict[str, Row] = {}
    while waiting:
        ready = [row for row in waiting if row.parent not in keys or row.parent in placed]
        if not ready:
            ready = waiting
        placed.update((row.key, row) for row in ready)
        waiting = [row for row in waiting if row.key not in placed]
    return list(placed.values())
