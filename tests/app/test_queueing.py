"""More than one job: added while one runs, kept over a restart, waited for, followed, and not lost when the window closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from house import CAT, House, write_settings
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.queue import Held
from imagegen_desktop.ui.close_flow import CLOSING, CloseFlow
from imagegen_desktop.ui.queue_flow import HELD, LEFT, LOST
from imagegen_desktop.ui.stage.stage import Shown
from standin import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from standin import StandIn

BOAT = "An old boat"
CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def prompts(standin: StandIn) -> list[str]:
    return [one.json["prompt"] for one in standin.requests if one.path == "/v1/images/generations" and one.json]


def queued(house: House) -> list[str]:
    return [one.request.prompt for one in house.composition.work.queue_desk.queue.waiting]


def started(house: House, standin: StandIn, *words: str) -> None:
    """Jobs on their way, one for each of `words`, that get no answer yet."""
    standin.hold()
    for number, one in enumerate(words, start=1):
        house.generate(one)
        house.received(standin, number)


def test_an_edited_card_adds_to_the_queue_and_both_pictures_come(house: House, standin: StandIn) -> None:
    started(house, standin, CAT)
    box = house.panels.dock.box
    assert box.button.text() == "Generating..."
    house.type(BOAT)
    assert (box.button.text(), box.button.isEnabled(), box.cancel.isVisible()) == ("Add to queue", True, True)
    house.generate(BOAT)
    assert box.button.text() == "Generating..."
    house.received(standin, 2)
    assert len(house.panels.filmstrip._film.running) == 2
    assert house.panels.top_bar.queue_button.text() == "2"
    standin.release()
    house.ended(2)
    house.until(lambda: len(house.strip) == 2)
    assert sorted(prompts(standin)) == sorted([CAT, BOAT])
    assert box.button.text() == "Generate 1"


def test_choosing_a_running_tile_follows_that_job(house: House, standin: StandIn) -> None:
    started(house, standin, CAT, BOAT)
    boat = house.composition.work.queue_desk.flights[1]
    house.panels.filmstrip.job_chosen.emit(boat.job)
    house.press("Cancel", house.panels.stage)
    assert house.ended().request.prompt == BOAT
    assert house.shown is Shown.CANCELLED
    standin.release()
    assert house.ended(2).error is None
    assert house.shown is Shown.CANCELLED, "another job's picture does not take a card away"


def test_next_goes_before_all_that_wait(house: House, standin: StandIn, qtbot: QtBot) -> None:
    started(house, standin, CAT, "Two", "Three")
    house.generate("Four")
    house.type("Five")
    qtbot.keyClick(house.panels.dock.field, Qt.Key.Key_Return, CONTROL_SHIFT)
    assert queued(house) == ["Five", "Four"]
    qtbot.keyClick(house.window, Qt.Key.Key_X, CONTROL_SHIFT)
    assert queued(house) == []
    assert len(house.composition.work.queue_desk.flights) == 3
    standin.release()
    house.ended(5)
    assert sorted(prompts(standin)) == sorted([CAT, "Two", "Three"])


def test_a_busy_service_is_waited_for_in_view_and_the_picture_comes_without_a_click(
    house: House, standin: StandIn
) -> None:
    standin.add_fault(Fault.RATE_LIMIT)
    house.generate()
    house.until(lambda: queued(house) == [CAT])
    assert "The service is busy; this goes on by itself" in house.words(house.panels.stage)
    assert house.panels.dock.box.button.text() == "Generating..."
    assert house.ended().error is None
    assert prompts(standin) == [CAT, CAT]
    assert house.jobs() == [(JobState.SAVED, ChargeState.PAID)]


def test_what_waited_is_offered_at_the_next_start(start: Callable[..., House], standin: StandIn) -> None:
    write_settings(standin, in_flight=1)
    first = start()
    first.stand()
    first.enter_key(standin.key)
    started(first, standin, CAT)
    first.generate(BOAT)
    first.generate("Three")
    first.until(lambda: len(first.jobs()) == 3)
    first.close()
    standin.release()
    second = start()
    second.stand()
    second.until(lambda: LEFT in second.panels.notices.topics)
    assert "2 jobs were waiting when the app ended" in second.words(second.panels.notices)
    assert prompts(standin) == [CAT]
    second.enter_key(standin.key)
    second.press("Go on", second.panels.notices)
    second.ended(2)
    assert prompts(standin) == [CAT, BOAT, "Three"]
    assert LEFT not in second.panels.notices.topics


def test_a_job_that_was_cut_off_is_asked_about_and_settled(start: Callable[..., House], standin: StandIn) -> None:
    write_settings(standin)
    first = start()
    first.stand()
    first.enter_key(standin.key)
    assert first.generated().error is None
    ledger = first.composition.work.ledger
    (job,) = ledger.jobs()
    first.close()
    # As a crash after the request left nothing but its row.
    with ledger.database.write() as connection:
        connection.execute("DELETE FROM images")
        connection.execute("UPDATE jobs SET owner = 'gone', ended = NULL")
    ledger.sent(job.id, ChargeState.UNKNOWN)
    for path in first.files():
        path.unlink()
    second = start()
    second.stand()
    second.until(lambda: LOST in second.panels.notices.topics)
    assert "may have been charged" in second.words(second.panels.notices)
    second.press("It was not", second.panels.notices)
    second.until(lambda: second.jobs() == [(JobState.UNKNOWN, ChargeState.FREE)])
    second.until(lambda: LOST not in second.panels.notices.topics)
    assert len(prompts(standin)) == 1


def test_what_is_held_says_why_and_goes_on_when_allowed_once(house: House, standin: StandIn) -> None:
    house.composition.work.queue_desk.gate = lambda _request, _in_flight: Held("Too dear today", allow_once=True)
    house.generate()
    assert house.panels.notices.topics == (HELD,)
    assert "Too dear today" in house.words(house.panels.notices)
    assert "Waiting for your answer" in house.words(house.panels.stage)
    house.press("Allow once", house.panels.notices)
    assert house.ended().error is None
    assert prompts(standin) == [CAT]
    assert house.panels.notices.topics == ()


# ---- reuse ----


def test_letters_reuse_a_pictures_words_and_size_and_make_another(house: House, standin: StandIn, qtbot: QtBot) -> None:
    house.panels.dock.sizes.chips["1536x1024"].click()
    house.generated()
    house.until(lambda: house.shown is Shown.PICTURE and len(house.strip) == 1)
    house.panels.dock.sizes.chips["1024x1024"].click()
    house.type(BOAT)
    house.window.setFocus()
    qtbot.keyClick(house.window, Qt.Key.Key_D)
    assert (house.panels.dock.draft().prompt, house.panels.dock.draft().size) == (BOAT, "1536x1024")
    qtbot.keyClick(house.window, Qt.Key.Key_P)
    assert house.panels.dock.draft().prompt == CAT
    house.type(BOAT)
    house.panels.dock.sizes.chips["1024x1024"].click()
    qtbot.keyClick(house.window, Qt.Key.Key_A)
    assert (house.panels.dock.draft().prompt, house.panels.dock.draft().size) == (CAT, "1536x1024")
    house.type(BOAT)
    qtbot.keyClick(house.window, Qt.Key.Key_R)
    assert house.ended(2).error is None
    assert prompts(standin) == [CAT, CAT]
    assert house.panels.dock.draft().prompt == BOAT
    house.press("Again", house.panels.inspector)
    house.ended(3)
    assert prompts(standin) == [CAT] * 3


# ---- closing ----


@pytest.fixture
def quits(house: House) -> Iterator[list[str]]:
    said: list[str] = []
    CloseFlow(house.window, house.composition.work.queue_desk, quit_app=lambda: said.append("quit"))
    yield said
    house.window.may_close = lambda: True
    QGuiApplication.setQuitOnLastWindowClosed(True)


def test_a_window_with_nothing_on_its_way_closes_at_once(house: House, quits: list[str]) -> None:
    assert house.window.close()
    assert quits == []


def test_the_window_asks_before_it_leaves_a_picture_and_can_be_kept(
    house: House, standin: StandIn, quits: list[str]
) -> None:
    started(house, standin, CAT, BOAT)
    assert not house.window.close()
    assert "2 pictures are still on their way" in house.words(house.panels.notices)
    assert "Quit anyway (may have been charged)" in house.words(house.panels.notices)
    house.press("Keep working", house.panels.notices)
    assert house.window.isVisible()
    assert CLOSING not in house.panels.notices.topics
    standin.release()
    house.ended(2)
    assert quits == []


def test_in_the_background_the_last_picture_is_saved_before_the_program_ends(
    house: House, standin: StandIn, quits: list[str]
) -> None:
    started(house, standin, CAT)
    house.window.close()
    house.press("Finish in the background", house.panels.notices)
    assert house.window.isHidden()
    assert quits == []
    standin.release()
    house.until(lambda: quits == ["quit"])
    assert house.jobs() == [(JobState.SAVED, ChargeState.PAID)]
    assert len(house.files()) == 1


def test_quit_anyway_closes_and_the_ledger_says_what_may_have_been_charged(
    house: House, standin: StandIn, quits: list[str]
) -> None:
    started(house, standin, CAT)
    house.window.close()
    house.press("Quit anyway (may have been charged)", house.panels.notices)
    assert not house.window.isVisible()
    assert quits == []
    house.close()
    assert house.jobs() == [(JobState.CANCELLED, ChargeState.UNKNOWN)]
