"""Reads the text that AUTOMATIC1111's web UI began and many programs write: prompt, negative prompt, a line of settings."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from imagegen_desktop.imaging.foreign.foreign import (
    LARGEST_STEPS,
    MOST_EXTRAS,
    Foreign,
    decimal,
    model_word,
    moment,
    prose,
    size_word,
    whole,
    word,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE: Final = 20_000
_NEGATIVE: Final = "Negative prompt:"
_KNOWN: Final = frozenset(
    {"Steps", "Sampler", "CFG scale", "CFG Scale", "Guidance", "Seed", "Size", "Model", "Version", "Created Date"}
)
_SOURCES: Final = {
    "fooocus": "Fooocus",
    "comfyui": "ComfyUI",
    "neo": "Forge Neo",
    "f": "Forge",
    "swarmui": "SwarmUI",
    "imagegen": "Imagegen Desktop",
}


def parameters(text: str) -> Foreign | None:
    """None where the text has neither a negative prompt nor a line of settings, so that it may be anything."""
    lines = text.strip().split("\n")
    settings = dict(_pairs(lines[-1])) if lines else {}
    if len(settings.keys() & _KNOWN) < 2 and "Steps" not in settings:  # noqa: PLR2004 (one may be a sentence)
        settings = {}
    else:
        lines.pop()
    start = next((number for number, line in enumerate(lines) if line.startswith(_NEGATIVE)), len(lines))
    negative = "\n".join(lines[start:]).removeprefix(_NEGATIVE)
    if not settings and not negative:
        return None
    version = word(settings.get("Version"))
    extras = tuple((word(name), word(value)) for name, value in settings.items() if name not in _KNOWN and value)
    return Foreign(
        prompt=prose("\n".join(lines[:start])),
        negative=prose(negative),
        model=model_word(settings.get("Model")),
        seed=whole(settings.get("Seed")),
        steps=whole(settings.get("Steps"), LARGEST_STEPS),
        sampler=word(settings.get("Sampler")),
        guidance=decimal(settings.get("CFG scale") or settings.get("CFG Scale") or settings.get("Guidance")),
        size=size_word(settings.get("Size")),
        source=_source(version),
        extras=extras[:MOST_EXTRAS],
        created=moment(settings.get("Created Date")),
    )


def _source(version: str) -> str:
    name = re.match("[a-z]*", version.lower())
    return _SOURCES.get(name[0] if name else "", "Stable Diffusion web UI")


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Each "Name: value", parted by commas; a value in quotation marks is JSON and may hold commas itself."""
    if len(line) > LONGEST_LINE:
        return
    place = 0
    while place < len(line):
        colon = line.find(":", place)
        if colon < 0:
            return
        name = line[place:colon].strip()
        start = colon + 1
        while start < len(line) and line[start] == " ":
            start += 1
        end = _end_of_quoted(line, start) if line[start : start + 1] == '"' else start
        comma = line.find(",", end)
        comma = len(line) if comma < 0 else comma
        if 0 < len(name) <= 40 and "," not in name:  # noqa: PLR2004 (names are a few words)
            yield name, _unquoted(line[start:comma].strip())
        place = comma + 1


def _end_of_quoted(line: str, start: int) -> int:
    place = start + 1
    while place < len(line) and line[place] != '"':
        place += 2 if line[place] == "\\" else 1
    return min(place, len(line))


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    try:
        text = json.loads(value)
    except ValueError:
        return value
    return text if isinstance(text, str) else value
