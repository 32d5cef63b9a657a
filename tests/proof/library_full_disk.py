"""Fills a small disk to within some kilobytes, for every so many, and lets a person work with a library that lies on it.

    python tests/proof/library_full_disk.py [--step 4]

Needs an administrator, who may mount a tmpfs. What does not fit must be told in one sentence, nothing acknowledged may be lost,
no row may lie, and with room again the library works on. Ends with status 1 if one of these broke.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from library_acts import ACTS, Person, Place
from library_checks import LibraryChecks
from nth_failure import base
from small_disk import fill, small_disk

from imagegen_desktop.core.errors import DiskFullError, ImagegenError

SEED = 5
MEGABYTES = 24
FEW = (6, 9)
KILOBYTE = 1024


@dataclass(slots=True)
class Outcome:
    """`told` counts the sentences that came; `problems` is empty where all is well. `needed` is in kB, by act."""

    tried: int = 0
    told: Tally[str] = field(default_factory=Tally)
    needed: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def until_it_fits(disk: Path, beside: Path, act: str, step: int, outcome: Outcome) -> None:
    """With ever more room, until nothing failed in three tries."""
    room, whole = 0, 0
    while whole < 3:
        failed = try_once(disk, beside / f"{act} {room}", act, room, outcome)
        whole = 0 if failed else whole + 1
        room += step
    outcome.needed[act] = room - 3 * step


def try_once(disk: Path, told: Path, act: str, room: int, outcome: Outcome) -> bool:
    """Whether it failed for want of room; `room` is in kB."""
    shutil.copytree(told.parent / "base", told)
    for name in ("library", "data", "sources"):
        shutil.move(told / name, disk / name)
    place = Place(disk / "library", disk / "data", told / "told")
    person = Person(place, Random(SEED), sizes=FEW)  # noqa: S311 (the same choices each time)
    work = person.prepared(act)
    spare = disk / "spare"
    spare.write_bytes(b"x" * room * KILOBYTE)
    filling = fill(disk)
    spare.unlink()
    what, failed = f"{act}, {room} kB", False
    try:
        work()
    except ImagegenError as error:
        failed = True
        outcome.told[error.title] += 1
        if not isinstance(error, DiskFullError) or not error.advice:
            outcome.problems.append(f"{what}: told as {error!r}")
    except (OSError, sqlite3.Error) as error:
        failed = True
        outcome.problems.append(f"{what}: {error!r} came bare")
    person.teller.close()
    del person, work
    filling.unlink()
    checks = LibraryChecks(place)
    checks.run()
    outcome.tried += 1
    outcome.problems += [f"{what}: {problem}" for problem in checks.problems]
    for name in ("library", "data", "sources"):
        shutil.rmtree(disk / name)
    return failed


def run(root: Path, *, step: int, acts: tuple[str, ...] = ACTS) -> Outcome:
    base(root / "base")
    outcome = Outcome()
    with small_disk(root / "disk", MEGABYTES) as disk:
        for act in acts:
            until_it_fits(disk, root, act, step, outcome)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--step", type=int, default=4, help="how much more room there is each time, in kB")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="full-disk-") as root:
        outcome = run(Path(root), step=asked.step)
    for problem in outcome.problems:
        print(problem)
    for act, kilobytes in outcome.needed.items():
        print(f"{act + ': kB that it takes':<60}{kilobytes:>8}")
    print(f"{'tries':<60}{outcome.tried:>8}")
    for title, times in outcome.told.most_common():
        print(f"told: {title:<54}{times:>8}")
    print(f"{'broken invariants':<60}{len(outcome.problems):>8}")
    print(f"{'seconds':<60}{time.monotonic() - began:>8.0f}")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
