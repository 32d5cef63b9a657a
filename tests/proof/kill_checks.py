"""What must be true after the last recovery of a round, however its processes died."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import ChargeState
from imagegen_desktop.core.jobs import Job, JobState
from imagegen_desktop.core.places import View
from imagegen_desktop.core.records import Origin
from imagegen_desktop.imaging.decode import UndecodableError, measure
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.outbox import Outbox
from standin import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kill_plan import Plan, PlannedJob, PlannedStandIn

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """How the disk looked right after the first death: each job's spool and its row. `killed` is False for a whole life."""

    killed: bool
    spools: dict[str, bytes]
    jobs: dict[str, Job]


def snapshot(folder: Path, *, killed: bool) -> Snapshot:
    data = folder / "data"
    spools = {path.stem: path.read_bytes().rstrip(b"\0") for path in (data / "spool").glob("*.body")}
    jobs = Ledger(data / "ledger.sqlite").jobs()
    return Snapshot(killed=killed, spools=spools, jobs={job.id: job for job in jobs})


@dataclass(slots=True)
class Found:
    """`problems` is empty where all is well; the rest is counted for the summary."""

    problems: list[str]
    saved_live: int = 0
    recovered: int = 0
    previews: int = 0
    unknown: int = 0
    in_flight: int = 0


class Checks:
    """Compares the folder with the stand-in, which must have stopped: until then it may still bill."""

    def __init__(self, folder: Path, plan: Plan, server: PlannedStandIn, first: Snapshot) -> None:
        self._folder = folder
        self._plan = plan
        self._server = server
        self._first = first
        self._library: Library = open_library(folder / "library", folder / "data")
        self._states: list[ImageState] = list(self._library.index.newest(View(), 10_000))
        self._jobs = {job.id: job for job in Ledger(folder / "data" / "ledger.sqlite").jobs()}
        self._told = (folder / "told").read_text().split() if (folder / "told").exists() else []

    def run(self) -> Found:
        found = Found(list(self._problems()))
        before = {job.id for job in self._first.jobs.values() if job.state.is_end}
        for state in self._states:
            if state.record.origin is Origin.PREVIEW:
                found.previews += 1
            elif state.id in self._told and state.record.job in before:
                found.saved_live += 1
            else:
                found.recovered += 1
        found.unknown = sum(job.charge is ChargeState.UNKNOWN for job in self._jobs.values())
        found.in_flight = sum(self._was_open(job) for job in self._plan.jobs)
        return found

    def whole_at_the_kill(self) -> int:
        """The pictures that were whole in a spool when the process was killed."""
        return sum(
            self._first.killed and self._was_whole(job, image)
            for job in self._plan.jobs
            for image in self._server.billed_pictures(job.id)
        )

    def _problems(self) -> Iterator[str]:
        yield from self._about_files()
        for job in self._plan.jobs:
            if job.id not in self._jobs:
                if not self._first.killed or self._server.requests_of(job.id):
                    yield f"{job.id} is not in the ledger"
                continue
            yield from (f"{job.id} ({job.fault}, n={job.count}): {problem}" for problem in self._about(job))

    # ---- the folder ----

    def _about_files(self) -> Iterator[str]:
        ids = {state.id for state in self._states}
        for image in self._told:
            if image not in ids:
                yield f"the announced picture {image} is gone"
        for state in self._states:
            if hashlib.sha256(self._library.read(state)).hexdigest() != state.record.sha256:
                yield f"the record of {state.id} lies"
        files = [path for path in (self._folder / "library").glob("2*/*/*") if not path.name.startswith(".tmp-")]
        records = list(self._library.folder.records.glob("??/*.json"))
        if not len(files) == len(records) == len(self._states):
            yield f"{len(files)} files, {len(records)} records, {len(self._states)} in the index"
        finished = Counter(state.record.sha256 for state in self._states if state.record.origin is Origin.GENERATED)
        yield from (f"{sha256} is there {times} times" for sha256, times in finished.items() if times > 1)
        made = {hashlib.sha256(image).hexdigest() for image in self._server.images}
        yield from (f"{sha256} was never made" for sha256 in finished.keys() - made)
        pending = Outbox(self._folder / "data" / "outbox.sqlite").pending(self._library.id)
        if pending != len(self._states):
            yield f"{pending} of {len(self._states)} wait for the upload"

    # ---- one job ----

    def _about(self, planned: PlannedJob) -> Iterator[str]:
        job = self._jobs[planned.id]
        requests = self._server.requests_of(planned.id)
        billed = self._server.billed_pictures(planned.id)
        if len(requests) > 1:
            yield f"sent {len(requests)} times"
        if job.state is JobState.STAGED:
            if requests or job.charge is not ChargeState.FREE:
                yield f"staged, but {len(requests)} requests came and the charge is {job.charge}"
            return
        if not job.state.is_end:
            yield f"still {job.state}"
        yield from self._about_money(planned, job, billed)
        yield from self._about_pictures(planned, job, billed)
        left = [path.name for path in (self._folder / "data" / "spool").glob(f"{planned.id}.*")]
        if left:
            yield f"the spool still has {left}"

    def _about_money(self, planned: PlannedJob, job: Job, billed: list[bytes]) -> Iterator[str]:
        disturbed = planned.uncertain or self._was_open(planned)
        match job.charge:
            case ChargeState.FREE if billed:
                yield f"billed for {len(billed)}, but called free ({job.state})"
            case ChargeState.PAID if not billed:
                yield "not billed, but called paid"
            case ChargeState.UNKNOWN if not disturbed:
                yield f"undisturbed, but its charge is unknown ({job.state}, {job.error})"
            case _:
                pass
        costs = [state.record.cost for state in self._of(job) if state.record.cost is not None]
        if job.cost is not None and planned.harmless and not self._was_open(planned) and sum(costs) != job.cost:
            yield f"the pictures cost {sum(costs)}, the job {job.cost}"
        if job.cost is not None and costs and job.cost > 2 * len(billed) * max(costs):
            yield f"the job cost {job.cost}, each picture {costs}"

    def _about_pictures(self, planned: PlannedJob, job: Job, billed: list[bytes]) -> Iterator[str]:
        here = [state for state in self._of(job) if state.record.origin is Origin.GENERATED]
        hashes = {state.record.sha256 for state in here}
        if here and job.state is not JobState.SAVED:
            yield f"{len(here)} pictures are there, but it is {job.state}"
        if planned.harmless and not self._was_open(planned) and job.state is not JobState.STAGED:
            if len(here) != planned.due:
                yield f"{len(here)} of {planned.due} pictures are there ({job.state}, {job.error})"
            elif sorted(hashes) != sorted(hashlib.sha256(image).hexdigest() for image in billed):
                yield "other pictures than those made"
        for state in here:
            if hashlib.sha256(billed[state.record.position]).hexdigest() != state.record.sha256:
                yield f"a picture stands at another position than {state.record.position}"
        yield from self._about_what_arrived(planned, job, billed, hashes)
        last = {state.record.position for state in self._of(job) if state.record.origin is Origin.PREVIEW}
        if last & {state.record.position for state in here}:
            yield "a preview is kept beside its picture"

    def _about_what_arrived(self, planned: PlannedJob, job: Job, billed: list[bytes], here: set[str]) -> Iterator[str]:
        for number, image in enumerate(billed):
            if self._was_whole(planned, image) and hashlib.sha256(image).hexdigest() not in here:
                yield f"picture {number} was whole in the spool at the kill, but is not in the library ({job.state})"
        cut = planned.fault in {Fault.CUT_BODY, Fault.BAD_JSON} and not planned.previews
        # Half of an answer of three pictures holds one.
        if cut and planned.count > 2 and job.state.is_end and not self._was_open(planned) and not here:
            yield "half of the answer arrived, but no picture of it is in the library"

    def _of(self, job: Job) -> list[ImageState]:
        return [state for state in self._states if state.record.job == job.id]

    def _was_open(self, planned: PlannedJob) -> bool:
        """Whether it was on its way when the process was killed."""
        job = self._first.jobs.get(planned.id)
        return self._first.killed and (job is None or not job.state.is_end)

    def _was_whole(self, planned: PlannedJob, image: bytes) -> bool:
        """Whether the last byte of a picture that can be opened, or of its link, was in the spool at the kill."""
        body = self._first.spools.get(planned.id, b"")
        link = self._server.link_of(image)
        if base64.b64encode(image) + b'"' not in body and (link is None or f'{link}"'.encode() not in body):
            return False
        try:
            measure(image)
        except UndecodableError:
            return False
        return True
