"""Feeds odd pictures to the decoder in a child process, and prints what came and the most memory that it took.

Run as `python tests/proof/fuzz_images.py --rounds 5000 --seed 1`; it ends with 1 if the child ended early or took too much.
With `--draw` what Qt itself takes, before the first picture, is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "imaging"), str(TESTS.parent)]

from odd_pictures import bombs, good_pictures, mutated  # noqa: E402 (found only now)

from imagegen_desktop.imaging.animation import frames_of  # noqa: E402 (the same)
from imagegen_desktop.imaging.decode import UndecodableError, decode, measure  # noqa: E402 (the same)

if TYPE_CHECKING:
    from imagegen_desktop.core.pixels import Pixels
    from imagegen_desktop.imaging.decode import DrawSvg

MOST_MB = 300
SECONDS_EACH = 20.0
FRAMES = 12


def try_all(data: bytes, draw_svg: DrawSvg | None) -> str:
    """Measure, decode, make small, and play: what the app does with a picture. Gives what became of it."""
    try:
        measured = measure(data)
    except UndecodableError as error:
        return f"refused: {str(error)[:30]}"
    edges: tuple[int | None, ...] = (None, 256)
    for edge in edges:
        try:
            pixels = decode(data, longest_edge=edge, draw_svg=draw_svg)
        except UndecodableError:
            return "measured, not decoded"
        assert len(pixels.rgba) == pixels.width * pixels.height * 4
        assert edge is None or max(pixels.width, pixels.height) <= edge
        del pixels
    frames = frames_of(data)
    if frames is not None:
        for _ in range(FRAMES):
            frames.next()
        frames.close()
    return f"decoded {measured.format}"


def drawer() -> DrawSvg:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import qInstallMessageHandler  # noqa: PLC0415 (only where it is asked for)
    from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 (the same)

    from imagegen_desktop.ui.svg_drawing import draw_svg  # noqa: PLC0415 (the same)

    application = QGuiApplication([])
    qInstallMessageHandler(lambda *_: None)

    def draw(data: bytes, edge: int | None) -> Pixels:
        assert application is not None
        return draw_svg(data, edge)

    return draw


def child(seed: int, rounds: int, *, draw: bool) -> None:
    """Everything in one process, so that what leaks adds up. Writes one line of JSON to standard output."""
    bare = peak_mb()
    draw_svg = drawer() if draw else None
    qt = peak_mb() - bare
    chance = random.Random(seed)  # noqa: S311 (a seed makes it repeatable)
    goods = good_pictures()
    ends: Counter[str] = Counter()
    slowest = ("", 0.0)

    def run(name: str, data: bytes) -> None:
        nonlocal slowest
        started = time.process_time()
        ends[try_all(data, draw_svg)] += 1
        taken = time.process_time() - started
        if taken > slowest[1]:
            slowest = (name, taken)

    corpus = {name: (lambda data=data: data) for name, data in goods.items()} | bombs()
    for name, make in corpus.items():
        data = make()
        run(name, data)
        for length in (0, 1, 11, len(data) // 2, len(data) - 1):
            run(f"{name} cut at {length}", data[:length])
    names = sorted(goods)
    for number in range(rounds):
        name = chance.choice(names)
        run(f"{name}, round {number}", mutated(goods[name], chance))
    print(json.dumps({"ends": ends, "slowest": slowest, "peak_mb": peak_mb() - qt, "qt_mb": qt}))


def peak_mb() -> float:
    import resource  # noqa: PLC0415 (not on Windows)

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def fuzz(seed: int, rounds: int, *, draw: bool) -> dict[str, object]:
    """What a child saw. Raises CalledProcessError where it died, TimeoutExpired where it hung."""
    command = [sys.executable, __file__, "--child", "--seed", str(seed), "--rounds", str(rounds)]
    done = subprocess.run(
        [*command, *(["--draw"] if draw else [])],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120 + rounds * SECONDS_EACH / 100,
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draw", action="store_true", help="draw SVG too, which loads Qt")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.seed, options.rounds, draw=options.draw)
        return 0
    told = fuzz(options.seed, options.rounds, draw=options.draw)
    print(json.dumps(told, indent=2))
    return int(float(str(told["peak_mb"])) > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
