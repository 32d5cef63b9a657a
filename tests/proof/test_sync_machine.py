"""Whatever several computers do over a place that fails, is wiped or swapped: nothing is lost, and all end equal.

    IMAGEGEN_SYNC_EXAMPLES=1000 IMAGEGEN_SYNC_STEPS=80 python -m pytest tests/proof/test_sync_machine.py -o timeout=3000

is a long run; without them it is a short one.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from remote.computers import Computer
from remote.faulty_store import Bucket, Crash, Fault, FaultyStore, no_fault

from imagegen_desktop.core.albums import ALBUM_ENTITY, DELETED, NAME, TAG_ENTITY
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import ALBUM, FAVOURITE, FILE, NOTE, RATING, TAG, TITLE, TRASHED, Wish
from imagegen_desktop.core.remote import RemoteChangedError, RemoteError
from imagegen_desktop.studio.emptying import Emptying
from imagegen_desktop.studio.syncing import snapshots
from imagegen_desktop.studio.syncing.layout import JOURNALS, ORIGINALS, SNAPSHOTS
from imagegen_desktop.studio.syncing.steps import Deletes, DeletesHeldBack, Freed, NotFreed

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState

EXAMPLES: Final = int(os.environ.get("IMAGEGEN_SYNC_EXAMPLES", "12"))
STEPS: Final = int(os.environ.get("IMAGEGEN_SYNC_STEPS", "30"))
COMPUTERS: Final = 3
WHICH = st.integers(0, COMPUTERS - 1)
SEEDS = st.integers(0, 2**32)
FAULTS: Final = (Fault.BEFORE, Fault.AFTER, Fault.STALE, Fault.CUT, Fault.CORRUPT)
CRASHES: Final = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER)
# A change of one field, with the values that it may get.
EDITS = st.one_of(
    st.tuples(st.just(TITLE), st.sampled_from(["Dusk", "Dawn", ""])),
    st.tuples(st.just(NOTE), st.text(max_size=8)),
    st.tuples(st.just(RATING), st.integers(0, 5)),
    st.tuples(st.just(FAVOURITE), st.booleans()),
    st.tuples(st.sampled_from([TAG + "sea", TAG + "sky", ALBUM + "a", ALBUM + "b"]), st.booleans()),
)
told: dict[str, int] = {}


def _differing(one: Computer, other: Computer) -> list[tuple[ImageState | None, ImageState | None]]:
    ours, theirs = one.states(), other.states()
    both = [(ours.get(image), theirs.get(image)) for image in sorted(ours.keys() | theirs.keys())]
    return [pair for pair in both if pair[0] != pair[1]]


def failing(seed: int, one_in: int, kinds: tuple[Fault, ...]) -> Callable[[str, str], Fault | None]:
    """One request in so many, by its name: whatever the threads' order is, the same ones."""
    seen: dict[tuple[str, str], int] = {}

    def plan(operation: str, key: str) -> Fault | None:
        seen[operation, key] = seen.get((operation, key), 0) + 1
        chance = Random(f"{seed} {operation} {key} {seen[operation, key]}")  # noqa: S311 (a plan, not a secret)
        return chance.choice(kinds) if chance.randrange(one_in) == 0 else None

    return plan


class SharedLibrary(RuleBasedStateMachine):
    """Real folders, databases and logs; the place elsewhere is in memory. The third computer joins at some time."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="sync-")
        self.top = Path(self.folder.name)
        self.bucket = Bucket()
        self.other = Bucket()
        other = Computer(self.top / "other", FaultyStore(self.other))
        other.add()
        other.sync()
        self.other_objects = dict(self.other.objects)
        self.computers = [Computer(self.top / "0", FaultyStore(self.bucket))]
        self.computers[0].sync()
        self.wiped: dict[str, bytes] | None = None
        self.saved: dict[str, bytes] = {}
        self.purged: set[str] = set()
        self.every = snapshots.EVERY
        snapshots.EVERY = 4  # pyright: ignore[reportConstantRedefinition] (else no run is long enough for one)

    def teardown(self) -> None:
        if not hasattr(self, "folder"):
            return
        try:
            self._make_peace()
        finally:
            snapshots.EVERY = self.every  # pyright: ignore[reportConstantRedefinition] (as it was)
            self.folder.cleanup()

    # ---- what people do ----

    def _one(self, which: int) -> Computer:
        return self.computers[which % len(self.computers)]

    def _pick(self, computer: Computer, seed: int) -> str | None:
        ids = sorted(computer.states())
        return ids[seed % len(ids)] if ids else None

    @precondition(lambda self: len(self.computers) < COMPUTERS and self.wiped is None)
    @rule()
    def join(self) -> None:
        name = str(len(self.computers))
        self.computers.append(Computer(self.top / name, FaultyStore(self.bucket), joins=True))

    @rule(which=WHICH, count=st.integers(1, 4))
    def add(self, which: int, count: int) -> None:
        for _ in range(count):
            record = self._one(which).add()
            self.saved[record.id] = self._one(which).file(record.id).read_bytes()

    @rule(which=WHICH, seed=SEEDS, edit=EDITS)
    def edit(self, which: int, seed: int, edit: tuple[str, str | int | bool]) -> None:
        image = self._pick(self._one(which), seed)
        if image is not None:
            self._one(which).set(image, *edit)

    @rule(which=WHICH, name=st.sampled_from(["Cats", "Dogs"]), deleted=st.booleans(), colour=st.booleans())
    def arrange(self, which: int, name: str, *, deleted: bool, colour: bool) -> None:
        wishes = [Wish(f"{ALBUM_ENTITY}a", NAME, name), Wish(f"{ALBUM_ENTITY}b", DELETED, deleted)]
        wishes += [Wish(f"{TAG_ENTITY}sea", "colour", "#0000ff")] if colour else []
        self._one(which).library.apply(wishes)

    @rule(which=WHICH, seed=SEEDS, trashed=st.booleans())
    def trash_or_restore(self, which: int, seed: int, *, trashed: bool) -> None:
        image = self._pick(self._one(which), seed)
        if image is not None:
            self._one(which).set(image, TRASHED, trashed)

    @rule(which=WHICH)
    def trash_nearly_everything(self, which: int) -> None:
        computer = self._one(which)
        computer.library.change(sorted(computer.states())[1:], TRASHED, value=True)

    @rule(which=WHICH)
    def empty_the_trash(self, which: int) -> None:
        computer = self._one(which)
        self.purged |= {image for image, state in computer.states().items() if state.trashed}
        for _ in Emptying(computer.library, computer.trash.discard).trash(CancelToken()):
            pass

    @rule(which=WHICH, seed=SEEDS, name=st.sampled_from(["Harbour.png", "a/b.png", "12:30.png"]))
    def rename_by_hand(self, which: int, seed: int, name: str) -> None:
        computer = self._one(which)
        image = self._pick(computer, seed)
        if image is None or computer.state(image).trashed or not computer.file(image).exists():
            return
        target = computer.library.folder.path / name
        # What lies in the trash may want to go back there.
        if not target.exists() and all(state.path != name for state in computer.states().values()):
            target.parent.mkdir(exist_ok=True)
            computer.file(image).rename(target)
            computer.set(image, FILE, name)

    @rule(which=WHICH)
    def take_away_from_the_systems_trash(self, which: int) -> None:
        self._one(which).trash.there = not self._one(which).trash.there

    @rule(which=WHICH, seed=SEEDS)
    def free(self, which: int, seed: int) -> None:
        computer = self._one(which)
        image = self._pick(computer, seed)
        if image is not None and computer.store.bucket is self.bucket:
            for step in self._tried(computer, lambda: computer.syncing.free([computer.state(image)], CancelToken())):
                assert not isinstance(step, Freed) or self._lies_there(image)
                assert not isinstance(step, NotFreed) or step.reason

    @rule(which=WHICH)
    def fetch(self, which: int) -> None:
        computer = self._one(which)
        self._tried(computer, lambda: computer.syncing.fetch_all(CancelToken()))

    # ---- what goes wrong ----

    @rule(which=WHICH, ahead=st.integers(-(10**9), 10**9))
    def turn_the_clock(self, which: int, ahead: int) -> None:
        self._one(which).now = 1_795_348_800_000 + ahead

    @rule(which=WHICH, seed=SEEDS, one_in=st.integers(2, 12), crashes=st.booleans())
    def sync_over_a_bad_line(self, which: int, seed: int, one_in: int, *, crashes: bool) -> None:
        computer = self._one(which)
        computer.store.plan = failing(seed, one_in, FAULTS + (CRASHES if crashes else ()))
        self._sync(computer)
        computer.store.plan = no_fault

    @rule(which=WHICH, steps=st.integers(1, 12))
    def stop_in_the_middle(self, which: int, steps: int) -> None:
        """The generator is abandoned, as when the program is closed."""
        computer = self._one(which)
        try:
            running = computer.syncing.round(CancelToken())
            for _, _step in zip(range(steps), running, strict=False):
                pass
            running.close()  # pyright: ignore[reportAttributeAccessIssue] (it is a generator)
        except RemoteChangedError:
            assert self.wiped is not None or computer.store.bucket is self.other
        computer.open()

    @rule(which=WHICH, deletes=st.sampled_from([Deletes.ASK, Deletes.ASK, Deletes.ACCEPT, Deletes.REFUSE]))
    def sync(self, which: int, deletes: Deletes) -> None:
        self._sync(self._one(which), deletes)

    @precondition(lambda self: self.wiped is None)
    @rule()
    def wipe_the_bucket(self) -> None:
        self.wiped, self.bucket.objects = self.bucket.objects, {}

    @precondition(lambda self: self.wiped is not None)
    @rule()
    def bring_the_bucket_back(self) -> None:
        if self.wiped is not None:
            self.bucket.objects, self.wiped = self.wiped, None

    @rule(which=WHICH)
    def swap_the_bucket(self, which: int) -> None:
        store = self._one(which).store
        store.bucket = self.bucket if store.bucket is self.other else self.other

    @precondition(lambda self: self.wiped is None)
    @rule(seed=SEEDS)
    def damage_a_segment(self, seed: int) -> None:
        keys = self.bucket.keys(JOURNALS) + self.bucket.keys(SNAPSHOTS)
        if keys:
            key = keys[seed % len(keys)]
            self.bucket.objects[key] = self.bucket.objects[key][: seed % 40]

    # ---- what must hold ----

    def _tried(self, computer: Computer, work: Callable[[], object]) -> list[object]:
        """All steps until the end, a failure of the place elsewhere, or the end of the process."""
        steps: list[object] = []
        try:
            steps += work()  # pyright: ignore[reportOperatorIssue] (a generator of steps)
        except RemoteChangedError:
            # A list that is too old may lack the library's mark as well.
            bad_line = computer.store.plan is not no_fault
            assert bad_line or self.wiped is not None or computer.store.bucket is self.other
        except RemoteError:
            assert computer.store.plan is not no_fault
        except Crash:
            computer.open()
        return steps

    def _sync(self, computer: Computer, deletes: Deletes = Deletes.ASK) -> None:
        before = {path.name: path.stat().st_size for path in computer.files()}
        steps = self._tried(computer, lambda: computer.syncing.round(CancelToken(), deletes=deletes))
        if steps and isinstance(steps[-1], DeletesHeldBack):
            assert {path.name: path.stat().st_size for path in computer.files()} == before

    def _lies_there(self, image: str) -> bool:
        held = [self.bucket.objects[key] for key in self.bucket.keys(ORIGINALS) if image in key]
        return held == [self.saved[image]]

    @invariant()
    def nothing_was_overwritten_there(self) -> None:
        if hasattr(self, "folder"):
            assert self.bucket.overwritten == []
            assert self.other.overwritten == []
            assert self.other.objects == self.other_objects

    @invariant()
    def every_image_that_nobody_deleted_lies_somewhere(self) -> None:
        if not hasattr(self, "folder"):
            return
        told["steps"] = told.get("steps", 0) + 1
        there = {
            hashlib.sha256(data).digest() for data in (*self.bucket.objects.values(), *(self.wiped or {}).values())
        }
        here = {hashlib.sha256(path.read_bytes()).digest() for computer in self.computers for path in computer.files()}
        for image, data in self.saved.items():
            assert image in self.purged or hashlib.sha256(data).digest() in there | here, f"{image} is lost"

    def _make_peace(self) -> None:
        """Faults end, and everybody syncs often enough: all are equal then, and so is whoever joins now."""
        if self.wiped is not None:
            self.bring_the_bucket_back()
        for computer in self.computers:
            computer.store.plan, computer.store.bucket, computer.now = no_fault, self.bucket, None
            computer.open()
        self._sync_twice()
        # What was damaged there is told again by whoever knows it.
        for computer in self.computers:
            list(computer.syncing.verify(CancelToken(), mend=True))
        self._sync_twice()
        self.computers.append(Computer(self.top / "late", FaultyStore(self.bucket), joins=True))
        first, late = self.computers[0], self.computers[-1]
        self._sync_twice()
        for computer in self.computers[1:]:
            assert _differing(computer, first) == []
            assert computer.library.index.shelf() == first.library.index.shelf()
        late.fetch_all()
        for image in self.saved.keys() - self.purged:
            assert image in first.states(), f"{image} is in nobody's library"
            assert late.file(image).read_bytes() == self.saved[image]
        self.nothing_was_overwritten_there()
        told["examples"] = told.get("examples", 0) + 1

    def _sync_twice(self) -> None:
        for computer in (*self.computers, *self.computers):
            computer.sync(deletes=Deletes.ACCEPT)


SharedLibrary.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestSharedLibrary = SharedLibrary.TestCase


def test_the_machine_ran() -> None:
    assert told["examples"] >= EXAMPLES
    print(f"{told['examples']} examples, {told['steps']} steps")
