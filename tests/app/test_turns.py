"""Long work on the window's thread is done step by step, all at once, or no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from imagegen_desktop.app.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

STEPS = 5


def counting(done: list[int]) -> Iterator[None]:
    for number in range(STEPS):
        done.append(number)
        yield


def test_the_event_loop_has_its_turn_between_two_steps(qtbot: QtBot) -> None:
    done: list[int] = []
    between: list[int] = []
    parent = QObject()
    other = QTimer(parent, interval=0)
    other.timeout.connect(lambda: between.append(len(done)))
    other.start()
    Turns(counting(done), parent).start()
    qtbot.waitUntil(lambda: len(done) == STEPS)
    assert set(range(1, STEPS)) <= set(between)
    other.stop()


def test_what_is_left_can_be_done_at_once_and_is_not_done_again(qtbot: QtBot) -> None:
    done: list[int] = []
    parent = QObject()
    turns = Turns(counting(done), parent)
    turns.start()
    qtbot.waitUntil(lambda: bool(done))
    turns.finish()
    assert done == list(range(STEPS))


def test_what_was_stopped_does_nothing_more(qtbot: QtBot) -> None:
    done: list[int] = []
    parent = QObject()
    turns = Turns(counting(done), parent)
    turns.start()
    qtbot.waitUntil(lambda: bool(done))
    turns.stop()
    before = len(done)
    turned: list[bool] = []
    QTimer.singleShot(0, parent, lambda: turned.append(True))
    qtbot.waitUntil(lambda: bool(turned))
    assert len(done) == before
