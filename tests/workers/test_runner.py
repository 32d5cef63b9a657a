"""A Runner tells of steps on the main thread, in order, and ends what it began."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, Slot

from imagegen_desktop.core.errors import CancelledError, DiskFullError
from imagegen_desktop.workers.runner import BugError, Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.workers.runner import Run


class Listener(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.steps: list[object] = []
        self.threads: list[QThread] = []
        self.ends: list[object] = []

    @Slot(object)
    def step(self, value: object) -> None:
        self.steps.append(value)
        self.threads.append(QThread.currentThread())

    @Slot(object)
    def end(self, error: object) -> None:
        self.ends.append(error)


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:  # noqa: ARG001 (the application must be there)
    made = Runner("test")
    yield made
    made.shutdown()


def listen(run: Run) -> Listener:
    listener = Listener()
    run.stepped.connect(listener.step)
    run.ended.connect(listener.end)
    return listener


def test_steps_arrive_in_order_on_the_main_thread(qtbot: QtBot, runner: Runner) -> None:
    where: list[QThread] = []

    def work(_cancel: CancelToken) -> Iterator[object]:
        where.append(QThread.currentThread())
        yield from ({1: 2}, 2**40, "third")

    listener = listen(runner.start(work))
    qtbot.waitUntil(lambda: bool(listener.ends))
    assert listener.steps == [{1: 2}, 2**40, "third"]
    assert listener.ends == [None]
    assert set(listener.threads) == {QThread.currentThread()}
    assert where[0] is not QThread.currentThread()


def test_an_error_of_the_world_ends_the_run_and_the_next_one_goes_on(qtbot: QtBot, runner: Runner) -> None:
    def fails(_cancel: CancelToken) -> Iterator[object]:
        yield "before"
        raise DiskFullError("no room")

    def works(_cancel: CancelToken) -> Iterator[object]:
        yield "after"

    first, second = listen(runner.start(fails)), listen(runner.start(works))
    qtbot.waitUntil(lambda: bool(second.ends))
    assert first.steps == ["before"]
    assert isinstance(first.ends[0], DiskFullError)
    assert second.steps == ["after"]


def test_a_bug_is_logged_and_told_without_ending_the_thread(
    qtbot: QtBot, runner: Runner, announced_warnings: list[str]
) -> None:
    def broken(_cancel: CancelToken) -> Iterator[object]:
        raise ZeroDivisionError("ours")
        yield

    listener = listen(runner.start(broken))
    qtbot.waitUntil(lambda: bool(listener.ends))
    (error,) = listener.ends
    assert isinstance(error, BugError)
    assert "ZeroDivisionError: ours" in error.details
    announced_warnings.append("a bug ended a piece of work")


def test_a_cancel_reaches_work_that_is_blocked(qtbot: QtBot, runner: Runner) -> None:
    begun = threading.Event()

    def blocked(cancel: CancelToken) -> Iterator[object]:
        begun.set()
        cancel.wait(60)
        raise CancelledError
        yield

    run = runner.start(blocked)
    listener = listen(run)
    assert begun.wait(5)
    run.cancel()
    qtbot.waitUntil(lambda: bool(listener.ends))
    assert isinstance(listener.ends[0], CancelledError)


def test_only_the_newest_of_a_topic_runs_to_its_end(qtbot: QtBot, runner: Runner) -> None:
    begun = threading.Event()

    def slow(cancel: CancelToken) -> Iterator[object]:
        begun.set()
        cancel.wait(60)
        yield "cancelled" if cancel.cancelled else "ran out"

    def quick(_cancel: CancelToken) -> Iterator[object]:
        yield "quick"

    first = listen(runner.start_latest("look", slow))
    assert begun.wait(5)
    second = listen(runner.start_latest("look", quick))
    qtbot.waitUntil(lambda: bool(second.ends))
    assert first.steps == ["cancelled"]
    assert second.steps == ["quick"]


def test_after_the_end_nothing_runs_and_nothing_is_told(qtbot: QtBot) -> None:
    runner = Runner("over")
    ran: list[str] = []

    def work(_cancel: CancelToken) -> Iterator[object]:
        ran.append("ran")
        yield 1

    listener = listen(runner.start(work))
    runner.finish()
    runner.shutdown()
    late = listen(runner.start(work))
    # Whatever the thread had told comes before this.
    done: list[bool] = []
    QTimer.singleShot(0, lambda: done.append(True))
    qtbot.waitUntil(lambda: bool(done))
    assert ran == ["ran"]
    assert (listener.steps, listener.ends, late.ends) == ([], [], [])
