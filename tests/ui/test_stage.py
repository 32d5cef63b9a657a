"""The stage shows one thing at a time, and a job on its way truthfully."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from painted import image, plain
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QWidget
from staged import SIZE, Clock, buttons, colour_at, job, press, words

from imagegen_desktop.core.errors import (
    BadImageError,
    CancelledError,
    ChargeState,
)
from imagegen_desktop.ui.job_progress import Phase
from imagegen_desktop.ui.stage.job_view import JobView
from imagegen_desktop.ui.stage.pill import Pill
from imagegen_desktop.ui.stage.stage import Shown, Stage
from imagegen_desktop.ui.stage.state_page import StatePage
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance


def test_the_skeleton_has_the_final_ratio_as_soon_as_the_job_is_shown(stage: Stage) -> None:
    stage.show_job(job())
    assert stage.current is Shown.JOB
    view = stage.findChild(JobView)
    assert view is not None
    frame = view._frame
    assert frame.width() / frame.height() == pytest.approx(1.5, rel=0.01)
    assert QRect(QPoint(), SIZE).contains(frame.toRect())
    assert stage.grab().toImage().pixelColor(frame.center().toPoint()).name().upper() != LIGHT.canvas


def test_a_job_tells_what_is_done_and_how_long_it_took(stage: Stage, clock: Clock) -> None:
    stage.show_job(job())
    assert {"Making 2 of 4", "12 s", "Cancelling now may still be charged"} <= set(words(stage))
    clock.now += 61
    stage.show_job(job(saved=3))
    assert {"Making 4 of 4", "1 min 13 s"} <= set(words(stage))


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_words_and_time_stand_under_the_edges_of_the_skeleton(stage: Stage, direction: Qt.LayoutDirection) -> None:
    stage.setLayoutDirection(direction)
    stage.show_job(job())
    view = stage.findChild(JobView)
    assert view is not None
    first, second = view._done, view._time
    left, right = (first, second) if direction is Qt.LayoutDirection.LeftToRight else (second, first)
    assert left.x() == view._frame.left()
    assert right.geometry().right() + 1 == view._frame.right()
    assert left.alignment() & Qt.AlignmentFlag.AlignLeft
    assert right.alignment() & Qt.AlignmentFlag.AlignRight


def test_the_time_goes_on_by_itself(stage: Stage, clock: Clock, qtbot: QtBot) -> None:
    stage.show_job(job())
    clock.now += 1
    qtbot.waitUntil(lambda: "13 s" in words(stage))


@pytest.mark.parametrize(
    ("changes", "said", "warns"),
    [
        ({"phase": Phase.STARTING}, "Connecting...", False),
        ({"phase": Phase.ENHANCING}, "Enhancing your prompt...", False),
        ({"phase": Phase.SENT, "count": 1, "saved": 0}, "Making your picture", True),
        ({"phase": Phase.SENT, "sample": True}, "Making 2 of 4", False),
        ({"phase": Phase.CANCELLING}, "Cancelling...", False),
    ],
)
def test_a_job_warns_of_a_charge_only_once_there_may_be_one(
    stage: Stage, changes: dict[str, object], said: str, *, warns: bool
) -> None:
    stage.show_job(job(**changes))
    assert said in words(stage)
    assert ("Cancelling now may still be charged" in words(stage)) is warns


def test_cancel_asks_once_and_is_then_off(stage: Stage) -> None:
    heard: list[str] = []
    stage.cancel_requested.connect(lambda: heard.append("cancel"))
    stage.show_job(job())
    press(stage, "Cancel")
    stage.show_job(job(phase=Phase.CANCELLING))
    assert heard == ["cancel"]
    assert not buttons(stage)["Cancel"].isEnabled()


def test_previews_take_the_skeletons_place_one_picture_at_a_time(stage: Stage) -> None:
    stage.show_job(job())
    view = stage.findChild(JobView)
    assert view is not None
    centre = view._frame.center().toPoint()
    assert colour_at(stage, centre) != "#C82828"
    stage.show_preview(plain(96, 64), 1)
    assert colour_at(stage, centre) == "#C82828"
    stage.show_preview(plain(96, 64, (0, 0, 255, 255)), 2)
    assert colour_at(stage, centre) == "#C82828"
    stage.show_job(job(saved=2))
    stage.show_preview(plain(96, 64, (0, 0, 255, 255)), 2)
    assert colour_at(stage, centre) == "#0000FF"
    stage.show_job(job(job="job0000002"))
    assert colour_at(stage, centre) not in {"#0000FF", "#C82828"}


def test_a_preview_that_comes_too_late_shows_nothing(stage: Stage) -> None:
    stage.show_picture(image(1), plain(40, 40))
    before = stage.grab().toImage()
    stage.show_preview(plain(40, 40, (0, 0, 255, 255)), 0)
    assert stage.grab().toImage() == before


def test_nothing_ticks_or_shimmers_unseen(stage: Stage, appearance: Appearance) -> None:
    appearance.reduce_motion(False)
    stage.show_job(job())
    view = stage.findChild(JobView)
    assert view is not None
    assert (view._tick.isActive(), view._frames.isActive()) == (True, True)
    stage.hide()
    assert (view._tick.isActive(), view._frames.isActive()) == (False, False)
    stage.show()
    appearance.reduce_motion(True)
    stage.show_job(job(saved=2))
    assert (view._tick.isActive(), view._frames.isActive()) == (True, False)
    stage.show_picture(image(1), plain(20, 20))
    assert not view._tick.isActive()


def showings() -> dict[str, Callable[[Stage], None]]:
    return {
        "empty": lambda stage: stage.show_empty(has_key=False),
        "picture": lambda stage: stage.show_picture(image(1), plain(900, 500)),
        "missing": lambda stage: stage.show_missing(image(1)),
        "job": lambda stage: stage.show_job(job()),
        "tall job": lambda stage: stage.show_job(job(phase=Phase.ENHANCING, width=1, height=4)),
        "error": lambda stage: stage.show_error(BadImageError(kept="x"), saved=1, count=4),
        "cancelled": lambda stage: stage.show_cancelled(CancelledError(charge=ChargeState.UNKNOWN)),
    }


def test_the_keyboard_stays_in_the_stage_when_what_it_was_on_goes(stage: Stage, qtbot: QtBot) -> None:
    stage.show_job(job())
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow)
    buttons(stage)["Cancel"].setFocus()
    stage.show_job(job(phase=Phase.CANCELLING))
    assert (focused := stage.focusWidget()) is not None
    assert focused.accessibleName() == "Cancelling..."
    stage.show_cancelled(CancelledError())
    assert buttons(stage)["Edit prompt"].hasFocus()
    stage.show_error(BadImageError())
    assert buttons(stage)["Show the kept file"].hasFocus()
    stage.show_picture(image(1), plain(50, 50))
    assert stage.canvas.hasFocus()
    stage.show_job(job())
    assert buttons(stage)["Cancel"].hasFocus()


def test_a_new_page_takes_no_focus_from_elsewhere(stage: Stage, qtbot: QtBot) -> None:
    prompt = QLineEdit(stage)
    prompt.show()
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow)
    prompt.setFocus()
    for show in showings().values():
        show(stage)
        assert prompt.hasFocus()


def test_everything_that_takes_the_focus_has_a_name(stage: Stage, unnamed: Callable[[QWidget], list[str]]) -> None:
    for name, show in showings().items():
        show(stage)
        if name != "missing":
            assert unnamed(stage) == [], name


@pytest.mark.parametrize("size", [QSize(520, 420), SIZE, QSize(1600, 1000)], ids=str)
def test_nothing_is_cut_off_at_any_size(stage: Stage, size: QSize, qtbot: QtBot) -> None:
    stage.resize(size)
    for name, show in showings().items():
        show(stage)
        qtbot.waitUntil(lambda: stage.size() == size)
        stage.grab()
        for child in [*stage.findChildren(PlainLabel), *stage.findChildren(QPushButton)]:
            if child.isVisible():
                place = QRect(child.mapTo(stage, QPoint()), child.size())
                assert QRect(QPoint(), size).contains(place), (name, place)
                needed = child.heightForWidth(child.width()) if child.hasHeightForWidth() else child.sizeHint().height()
                assert child.height() >= needed, (name, child)


def test_a_job_and_a_picture_are_whole_on_the_smallest_stage(stage: Stage, qtbot: QtBot) -> None:
    size = stage.minimumSizeHint()
    stage.resize(size)
    for name in ("job", "tall job", "picture"):
        showings()[name](stage)
        qtbot.waitUntil(lambda: stage.size() == size)
        stage.grab()
        whole = QRect(QPoint(), size)
        for child in [*stage.findChildren(PlainLabel), *stage.findChildren(QPushButton), *stage.findChildren(Pill)]:
            if child.isVisible():
                assert whole.contains(QRect(child.mapTo(stage, QPoint()), child.size())), (name, child)
    view = stage.findChild(JobView)
    assert view is not None
    assert min(view._frame.width(), view._frame.height()) > 0


def test_a_new_message_begins_at_its_top_and_shows_what_has_the_keys(stage: Stage, qtbot: QtBot) -> None:
    stage.resize(600, stage.minimumSizeHint().height())
    stage.show_empty(has_key=False)
    stage.activateWindow()
    qtbot.waitUntil(stage.isActiveWindow)
    page = stage.findChild(StatePage)
    assert page is not None
    bar = page.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    stage.show_error(BadImageError(kept="x"), saved=1, count=4)
    assert bar.value() == 0
    buttons(stage)["Show the kept file"].setFocus()
    stage.show_cancelled(CancelledError(charge=ChargeState.UNKNOWN))
    button = buttons(stage)["Edit prompt"]
    assert button.hasFocus()
    assert stage.rect().contains(button.rect().translated(button.mapTo(stage, QPoint())))


def test_a_message_higher_than_the_stage_scrolls_to_what_has_the_keys(stage: Stage, qtbot: QtBot) -> None:
    stage.show_empty(has_key=False)
    page = stage.findChild(StatePage)
    assert page is not None
    bar = page.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() == 0
    stage.resize(600, stage.minimumSizeHint().height())
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    button = buttons(stage)["Try with the sample engine"]
    assert not stage.rect().contains(button.rect().translated(button.mapTo(stage, QPoint())))
    before = buttons(stage)["Add API key"]
    before.setFocus()
    qtbot.keyClick(before, Qt.Key.Key_Tab)
    assert stage.rect().contains(button.rect().translated(button.mapTo(stage, QPoint())))
