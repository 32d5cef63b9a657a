"""What a whole request may cost before it is sent: its pictures and its better words together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, assert_never

from imagegen_desktop.core.fitting import GIF, SVG
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.price import CHARACTERS_PER_TOKEN, ENHANCED_TOKENS, FREE, enhancement_price, picture_price

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.models import ModelCatalogue, ModelSpec
    from imagegen_desktop.core.price import PriceRange
    from imagegen_desktop.core.requests import GenerationRequest

# How long the enhanced prompt may be, in characters.
_LONGEST_ENHANCED: Final = round(ENHANCED_TOKENS[1] * CHARACTERS_PER_TOKEN[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What decides how many tokens a picture takes."""

    model: str
    quality: str
    size: str


def look_of(request: GenerationRequest) -> Look:
    return Look(model=request.model, quality=request.quality, size=request.size)


def estimate(request: GenerationRequest, catalogue: ModelCatalogue, learned: Sequence[int] = ()) -> PriceRange | None:
    """The price of a request, None if any part of it is not known, as with animations and drawings.

    `learned` are the output tokens of this person's latest pictures of the same look. The prompt is reckoned for each
    picture, since services do not say whether several share it: that errs on the dear side.
    """
    match request.endpoint.pricing:
        case Pricing.FREE:
            return FREE
        case Pricing.UNKNOWN:
            return None
        case Pricing.OPENAI_LIST:
            return _by_the_list(request, catalogue, learned)
        case _:
            assert_never(request.endpoint.pricing)


def _by_the_list(request: GenerationRequest, catalogue: ModelCatalogue, learned: Sequence[int]) -> PriceRange | None:
    spec = catalogue.image_model(request.model)
    typed = len(request.sent_prompt)
    wish = None if request.enhanced_prompt else request.enhance
    least = _picture(request, spec, typed, learned)
    most = _picture(request, spec, max(typed, _LONGEST_ENHANCED), learned) if wish else least
    if least is None or most is None:
        return None
    pictures = replace(least, high=most.high).times(request.count)
    if wish is None:
        return pictures
    words = enhancement_price(
        catalogue.text_model(wish.model).price,
        prompt_length=len(wish.prompt),
        instruction_length=len(wish.instruction),
    )
    return None if words is None else pictures + words


def _picture(request: GenerationRequest, spec: ModelSpec, length: int, learned: Sequence[int]) -> PriceRange | None:
    if request.options.output_format in {GIF, SVG}:
        # Nobody has said yet what frames take, nor what a drawing's author thinks.
        return None
    return picture_price(
        spec,
        quality=request.quality,
        size=request.size,
        prompt_length=length,
        previews=request.partial_images,
        learned=learned,
    )
