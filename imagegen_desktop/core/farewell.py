"""Says when a model is about to end, or has, and which one takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.model_merge import is_its_own

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.dialects import Family
    from imagegen_desktop.core.models import ModelSpec, TextModelSpec

NOTICE_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Farewell:
    """`model` ends on `day`, `days` from now (below 1: it has ended); `successor` is an id, or empty."""

    model: str
    day: date
    days: int
    successor: str

    @property
    def is_over(self) -> bool:
        return self.days <= 0


def farewell(spec: ModelSpec | TextModelSpec, family: Family, today: date) -> Farewell | None:
    """None for a model that lives on, or ends later than in thirty days."""
    if spec.shutdown is None or not is_its_own(family):
        # A compatible server may have a model of the same name for ever.
        return None
    days = (spec.shutdown - today).days
    return Farewell(spec.id, spec.shutdown, days, spec.successor) if days <= NOTICE_DAYS else None


def heir(told: Farewell, specs: Iterable[ModelSpec | TextModelSpec], default: str, today: date) -> str:
    """The id to use instead: the maker's successor, the successor's own where that has ended too, else `default`.

    Empty where that is the model itself.
    """
    known = {spec.id: spec for spec in specs}
    seen = {told.model}
    name = told.successor
    while name and name not in seen:
        spec = known.get(name)
        if spec is None or spec.shutdown is None or spec.shutdown > today:
            return name
        seen.add(name)
        name = spec.successor
    return default if default != told.model else ""
