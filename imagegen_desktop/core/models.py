"""What an image model can do, as data."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto

AUTO = "auto"


class Maker(StrEnum):
    """Who speaks to the endpoint: the engine inside the app, or an OpenAI-compatible service."""

    SAMPLE = auto()
    OPENAI = auto()


class Pricing(StrEnum):
    """What an endpoint charges: what OpenAI's price list says, nothing (one's own server), or not known."""

    OPENAI_LIST = auto()
    FREE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFact:
    """Image tokens of one finished picture, from `low` to `high`. An empty `size` means any size without a fact of its own."""

    quality: str
    low: int
    high: int
    size: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPrice:
    """US dollars for a million tokens, as of `as_of`. `text_out` is what the model's own words cost, where it has any."""

    as_of: date
    text_in: Decimal
    image_in: Decimal
    image_out: Decimal
    text_out: Decimal | None = None
    tokens: tuple[TokenFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRule:
    """Which sizes a model takes beside its named ones, in pixels: both edges are multiples of `step`.

    `max_ratio` is the longer edge by the shorter one. Above `experimental_above` pixels the maker promises less.
    """

    step: int
    max_ratio: float
    longest_edge: int
    min_pixels: int
    max_pixels: int
    experimental_above: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRule:
    """How many frames an animated picture has, and how long each stands, in milliseconds."""

    fewest: int
    most: int
    default: int
    default_ms: int
    step_ms: int = 10
    longest_ms: int = 655_350


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A model's abilities. Sizes are "WIDTHxHEIGHT" in pixels or "auto"; an empty tuple means the parameter is not sent.

    `formats`, `backgrounds`, `moderations`, `complexities` and `styles` are the service's words; `compresses`: jpeg and webp
    take a compression. `shutdown` is the day on which the maker ends the model, `successor` the id that it names instead.
    """

    id: str
    label: str
    maker: Maker = Maker.OPENAI
    sizes: tuple[str, ...] = ()
    size_rule: SizeRule | None = None
    default_size: str = AUTO
    qualities: tuple[str, ...] = ()
    default_quality: str = ""
    backgrounds: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    compresses: bool = False
    moderations: tuple[str, ...] = ()
    complexities: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    frames: FrameRule | None = None
    max_count: int = 1
    streams: bool = False
    max_previews: int = 0
    seeds: bool = False
    shutdown: date | None = None
    successor: str = ""
    price: ModelPrice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPrice:
    """US dollars for a million tokens, as of `as_of`."""

    as_of: date
    tokens_in: Decimal
    tokens_out: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TextModelSpec:
    """A text model for enhancement. `effort` is the lowest reasoning effort it takes, empty where it takes none.

    `shutdown` and `successor` are as those of a ModelSpec.
    """

    id: str
    label: str
    effort: str = ""
    shutdown: date | None = None
    successor: str = ""
    price: TextPrice | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedModel:
    """A model as an endpoint lists it. `shutdown` is the day that the service announced, `kind` its word for the model's use."""

    id: str
    shutdown: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCatalogue:
    """The data of resources/models.json."""

    as_of: date
    default_image_model: str
    default_text_model: str
    image_models: tuple[ModelSpec, ...]
    text_models: tuple[TextModelSpec, ...] = field(default=())

    def image_model(self, model_id: str) -> ModelSpec:
        """The model's data, or cautious defaults for an id that is not known: ids are free text."""
        for spec in self.image_models:
            if spec.id == model_id:
                return spec
        return cautious_spec(model_id)

    def text_model(self, model_id: str) -> TextModelSpec:
        for spec in self.text_models:
            if spec.id == model_id:
                return spec
        return TextModelSpec(id=model_id, label=model_id)

    def of(self, maker: Maker) -> tuple[ModelSpec, ...]:
        return tuple(spec for spec in self.image_models if spec.maker is maker)


def cautious_spec(model_id: str) -> ModelSpec:
    """An unknown model: the sizes and qualities that nearly all servers take, one picture at a time, no stream."""
    return ModelSpec(
        id=model_id,
        label=model_id,
        sizes=("1024x1024", "1536x1024", "1024x1536", AUTO),
        default_size="1024x1024",
        qualities=(AUTO, "low", "medium", "high"),
        default_quality=AUTO,
        max_count=1,
    )


def pixels_of(size: str) -> tuple[int, int] | None:
    """(width, height) in pixels of "1536x1024"; None for "auto" and for what is no size."""
    width, cross, height = size.partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        return None
    pair = int(width), int(height)
    return pair if all(pair) else None


def ratio_of(size: str) -> str:
    """The ratio in small whole numbers: "3:2" for "1536x1024"; "auto" for what has none."""
    pair = pixels_of(size)
    if pair is None:
        return AUTO
    divisor = math.gcd(*pair)
    across, down = pair[0] // divisor, pair[1] // divisor
    # 1792x1024 is 7:4, which people call 16:9; one part in fifty is nearer than the eye tells.
    for known in ((16, 9), (9, 16)):
        if (across, down) != known and abs(across / down / (known[0] / known[1]) - 1) < 0.02:  # noqa: PLR2004 (said above)
            return f"{known[0]}:{known[1]}"
    return f"{across}:{down}"
