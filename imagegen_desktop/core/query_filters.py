"""The filters of the search language: what may stand before and after a colon or a comparison."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, auto
from functools import partial
from typing import Final

from imagegen_desktop.core.query_terms import (
    Comparison,
    Dated,
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
)


class Unfinished(Enum):
    """The filter's value is still to be typed."""

    INCOMPLETE = auto()


INCOMPLETE: Final = Unfinished.INCOMPLETE

# What computers agree on: C libraries tell local time for these years only.
_FIRST_YEAR: Final = 1971
_LAST_YEAR: Final = 2999

_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_UNITS: Final = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "k": 10**3, "m": 10**6, "g": 10**9}
_SYNONYMS: Final = {
    "is:favourite": Trait.FAVOURITE,
    "is:favorite": Trait.FAVOURITE,
    "is:fav": Trait.FAVOURITE,
    "is:rejected": Trait.REJECTED,
    "is:untagged": Trait.UNTAGGED,
    "is:square": Trait.SQUARE,
    "is:portrait": Trait.PORTRAIT,
    "is:landscape": Trait.LANDSCAPE,
    "format:jpeg": Trait.JPEG,
    "has:tags": Trait.HAS_TAG,
    "has:albums": Trait.HAS_ALBUM,
}
_TRAITS: Final = {trait.value: trait for trait in Trait if ":" in trait.value} | _SYNONYMS


@dataclass(frozen=True, slots=True)
class Filter:
    """What stood after the filter's name. `sign` is empty for a bare colon, else a comparison."""

    sign: str
    value: str
    quoted: bool
    today: date


Understood = Term | Unfinished | None
Reading = Callable[[Filter], Understood]


def _named(kind: NameKind, told: Filter) -> Understood:
    if told.sign not in {"", "="}:
        return None
    return Named(kind, told.value, told.quoted) if told.value.strip() else INCOMPLETE


def _text(field: TextField, told: Filter) -> Understood:
    if told.sign not in {"", "="}:
        return None
    if not told.value.strip():
        return INCOMPLETE
    return Words(told.value, told.quoted, field) if any(map(str.isalnum, told.value)) else None


def _trait(name: str, told: Filter) -> Understood:
    if not told.value:
        return INCOMPLETE
    return _TRAITS.get(f"{name}:{told.value.lower()}") if told.sign in {"", "="} else None


def _number(text: str) -> Decimal | None:
    """Exact, and of a length that no later sum runs over."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _measured(quantity: Quantity, told: Filter) -> Understood:
    if not told.value:
        return INCOMPLETE
    text = told.value.lower().removeprefix("$").removesuffix("px")
    unit = 1
    if quantity is Quantity.BYTES:
        letters = text.lstrip("0123456789.")
        if letters not in _UNITS:
            return None
        text, unit = text.removesuffix(letters), _UNITS[letters]
    value = _number(text)
    return None if value is None else Measured(quantity, Comparison(told.sign or "="), value * unit)


def _size(told: Filter) -> Understood:
    pair = re.fullmatch(r"(\d{1,9})[xX×](\d{1,9})", told.value, re.ASCII)
    if pair and told.sign in {"", "="}:
        return Sized(int(pair[1]), int(pair[2]))
    return _measured(Quantity.SIZE, told)


def _ratio(told: Filter) -> Understood:
    pair = re.fullmatch(r"([\d.]+)(?:[:/xX×]([\d.]+))?", told.value, re.ASCII)
    if pair is None or told.sign not in {"", "="}:
        return _trait("ratio", told)
    across, down = _number(pair[1]), _number(pair[2] or "1")
    return Shaped(across, down) if across and down else None


def _dated(relation: Relation, told: Filter) -> Understood:
    if not told.value:
        return INCOMPLETE
    days = _days(told.value.lower(), told.today)
    return Dated(relation, *days) if days and told.sign in {"", "="} else None


def _since(told: Filter) -> Understood:
    before = _dated(Relation.BEFORE, told)
    return Not(before) if isinstance(before, Dated) else before


def _days(text: str, today: date) -> tuple[date, date] | None:
    """The first day, and the first one after."""
    if text in {"today", "yesterday"}:
        first = today - timedelta(days=text == "yesterday")
        return first, first + timedelta(days=1)
    told = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text, re.ASCII)
    if told is None or not _FIRST_YEAR <= int(told[1]) <= _LAST_YEAR:
        return None
    year, month, day = int(told[1]), int(told[2] or 1), int(told[3] or 1)
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    if told[3]:
        return first, first + timedelta(days=1)
    if told[2]:
        return first, date(year + month // 12, month % 12 + 1, 1)
    return first, date(year + 1, 1, 1)


FILTERS: Final[dict[str, Reading]] = {
    **{kind.value: partial(_named, kind) for kind in NameKind},
    **{field.value: partial(_text, field) for field in TextField},
    **{quantity.value: partial(_measured, quantity) for quantity in Quantity},
    **{name: partial(_trait, name) for name in ("is", "has", "format")},
    **{relation.value: partial(_dated, relation) for relation in Relation},
    "since": _since,
    "size": _size,
    "ratio": _ratio,
}
