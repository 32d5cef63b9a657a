"""Where the pictures are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from imagegen_desktop.ui.settings.section import Section
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.settings import Settings


class LibrarySection(Section):
    """Emits `choose_requested()` and `show_requested()`; the folder itself is chosen elsewhere."""

    choose_requested = Signal()
    show_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Library"))
        self.path = QLineEdit()
        self.path.setReadOnly(True)
        self.choose = QPushButton(self.tr("Choose..."))
        self.choose.setAccessibleName(self.tr("Choose another library folder"))
        self.show_folder = QPushButton(self.tr("Show"))
        self.show_folder.setAccessibleName(self.tr("Show the library folder"))
        self.add_row(self.tr("Folder"), self.path, self.choose, self.show_folder)
        hint = self.tr("Every picture is kept here as a plain file. Another folder opens another library.")
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))
        self.choose.clicked.connect(self.choose_requested)
        self.show_folder.clicked.connect(self.show_requested)

    def show_settings(self, settings: Settings) -> None:
        """Nothing: an empty path in the settings means a default that only the window knows."""

    def set_folder(self, folder: Path) -> None:
        self.path.setText(str(folder))
        self.path.setCursorPosition(0)
        self.path.setToolTip(plain_tooltip(str(folder)))
