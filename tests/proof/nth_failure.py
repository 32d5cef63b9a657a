"""Has the n-th request to the file system or the index fail, for every n, while a person works with a library.

    python tests/proof/nth_failure.py [--every 1] [--full]

Each failure must come as one sentence with its advice, or be made good in silence; nothing acknowledged may be lost, no row may
lie, and the library works on. Ends with status 1 if one of these broke.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from file_operations import WRITING, Counter, break_down, counted
from library_acts import ACTS, Person, Place
from library_checks import LibraryChecks

from imagegen_desktop.core.errors import DiskFullError, ImagegenError

if TYPE_CHECKING:
    from collections.abc import Callable

FEW = (3, 5)
SEED = 5


@dataclass(slots=True)
class Outcome:
    """`told` counts the sentences that came, `silent` the failures that were made good; `problems` is empty where all is well."""

    tried: int = 0
    silent: int = 0
    told: Tally[str] = field(default_factory=Tally)
    operations: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def fill_up(name: str) -> None:
    """As a medium on which nothing more fits."""
    if name.startswith("sql"):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def base(folder: Path) -> None:
    """A small library with a past."""
    folder.mkdir()
    person = Person(Place.below(folder), Random(SEED), sizes=FEW)  # noqa: S311 (choices, no secrets)
    for act in ("add", "import copy", "import in place", "organise", "trash", "add"):
        person.act(act)
    person.teller.close()


def try_all(root: Path, act: str, fail: Callable[[str], None], every: int, outcome: Outcome) -> None:
    """The act on a copy of the base, once for each request, until it ends without having met the failure."""
    at = 1
    while True:
        folder = root / f"{act} {at}"
        shutil.copytree(root / "base", folder)
        kinds = WRITING if fail is fill_up else None
        counter = one_failure(Place.below(folder), act, Counter(at, fail, kinds), outcome)
        shutil.rmtree(folder)
        if not counter.struck:
            outcome.operations[act] = counter.seen
            return
        at += every


def one_failure(place: Place, act: str, counter: Counter, outcome: Outcome) -> Counter:
    person = Person(place, Random(SEED), sizes=FEW)  # noqa: S311 (the same choices each time)
    work = person.prepared(act)
    what = f"{act}, request {counter.at}"
    try:
        with counted(counter):
            work()
    except ImagegenError as error:
        outcome.told[error.title] += 1
        if not error.title or not error.advice:
            outcome.problems.append(f"{what} ({counter.struck}): {error!r} has no words")
        if isinstance(error, DiskFullError) != (counter.act is fill_up):
            outcome.problems.append(f"{what} ({counter.struck}): told as {type(error).__name__}")
    except (OSError, sqlite3.Error) as error:
        outcome.problems.append(f"{what} ({counter.struck}): {error!r} came bare")
    else:
        outcome.silent += counter.struck != ""
    person.teller.close()
    del person, work
    checks = LibraryChecks(place)
    checks.run()
    outcome.tried += counter.struck != ""
    outcome.problems += [f"{what} ({counter.struck}): {problem}" for problem in checks.problems]
    return counter


def run(root: Path, *, every: int = 1, full: bool = False, acts: tuple[str, ...] = ACTS) -> Outcome:
    base(root / "base")
    outcome = Outcome()
    for act in acts:
        try_all(root, act, fill_up if full else break_down, every, outcome)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--every", type=int, default=1, help="only each so manieth request")
    parser.add_argument("--full", action="store_true", help="as a full disk says it, not as a broken one")
    parser.add_argument("--acts", nargs="+", default=list(ACTS), choices=ACTS)
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nth-failure-") as root:
        outcome = run(Path(root), every=asked.every, full=asked.full, acts=tuple(asked.acts))
    for problem in outcome.problems:
        print(problem)
    for act, count in outcome.operations.items():
        print(f"{act + ': requests':<60}{count:>8}")
    print(f"{'failures':<60}{outcome.tried:>8}")
    print(f"{'made good in silence':<60}{outcome.silent:>8}")
    for title, times in outcome.told.most_common():
        print(f"told: {title:<54}{times:>8}")
    print(f"{'broken invariants':<60}{len(outcome.problems):>8}")
    print(f"{'seconds':<60}{time.monotonic() - began:>8.0f}")
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
