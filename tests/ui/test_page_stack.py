"""A page that is not shown takes no room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from imagegen_desktop.ui.page_stack import PageStack

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def page(height: int) -> QWidget:
    made, inside = QWidget(), QWidget()
    inside.setMinimumSize(300, height)
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(inside)
    return made


def test_a_window_can_be_as_small_as_the_page_that_is_shown_allows(qtbot: QtBot) -> None:
    window, stack = QWidget(), PageStack()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(stack)
    low, high = page(100), page(320)
    stack.addWidget(low)
    stack.addWidget(high)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: window.minimumHeight() == 100)
    window.resize(300, 1)
    assert window.height() == 100
    stack.setCurrentWidget(high)
    qtbot.waitUntil(lambda: window.height() == 320)
    stack.setCurrentWidget(low)
    qtbot.waitUntil(lambda: window.minimumHeight() == 100)
