"""The library's second home as it stands: one line of state, and all that can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QPushButton, QWidget

from imagegen_desktop.ui.settings.section import Section, StatusLine, button_row
from imagegen_desktop.ui.settings.shared_links import SharedLinks
from imagegen_desktop.ui.text import PlainLabel

if TYPE_CHECKING:
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.status_kind import StatusKind


class SyncSection(Section):
    """Emits the wishes that its buttons stand for. `verify_requested` carries (read back, mend), two bools."""

    now_requested = Signal()
    pause_requested = Signal(object)
    change_requested = Signal()
    stop_requested = Signal()
    fetch_requested = Signal()
    verify_requested = Signal(object, object)
    cancel_requested = Signal()
    copy_requested = Signal()
    note_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Bucket"))
        self._paused = False
        self.place = PlainLabel(wrap=True)
        self.key_place = PlainLabel(kind="faint", wrap=True)
        self.state = StatusLine()
        self.now = QPushButton(self.tr("Sync now"))
        self.pause = QPushButton()
        self.change_button = QPushButton(self.tr("Change..."))
        self.change_button.setAccessibleName(self.tr("Change where the library is kept"))
        self.stop = QPushButton(self.tr("Stop syncing"))
        self.note = QPushButton(self.tr("Save the recovery note..."))
        self.fetch = QPushButton(self.tr("Fetch all"))
        self.verify = QPushButton(self.tr("Compare"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.copy_list = QPushButton(self.tr("Copy the list"))
        self.read_back = QCheckBox(self.tr("Read every original back"))
        self.mend = QCheckBox(self.tr("Send and fetch again what is missing"))
        self.care = StatusLine()
        self.links = SharedLinks()
        self._add_state()
        self._add_care()
        self._links_label = self.add_row(self.tr("Shared links"), self.links)
        self._connect()
        self.set_paused(paused=False)
        self.set_care("", "none")

    def show_settings(self, settings: Settings) -> None:
        """Nothing: where a library is kept stands in no settings of the program."""

    def show_place(self, words: str, *, encrypted: bool, shares: bool) -> None:
        """`words` say where; `shares` whether links can be given."""
        self.place.setText(words)
        self.note.setVisible(encrypted)
        for widget in (self._links_label, self.links):
            widget.setVisible(shares)

    def show_key_place(self, words: str) -> None:
        self.key_place.setText(words)
        self.key_place.setVisible(bool(words))

    def show_state(self, words: str, kind: StatusKind) -> None:
        self.state.show_status(words, kind)

    def set_paused(self, *, paused: bool) -> None:
        self._paused = paused
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self.now.setEnabled(not paused)

    def set_care(self, words: str, kind: StatusKind, *, listed: bool = False) -> None:
        """How a comparison or a fetch stands; while it is "busy" a Cancel stands in place of the buttons."""
        self.care.show_status(words, kind)
        busy = kind == "busy"
        focused = any(button.hasFocus() for button in (self.verify, self.fetch, self.cancel))
        for button in (self.verify, self.fetch):
            button.setVisible(not busy)
        self.cancel.setVisible(busy)
        for box in (self.read_back, self.mend):
            box.setEnabled(not busy)
        self.copy_list.setVisible(listed and not busy)
        if focused:
            (self.cancel if busy else self.verify).setFocus()

    # ---- own ----

    def _add_state(self) -> None:
        self.add_row(self.tr("Kept in"), self.place)
        self.add_below(self.key_place)
        self.add_row(self.tr("State"), self.state)
        self.add_below(button_row(self.now, self.pause, self.change_button, self.stop))
        self.stop.setAccessibleDescription(self.tr("Nothing is deleted, here or there."))
        self.add_below(button_row(self.note))

    def _add_care(self) -> None:
        self.add_row(self.tr("Care"), button_row(self.verify, self.fetch, self.cancel))
        self.cancel.setAccessibleName(self.tr("Cancel the comparison or the fetch"))
        self.verify.setAccessibleDescription(
            self.tr("Compares every image with what lies in the bucket. Nothing is deleted.")
        )
        self.fetch.setAccessibleDescription(self.tr("Fetches every original that is not on this computer."))
        self.copy_list.setAccessibleName(self.tr("Copy the list of what was found"))
        self.add_below(self.read_back)
        self.add_below(self.mend)
        hint = self.tr(
            "Comparing asks for names and sizes; reading back loads every original and takes as long as fetching all. "
            "Fetch all brings every original to this computer that lies in the bucket alone."
        )
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))
        self.add_below(self.care)
        self.add_below(button_row(self.copy_list))

    def _connect(self) -> None:
        for button, signal in (
            (self.now, self.now_requested),
            (self.change_button, self.change_requested),
            (self.stop, self.stop_requested),
            (self.fetch, self.fetch_requested),
            (self.cancel, self.cancel_requested),
            (self.copy_list, self.copy_requested),
            (self.note, self.note_requested),
        ):
            button.clicked.connect(signal)
        self.pause.clicked.connect(self._pause)
        self.verify.clicked.connect(self._verify)

    @Slot()
    def _pause(self) -> None:
        self.pause_requested.emit(not self._paused)

    @Slot()
    def _verify(self) -> None:
        self.verify_requested.emit(self.read_back.isChecked(), self.mend.isChecked())
