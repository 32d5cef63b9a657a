"""What is asked for: complete and frozen, so that a worker reads no settings and no widget."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from imagegen_desktop.core.dialects import Dialect, Dialects, Family, Parameter
from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.core.options import NO_OPTIONS, Options
from imagegen_desktop.core.price import PriceRange

SAMPLE_URL = "sample:"


def is_openai(base_url: str) -> bool:
    """Whether this is the address of OpenAI's own service."""
    return urlsplit(base_url).hostname == "api.openai.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a request goes. `base_url` is used verbatim; the key is never in here, only fetched by its maker's door.

    `id` tells two endpoints of one address apart, each with a key of its own; `name` is the person's word for it. `own_dialect`
    holds instead of what is known of the family. `header_names` are sent with every request, their values lie in the keychain;
    `extra_body` is a JSON object whose fields go into every image request as they are.
    """

    maker: Maker
    base_url: str
    pricing: Pricing = Pricing.UNKNOWN
    id: str = ""
    name: str = ""
    family: Family = Family.OPENAI
    own_dialect: Dialect | None = None
    header_names: tuple[str, ...] = ()
    extra_body: str = ""

    @property
    def is_sample(self) -> bool:
        return self.maker is Maker.SAMPLE

    @property
    def needs_key(self) -> bool:
        """OpenAI's own service needs a key; a compatible server may have none, and says so itself if it wants one."""
        return self.maker is Maker.OPENAI and is_openai(self.base_url)

    @property
    def secret_name(self) -> str:
        """The name under which the keychain keeps this endpoint's key: one name per secret, bound to its address."""
        name = f"api-key {self.base_url.rstrip('/')}"
        return f"{name} {self.id}" if self.id else name

    @property
    def headers_secret_name(self) -> str:
        """The name under which the keychain keeps the values of the extra headers, one JSON object of name to value."""
        return f"headers {self.base_url.rstrip('/')} {self.id}".rstrip()


SAMPLE_ENDPOINT = Endpoint(maker=Maker.SAMPLE, base_url=SAMPLE_URL, pricing=Pricing.FREE)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnhanceRequest:
    """Ask the text model for better words. `effort` is sent only if it is not empty; `timeout` is in seconds."""

    prompt: str
    model: str
    instruction: str
    endpoint: Endpoint
    effort: str = ""
    timeout: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One click on Generate.

    `size` is "1024x1024" or "auto"; `quality` is empty where the model has none; `seed` is None where the person gave
    none; `partial_images` above 0 asks for that many previews of each picture; `timeout` is in seconds.
    `enhance` is None where the typed words are to be sent as they are. `enhanced_prompt` is filled in by the studio.
    `batch` is shared by the requests that one click was split into. `estimate` is the price that the person was shown,
    None where it is not known.
    """

    id: str
    created: datetime
    prompt: str
    endpoint: Endpoint
    model: str
    size: str
    quality: str = ""
    count: int = 1
    seed: int | None = None
    options: Options = NO_OPTIONS
    partial_images: int = 0
    timeout: float = 600.0
    enhance: EnhanceRequest | None = None
    enhanced_prompt: str | None = None
    batch: str = ""
    estimate: PriceRange | None = None

    @property
    def sent_prompt(self) -> str:
        """The words that go to the image model."""
        return self.enhanced_prompt or self.prompt


# Below 2**31: what every engine with seeds takes.
SEEDS: Final = 2**31


def dialect_of(endpoint: Endpoint, dialects: Dialects) -> Dialect:
    """How an endpoint is spoken to: as the person set it by hand, else as its family is."""
    return endpoint.own_dialect or dialects.of(endpoint.family)


def seeded(request: GenerationRequest, dialect: Dialect) -> GenerationRequest:
    """The request with a seed of its own where the server would else make the same picture again."""
    if request.seed is not None or not (dialect.needs_seed and dialect.takes(Parameter.SEED)):
        return request
    return replace(request, seed=secrets.randbelow(SEEDS))
