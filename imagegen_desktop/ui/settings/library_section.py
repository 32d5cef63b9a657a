"""Where the pictures are kept: which library is open, and how it is checked and put in order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.status_kind import StatusKind

# A long path is cut in the box and whole in its tooltip.
PATH_CHARACTERS = 20


class LibrarySection(Section):
    """Emits the wishes that its buttons stand for; `switch_requested` carries the Path of the library to open instead.

    The folder itself is chosen elsewhere, and the checks run elsewhere.
    """

    choose_requested = Signal()
    show_requested = Signal()
    switch_requested = Signal(object)
    verify_requested = Signal()
    rebuild_requested = Signal()
    cancel_requested = Signal()
    adopt_requested = Signal()
    copy_requested = Signal()

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
        self.others = QComboBox()
        self.switch = QPushButton(self.tr("Open"))
        self._add_others()
        self.verify = QPushButton(self.tr("Check all files"))
        self.rebuild = QPushButton(self.tr("Rebuild the index"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.adopt = QPushButton(self.tr("Adopt"))
        self.copy_list = QPushButton(self.tr("Copy the list"))
        self.status = StatusLine()
        self._add_care()
        self.choose.clicked.connect(self.choose_requested)
        self.show_folder.clicked.connect(self.show_requested)

    def show_settings(self, settings: Settings) -> None:
        """Nothing: an empty path in the settings means a default that only the window knows."""

    def set_folder(self, folder: Path) -> None:
        self.path.setText(str(folder))
        self.path.setCursorPosition(0)
        self.path.setToolTip(plain_tooltip(str(folder)))

    def set_others(self, folders: Sequence[Path]) -> None:
        """Libraries that can be opened instead of this one; the row is gone where there is none."""
        self.others.clear()
        self.others.addItems([str(folder) for folder in folders])
        for widget in (self._others_label, self.others, self.switch):
            widget.setVisible(bool(folders))

    def set_care(
        self, words: str, kind: StatusKind, *, adoptable: int = 0, listed: bool = False, open_library: bool = True
    ) -> None:
        """How a check or a rebuild stands, in words; while it is "busy" a Cancel stands in place of the buttons.

        `adoptable` pictures can be taken in; `listed` says that there is a list to copy.
        """
        self.status.show_status(words, kind)
        busy = kind == "busy"
        focused = any(button.hasFocus() for button in (self.verify, self.rebuild, self.cancel))
        for button in (self.verify, self.rebuild):
            button.setVisible(not busy)
            button.setEnabled(open_library)
        self.cancel.setVisible(busy)
        self.adopt.setVisible(bool(adoptable) and not busy)
        self.adopt.setText(self.tr("Adopt {count}").format(count=adoptable))
        self.adopt.setAccessibleName(self.tr("Take {count} pictures into the library").format(count=adoptable))
        self.copy_list.setVisible(listed and not busy)
        if focused:
            (self.cancel if busy else self.verify).setFocus()

    def _add_others(self) -> None:
        self.others.setMinimumContentsLength(PATH_CHARACTERS)
        self.others.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.others.currentTextChanged.connect(self._show_whole)
        self.wheel.calm(self.others)
        self.switch.setAccessibleName(self.tr("Open the chosen library"))
        self.switch.clicked.connect(self._switch)
        self._others_label = self.add_row(self.tr("Other libraries"), self.others, self.switch)
        self.set_others(())

    def _add_care(self) -> None:
        self.verify.setAccessibleDescription(
            self.tr("Reads every picture again and compares it with what was saved. Nothing is deleted or overwritten.")
        )
        self.rebuild.setAccessibleDescription(
            self.tr("Makes the search index again from the folder. It loses nothing.")
        )
        self.cancel.setAccessibleName(self.tr("Cancel the check of the library"))
        self.copy_list.setAccessibleName(self.tr("Copy the list of what was found"))
        row = QWidget()
        buttons = QHBoxLayout(row)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(SPACE_2)
        for button in (self.verify, self.rebuild, self.cancel):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.add_row(self.tr("Care"), row)
        hint = self.tr(
            "Checking reads every picture again, finds again what was moved, and deletes nothing. "
            "Rebuilding makes the search index again from the folder."
        )
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))
        self.add_below(self.status)
        after = QHBoxLayout()
        after.setSpacing(SPACE_2)
        after.addWidget(self.adopt)
        after.addWidget(self.copy_list)
        after.addStretch(1)
        self.add_below(after)
        self.set_care("", "none", open_library=False)
        self.verify.clicked.connect(self.verify_requested)
        self.rebuild.clicked.connect(self.rebuild_requested)
        self.cancel.clicked.connect(self.cancel_requested)
        self.adopt.clicked.connect(self.adopt_requested)
        self.copy_list.clicked.connect(self.copy_requested)

    @Slot(str)
    def _show_whole(self, words: str) -> None:
        self.others.setToolTip(plain_tooltip(words))

    @Slot()
    def _switch(self) -> None:
        if self.others.count():
            self.switch_requested.emit(Path(self.others.currentText()))
