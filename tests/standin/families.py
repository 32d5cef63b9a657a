"""The servers that the stand-in can play, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any, Final, get_args

from openai.types import ImageModel

if TYPE_CHECKING:
    from standin.refusal import Refusal


CLASSIC_MODELS: Final = ("dall-e-2", "dall-e-3")
# Shut down on 2026-05-12 and 2026-10-23 by the SDK's own docstring; its list of names still has them.
SHUT_DOWN: Final = frozenset({*CLASSIC_MODELS, "gpt-image-1"})
LIVE_MODELS: Final[tuple[str, ...]] = tuple(name for name in get_args(ImageModel) if name not in SHUT_DOWN)
CHAT_MODELS: Final = ("gpt-6-luna", "gpt-6.1-terra", "gpt-5.6-luna", "gpt-4o")


class Family(StrEnum):
    OPENAI = auto()
    CLASSIC = auto()
    LOCALAI = auto()
    SDCPP = auto()
    VLLM_OMNI = auto()
    LITELLM = auto()


class Tokens(StrEnum):
    """How a family fills the field `usage`."""

    COUNTED = auto()
    ZERO = auto()
    ABSENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """`strict` families check every key as OpenAI does; empty `models` means that any name will do."""

    family: Family
    models: tuple[str, ...] = ()
    chat_models: tuple[str, ...] = ()
    strict: bool = False
    by_url: bool = False
    key_needed: bool = False
    tokens: Tokens = Tokens.ABSENT
    listed: tuple[str, ...]
    listed_as_object: bool = True
    chats: bool = True

    def error_body(self, refusal: Refusal) -> dict[str, Any]:
        match self.family:
            case Family.SDCPP:
                return {"error": refusal.message}
            case Family.VLLM_OMNI:
                return {"detail": refusal.message}
            case Family.LITELLM:
                text = f"litellm.BadRequestError: OpenAIException - {refusal.message}"
                return {"error": {**refusal.error, "message": text, "code": str(refusal.status)}}
            case _:
                return {"error": refusal.error}


_TRAITS: Final = {
    Family.OPENAI: Traits(
        family=Family.OPENAI,
        models=LIVE_MODELS,
        chat_models=CHAT_MODELS,
        listed=(*LIVE_MODELS, *CHAT_MODELS),
        strict=True,
        key_needed=True,
        tokens=Tokens.COUNTED,
    ),
    Family.CLASSIC: Traits(
        family=Family.CLASSIC,
        models=CLASSIC_MODELS,
        chat_models=CHAT_MODELS,
        listed=(*CLASSIC_MODELS, *CHAT_MODELS),
        strict=True,
        by_url=True,
        key_needed=True,
    ),
    Family.LOCALAI: Traits(
        family=Family.LOCALAI, listed=("stablediffusion", "gpt-4o"), by_url=True, tokens=Tokens.ZERO
    ),
    Family.SDCPP: Traits(family=Family.SDCPP, listed=("sd-cpp-local",), listed_as_object=False, chats=False),
    Family.VLLM_OMNI: Traits(family=Family.VLLM_OMNI, listed=("Qwen/Qwen-Image",)),
    # Its streaming takes the money and answers 500, see `images`.
    Family.LITELLM: Traits(
        family=Family.LITELLM,
        models=LIVE_MODELS,
        chat_models=CHAT_MODELS,
        listed=(*LIVE_MODELS, *CHAT_MODELS),
        strict=True,
        key_needed=True,
        tokens=Tokens.ZERO,
    ),
}


def traits_of(family: Family) -> Traits:
    return _TRAITS[family]
