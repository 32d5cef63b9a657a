"""Kills the program (SIGKILL) at random moments of a sync round, and checks that no image, change or object was lost.

    python tests/proof/sync_kill_rounds.py --rounds 100 --seed 1 --over rclone

Two computers add, change, trash, delete, remove originals here, and sync, over a folder or a real S3 server over TLS; each round
one of them dies: after a random time, before a random line, or before a random request to the file system or a database. After it
both sync again, and a third one joins now and then. Ends with status 1 if an invariant broke.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import sys
import tempfile
import time
from collections import Counter as Tally
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final

if str(Path(__file__).resolve().parents[1]) not in sys.path:
    sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[2])]

from library_kill_rounds import WAYS, Death, End, lived
from remote import servers
from remote.certificates import make_certificate
from remote.computers import Computer

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import FAVOURITE, RATING, TAG, TITLE, TRASHED
from imagegen_desktop.studio.emptying import Emptying
from imagegen_desktop.studio.syncing.steps import Deletes, Finding, Found
from imagegen_desktop.sync.bucket_store import BucketStore
from imagegen_desktop.sync.folder_store import FolderStore
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from imagegen_desktop.sync.remote import RemoteStore

PLACES: Final = ("folder", "rclone", "seaweed")
COMPUTERS: Final = ("one", "two")
JOINS_EVERY: Final = 10
MOST_BYTES: Final = 1 << 26
# Acts of one life, and images that are trashed at most.
ACTS: Final = 4


@contextmanager
def place(kind: str, folder: Path) -> Generator[Callable[[], RemoteStore]]:
    """Gives what makes a store, in whatever process."""
    if kind == "folder":
        there = folder / "elsewhere"
        there.mkdir()
        yield partial(FolderStore, there)
        return
    (folder / "server").mkdir()
    start = {"rclone": servers.rclone, "seaweed": servers.seaweed}[kind]
    with start(folder / "server", *make_certificate(folder)) as server:
        bucket = server.new_bucket()
        yield lambda: BucketStore(server.client(bucket))


@dataclass(slots=True)
class Told:
    """What the computers acknowledged, on disk: the images by their hash, and those that were deleted for good."""

    file: Path

    def add(self, kind: str, image: str, value: object = None) -> None:
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, json.dumps([kind, image, value]).encode() + b"\n")
        finally:
            os.close(descriptor)

    def read(self) -> list[list[Any]]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []


class Person:
    """At one computer."""

    def __init__(self, computer: Computer, told: Told, chance: Random) -> None:
        self.computer = computer
        self._told = told
        self._chance = chance

    def live(self) -> None:
        for _ in range(ACTS):
            self._chance.choice(
                [self._add, self._add, self._change, self._change, self._trash, self._empty, self._free]
            )()
        self.computer.sync(deletes=Deletes.ACCEPT)

    def _add(self) -> None:
        data = picture(
            (self._chance.randrange(256), self._chance.randrange(256), self._chance.randrange(256)),
            size=(self._chance.randint(8, 200), self._chance.randint(8, 200)),
        )
        record = self.computer.add("A kite", data)
        self._told.add("added", record.id, hashlib.sha256(data).hexdigest())

    def _some(self) -> str | None:
        ids = sorted(self.computer.states())
        return self._chance.choice(ids) if ids else None

    def _change(self) -> None:
        image = self._some()
        if image is not None:
            name, value = self._chance.choice(
                [(TITLE, f"Title {self._chance.random()}"), (RATING, 3), (FAVOURITE, True), (TAG + "sea", True)]
            )
            self.computer.set(image, name, value)

    def _trash(self) -> None:
        image = self._some()
        if image is not None:
            self.computer.set(image, TRASHED, self._chance.random() < 0.5)

    def _empty(self) -> None:
        doomed = [state for state in self.computer.states().values() if state.trashed][:2]
        for state in doomed:
            # Before it is done: from here on it may be gone.
            self._told.add("purged", state.id)
        for _ in Emptying(self.computer.library, lambda _path: False).images(tuple(doomed), CancelToken()):
            pass

    def _free(self) -> None:
        image = self._some()
        if image is not None:
            for _ in self.computer.syncing.free([self.computer.state(image)], CancelToken()):
                pass


@dataclass(slots=True)
class Summary:
    rounds: int = 0
    kills: Tally[str] = field(default_factory=Tally)
    totals: Tally[str] = field(default_factory=Tally)
    problems: list[str] = field(default_factory=list)

    def told(self) -> str:
        rows = [
            ("rounds", self.rounds),
            *((f"killed at a random {how}", count) for how, count in sorted(self.kills.items())),
        ]
        rows += [*sorted(self.totals.items()), ("broken invariants", len(self.problems))]
        return "\n".join(f"{name:<60}{value:>8}" for name, value in rows)


class Rounds:
    """What a life costs in seconds, lines and operations is learned from one that lived."""

    def __init__(self, root: Path, make_store: Callable[[], RemoteStore], chance: Random) -> None:
        self._root = root
        self._make_store = make_store
        self._chance = chance
        self._told = Told(root / "told.jsonl")
        self._cost: dict[str, float] = {}
        # What lay there after the last round, by key: its hash.
        self._there: dict[str, str] = {}
        self.summary = Summary()

    def run(self, number: int) -> list[str]:
        name = COMPUTERS[number % 2] if number > 1 else COMPUTERS[0]
        how = self._chance.choice(WAYS) if self._cost else "never"
        most = self._cost.get(how, 0.0)
        at = self._chance.uniform(0, most) if how == "delay" else self._chance.randint(1, max(1, int(most)))
        end = self._life(name, Death(how, at))
        problems = ["the life failed by itself"] if end.failed else []
        self.summary.rounds += 1
        if end.killed:
            self.summary.kills[how] += 1
        elif how == "never":
            self._cost = {"delay": end.seconds / 3, "line": end.said["lines"], "operation": end.said["operations"]}
        checked = lived(lambda armed: self._checked(number, armed))
        problems += checked.said.get("problems", ["the checks themselves broke"])
        self._there = checked.said.get("there", self._there)
        self.summary.totals.update(checked.said.get("counts", {}))
        self.summary.problems += [f"round {number} ({name}, {how}): {problem}" for problem in problems]
        return problems

    @contextmanager
    def _computer(self, name: str, *, joins: bool = False) -> Generator[Computer]:
        store = self._make_store()
        top = self._root / name
        try:
            yield Computer(top, store, joins=joins or (name != COMPUTERS[0] and not top.exists()))
        finally:
            store.close()

    def _life(self, name: str, death: Death) -> End:
        seed = self._chance.random()

        def living(armed: Callable[[], None]) -> dict[str, Any]:
            with self._computer(name) as computer:
                person = Person(computer, self._told, Random(seed))  # noqa: S311 (a plan, not a secret)
                armed()
                return death.arm(person.live)

        return lived(living, delay=death.at if death.how == "delay" else None)

    # ---- checks, in a process of their own ----

    def _checked(self, number: int, armed: Callable[[], None]) -> dict[str, Any]:
        armed()
        problems: list[str] = []
        with contextlib.ExitStack() as stack:
            computers = [stack.enter_context(self._computer(name)) for name in COMPUTERS]
            for computer in computers:
                # As every start does after an end that was none.
                computer.library.sweep(lambda _image: None, datetime.now(UTC))
            for computer in (*computers, *computers):
                computer.sync(deletes=Deletes.ACCEPT)
            if number % JOINS_EVERY == JOINS_EVERY - 1:
                late = stack.enter_context(self._computer(f"late {number}", joins=True))
                late.sync()
                computers.append(late)
            first = computers[0]
            for other in computers[1:]:
                ours, theirs = first.states(), other.states()
                odd = [image for image in ours.keys() | theirs.keys() if ours.get(image) != theirs.get(image)]
                problems += [
                    f"{one} on {first.top.name} {ours.get(one)}, on {other.top.name} {theirs.get(one)}" for one in odd
                ]
            problems += self._lost(computers)
            there = self._objects(first.store)
            problems += self._overwritten(there)
            problems += [
                f"{step.what}: {step.finding}"
                for step in first.syncing.verify(CancelToken(), read_back=number % JOINS_EVERY == 0)
                if isinstance(step, Found) and step.finding is not Finding.NOT_HERE
            ]
            left = [path.name for computer in computers for path in computer.files() if path.name.startswith(".tmp-")]
            counts = {"halves of killed writers": len(left), "objects compared": len(there)}
        return {"problems": problems, "there": there, "counts": counts}

    def _lost(self, computers: list[Computer]) -> Iterator[str]:
        told = self._told.read()
        purged = {image for kind, image, _ in told if kind == "purged"}
        for computer in computers:
            states = computer.states()
            computer.fetch_all()
            for kind, image, sha256 in told:
                if kind != "added" or image in purged:
                    continue
                if image not in states:
                    yield f"{image} is not in the library of {computer.top.name}"
                elif hashlib.sha256(computer.file(image).read_bytes()).hexdigest() != sha256:
                    yield f"{image} became another on {computer.top.name}"

    def _objects(self, store: RemoteStore) -> dict[str, str]:
        return {one.key: hashlib.sha256(store.get(one.key, limit=MOST_BYTES)).hexdigest() for one in store.list("")}

    def _overwritten(self, there: dict[str, str]) -> Iterator[str]:
        purged = {image for kind, image, _ in self._told.read() if kind == "purged"}
        for key, sha256 in self._there.items():
            if key not in there and not any(image in key for image in purged):
                yield f"the object {key} is gone"
            elif there.get(key, sha256) != sha256:
                yield f"the object {key} was overwritten"


def run_rounds(root: Path, rounds: int, seed: int, kind: str) -> Summary:
    # Before the lives are forked.
    import boto3  # noqa: F401, PLC0415 (said above)

    with place(kind, root) as make_store:
        all_rounds = Rounds(root, make_store, Random(seed))  # noqa: S311 (a plan, not a secret)
        for number in range(rounds):
            for problem in all_rounds.run(number):
                print(f"round {number}: {problem}", flush=True)
        return all_rounds.summary


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--over", choices=PLACES, default="folder", help="the place elsewhere")
    asked = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sync-kill-rounds-") as root:
        summary = run_rounds(Path(root), asked.rounds, asked.seed, asked.over)
    print(summary.told())
    print(f"{'seconds':<60}{time.monotonic() - began:>8.0f}")
    return 1 if summary.problems else 0


if __name__ == "__main__":
    sys.exit(main())
