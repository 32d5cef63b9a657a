"""The queue: which jobs run, which wait in which order, and which of them may start now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.requests import GenerationRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.price import PriceRange

# Seconds to wait for a service that does not say how long; doubled at each try.
FIRST_WAIT: Final = 20.0
LONGEST_WAIT: Final = 320.0


@dataclass(frozen=True, slots=True)
class Held:
    """Why a job may not start now, in one sentence. With `allow_once` a person may let it start all the same."""

    words: str
    allow_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A job in the queue.

    `not_before` is a moment of the queue's clock in seconds: a service asked to wait; `waits` counts how often it did.
    `parked`: left by an earlier run of the program, and waits for a person's word. `allowed`: that word was given, so
    that nothing holds it any more.
    """

    request: GenerationRequest
    not_before: float = 0.0
    waits: int = 0
    parked: bool = False
    held: Held | None = None
    allowed: bool = False

    @property
    def id(self) -> str:
        return self.request.id

    @property
    def endpoint(self) -> str:
        return self.request.endpoint.secret_name

    @property
    def needs_words(self) -> bool:
        """Whether the better words, which a whole click shares, are still to be asked for."""
        return self.request.enhance is not None and not self.request.enhanced_prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Every method gives the queue that comes after; a job that is not where a method looks changes nothing."""

    waiting: tuple[Entry, ...] = ()
    running: tuple[Entry, ...] = ()
    paused: bool = False

    # ---- look ----

    def entry(self, job: str) -> Entry | None:
        return next((one for one in (*self.running, *self.waiting) if one.id == job), None)

    def is_running(self, job: str) -> bool:
        return any(one.id == job for one in self.running)

    @property
    def held(self) -> Entry | None:
        """The job before which the queue stands still, if one is why."""
        return next((one for one in self.waiting if one.held is not None), None)

    @property
    def parked(self) -> tuple[Entry, ...]:
        return tuple(one for one in self.waiting if one.parked)

    def next(self, limit: int, now: float) -> Entry | None:
        """The first job that may start, with at most `limit` jobs at one endpoint (its base URL) at a time.

        Nobody overtakes another at the same endpoint, but for those that are parked and a click's later jobs, which
        wait until its first has the enhanced words.
        """
        if self.paused:
            return None
        blocked = {one.endpoint for one in self.running if self._load(one.endpoint) >= limit}
        wordless = {one.request.batch for one in self.running if one.needs_words} - {""}
        for one in self.waiting:
            if one.parked or one.endpoint in blocked or (one.needs_words and one.request.batch in wordless):
                continue
            if one.not_before <= now:
                return one
            blocked.add(one.endpoint)
        return None

    def next_moment(self, now: float) -> float | None:
        """When the next job's wait for its service is over, None where none waits for that."""
        return min((one.not_before for one in self.waiting if one.not_before > now), default=None)

    def _load(self, endpoint: str) -> int:
        return sum(one.endpoint == endpoint for one in self.running)

    # ---- come and go ----

    def add(self, requests: Iterable[GenerationRequest], *, front: bool = False, parked: bool = False) -> Queue:
        """Requests in their order, behind all that wait or before. One whose id is known already is not added twice."""
        known = {one.id for one in (*self.running, *self.waiting)}
        fresh = {request.id: Entry(request=request, parked=parked) for request in requests if request.id not in known}
        new = tuple(fresh.values())
        return replace(self, waiting=(*new, *self.waiting) if front else (*self.waiting, *new))

    def start(self, job: str) -> Queue:
        found = self._waiting(job)
        if found is None:
            return self
        return replace(
            self.remove(job), running=(*self.running, replace(found, not_before=0.0, parked=False, held=None))
        )

    def finished(self, job: str) -> Queue:
        return replace(self, running=tuple(one for one in self.running if one.id != job))

    def put_back(self, job: str, *, not_before: float) -> Queue:
        """A running job that was refused for now, for free, waits again, before all others."""
        found = next((one for one in self.running if one.id == job), None)
        if found is None:
            return self
        again = replace(found, not_before=not_before, waits=found.waits + 1)
        return replace(self.finished(job), waiting=(again, *self.waiting))

    def remove(self, job: str) -> Queue:
        return replace(self, waiting=tuple(one for one in self.waiting if one.id != job))

    def enhanced(self, job: str, words: str) -> Queue:
        """A running job has its better words: the others of its click need not wait for them any more."""
        return replace(
            self,
            running=tuple(
                replace(one, request=replace(one.request, enhanced_prompt=words)) if one.id == job else one
                for one in self.running
            ),
        )

    # ---- order ----

    def move(self, job: str, index: int) -> Queue:
        """Put a waiting job at `index` of those that wait; beyond the ends means the end."""
        found = self._waiting(job)
        if found is None:
            return self
        others = list(self.remove(job).waiting)
        others.insert(min(max(index, 0), len(others)), found)
        return replace(self, waiting=tuple(others))

    # ---- stop and go on ----

    def pause(self) -> Queue:
        return replace(self, paused=True)

    def resume(self) -> Queue:
        """Go on; whoever was held is asked about again."""
        return replace(self, paused=False, waiting=tuple(replace(one, held=None) for one in self.waiting))

    def hold(self, job: str, held: Held) -> Queue:
        """Stand still before a job. One that was about to start goes back to the front."""
        started = next((one for one in self.running if one.id == job), None)
        queue = self if started is None else replace(self.finished(job), waiting=(started, *self.waiting))
        waiting = tuple(replace(one, held=held if one.id == job else None) for one in queue.waiting)
        return replace(queue, waiting=waiting, paused=True)

    def allow(self, job: str) -> Queue:
        """Let a held job start this once, and go on."""
        queue = self.resume()
        return replace(
            queue, waiting=tuple(replace(one, allowed=True) if one.id == job else one for one in queue.waiting)
        )

    def unpark(self) -> Queue:
        """What an earlier run left goes on."""
        return replace(self, waiting=tuple(replace(one, parked=False) for one in self.waiting))

    def _waiting(self, job: str) -> Entry | None:
        return next((one for one in self.waiting if one.id == job), None)


def wait_after(waits: int, told: float | None) -> float:
    """Seconds until a service that was busy for the `waits`-th time (from 0) is asked again: as told, else longer each time."""
    return told if told is not None and told > 0 else min(FIRST_WAIT * 2**waits, LONGEST_WAIT)


def split(request: GenerationRequest, max_count: int) -> tuple[GenerationRequest, ...]:
    """One click as requests that its model takes: at most `max_count` pictures each, as few requests as that allows.

    They share `batch`, and each has its share of the estimate. A request that is small enough is given back as it is.
    """
    if request.count <= max_count:
        return (request,)
    full, rest = divmod(request.count, max(1, max_count))
    counts = [max_count] * full + ([rest] if rest else [])
    return tuple(
        replace(
            request,
            id=request.id if number == 0 else new_id(),
            batch=request.id,
            count=count,
            # The same seed would make the same pictures again.
            seed=None if request.seed is None else request.seed + sum(counts[:number]),
            estimate=_share(request.estimate, count, request.count),
        )
        for number, count in enumerate(counts)
    )


def _share(price: PriceRange | None, count: int, whole: int) -> PriceRange | None:
    if price is None:
        return None
    return replace(price, low=price.low * count / whole, high=price.high * count / whole)
