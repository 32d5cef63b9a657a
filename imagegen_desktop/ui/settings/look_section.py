"""The theme: the desktop's, light or dark."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.ui.settings.section import Section
from imagegen_desktop.ui.theme.tokens import SPACE_4

if TYPE_CHECKING:
    from imagegen_desktop.core.settings import Settings


class LookSection(Section):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Look"))
        words = {
            Theme.SYSTEM: self.tr("As the system"),
            Theme.LIGHT: self.tr("Light"),
            Theme.DARK: self.tr("Dark"),
        }
        self.themes = {theme: QRadioButton(text) for theme, text in words.items()}
        self._group = QButtonGroup(self)
        choice = QWidget()
        row = QHBoxLayout(choice)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_4)
        for button in self.themes.values():
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        self.add_row(self.tr("Theme"), choice)
        self._group.buttonClicked.connect(self._chosen)

    def show_settings(self, settings: Settings) -> None:
        with QSignalBlocker(self._group):
            self.themes[settings.theme].setChecked(True)

    @Slot()
    def _chosen(self) -> None:
        for theme, button in self.themes.items():
            if button.isChecked():
                self.change(replace(self.settings, theme=theme))
