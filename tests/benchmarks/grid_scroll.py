"""Measures the grid over an artificial library: first full screen, work of a frame while scrolling, blank cells, memory."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from rounds import Series
from stand import environment, screen

FRAME_MS = 16
# No frame may take longer.
MOST_MS = 50
FRAMES = 300
JUMP_FRAMES = 12
JUMPS = 25
SLOW, FAST = 20, 300
SIZE = (1600, 940)


@dataclass
class Meter:
    """The wall time that the main thread does not wait for events, told by Qt's own dispatcher (not GLib's); in seconds."""

    begun: float = 0.0
    busy: float = 0.0
    processor: float = 0.0

    def awake(self) -> None:
        self.begun = time.perf_counter()

    def about_to_block(self) -> None:
        if self.begun:
            self.busy += time.perf_counter() - self.begun
            self.begun = 0.0

    def take(self) -> tuple[float, float]:
        """What has been worked since the last call, up to this moment; and the processor's part, which others' work spares."""
        now, processor = time.perf_counter(), time.thread_time()
        if self.begun:
            self.busy += now - self.begun
            self.begun = now
        taken = self.busy, processor - self.processor
        self.busy, self.processor = 0.0, processor
        return taken


@dataclass(slots=True)
class Course:
    """One way of scrolling: what each frame cost in ms, how many cells were painted and how many of them blank."""

    work: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    painted: int = 0
    blank: int = 0
    full_after: list[int] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        series = Series(tuple(self.work))
        found = {
            "p50": series.median,
            "p99": series.quantile(0.99),
            "max": max(self.work),
            "over 50": sum(work > MOST_MS for work in self.work),
            "processor p99": Series(tuple(self.processor)).quantile(0.99),
            "processor max": max(self.processor),
            "blank %": 100 * self.blank / max(1, self.painted),
        }
        if self.full_after:
            found["full after (worst)"] = max(self.full_after)
            found["full after (median)"] = Series(tuple(map(float, self.full_after))).median
        return found


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(count: int, edge: int, arrangement: str, cache: Path, started: float) -> dict[str, object]:
    """One process: a window, its first screen, then the courses."""
    from grid_run import Bare, Run  # noqa: PLC0415 (Qt reads its platform when it is imported)

    run = Run(count, edge, arrangement, cache, size=SIZE, meter=Meter())
    result: dict[str, object] = {"opened to full ms": run.until_full() * 1e3, "start to full s": time.time() - started}
    run.wait(1.0)
    result["memory open MB"] = memory_mb()
    for name, step in (("slow", SLOW), ("fast", FAST)):
        result[name] = run.scroll(step, FRAMES).told()
    result["fast back"] = run.scroll(-FAST, FRAMES).told()
    result["jump"] = run.jump(JUMPS, JUMP_FRAMES, random.Random(7)).told()  # noqa: S311 (places to jump to)
    run.scroll(FAST, 2 * FRAMES)
    result["memory after MB"] = memory_mb()
    result["full collection ms"] = run.collection() * 1e3
    bare = Bare(run.height, SIZE, run.meter)
    run.hide()
    for name, step in (("floor slow", SLOW), ("floor fast", FAST)):
        result[name] = bare.scroll(step, FRAMES).told()
    result["frames"] = FRAMES
    run.end()
    return result


def one_process(options: argparse.Namespace) -> int:
    count, edge, arrangement, cache = options.one
    started = float(os.environ["GRID_STARTED"])
    print(json.dumps(measure(int(count), int(edge), arrangement, Path(cache), started)))
    return 0


def show(title: str, found: dict[str, object]) -> None:
    print(f"\n{title}")
    for name, value in found.items():
        if isinstance(value, dict):
            words = "  ".join(f"{key} {figure:.1f}" for key, figure in value.items())
            floor = found.get("floor slow" if "slow" in name else "floor fast")
            if isinstance(floor, dict) and "floor" not in name:
                words += f"  ({value['p50'] / floor['p50']:.1f} x / {value['p99'] / floor['p99']:.1f} x the floor's p50 / p99)"
            print(f"  {name:<18} ms: {words}")
        else:
            print(f"  {name:<18} {value:.2f}")


def warm(file: Path) -> None:
    """The goals are for thumbnails that lie in the system's memory already; it may have dropped them since they were made."""
    with file.open("rb") as stream:
        while stream.read(1 << 24):
            pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[2_000, 20_000, 100_000])
    parser.add_argument("--edges", type=int, nargs="+", default=[128, 256])
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--arrangements", nargs="+", default=["square"], choices=["square", "justified"])
    parser.add_argument("--folder", type=Path, help="where the caches are made, and kept for the next run")
    parser.add_argument("--offscreen", action="store_true")
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return one_process(options)
    from grid_stock import stock  # noqa: PLC0415 (the measured processes need no Pillow)

    with tempfile.TemporaryDirectory() as home, screen(offscreen=options.offscreen) as display:
        folder = options.folder or Path(home)
        for count in options.counts:
            cache = folder / f"thumbs-{count}.sqlite"
            if not cache.exists():
                # Above 20,000, thumbnails of 512 px would take 5 GB.
                stock(cache, count, large=count <= 20_000)
            for edge in options.edges:
                for scale in options.scales:
                    if edge * scale > 256 and count > 20_000:
                        continue
                    for arrangement in options.arrangements:
                        command = [sys.executable, str(Path(__file__).resolve()), "--one"]
                        warm(cache)
                        surroundings = (
                            environment(Path(home)) | display | {"QT_SCALE_FACTOR": str(scale), "QT_NO_GLIB": "1"}
                        )
                        done = subprocess.run(
                            [*command, str(count), str(edge), arrangement, str(cache)],
                            env=surroundings | {"GRID_STARTED": str(time.time())},
                            stdout=subprocess.PIPE,
                            text=True,
                            check=True,
                            timeout=600,
                        )
                        found = json.loads(done.stdout.splitlines()[-1])
                        show(f"{count:,} images, {edge} px, {scale}x, {arrangement}", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
