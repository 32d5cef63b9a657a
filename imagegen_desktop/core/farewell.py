"""Says when a model is about to end, or has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.dialects import Family

if TYPE_CHECKING:
    from imagegen_desktop.core.models import ModelSpec

NOTICE_DAYS: Final = 30
# Where OpenAI's own dates hold. A compatible server may have a model of the same name for ever.
_ITS_OWN: Final = frozenset({Family.OPENAI, Family.AZURE})


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


def farewell(spec: ModelSpec, family: Family, today: date) -> Farewell | None:
    """None for a model that lives on, or ends later than in thirty days."""
    if spec.shutdown is None or family not in _ITS_OWN:
        return None
    days = (spec.shutdown - today).days
    return Farewell(spec.id, spec.shutdown, days, spec.successor) if days <= NOTICE_DAYS else None
