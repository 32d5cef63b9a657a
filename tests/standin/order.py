"""Reads an image request into an Order, under the rules of the family and the model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from standin.families import CLASSIC_MODELS, Family, Traits
from standin.refusal import Refusal, invalid_value, missing, model_not_found, unknown_parameter

if TYPE_CHECKING:
    from standin.contract import Contract

STANDARD_SIZES: Final = ("1024x1024", "1536x1024", "1024x1536")
DALL_E_SIZES: Final = {
    "dall-e-3": ("1024x1024", "1792x1024", "1024x1792"),
    "dall-e-2": ("256x256", "512x512", "1024x1024"),
}
DALL_E_KEYS: Final = {
    "dall-e-3": frozenset({"prompt", "model", "n", "size", "quality", "response_format", "style", "user"}),
    "dall-e-2": frozenset({"prompt", "model", "n", "size", "quality", "response_format", "user"}),
}
LONGEST_PROMPT: Final = {"dall-e-3": 4000, "dall-e-2": 1000}
LONG_EDGE: Final = 3840
FEWEST_PIXELS: Final = 655_360
MOST_PIXELS: Final = 8_294_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be made: `width` and `height` in pixels, `by_url` whether the answer names a URL.

    `frames` of `frame_ms` milliseconds are for a gif, `svg_model` draws an svg.
    """

    prompt: str
    model: str
    count: int
    width: int
    height: int
    quality: str
    output_format: str
    background: str
    stream: bool
    previews: int
    by_url: bool
    safety_identifier: str | None = None
    seed: int | None = None
    frames: int = 9
    frame_ms: int = 200
    svg_model: str = "gpt-6-sol"

    @property
    def size(self) -> str:
        return f"{self.width}x{self.height}"


def read_order(body: dict[str, Any] | None, traits: Traits, contract: Contract) -> Order:
    """Raises Refusal as the family would."""
    if body is None:
        raise Refusal(400, "We could not parse the JSON body of your request.")
    if traits.strict:
        return _strict(body, traits, contract)
    from standin.other_orders import read_other_order  # noqa: PLC0415 (it needs Order)

    return read_other_order(body, traits)


def _strict(body: dict[str, Any], traits: Traits, contract: Contract) -> Order:
    contract.check(body)
    if "model" not in body:
        raise missing("model")
    model = body["model"]
    if model not in traits.models:
        if traits.family is Family.LITELLM:
            raise Refusal(
                400, f"Invalid model name passed in model={model}. Call `/v1/models` to view available models."
            )
        raise model_not_found(model)
    if not body["prompt"].strip():
        raise invalid_value("prompt", "Invalid 'prompt': empty string.")
    _check_length(body["prompt"], LONGEST_PROMPT.get(model, 32_000))
    _check_range(body, "n", 1, 10)
    if traits.family is Family.AZURE and body.get("output_format") == "webp":
        raise invalid_value("output_format", "Invalid value: 'webp'. Supported values are: 'png' and 'jpeg'.")
    return _dall_e(body, model) if model in CLASSIC_MODELS else _gpt_image(body, model)


def _check_length(prompt: str, longest: int) -> None:
    if len(prompt) > longest:
        message = f"Invalid 'prompt': string too long. Expected at most {longest} characters, got {len(prompt)}."
        raise Refusal(400, message, code="string_above_max_length", param="prompt")


def _check_range(body: dict[str, Any], key: str, least: int, most: int) -> None:
    if key in body and not least <= body[key] <= most:
        code = "integer_below_min_value" if body[key] < least else "integer_above_max_value"
        message = f"Invalid '{key}': expected a value between {least} and {most}, got {body[key]}."
        raise Refusal(400, message, code=code, param=key)


def _dall_e(body: dict[str, Any], model: str) -> Order:
    for key in body:
        if key not in DALL_E_KEYS[model]:
            raise unknown_parameter(key)
    if model == "dall-e-3":
        _check_range(body, "n", 1, 1)
    size = body.get("size", "1024x1024")
    if size not in DALL_E_SIZES[model]:
        raise invalid_value("size", f"Invalid size '{size}'. Supported sizes are {', '.join(DALL_E_SIZES[model])}.")
    quality = body.get("quality", "standard")
    if quality not in (("standard", "hd") if model == "dall-e-3" else ("standard",)):
        raise invalid_value("quality", f"Invalid value: '{quality}'. Supported values are: 'standard' and 'hd'.")
    width, _, height = size.partition("x")
    return Order(
        prompt=body["prompt"],
        model=model,
        count=body.get("n", 1),
        width=int(width),
        height=int(height),
        quality=quality,
        output_format="png",
        background="opaque",
        stream=False,
        previews=0,
        by_url=body.get("response_format", "url") == "url",
    )


def _version(model: str) -> float:
    """2.6 for "gpt-image-2.6-flare". chatgpt-image-latest stands on 1.5."""
    found = re.search(r"gpt-image-(\d+(?:\.\d+)?)", model)
    return float(found[1]) if found else 1.5


def _gpt_image(body: dict[str, Any], model: str) -> Order:
    version = _version(model)
    for key in ("response_format", "style"):
        if key in body:
            raise unknown_parameter(key)
    quality = body.get("quality", "auto")
    if quality in {"standard", "hd"} or (quality in {"xhigh", "max"} and version < 2.5):
        raise invalid_value(
            "quality", f"Invalid value: '{quality}'. Supported values are: 'low', 'medium', 'high', 'auto'."
        )
    if "complexity" in body and version < 2.6:
        raise unknown_parameter("complexity")
    _check_format(body, version)
    stream = bool(body.get("stream", False))
    _check_range(body, "partial_images", 0, 3)
    if body.get("partial_images") and not stream:
        raise invalid_value("partial_images", "'partial_images' is only supported when 'stream' is true.")
    width, height = _gpt_size(body.get("size", "auto"), version)
    return Order(
        prompt=body["prompt"],
        model=model,
        count=body.get("n", 1),
        width=width,
        height=height,
        quality="medium" if quality == "auto" else quality,
        output_format=body.get("output_format", "png"),
        background="transparent" if body.get("background") == "transparent" else "opaque",
        stream=stream,
        previews=body.get("partial_images", 0),
        by_url=False,
        safety_identifier=body.get("safety_identifier") or body.get("user"),
        frames=body.get("frame_count", 9),
        frame_ms=body.get("frame_duration_ms", 200),
        svg_model=body.get("svg", {}).get("model", "gpt-6-sol"),
    )


def _check_format(body: dict[str, Any], version: float) -> None:
    output_format = body.get("output_format", "png")
    _check_svg(body, output_format, version)
    if body.get("background") == "transparent" and output_format not in {"png", "webp"}:
        raise invalid_value("background", "Transparent background is only supported with output_format png or webp.")
    _check_range(body, "output_compression", 0, 100)
    if body.get("output_compression", 100) != 100 and output_format not in {"jpeg", "webp"}:
        raise invalid_value("output_compression", f"Compression is not supported for output_format '{output_format}'.")
    if output_format != "gif":
        for key in ("frame_count", "frame_duration_ms"):
            if key in body:
                raise invalid_value(key, f"'{key}' is only supported with output_format=gif.")
    elif body.get("stream"):
        raise invalid_value("stream", "GIF output does not support streaming.")
    _check_range(body, "frame_count", 2, 16)


def _check_svg(body: dict[str, Any], output_format: str, version: float) -> None:
    if output_format != "svg":
        if "svg" in body:
            raise invalid_value("svg", "'svg' is only supported with output_format=svg.")
        return
    if version < 2.6:
        raise invalid_value("output_format", "SVG output is not supported by this model.")
    if "svg" in body and not body["svg"].get("model"):
        raise missing("svg.model")
    for key in ("stream", "partial_images", "output_compression"):
        if body.get(key):
            raise invalid_value(key, f"SVG output does not support '{key}'.")
    if body.get("n", 1) != 1:
        raise invalid_value("n", "SVG output requires n=1.")


def _gpt_size(size: str, version: float) -> tuple[int, int]:
    if size == "auto":
        return 1024, 1024
    if size in STANDARD_SIZES:
        across, _, down = size.partition("x")
        return int(across), int(down)
    found = re.fullmatch(r"(\d+)x(\d+)", size)
    if version < 2 or found is None:
        message = f"Invalid value: '{size}'. Supported values are: {', '.join(STANDARD_SIZES)} and auto."
        raise invalid_value("size", message)
    width, height = int(found[1]), int(found[2])
    problem = ""
    if width % 16 or height % 16:
        problem = "Width and height must both be divisible by 16."
    elif not width or not height or max(width, height) > 3 * min(width, height):
        problem = "The aspect ratio must be between 1:3 and 3:1."
    elif max(width, height) > LONG_EDGE:
        problem = f"The longest edge must be at most {LONG_EDGE} pixels."
    elif not FEWEST_PIXELS <= width * height <= MOST_PIXELS:
        problem = f"The total number of pixels must be between {FEWEST_PIXELS} and {MOST_PIXELS}."
    if problem:
        raise invalid_value("size", f"Invalid size '{size}'. {problem}")
    return width, height
