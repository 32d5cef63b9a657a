"""Times the click on Generate to the painted skeleton on the stage and the painted tile in the filmstrip."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rounds import Series
from stand import move_in, screen, standin


@dataclass(slots=True)
class Painted:
    """When each was painted for the first time after the click, on the monotonic clock; 0 until then."""

    skeleton: float = 0.0
    tile: float = 0.0
    out: float = 0.0


def measure(rounds: int) -> list[tuple[float, float, float]]:
    """(ms to the skeleton, ms to the tile, ms until both are out of the paint event), for each click."""
    # Qt reads its platform when it is imported.
    from inhabited import Inhabited  # noqa: PLC0415 (said above)
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415 (the same)
    from PySide6.QtTest import QTest  # noqa: PLC0415 (the same)

    from imagegen_desktop.ui.filmstrip.model import Role, Running  # noqa: PLC0415 (the same)
    from imagegen_desktop.ui.filmstrip.tile import TileDelegate  # noqa: PLC0415 (the same)
    from imagegen_desktop.ui.stage.job_view import JobView  # noqa: PLC0415 (the same)

    painted = Painted()
    stage_paint, tile_paint = JobView.paintEvent, TileDelegate.paint

    def both() -> None:
        if painted.skeleton and painted.tile and not painted.out:
            QTimer.singleShot(0, lambda: setattr(painted, "out", painted.out or time.monotonic()))

    def on_stage(self: JobView, event: object) -> None:
        stage_paint(self, event)
        painted.skeleton = painted.skeleton or time.monotonic()
        both()

    def on_strip(self: TileDelegate, painter: object, option: object, index: object) -> None:
        tile_paint(self, painter, option, index)
        if isinstance(index.data(Role.ROW), Running):
            painted.tile = painted.tile or time.monotonic()
            both()

    JobView.paintEvent, TileDelegate.paint = on_stage, on_strip
    # The answer takes so long that each click is cancelled before it comes.
    taken: list[tuple[float, float, float]] = []
    ends: list[object] = []
    with (
        tempfile.TemporaryDirectory() as library,
        standin(0, delay=60.0) as url,
        Inhabited(url, Path(library), "gpt-image-2") as here,
    ):
        here.settle()
        here.ended.connect(ends.append)
        for number in range(rounds):
            here.until(here.button.isEnabled)
            painted.skeleton = painted.tile = painted.out = 0.0
            clicked = time.monotonic()
            QTest.mouseClick(here.button, Qt.MouseButton.LeftButton)
            here.until(lambda: bool(painted.out))
            taken.append(
                (
                    (painted.skeleton - clicked) * 1000,
                    (painted.tile - clicked) * 1000,
                    (painted.out - clicked) * 1000,
                )
            )
            here.composition.work.job_flow.cancel()
            here.until(lambda wanted=number + 1: len(ends) >= wanted)
    return taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--offscreen", action="store_true", help="Qt's offscreen platform even where there is an Xvfb")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, screen(offscreen=options.offscreen) as shown:
        move_in(Path(home), offscreen=False)
        os.environ.update(shown)
        taken = measure(options.rounds)
    print(f"Click on Generate, platform {shown['QT_QPA_PLATFORM']}")
    for what, values in zip(("skeleton painted", "tile painted", "both out"), zip(*taken, strict=True), strict=True):
        series = Series(values)
        print(f"  {what}: {series.told('ms', 1)}, p95 {series.quantile(0.95):.1f} ms, first click {values[0]:.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
