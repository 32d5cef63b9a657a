"""What an endpoint takes, set by hand where no known kind of server fits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from imagegen_desktop.core.dialects import Parameter
from imagegen_desktop.ui.calm_wheel import CalmWheel
from imagegen_desktop.ui.flow_layout import FlowLayout
from imagegen_desktop.ui.parameter_words import parameter_words
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3

if TYPE_CHECKING:
    from imagegen_desktop.core.dialects import Dialect

# As pictures may come: by themselves, inside the answer, or as a link.
RESPONSE_FORMS = ("", "b64_json", "url")


class OwnWays(QWidget):
    """Shows a dialect and lets it be changed field by field; emits `changed(Dialect)`."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialect: Dialect | None = None
        self._wheel = CalmWheel(self)
        holder = QWidget()
        flow = FlowLayout(holder, gap=SPACE_3)
        self.takes = {parameter: QCheckBox(parameter_words(parameter)) for parameter in Parameter}
        for parameter, box in self.takes.items():
            box.setToolTip(plain_tooltip(parameter.value))
            box.clicked.connect(self._edited)
            flow.addWidget(box)
        self.auth_header = QLineEdit()
        self.auth_prefix = QLineEdit()
        self.list_path = QLineEdit()
        self.list_path.setPlaceholderText(self.tr("No list of models"))
        self.token_limit = QLineEdit()
        self.response_form = QComboBox()
        self._wheel.calm(self.response_form)
        for form, words in zip(
            RESPONSE_FORMS,
            (self.tr("As the server likes"), self.tr("Inside the answer (b64_json)"), self.tr("As a link (url)")),
            strict=True,
        ):
            self.response_form.addItem(words, form)
        self.response_form.activated.connect(self._edited)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_2)
        for row, (name, control) in enumerate(
            (
                (self.tr("Key's header"), self.auth_header),
                (self.tr("Before the key"), self.auth_prefix),
                (self.tr("List of models at"), self.list_path),
                (self.tr("Pictures come"), self.response_form),
                (self.tr("Text model's limit"), self.token_limit),
            )
        ):
            label = PlainLabel(name, kind="muted")
            label.setBuddy(control)
            control.setAccessibleName(name)
            grid.addWidget(label, row, 0)
            grid.addWidget(control, row, 1)
        for field in (self.auth_header, self.auth_prefix, self.list_path, self.token_limit):
            field.editingFinished.connect(self._edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_3)
        column.addWidget(holder)
        column.addLayout(grid)

    def show_dialect(self, dialect: Dialect) -> None:
        """Emits nothing."""
        self._dialect = dialect
        for parameter, box in self.takes.items():
            box.setChecked(dialect.takes(parameter))
        for field, text in (
            (self.auth_header, dialect.auth_header),
            (self.auth_prefix, dialect.auth_prefix),
            (self.list_path, dialect.list_path),
            (self.token_limit, dialect.token_limit),
        ):
            if not field.hasFocus():
                field.setText(text)
        with QSignalBlocker(self.response_form):
            self.response_form.setCurrentIndex(max(0, self.response_form.findData(dialect.response_format)))

    @Slot()
    def _edited(self) -> None:
        if self._dialect is None:
            return
        # Without a header for the key, or a name for the limit, nothing could be sent: an empty field means what was.
        edited = replace(
            self._dialect,
            parameters=tuple(parameter for parameter, box in self.takes.items() if box.isChecked()),
            auth_header=self.auth_header.text().strip() or self._dialect.auth_header,
            auth_prefix=self.auth_prefix.text(),
            list_path=self.list_path.text().strip(),
            token_limit=self.token_limit.text().strip() or self._dialect.token_limit,
            response_format=str(self.response_form.currentData()),
        )
        if edited != self._dialect:
            self._dialect = edited
            self.changed.emit(edited)
