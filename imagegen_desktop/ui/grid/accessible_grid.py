"""Gives the painted grid an accessible interface: a list whose items say what each image is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QAccessibleActionInterface, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget

from imagegen_desktop.ui.grid.grid import ImageGrid

if TYPE_CHECKING:
    from PySide6.QtCore import QObject


class AccessibleGrids:
    """Make one for the program's life, before its first grid: the binding has no way to take a factory out again."""

    def __init__(self) -> None:
        # Qt owns the interfaces, but the binding lets go of one that nobody refers to, and Qt then asks a ghost.
        self._kept: list[_GridInterface] = []
        QAccessible.installFactory(self._interface)

    def _interface(self, class_name: str, of: QObject | None) -> QAccessibleInterface | None:
        if class_name != ImageGrid.__name__ or not isinstance(of, ImageGrid):
            return None
        made = _GridInterface(of)
        self._kept.append(made)
        return made


class _GridInterface(QAccessibleWidget):
    """The list. Its children are the cells, by number; a number that is not there any more gives None."""

    def __init__(self, grid: ImageGrid) -> None:
        super().__init__(grid, QAccessible.Role.List)
        self._grid = grid
        # Never let go of while the grid lives: Qt's cache knows them by address.
        self._items: dict[int, _ItemInterface] = {}

    def childCount(self) -> int:
        return len(self._grid.cells) if shiboken6.isValid(self._grid) else 0

    def child(self, index: int) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride] (Qt asks for numbers that are not there)
        if not 0 <= index < self.childCount():
            return None
        item = self._items.get(index)
        if item is None:
            item = self._items[index] = _ItemInterface(self, self._grid, index)
        return item

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return child.number if isinstance(child, _ItemInterface) else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride] (there may be none)
        viewport = self._grid.viewport()
        cell = self._grid.cell_at(viewport.mapFromGlobal(QPoint(x, y)))
        return None if cell is None else self.child(cell)

    def focusChild(self) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride] (there may be none)
        cell = self._grid.current_cell() if self._grid.hasFocus() else None
        return None if cell is None else self.child(cell)


class _ItemInterface(QAccessibleInterface):
    def __init__(self, parent: _GridInterface, grid: ImageGrid, number: int) -> None:
        super().__init__()
        self._parent = parent
        self._grid = grid
        self.number = number
        self._action = _PressAction(grid, number)

    def isValid(self) -> bool:
        return shiboken6.isValid(self._grid) and self.number < len(self._grid.cells)

    def object(self) -> QObject | None:  # pyright: ignore[reportIncompatibleMethodOverride] (an item is no object)
        return None

    def parent(self) -> QAccessibleInterface:
        return self._parent

    def child(self, index: int) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride] (it has none)
        del index
        return None

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # pyright: ignore[reportIncompatibleMethodOverride] (it has none)
        del x, y
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        del child
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        place = self._grid.place_of(self.number)
        return QRect(self._grid.viewport().mapToGlobal(place.topLeft()), place.size())

    def text(self, kind: QAccessible.Text) -> str:
        return self._grid.words_of(self.number) if kind is QAccessible.Text.Name and self.isValid() else ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """An image is not renamed by its place in the grid."""

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True  # pyright: ignore[reportAttributeAccessIssue] (the stub leaves the bits out)
            return state
        grid = self._grid
        moment = grid.cells.moment(self.number)
        current = moment == grid.current
        bits = {
            "selectable": True,
            "extSelectable": True,
            "multiSelectable": True,
            "focusable": True,
            "selected": moment in grid.selection,
            "focused": current and grid.hasFocus(),
            "active": current,
            "offscreen": not grid.place_of(self.number).intersects(grid.viewport().rect()),
            "invisible": not grid.isVisible(),
        }
        for bit, on in bits.items():
            setattr(state, bit, on)
        return state

    def interface_cast(self, kind: QAccessible.InterfaceType) -> object:  # pyright: ignore[reportIncompatibleMethodOverride] (the stub says int; the binding takes the interface itself)
        if kind is QAccessible.InterfaceType.ActionInterface and self.isValid():
            return self._action
        # WORKAROUND for PySide6 6.11.3: None, and what the base class gives, end the program with SIGSEGV; a screen reader
        # asks for interfaces that are not there as soon as an item has the focus.
        return shiboken6.VoidPtr(0)


class _PressAction(QAccessibleActionInterface):
    """Press chooses the image, as a click does."""

    def __init__(self, grid: ImageGrid, number: int) -> None:
        super().__init__()
        self._grid = grid
        self._number = number

    def actionNames(self) -> list[str]:
        return [self.pressAction(), self.setFocusAction()]

    def doAction(self, actionName: str) -> None:  # noqa: N803 (Qt's name)
        if actionName == self.setFocusAction():
            self._grid.setFocus()
        self._grid.show_cell(self._number)
        self._grid.press(self._number)

    def keyBindingsForAction(self, actionName: str) -> list[str]:  # noqa: N803 (Qt's name)
        del actionName
        return []
