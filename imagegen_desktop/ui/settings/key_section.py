"""The API key: entered here once, handed on at once, never shown again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from imagegen_desktop.core.secret import Secret
from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import ICON_CHIP, SPACE_2

if TYPE_CHECKING:
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.status_kind import StatusKind
    from imagegen_desktop.ui.theme.icons import Icons


class KeySection(Section):
    """Emits `key_entered(Secret)`, `key_removed()`, `test_requested()` and `test_cancelled()`."""

    key_entered = Signal(object)
    key_removed = Signal()
    test_requested = Signal()
    test_cancelled = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("API key"))
        self._icons = icons
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText(self.tr("Paste the key here"))
        self.show_button = QPushButton()
        self.show_button.setProperty("kind", "quiet")
        self.show_button.setCheckable(True)
        self.show_button.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        self.add_row(self.tr("Key"), self.field, self.show_button)
        self.place = StatusLine()
        self.add_below(self.place)
        self.save = QPushButton()
        self.remove = QPushButton(self.tr("Remove"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel the test"))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        for button in (self.save, self.remove, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.add_below(buttons)
        self.test = StatusLine()
        self.add_below(self.test)
        self.field.textChanged.connect(self._show_buttons)
        self.field.returnPressed.connect(self._save)
        self.show_button.toggled.connect(self._show_buttons)
        self.save.clicked.connect(self._save)
        self.remove.clicked.connect(self.key_removed)
        self.cancel.clicked.connect(self.test_cancelled)
        self._busy = False
        self.set_key_status(self.tr("No key yet"), "none", removable=False)
        self._show_buttons()

    def show_settings(self, settings: Settings) -> None:
        """Nothing: no secret stands in the settings."""

    def set_key_status(self, text: str, kind: StatusKind, *, removable: bool) -> None:
        self.place.show_status(text, kind)
        self.remove.setVisible(removable)

    def set_test_status(self, text: str, kind: StatusKind) -> None:
        self._busy = kind == "busy"
        self.test.show_status(text, kind)
        self._show_buttons()

    def forget_entry(self) -> None:
        """Empty the field, and its undo history with it: `clear()` would leave the key for Ctrl+Z."""
        self.field.setText("")
        self.show_button.setChecked(False)

    def give_back(self, secret: Secret) -> None:
        """The key could not be used yet: it stands in the field again."""
        self.field.setText(secret.reveal())

    @Slot()
    def _save(self) -> None:
        words = self.field.text().strip()
        if not words:
            self.test_requested.emit()
            return
        if not (words.isascii() and words.isprintable()) or " " in words:
            self.set_test_status(self.tr("This is not a key: it holds spaces or letters that no key has."), "error")
            return
        self.forget_entry()
        self.key_entered.emit(Secret(words))

    @Slot()
    def _show_buttons(self) -> None:
        shown = self.show_button.isChecked()
        self.field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.show_button.setIcon(self._icons.icon("eye-off" if shown else "eye", "text2"))
        name = self.tr("Hide the key") if shown else self.tr("Show the key")
        self.show_button.setAccessibleName(name)
        self.show_button.setToolTip(plain_tooltip(name))
        self.save.setText(self.tr("Save and test") if self.field.text().strip() else self.tr("Test"))
        self.save.setEnabled(not self._busy)
        self.cancel.setVisible(self._busy)
