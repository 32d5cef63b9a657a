"""How each kind of OpenAI-compatible server is spoken to, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final
from urllib.parse import urlsplit

from imagegen_desktop.core.models import SizeRule


class Family(StrEnum):
    """The servers whose ways are known. CUSTOM is any other: it is asked with what nearly all of them take."""

    OPENAI = auto()
    AZURE = auto()
    XAI = auto()
    TOGETHER = auto()
    LOCALAI = auto()
    SD_CPP = auto()
    VLLM_OMNI = auto()
    SGLANG = auto()
    XINFERENCE = auto()
    LITELLM = auto()
    CUSTOM = auto()


class Parameter(StrEnum):
    """What an image request can ask beside its prompt and model; the value is the OpenAI API's word for it."""

    N = "n"
    SIZE = "size"
    QUALITY = "quality"
    BACKGROUND = "background"
    OUTPUT_FORMAT = "output_format"
    OUTPUT_COMPRESSION = "output_compression"
    MODERATION = "moderation"
    STREAM = "stream"
    COMPLEXITY = "complexity"
    STYLE = "style"
    FRAME_COUNT = "frame_count"
    FRAME_DURATION_MS = "frame_duration_ms"
    SVG = "svg"
    SEED = "seed"


class SizeForm(StrEnum):
    """PIXELS: size "1024x1536"; ASTERISK: size "1024*1536"; EDGES: width and height; RATIO: aspect_ratio and resolution."""

    PIXELS = auto()
    ASTERISK = auto()
    EDGES = auto()
    RATIO = auto()


class SeedForm(StrEnum):
    """Where a seed goes: a FIELD of its own, a JSON string named KWARGS, or an SD_CPP tag at the prompt's end."""

    FIELD = auto()
    KWARGS = auto()
    SD_CPP = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one kind of server takes, and how.

    `base_url` is an example to start from. `parameters` are sent where the model has them, all others are left out.
    `response_format` is sent if it is not empty. The key goes into `auth_header` behind `auth_prefix`. `list_path` is relative
    to the base URL, or begins with a slash and is an absolute path; empty means there is no list. `token_limit` is the text
    model's name for its limit, `takes_effort` whether it knows a reasoning effort. `formats` and `qualities` bound what the
    model offers, empty for no bound; `ratios` are the ones that aspect_ratio takes, of which the nearest is sent. `size_rule` is
    for models of which nothing is known: the sizes that such servers make beside the usual ones. `max_count` are the pictures
    that one request may ask for at most.
    `needs_seed`: without one the server makes the same picture of the same words each time.
    `reversed_compression`: 100 is the strongest. `knows_openai_models`: it may serve them, so that their words (such as the size
    "auto") mean something to it. `notes` says in a sentence or two what a person should know, `source` where the facts are from.
    """

    family: Family
    label: str
    base_url: str = ""
    parameters: tuple[Parameter, ...] = (Parameter.N, Parameter.SIZE, Parameter.QUALITY)
    response_format: str = ""
    size_form: SizeForm = SizeForm.PIXELS
    seed_form: SeedForm = SeedForm.FIELD
    needs_seed: bool = False
    auth_header: str = "Authorization"
    auth_prefix: str = "Bearer "
    key_needed: bool = False
    list_path: str = "models"
    token_limit: str = "max_tokens"  # noqa: S105 (a key of the body)
    takes_effort: bool = False
    formats: tuple[str, ...] = ()
    qualities: tuple[str, ...] = ()
    ratios: tuple[str, ...] = ()
    size_rule: SizeRule | None = None
    reversed_compression: bool = False
    max_count: int = 10
    knows_openai_models: bool = False
    notes: str = ""
    source: str = ""

    def takes(self, parameter: Parameter) -> bool:
        return parameter in self.parameters


# For a card that was told of no endpoint yet: everything that OpenAI's own service takes.
OPENAI_WAYS: Final = Dialect(
    family=Family.OPENAI, label="OpenAI", parameters=tuple(Parameter), knows_openai_models=True
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialects:
    """The data of resources/endpoints.json."""

    as_of: str
    dialects: tuple[Dialect, ...]

    def of(self, family: Family) -> Dialect:
        """Raises KeyError for a family that the data lack, which a test rules out."""
        for dialect in self.dialects:
            if dialect.family is family:
                return dialect
        raise KeyError(family)


# Why the app never offers a parameter of the SDK's `images.generate`. tests/contract/test_generate_parameters.py compares.
NOT_OFFERED: Final = {
    "response_format": "Set by the endpoint's dialect: OpenAI's own models refuse it, others answer by a link without it.",
    "user": "Deprecated, safety_identifier takes its place.",
    "safety_identifier": "Tells a service's end users apart, and the app has one: the person whose key it is.",
    "extra_headers": "Not of the service but of its Python package; the endpoint's settings hold headers of its own.",
    "extra_query": "Not of the service but of its Python package; a query in the base URL is sent as it stands.",
    "extra_body": "Not of the service but of its Python package; the endpoint's settings hold fields of its own.",
    "timeout": "Not of the service but of its Python package; the settings hold a time limit for all requests.",
}


def family_of(base_url: str) -> Family:
    """The family that an address tells by itself; CUSTOM where it tells nothing."""
    try:
        host = (urlsplit(base_url).hostname or "").lower()
    except ValueError:
        return Family.CUSTOM
    if host == "api.openai.com":
        return Family.OPENAI
    if host.endswith((".openai.azure.com", ".services.ai.azure.com")):
        return Family.AZURE
    known = {"api.x.ai": Family.XAI, "api.together.xyz": Family.TOGETHER, "api.together.ai": Family.TOGETHER}
    return known.get(host, Family.CUSTOM)
