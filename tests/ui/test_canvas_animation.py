"""An animated picture plays by itself, pauses when asked, and stands still for those who wish for less motion."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from painted import image, plain
from PIL import Image
from PySide6.QtWidgets import QToolButton
from staged import job

from imagegen_desktop.imaging.animation import Frames, frames_of
from imagegen_desktop.imaging.decode import decode
from imagegen_desktop.ui.stage.animation import Player
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.stage.stage import Stage
    from imagegen_desktop.ui.theme.appearance import Appearance

COLOURS = ((200, 0, 0), (0, 200, 0), (0, 0, 200))


def moving(milliseconds: int = 20) -> bytes:
    frames = [Image.new("RGB", (300, 200), colour) for colour in COLOURS]
    stream = BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=milliseconds, loop=0)
    return stream.getvalue()


@pytest.fixture
def player(stage: Stage, appearance: Appearance) -> Iterator[Player]:
    appearance.reduce_motion(False)
    runner = Runner("playing")
    yield Player(stage, appearance, runner)
    runner.shutdown()


def show(stage: Stage, data: bytes) -> Frames:
    frames = frames_of(data)
    assert frames is not None
    stage.show_picture(image(1), decode(data), frames)
    return frames


def colour(stage: Stage) -> tuple[int, ...]:
    at = stage.canvas.view.target.center().toPoint()
    return stage.grab().toImage().pixelColor(at).getRgb()[:3]


def button(stage: Stage) -> QToolButton | None:
    """The button that plays and pauses; None while it is not shown."""
    tools = [tool for tool in stage.findChildren(QToolButton) if tool.accessibleName() in {"Play", "Pause"}]
    assert len(tools) == 1
    return tools[0] if tools[0].isVisible() else None


def test_an_animated_picture_plays_by_itself_and_starts_again(stage: Stage, player: Player, qtbot: QtBot) -> None:
    show(stage, moving())
    assert player.playing
    for expected in (*COLOURS, *COLOURS):
        qtbot.waitUntil(lambda expected=expected: colour(stage) == expected)


def test_playing_keeps_the_zoom(stage: Stage, player: Player, qtbot: QtBot) -> None:
    show(stage, moving())
    stage.canvas.zoom_in()
    scale = stage.canvas.view.scale
    qtbot.waitUntil(lambda: colour(stage) == COLOURS[2])
    assert player.playing
    assert stage.canvas.view.scale == scale


def test_the_button_pauses_and_plays_on(stage: Stage, player: Player, qtbot: QtBot) -> None:
    show(stage, moving())
    tool = button(stage)
    assert tool is not None
    assert tool.accessibleName() == "Pause"
    tool.click()
    assert not player.playing
    assert tool.accessibleName() == "Play"
    tool.click()
    qtbot.waitUntil(lambda: colour(stage) == COLOURS[1])


def test_with_less_motion_it_waits_for_the_button(
    stage: Stage, player: Player, appearance: Appearance, qtbot: QtBot
) -> None:
    appearance.reduce_motion(True)
    show(stage, moving())
    assert not player.playing
    assert colour(stage) == COLOURS[0]
    tool = button(stage)
    assert tool is not None
    tool.click()
    qtbot.waitUntil(lambda: colour(stage) == COLOURS[1])


def test_a_still_picture_has_no_such_button(stage: Stage, player: Player) -> None:
    show(stage, moving())
    assert button(stage) is not None
    stage.show_picture(image(2), plain(300, 200))
    assert not player.playing
    assert button(stage) is None


def test_it_stops_when_a_job_takes_the_stage(stage: Stage, player: Player) -> None:
    show(stage, moving())
    stage.show_job(job())
    assert not player.playing


def test_a_picture_whose_later_frames_are_gone_stands(stage: Stage, player: Player, qtbot: QtBot) -> None:
    data = moving()
    cut = data[: data.index(b"\x21\xf9", data.index(b"\x2c"))]
    stage.show_picture(image(1), decode(data), Frames(cut, 3))
    qtbot.waitUntil(lambda: not player.playing)
    assert colour(stage) == COLOURS[0]
