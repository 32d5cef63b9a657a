"""Garbage with QObjects in it dies on the main thread, whoever makes the garbage."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.workers.collector import MainThreadCollector

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


class Knot(QObject):
    """Refers to itself, so that only the collector can end it, and tells on which thread that happens."""

    def __init__(self, told: Callable[[int], None]) -> None:
        super().__init__()
        self.itself = self
        self._told = told

    def __del__(self) -> None:
        self._told(threading.get_ident())


def litter() -> None:
    """More than enough to make Python's own collector run on this thread."""
    for _ in range(5):
        keep = [[number] for number in range(20_000)]
        del keep


def test_another_threads_garbage_run_destroys_no_qobject(qtbot: QtBot) -> None:
    died: list[int] = []
    collector = MainThreadCollector()
    Knot(died.append)
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert died == []
    # A collection is due by what was made and not let go of.
    kept = [[number] for number in range(1_000)]
    qtbot.waitUntil(lambda: bool(died))
    assert died == [threading.get_ident()]
    assert kept
    collector.shutdown()


def test_without_it_the_other_thread_destroys_the_qobject(qtbot: QtBot) -> None:  # noqa: ARG001 (the application must be there)
    """What the collector is for; should Python or PySide change this, it can go."""
    died: list[int] = []
    gc.collect()
    gc.enable()
    Knot(died.append)
    thread = threading.Thread(target=litter)
    thread.start()
    thread.join()
    assert died == [thread.ident]


def test_it_gives_the_collector_back(qtbot: QtBot) -> None:  # noqa: ARG001 (the application must be there)
    gc.enable()
    collector = MainThreadCollector()
    assert not gc.isenabled()
    collector.shutdown()
    assert gc.isenabled()


def test_what_was_there_before_is_not_walked_until_its_end(qtbot: QtBot) -> None:  # noqa: ARG001 (the application must be there)
    died: list[int] = []
    gc.collect()
    Knot(died.append)
    collector = MainThreadCollector()
    gc.collect()
    assert died == []
    Knot(died.append)
    gc.collect()
    assert len(died) == 1
    collector.shutdown()
    assert len(died) == 2
    assert gc.get_freeze_count() == 0
