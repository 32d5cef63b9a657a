"""The program itself: its version, whether it looks for newer ones, and the licences of what others made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot, qVersion
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QPushButton, QWidget

from imagegen_desktop import __version__
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.third_party import third_party_licences
from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import PlainLabel

if TYPE_CHECKING:
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.status_kind import StatusKind

TEXT_HEIGHT = 260


class AboutSection(Section):
    """`look_requested` is the wish to look for a newer version now."""

    look_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("About"))
        words = self.tr("Imagegen Desktop {version}, with Qt {qt}").format(version=__version__, qt=qVersion())
        self.version = PlainLabel(words)
        self.look = QPushButton(self.tr("Look now"))
        self.look.setAccessibleDescription(self.tr("Ask once whether there is a newer version"))
        self.add_row(self.tr("Version"), self.version, self.look)
        self.updates = QCheckBox(self.tr("Look for newer versions once a day"))
        self.add_row(self.tr("Updates"), self.updates)
        self.status = StatusLine()
        self.add_below(self.status)
        told = self.tr(
            "A small signed file is fetched; nothing about you or this computer is sent, nothing is installed."
        )
        self.add_below(PlainLabel(told, kind="muted", wrap=True))
        self.licences = QPushButton(self.tr("Show licences"))
        self.licences.setCheckable(True)
        told = self.tr(
            "The program is under the MIT licence. Qt and Qt for Python are used under the LGPL, version 3: they are libraries "
            "of their own in the program's folder, and you may put your own build in their place."
        )
        self.add_row(self.tr("Licences"), PlainLabel(told, wrap=True), self.licences)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(self.tr("Licences of what others made"))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(TEXT_HEIGHT)
        self.text.hide()
        self.add_below(self.text)
        self.look.clicked.connect(self.look_requested)
        self.updates.toggled.connect(self._toggled)
        self.licences.toggled.connect(self._show_licences)

    def show_settings(self, settings: Settings) -> None:
        with QSignalBlocker(self.updates):
            self.updates.setChecked(settings.look_for_updates is True)

    def choose(self, *, look: bool) -> None:
        """What the person answered when asked elsewhere."""
        self.change(replace(self.settings, look_for_updates=look))
        self.show_settings(self.settings)

    def show_status(self, text: str, kind: StatusKind) -> None:
        self.look.setEnabled(kind != "busy")
        self.status.show_status(text, kind)

    @Slot(bool)
    def _toggled(self, look: bool) -> None:  # noqa: FBT001 (Qt's signal carries it bare)
        self.change(replace(self.settings, look_for_updates=look))

    @Slot(bool)
    def _show_licences(self, shown: bool) -> None:  # noqa: FBT001 (the same)
        if shown and not self.text.toPlainText():
            self.text.setPlainText(third_party_licences(resources_folder()))
        self.text.setVisible(shown)
        self.licences.setText(self.tr("Hide licences") if shown else self.tr("Show licences"))
