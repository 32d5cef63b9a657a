"""The queue's panel tells what runs, waits and was, and every button of it does what its name says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from staged import Clock, job

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import Job, JobState
from imagegen_desktop.core.queue import Held, Queue
from imagegen_desktop.studio.waiting import Past
from imagegen_desktop.ui.notices import NoticeBoard
from imagegen_desktop.ui.queue.queue_panel import QueuePanel
from imagegen_desktop.ui.text import PlainLabel
from pictures import request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.icons import Icons


class Seat:
    """A window with a button, and the panel over it."""

    def __init__(self, qtbot: QtBot, icons: Icons, clock: Clock) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.button = QPushButton("Queue")
        column = QVBoxLayout(self.window)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self.panel = QueuePanel(icons, self.window, clock=clock)
        self.window.resize(1000, 800)
        with qtbot.waitExposed(self.window):
            self.window.show()
        self.heard: list[object] = []
        for signal in (self.panel.cancelled, self.panel.removed, self.panel.chosen, self.panel.moved):
            signal.connect(self.heard.append)

    def words(self) -> str:
        return "\n".join(label.accessibleName() or label.text() for label in self.panel.findChildren(PlainLabel))

    def named(self, name: str) -> list[QPushButton]:
        buttons = self.panel.findChildren(QPushButton)
        return [one for one in buttons if name in {one.text(), one.accessibleName()} and one.isVisible()]


@pytest.fixture
def seat(qtbot: QtBot, icons: Icons, clock: Clock) -> Iterator[Seat]:
    made = Seat(qtbot, icons, clock)
    made.panel.toggle(made.button)
    yield made
    made.window.close()


def ended(state: JobState = JobState.SAVED, charge: ChargeState = ChargeState.PAID, **changes: object) -> Job:
    moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    fields: dict[str, object] = {
        "id": "ended00000",
        "library": "library",
        "state": state,
        "charge": charge,
        "owner": "",
        "created": moment,
        "sent": moment,
        "ended": moment,
        "content_type": "",
        "service_request_id": "",
        "request": request("A glass whale"),
        "usage": None,
        "cost": Decimal("0.042"),
        "words_cost": None,
        "error": "",
        "seen": True,
    }
    return Job(**(fields | changes))


def test_what_runs_is_told_with_its_time_and_what_is_done(seat: Seat, clock: Clock) -> None:
    running = replace(job(count=4, saved=1), model="painter-2", sent=clock(), expected=20.0)
    clock.now += 8
    seat.panel.show_queue(Queue(), [running])
    assert "painter-2 · 20 s · about 12 s left · 1 of 4 made" in seat.words()
    seat.named("Cancel")[0].click()
    seat.named("Show on the stage")[0].click()
    assert seat.heard == [running.job, running.job]


def test_waiting_jobs_are_moved_and_removed_by_their_buttons(seat: Seat) -> None:
    first, second, third = (request(f"Number {number}") for number in range(3))
    seat.panel.show_queue(Queue().add([first, second, third]), [])
    assert [button.isEnabled() for button in seat.named("Up")] == [False, True, True]
    assert [button.isEnabled() for button in seat.named("To the back")] == [True, True, False]
    for name in ("To the front", "Up", "Down", "To the back", "Remove from the queue"):
        seat.named(name)[1].click()
    assert seat.heard == [(second.id, -2), (second.id, -1), (second.id, 1), (second.id, 2), second.id]


def test_why_a_job_waits_stands_in_its_row(seat: Seat, clock: Clock) -> None:
    held, busy, left = (request(f"Number {number}") for number in range(3))
    queue = Queue().add([held, busy]).add([left], parked=True).start(busy.id)
    queue = queue.put_back(busy.id, not_before=clock() + 18).hold(held.id, Held("Too dear today", allow_once=True))
    seat.panel.show_queue(queue, [])
    said = seat.words()
    assert "the service is busy: 18 s" in said
    assert "Too dear today" in said
    assert "from last time" in said
    assert "3 waiting, paused" in said


def test_the_focus_stays_on_a_rows_button_while_the_others_change(seat: Seat, qtbot: QtBot) -> None:
    first, second = request("One"), request("Two")
    seat.panel.show_queue(Queue().add([first, second]), [])
    button = seat.named("To the front")[1]
    button.setFocus()
    seat.panel.show_queue(Queue().add([second]), [])
    qtbot.waitUntil(lambda: len(seat.named("Up")) == 1)
    assert seat.named("Remove from the queue")[0].isVisible()
    assert seat.panel.isAncestorOf(seat.window.focusWidget())
    seat.panel.show_queue(Queue(), [])
    assert seat.panel.close_button.hasFocus()


def test_pause_and_resume_and_the_two_cancels(seat: Seat) -> None:
    told: list[object] = []
    seat.panel.paused.connect(told.append)
    seat.panel.waiting_cancelled.connect(lambda: told.append("waiting"))
    seat.panel.all_cancelled.connect(lambda: told.append("all"))
    seat.panel.show_queue(Queue().add([request()]), [])
    for name in ("Pause", "Cancel waiting", "Cancel all"):
        seat.named(name)[0].click()
    seat.panel.show_queue(Queue().pause(), [])
    seat.named("Resume")[0].click()
    assert told == [True, "waiting", "all", False]
    assert not seat.named("Cancel all")[0].isEnabled()


def test_the_past_tells_how_it_ended_and_what_it_cost(seat: Seat) -> None:
    images: list[object] = []
    settled: list[object] = []
    seat.panel.picture_chosen.connect(images.append)
    seat.panel.settled.connect(settled.append)
    unknown = ended(
        JobState.UNKNOWN, ChargeState.UNKNOWN, id="unknown000", cost=None, seen=False, error="The wire broke"
    )
    seat.panel.show_past([Past(unknown, ""), Past(ended(), "image00000")])
    said = seat.words()
    assert "saved · $0.04" in said
    assert "may have been charged · The wire broke" in said
    assert "New: A glass whale" in said
    seat.named("Show the picture")[0].click()
    assert images == ["image00000"]
    seat.named("It was not")[0].click()
    assert settled == [("unknown000", ChargeState.FREE)]
    seat.panel.show_past([Past(replace(unknown, charge=ChargeState.FREE, seen=True), ""), Past(ended(), "image00000")])
    assert not seat.named("It was not")


def test_a_long_past_comes_in_pieces_and_in_its_order(seat: Seat, qtbot: QtBot) -> None:
    seat.panel.close_panel()
    past = [Past(ended(id=f"{number:010}", request=request(f"Number {number}")), "image00000") for number in range(20)]
    seat.panel.show_past(past)
    assert seat.named("Show the picture") == [], "nothing is made for a panel that nobody looks at"
    seat.panel.toggle(seat.button)
    assert 0 < len(seat.named("Show the picture")) < 20
    qtbot.waitUntil(lambda: len(seat.named("Show the picture")) == 20)
    rows = [seat.panel._history.itemAt(number).widget().past for number in range(20)]
    assert rows == past


def test_escape_a_click_elsewhere_and_the_button_close_it(seat: Seat, qtbot: QtBot) -> None:
    closed: list[str] = []
    seat.panel.closed.connect(lambda: closed.append("closed"))
    assert seat.panel.close_button.hasFocus()
    qtbot.keyClick(seat.panel.close_button, Qt.Key.Key_Escape)
    assert not seat.panel.isVisible()
    assert seat.button.hasFocus(), "the keyboard is where it was"
    seat.panel.toggle(seat.button)
    qtbot.mouseClick(seat.panel, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert seat.panel.isVisible()
    qtbot.mouseClick(seat.window, Qt.MouseButton.LeftButton, pos=QPoint(10, 780))
    assert not seat.panel.isVisible()
    seat.panel.toggle(seat.button)
    seat.panel.toggle(seat.button)
    assert closed == ["closed"] * 3


def test_a_screen_reader_hears_the_name_of_everything(seat: Seat, unnamed: Callable[[QWidget], list[str]]) -> None:
    seat.panel.show_queue(Queue().add([request()]), [job()])
    seat.panel.show_past([Past(ended(charge=ChargeState.UNKNOWN), "image00000")])
    assert unnamed(seat.panel) == []
    assert seat.named("Remove from the queue")[0].accessibleDescription() == "A cat"


def test_a_notice_is_answered_by_its_buttons_and_takes_no_room_without_one(qtbot: QtBot, icons: Icons) -> None:
    board = NoticeBoard(icons)
    qtbot.addWidget(board)
    assert not board.isVisibleTo(None)
    told: list[str] = []
    board.tell("left", "2 jobs were waiting", [("Go on", lambda: told.append("go on"))])
    board.tell("held", "Too dear", [("Allow once", lambda: told.append("allow"))])
    for button in board.findChildren(QPushButton):
        button.click()
    assert told == ["go on", "allow"]
    board.clear("left")
    assert board.topics == ("held",)
    board.clear("held")
    assert board.isHidden()
