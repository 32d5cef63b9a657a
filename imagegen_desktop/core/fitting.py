"""Which of the chosen parameters an endpoint is sent, and which are left out because it, or the model, lacks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.dialects import Parameter, SizeForm
from imagegen_desktop.core.models import AUTO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.dialects import Dialect
    from imagegen_desktop.core.models import ModelSpec
    from imagegen_desktop.core.requests import GenerationRequest

GIF: Final = "gif"
SVG: Final = "svg"
MOST_PREVIEWS: Final = 3
# openai-python 3.54.0, types/image_generate_params.py; which of them a model takes is for the service to say.
SVG_EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_COMPRESSED: Final = frozenset({"jpeg", "webp"})
# An empty format is PNG, the service's default.
_SEE_THROUGH: Final = frozenset({"", "png", "webp"})


@dataclass(frozen=True, slots=True)
class Fitted:
    """The chosen parameters, in the order of `Parameter`; what was not chosen is neither `sent` nor `left_out`."""

    sent: tuple[Parameter, ...]
    left_out: tuple[Parameter, ...]


def fitted(request: GenerationRequest, spec: ModelSpec, dialect: Dialect) -> Fitted:
    """What of `request` the endpoint gets.

    "auto" leaves the choice to the service, so that nothing is lost without it; previews that nobody chose are no loss either.
    """
    chosen = tuple(_chosen(request))
    has = _abilities(request, spec, dialect)
    sent = tuple(one for one in chosen if dialect.takes(one) and has[one])
    silent = {
        one
        for one, value in ((Parameter.SIZE, request.size), (Parameter.QUALITY, request.quality))
        if value == AUTO and one not in sent
    }
    if request.options.previews is None:
        silent.add(Parameter.STREAM)
    return Fitted(sent, tuple(one for one in chosen if one not in sent and one not in silent))


def formats_of(spec: ModelSpec, dialect: Dialect) -> tuple[str, ...]:
    """The formats to choose from: the model's as far as the server knows them; the server's own where its models are its own."""
    if not dialect.takes(Parameter.OUTPUT_FORMAT):
        return ()
    if not spec.formats:
        return () if dialect.knows_openai_models else dialect.formats
    return tuple(one for one in spec.formats if not dialect.formats or one in dialect.formats)


def qualities_of(spec: ModelSpec, dialect: Dialect) -> tuple[str, ...]:
    """The qualities to choose from: the model's as far as the server knows them."""
    if not dialect.takes(Parameter.QUALITY):
        return ()
    return tuple(one for one in spec.qualities if not dialect.qualities or one in dialect.qualities)


def previews_of(request: GenerationRequest, spec: ModelSpec) -> int:
    """How many unfinished pictures are asked for, as many as the model gives at most."""
    chosen = request.partial_images if request.options.previews is None else request.options.previews
    return min(chosen, spec.max_previews or MOST_PREVIEWS)


def _chosen(request: GenerationRequest) -> Iterator[Parameter]:
    options = request.options
    values = {
        Parameter.N: request.count,
        Parameter.SIZE: request.size or None,
        Parameter.QUALITY: request.quality or None,
        Parameter.BACKGROUND: options.background or None,
        Parameter.OUTPUT_FORMAT: options.output_format or None,
        Parameter.OUTPUT_COMPRESSION: options.compression,
        Parameter.MODERATION: options.moderation or None,
        Parameter.STREAM: (options.previews if options.previews is not None else request.partial_images) or None,
        Parameter.COMPLEXITY: options.complexity or None,
        Parameter.STYLE: options.style or None,
        Parameter.FRAME_COUNT: options.frames,
        Parameter.FRAME_DURATION_MS: options.frame_ms,
        Parameter.SVG: options.svg_model or options.svg_effort or None,
        Parameter.SEED: request.seed,
    }
    return (parameter for parameter, value in values.items() if value is not None)


def _abilities(request: GenerationRequest, spec: ModelSpec, dialect: Dialect) -> dict[Parameter, bool]:
    """What the model can, given the rest of the request. openai-python 3.54.0, types/image_generate_params.py."""
    options = request.options
    form = options.output_format if options.output_format in formats_of(spec, dialect) else ""
    named_size = request.size != AUTO or (dialect.knows_openai_models and dialect.size_form is SizeForm.PIXELS)
    return {
        Parameter.N: True,
        Parameter.SIZE: named_size and bool(spec.sizes or spec.size_rule),
        Parameter.QUALITY: request.quality in qualities_of(spec, dialect),
        Parameter.BACKGROUND: bool(spec.backgrounds) and (options.background != "transparent" or form in _SEE_THROUGH),
        Parameter.OUTPUT_FORMAT: bool(form),
        Parameter.OUTPUT_COMPRESSION: form in _COMPRESSED and (spec.compresses or not dialect.knows_openai_models),
        Parameter.MODERATION: bool(spec.moderations),
        Parameter.STREAM: spec.streams and form not in {GIF, SVG},
        Parameter.COMPLEXITY: bool(spec.complexities),
        Parameter.STYLE: bool(spec.styles),
        Parameter.FRAME_COUNT: form == GIF,
        Parameter.FRAME_DURATION_MS: form == GIF,
        Parameter.SVG: form == SVG and bool(options.svg_model),
        # The data know OpenAI's models, which have no seeds; the servers that take one run others.
        Parameter.SEED: True,
    }
