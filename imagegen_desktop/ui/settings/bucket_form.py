"""The card in which a bucket or a folder is named, tried, and begun with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QPushButton, QWidget

from imagegen_desktop.core.bucket_presets import PresetField
from imagegen_desktop.core.remote import KeySource, RemoteKind, RemoteSettings
from imagegen_desktop.studio.syncing.setting_up import Entry
from imagegen_desktop.ui.settings.bucket_more import BucketMore
from imagegen_desktop.ui.settings.secret_field import SecretField
from imagegen_desktop.ui.settings.section import Section, StatusLine, button_row
from imagegen_desktop.ui.settings.step_list import StepList
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from imagegen_desktop.core.bucket_presets import BucketPreset, BucketPresets
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.status_kind import StatusKind
    from imagegen_desktop.ui.theme.icons import Icons

FOLDER: Final = "folder"


class BucketForm(Section):
    """Emits `test_requested` and `begin_requested` with the Entry as it was typed; `closed` when it is left as it was.

    `join_requested` wants the library that lies there in place of this empty one. `remote` is what holds, to be changed here.
    """

    test_requested = Signal(object)
    begin_requested = Signal(object)
    join_requested = Signal()
    cancel_requested = Signal()
    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Bucket"))
        self.remote: RemoteSettings | None = None
        self._presets: BucketPresets | None = None
        self.kind = QComboBox()
        self.account = QLineEdit()
        self.region = QLineEdit()
        self.endpoint = QLineEdit()
        self.bucket = QLineEdit()
        self.prefix = QLineEdit()
        self.access = QLineEdit()
        self.secret = SecretField(icons, self.tr("the secret key"))
        self.folder = QLineEdit()
        self.choose = QPushButton(self.tr("Choose..."))
        self.encrypt = QCheckBox(self.tr("Encrypt everything before it leaves this computer"))
        self.passphrase = SecretField(icons, self.tr("the passphrase"))
        self.again = SecretField(icons, self.tr("the repeated passphrase"))
        self.more_button = QPushButton(self.tr("More"))
        self.more = BucketMore(self.wheel)
        self.test = QPushButton(self.tr("Test"))
        self.begin = QPushButton()
        self.join = QPushButton(self.tr("Open the bucket's library here"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.steps = StepList(icons)
        self.status = StatusLine()
        self._add_place()
        self._add_keys()
        self._add_passphrase()
        self._add_rest(icons)
        self._connect()
        self.show_remote(None)

    @property
    def first(self) -> QWidget:
        return self.kind

    @property
    def is_busy(self) -> bool:
        return not self.test.isEnabled()

    def set_presets(self, presets: BucketPresets) -> None:
        """The places that are known."""
        self._presets = presets
        with QSignalBlocker(self.kind):
            self.kind.clear()
            for preset in presets.presets:
                self.kind.addItem(preset.label, preset.id)
            self.kind.addItem(self.tr("A folder (network disk, USB stick)"), FOLDER)
        self.show_remote(self.remote)

    def show_settings(self, settings: Settings) -> None:
        """Nothing: where a library is kept stands in no settings of the program."""

    def show_remote(self, settings: RemoteSettings | None) -> None:
        """What holds, to be changed; None: nothing yet. Secrets are not shown."""
        self.remote = settings
        shown = settings or RemoteSettings()
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(max(0, self.kind.findData(self._kind_of(shown))))
        preset = self._preset
        typed = preset.typed(shown) if preset is not None else {}
        for field, text in (
            (self.account, typed.get(PresetField.ACCOUNT, "")),
            (self.region, typed.get(PresetField.REGION, "")),
            (self.endpoint, typed.get(PresetField.ENDPOINT, "")),
            (self.bucket, shown.bucket),
            (self.prefix, shown.prefix),
            (self.access, shown.access_key),
            (self.folder, shown.folder),
        ):
            field.setText(text)
        self.encrypt.setChecked(shown.encrypted)
        self.more.show_remote(shown)
        self.forget_secrets()
        self.offer_join(False)
        self.begin.setText(self.tr("Start syncing") if settings is None else self.tr("Use these"))
        self._show_rows()
        self._show_buttons(busy=False)

    def name_of(self, settings: RemoteSettings) -> str:
        """What the service is called: its own name, else its address."""
        preset = self._presets.of(settings.preset) if self._presets is not None else None
        known = preset is not None and preset.id == settings.preset and preset.endpoint
        if known or not settings.endpoint:
            return preset.label if preset is not None else "Amazon S3"
        return settings.endpoint.partition("://")[2]

    def take_over(self, settings: RemoteSettings) -> None:
        """Region and addressing as a test found them to be right. What was typed stays."""
        if self._preset is not None and not self._preset.region:
            self.region.setText(settings.region)
        self.more.path_style.setChecked(settings.path_style)

    def show_status(self, words: str, kind: StatusKind) -> None:
        """With "busy" a Cancel stands in place of the buttons."""
        self.status.show_status(words, kind)
        self._show_buttons(busy=kind == "busy")

    def offer_join(self, offered: bool) -> None:  # noqa: FBT001 (a setter)
        self.join.setVisible(offered)
        self.begin.setVisible(not offered)

    def wish_passphrase(self) -> None:
        """What lies there is encrypted."""
        self.encrypt.setChecked(True)
        self._show_rows()
        self.passphrase.setFocus()

    def forget_secrets(self) -> None:
        for field in (self.secret, self.passphrase, self.again):
            field.forget()

    def entry(self) -> Entry | None:
        """What was typed; None where it can't be used, which the status says."""
        fault = self._fault()
        if fault:
            self.show_status(fault, "error")
            return None
        settings = self._typed()
        passphrase = self.passphrase.secret() if settings.encrypted else None
        return Entry(settings=settings, key=self.secret.secret(), passphrase=passphrase)

    # ---- rows ----

    def _add_place(self) -> None:
        self.kind.addItem(self.tr("A folder (network disk, USB stick)"), FOLDER)
        self.wheel.calm(self.kind)
        self.add_row(self.tr("Keep it in"), self.kind)
        hint = self.tr("Optional: the whole library is kept there too, and other computers can open it from there.")
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))
        self.note = PlainLabel(kind="muted", wrap=True)
        self.add_below(self.note)
        self.prefix.setPlaceholderText(self.tr("None: the whole bucket"))
        self._account_row = self._row(self.tr("Account id"), self.account)
        self._region_row = self._row(self.tr("Region"), self.region)
        self._endpoint_row = self._row(self.tr("Endpoint"), self.endpoint)
        self._bucket_rows = (self._row(self.tr("Bucket"), self.bucket), self._row(self.tr("Prefix"), self.prefix))
        self.choose.setAccessibleName(self.tr("Choose the folder"))
        self._folder_row = self._row(self.tr("Folder"), self.folder, self.choose)

    def _add_keys(self) -> None:
        self.kept = PlainLabel(kind="faint", wrap=True)
        self.keys_page = QPushButton(self.tr("How to make a key"))
        for button in (self.keys_page, self.more_button):
            button.setProperty("kind", "quiet")
        self.keys_page.clicked.connect(self._open_keys_page)
        self._key_rows = (
            self._row(self.tr("Access key"), self.access),
            self._row(self.tr("Secret key"), self.secret, self.secret.eye),
        )
        self.add_below(self.kept)
        self.add_below(button_row(self.keys_page))

    def _add_passphrase(self) -> None:
        self.add_row(self.tr("Encryption"), self.encrypt)
        self._passphrase_rows = (
            self._row(self.tr("Passphrase"), self.passphrase, self.passphrase.eye),
            self._row(self.tr("Once more"), self.again, self.again.eye),
        )
        self.warning = StatusLine()
        self.add_below(self.warning)

    def _add_rest(self, icons: Icons) -> None:
        self.more_button.setCheckable(True)
        self.more_button.setIcon(icons.icon("chevron-down", "text2"))
        self.add_below(button_row(self.more_button))
        self._grid.addWidget(self.more, self._grid.rowCount(), 0, 1, 2)
        self.more.hide()
        for button in (self.begin, self.join):
            button.setProperty("kind", "primary")
        self.back = QPushButton(self.tr("Leave as it was"))
        self.add_below(button_row(self.begin, self.test, self.back, self.cancel))
        self.add_below(self.steps)
        self.add_below(self.status)
        self.add_below(button_row(self.join))

    def _row(self, name: str, control: QWidget, *beside: QWidget) -> tuple[QWidget, ...]:
        return (self.add_row(name, control, *beside), control, *beside)

    def _connect(self) -> None:
        self.kind.activated.connect(self._kind_chosen)
        self.encrypt.clicked.connect(self._show_rows)
        self.more.source_changed.connect(self._show_rows)
        self.more_button.toggled.connect(self.more.setVisible)
        self.choose.clicked.connect(self._choose)
        self.test.clicked.connect(self._test)
        self.begin.clicked.connect(self._begin)
        self.back.clicked.connect(self._leave)
        self.join.clicked.connect(self.join_requested)
        self.cancel.clicked.connect(self.cancel_requested)

    # ---- own ----

    @property
    def _is_folder(self) -> bool:
        return self.kind.currentData() == FOLDER

    @staticmethod
    def _kind_of(settings: RemoteSettings) -> str:
        return FOLDER if settings.kind is RemoteKind.FOLDER else settings.preset

    @property
    def _preset(self) -> BucketPreset | None:
        """None for a folder."""
        return None if self._presets is None or self._is_folder else self._presets.of(str(self.kind.currentData()))

    @Slot()
    def _kind_chosen(self) -> None:
        """What was typed for another place stays where it fits here too."""
        if self._preset is not None:
            self.more.path_style.setChecked(self._preset.path_style)
        self.show_status("", "none")
        self.steps.clear()
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        folder, typed = self._is_folder, self.more.key_source is KeySource.KEYCHAIN
        preset = self._preset
        fields = preset.fields if preset is not None else ()
        self._show_hints(preset)
        for row, shown in (
            (self._account_row, PresetField.ACCOUNT in fields),
            (self._region_row, PresetField.REGION in fields),
            (self._endpoint_row, PresetField.ENDPOINT in fields),
            *((row, not folder) for row in self._bucket_rows),
            *((row, not folder and typed) for row in self._key_rows),
            (self._folder_row, folder),
            *((row, self.encrypt.isChecked()) for row in self._passphrase_rows),
        ):
            for widget in row:
                widget.setVisible(shown)
        self.kept.setVisible(not folder and typed)
        known = self.remote is not None and bool(self.remote.access_key)
        self.secret.setPlaceholderText(self.tr("Kept; type another one to change it") if known else "")
        self.kept.setText(self.tr("The secret goes into this computer's keychain, and into no file."))
        self.passphrase.setPlaceholderText(
            self.tr("Kept; type it to enter it again") if self.remote is not None and self.remote.encrypted else ""
        )
        words = self.tr(
            "Without the passphrase nobody can open the library again, and nobody can reset it. Write it down on paper; a "
            "recovery note to print comes when syncing has begun. Nothing that lies there can be read, names included."
        )
        self.warning.show_status(words if self.encrypt.isChecked() else "", "warn")
        self.more.show_for(bucket=not folder)
        self.more_button.setVisible(not folder)
        self.more.setVisible(self.more_button.isChecked() and not folder)

    def _show_hints(self, preset: BucketPreset | None) -> None:
        for field, hint in (
            (self.account, preset.account_hint if preset is not None else ""),
            (self.region, preset.region_hint if preset is not None else ""),
            (self.endpoint, preset.endpoint_hint if preset is not None else ""),
        ):
            field.setPlaceholderText(hint)
        self.note.setText(preset.note if preset is not None else "")
        self.note.setVisible(bool(self.note.text()))
        page = preset.keys_page if preset is not None else ""
        self.keys_page.setVisible(bool(page))
        self.keys_page.setToolTip(plain_tooltip(page))

    def _show_buttons(self, *, busy: bool) -> None:
        buttons = (self.test, self.begin, self.join, self.back)
        focused = any(button.hasFocus() for button in (*buttons, self.cancel))
        for button in buttons:
            button.setEnabled(not busy)
        self.cancel.setVisible(busy)
        self.back.setVisible(self.remote is not None and not busy)
        if busy:
            self.offer_join(False)
        if focused:
            (self.cancel if busy else self.test).setFocus()

    def _typed(self) -> RemoteSettings:
        before = self.remote or RemoteSettings()
        encrypted = self.encrypt.isChecked()
        if self._is_folder:
            return replace(before, kind=RemoteKind.FOLDER, folder=self.folder.text().strip(), encrypted=encrypted)
        settings = replace(
            before if self._preset is None else self._preset.filled(before, self._fields()),
            bucket=self.bucket.text().strip(),
            prefix=self.prefix.text().strip().strip("/"),
            access_key=self.access.text().strip(),
            encrypted=encrypted,
        )
        return self.more.filled(settings)

    def _fields(self) -> dict[PresetField, str]:
        return {
            PresetField.ACCOUNT: self.account.text(),
            PresetField.REGION: self.region.text(),
            PresetField.ENDPOINT: self.endpoint.text(),
        }

    def _fault(self) -> str:
        """Why it can't be used as it stands, "" if it can."""
        typed = self.more.key_source is KeySource.KEYCHAIN
        missing = self._preset.missing(self._fields()) if self._preset is not None else ()
        keyless = self.remote is None or not self.remote.access_key
        checks = (
            (self._is_folder and not self.folder.text().strip(), self.tr("Choose the folder first.")),
            (PresetField.ACCOUNT in missing, self.tr("The account id is missing.")),
            (PresetField.REGION in missing, self.tr("The region is missing.")),
            (PresetField.ENDPOINT in missing, self.tr("The endpoint's address is missing.")),
            (not self._is_folder and not self.bucket.text().strip(), self.tr("The bucket's name is missing.")),
            (
                not self._is_folder and typed and not self.access.text().strip(),
                self.tr("The access key is missing."),
            ),
            (
                not self._is_folder and typed and keyless and not self.secret.text(),
                self.tr("The secret key is missing."),
            ),
            (
                self.encrypt.isChecked() and self.passphrase.text() != self.again.text(),
                self.tr("The two passphrases are not the same."),
            ),
            (
                self.encrypt.isChecked()
                and not self.passphrase.text()
                and not (self.remote is not None and self.remote.encrypted),
                self.tr("The passphrase is missing."),
            ),
        )
        return next((words for wrong, words in checks if wrong), "")

    @Slot()
    def _test(self) -> None:
        entry = self.entry()
        if entry is not None:
            self.test_requested.emit(entry)

    @Slot()
    def _begin(self) -> None:
        entry = self.entry()
        if entry is not None:
            self.begin_requested.emit(entry)

    @Slot()
    def _leave(self) -> None:
        self.show_remote(self.remote)
        self.show_status("", "none")
        self.steps.clear()
        self.closed.emit()

    @Slot()
    def _open_keys_page(self) -> None:
        if self._preset is not None and self._preset.keys_page:
            QDesktopServices.openUrl(QUrl(self._preset.keys_page))

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Choose the folder"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
