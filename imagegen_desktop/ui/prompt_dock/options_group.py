"""Model, quality and count: the boxes that say what is to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from imagegen_desktop.core.models import Maker
from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.model_box import ModelBox
from imagegen_desktop.ui.prompt_dock.draft_rules import MOST_IMAGES
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.models import ModelSpec

WIDEST_MODEL = 230


class OptionsGroup(QWidget):
    """Emits `model_chosen(str)`, `quality_chosen(str)`, `count_chosen(int)` when a person chose."""

    model_chosen = Signal(object)
    quality_chosen = Signal(object)
    count_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wheel = CalmWheel(self)
        self.model = ModelBox()
        self.quality = QComboBox()
        self.count = QComboBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        for box, name in (
            (self.model, self.tr("Image model")),
            (self.quality, self.tr("Quality")),
            (self.count, self.tr("Number of images")),
        ):
            row.addWidget(box)
            self._name(box, name)
            self._wheel.calm(box)
        row.addStretch(1)
        self.model.set_name(self.tr("Image model"))
        self.model.setMaximumWidth(WIDEST_MODEL)
        self.model.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.model.chosen.connect(self.model_chosen)
        self.quality.activated.connect(self._quality_activated)
        self.count.activated.connect(self._count_activated)

    def set_models(self, specs: Sequence[ModelSpec], chosen: str) -> None:
        """Any id may be typed where the models are a service's; the sample engine is just one."""
        self.model.set_models(specs, chosen, free_text=any(spec.maker is not Maker.SAMPLE for spec in specs))

    def show_choices(self, spec: ModelSpec, quality: str, count: int) -> None:
        """Offer what `spec` has, with these choices; an empty `quality` is the model's default. Emits nothing."""
        with QSignalBlocker(self.quality):
            self.quality.clear()
            for word in spec.qualities:
                self.quality.addItem(self._quality_words(word), word)
            self.quality.setCurrentIndex(max(0, self.quality.findData(quality or spec.default_quality)))
        self.quality.setVisible(bool(spec.qualities))
        with QSignalBlocker(self.count):
            self.count.clear()
            for number in range(1, MOST_IMAGES + 1):
                self.count.addItem(f"×{number}", number)
                words = self.tr("1 image") if number == 1 else self.tr("{count} images").format(count=number)
                self.count.setItemData(number - 1, words, Qt.ItemDataRole.AccessibleTextRole)
            self.count.setCurrentIndex(max(0, self.count.findData(count)))

    def _name(self, box: QComboBox, name: str) -> None:
        """Name a box for screen readers: on Linux they heed only the label that is its buddy, not its own name."""
        label = PlainLabel(name, self)
        label.setFixedSize(0, 0)
        label.setBuddy(box)
        box.setAccessibleName(name)
        box.setToolTip(plain_tooltip(name))

    @Slot(int)
    def _quality_activated(self, index: int) -> None:
        self.quality_chosen.emit(str(self.quality.itemData(index)))

    @Slot(int)
    def _count_activated(self, index: int) -> None:
        self.count_chosen.emit(int(self.count.itemData(index)))

    def _quality_words(self, word: str) -> str:
        known = {
            "auto": self.tr("Auto quality"),
            "low": self.tr("Low"),
            "medium": self.tr("Medium"),
            "high": self.tr("High"),
            "xhigh": self.tr("Extra high"),
            "max": self.tr("Maximum"),
            "standard": self.tr("Standard"),
            "hd": self.tr("HD"),
        }
        return known.get(word, word)
