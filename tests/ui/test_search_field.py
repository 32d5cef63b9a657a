"""The search field completes, offers the best hits, explains its language, and never gets in the way of typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from imagegen_desktop.core.query_completion import HELP, Vocabulary
from imagegen_desktop.ui.top_bar.search_field import SearchField

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.icons import Icons


@pytest.fixture
def field(qtbot: QtBot, icons: Icons) -> SearchField:
    made = SearchField(icons)
    made.resize(300, 30)
    made.set_vocabulary(Vocabulary(tags=("sea side", "seal"), models=("gpt-image-2",)))
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
        made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made


def test_what_is_half_typed_is_completed_by_keys_alone(qtbot: QtBot, field: SearchField) -> None:
    qtbot.keyClicks(field, "kite tag:se")
    assert field.offers == ["tag:sea side", "tag:seal"]
    popup = QApplication.activePopupWidget()
    assert popup is not None
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert field.text() == 'kite tag:"sea side" '
    assert QApplication.activePopupWidget() is None


def test_a_filter_without_its_value_goes_on_to_its_values(qtbot: QtBot, field: SearchField) -> None:
    qtbot.keyClicks(field, "mod")
    assert field.offers == ["model:"]
    popup = QApplication.activePopupWidget()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert field.text() == "model:"
    assert field.offers == ["model:gpt-image-2"]


def test_return_without_a_choice_changes_nothing(qtbot: QtBot, field: SearchField) -> None:
    qtbot.keyClicks(field, "tag:se")
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Return)
    assert field.text() == "tag:se"


def test_plain_words_pop_nothing_up_until_there_are_hits(
    qtbot: QtBot, field: SearchField, make_state: Callable[..., ImageState]
) -> None:
    qtbot.keyClicks(field, "zebra")
    assert QApplication.activePopupWidget() is None
    state = make_state(prompt="A zebra\nin snow")
    chosen: list[object] = []
    field.hit_chosen.connect(chosen.append)
    field.offer_hits([state])
    assert field.offers == ["A zebra in snow"]
    popup = QApplication.activePopupWidget()
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert chosen == [state.id]
    assert field.text() == "zebra"


def test_hits_that_come_late_disturb_nobody(
    qtbot: QtBot, field: SearchField, make_state: Callable[..., ImageState]
) -> None:
    qtbot.keyClicks(field, "zebra")
    field.clearFocus()
    field.offer_hits([make_state(prompt="A zebra")])
    assert QApplication.activePopupWidget() is None


def test_escape_closes_the_list_first_and_then_clears(qtbot: QtBot, field: SearchField) -> None:
    qtbot.keyClicks(field, "tag:se")
    qtbot.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert field.text() == "tag:se"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""


def test_the_cross_is_there_while_there_is_something_to_clear(qtbot: QtBot, field: SearchField) -> None:
    cross = next(action for action in field.actions() if action.text() == "Clear the search")
    assert not cross.isVisible()
    qtbot.keyClicks(field, "kite")
    assert cross.isVisible()
    edited: list[str] = []
    field.textEdited.connect(edited.append)
    cross.trigger()
    assert (field.text(), edited, cross.isVisible()) == ("", [""], False)


def test_the_help_is_the_language_by_examples_and_each_can_be_taken(field: SearchField) -> None:
    menu = field.help_menu()
    lines = [action.text().split("\t") for action in menu.actions()]
    assert [line[0].replace("&&", "&") for line in lines] == [example for example, _ in HELP]
    field.setText("kite")
    next(action for action in menu.actions() if action.text().startswith("rating>=4")).trigger()
    assert field.text() == "kite rating>=4"
