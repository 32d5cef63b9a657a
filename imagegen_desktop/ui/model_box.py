"""A box of models that also takes an id it has never heard of: at other endpoints models have other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.models import ModelSpec, TextModelSpec

FEWEST_CHARACTERS = 10
# Pixels beside the words: the frame, the padding and the arrow.
BESIDE = 62


class ModelBox(QComboBox):
    """Emits `chosen(str)`, a model's id, when a person chose or typed another one."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._id = ""
        self._name = ""
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(FEWEST_CHARACTERS)
        self.activated.connect(self._activated)

    @property
    def model_id(self) -> str:
        return self._id

    def set_name(self, name: str) -> None:
        """The accessible name of the box and of the field within it."""
        self._name = name
        self.setAccessibleName(name)
        field = self.lineEdit()
        if field is not None:
            field.setAccessibleName(name)

    def set_models(self, models: Iterable[ModelSpec | TextModelSpec], chosen: str, *, free_text: bool = True) -> None:
        """Offer `models`, with `chosen` (an id, known or not) in the field. Emits nothing."""
        with QSignalBlocker(self):
            self.clear()
            for spec in models:
                self.addItem(spec.label, spec.id)
            self._allow_free_text(free_text)
        self.choose(chosen)

    def choose(self, model_id: str) -> None:
        """Show `model_id`; the first model instead of an unknown one where none can be typed. Emits nothing."""
        with QSignalBlocker(self):
            index = self.findData(model_id)
            if index < 0 and not self.isEditable():
                index = 0
            self.setCurrentIndex(index)
            self._id = str(self.itemData(index)) if index >= 0 else model_id
            if index < 0:
                self.setEditText(model_id)
        # What tells models apart stands at the end of their names: it is never cut off while there is room.
        words = self.fontMetrics().horizontalAdvance(self.currentText())
        self.setMinimumWidth(min(words + BESIDE, self.maximumWidth()))
        self._show_start()

    def _allow_free_text(self, allowed: bool) -> None:  # noqa: FBT001 (a setter)
        if allowed == self.isEditable():
            return
        self.setEditable(allowed)
        field = self.lineEdit()
        if field is not None:
            field.setAccessibleName(self._name)
            field.editingFinished.connect(self._typed)

    @Slot(int)
    def _activated(self, index: int) -> None:
        self._tell(str(self.itemData(index)))

    @Slot()
    def _typed(self) -> None:
        words = self.currentText().strip()
        if not words:
            self.choose(self._id)
            return
        for index in range(self.count()):
            if words.casefold() in {self.itemText(index).casefold(), str(self.itemData(index)).casefold()}:
                words = str(self.itemData(index))
                break
        self._tell(words)

    def _tell(self, model_id: str) -> None:
        changed = model_id != self._id
        self.choose(model_id)
        if changed:
            self.chosen.emit(model_id)

    def _show_start(self) -> None:
        field = self.lineEdit()
        if field is not None:
            field.setCursorPosition(0)
