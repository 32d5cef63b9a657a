"""Who makes the pictures, and at which address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QSignalBlocker, QSize, Slot
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QRadioButton, QVBoxLayout, QWidget

from imagegen_desktop.core.addresses import AddressFault, fault_of, travels_in_clear
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.settings import OPENAI_URL
from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import ICON_CHIP

if TYPE_CHECKING:
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.theme.icons import Icons


class EndpointSection(Section):
    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Who makes the pictures"))
        self.service = QRadioButton(self.tr("OpenAI or a compatible endpoint"))
        self.sample = QRadioButton(self.tr("Sample engine: offline, free"))
        self._makers = QButtonGroup(self)
        choice = QWidget()
        column = QVBoxLayout(choice)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for button in (self.service, self.sample):
            self._makers.addButton(button)
            column.addWidget(button)
        self.add_row(self.tr("Maker"), choice)
        self.address = QLineEdit()
        self.address.setPlaceholderText(OPENAI_URL)
        self.reset = QPushButton()
        self.reset.setProperty("kind", "quiet")
        self.reset.setIcon(icons.icon("rotate-ccw", "text2"))
        self.reset.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        self.reset.setAccessibleName(self.tr("Use OpenAI's address"))
        self.reset.setToolTip(plain_tooltip(self.reset.accessibleName()))
        self.add_row(self.tr("Base URL"), self.address, self.reset)
        self.notice = StatusLine()
        self.add_below(self.notice)
        self._makers.buttonClicked.connect(self._maker_chosen)
        self.address.editingFinished.connect(self._address_edited)
        self.reset.clicked.connect(self._reset)

    def show_settings(self, settings: Settings) -> None:
        with QSignalBlocker(self._makers):
            chosen = self.sample if settings.maker is Maker.SAMPLE else self.service
            chosen.setChecked(True)
        address = settings.current.base_url
        if self.address.text() != address:
            self.address.setText(address)
        self._show_notice(address)

    @Slot()
    def _maker_chosen(self) -> None:
        maker = Maker.SAMPLE if self.sample.isChecked() else Maker.OPENAI
        self.change(replace(self.settings, maker=maker))

    def commit(self) -> bool:
        """Take over the address as it stands, also one that was not typed by keys. False if it can't be used."""
        address = self.address.text().strip() or OPENAI_URL
        self._show_notice(address)
        if fault_of(address) is not None:
            return False
        self.address.setText(address)
        self.change(self.settings.with_current(replace(self.settings.current, base_url=address)))
        return True

    @Slot()
    def _address_edited(self) -> None:
        self.commit()

    @Slot()
    def _reset(self) -> None:
        self.address.setText(OPENAI_URL)
        self._address_edited()

    def _show_notice(self, address: str) -> None:
        fault = fault_of(address)
        if fault is not None:
            self.notice.show_status(self._fault_words(fault), "error")
        elif travels_in_clear(address):
            words = self.tr("Over plain http your key and prompts travel in clear: anyone on the way can read them.")
            self.notice.show_status(words, "warn")
        elif self.settings.maker is Maker.SAMPLE:
            self.notice.show_status(self.tr("Not used while the sample engine makes the pictures."), "none")
        else:
            self.notice.show_status("", "none")

    def _fault_words(self, fault: AddressFault) -> str:
        match fault:
            case AddressFault.NO_SCHEME:
                return self.tr("Not used yet: an address starts with https:// or http://.")
            case AddressFault.NO_HOST:
                return self.tr("Not used yet: the address names no host.")
            case AddressFault.HOLDS_PASSWORD:
                return self.tr("Not used: an address must not hold a password. Give it as the API key.")
            case _:
                assert_never(fault)
