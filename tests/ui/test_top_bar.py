"""The top bar: panel toggles, search, activity and the way to the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from imagegen_desktop.ui.top_bar.top_bar import TopBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def bar(qtbot: QtBot, appearance: Appearance, icons: Icons) -> TopBar:
    made = TopBar(appearance, icons)
    qtbot.addWidget(made)
    made.resize(1000, 52)
    with qtbot.waitExposed(made):
        made.show()
        made.activateWindow()
    return made


def test_every_control_has_a_name(bar: TopBar, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(bar) == []


def test_every_button_is_reached_by_tab(bar: TopBar) -> None:
    buttons = bar.findChildren(QPushButton)
    assert len(buttons) == 8
    assert all(button.focusPolicy() == Qt.FocusPolicy.StrongFocus for button in buttons)


@pytest.mark.parametrize(("key", "signal"), [(Qt.Key.Key_B, "sidebar_toggled"), (Qt.Key.Key_I, "inspector_toggled")])
def test_a_key_folds_a_panel_and_unfolds_it(qtbot: QtBot, bar: TopBar, key: Qt.Key, signal: str) -> None:
    told: list[object] = []
    getattr(bar, signal).connect(told.append)
    qtbot.keyClick(bar, key, CONTROL)
    qtbot.keyClick(bar, key, CONTROL)
    assert told == [False, True]


def test_a_toggle_is_named_by_what_it_will_do(qtbot: QtBot, bar: TopBar) -> None:
    button = bar.findChildren(QPushButton)[0]
    before = button.accessibleName()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [before, button.accessibleName()] == ["Hide the sidebar", "Show the sidebar"]


def test_a_panel_folded_by_the_window_unfolds_at_the_next_key(qtbot: QtBot, bar: TopBar) -> None:
    told: list[object] = []
    bar.inspector_toggled.connect(told.append)
    bar.set_inspector_shown(False)
    assert told == []
    qtbot.keyClick(bar, Qt.Key.Key_I, CONTROL)
    assert told == [True]


def test_control_comma_asks_for_the_settings(qtbot: QtBot, bar: TopBar) -> None:
    with qtbot.waitSignal(bar.settings_requested):
        qtbot.keyClick(bar, Qt.Key.Key_Comma, CONTROL)


def test_control_f_leads_to_the_search_and_escape_clears_it(qtbot: QtBot, bar: TopBar) -> None:
    told: list[object] = []
    bar.search_changed.connect(told.append)
    qtbot.keyClick(bar, Qt.Key.Key_F, CONTROL)
    assert bar.search.hasFocus()
    qtbot.keyClicks(bar.search, "ab")
    qtbot.keyClick(bar.search, Qt.Key.Key_Escape)
    assert told == ["a", "ab", ""]


def test_the_activity_is_gone_when_nothing_goes_on(bar: TopBar) -> None:
    bar.set_activity("Generating 2")
    label = bar._activity
    assert label.isVisible()
    assert label.text() == "Generating 2"
    bar.set_activity("")
    assert not label.isVisible()


def test_what_was_spent_is_a_button_that_opens_more(qtbot: QtBot, bar: TopBar) -> None:
    bar.set_money("$0.42 today", "This month $3.10. Opens what was spent")
    button = next(one for one in bar.findChildren(QPushButton) if one.text() == "$0.42 today")
    assert button.isVisible()
    assert button.accessibleDescription() == "This month $3.10. Opens what was spent"
    with qtbot.waitSignal(bar.money_requested):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    bar.set_money("", "")
    assert not button.isVisible()
