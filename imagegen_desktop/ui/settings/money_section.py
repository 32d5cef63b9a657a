"""How much may be spent, what the endpoint charges, and how many jobs it gets at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from imagegen_desktop.core.budget import amount_of
from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.ui.number_box import NumberBox
from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from decimal import Decimal

    from imagegen_desktop.core.settings import Settings

MOST_IN_FLIGHT = 10
WIDEST_NUMBER = 140


class MoneySection(Section):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Money"))
        self.daily = QLineEdit()
        self.monthly = QLineEdit()
        self.notice = StatusLine()
        self.pricing = QComboBox()
        self.in_flight = NumberBox()
        self._add_budgets()
        self._add_pricing()
        self._add_in_flight()

    def show_settings(self, settings: Settings) -> None:
        for field, amount in ((self.daily, settings.daily_budget), (self.monthly, settings.monthly_budget)):
            # What is not an amount yet stays as it was typed.
            if not self._is_faulty(field) and self._read(field) != amount:
                field.setText(_shown(amount))
        with QSignalBlocker(self.pricing):
            self.pricing.setCurrentIndex(max(0, self.pricing.findData(settings.current.pricing)))
        self.pricing.setEnabled(settings.maker is not Maker.SAMPLE)
        with QSignalBlocker(self.in_flight):
            self.in_flight.setValue(settings.in_flight)

    def commit(self) -> None:
        """Take over a budget that is being typed; one that can't be read is put back."""
        self._budgets_edited()
        for field, amount in (
            (self.daily, self.settings.daily_budget),
            (self.monthly, self.settings.monthly_budget),
        ):
            if self._is_faulty(field):
                field.setText(_shown(amount))
        self.notice.show_status("", "none")

    def _add_budgets(self) -> None:
        for field, name in ((self.daily, self.tr("Budget a day")), (self.monthly, self.tr("Budget a month"))):
            field.setPlaceholderText(self.tr("No limit"))
            field.setMaximumWidth(WIDEST_NUMBER)
            field.editingFinished.connect(self._budgets_edited)
            self.add_row(name, field, QWidget())
            field.setAccessibleName(self.tr("{name} in US dollars; empty for no limit").format(name=name))
        self.add_below(self.notice)
        hint = self.tr(
            "In US dollars, for all libraries together; days and months are those of this computer. Before a picture that "
            "might go over it the queue stops and asks."
        )
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))

    def _add_pricing(self) -> None:
        for words, value in (
            (self.tr("By its address"), None),
            (self.tr("OpenAI's list prices"), Pricing.OPENAI_LIST),
            (self.tr("Nothing: my own server"), Pricing.FREE),
            (self.tr("Unknown"), Pricing.UNKNOWN),
        ):
            self.pricing.addItem(words, value)
        self.pricing.activated.connect(self._pricing_chosen)
        self.wheel.calm(self.pricing)
        self.add_row(self.tr("Endpoint charges"), self.pricing)
        self.pricing.setAccessibleName(self.tr("What this endpoint charges"))
        hint = self.tr(
            "What this endpoint charges. By its address: OpenAI's list prices at OpenAI's own, else unknown."
        )
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))

    def _add_in_flight(self) -> None:
        self.in_flight.setRange(1, MOST_IN_FLIGHT)
        self.in_flight.setKeyboardTracking(False)
        self.in_flight.setMaximumWidth(WIDEST_NUMBER)
        # A style sheet's padding does not reach the field within a spin box.
        self.in_flight.lineEdit().setTextMargins(SPACE_2 - 2, 0, 0, 0)
        self.in_flight.valueChanged.connect(self._in_flight_chosen)
        self.wheel.calm(self.in_flight)
        self.add_row(self.tr("Jobs at a time"), self.in_flight, QWidget())

    @Slot()
    def _budgets_edited(self) -> None:
        daily, monthly = (
            before if self._is_faulty(field) else self._read(field)
            for field, before in (
                (self.daily, self.settings.daily_budget),
                (self.monthly, self.settings.monthly_budget),
            )
        )
        if self._is_faulty(self.daily) or self._is_faulty(self.monthly):
            words = self.tr("Not used yet: a budget is an amount such as 5 or 12.50, or empty for no limit.")
            self.notice.show_status(words, "error")
        else:
            self.notice.show_status("", "none")
        self.change(replace(self.settings, daily_budget=daily, monthly_budget=monthly))

    @Slot(int)
    def _pricing_chosen(self, index: int) -> None:
        value = self.pricing.itemData(index)
        pricing = None if value is None else Pricing(value)
        self.change(self.settings.with_current(replace(self.settings.current, pricing=pricing)))

    @Slot(int)
    def _in_flight_chosen(self, count: int) -> None:
        self.change(replace(self.settings, in_flight=count))

    def _is_faulty(self, field: QLineEdit) -> bool:
        try:
            self._read(field)
        except ValueError:
            return True
        return False

    @staticmethod
    def _read(field: QLineEdit) -> Decimal | None:
        """Raises ValueError."""
        text = field.text().strip()
        return amount_of(text) if text else None


def _shown(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"
