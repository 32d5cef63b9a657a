"""Makes pictures of what an OpenAI-compatible service answers: base64, data: URIs and links, in lists and in events."""

from __future__ import annotations

import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote_to_bytes

from imagegen_desktop.core.errors import BadAnswerError, ChargeState
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.steps import GeneratedImage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PARTIAL: Final = ("image_generation.partial_image", "image_edit.partial_image")
COMPLETED: Final = ("image_generation.completed", "image_edit.completed")
_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Link:
    """A picture that is still to be fetched, from an address as the service gave it."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One picture of an answer: where its bytes are, and what the service said of it."""

    source: bytes | Link
    revised_prompt: str | None
    size: str
    quality: str
    background: str
    usage: Usage | None

    def image(self, position: int, data: bytes, request_id: str, *, shared_by: int = 1) -> GeneratedImage:
        return GeneratedImage(
            position=position,
            data=data,
            revised_prompt=self.revised_prompt,
            size=self.size,
            quality=self.quality,
            background=self.background,
            usage=self.usage,
            usage_shared_by=shared_by,
            service_request_id=request_id,
        )


def items_of(body: object) -> Iterator[Item | BadAnswerError]:
    """The pictures of an `openai.types.ImagesResponse`, in order; what is none stands there as its error.

    Each is decoded only when it is asked for, and let go of before: an answer may hold ten large ones.
    Raises BadAnswerError if there is no list of pictures, or an empty one.
    """
    answer = _fields(body)
    listed = answer.get("data")
    if not isinstance(listed, list) or not listed:
        raise bad_answer("the answer holds no pictures", body)
    waiting = cast("list[object]", listed)
    while waiting:
        try:
            item: Item | BadAnswerError = item_of(_fields(waiting.pop(0)), answer)
        except BadAnswerError as error:
            item = error
        yield item


def how_many(body: object) -> int:
    """The pictures that the answer lists, at least 1: its `usage` was counted for all of them."""
    listed = _fields(body).get("data")
    return max(1, len(cast("list[object]", listed))) if isinstance(listed, list) else 1


def item_of(one: Mapping[str, Any], answer: Mapping[str, Any]) -> Item:
    """One picture; what it does not say of itself, the whole `answer` may. Raises BadAnswerError."""
    return Item(
        source=_source(one),
        revised_prompt=_text(one, {}, "revised_prompt") or None,
        size=_text(one, answer, "size"),
        quality=_text(one, answer, "quality"),
        background=_text(one, answer, "background"),
        usage=usage_of(one.get("usage") or answer.get("usage"), answer.get("svg_usage")),
    )


def picture_bytes(text: str) -> bytes:
    """The bytes behind base64, with or without a data: URI before it. Raises BadAnswerError."""
    if text.startswith("data:"):
        return _from_data_uri(text)
    return _from_base64(text)


def usage_of(told: object, drawing: object = None) -> Usage | None:
    """The tokens, or None where the service told none: compatible servers send zeros for "not counted".

    `drawing` is what an SVG's author took, which is counted apart.
    """
    usage, svg = _fields(told), _fields(drawing)
    asked, made = _fields(usage.get("input_tokens_details")), _fields(usage.get("output_tokens_details"))
    found = Usage(
        input_tokens=_count(usage, "input_tokens") or 0,
        input_text_tokens=_count(asked, "text_tokens") or 0,
        input_image_tokens=_count(asked, "image_tokens") or 0,
        output_tokens=_count(usage, "output_tokens") or 0,
        output_image_tokens=_count(made, "image_tokens"),
        output_text_tokens=_count(made, "text_tokens"),
        total_tokens=_count(usage, "total_tokens") or 0,
        author=_text(svg, {}, "model"),
        author_input_tokens=_count(svg, "input_tokens") or 0,
        author_output_tokens=_count(svg, "output_tokens") or 0,
    )
    return found if found.input_tokens or found.output_tokens or found.total_tokens else None


def bad_answer(reason: str, body: object) -> BadAnswerError:
    """A whole answer that holds no picture: it was paid for all the same."""
    return BadAnswerError(f"{reason}: {str(body)[:_SHOWN]}", charge=ChargeState.PAID)


def _source(one: Mapping[str, Any]) -> bytes | Link:
    encoded = one.get("b64_json")
    if isinstance(encoded, str) and encoded:
        return picture_bytes(encoded)
    url = one.get("url")
    if isinstance(url, str) and url:
        return picture_bytes(url) if url.startswith("data:") else Link(url)
    raise bad_answer("neither a picture nor a link to one", dict(one))


def _from_data_uri(text: str) -> bytes:
    head, comma, payload = text.partition(",")
    if not comma:
        raise bad_answer("a data: URI without data", text)
    return _from_base64(payload) if head.endswith(";base64") else unquote_to_bytes(payload)


def _from_base64(text: str) -> bytes:
    try:
        return binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        # Some servers break the lines, some leave the padding away; anything else is not base64.
        packed = "".join(text.split()).rstrip("=")
    try:
        return binascii.a2b_base64(packed + "=" * (-len(packed) % 4), strict_mode=True)
    except ValueError as error:
        raise bad_answer(f"the picture is not base64 ({error})", text) from None


def _fields(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _text(one: Mapping[str, Any], answer: Mapping[str, Any], name: str) -> str:
    value = one.get(name) or answer.get(name)
    return value if isinstance(value, str) else ""


def _count(fields: Mapping[str, Any], name: str) -> int | None:
    value = fields.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
