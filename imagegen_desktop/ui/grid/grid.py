"""The library's grid: what a person does in it with mouse, keys and screen reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QDrag
from PySide6.QtWidgets import QApplication

from imagegen_desktop.ui.grid.cells import row_of
from imagegen_desktop.ui.grid.grid_view import GridView
from imagegen_desktop.ui.grid.tile_painter import pile_badge
from imagegen_desktop.ui.grid.words import image_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent, QMimeData
    from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent

    from imagegen_desktop.core.places import Listing
    from imagegen_desktop.ui.grid.loader import ThumbnailSource
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

BAND_SCROLL_MS: Final = 30
WHEEL_STEP: Final = 16
CONTROL: Final = Qt.KeyboardModifier.ControlModifier
SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
TAKEN_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)


@dataclass(frozen=True, slots=True)
class ContextRequest:
    """A menu is wished for what is selected; `position` is global, in logical pixels."""

    position: QPoint


class ImageGrid(GridView):
    """A library's images, to be looked at and chosen. Give it a listing; see GridView for what it asks.

    Images are told by their moments (the listing's row numbers); None where there is no image.
    `current_changed(moment | None)`, `selection_changed()` (then read `selection.moments`; a pile counts as its images),
    `opened(moment)` on double click or Return, `quick_look(moment)` on Space, `context_requested(ContextRequest)`.
    Ctrl+Space adds or takes away the current image, S opens and closes a pile. Other keys are left to the window.
    `drag_data`, if set, makes what a drag of the selected moments carries, or None for no drag.
    """

    current_changed = Signal(object)
    selection_changed = Signal()
    opened = Signal(object)
    quick_look = Signal(object)
    context_requested = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, source: ThumbnailSource) -> None:
        super().__init__(appearance, icons, source)
        self.drag_data: Callable[[frozenset[int]], QMimeData | None] | None = None
        self._pressed: QPoint | None = None
        self._pressed_cell: int | None = None
        self._single_on_release = False
        self._band_start: QPoint | None = None
        self._band_timer = QTimer(self, interval=BAND_SCROLL_MS)
        self._band_timer.timeout.connect(self._stretch_band)

    # ---- choosing by program ----

    @property
    def current(self) -> int | None:
        """The moment of the image that has the keys."""
        return self.selection.current

    def set_listing(self, listing: Listing) -> None:
        before = self.selection.current
        place = None if before is None else row_of(self.listing, before)
        chosen = len(self.selection)
        super().set_listing(listing)
        if before is not None and row_of(listing, before) is None:
            # The image that took its place has the keys now, as after a deletion.
            row = min(place or 0, len(listing) - 1)
            self.selection.current = listing.moments[row] if row >= 0 else None
            self._tell_current()
        elif before is None and self.hasFocus():
            self._begin_at_first_seen()
        if len(self.selection) != chosen:
            self._tell_selection()

    def select(self, moment: int | None, *, scroll: bool = True) -> None:
        """This image alone, or none. Tells nothing: who calls it knows."""
        cell = None if moment is None else self.cells.cell_of(moment)
        if cell is None:
            self.selection.clear()
        else:
            self.selection.choose(self.cells, cell)
            if scroll:
                self.show_cell(cell)
        self.viewport().update()
        self.counted.emit()

    def select_all(self) -> None:
        self.selection.all(self.cells)
        self._tell_selection()

    def clear_selection(self) -> None:
        if len(self.selection):
            self.selection.clear()
            self._tell_selection()

    def current_cell(self) -> int | None:
        return None if self.selection.current is None else self.cells.cell_of(self.selection.current)

    def words_of(self, cell: int) -> str:
        """What a screen reader hears of a cell."""
        return image_words(
            cell + 1, len(self.cells), self.state_of(cell), piled=self.pile_count(cell)[0], mark=self.mark_of(cell)
        )

    def press(self, cell: int) -> None:
        """As a click does."""
        self._choose(cell, Qt.KeyboardModifier.NoModifier)

    # ---- telling ----

    def _choose(self, cell: int, keys: Qt.KeyboardModifier) -> None:
        before = self.selection.current
        if SHIFT in keys:
            self.selection.extend(self.cells, cell, keep=CONTROL in keys)
        elif CONTROL in keys:
            self.selection.toggle(self.cells, cell)
        else:
            self.selection.choose(self.cells, cell)
        self._tell_selection()
        if self.selection.current != before:
            self._tell_current()

    def _tell_selection(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()
        self.counted.emit()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.SelectionWithin))

    def _tell_current(self) -> None:
        self.viewport().update()
        self.current_changed.emit(self.selection.current)
        self._tell_reader()

    def _tell_reader(self) -> None:
        cell = self.current_cell()
        if cell is not None and self.hasFocus() and QAccessible.isActive():
            event = QAccessibleEvent(self, QAccessible.Event.Focus)
            event.setChild(cell)
            QAccessible.updateAccessibility(event)

    # ---- keys ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._take_key(event):
            event.ignore()

    def _take_key(self, event: QKeyEvent) -> bool:
        key, keys = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in TAKEN_KEYS and not keys & ~(CONTROL | SHIFT):
            self._go(key, keys)
            return True
        if keys == CONTROL and key == Qt.Key.Key_A:
            self.select_all()
            return True
        cell = self.current_cell()
        if cell is None:
            return False
        moment = self.cells.moment(cell)
        match key:
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if not keys:
                self.opened.emit(moment)
            case Qt.Key.Key_Space if not keys:
                self.quick_look.emit(moment)
            case Qt.Key.Key_Space if keys == CONTROL:
                self._choose(cell, CONTROL)
            case Qt.Key.Key_S if not keys and any(self.pile_count(cell)) | bool(self.cells.stack(cell)):
                self.toggle_pile(cell)
                self._keep_current_in_view()
            case _:
                return False
        return True

    def _keep_current_in_view(self) -> None:
        cell = self.current_cell()
        if cell is not None:
            self.show_cell(cell)
            self._tell_reader()

    def _go(self, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
        if not len(self.cells):
            return
        cell = self.current_cell()
        target = self._first_seen() if cell is None else self._target(key, cell)
        self.show_cell(target)
        if CONTROL in keys and SHIFT not in keys and key not in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            # Ctrl alone moves without choosing, as in any list; Ctrl+Space then adds.
            if target != cell:
                self.selection.move(self.cells, target)
                self._tell_current()
            return
        self._choose(target, keys & SHIFT)

    def _first_seen(self) -> int:
        seen = self._layout.cells_between(self._top, self._top + self.viewport().height())
        return seen[0] if seen else 0

    def _target(self, key: Qt.Key, cell: int) -> int:
        last = len(self.cells) - 1
        ahead = -1 if self.isRightToLeft() else 1
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                return min(max(cell + (ahead if key == Qt.Key.Key_Right else -ahead), 0), last)
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                return self._layout.beside(cell, 1 if key == Qt.Key.Key_Down else -1)
            case Qt.Key.Key_Home:
                return 0
            case Qt.Key.Key_End:
                return last
            case _:
                height = self._layout.heights[self._layout.row_of(cell)]
                rows = max(1, self.viewport().height() // max(1, height) - 1)
                return self._layout.beside(cell, -rows if key == Qt.Key.Key_PageUp else rows)

    # ---- mouse ----

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        cell = self.cell_at(point)
        self._pressed, self._pressed_cell, self._single_on_release = point, cell, False
        if event.button() is Qt.MouseButton.RightButton and cell is not None:
            if self.cells.moment(cell) not in self.selection:
                self._choose(cell, Qt.KeyboardModifier.NoModifier)
            return
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        keys = event.modifiers()
        if cell is None:
            self._begin_band(point, keys)
        elif any(self.pile_count(cell)) and pile_badge(self.place_of(cell)).contains(point):
            self._pressed_cell = None
            self.toggle_pile(cell)
        elif self.cells.moment(cell) in self.selection and not keys & (CONTROL | SHIFT):
            # It may become a drag of all that is selected; only the release says that it was a click.
            self._single_on_release = True
        else:
            self._choose(cell, keys)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._band_start is not None:
            self._stretch_band()
        elif (
            event.buttons() & Qt.MouseButton.LeftButton
            and self._pressed is not None
            and self._pressed_cell is not None
            and (point - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        ):
            self._drag()
        elif not event.buttons():
            self._hover(self.cell_at(point))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._band_start is not None:
            self._end_band()
        elif self._single_on_release and self._pressed_cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self._choose(self._pressed_cell, Qt.KeyboardModifier.NoModifier)
        self._pressed, self._single_on_release = None, False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position().toPoint())
        if cell is not None and event.button() is Qt.MouseButton.LeftButton:
            self.opened.emit(self.cells.moment(cell))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & CONTROL:
            steps = event.angleDelta().y() / 120
            self.set_edge(self.edge + round(steps * WHEEL_STEP))
            self.edge_changed.emit(self.edge)
            event.accept()
            return
        super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def _hover(self, cell: int | None) -> None:
        if cell != self._hovered:
            before, self._hovered = self._hovered, cell
            for one in (before, cell):
                if one is not None and one < len(self.cells):
                    self._update_cell(one)

    def _drag(self) -> None:
        self._pressed, self._single_on_release = None, False
        data = None if self.drag_data is None else self.drag_data(self.selection.moments)
        if data is None:
            return
        drag = QDrag(self)
        drag.setMimeData(data)
        cell = self._pressed_cell
        pixmap = None if cell is None else self._thumbs.get(self.cells.moment(cell))
        if pixmap is not None:
            drag.setPixmap(pixmap)
        drag.exec(Qt.DropAction.CopyAction)

    # ---- rubber band ----

    def _begin_band(self, point: QPoint, keys: Qt.KeyboardModifier) -> None:
        keep = bool(keys & (CONTROL | SHIFT))
        self._band_start = point + QPoint(0, self._top)
        self.selection.begin_band(keep=keep)
        if not keep:
            self.clear_selection()
        self._band_timer.start()
        self._painted_over = True

    def _stretch_band(self) -> None:
        """Follow the pointer; beyond an edge the grid scrolls, faster the farther it is."""
        if self._band_start is None:
            return
        viewport = self.viewport()
        point = viewport.mapFromGlobal(self.cursor().pos())
        beyond = min(0, point.y()) or max(0, point.y() - viewport.height())
        if beyond:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + beyond // 2)
        band = QRect(self._band_start, point + QPoint(0, self._top)).normalized()
        if band == self._band:
            return
        self._band = band
        before = len(self.selection)
        self.selection.band(self.cells, self._layout.cells_within(band.left(), band.top(), band.right(), band.bottom()))
        viewport.update()
        if len(self.selection) != before:
            self._tell_selection()

    def _end_band(self) -> None:
        self._band_timer.stop()
        self._band_start = self._band = None
        self._painted_over = False
        self.viewport().update()

    # ---- focus, menus ----

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._begin_at_first_seen()
        self.viewport().update()
        self._tell_reader()

    def _begin_at_first_seen(self) -> None:
        """Where the keys begin, and a screen reader with them, until a person chose."""
        if self.selection.current is None and len(self.cells):
            self.selection.move(self.cells, self._first_seen())
            self._tell_current()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By mouse where it points, by key at the current image."""
        position = event.globalPos()
        if event.reason() is event.Reason.Keyboard:
            cell = self.current_cell()
            if cell is None:
                return
            self.show_cell(cell)
            if not len(self.selection):
                self._choose(cell, Qt.KeyboardModifier.NoModifier)
            position = self.viewport().mapToGlobal(self.place_of(cell).center())
        elif self.cell_at(event.pos()) is None:
            event.ignore()
            return
        self.context_requested.emit(ContextRequest(position))
