"""Kills the app's core at random moments while it generates and recovers, and checks that nothing paid for was lost.

    python tests/proof/kill_rounds.py --rounds 300 --seed 1

The stand-in's server runs in this process; every life that generates or recovers is a process of its own. Ends with status 1
if an invariant broke; the folders of such rounds are kept.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from json import loads
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Self

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parents[1]))

from kill_checks import Checks, Found, Snapshot, snapshot
from kill_children import Life, as_order
from kill_plan import Plan, PlannedStandIn, planned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

HERE = Path(__file__).resolve().parent
# How a process dies, and how often.
WAYS = (("delay", 10), ("write", 6), ("line", 6), ("never", 1))


class Births:
    """The process that gives birth to all others: it has imported what they need."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "kill_children.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(HERE.parents[1]), str(HERE.parent)))},
        )
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _problem: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def live(self, *lives: Life) -> list[dict[str, Any]]:
        """How each life ended, once all have."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(as_order(lives))
        self._process.stdin.flush()
        return loads(self._process.stdout.readline())


@dataclass(slots=True)
class Summary:
    rounds: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    phases: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)

    def add(self, found: Found) -> None:
        self.rounds += 1
        for name in ("saved_live", "recovered", "previews", "unknown", "in_flight"):
            self.totals[name] += getattr(found, name)

    def told(self) -> str:
        rows = [
            ("rounds", self.rounds),
            *((f"kills of a life that generates, by {how}", times) for how, times in sorted(self.kills.items())),
            *((f"  jobs {phase} at such a kill", times) for phase, times in sorted(self.phases.items())),
            ("kills of a recovery", self.totals["recoveries_killed"]),
            ("recoveries", self.totals["recoveries"]),
            ("requests that reached the service", self.totals["requests"]),
            ("pictures billed", self.totals["billed"]),
            ("pictures whole in a spool at the kill", self.totals["whole"]),
            ("pictures saved by jobs that ended", self.totals["saved_live"]),
            ("pictures of jobs cut by a kill, in the library at the end", self.totals["recovered"]),
            ("previews kept", self.totals["previews"]),
            ("charges unknown, each explained", self.totals["unknown"]),
            ("broken invariants", len(self.problems)),
        ]
        return "\n".join(f"{name:<60}{value:>8}" for name, value in rows)


class Rounds:
    """One after another, in folders below `root`. What a life costs in seconds and lines is learned from the whole ones."""

    def __init__(self, root: Path, chance: Random, births: Births) -> None:
        self._root = root
        self._chance = chance
        self._births = births
        self._life_seconds = 1.0
        self.summary = Summary()

    def run(self, number: int) -> list[str]:
        plan = planned(self._chance, number)
        folder = self._root / f"{number:04}"
        folder.mkdir()
        server = PlannedStandIn(plan)
        with server:
            first = self._first_life(folder, plan, server)
            # Whoever stalls is let go: nobody listens any more, and the bill must be whole before it is read.
            server.release()
            problems = self._recoveries(folder, server)
        checks = Checks(folder, plan, server, first)
        found = checks.run()
        problems += found.problems
        self.summary.add(found)
        self.summary.totals["requests"] += sum(received.method == "POST" for received in server.requests)
        self.summary.totals["billed"] += len(server.images)
        self.summary.totals["whole"] += checks.whole_at_the_kill()
        self.summary.problems += [f"round {number}: {problem}" for problem in problems]
        if not problems:
            shutil.rmtree(folder)
        return problems

    def _first_life(self, folder: Path, plan: Plan, server: PlannedStandIn) -> Snapshot:
        names, weights = zip(*WAYS, strict=True)
        how = self._chance.choices(names, weights)[0]
        moment = {
            "delay": self._chance.uniform(0, self._life_seconds),
            "write": self._chance.randint(1, 20),
            "line": self._chance.randint(1, 1200),
            "never": 0,
        }[how]
        jobs = [job.as_request() for job in plan.jobs]
        life = Life(folder=str(folder), base_url=server.base_url, jobs=jobs, threads=plan.threads, how=how, at=moment)
        (end,) = self._births.live(life)
        if end["failed"]:
            raise RuntimeError(f"a life failed by itself: {life}")
        if not end["killed"]:
            # Slow lives should not stretch the delays of the quick ones for ever.
            self._life_seconds = 0.7 * self._life_seconds + 0.3 * min(3.0, end["seconds"])
        first = snapshot(folder, killed=end["killed"])
        if end["killed"]:
            self.summary.kills[how] += 1
            self.summary.phases += Counter(str(job.state) for job in first.jobs.values())
        return first

    def _recoveries(self, folder: Path, server: PlannedStandIn) -> list[str]:
        """Some die as well, some run two at a time; the last one does neither."""
        plain = Life(folder=str(folder), base_url=server.base_url)
        groups: list[Sequence[Life]] = []
        while self._chance.random() < 0.35:
            how, moment = self._chance.choice(
                [("delay", self._chance.uniform(0, 0.15)), ("line", float(self._chance.randint(1, 900)))]
            )
            groups.append([Life(folder=plain.folder, base_url=plain.base_url, how=how, at=moment)])
        if self._chance.random() < 0.25:
            groups.append([plain, plain])
        groups.append([plain])
        problems: list[str] = []
        for group in groups:
            for end in self._births.live(*group):
                self.summary.totals["recoveries"] += 1
                self.summary.totals["recoveries_killed"] += end["killed"]
                if end["failed"]:
                    problems.append("a recovery failed by itself")
        return problems


def run_rounds(root: Path, rounds: int, seed: int) -> Summary:
    with Births() as births:
        all_rounds = Rounds(root, Random(seed), births)  # noqa: S311 (a plan, not a secret)
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
            root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kill-rounds-")))
        else:
            root = asked.folder
            root.mkdir(parents=True, exist_ok=True)
        summary = run_rounds(root, asked.rounds, asked.seed)
    print(summary.told())
    print(f"{'seconds':<60}{time.monotonic() - began:>8.0f}")
    return 1 if summary.problems else 0


if __name__ == "__main__":
    sys.exit(main())
