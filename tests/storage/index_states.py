"""Made-up states for the index's tests, and a plain reading of the search language to compare it with."""

from __future__ import annotations

import operator
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, assert_never

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.query_terms import (
    All,
    Comparison,
    Dated,
    Either,
    Measured,
    Named,
    NameKind,
    Not,
    Quantity,
    Relation,
    Shaped,
    Sized,
    Term,
    TextField,
    Trait,
    Words,
    fits,
    folded,
)
from imagegen_desktop.core.records import Asked, Got, ImageFormat, ImageRecord, Origin

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OPENAI = "https://api.openai.com/v1"
RECORD = ImageRecord(
    id="",
    file="",
    sha256="0",
    created=NOW,
    origin=Origin.GENERATED,
    prompt="A cat",
    asked=Asked(endpoint=OPENAI, model="gpt-image-2", size="auto"),
    got=Got(format=ImageFormat.PNG, width=1024, height=1024, size_bytes=1000),
)
COMPARE = {
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.EQUAL: operator.eq,
    Comparison.AT_LEAST: operator.ge,
    Comparison.MORE: operator.gt,
}


def state(
    number: int, prompt: str = "A cat", *, record: Mapping[str, object] | None = None, **fields: object
) -> ImageState:
    """Image `number`, made so many hours ago."""
    told = {"id": f"image{number:05d}", "created": NOW - timedelta(hours=number), "prompt": prompt, **(record or {})}
    return ImageState(record=replace(RECORD, **told), **fields)


def meets(found: ImageState, term: Term, albums: Mapping[str, str]) -> bool:  # noqa: C901, PLR0911 (one case for each kind)
    """Whether an image is meant, read straight from its state. `albums` are names by id."""
    got = found.record.got
    match term:
        case Words():
            return _says(found, term)
        case Named():
            return any(fits(name, term.text, exact=term.exact) for name in _names(found, term.kind, albums))
        case Measured(quantity, comparison, value):
            amount = _amount(found, quantity)
            return amount is not None and COMPARE[comparison](amount, value)
        case Sized(width, height):
            return (got.width, got.height) == (width, height)
        case Shaped():
            least, most = term.bounds
            return least <= got.width / got.height <= most
        case Dated(relation, first, end):
            return _made(found.record.created.astimezone().date(), relation, first, end)
        case Trait():
            return _is(found, term)
        case Not():
            return not meets(found, term.term, albums)
        case All():
            return all(meets(found, each, albums) for each in term.terms)
        case Either():
            return any(meets(found, each, albums) for each in term.terms)
        case _:
            assert_never(term)


def _says(found: ImageState, term: Words) -> bool:
    record = found.record
    prompts = [record.prompt, record.enhanced_prompt or "", record.revised_prompt or ""]
    sources = [record.asked.model, "api openai" if record.asked.endpoint == OPENAI else record.asked.endpoint]
    texts = {
        None: [*prompts, found.title, found.note, *found.tags, record.original_name, *sources],
        TextField.PROMPT: prompts,
        TextField.TITLE: [found.title],
        TextField.NOTE: [found.note],
    }[term.field]
    wanted = _words(term.text)
    return any(_in_a_row(_words(text), wanted, exact=term.exact) for text in texts)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text))


def _in_a_row(words: list[str], wanted: list[str], *, exact: bool) -> bool:
    for start in range(len(words) - len(wanted) + 1):
        here = words[start : start + len(wanted)]
        if here == wanted or (not exact and here[:-1] == wanted[:-1] and here[-1].startswith(wanted[-1])):
            return True
    return False


def _names(found: ImageState, kind: NameKind, albums: Mapping[str, str]) -> list[str]:
    return {
        NameKind.TAG: list(found.tags),
        NameKind.ALBUM: [albums[album] for album in found.albums],
        NameKind.MODEL: [found.record.asked.model],
        NameKind.ENDPOINT: [found.record.asked.endpoint],
    }[kind]


def _amount(found: ImageState, quantity: Quantity) -> Decimal | int | None:
    got = found.record.got
    return {
        Quantity.RATING: found.rating,
        Quantity.COST: found.record.cost,
        Quantity.SIZE: max(got.width, got.height),
        Quantity.WIDTH: got.width,
        Quantity.HEIGHT: got.height,
        Quantity.BYTES: got.size_bytes,
    }[quantity]


def _made(day: date, relation: Relation, first: date, end: date) -> bool:
    return {Relation.BEFORE: day < first, Relation.ON: first <= day < end, Relation.AFTER: day >= end}[relation]


def is_held(image_id: str) -> bool:
    """The bucket of these tests has every third image."""
    return int(image_id[-5:]) % 3 == 0


def _is(found: ImageState, trait: Trait) -> bool:
    record = found.record
    ratio = record.got.width / record.got.height
    return {
        Trait.FAVOURITE: found.favourite,
        Trait.UNSYNCED: not is_held(found.id),
        Trait.REJECTED: found.rejected,
        Trait.UNTAGGED: not found.tags,
        Trait.GENERATED: record.origin is Origin.GENERATED,
        Trait.SAMPLE: record.origin is Origin.SAMPLE,
        Trait.PREVIEW: record.origin is Origin.PREVIEW,
        Trait.IMPORTED: record.origin in {Origin.ADOPTED, Origin.IMPORTED},
        Trait.ANIMATED: record.got.frames > 1,
        Trait.SQUARE: 1 / 1.02 <= ratio <= 1.02,
        Trait.PORTRAIT: ratio < 1 / 1.02,
        Trait.LANDSCAPE: ratio > 1.02,
        Trait.PNG: record.got.format is ImageFormat.PNG,
        Trait.JPEG: record.got.format is ImageFormat.JPEG,
        Trait.WEBP: record.got.format is ImageFormat.WEBP,
        Trait.GIF: record.got.format is ImageFormat.GIF,
        Trait.SVG: record.got.format is ImageFormat.SVG,
        Trait.HAS_TITLE: bool(found.title),
        Trait.HAS_NOTE: bool(found.note),
        Trait.HAS_TAG: bool(found.tags),
        Trait.HAS_ALBUM: bool(found.albums),
        Trait.HAS_RATING: found.rating > 0,
        Trait.HAS_ENHANCED: bool(record.enhanced_prompt),
        Trait.HAS_REVISED: bool(record.revised_prompt),
        Trait.HAS_COST: record.cost is not None,
        Trait.HAS_SEED: record.seed is not None,
        Trait.HAS_CREDENTIAL: record.content_credential,
    }[trait]
