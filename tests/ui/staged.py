"""What the tests of the stage share: a clock, a job, and eyes and fingers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.text import PlainLabel

if TYPE_CHECKING:
    from imagegen_desktop.ui.stage.stage import Stage


SIZE = QSize(880, 580)


SIZE = QSize(880, 580)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def job(**changes: Any) -> JobProgress:
    sent = JobProgress(
        job="job0000001",
        prompt="a lighthouse",
        phase=Phase.SENT,
        count=4,
        saved=1,
        width=1536,
        height=1024,
        started=988.0,
    )
    return replace(sent, **changes)


def words(stage: Stage) -> list[str]:
    return [label.text() for label in stage.findChildren(PlainLabel) if label.isVisible()]


def buttons(stage: Stage) -> dict[str, QPushButton]:
    return {button.text(): button for button in stage.findChildren(QPushButton) if button.isVisible()}


def press(stage: Stage, text: str) -> None:
    buttons(stage)[text].click()


def colour_at(stage: Stage, point: QPoint) -> str:
    image: QImage = stage.grab().toImage()
    return image.pixelColor(point).name().upper()


def turn_wheel(widget: QWidget, at: QPointF, *, notches: int) -> None:
    none, still = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    keys = Qt.KeyboardModifier.NoModifier
    where = QPointF(widget.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(widget, QWheelEvent(at, where, QPoint(), QPoint(0, 120 * notches), none, keys, still, False))
