"""The choices of an export, as a card above the prompt card."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.exporting import (
    DEFAULT_PATTERN,
    WORDS,
    Container,
    CopyFormat,
    ExportChoice,
    ExportFault,
    Metadata,
    fault_in,
    name_for,
)
from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from imagegen_desktop.core.changes import ImageState

EDGES = (4096, 2048, 1600, 1080, 512)


class ExportSheet(QFrame):
    """Emits `export_requested(ExportChoice)`, `sheet_requested()` and `records_requested()`. It keeps its choices when closed."""

    export_requested = Signal(object)
    sheet_requested = Signal()
    records_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self._choice = ExportChoice()
        self._states: tuple[ImageState, ...] = ()
        self._wheel = CalmWheel(self)
        self.title = PlainLabel(kind="title")
        self.metadata = self._box(
            (self.tr("The originals, untouched"), Metadata.ORIGINAL),
            (self.tr("Prompt and settings inside"), Metadata.FULL),
            (self.tr("No metadata at all"), Metadata.NONE),
        )
        self.format = self._box(
            (self.tr("As it is"), CopyFormat.KEEP),
            ("PNG", CopyFormat.PNG),
            ("JPEG", CopyFormat.JPEG),
            ("WebP", CopyFormat.WEBP),
        )
        self.edge = self._box(
            (self.tr("As it is"), None), *((self.tr("{edge} pixels").format(edge=edge), edge) for edge in EDGES)
        )
        self.container = self._box((self.tr("A folder"), Container.FOLDER), (self.tr("A zip file"), Container.ZIP))
        self.pattern = QLineEdit()
        self.pattern.textEdited.connect(self._chosen)
        self.example = PlainLabel(kind="muted")
        self.told = PlainLabel(kind="muted", wrap=True)
        self.export = QPushButton(self.tr("Export…"))
        self.export.setProperty("kind", "primary")
        self.sheet = QPushButton(self.tr("Contact sheet…"))
        self.records = QPushButton(self.tr("Records…"))
        self.cancel = QPushButton(self.tr("Close"))
        self._lay_out()
        self.export.clicked.connect(self._export)
        self.sheet.clicked.connect(self.sheet_requested)
        self.records.clicked.connect(self.records_requested)
        self.cancel.clicked.connect(self.close_sheet)
        self.set_choice(self._choice)
        self.hide()

    @property
    def states(self) -> tuple[ImageState, ...]:
        """The images that it was opened for."""
        return self._states

    def set_choice(self, choice: ExportChoice) -> None:
        """Show the last choice of the person. Emits nothing."""
        self._choice = choice
        for box, value in (
            (self.metadata, choice.metadata),
            (self.format, choice.format),
            (self.edge, choice.longest_edge),
            (self.container, choice.container),
        ):
            with QSignalBlocker(box):
                box.setCurrentIndex(max(0, box.findData(value)))
        if self.pattern.text() != choice.pattern:
            self.pattern.setText(choice.pattern)
        self._tell()

    def open_for(self, states: tuple[ImageState, ...]) -> None:
        self._states = states
        count = len(states)
        self.title.setText(
            self.tr("Export this image") if count == 1 else self.tr("Export {count} images").format(count=count)
        )
        self._tell()
        self.show()
        self.metadata.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def close_sheet(self) -> None:
        self._states = ()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_sheet()
            return
        super().keyPressEvent(event)

    # ---- own ----

    def _box(self, *choices: tuple[str, object]) -> QComboBox:
        box = QComboBox()
        for words, value in choices:
            box.addItem(words, value)
        box.activated.connect(self._chosen)
        self._wheel.calm(box)
        return box

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_1)
        cells = (
            (self.tr("What they tell"), self.metadata),
            (self.tr("Format"), self.format),
            (self.tr("Longest edge"), self.edge),
            (self.tr("Into"), self.container),
        )
        for column, (name, control) in enumerate(cells):
            label = PlainLabel(name, kind="caption")
            label.setBuddy(control)
            grid.addWidget(label, 0, column)
            grid.addWidget(control, 1, column)
        name = PlainLabel(self.tr("Name"), kind="caption")
        name.setBuddy(self.pattern)
        self.pattern.setAccessibleName(self.tr("Name"))
        self.pattern.setAccessibleDescription(" ".join(f"{{{word}}}" for word in WORDS))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        buttons.addWidget(self.example, 1)
        for button in (self.cancel, self.records, self.sheet, self.export):
            buttons.addWidget(button)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(SPACE_3, SPACE_3, SPACE_3, SPACE_3)
        column_box.setSpacing(SPACE_2)
        column_box.addWidget(self.title)
        column_box.addLayout(grid)
        column_box.addWidget(name)
        column_box.addWidget(self.pattern)
        column_box.addWidget(self.told)
        column_box.addLayout(buttons)

    @Slot()
    def _chosen(self) -> None:
        metadata = Metadata(self.metadata.currentData())
        keeps = metadata is Metadata.ORIGINAL
        # The very bytes have the format and the size that they have.
        self._choice = replace(
            self._choice,
            metadata=metadata,
            format=CopyFormat.KEEP if keeps else CopyFormat(self.format.currentData()),
            longest_edge=None if keeps else self.edge.currentData(),
            container=Container(self.container.currentData()),
            pattern=self.pattern.text(),
        )
        self.set_choice(self._choice)

    def _tell(self) -> None:
        keeps = self._choice.keeps_bytes
        self.format.setEnabled(not keeps)
        self.edge.setEnabled(not keeps)
        fault = fault_in(self._choice)
        self.export.setEnabled(fault is None)
        told = {
            Metadata.ORIGINAL: self.tr("Byte for byte as they came, with whatever they tell."),
            Metadata.FULL: self.tr("Prompt, model and settings are written into each copy for other programs to read."),
            Metadata.NONE: self.tr("Pixels and colour profile alone. Every copy is read back to make sure."),
        }[self._choice.metadata]
        if self._choice.ends_credential and any(state.record.content_credential for state in self._states):
            told += " " + self.tr("A content credential (C2PA) does not hold for a changed copy and is left out.")
        match fault:
            case ExportFault.NAME_IS_EMPTY:
                told = self.tr("The name is empty: try {pattern}").format(pattern=DEFAULT_PATTERN)
            case ExportFault.NAME_HAS_UNKNOWN_WORD:
                words = " ".join(f"{{{word}}}" for word in WORDS)
                told = self.tr("The name may hold these words in braces: {words}").format(words=words)
            case _:
                pass
        self.told.setText(told)
        name = name_for(self._choice.pattern, self._states[0], 1) if self._states and fault is None else ""
        self.example.setText(self.tr("Such as {name}").format(name=name) if name else "")

    @Slot()
    def _export(self) -> None:
        self.export_requested.emit(self._choice)
