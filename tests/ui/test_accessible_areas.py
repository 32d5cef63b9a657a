"""A screen reader may ask a scroll area for a child that is not there any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shiboken6
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QScrollArea

from imagegen_desktop.ui.accessible_areas import AccessibleAreas

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def area(qtbot: QtBot) -> QScrollArea:
    made = QScrollArea()
    content = QLabel("content")
    content.setFixedSize(500, 2000)
    made.setWidget(content)
    made.resize(300, 300)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_child_that_is_gone_is_none(area: QScrollArea) -> None:
    areas = AccessibleAreas()
    interface = QAccessible.queryAccessibleInterface(area)
    children = interface.childCount()
    area.hide()
    assert interface.childCount() <= children
    # Qt's own interface reads beyond its list here.
    for number in (children, children + 50, -1):
        assert interface.child(number) is None
    assert areas is not None


def test_the_content_is_still_found(area: QScrollArea) -> None:
    areas = AccessibleAreas()
    names: list[str] = []

    def walk(interface: object) -> None:
        names.append(interface.text(QAccessible.Text.Name))
        for number in range(interface.childCount()):
            walk(interface.child(number))

    walk(QAccessible.queryAccessibleInterface(area))
    assert "content" in names
    assert areas is not None


def test_interfaces_end_with_their_areas(qtbot: QtBot) -> None:  # noqa: ARG001 (the application must be there)
    areas = AccessibleAreas()
    for _ in range(20):
        gone = QScrollArea()
        assert QAccessible.queryAccessibleInterface(gone).role() == QAccessible.Role.Client
        shiboken6.delete(gone)
    assert len(areas._kept) <= 2
