"""What happens to a request on its way, one frozen step at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.records import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.models import ListedModel
    from imagegen_desktop.core.requests import EnhanceRequest, GenerationRequest


# ---- from a provider ----


@dataclass(frozen=True, slots=True)
class Sent:
    """The request's first byte was handed to the socket: from here on it may be charged.

    `left_out` names the chosen parameters that were not sent, since the endpoint or the model lacks them.
    """

    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """An unfinished picture: `position` of the image in its request, `number` of the preview, both from 0."""

    position: int
    number: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedImage:
    """A finished picture, its bytes as received. `size`, `quality`, `background` are what the service said, or empty.

    `usage` was counted for `usage_shared_by` pictures together, this one included.
    """

    position: int
    data: bytes = field(repr=False)
    revised_prompt: str | None = None
    size: str = ""
    quality: str = ""
    background: str = ""
    seed: int | None = None
    usage: Usage | None = None
    usage_shared_by: int = 1
    service_request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """One picture of several that was made but did not arrive; the others go on."""

    position: int
    error: ImagegenError


@dataclass(frozen=True, slots=True, kw_only=True)
class Enhancement:
    """Better words for a prompt, never empty, and the tokens that the service counted (0: not counted)."""

    words: str
    tokens_in: int = 0
    tokens_out: int = 0


ProviderStep = Sent | Preview | GeneratedImage | Lost


# ---- added by the studio ----


@dataclass(frozen=True, slots=True)
class Enhancing:
    """The text model was asked."""

    model: str


@dataclass(frozen=True, slots=True)
class Enhanced:
    prompt: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The image and its record are on disk and in the index. `data` are the original's bytes."""

    state: ImageState
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The job is closed. `elapsed` is in seconds; `lost` holds what did not arrive though asked for."""

    job: str
    saved: int
    elapsed: float
    charge: ChargeState
    lost: tuple[ImagegenError, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What became of a job that an earlier run left: `saved` pictures came from the spool, free; `charge` is what is known."""

    job: str
    prompt: str
    saved: int
    charge: ChargeState


Step = Sent | Preview | Lost | Enhancing | Enhanced | Saved | Finished


class Provider(Protocol):
    """A maker of images and words. Methods block, run on a worker's thread, and raise only ImagegenError and bugs.

    A cancel ends a blocked call at once: `CancelledError`, with `charge` UNKNOWN once the request's first byte was handed over,
    else FREE.
    """

    def generate(self, request: GenerationRequest, cancel: CancelToken) -> Iterator[ProviderStep]:
        """Yield Sent once before anything can cost money, then previews and pictures in any order of positions."""
        ...

    def salvage(self, request: GenerationRequest, body: bytes, cancel: CancelToken) -> Iterator[ProviderStep]:
        """What an answer's `body` holds, whole or cut anywhere, without asking for it again.

        Pictures, and for each position that has none its last preview. Links are fetched, which is free.
        """
        ...

    def enhance(self, request: EnhanceRequest, cancel: CancelToken) -> Enhancement:
        """The better words for `request.prompt`."""
        ...

    def list_models(self, cancel: CancelToken) -> tuple[ListedModel, ...]:
        """The models at the endpoint. Free; the test of an address and its key."""
        ...
