"""Makes the complete request of a click, a key or a button from what the person chose."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imagegen_desktop.core.fitting import GIF, SVG
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.model_merge import at_endpoint
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.options import NO_OPTIONS
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, SEEDS, EnhanceRequest, GenerationRequest, dialect_of
from imagegen_desktop.core.settings import Draft

if TYPE_CHECKING:
    from imagegen_desktop.core.dialects import Dialects
    from imagegen_desktop.core.models import ModelCatalogue, ModelSpec
    from imagegen_desktop.core.options import Options
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.core.settings import Settings

PREVIEWS = 2


def request_for(
    draft: Draft, endpoint: Endpoint, settings: Settings, catalogue: ModelCatalogue, dialects: Dialects
) -> GenerationRequest:
    """What the draft leaves open is the model's default. It may ask for more pictures than the model takes at once."""
    spec = at_endpoint(catalogue.image_model(draft.model), dialect_of(endpoint, dialects))
    enhance: EnhanceRequest | None = None
    if draft.enhance:
        chosen = settings.text.text_model or catalogue.default_text_model
        text = catalogue.text_model("sample" if endpoint.is_sample else chosen)
        enhance = EnhanceRequest(
            prompt=draft.prompt,
            model=text.id,
            instruction=settings.instruction,
            endpoint=endpoint if endpoint.is_sample else settings.text_endpoint,
            effort=text.effort,
        )
    return GenerationRequest(
        id=new_id(),
        created=datetime.now(UTC),
        prompt=draft.prompt,
        endpoint=endpoint,
        model=draft.model,
        size=draft.size or spec.default_size,
        quality=draft.quality or spec.default_quality,
        count=draft.count,
        options=draft.options,
        partial_images=_previews(draft.options, spec),
        timeout=settings.timeout,
        enhance=enhance,
    )


def _previews(options: Options, spec: ModelSpec) -> int:
    """As many as the person chose, else a few where they can come at all."""
    if not spec.streams or options.output_format in {GIF, SVG}:
        return 0
    return PREVIEWS if options.previews is None else options.previews


def again(
    request: GenerationRequest, settings: Settings, catalogue: ModelCatalogue, dialects: Dialects, *, missing: int
) -> GenerationRequest:
    """The same request as a new job, for the `missing` pictures and with the settings of now.

    Better words that were paid for are used again; a job of the sample engine stays with it.
    """
    endpoint = request.endpoint if request.endpoint.is_sample else settings.endpoint
    made = request_for(draft_of(request, missing), endpoint, settings, catalogue, dialects)
    return replace(made, seed=request.seed, enhanced_prompt=request.enhanced_prompt)


def draft_of(request: GenerationRequest, count: int) -> Draft:
    """The words and choices of a request, for `count` pictures."""
    return Draft(
        prompt=request.prompt,
        enhance=request.enhance is not None,
        model=request.model,
        size=request.size,
        quality=request.quality,
        count=count,
        options=request.options,
    )


def another_like(
    record: ImageRecord, settings: Settings, catalogue: ModelCatalogue, dialects: Dialects
) -> GenerationRequest:
    """One more picture of an image's own words and choices, with a new seed where its model has seeds."""
    endpoint = SAMPLE_ENDPOINT if record.is_sample else replace(settings, maker=Maker.OPENAI).endpoint
    made = request_for(replace(draft_from(record), enhance=False), endpoint, settings, catalogue, dialects)
    seeds = catalogue.image_model(made.model).seeds
    return replace(made, enhanced_prompt=record.enhanced_prompt, seed=secrets.randbelow(SEEDS) if seeds else None)


def draft_from(record: ImageRecord) -> Draft:
    """All choices of an image, for the prompt card."""
    asked = record.asked
    return Draft(
        prompt=record.prompt,
        enhance=record.enhanced_prompt is not None,
        model=asked.model if asked else "",
        size=asked.size if asked else "",
        quality=asked.quality if asked else "",
        count=1,
        options=asked.options if asked else NO_OPTIONS,
    )
