"""What becomes of a draft's choices when another model is chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imagegen_desktop.core.models import cautious_spec, ratio_of
from imagegen_desktop.core.sizes import is_legal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.models import ModelSpec
    from imagegen_desktop.core.settings import Draft

# gpt-image models take 32,000 characters (openai `images.generate`, parameter `prompt`).
LONGEST_PROMPT = 32_000
# For one click; what a model does not make at once is split into several requests.
MOST_IMAGES = 10


def spec_of(model_id: str, specs: Iterable[ModelSpec]) -> ModelSpec:
    """The model's data, or cautious defaults for an id that is not among `specs`."""
    for spec in specs:
        if spec.id == model_id:
            return spec
    return cautious_spec(model_id)


def fitted(draft: Draft, spec: ModelSpec) -> Draft:
    """`draft` with choices that `spec` has: a size of the same ratio, the quality where it exists.

    More images than the model makes at once are made in several requests.

    What it lacks becomes empty, which means the model's default.
    """
    size = draft.size
    if size and not is_legal(size, spec):
        size = next((other for other in spec.sizes if ratio_of(other) == ratio_of(draft.size)), "")
    quality = draft.quality if draft.quality in spec.qualities else ""
    count = max(1, min(draft.count, MOST_IMAGES))
    return replace(draft, model=spec.id, size=size, quality=quality, count=count)
