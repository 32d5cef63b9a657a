"""The settings, as a page in the stage's place: what is changed holds at once."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from imagegen_desktop.ui.centre_page import CentrePage
from imagegen_desktop.ui.settings.about_section import AboutSection
from imagegen_desktop.ui.settings.bucket_form import BucketForm
from imagegen_desktop.ui.settings.endpoint_section import EndpointSection
from imagegen_desktop.ui.settings.key_section import KeySection
from imagegen_desktop.ui.settings.library_section import LibrarySection
from imagegen_desktop.ui.settings.look_section import LookSection
from imagegen_desktop.ui.settings.maker_section import MakerSection
from imagegen_desktop.ui.settings.model_section import ModelSection
from imagegen_desktop.ui.settings.money_section import MoneySection
from imagegen_desktop.ui.settings.sync_section import SyncSection
from imagegen_desktop.ui.theme.tokens import SPACE_4

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.secret import Secret
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.status_kind import StatusKind
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

WIDEST = 680


class SettingsSection(StrEnum):
    """A field that a card's button can open."""

    KEY = auto()
    ENDPOINT = auto()
    LIBRARY = auto()
    MODEL = auto()
    MONEY = auto()
    BUCKET = auto()
    BUCKET_FORM = auto()


class SettingsPage(CentrePage):
    """Emits `changed(Settings)` at every choice, `key_entered(Secret)`, and the wishes that its buttons stand for.

    What is set from outside emits nothing.
    """

    changed = Signal(object)
    key_entered = Signal(object)
    key_removed = Signal()
    test_requested = Signal()
    test_cancelled = Signal()
    choose_folder_requested = Signal()
    show_folder_requested = Signal()
    switch_requested = Signal(object)

    def __init__(
        self, catalogue: ModelCatalogue, appearance: Appearance, icons: Icons, parent: QWidget | None = None
    ) -> None:
        super().__init__(icons, parent)
        self._appearance = appearance
        self.maker = MakerSection()
        self.endpoint = EndpointSection(icons)
        self.key = KeySection(icons)
        self.models = ModelSection(catalogue)
        self.library = LibrarySection()
        self.bucket = BucketForm(icons)
        self.sync = SyncSection()
        self.money = MoneySection()
        self.look = LookSection()
        self.about = AboutSection()
        self._sections = (
            self.maker,
            self.endpoint,
            self.key,
            self.models,
            self.money,
            self.library,
            self.sync,
            self.bucket,
            self.look,
            self.about,
        )
        self.lay_out(self.tr("Settings"), self._sections, widest=WIDEST)
        self._connect()

    def set_settings(self, settings: Settings) -> None:
        for section in self._sections:
            section.set_settings(settings)

    def set_key_status(self, text: str, *, kind: StatusKind, removable: bool | None = None) -> None:
        """Where the key is, in words. "none" means that there is no key; `removable` is then False, else True."""
        self.key.set_key_status(text, kind, removable=kind != "none" if removable is None else removable)

    def set_test_status(self, text: str, kind: StatusKind) -> None:
        """How the test of address and key stands; with "busy" a Cancel stands beside it."""
        self.key.set_test_status(text, kind)

    def set_library_folder(self, folder: Path) -> None:
        self.library.set_folder(folder)

    def open_at(self, section: SettingsSection) -> None:
        """Bring a section into sight, with the keyboard focus in its first field."""
        field = self._field_of(section)
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        # A page that is not laid out yet can't scroll: once more when it is.
        self._scroll_to(field)
        QTimer.singleShot(0, field, lambda: self._scroll_to(field))

    def _field_of(self, section: SettingsSection) -> QWidget:
        fields: dict[SettingsSection, QWidget] = {
            SettingsSection.KEY: self.key.field,
            SettingsSection.ENDPOINT: self.endpoint.address,
            SettingsSection.LIBRARY: self.library.choose,
            SettingsSection.MODEL: self.models.image_model,
            SettingsSection.MONEY: self.money.daily,
            # One of the two cards stands there.
            SettingsSection.BUCKET: self.bucket.first if self.sync.isHidden() else self.sync.now,
            SettingsSection.BUCKET_FORM: self.bucket.first,
        }
        return fields[section]

    def _scroll_to(self, field: QWidget) -> None:
        card = field.parentWidget()
        if card is not None:
            self.area.ensureWidgetVisible(card, 0, SPACE_4)
        self.area.ensureWidgetVisible(field, 0, SPACE_4)

    def _connect(self) -> None:
        for section in self._sections:
            section.changed.connect(self._section_changed)
        self.key.key_entered.connect(self._key_entered)
        self.key.key_removed.connect(self.key_removed)
        self.key.test_requested.connect(self._test)
        self.key.test_cancelled.connect(self.test_cancelled)
        self.library.choose_requested.connect(self.choose_folder_requested)
        self.library.show_requested.connect(self.show_folder_requested)
        self.library.switch_requested.connect(self.switch_requested)

    @Slot(object)
    def _section_changed(self, settings: Settings) -> None:
        self.set_settings(settings)
        self.changed.emit(settings)

    @Slot(object)
    def _key_entered(self, secret: Secret) -> None:
        """The key goes to the address that stands in the field, or nowhere."""
        if self.endpoint.commit():
            self.key_entered.emit(secret)
        else:
            self.key.give_back(secret)
            self._tell_of_address()

    @Slot()
    def _test(self) -> None:
        if self.endpoint.commit():
            self.test_requested.emit()
        else:
            self._tell_of_address()

    def _tell_of_address(self) -> None:
        self.set_test_status(self.tr("Nothing was sent: the base URL above can't be used."), "error")

    @Slot()
    def close_page(self) -> None:
        """Take over what is being typed, drop a key that was not saved, and go."""
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)
        self.endpoint.commit()
        self.models.commit()
        self.money.commit()
        self.key.forget_entry()
        self.bucket.forget_secrets()
        self.closed.emit()
