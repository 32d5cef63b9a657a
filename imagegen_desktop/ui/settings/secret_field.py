"""A field for a secret: hidden as it is typed, unless it is asked to be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QLineEdit, QPushButton

from imagegen_desktop.core.secret import Secret
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import ICON_CHIP

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from imagegen_desktop.ui.theme.icons import Icons


class SecretField(QLineEdit):
    """`eye` is the button that shows what was typed; `what` names the secret, such as "the passphrase"."""

    def __init__(self, icons: Icons, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._what = what
        self.eye = QPushButton()
        self.eye.setProperty("kind", "quiet")
        self.eye.setCheckable(True)
        self.eye.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        self.eye.toggled.connect(self._show)
        self._show()

    def secret(self) -> Secret | None:
        """None where nothing was typed."""
        return Secret(self.text()) if self.text() else None

    def forget(self) -> None:
        """Empty the field, and its undo history with it: `clear()` would leave the secret for Ctrl+Z."""
        self.setText("")
        self.eye.setChecked(False)

    @Slot()
    def _show(self) -> None:
        shown = self.eye.isChecked()
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.eye.setIcon(self._icons.icon("eye-off" if shown else "eye", "text2"))
        words = self.tr("Hide {what}") if shown else self.tr("Show {what}")
        self.eye.setAccessibleName(words.format(what=self._what))
        self.eye.setToolTip(plain_tooltip(self.eye.accessibleName()))
