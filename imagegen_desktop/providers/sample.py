"""The sample engine as a provider: pictures painted on this computer, free, without a network. They are not AI."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.errors import BadRequestError, CancelledError, ChargeState
from imagegen_desktop.core.models import AUTO, ListedModel, pixels_of
from imagegen_desktop.core.steps import Enhancement, GeneratedImage, Preview, Sent
from imagegen_desktop.providers.sample_rewriter import rewrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.requests import EnhanceRequest, GenerationRequest
    from imagegen_desktop.core.steps import ProviderStep

SAMPLE_MODEL: Final = "sample"
AUTO_SIZE: Final = "1024x1024"
LONGEST_SIDE: Final = 3840
MOST_PIXELS: Final = 3840 * 2160
# Records and JSON readers keep whole numbers up to here without loss.
_SEEDS: Final = 2**53


class SampleProvider:
    """Implements `core.steps.Provider`. Everything it does is free."""

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> Iterator[ProviderStep]:
        """Yield Sent, then two previews and the picture of each position, as PNG.

        The first picture of a given seed carries that seed itself, the others seeds derived from it; asking for any of
        them again with count 1 gives the same bytes. Without a seed every request gets a new one.
        Raises CancelledError (free) and BadRequestError for a size that cannot be painted.
        """
        size = AUTO_SIZE if request.size in (AUTO, "") else request.size
        pixels = _checked(size)
        _stop_if(cancel)
        yield Sent()
        first = secrets.randbelow(_SEEDS) if request.seed is None else request.seed
        for position in range(request.count):
            seed = seed_of(first, position)
            yield from _picture(request.sent_prompt, size, pixels, seed, position=position, cancel=cancel)

    def salvage(self, request: GenerationRequest, body: bytes, cancel: CancelToken) -> Iterator[ProviderStep]:
        """Nothing comes over a wire here: a sample that was not finished is drawn again, free."""
        del request, body, cancel
        yield from ()

    def enhance(self, request: EnhanceRequest, cancel: CancelToken) -> Enhancement:
        """The person's words with a fitting tail, from the offline rewriter."""
        _stop_if(cancel)
        return Enhancement(words=rewrite(request.prompt))

    def list_models(self, cancel: CancelToken) -> tuple[ListedModel, ...]:
        _stop_if(cancel)
        return (ListedModel(id=SAMPLE_MODEL),)


def seed_of(first: int, position: int) -> int:
    """The seed of one picture of a request: the request's own for the first, a derived one for each other."""
    if position == 0:
        return first
    digest = hashlib.blake2b(f"{first}/{position}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _SEEDS


def _picture(
    prompt: str, size: str, pixels: tuple[int, int], seed: int, *, position: int, cancel: CancelToken
) -> Iterator[ProviderStep]:
    # numpy and Pillow take a quarter of a second to import: on the worker's thread, at the first picture, not at start-up.
    from imagegen_desktop.imaging.samples.engine import paint  # noqa: PLC0415 (said above)

    number = -1
    data = b""
    for number, stage in enumerate(paint(prompt, pixels, seed, lambda: _stop_if(cancel))):
        _stop_if(cancel)
        if data:
            yield Preview(position, number - 1, data)
        data = stage
    _stop_if(cancel)
    yield GeneratedImage(position=position, data=data, size=size, seed=seed)


def _stop_if(cancel: CancelToken) -> None:
    if cancel.cancelled:
        raise CancelledError(charge=ChargeState.FREE)


def _checked(size: str) -> tuple[int, int]:
    pixels = pixels_of(size)
    if pixels is None or max(pixels) > LONGEST_SIDE or pixels[0] * pixels[1] > MOST_PIXELS:
        raise BadRequestError(
            f"size: {size}", parameter="size", title="The sample engine paints up to 3840x2160 pixels"
        )
    return pixels
