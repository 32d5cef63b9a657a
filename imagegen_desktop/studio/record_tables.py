"""What is known of images as a table for other programs: CSV for a spreadsheet, JSON for a script."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imagegen_desktop.core.changes import ImageState

# A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def records_json(states: Sequence[ImageState], albums: Mapping[str, str]) -> bytes:
    """One list of objects; `albums` are names by their ids."""
    return json.dumps([facts_of(state, albums) for state in states], ensure_ascii=False, indent=2).encode() + b"\n"


def records_csv(states: Sequence[ImageState], albums: Mapping[str, str]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel reads another encoding. Lists are joined by "; "."""
    stream = io.StringIO()
    rows = [facts_of(state, albums) for state in states]
    writer = csv.writer(stream)
    names = list(rows[0]) if rows else list(facts_names())
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
    return stream.getvalue().encode("utf-8-sig")


def facts_names() -> tuple[str, ...]:
    """The columns, in their order."""
    return tuple(_NAMES)


def facts_of(state: ImageState, albums: Mapping[str, str]) -> dict[str, Any]:
    """One image as plain values: times in ISO 8601 with their zone, cost in US dollars as text, sizes in pixels and bytes."""
    record, asked, got = state.record, state.record.asked, state.record.got
    values: tuple[Any, ...] = (
        state.id,
        state.path,
        record.created.isoformat(),
        record.origin.value,
        state.title,
        record.prompt,
        record.enhanced_prompt or "",
        record.revised_prompt or "",
        record.negative_prompt,
        asked.endpoint if asked else "",
        asked.model if asked else "",
        asked.size if asked else "",
        asked.quality if asked else "",
        record.text_model,
        record.seed,
        got.format.value,
        got.width,
        got.height,
        got.frames,
        got.size_bytes,
        None if record.cost is None else str(record.cost),
        record.took,
        record.foreign,
        record.original_name,
        [f"{name}: {value}" for name, value in record.settings],
        record.source_type,
        record.content_credential,
        state.rating,
        state.favourite,
        state.rejected,
        state.trashed,
        sorted(state.tags),
        sorted(albums.get(album, album) for album in state.albums),
        state.note,
        state.sha256,
    )
    return dict(zip(_NAMES, values, strict=True))


_NAMES: Final = (
    "id",
    "file",
    "created",
    "origin",
    "title",
    "prompt",
    "enhanced_prompt",
    "revised_prompt",
    "negative_prompt",
    "endpoint",
    "model",
    "asked_size",
    "asked_quality",
    "text_model",
    "seed",
    "format",
    "width",
    "height",
    "frames",
    "bytes",
    "cost_usd",
    "seconds",
    "made_with",
    "original_name",
    "other_settings",
    "source_type",
    "content_credential",
    "rating",
    "favourite",
    "rejected",
    "trashed",
    "tags",
    "albums",
    "note",
    "sha256",
)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(str(one) for one in cast("list[object]", value))
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)
