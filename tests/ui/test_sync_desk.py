"""The lane of rounds: what is new goes at once, what fails is tried again later and later, and a stop is one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.remote import RemoteKind, RemoteRefusedError, RemoteSettings, RemoteUnreachableError
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.syncing.steps import Deletes, DeletesHeldBack, Phase, Synced, SyncProgress
from imagegen_desktop.ui.sync_desk import FIRST_OFFLINE, FIRST_TROUBLE, LONGEST, MANY, SyncDesk
from imagegen_desktop.ui.sync_state import SyncPhase
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtCore import QObject
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.syncing.line import Line
    from imagegen_desktop.studio.syncing.syncing import Syncing

SETTINGS = RemoteSettings(kind=RemoteKind.FOLDER, folder="/media/stick")


@dataclass(frozen=True, slots=True)
class Round:
    deletes: Deletes
    receive: bool
    last: bool


@dataclass(slots=True)
class ScriptedLine:
    """A line whose rounds are told what happens: steps, or an error. Without a script a round finds nothing new."""

    script: list[list[object] | ImagegenError] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    ends: int = 0
    # While it is clear, a round waits after its first steps.
    go_on: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.go_on.set()

    def use(self, work: Callable[[Syncing, CancelToken], Iterator[object]], cancel: CancelToken) -> Iterator[object]:
        if not cancel.cancelled:
            yield from work(cast("Syncing", self), cancel)

    def round(self, cancel: CancelToken, *, deletes: Deletes, receive: bool, last: bool) -> Iterator[object]:
        self.rounds.append(Round(deletes, receive, last))
        told = self.script.pop(0) if self.script else [Synced(0)]
        if not isinstance(told, list):
            raise told
        for step in told:
            yield step
            if isinstance(step, SyncProgress):
                cancel.on_cancel(self.go_on.set)
                assert self.go_on.wait(10)
                if cancel.cancelled:
                    return

    def end(self) -> None:
        self.ends += 1
        self.go_on.set()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


@pytest.fixture
def desk(qapp: QObject) -> Iterator[SyncDesk]:
    runner = Runner("syncing")
    made = SyncDesk(runner, qapp)
    yield made
    made.stop()
    runner.shutdown()


def start(desk: SyncDesk, library: Library, line: ScriptedLine, settings: RemoteSettings = SETTINGS) -> None:
    desk.use(library, cast("Line", line), settings)


def rest(qtbot: QtBot, desk: SyncDesk, phase: SyncPhase = SyncPhase.RESTING) -> None:
    qtbot.waitUntil(lambda: desk._run is None and desk.state.phase is phase, timeout=10_000)


def test_it_begins_with_a_whole_round_and_sends_alone_after_a_change(
    desk: SyncDesk, library: Library, qtbot: QtBot
) -> None:
    line = ScriptedLine()
    start(desk, library, line)
    rest(qtbot, desk)
    desk.note_change()
    qtbot.waitUntil(lambda: len(line.rounds) == 2, timeout=1_000)
    rest(qtbot, desk)
    desk.sync_now()
    rest(qtbot, desk)
    assert line.rounds == [
        Round(Deletes.ASK, receive=True, last=False),
        Round(Deletes.ASK, receive=False, last=False),
        Round(Deletes.ASK, receive=True, last=True),
    ]


def test_what_comes_during_a_round_has_one_after_it(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[[SyncProgress(Phase.SENDING, 0, 2), Synced(0)]])
    line.go_on.clear()
    start(desk, library, line)
    qtbot.waitUntil(lambda: desk.state.phase is SyncPhase.SENDING)
    desk.note_image()
    line.go_on.set()
    qtbot.waitUntil(lambda: len(line.rounds) == 2)
    rest(qtbot, desk)
    assert not line.rounds[1].receive


def test_a_new_image_does_not_wait_behind_many_others(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[[SyncProgress(Phase.SENDING, 0, MANY + 2), Synced(0)]])
    line.go_on.clear()
    start(desk, library, line)
    qtbot.waitUntil(lambda: desk.state.phase is SyncPhase.SENDING)
    desk.note_image()
    qtbot.waitUntil(lambda: len(line.rounds) == 2)
    rest(qtbot, desk)
    # It was asked to stop; the line itself, and what was on it, was left alone.
    assert line.ends == 0


def test_who_can_not_be_reached_is_tried_again_later_and_later(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[RemoteUnreachableError() for _ in range(9)])
    start(desk, library, line)
    waits: list[int | None] = []
    for _ in range(9):
        rest(qtbot, desk, SyncPhase.OFFLINE)
        waits.append(desk.state.seconds)
        # As if the time were over.
        desk.came_online()
    assert waits == [min(LONGEST, FIRST_OFFLINE * 2**number) for number in range(9)]
    rest(qtbot, desk)
    assert desk.state.error is None


def test_the_time_until_the_next_try_is_counted_down(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[RemoteUnreachableError()])
    start(desk, library, line)
    rest(qtbot, desk, SyncPhase.OFFLINE)
    for left in range(FIRST_OFFLINE - 1, 0, -1):
        desk._count_down()
        assert desk.state.seconds == left
    desk._count_down()
    rest(qtbot, desk)
    assert len(line.rounds) == 2


def test_what_is_refused_is_told_and_not_asked_every_moment(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[RemoteRefusedError()])
    told: list[object] = []
    desk.failed.connect(told.append)
    start(desk, library, line)
    rest(qtbot, desk, SyncPhase.TROUBLE)
    assert [type(error) for error in told] == [RemoteRefusedError]
    assert desk.state.seconds == FIRST_TROUBLE
    desk.note_image()
    desk.note_change()
    assert not desk._soon.isActive()
    assert len(line.rounds) == 1


def test_held_back_deletes_do_not_hold_back_what_is_new_here(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[[DeletesHeldBack(60, 100, ("laptop",))]])
    start(desk, library, line)
    qtbot.waitUntil(lambda: len(line.rounds) == 2)
    rest(qtbot, desk)
    assert not line.rounds[1].receive
    desk.decide(Deletes.REFUSE)
    rest(qtbot, desk)
    assert line.rounds[2] == Round(Deletes.REFUSE, receive=True, last=False)


def test_an_answer_that_waits_for_a_round_to_end_is_not_lost_by_a_wish_to_sync(
    desk: SyncDesk, library: Library, qtbot: QtBot
) -> None:
    line = ScriptedLine(script=[[SyncProgress(Phase.SENDING, 0, 2), Synced(0)]])
    line.go_on.clear()
    start(desk, library, line)
    qtbot.waitUntil(lambda: desk.state.phase is SyncPhase.SENDING)
    desk.decide(Deletes.REFUSE)
    desk.sync_now()
    line.go_on.set()
    qtbot.waitUntil(lambda: len(line.rounds) == 2)
    rest(qtbot, desk)
    assert line.rounds[1:] == [Round(Deletes.REFUSE, receive=True, last=True)]


def test_a_pause_begins_nothing_and_a_stop_ends_the_line(desk: SyncDesk, library: Library, qtbot: QtBot) -> None:
    line = ScriptedLine(script=[[SyncProgress(Phase.SENDING, 0, 2), Synced(0)]])
    line.go_on.clear()
    start(desk, library, line)
    qtbot.waitUntil(lambda: desk.state.phase is SyncPhase.SENDING)
    desk.pause()
    assert desk.state.phase is SyncPhase.PAUSED
    desk.note_image()
    desk.sync_now()
    assert len(line.rounds) == 1
    assert line.ends == 0
    desk.stop()
    assert line.ends == 1
    assert desk.state.phase is SyncPhase.OFF
