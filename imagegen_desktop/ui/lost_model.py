"""Says of a model that is no more what takes its place, for a failed job and for an old image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from imagegen_desktop.core.farewell import farewell, heir
from imagegen_desktop.core.models import ModelSpec
from imagegen_desktop.ui.farewell_line import farewell_words

if TYPE_CHECKING:
    from datetime import date

    from imagegen_desktop.core.dialects import Family
    from imagegen_desktop.core.models import ModelCatalogue


@dataclass(frozen=True, slots=True)
class LostModel:
    """`words` say in one sentence when the model ended; `successor` is what to use instead, None where nothing is known."""

    words: str
    successor: ModelSpec | None


def lost_model(spec: ModelSpec, family: Family, catalogue: ModelCatalogue, today: date) -> LostModel | None:
    """None for a model that has not ended, as far as its data tell."""
    told = farewell(spec, family, today)
    if told is None or not told.is_over:
        return None
    name = heir(told, catalogue.image_models, catalogue.default_image_model, today)
    successor = catalogue.image_model(name) if name else None
    return LostModel(farewell_words(spec.label, told, QLocale()), successor)
