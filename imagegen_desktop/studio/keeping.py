"""Keeps the pictures of one job: each is saved once, and what can't be saved now is put where the next start finds it."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from imagegen_desktop import __version__
from imagegen_desktop.core.errors import ChargeState, ImagegenError, NotSavedYetError, ResultUrlError, StorageError
from imagegen_desktop.core.models import ModelCatalogue, Pricing
from imagegen_desktop.core.price import picture_cost
from imagegen_desktop.core.records import Asked, ImageRecord, Origin, Usage
from imagegen_desktop.core.steps import GeneratedImage, Lost, Saved
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.library import NewImage
from imagegen_desktop.storage.links import Links

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from imagegen_desktop.core.jobs import JobState
    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.storage.ledger import Ledger
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.outbox import Outbox
    from imagegen_desktop.storage.spool import Spools

log = logging.getLogger(__name__)


class Keeper:
    """The storage side of a studio."""

    def __init__(
        self,
        library: Library,
        *,
        ledger: Ledger,
        outbox: Outbox,
        spools: Spools,
        catalogue: ModelCatalogue,
        now: Callable[[], datetime],
    ) -> None:
        self.library = library
        self.ledger = ledger
        self.spools = spools
        self.links = Links(ledger.database)
        self._outbox = outbox
        self._catalogue = catalogue
        self._now = now

    def job(self, request: GenerationRequest, charge: ChargeState = ChargeState.FREE) -> KeptJob:
        return KeptJob(self, request, charge)

    def cost(self, request: GenerationRequest, usage: Usage | None) -> Decimal | None:
        """US dollars for the request's pictures, None where that is not known."""
        match request.endpoint.pricing:
            case Pricing.FREE:
                return Decimal(0)
            case Pricing.OPENAI_LIST:
                author = self._catalogue.text_model(usage.author).price if usage is not None else None
                return picture_cost(usage, self._catalogue.image_model(request.model).price, author)
            case Pricing.UNKNOWN:
                return None

    def save(self, job: KeptJob, made: GeneratedImage, origin: Origin, took: float | None) -> Saved | None:
        """Save one picture, unless an earlier try of this job has saved it. Raises BadImageError, StorageError."""
        request = job.request
        noted = self.ledger.records_of_job(request.id).get(made.position)
        if noted is None:
            record = self.library.describe(self._new_image(job, made, origin, took))
            self.ledger.image(request.id, made.position, record.id, encode(record))
        else:
            record = decode(noted, ImageRecord)
            if self.library.folder.record_path(record.id).exists():
                return None
        state = self.library.add(record, made.data)
        self._outbox.add(self.library.id, (record.id,))
        self.links.drop(request.id, made.position)
        return Saved(state, made.data)

    def keep_link(self, request: GenerationRequest, position: int, error: ResultUrlError) -> None:
        """A picture that could not be fetched is not lost while its link lives."""
        self.links.keep(
            request.id,
            position,
            library=self.library.id,
            url=error.link,
            reason=f"{error.title}.",
            found=self._now(),
        )

    def catch_up(self, job: str) -> bool:
        """Have what earlier runs of the job saved wait for the upload. Gives whether a finished picture is among it."""
        noted = (decode(record, ImageRecord) for record in self.ledger.records_of_job(job).values())
        saved = [record for record in noted if self.library.folder.record_path(record.id).exists()]
        self._outbox.add(self.library.id, tuple(record.id for record in saved))
        return any(record.origin is not Origin.PREVIEW for record in saved)

    def _new_image(self, job: KeptJob, made: GeneratedImage, origin: Origin, took: float | None) -> NewImage:
        request = job.request
        cost = self.cost(request, made.usage)
        return NewImage(
            data=made.data,
            created=self._now(),
            origin=origin,
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
                options=request.options,
                endpoint_name=request.endpoint.name,
                left_out=job.left_out,
            ),
            said_size=made.size,
            said_quality=made.quality,
            said_background=made.background,
            job=request.id,
            batch=request.batch,
            position=made.position,
            seed=made.seed,
            took=took,
            usage=made.usage,
            cost=None if cost is None else cost / made.usage_shared_by,
            service_request_id=made.service_request_id,
            app_version=__version__,
        )


class KeptJob:
    """What is known of one job so far. It lives as long as one run of it."""

    def __init__(self, keeper: Keeper, request: GenerationRequest, charge: ChargeState) -> None:
        self._keeper = keeper
        self.request = request
        self.charge = charge
        self.started = time.monotonic()
        self.usage: Usage | None = None
        self.service_request_id = ""
        self.saved = 0
        self.found = 0
        self._counted: set[int] = set()
        self.lost: list[ImagegenError] = []
        self.unsaved: NotSavedYetError | None = None
        self.kept_aside = ""
        self.left_out: tuple[str, ...] = ()

    def keep(self, made: GeneratedImage, *, timed: bool = True) -> Saved | Lost | None:
        """Save one picture. One that can't be opened or saved is lost alone; its bytes are kept all the same.

        None if an earlier run of this job had saved it.
        """
        self.found += 1
        if made.position not in self._counted:
            # The spool may tell a second time of what came already: its tokens were paid for once.
            self._counted.add(made.position)
            self.usage = _added(self.usage, made)
        self.service_request_id = made.service_request_id or self.service_request_id
        origin = Origin.SAMPLE if self.request.endpoint.is_sample else Origin.GENERATED
        took = round(time.monotonic() - self.started, 3) if timed else None
        try:
            saved = self._keeper.save(self, made, origin, took)
        except StorageError as error:
            return self._lose(made.position, self._put_aside(error, made))
        except ImagegenError as error:
            return self._lose(made.position, error)
        self.saved += saved is not None
        return saved

    def lose(self, step: Lost) -> None:
        """A picture did not arrive; if there is a link to it, that is kept."""
        self.lost.append(step.error)
        if isinstance(step.error, ResultUrlError) and step.error.link:
            self._keeper.keep_link(self.request, step.position, step.error)

    def keep_preview(self, position: int, data: bytes) -> Saved | None:
        """The last preview of a picture whose finished form was lost: kept as what it is."""
        try:
            saved = self._keeper.save(self, GeneratedImage(position=position, data=data), Origin.PREVIEW, None)
        except ImagegenError as error:
            log.info("a preview of a lost picture can't be kept: %s", error.details)
            return None
        return saved

    def close(self, state: JobState, error: str = "") -> None:
        """Write the job's end into the ledger, and let go of its spool."""
        self._keeper.ledger.close(
            self.request.id,
            state,
            self.charge,
            usage=self.usage,
            cost=self._keeper.cost(self.request, self.usage),
            service_request_id=self.service_request_id,
            error=error,
        )
        self._keeper.spools.drop(self.request.id)

    def _lose(self, position: int, error: ImagegenError) -> Lost:
        self.lost.append(error)
        return Lost(position=position, error=error)

    def _put_aside(self, error: StorageError, made: GeneratedImage) -> NotSavedYetError:
        try:
            self._keeper.spools.keep_picture(self.request.id, made.position, made.data)
        except StorageError as second:
            # The answer's own spool, whose room was set aside before the request left, still holds it.
            error.details = f"{error.details}\n{second.details}"
        self.unsaved = NotSavedYetError(error)
        return self.unsaved


def _added(known: Usage | None, made: GeneratedImage) -> Usage | None:
    """The request's usage: one count for all pictures of a list, or the sum of the counts of streamed ones."""
    if known is None or made.usage is None or made.usage_shared_by > 1:
        return made.usage or known
    new = made.usage
    return replace(
        known,
        input_tokens=known.input_tokens + new.input_tokens,
        input_text_tokens=known.input_text_tokens + new.input_text_tokens,
        input_image_tokens=known.input_image_tokens + new.input_image_tokens,
        output_tokens=known.output_tokens + new.output_tokens,
        output_image_tokens=_sum(known.output_image_tokens, new.output_image_tokens),
        output_text_tokens=_sum(known.output_text_tokens, new.output_text_tokens),
        total_tokens=known.total_tokens + new.total_tokens,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)
