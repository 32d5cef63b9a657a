"""Finds the longest time for which the window's thread does nothing for the person, while pictures come and at the start."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from rounds import Series
from stand import environment, move_in, standin

BEAT_MS = 1
IDLE_SECONDS = 2.0
MODEL = "gpt-image-2.6-flare"
ANSWERS = 4


@dataclass(slots=True)
class Heartbeat:
    """Called every millisecond by a timer on the main thread; keeps the longest gap between two calls, in seconds."""

    last: float = 0.0
    longest: float = 0.0

    def beat(self) -> None:
        now = time.monotonic()
        if self.last:
            self.longest = max(self.longest, now - self.last)
        self.last = now

    def restart(self) -> None:
        self.last, self.longest = 0.0, 0.0


def one_round(base_url: str, home: Path) -> dict[str, float]:
    """The longest gaps in ms by phase, in a process of its own."""
    from inhabited import Inhabited  # noqa: PLC0415 (Qt reads its platform when it is imported)
    from PySide6.QtCore import Qt, QTimer  # noqa: PLC0415 (the same)

    heart = Heartbeat()
    gaps: dict[str, float] = {}

    def phase(name: str) -> None:
        heart.beat()
        gaps[name] = heart.longest * 1000
        heart.restart()

    with Inhabited(base_url, home, MODEL) as here:
        window = here.composition.window
        painted: list[bool] = []
        window.painted.connect(lambda: painted.append(True))
        here.until(lambda: bool(painted))
        timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(heart.beat)
        timer.start()
        here.until(here.warmed)
        phase("while the SDK is imported and the library opened")
        here.settle()
        ends: list[object] = []
        here.ended.connect(ends.append)
        heart.restart()
        begun = time.monotonic()
        here.until(lambda: time.monotonic() - begun > IDLE_SECONDS)
        phase("idle")
        for number in range(ANSWERS):
            here.button.click()
            here.until(lambda wanted=number + 1: len(ends) >= wanted)
        phase(f"{ANSWERS} answers one after the other")
        dock = window.panels.dock
        dock.set_draft(replace(dock.draft(), count=ANSWERS))
        here.until(here.button.isEnabled)
        heart.restart()
        here.button.click()
        here.until(lambda: len(ends) > ANSWERS)
        phase(f"one answer of {ANSWERS} pictures")
        gaps["pictures kept"] = float(len(list((home / "library").glob("[0-9]*/*/*"))))
    return gaps


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--image-bytes", type=int, default=8_000_000)
    parser.add_argument("--one", nargs=2, metavar=("URL", "HOME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        url, home = options.one
        move_in(Path(home), offscreen=True)
        print(json.dumps(one_round(url, Path(home))))
        return 0
    taken: list[dict[str, float]] = []
    with standin(options.image_bytes) as url:
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as home:
                command = [sys.executable, str(Path(__file__).resolve()), "--one", url, home]
                surroundings = environment(Path(home)) | {"QT_QPA_PLATFORM": "offscreen"}
                done = subprocess.run(
                    command, env=surroundings, stdout=subprocess.PIPE, text=True, check=True, timeout=180
                )
            taken.append(json.loads(done.stdout.splitlines()[-1]))
    print(f"The window's thread, offscreen, pictures of {options.image_bytes / 1e6:g} MB: longest gap in a round")
    for name in taken[0]:
        print(f"  {name}: {Series(tuple(gaps[name] for gaps in taken)).told('' if 'kept' in name else 'ms', 1)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
