"""Cards that wait for an answer keep the keys where a person has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.ui.notices import NoticeBoard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.icons import Icons


@pytest.fixture
def board(qtbot: QtBot, icons: Icons) -> Iterator[NoticeBoard]:
    """In a window with a field, which has the keys."""
    window = QWidget()
    column = QVBoxLayout(window)
    made, field = NoticeBoard(icons), QLineEdit()
    column.addWidget(made)
    column.addWidget(field)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    field.setFocus()
    yield made
    window.close()


def buttons(board: NoticeBoard) -> dict[str, QPushButton]:
    return {one.text(): one for one in board.findChildren(QPushButton) if one.isVisible()}


def field(board: NoticeBoard) -> QLineEdit:
    return board.window().findChildren(QLineEdit)[0]


def test_a_button_keeps_the_keys_while_the_words_count_on(board: NoticeBoard, qtbot: QtBot) -> None:
    pressed: list[int] = []
    board.tell("import", "1 of 9", [("Cancel", lambda: pressed.append(1))])
    board.focus("import")
    cancel = buttons(board)["Cancel"]
    board.tell("import", "2 of 9", [("Cancel", lambda: pressed.append(2))])
    assert cancel.hasFocus()
    qtbot.keyClick(cancel, Qt.Key.Key_Space)
    assert pressed == [2]
    assert cancel.accessibleDescription() == "2 of 9"


def test_other_buttons_take_the_keys_over(board: NoticeBoard) -> None:
    board.tell("import", "How?", [("Copy", board.hide), ("Move", board.hide)])
    board.focus("import")
    board.tell("import", "1 of 9", [("Cancel", board.hide)])
    assert set(buttons(board)) == {"Cancel"}
    assert buttons(board)["Cancel"].hasFocus()


def test_the_keys_go_back_to_where_they_were(board: NoticeBoard) -> None:
    board.tell("import", "How?", [("Copy", board.hide)])
    board.focus("import")
    assert not field(board).hasFocus()
    board.clear("import")
    assert field(board).hasFocus()
    assert not board.isVisible()


def test_a_card_that_nobody_is_in_takes_no_keys_with_it(board: NoticeBoard) -> None:
    board.tell("import", "How?", [("Copy", board.hide)])
    board.clear("import")
    assert field(board).hasFocus()
