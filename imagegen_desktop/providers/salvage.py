"""Finds the pictures in an answer that was cut anywhere, without asking for it again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from imagegen_desktop.core.errors import BadAnswerError
from imagegen_desktop.core.steps import GeneratedImage
from imagegen_desktop.providers.openai_answers import Link, how_many, item_of, picture_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imagegen_desktop.providers.openai_answers import Item

# A string that is closed is whole: base64 has no quotation mark, and JSON escapes one in anything else.
_PICTURES: Final = re.compile(rb'"(b64_json|url)"\s*:\s*"([^"\\]*(?:\\.[^"\\]*)*)"')
_PARTIAL: Final = re.compile(rb"partial_image\"")
_EVENT_STARTS: Final = (b"data:", b"event:", b":")


@dataclass(slots=True)
class Salvaged:
    """`pictures` in their order, as bytes with what was said of them, or as links; `previews` by position, the last of each."""

    pictures: list[GeneratedImage | Link] = field(default_factory=list["GeneratedImage | Link"])
    previews: dict[int, bytes] = field(default_factory=dict[int, bytes])


def salvaged(body: bytes) -> Salvaged:
    """What `body` holds; what is no picture is passed over in silence, since the whole body is kept all the same."""
    found = Salvaged()
    if body.startswith(_EVENT_STARTS):
        for payload in _payloads(body):
            _take_event(payload, found)
    else:
        _take_list(body, found)
    for position in range(len(found.pictures)):
        found.previews.pop(position, None)
    return found


def _payloads(body: bytes) -> Iterator[bytes]:
    """The data of each event. The last one may be cut: a cut event holds no closed picture, or a whole one."""
    for line in re.split(rb"\r\n|\r|\n", body):
        if line.startswith(b"data:"):
            yield line[5:].strip()


def _take_event(payload: bytes, found: Salvaged) -> None:
    event = _json(payload)
    if event is None:
        cut_preview = _PARTIAL.search(payload[:2000]) is not None
        for kind, text in _PICTURES.findall(payload):
            _take_text(kind, text, found, preview=cut_preview)
        return
    if str(event.get("type", "")).endswith("partial_image"):
        _take_text(b"b64_json", str(event.get("b64_json") or "").encode(), found, preview=True)
    elif event.get("b64_json") or event.get("url"):
        _take_item(event, {}, found, shared_by=1)


def _take_list(body: bytes, found: Salvaged) -> None:
    answer = _json(body)
    listed = answer.get("data") if answer else None
    if answer is not None and isinstance(listed, list):
        for one in cast("list[object]", listed):
            if isinstance(one, dict):
                _take_item(cast("dict[str, Any]", one), answer, found, shared_by=how_many(answer))
        return
    for kind, text in _PICTURES.findall(body):
        _take_text(kind, text, found, preview=False)


def _take_item(one: Mapping[str, Any], answer: Mapping[str, Any], found: Salvaged, *, shared_by: int) -> None:
    try:
        item: Item = item_of(one, answer)
    except BadAnswerError:
        return
    source = item.source
    found.pictures.append(
        source if isinstance(source, Link) else item.image(len(found.pictures), source, "", shared_by=shared_by)
    )


def _take_text(kind: bytes, text: bytes, found: Salvaged, *, preview: bool) -> None:
    try:
        plain = str(json.loads(b'"' + text + b'"'))
        if kind == b"url" and not plain.startswith("data:"):
            found.pictures.append(Link(plain))
            return
        data = picture_bytes(plain)
    except (ValueError, BadAnswerError):
        return
    if preview:
        found.previews[len(found.pictures)] = data
    elif data:
        found.pictures.append(GeneratedImage(position=len(found.pictures), data=data))


def _json(text: bytes) -> Mapping[str, Any] | None:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None
