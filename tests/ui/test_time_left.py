"""The stage tells how long a job still takes once that was learned, and never longer than it knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from staged import Clock, colour_at, job, words

from imagegen_desktop.ui.job_progress import Phase
from imagegen_desktop.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from imagegen_desktop.ui.stage.stage import Stage


def bar(stage: Stage) -> tuple[QPoint, QPoint]:
    """Points in the first and in the last tenth of the bar."""
    rect = stage._job._bar()
    y = rect.center().y()
    return QPoint(rect.left() + rect.width() // 10, y), QPoint(rect.right() - rect.width() // 50, y)


def test_a_bar_and_the_time_left_stand_once_they_are_known(stage: Stage, clock: Clock) -> None:
    stage.show_job(job(sent=clock(), expected=20.0))
    clock.now += 12
    stage.show_job(job(sent=clock() - 12, expected=20.0))
    assert "about 8 s left" in words(stage)
    first, last = bar(stage)
    assert colour_at(stage, first) == LIGHT.accent
    assert colour_at(stage, last) == LIGHT.border


def test_a_job_that_takes_longer_says_so_and_its_bar_does_not_claim_the_end(stage: Stage, clock: Clock) -> None:
    clock.now += 30
    stage.show_job(job(sent=clock() - 30, expected=20.0))
    assert "42 s, longer than usual" in words(stage)
    assert colour_at(stage, bar(stage)[1]) == LIGHT.border


def test_without_history_there_is_no_bar_and_the_time_runs(stage: Stage, clock: Clock) -> None:
    stage.show_job(job(sent=clock()))
    assert "12 s" in words(stage)
    assert colour_at(stage, bar(stage)[0]) == LIGHT.canvas


def test_a_wait_for_a_busy_service_counts_down(stage: Stage, clock: Clock) -> None:
    waiting = job(phase=Phase.WAITING, resumes=clock() + 18)
    stage.show_job(waiting)
    assert {"The service is busy; this goes on by itself", "in 18 s"} <= set(words(stage))
    clock.now += 5
    stage._job._show_time()
    assert "in 13 s" in words(stage)
    assert "Cancelling now may still be charged" not in words(stage)
