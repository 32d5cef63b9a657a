"""Generate: journal the request, enhance it if asked, have it made, and save each picture before it is told of."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, assert_never

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.core.errors import (
    BadAnswerError,
    CancelledError,
    ChargeState,
    EnhancementFailedError,
    ImagegenError,
    NotSavedYetError,
    StorageError,
)
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.price import words_cost
from imagegen_desktop.core.steps import (
    Enhanced,
    Enhancement,
    Enhancing,
    Finished,
    GeneratedImage,
    Lost,
    Preview,
    Recovered,
    Saved,
    Sent,
    Step,
)
from imagegen_desktop.studio.keeping import Keeper
from imagegen_desktop.studio.links import LinkTries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from imagegen_desktop.core.jobs import Job
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.requests import Endpoint, EnhanceRequest, GenerationRequest
    from imagegen_desktop.core.steps import Provider
    from imagegen_desktop.storage.ledger import Ledger
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.outbox import Outbox
    from imagegen_desktop.storage.spool import Spools
    from imagegen_desktop.studio.keeping import KeptJob


class Studio:
    """Makes pictures into one library. `connect` gives the provider of an endpoint."""

    def __init__(
        self,
        library: Library,
        *,
        ledger: Ledger,
        outbox: Outbox,
        spools: Spools,
        catalogue: ModelCatalogue,
        connect: Callable[[Endpoint], Provider],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._keeper = Keeper(library, ledger=ledger, outbox=outbox, spools=spools, catalogue=catalogue, now=now)
        self._ledger = ledger
        self._spools = spools
        self._catalogue = catalogue
        self._connect = connect

    @property
    def links(self) -> LinkTries:
        """What can be done about pictures that could not be fetched."""
        return LinkTries(self._keeper, self._connect)

    @property
    def library_id(self) -> str:
        return self._keeper.library.id

    # ---- generate ----

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> Iterator[Step]:
        """The steps of one job; `Finished` is the last. Raises ImagegenError, after the ledger holds how it ended.

        Pictures that were saved before an error stay saved. If some of several were lost and others saved, that is no
        error: `Finished.lost` tells of them. A request that was staged before is gone on with; one that was sent is a bug.
        """
        known = self._ledger.get(request.id)
        if known is None:
            self._ledger.stage([request], library=self.library_id)
        elif known.state is not JobState.STAGED:
            # Before the spool is opened: that would wipe out what the first try received.
            raise RuntimeError(f"job {request.id} is {known.state}, and nothing is sent twice")
        job = self._keeper.job(request)
        try:
            yield from self._run(job, cancel)
        except CancelledError as error:
            yield from self._salvaged(job)
            self._end(job, JobState.CANCELLED, error)
            raise
        except NotSavedYetError:
            # The ledger keeps the job open and the spool its answer: `recover` saves it.
            raise
        except ImagegenError as error:
            yield from self._salvaged(job)
            self._end(job, JobState.FAILED, error)
            if not job.saved:
                raise
            job.lost.append(error)
            yield self._finished(job)

    def _run(self, job: KeptJob, cancel: CancelToken) -> Iterator[Step]:
        yield from self._enhance(job, cancel)
        request = job.request
        for step in self._connect(request.endpoint).generate(request, cancel):
            match step:
                case Sent():
                    charge = ChargeState.FREE if request.endpoint.is_sample else ChargeState.UNKNOWN
                    # If the ledger can't take it, nothing goes out: until this returns the job is free.
                    self._ledger.sent(request.id, charge)
                    job.charge = charge
                    job.left_out = step.left_out
                    yield step
                case Preview():
                    yield step
                case Lost():
                    job.lose(step)
                    yield step
                case GeneratedImage():
                    kept = job.keep(step)
                    if kept is not None:
                        yield kept
                case _:
                    assert_never(step)
        self._check(job)
        yield self._finished(job)

    def _check(self, job: KeptJob) -> None:
        """Close a job whose answer came whole. Raises what kept all of its pictures from being saved."""
        if job.unsaved is not None:
            if not job.saved:
                raise job.unsaved
            return
        if not job.saved:
            raise job.lost[0] if job.lost else BadAnswerError("the answer held no picture", charge=job.charge)
        job.charge = _charge_of_an_answer(job.request)
        job.close(JobState.SAVED)

    def _finished(self, job: KeptJob) -> Finished:
        return Finished(
            job=job.request.id,
            saved=job.saved,
            elapsed=time.monotonic() - job.started,
            charge=job.charge,
            lost=tuple(job.lost),
        )

    # ---- enhance ----

    def _enhance(self, job: KeptJob, cancel: CancelToken) -> Iterator[Step]:
        wish = job.request.enhance
        if wish is None or job.request.enhanced_prompt:
            return
        # One click that was split into several requests pays for its better words once.
        words = self._ledger.batch_words(job.request.batch)
        if words is None:
            yield Enhancing(wish.model)
            try:
                found = self._connect(wish.endpoint).enhance(wish, cancel)
            except CancelledError:
                raise
            except ImagegenError as error:
                raise EnhancementFailedError(error) from error
            words = found.words
            cost = self._words_cost(wish, found)
        else:
            cost = Decimal(0)
        job.request = replace(job.request, enhanced_prompt=words)
        self._ledger.enhanced(job.request, cost)
        yield Enhanced(words)

    def _words_cost(self, wish: EnhanceRequest, found: Enhancement) -> Decimal | None:
        match wish.endpoint.pricing:
            case Pricing.FREE:
                return Decimal(0)
            case Pricing.OPENAI_LIST:
                return words_cost(found.tokens_in, found.tokens_out, self._catalogue.text_model(wish.model).price)
            case Pricing.UNKNOWN:
                return None

    # ---- what is in the spool ----

    def recover(self, job: Job, cancel: CancelToken) -> Iterator[Saved | Recovered]:
        """Save what an unfinished job's spool holds, without asking the service again, and close the job.

        Raises NotSavedYetError if the disk refuses it still, CancelledError while a link is fetched.
        """
        self._ledger.take_over(job.id)
        kept = self._keeper.job(job.request, job.charge)
        yield from self._salvaged(kept, cancel)
        if kept.unsaved is not None:
            raise kept.unsaved
        # An earlier run may have died before it came to the outbox.
        saved_before = self._keeper.catch_up(job.id)
        state = self._state_after_recovery(job, kept, saved_before=saved_before)
        reason = kept.lost[0].title if kept.lost else "The app ended before the answer was here"
        kept.close(state, "" if state is JobState.SAVED else reason)
        yield Recovered(job=job.id, prompt=job.request.prompt, saved=kept.saved, charge=kept.charge)

    @staticmethod
    def _state_after_recovery(job: Job, kept: KeptJob, *, saved_before: bool) -> JobState:
        if kept.found or saved_before:
            kept.charge = _charge_of_an_answer(job.request)
            return JobState.SAVED
        if any(error.charge is ChargeState.PAID for error in kept.lost):
            # Links arrived, so the pictures were made; they can't be fetched any more.
            kept.charge = ChargeState.PAID
            return JobState.FAILED
        if job.request.endpoint.is_sample:
            kept.charge = ChargeState.FREE
            return JobState.CANCELLED
        return JobState.UNKNOWN

    def _salvaged(self, job: KeptJob, cancel: CancelToken | None = None) -> Iterator[Saved]:
        """Whatever the spool holds of a broken job: finished pictures, else previews; the rest is kept aside."""
        request = job.request
        # What could not be saved before is tried again here.
        job.unsaved = None
        job.lost = [error for error in job.lost if not isinstance(error, NotSavedYetError)]
        for position, data in self._spools.pictures(request.id).items():
            yield from _told(job.keep(GeneratedImage(position=position, data=data), timed=False))
        body = self._spools.read(request.id)
        if not body:
            return
        before = job.found
        provider = self._connect(request.endpoint)
        for step in provider.salvage(request, body, cancel or CancelToken()):
            match step:
                case GeneratedImage():
                    yield from _told(job.keep(step, timed=False))
                case Preview():
                    kept = job.keep_preview(step.position, step.data)
                    yield from _told(kept)
                case Lost():
                    job.lose(step)
                case Sent():
                    pass
        if job.found == before:
            aside = self._keeper.library.keep_aside(body)
            job.kept_aside = str(aside)

    def _end(self, job: KeptJob, state: JobState, error: ImagegenError) -> None:
        """Close a broken job, unless that would drop a picture which only the spool has. Raises NotSavedYetError then."""
        if job.found:
            job.charge = _charge_of_an_answer(job.request)
        elif error.charge is not None:
            job.charge = error.charge
        error.charge = job.charge
        if job.unsaved is not None:
            if not job.saved:
                raise job.unsaved from error
            return
        if job.kept_aside:
            error.details = f"{error.details}\nWhat arrived is kept in {job.kept_aside}"
        if job.saved:
            state = JobState.SAVED
        elif state is JobState.FAILED and job.charge is ChargeState.UNKNOWN:
            state = JobState.UNKNOWN
        try:
            job.close(state, error.title)
        except StorageError as second:
            # The ledger still has the job open, so that the next start closes it; what happened first is what to tell.
            error.details = f"{error.details}\n{second.details}"


def _charge_of_an_answer(request: GenerationRequest) -> ChargeState:
    """A picture that came was paid for, unless its maker takes nothing."""
    return ChargeState.FREE if request.endpoint.pricing is Pricing.FREE else ChargeState.PAID


def _told(step: Saved | Lost | None) -> Iterator[Saved]:
    if isinstance(step, Saved):
        yield step
