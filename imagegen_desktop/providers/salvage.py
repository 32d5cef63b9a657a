"""Finds the pictures in an answer that was cut anywhere, without asking for it again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from imagegen_desktop.core.errors import BadAnswerError
from imagegen_desktop.providers.openai_answers import Item, how_many, item_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A string that is closed is whole: base64 has no quotation mark, and JSON escapes one in anything else.
_PICTURES: Final = re.compile(r'"(b64_json|url)"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")')
_LIST: Final = re.compile(r'"data"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")
_EVENTS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:data|event|id|retry)?:")
_PARTIAL: Final = b"partial_image"


@dataclass(slots=True)
class Salvaged:
    """By position, in order: the `pictures`, and in `previews` the last of each.

    Positions are those that a whole answer gives its pictures, so that each is known again; one that can't be read
    leaves its position empty. The count in a picture's `usage` was made for `shared_by` of them.
    """

    pictures: dict[int, Item] = field(default_factory=dict[int, Item])
    previews: dict[int, bytes] = field(default_factory=dict[int, bytes])
    shared_by: int = 1
    passed: int = 0

    def take(self, one: object, answer: Mapping[str, Any]) -> None:
        """The next picture."""
        position, self.passed = self.passed, self.passed + 1
        try:
            self.pictures[position] = item_of(_fields(one), answer)
        except BadAnswerError:
            return

    def take_preview(self, one: Mapping[str, Any]) -> None:
        """A preview of the next picture."""
        try:
            source = item_of({"b64_json": one.get("b64_json")}, {}).source
        except BadAnswerError:
            return
        if isinstance(source, bytes):
            self.previews[self.passed] = source


def salvaged(body: bytes) -> Salvaged:
    """What `body` holds; what is no picture is passed over in silence, since the whole body is kept all the same."""
    found = Salvaged()
    if _EVENTS.match(body):
        for payload, is_preview in _events(body):
            _take_event(payload, found, is_preview=is_preview)
    else:
        _take_list(body, found)
    for position in found.pictures:
        found.previews.pop(position, None)
    return found


def _events(body: bytes) -> Iterator[tuple[bytes, bool]]:
    """The data of each event, and whether it is a preview's. The last one may be cut."""
    data: list[bytes] = []
    name = b""
    for line in (*re.split(rb"\r\n|\r|\n", body), b""):
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif line.startswith(b"event:"):
            name = line
        elif not line:
            if data:
                payload = b"\n".join(data)
                yield payload, _PARTIAL in name or _PARTIAL + b'"' in payload
            data, name = [], b""


def _take_event(payload: bytes, found: Salvaged, *, is_preview: bool) -> None:
    event = _json(payload)
    # A cut event holds no closed picture, or a whole one.
    ones = _closed(payload.decode("utf-8", "replace")) if event is None else [event]
    for one in ones:
        if is_preview:
            found.take_preview(one)
        elif one.get("b64_json") or one.get("url"):
            found.take(one, {})


def _take_list(body: bytes, found: Salvaged) -> None:
    answer = _json(body)
    listed = answer.get("data") if answer is not None else None
    if answer is not None and isinstance(listed, list):
        found.shared_by = how_many(answer)
        for one in cast("list[object]", listed):
            found.take(one, answer)
        return
    text = body.decode("utf-8", "replace")
    begun = _LIST.search(text)
    rest = text if begun is None else text[_take_whole_entries(text, begun.end(), found) :]
    for one in _closed(rest):
        found.take(one, {})


def _take_whole_entries(text: str, start: int, found: Salvaged) -> int:
    """Take the entries of a list up to where it was cut. Gives that place."""
    decoder = json.JSONDecoder()
    while True:
        between = _BETWEEN.match(text, start)
        try:
            one, end = cast("tuple[object, int]", decoder.raw_decode(text, between.end() if between else start))
        except (ValueError, RecursionError):
            return start
        found.take(one, {})
        start = end


def _closed(text: str) -> list[dict[str, str]]:
    """The pictures of an object that was cut. One that is given in both ways is taken as its bytes."""
    ones: list[dict[str, str]] = []
    for kind, quoted in cast("list[tuple[str, str]]", _PICTURES.findall(text)):
        try:
            ones.append({kind: str(json.loads(quoted, strict=False))})
        except ValueError:
            # An escape that JSON does not know.
            continue
    return [one for one in ones if "b64_json" in one] or ones


def _json(text: bytes) -> Mapping[str, Any] | None:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _fields(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
