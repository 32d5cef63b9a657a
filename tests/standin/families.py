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
    AZURE = auto()
    XAI = auto()
    TOGETHER = auto()
    LOCALAI = auto()
    SDCPP = auto()
    VLLM_OMNI = auto()
    SGLANG = auto()
    XINFERENCE = auto()
    LITELLM = auto()


class Tokens(StrEnum):
    """How a family fills the field `usage`."""

    COUNTED = auto()
    ZERO = auto()
    ABSENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """`strict` families check every key as OpenAI does; empty `models` means that any name will do.

    `root` is the path of the base URL and `query` what belongs behind it; `list_path` is the whole path of the list of models,
    `files` the folder in which pictures with a URL lie.
    """

    family: Family
    models: tuple[str, ...] = ()
    chat_models: tuple[str, ...] = ()
    strict: bool = False
    by_url: bool = False
    key_needed: bool = False
    tokens: Tokens = Tokens.ABSENT
    listed: tuple[str, ...]
    chats: bool = True
    key_header: str = "authorization"
    key_prefix: str = "Bearer "
    root: str = "/v1"
    query: str = ""
    list_path: str = "/v1/models"
    files: str = "/files/"

    def error_body(self, refusal: Refusal) -> dict[str, Any]:
        match self.family:
            case Family.SDCPP:
                return {"error": refusal.message}
            case Family.VLLM_OMNI | Family.SGLANG | Family.XINFERENCE:
                return {"detail": refusal.detail or refusal.message}
            case Family.XAI:
                return {"code": refusal.code or "Client specified an invalid argument", "error": refusal.message}
            case Family.AZURE if refusal.code == "moderation_blocked":
                text = "Your request was rejected as a result of Azure OpenAI's content management policy."
                return {"error": {**refusal.error, "message": text}}
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
    # Models are the names of deployments, which a person is free to give.
    Family.AZURE: Traits(
        family=Family.AZURE,
        models=LIVE_MODELS,
        chat_models=CHAT_MODELS,
        listed=(*LIVE_MODELS, *CHAT_MODELS),
        strict=True,
        key_needed=True,
        key_header="api-key",
        key_prefix="",
        root="/openai/v1",
        query="api-version=preview",
        list_path="/openai/v1/models",
        tokens=Tokens.COUNTED,
    ),
    Family.XAI: Traits(family=Family.XAI, listed=("grok-imagine-image-2.0", "grok-5"), by_url=True, key_needed=True),
    Family.TOGETHER: Traits(
        family=Family.TOGETHER, listed=("black-forest-labs/FLUX.2-dev",), by_url=True, key_needed=True
    ),
    Family.LOCALAI: Traits(
        family=Family.LOCALAI,
        listed=("stablediffusion", "gpt-4o"),
        by_url=True,
        tokens=Tokens.ZERO,
        files="/generated-images/",
    ),
    Family.SDCPP: Traits(family=Family.SDCPP, listed=("sd-cpp-local",), chats=False),
    Family.SGLANG: Traits(family=Family.SGLANG, listed=("Qwen/Qwen-Image",), list_path="/models", chats=False),
    Family.XINFERENCE: Traits(family=Family.XINFERENCE, listed=("sd3.5-medium", "qwen3"), by_url=True),
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
