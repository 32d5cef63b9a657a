"""What a request for images is answered with: JSON bodies and stream events in the shapes of the openai package."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any, Final

from standin.families import Family, Tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from standin.order import Order

# Output tokens of a square of 1024, roughly as people measured them.
_TOKENS: Final = {"low": 272, "medium": 1056, "high": 4160, "xhigh": 5800, "max": 7024}
# Announced on 2026-06-02.
SHUTDOWNS: Final = dict.fromkeys(("gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest"), "2026-12-01")
_PREVIEW_TOKENS: Final = 100
_SQUARE: Final = 1024 * 1024


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def usage(order: Order, images: int, tokens: Tokens, *, details: bool = True) -> dict[str, Any]:
    """Token counts that grow with prompt, pixels, quality and previews. Stream events come without `details`."""
    counted = tokens is Tokens.COUNTED
    words = max(1, len(order.prompt) // 4) if counted else 0
    each = _TOKENS.get(order.quality, 1056) * order.width * order.height // _SQUARE + order.previews * _PREVIEW_TOKENS
    made = each * images if counted else 0
    found: dict[str, Any] = {
        "input_tokens": words,
        "input_tokens_details": {"text_tokens": words, "image_tokens": 0},
        "output_tokens": made,
        "total_tokens": words + made,
    }
    if details and counted:
        found["output_tokens_details"] = {"image_tokens": made, "text_tokens": 0}
    return found


def svg_usage(order: Order) -> dict[str, Any]:
    """What the text model took to draw an SVG, beside the image that it drew from."""
    told = {"model": order.svg_model, "input_tokens": 1400, "output_tokens": 2600, "reasoning_tokens": 900}
    return {**told, "total_tokens": 4000}


def images_body(order: Order, data: Iterable[dict[str, Any]], images: int, tokens: Tokens) -> dict[str, Any]:
    """An `openai.types.ImagesResponse`. What the family does not tell is left out."""
    body: dict[str, Any] = {"created": int(time.time()), "data": list(data)}
    if tokens is not Tokens.ABSENT:
        body["usage"] = usage(order, images, tokens)
    if tokens is Tokens.COUNTED:
        body |= {
            "background": order.background,
            "output_format": order.output_format,
            "quality": order.quality,
            "size": order.size,
        }
        if order.output_format == "svg":
            body["svg_usage"] = svg_usage(order)
        if order.safety_identifier:
            body["safety_identifier"] = order.safety_identifier
    return body


def _event(kind: str, order: Order, picture: str) -> dict[str, Any]:
    return {
        "type": f"image_generation.{kind}",
        "b64_json": picture,
        "background": order.background,
        "created_at": int(time.time()),
        "output_format": order.output_format,
        "quality": order.quality,
        "size": order.size,
    }


def preview_event(order: Order, number: int, picture: str) -> dict[str, Any]:
    """An `openai.types.ImageGenPartialImageEvent`."""
    return {**_event("partial_image", order, picture), "partial_image_index": number}


def completed_event(order: Order, picture: str, tokens: Tokens) -> dict[str, Any]:
    """An `openai.types.ImageGenCompletedEvent`; each picture's event tells that picture's tokens."""
    return {**_event("completed", order, picture), "usage": usage(order, 1, tokens, details=False)}


def error_event() -> dict[str, Any]:
    error = {
        "message": "The server had an error while processing your request.",
        "type": "server_error",
        "param": None,
        "code": "server_error",
    }
    return {"type": "error", "error": error}


def model_list(family: Family, names: Iterable[str]) -> object:
    """A list of `openai.types.Model`, or what the family gives in its place; sd-server leaves the list's own `object` out."""
    models: list[dict[str, Any]] = [
        {"id": name, "object": "model", "created": 1_777_000_000, "owned_by": "standin"} for name in names
    ]
    match family:
        case Family.SDCPP:
            return {"data": models}
        case Family.TOGETHER:
            return [{**model, "type": "image", "running": False} for model in models]
        case Family.XINFERENCE:
            return {model["id"]: {"model_type": "image", "model_name": model["id"]} for model in models}
        case Family.SGLANG:
            return {"model_path": models[0]["id"], "task_type": "T2I", "pipeline_name": "image", "num_gpus": 2}
        case Family.OPENAI:
            for model in models:
                model["shutdown_date"] = SHUTDOWNS.get(model["id"])
            return {"object": "list", "data": models}
        case _:
            return {"object": "list", "data": models}
