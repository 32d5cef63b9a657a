"""Cuts the power of a disk while a person works with a library that lies on it, and looks at what the disk still holds.

    python tests/proof/library_power_cuts.py [--rounds 20] [--seed 1]

Needs an administrator: an ext4 file system in a file is mounted, and told (FS_IOC_SHUTDOWN) to forget what was not forced to it.
What was acknowledged must be there after it, and no row may lie. Ends with status 1 if one of these broke.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter as Tally
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from library_acts import ACTS, Person, Place
from library_checks import LibraryChecks
from library_kill_rounds import lived, warm_up

from imagegen_desktop.core.errors import ImagegenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# FS_IOC_SHUTDOWN with NOLOGFLUSH: linux/fs.h, and what xfstests calls XFS_IOC_GOINGDOWN.
SHUTDOWN: Final = 0x8004587D
NO_LOG_FLUSH: Final = (2).to_bytes(4, sys.byteorder)
MEGABYTES: Final = 300
LONGEST: Final = 1.5


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "loop", str(image), str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def cut(folder: Path) -> None:
    """From now on the file system refuses everything, and what was not forced to the medium is lost."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.ioctl(descriptor, SHUTDOWN, NO_LOG_FLUSH)
    finally:
        os.close(descriptor)


def work(place: Place, seed: float, armed: Callable[[], None]) -> dict[str, Any]:
    """One act after the other, until the disk refuses."""
    person = Person(place, Random(seed), sizes=(3, 20, 40))  # noqa: S311 (a plan, no secret)
    armed()
    done = 0
    try:
        while True:
            doing = person.prepared(person.chance.choice(ACTS))
            # The person's own files are none of the program's business.
            os.sync()
            doing()
            done += 1
    except (ImagegenError, OSError):
        return {"acts": done}


def one_round(root: Path, number: int, chance: Random, totals: Tally[str]) -> list[str]:
    image, disk, beside = root / f"{number}.ext4", root / "disk", root / f"round {number}"
    disk.mkdir(exist_ok=True)
    beside.mkdir()
    with image.open("wb") as file:
        file.truncate(MEGABYTES * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
    place = Place(disk / "library", disk / "data", beside / "told")
    seed, after = chance.random(), chance.uniform(0.05, LONGEST)
    with mounted(image, disk):
        end = lived(lambda armed: work(place, seed, armed), delay=after, then=lambda: cut(disk))
    totals["acts that ended before the cut"] += end.said.get("acts", 0)
    problems = ["the life failed by itself"] if end.failed else []
    with mounted(image, disk):
        checked = lived(lambda armed: looked(place, armed))
    problems += checked.said.get("problems", ["the checks themselves broke"])
    totals.update(checked.said.get("counts", {}))
    image.unlink()
    return [f"round {number}: {problem}" for problem in problems]


def looked(place: Place, armed: Callable[[], None]) -> dict[str, Any]:
    armed()
    checks = LibraryChecks(place)
    checks.run()
    return {"problems": checks.problems, "counts": checks.counts}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    began, totals, problems = time.monotonic(), Tally[str](), list[str]()
    with tempfile.TemporaryDirectory(prefix="power-cuts-") as root:
        (Path(root) / "warm").mkdir()
        warm_up(Path(root) / "warm")
        chance = Random(asked.seed)  # noqa: S311 (a plan, no secret)
        for number in range(asked.rounds):
            found = one_round(Path(root), number, chance, totals)
            problems += found
            for problem in found:
                print(problem, flush=True)
    print(f"{'power cuts':<60}{asked.rounds:>8}")
    for name, count in sorted(totals.items()):
        print(f"{name:<60}{count:>8}")
    print(f"{'broken invariants':<60}{len(problems):>8}")
    print(f"{'seconds':<60}{time.monotonic() - began:>8.0f}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
