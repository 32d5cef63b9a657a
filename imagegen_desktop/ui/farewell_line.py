"""Says that a model ends or has ended, and offers the one that takes its place."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Signal

from imagegen_desktop.core.farewell import farewell, heir
from imagegen_desktop.core.models import ModelSpec
from imagegen_desktop.ui.advice_line import AdviceLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from imagegen_desktop.core.dialects import Family
    from imagegen_desktop.core.farewell import Farewell
    from imagegen_desktop.core.models import ModelCatalogue, TextModelSpec


class FarewellLine(AdviceLine):
    """Emits `successor_chosen(str)`, a model's id, when its button is pressed."""

    successor_chosen = Signal(object)

    def __init__(self, catalogue: ModelCatalogue, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._today = today

    def show_model(self, spec: ModelSpec | TextModelSpec, family: Family) -> None:
        """Nothing is said of a model that lives on for more than thirty days. Emits nothing."""
        today = self._today()
        told = farewell(spec, family, today)
        if told is None:
            self.tell("")
            return
        if isinstance(spec, ModelSpec):
            known, default, named = (
                self._catalogue.image_models,
                self._catalogue.default_image_model,
                self._catalogue.image_model,
            )
        else:
            known, default, named = (
                self._catalogue.text_models,
                self._catalogue.default_text_model,
                self._catalogue.text_model,
            )
        successor = heir(told, known, default, today)
        action = self.tr("Use {model}").format(model=named(successor).label) if successor else ""
        words = farewell_words(spec.label, told, self.locale())
        self.tell(words, action, partial(self.successor_chosen.emit, successor))


def local_today() -> date:
    return datetime.now(UTC).astimezone().date()


def farewell_words(label: str, told: Farewell, locale: QLocale) -> str:
    day = locale.toString(QDate(told.day.year, told.day.month, told.day.day), "d MMMM yyyy")
    if told.is_over:
        return QCoreApplication.translate("Advice", "{model} was shut down on {day}.").format(model=label, day=day)
    if told.days == 1:
        words = QCoreApplication.translate("Advice", "{model} ends tomorrow, on {day}.")
    else:
        words = QCoreApplication.translate("Advice", "{model} ends on {day} (in {days} days).")
    return words.format(model=label, day=day, days=told.days)
