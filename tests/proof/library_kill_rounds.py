"""Kills the program (SIGKILL) at random moments of what a person does to a library, and checks that nothing was lost.

    python tests/proof/library_kill_rounds.py --rounds 300 --seed 1

Adds, bulk changes, trash, imports (copied, moved, in place) and a rebuild of a deleted index die in turn: after a random time,
before a random line, or before a random request to the file system or the index. Some recoveries die as well. Ends with status
1 if an invariant broke; the folders of such rounds are kept.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter as Tally
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from file_operations import Counter, counted, die
from library_acts import ACTS, Person, Place
from library_checks import LibraryChecks

from imagegen_desktop.imaging.decode import measure
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

WATCHED: Final = ("/imagegen_desktop/storage/", "/imagegen_desktop/studio/", "/imagegen_desktop/core/")
WAYS: Final = ("delay", "line", "operation")
LONGEST_LIFE: Final = 120.0


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended, the seconds that it lived after it was armed, and what it said at its end."""

    killed: bool
    failed: bool
    seconds: float
    said: dict[str, Any]


class Lines:
    """Counts the lines of the watched modules on every thread, and kills the process at line number `at`."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen = 0

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not any(part in frame.f_code.co_filename for part in WATCHED):
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


@dataclass(frozen=True, slots=True)
class Death:
    """`at` is in seconds, lines or operations; a `how` of "never" counts lines and operations instead."""

    how: str = "never"
    at: float = 0.0

    def arm(self, work: Callable[[], None]) -> dict[str, int]:
        """Do the work, and die in it."""
        lines = Lines(int(self.at) if self.how == "line" else 0)
        operations = Counter(int(self.at) if self.how == "operation" else 0, die)
        with contextlib.ExitStack() as stack:
            if self.how in {"line", "never"}:
                threading.settrace(lines.trace)
                sys.settrace(lines.trace)
            if self.how in {"operation", "never"}:
                stack.enter_context(counted(operations))
            work()
        sys.settrace(None)
        threading.settrace(None)  # pyright: ignore[reportArgumentType] (None takes it away)
        return {"lines": lines.seen, "operations": operations.seen}


def lived(
    work: Callable[[Callable[[], None]], dict[str, Any]],
    *,
    delay: float | None = None,
    then: Callable[[], None] | None = None,
) -> End:
    """Have a child process do the work. It calls what it is given when it is armed, and is killed `delay` seconds later.

    Instead of killing it, `then` is called, if it is given.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 1
        try:
            said = work(lambda: _say(write, b"!"))
            _say(write, json.dumps(said).encode())
            code = 0
        finally:
            if code:
                sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType] (an exception is on its way)
            sys.stderr.flush()
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        armed = stream.read(1)
        begun = time.monotonic()
        alarm = threading.Timer(
            LONGEST_LIFE if delay is None else delay, then or partial(os.kill, child, signal.SIGKILL)
        )
        if armed:
            alarm.start()
        rest = stream.read()
        seconds = time.monotonic() - begun
    # Only then may its number be another's.
    alarm.cancel()
    if armed:
        alarm.join()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    hung = killed and delay is None and seconds >= LONGEST_LIFE
    failed = hung or (not killed and status != 0)
    return End(killed and not hung, failed, seconds, json.loads(rest) if rest and not killed else {})


def _say(pipe: int, words: bytes) -> None:
    while words:
        words = words[os.write(pipe, words) :]


@dataclass(slots=True)
class Summary:
    rounds: int = 0
    acts: Tally[str] = field(default_factory=Tally)
    kills: Tally[str] = field(default_factory=Tally)
    totals: Tally[str] = field(default_factory=Tally)
    problems: list[str] = field(default_factory=list)

    def told(self) -> str:
        rows = [
            ("rounds", self.rounds),
            *((f"killed within {act}", times) for act, times in sorted(self.acts.items())),
            *((f"killed at a random {how}", times) for how, times in sorted(self.kills.items())),
            *sorted(self.totals.items()),
            ("broken invariants", len(self.problems)),
        ]
        return "\n".join(f"{name:<60}{value:>8}" for name, value in rows)


class Rounds:
    """What an act costs in seconds, lines and operations is learned from those that lived."""

    def __init__(self, root: Path, chance: Random) -> None:
        self._root = root
        self._chance = chance
        self._cost: dict[str, dict[str, float]] = {}
        self.summary = Summary()

    def run(self, number: int) -> list[str]:
        folder = self._root / f"{number:04}"
        folder.mkdir()
        place = Place.below(folder)
        act = ACTS[number % len(ACTS)]
        how = self._chance.choice(WAYS) if act in self._cost else "never"
        end = self._life(place, act, Death(how, self._moment(how, act)))
        problems = ["the life failed by itself"] if end.failed else []
        self.summary.rounds += 1
        if end.killed:
            self.summary.acts[act] += 1
            self.summary.kills[how] += 1
        elif how == "never":
            self._cost[act] = {"delay": end.seconds / 4, "line": end.said["lines"], "operation": end.said["operations"]}
        else:
            # It was over before its moment: the next ones die sooner.
            self._cost[act][how] *= 0.8
        problems += self._recoveries(place)
        checked = lived(lambda armed: self._checked(place, armed))
        problems += checked.said.get("problems", ["the checks themselves broke"])
        self.summary.totals.update(checked.said.get("counts", {}))
        self.summary.problems += [f"round {number} ({act}, {how}): {problem}" for problem in problems]
        if not problems:
            shutil.rmtree(folder)
        return problems

    def _moment(self, how: str, act: str) -> float:
        most = self._cost.get(act, {}).get(how, 0.0)
        return self._chance.uniform(0, most) if how == "delay" else self._chance.randint(1, max(1, int(most)))

    def _life(self, place: Place, act: str, death: Death) -> End:
        seed = self._chance.random()

        def living(armed: Callable[[], None]) -> dict[str, Any]:
            person = Person(place, Random(seed))  # noqa: S311 (a plan, not a secret)
            for before in person.chance.sample(ACTS[:6], 3):
                person.act(before)
            armed()
            return death.arm(lambda: person.act(act))

        return lived(living, delay=death.at if death.how == "delay" else None)

    def _recoveries(self, place: Place) -> list[str]:
        problems: list[str] = []
        while self._chance.random() < 0.35:
            death = self._chance.choice(
                [
                    Death("delay", self._chance.uniform(0, 0.1)),
                    Death("line", self._chance.randint(1, 3000)),
                    Death("operation", self._chance.randint(1, 300)),
                ]
            )
            end = lived(
                lambda armed, death=death: self._recovering(place, death, armed),
                delay=death.at if death.how == "delay" else None,
            )
            self.summary.totals["recoveries"] += 1
            self.summary.totals["recoveries killed"] += end.killed
            if end.failed:
                problems.append("a recovery failed by itself")
        return problems

    @staticmethod
    def _recovering(place: Place, death: Death, armed: Callable[[], None]) -> dict[str, Any]:
        def opened() -> None:
            Person(place, Random(0)).teller.close()  # noqa: S311 (it does not choose)

        armed()
        return dict(death.arm(opened))

    @staticmethod
    def _checked(place: Place, armed: Callable[[], None]) -> dict[str, Any]:
        armed()
        checks = LibraryChecks(place)
        checks.run()
        return {"problems": checks.problems, "counts": checks.counts}


def warm_up(root: Path) -> None:
    """Import all that the lives need, in the process that they are forked from, and leave nothing open in it."""
    measure(picture())

    def once(armed: Callable[[], None]) -> dict[str, Any]:
        armed()
        return {}

    place = Place.below(root)
    person = Person(place, Random(0))  # noqa: S311 (it only imports)
    for act in ACTS:
        person.act(act)
    person.teller.close()
    del person
    lived(once)
    shutil.rmtree(root)
    root.mkdir()


def run_rounds(root: Path, rounds: int, seed: int) -> Summary:
    warm_up(root)
    all_rounds = Rounds(root, Random(seed))  # noqa: S311 (a plan, not a secret)
    for number in range(rounds):
        for problem in all_rounds.run(number):
            print(f"round {number}: {problem}", flush=True)
    return all_rounds.summary


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the rounds take place; a temporary one if not given")
    asked = parser.parse_args()
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        if asked.folder is None:
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="library-kill-rounds-")))
        else:
            root = asked.folder
        root = root / "rounds"
        root.mkdir(parents=True, exist_ok=True)
        summary = run_rounds(root, asked.rounds, asked.seed)
    print(summary.told())
    print(f"{'seconds':<60}{time.monotonic() - began:>8.0f}")
    return 1 if summary.problems else 0


if __name__ == "__main__":
    sys.exit(main())
