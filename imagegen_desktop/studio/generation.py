"""Generate: journal the request, enhance it if asked, have it made, and save each picture before it is told of."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from imagegen_desktop import __version__
from imagegen_desktop.core.errors import (
    BadAnswerError,
    CancelledError,
    ChargeState,
    EnhancementFailedError,
    ImagegenError,
    StorageError,
)
from imagegen_desktop.core.records import Asked, Origin
from imagegen_desktop.core.steps import (
    Enhanced,
    Enhancing,
    Finished,
    GeneratedImage,
    Lost,
    Preview,
    Saved,
    Sent,
    Step,
)
from imagegen_desktop.storage.codec import encode
from imagegen_desktop.storage.files import storage_errors, write_durably
from imagegen_desktop.storage.ledger import JobState, utc_now
from imagegen_desktop.storage.library import NewImage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.records import Usage
    from imagegen_desktop.core.requests import Endpoint, GenerationRequest
    from imagegen_desktop.core.steps import Provider
    from imagegen_desktop.storage.ledger import Ledger
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.outbox import Outbox


class Studio:
    """Makes pictures into one library.

    `connect` gives the provider of an endpoint; `rescue` is a folder on this computer where a picture is put if the
    library's disk refuses it.
    """

    def __init__(
        self,
        library: Library,
        *,
        ledger: Ledger,
        outbox: Outbox,
        connect: Callable[[Endpoint], Provider],
        rescue: Path,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._library = library
        self._ledger = ledger
        self._outbox = outbox
        self._connect = connect
        self._rescue = rescue
        self._now = now

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> Iterator[Step]:
        """The steps of one job; `Finished` is the last. Raises ImagegenError, after the ledger holds how it ended.

        Pictures that were saved before an error stay saved. If some of several were lost and others saved, that is no
        error: `Finished.lost` tells of them.
        """
        self._ledger.open(request, library=self._library.id)
        job = _Job(request, started=time.monotonic())
        try:
            yield from self._run(job, cancel)
        except CancelledError as error:
            self._close(job, JobState.CANCELLED, error)
            raise
        except ImagegenError as error:
            self._close(job, JobState.FAILED, error)
            raise

    def _run(self, job: _Job, cancel: CancelToken) -> Iterator[Step]:
        yield from self._enhance(job, cancel)
        request = job.request
        for step in self._connect(request.endpoint).generate(request, cancel):
            match step:
                case Sent():
                    job.charge = ChargeState.FREE if request.endpoint.is_sample else ChargeState.UNKNOWN
                    self._ledger.sent(request.id, job.charge)
                    yield step
                case Preview():
                    yield step
                case Lost():
                    job.lost.append(step.error)
                    yield step
                case GeneratedImage():
                    yield self._keep(job, step)
                case _:
                    assert_never(step)
        if not job.saved:
            raise job.lost[0] if job.lost else BadAnswerError("the answer held no picture", charge=job.charge)
        job.charge = ChargeState.FREE if request.endpoint.is_sample else ChargeState.PAID
        self._ledger.close(request.id, JobState.SAVED, job.charge, usage=job.usage)
        yield Finished(
            job=request.id,
            saved=job.saved,
            elapsed=time.monotonic() - job.started,
            charge=job.charge,
            lost=tuple(job.lost),
        )

    def _enhance(self, job: _Job, cancel: CancelToken) -> Iterator[Step]:
        wish = job.request.enhance
        if wish is None:
            return
        yield Enhancing(wish.model)
        try:
            words = self._connect(wish.endpoint).enhance(wish, cancel)
        except CancelledError:
            raise
        except ImagegenError as error:
            raise EnhancementFailedError(error) from error
        job.request = replace(job.request, enhanced_prompt=words)
        self._ledger.enhanced(job.request)
        yield Enhanced(words)

    def _keep(self, job: _Job, made: GeneratedImage) -> Saved | Lost:
        """A picture that can't be opened or saved is one lost of several; its bytes are kept all the same."""
        job.usage = made.usage or job.usage
        try:
            record = self._library.describe(self._new_image(job, made))
            self._ledger.image(job.request.id, made.position, record.id, encode(record))
            state = self._library.add(record, made.data)
        except StorageError as error:
            lost = self._rescued(error, made.data)
        except ImagegenError as error:
            lost = error
        else:
            self._outbox.add(self._library.id, (record.id,))
            job.saved += 1
            return Saved(state, made.data)
        job.lost.append(lost)
        return Lost(position=made.position, error=lost)

    def _rescued(self, error: StorageError, data: bytes) -> StorageError:
        """The library refused a picture that may be paid for: put it elsewhere, and say where."""
        place = self._rescue / f"{self._now():%Y-%m-%d_%H%M%S_%f}.bin"
        try:
            with storage_errors():
                write_durably(place, data)
        except StorageError as second:
            error.details = f"{error.details}\n{second.details}"
            return error
        error.advice = f"{error.advice} The picture is kept in {place}."
        return error

    def _new_image(self, job: _Job, made: GeneratedImage) -> NewImage:
        request = job.request
        return NewImage(
            data=made.data,
            created=self._now(),
            origin=Origin.SAMPLE if request.endpoint.is_sample else Origin.GENERATED,
            prompt=request.prompt,
            enhanced_prompt=request.enhanced_prompt,
            revised_prompt=made.revised_prompt,
            text_model=request.enhance.model if request.enhance else "",
            asked=Asked(
                endpoint=request.endpoint.base_url,
                model=request.model,
                size=request.size,
                quality=request.quality,
                count=request.count,
                seed=request.seed,
            ),
            said_size=made.size,
            said_quality=made.quality,
            said_background=made.background,
            job=request.id,
            position=made.position,
            seed=made.seed,
            took=round(time.monotonic() - job.started, 3),
            usage=made.usage,
            service_request_id=made.service_request_id,
            app_version=__version__,
        )

    def _close(self, job: _Job, state: JobState, error: ImagegenError) -> None:
        charge = job.charge if error.charge is None else error.charge
        error.charge = charge
        self._ledger.close(job.request.id, state, charge, usage=job.usage, error=error.title)


class _Job:
    """What is known of a running job so far; it lives as long as one call of `generate`."""

    def __init__(self, request: GenerationRequest, *, started: float) -> None:
        self.request = request
        self.started = started
        self.charge = ChargeState.FREE
        self.usage: Usage | None = None
        self.saved = 0
        self.lost: list[ImagegenError] = []
