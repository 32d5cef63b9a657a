"""Reads an image request as servers do that are only like OpenAI's: each ignores, refuses and rounds in its own way."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final

from standin.families import Family, Traits
from standin.order import Order
from standin.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

_RATIOS: Final = (
    "1:1",
    "3:4",
    "4:3",
    "9:16",
    "16:9",
    "2:3",
    "3:2",
    "9:19.5",
    "19.5:9",
    "9:20",
    "20:9",
    "1:2",
    "2:1",
    "auto",
)
_EDGES: Final = {"1k": 1024, "2k": 2048}
_MOST_AT_TOGETHER: Final = 4
_SD_EXTRA: Final = re.compile(r"<sd_cpp_extra_args>(.*?)</sd_cpp_extra_args>", re.DOTALL)


def read_other_order(body: dict[str, Any], traits: Traits) -> Order:
    """Raises Refusal as the family would."""
    if traits.family is Family.SDCPP and "n" in body and not isinstance(body["n"], int):
        raise Refusal(500, "type must be number, but is null")
    prompt = body.get("prompt")
    if not isinstance(prompt, str) or not prompt:
        if traits.family is Family.VLLM_OMNI:
            told = [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}]
            raise Refusal(422, "Field required", detail=told)
        raise Refusal(400, "prompt required")
    wanted = body.get("response_format")
    _check_response_format(wanted, traits.family)
    width, height = _SIZES.get(traits.family, _pixels)(body)
    output_format = str(body.get("output_format") or "png")
    return Order(
        prompt=_SD_EXTRA.sub("", prompt),
        model=str(body.get("model") or ""),
        count=int(body.get("n") or 1),
        width=width,
        height=height,
        quality="",
        output_format=output_format if output_format in {"png", "jpeg", "webp"} else "png",
        background="",
        stream=False,
        previews=0,
        by_url=traits.by_url and wanted not in {"b64_json", "base64"},
        seed=_seed(body, prompt, traits.family),
    )


def _check_response_format(wanted: object, family: Family) -> None:
    allowed = {
        Family.VLLM_OMNI: (None, "b64_json"),
        Family.SGLANG: (None, "b64_json"),
        Family.XAI: (None, "b64_json", "url"),
        Family.XINFERENCE: (None, "b64_json", "url"),
        Family.TOGETHER: (None, "base64", "b64_json", "url"),
    }.get(family)
    if allowed is not None and wanted not in allowed:
        raise Refusal(400, f"response_format '{wanted}' is not supported.")


def _pixels(body: dict[str, Any]) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)x(\d+)", str(body.get("size")))
    return (int(found[1]), int(found[2])) if found else (512, 512)


def _rounded_up(body: dict[str, Any]) -> tuple[int, int]:
    width, height = _pixels(body)
    return -(-width // 64) * 64, -(-height // 64) * 64


def _by_ratio(body: dict[str, Any]) -> tuple[int, int]:
    """xAI: about as many pixels as a square of the resolution has."""
    for key in ("size", "style"):
        if key in body:
            raise Refusal(400, f"Argument not supported: {key}")
    ratio, resolution = body.get("aspect_ratio", "1:1"), body.get("resolution", "1k")
    if ratio not in _RATIOS or resolution not in _EDGES:
        raise Refusal(400, f"Invalid aspect_ratio or resolution: {ratio}, {resolution}")
    if body.get("quality", "low") not in {"low", "medium", "high"}:
        raise Refusal(400, f"Invalid quality: {body['quality']}")
    across, _, down = ("1:1" if ratio == "auto" else str(ratio)).partition(":")
    bend = math.sqrt(float(across) / float(down))
    return round(_EDGES[resolution] * bend), round(_EDGES[resolution] / bend)


def _by_edges(body: dict[str, Any]) -> tuple[int, int]:
    """Together: `size` is not among its parameters, and n goes up to four."""
    if not 1 <= body.get("n", 1) <= _MOST_AT_TOGETHER:
        raise Refusal(400, "n must be between 1 and 4")
    return int(body.get("width", 1024)), int(body.get("height", 768))


def _with_asterisk(body: dict[str, Any]) -> tuple[int, int]:
    found = re.fullmatch(r"(\d+)\*(\d+)", str(body.get("size", "1024*1024")))
    if found is None:
        raise Refusal(400, f"Invalid size: {body['size']}")
    return int(found[1]), int(found[2])


def _seed(body: dict[str, Any], prompt: str, family: Family) -> int | None:
    extra: Any = body
    match family:
        case Family.SDCPP:
            tag = _SD_EXTRA.search(prompt)
            extra = json.loads(tag[1]) if tag else {}
        case Family.XINFERENCE:
            if not isinstance(body.get("kwargs", ""), str):
                raise Refusal(
                    422, "kwargs", detail=[{"loc": ["body", "kwargs"], "msg": "Input should be a valid string"}]
                )
            extra = json.loads(body.get("kwargs") or "{}")
        case Family.LOCALAI | Family.XAI:
            return None
        case _:
            pass
    seed = extra.get("seed")
    return seed if isinstance(seed, int) else None


_SIZES: Final[dict[Family, Callable[[dict[str, Any]], tuple[int, int]]]] = {
    Family.SDCPP: _rounded_up,
    Family.XAI: _by_ratio,
    Family.TOGETHER: _by_edges,
    Family.XINFERENCE: _with_asterisk,
}
