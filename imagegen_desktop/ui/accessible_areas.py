"""Gives scroll areas an accessible interface that survives being asked for a child that has just gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QObject


class AccessibleAreas:
    """WORKAROUND for Qt (6.11.3): its own interface of a QScrollArea looks up a child without a check of the bounds.

    A page that is hidden loses its scroll bars' places in the list; a screen reader that asks for one of them a moment
    later ended the program with SIGSEGV in three of six runs. QAccessibleWidget checks.

    The binding has no way to take a factory out again: it stays to the program's end.
    """

    def __init__(self) -> None:
        # Qt owns the interfaces, but the binding lets go of one that nobody refers to.
        self._kept: list[QAccessibleWidget] = []
        QAccessible.installFactory(self._interface)

    def _interface(self, class_name: str, of: QObject | None) -> QAccessibleInterface | None:
        if class_name != "QScrollArea" or not isinstance(of, QWidget):
            return None
        self._kept = [one for one in self._kept if shiboken6.isValid(one)]
        self._kept.append(QAccessibleWidget(of, QAccessible.Role.Client))
        return self._kept[-1]
