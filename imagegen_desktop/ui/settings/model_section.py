"""The model that makes pictures, the one that enhances prompts, and how long to wait for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QWidget

from imagegen_desktop.core.model_merge import first_choice
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.settings import DEFAULT_INSTRUCTION
from imagegen_desktop.ui.farewell_line import FarewellLine, local_today
from imagegen_desktop.ui.model_box import ModelBox
from imagegen_desktop.ui.number_box import NumberBox
from imagegen_desktop.ui.settings.section import Section
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from imagegen_desktop.core.models import ModelCatalogue, ModelSpec, TextModelSpec
    from imagegen_desktop.core.settings import Settings

SHORTEST_SECONDS = 10
LONGEST_SECONDS = 3600
INSTRUCTION_HEIGHT = 104


class ModelSection(Section):
    """Which models are offered is told by `show_models`; until then they are those of the catalogue."""

    def __init__(
        self, catalogue: ModelCatalogue, parent: QWidget | None = None, *, today: Callable[[], date] = local_today
    ) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Models"))
        self._catalogue = catalogue
        self._images: tuple[ModelSpec, ...] = catalogue.of(Maker.OPENAI)
        self._texts: tuple[TextModelSpec, ...] = catalogue.text_models
        self.image_model = ModelBox()
        self.text_model = ModelBox()
        self.image_farewell = FarewellLine(catalogue, today)
        self.text_farewell = FarewellLine(catalogue, today)
        self.instruction = QPlainTextEdit()
        self.restore = QPushButton(self.tr("Restore default"))
        self.seconds = NumberBox()
        self._add_boxes()
        self._add_instruction()
        self._add_limit()

    def show_settings(self, settings: Settings) -> None:
        image = settings.current.image_model or first_choice(self._images, self._catalogue.default_image_model)
        text = settings.text.text_model or self._catalogue.default_text_model
        self.image_model.choose(image)
        self.text_model.choose(text)
        told = next((spec for spec in self._images if spec.id == image), self._catalogue.image_model(image))
        self.image_farewell.show_model(told, settings.current.endpoint.family)
        word = next((spec for spec in self._texts if spec.id == text), self._catalogue.text_model(text))
        self.text_farewell.show_model(word, settings.text.endpoint.family)
        if self.instruction.toPlainText() != settings.instruction:
            self.instruction.setPlainText(settings.instruction)
        with QSignalBlocker(self.seconds):
            self.seconds.setValue(round(settings.timeout))
        self._show_restore()

    def show_models(self, images: tuple[ModelSpec, ...], texts: tuple[TextModelSpec, ...]) -> None:
        """Offer what the endpoint of the pictures and that of the words have. Emits nothing."""
        self._images, self._texts = images, texts
        self.image_model.set_models(images, self.image_model.model_id)
        self.text_model.set_models(texts, self.text_model.model_id)
        self.show_settings(self.settings)

    def commit(self) -> None:
        """Take over an instruction that is being typed."""
        words = self.instruction.toPlainText().strip()
        self.change(replace(self.settings, instruction=words or DEFAULT_INSTRUCTION))
        if not words:
            self.instruction.setPlainText(DEFAULT_INSTRUCTION)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and watched is self.instruction:
            self.commit()
        return super().eventFilter(watched, event)

    def _add_boxes(self) -> None:
        self.image_model.set_models(self._images, self._catalogue.default_image_model)
        self.text_model.set_models(self._texts, self._catalogue.default_text_model)
        for box, name, line in (
            (self.image_model, self.tr("Image model"), self.image_farewell),
            (self.text_model, self.tr("Text model"), self.text_farewell),
        ):
            self.add_row(name, box)
            self.add_below(line)
            self.wheel.calm(box)
            box.set_name(name)
        hint = self.tr("Any id that the endpoint knows can be typed. The text model enhances prompts.")
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))
        self.image_model.chosen.connect(self._image_model_chosen)
        self.text_model.chosen.connect(self._text_model_chosen)
        self.image_farewell.successor_chosen.connect(self._image_model_chosen)
        self.text_farewell.successor_chosen.connect(self._text_model_chosen)

    def _add_instruction(self) -> None:
        self.instruction.setTabChangesFocus(True)
        self.instruction.setFixedHeight(INSTRUCTION_HEIGHT)
        self.instruction.installEventFilter(self)
        self.instruction.textChanged.connect(self._show_restore)
        self.add_row(self.tr("Instruction"), self.instruction)
        self.restore.setAccessibleName(self.tr("Restore the default instruction"))
        self.restore.clicked.connect(self._restore)
        row = QHBoxLayout()
        row.addWidget(self.restore)
        row.addStretch(1)
        self.add_below(row)

    def _add_limit(self) -> None:
        self.seconds.setRange(SHORTEST_SECONDS, LONGEST_SECONDS)
        self.seconds.setSingleStep(30)
        self.seconds.setSuffix(self.tr(" s"))
        self.seconds.setKeyboardTracking(False)
        self.seconds.setMaximumWidth(120)
        # A style sheet's padding does not reach the field within a spin box.
        self.seconds.lineEdit().setTextMargins(SPACE_2 - 2, 0, 0, 0)
        self.seconds.valueChanged.connect(self._seconds_chosen)
        self.wheel.calm(self.seconds)
        self.add_row(self.tr("Time limit"), self.seconds)
        self.seconds.setAccessibleName(self.tr("Time limit of a request in seconds"))
        hint = self.tr("How long to wait for a picture. Large ones can take some minutes.")
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))

    @Slot(object)
    def _image_model_chosen(self, model_id: str) -> None:
        self.change(self.settings.with_current(replace(self.settings.current, image_model=model_id)))

    @Slot(object)
    def _text_model_chosen(self, model_id: str) -> None:
        self.change(self.settings.with_text(replace(self.settings.text, text_model=model_id)))

    @Slot(int)
    def _seconds_chosen(self, seconds: int) -> None:
        self.change(replace(self.settings, timeout=float(seconds)))

    @Slot()
    def _restore(self) -> None:
        self.instruction.setPlainText(DEFAULT_INSTRUCTION)
        self.commit()
        self.instruction.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _show_restore(self) -> None:
        self.restore.setEnabled(self.instruction.toPlainText().strip() != DEFAULT_INSTRUCTION)
