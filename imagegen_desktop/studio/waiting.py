"""Keep the queue on disk: stage what waits, bring back what an earlier run left, and tell what became of the latest jobs."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import ChargeState, StorageError
from imagegen_desktop.core.jobs import Job, JobState
from imagegen_desktop.core.requests import GenerationRequest
from imagegen_desktop.storage.files import storage_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.ledger import Ledger
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.spool import Spools

# The fewest earlier jobs that tell how long the next one takes.
LEARNED_FROM: Final = 3
LATEST: Final = 60


@dataclass(frozen=True, slots=True)
class Staged:
    """These jobs are on disk, and may be sent from now on."""

    jobs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """`free` bytes are left on the fuller of the two disks; `expected` seconds is what such a job took before, if known."""

    job: str
    free: int
    expected: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What an earlier run of the program left: `waiting` was never sent, `unfinished` was, and its end is not known."""

    waiting: tuple[GenerationRequest, ...]
    unfinished: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """One job of the past and, where it is in this library, its first picture's id."""

    job: Job
    image: str


@dataclass(frozen=True, slots=True)
class Activity:
    """The latest jobs that ended, newest first."""

    past: tuple[Past, ...]


class WaitingRoom:
    """The queue of one library on disk. Every method raises StorageError and its family.

    `is_alive` says whether the program of that name runs. `data` is the folder of the ledger and the spool.
    """

    def __init__(
        self,
        library: Library,
        *,
        ledger: Ledger,
        spools: Spools,
        data: Path,
        is_alive: Callable[[str], bool],
        free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
    ) -> None:
        self._library = library
        self._ledger = ledger
        self._spools = spools
        self._data = data
        self._is_alive = is_alive
        self._free_bytes = free_bytes

    def stage(
        self, requests: tuple[GenerationRequest, ...], cancel: CancelToken, *, front: bool = False
    ) -> Iterator[Staged]:
        """Not cut in half by a cancel: what was asked for is on disk, and is taken out again by `drop`."""
        del cancel
        try:
            self._ledger.stage(requests, library=self._library.id, front=front)
        except StorageError as error:
            error.charge = ChargeState.FREE
            raise
        yield Staged(tuple(request.id for request in requests))

    def ready(self, request: GenerationRequest, cancel: CancelToken) -> Iterator[Ready]:
        """Look before money is spent."""
        if cancel.cancelled:
            return
        with storage_errors(self._library.folder.path):
            self._library.folder.require()
            free = min(self._free_bytes(place) for place in (self._library.folder.path, self._data))
        known = self._ledger.durations(request)
        expected = median(known) if len(known) >= LEARNED_FROM else None
        yield Ready(job=request.id, free=free, expected=expected)

    def put_back(self, job: str, _cancel: CancelToken) -> Iterator[object]:
        self._ledger.put_back(job)
        return
        yield

    def arrange(self, jobs: tuple[str, ...], _cancel: CancelToken) -> Iterator[object]:
        self._ledger.arrange(jobs)
        return
        yield

    def drop(self, jobs: tuple[str, ...], cancel: CancelToken) -> Iterator[Activity]:
        """These were never sent, and are not to be."""
        for job in jobs:
            self._ledger.close(job, JobState.CANCELLED, ChargeState.FREE)
            self._ledger.seen(job)
        yield from self.activity(cancel)

    def left(self, _cancel: CancelToken) -> Iterator[Left]:
        """Take over the jobs of this library whose program is gone, and let go of the spools of jobs that ended."""
        self._spools.clear()
        dead = [job for job in self._ledger.waiting(self._library.id) if not self._is_alive(job.owner)]
        waiting = tuple(job.request for job in dead if self._ledger.claim(job))
        lost = [job for job in self._ledger.on_the_way(self._library.id) if not self._is_alive(job.owner)]
        yield Left(waiting=waiting, unfinished=tuple(job for job in lost if self._ledger.claim(job)))

    def unfinished(self, job: str) -> Job | None:
        """A job of this program whose pictures are not all saved yet, as the ledger has it now."""
        found = self._ledger.get(job)
        return None if found is None or found.state.is_end else found

    # ---- what was ----

    def activity(self, _cancel: CancelToken) -> Iterator[Activity]:
        jobs = [job for job in self._ledger.jobs(2 * LATEST) if job.state.is_end][:LATEST]
        images = self._ledger.first_images(job.id for job in jobs if job.library == self._library.id)
        yield Activity(tuple(Past(job, images.get(job.id, "")) for job in jobs))

    def settle(self, job: str, charge: ChargeState, cancel: CancelToken) -> Iterator[Activity]:
        """A person says whether an unknown charge was one."""
        self._ledger.settle(job, charge)
        yield from self.activity(cancel)

    def see(self, jobs: tuple[str, ...], cancel: CancelToken) -> Iterator[Activity]:
        """A person has read how these ended."""
        for job in jobs:
            self._ledger.seen(job)
        yield from self.activity(cancel)
