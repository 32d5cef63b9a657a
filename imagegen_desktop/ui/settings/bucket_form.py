"""The card in which a bucket or a folder is named, tried, and begun with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from imagegen_desktop.core.remote import KeySource, RemoteKind, RemoteSettings
from imagegen_desktop.studio.syncing.setting_up import Entry
from imagegen_desktop.ui.settings.bucket_more import BucketMore
from imagegen_desktop.ui.settings.secret_field import SecretField
from imagegen_desktop.ui.settings.section import Section, StatusKind, StatusLine
from imagegen_desktop.ui.settings.step_list import StepList
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2

if TYPE_CHECKING:
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.ui.theme.icons import Icons

FOLDER: Final = "folder"


class BucketForm(Section):
    """Emits `test_requested` and `begin_requested` with the Entry as it was typed; `closed` when it is left as it was.

    `join_requested` wants the library that lies there in place of this empty one.
    """

    test_requested = Signal(object)
    begin_requested = Signal(object)
    join_requested = Signal()
    cancel_requested = Signal()
    closed = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_title(self.tr("Bucket"))
        self._remote: RemoteSettings | None = None
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
        self._add_rest()
        self._connect()
        self.show_remote(None)

    @property
    def first(self) -> QWidget:
        return self.kind

    @property
    def is_busy(self) -> bool:
        return not self.test.isEnabled()

    def focus_first(self) -> None:
        self.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_settings(self, settings: Settings) -> None:
        """Nothing: where a library is kept stands in no settings of the program."""

    def show_remote(self, settings: RemoteSettings | None) -> None:
        """What holds, to be changed; None: nothing yet. Secrets are not shown."""
        self._remote = settings
        shown = settings or RemoteSettings()
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(max(0, self.kind.findData(self._kind_of(shown))))
        for field, text in (
            (self.region, shown.region),
            (self.endpoint, shown.endpoint),
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
        """What the service is called."""
        return settings.endpoint.partition("://")[2] or "Amazon S3"

    def take_over(self, settings: RemoteSettings) -> None:
        """Region and addressing as a test found them to be right. What was typed stays."""
        self.region.setText(settings.region)
        self.endpoint.setText(settings.endpoint)
        self.more.path_style.setChecked(settings.path_style)

    def show_status(self, words: str, kind: StatusKind) -> None:
        """With "busy" a Cancel stands in place of the buttons."""
        self.status.show_status(words, kind)
        self._show_buttons(busy=kind == "busy")

    def offer_join(self, offered: bool) -> None:  # noqa: FBT001 (a setter)
        self.join.setVisible(offered)

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
        self.kind.addItem(self.tr("An S3-compatible service"), "")
        self.kind.addItem(self.tr("A folder (network disk, USB stick)"), FOLDER)
        self.wheel.calm(self.kind)
        self.add_row(self.tr("Keep it in"), self.kind)
        hint = self.tr("Optional: the whole library is kept there too, and other computers can open it from there.")
        self.add_below(PlainLabel(hint, kind="faint", wrap=True))
        self.region.setPlaceholderText("us-east-1")
        self.endpoint.setPlaceholderText("https://s3.example.com")
        self.prefix.setPlaceholderText(self.tr("None: the whole bucket"))
        self._account_row = self._row(self.tr("Account id"), self.account)
        self._region_row = self._row(self.tr("Region"), self.region)
        self._endpoint_row = self._row(self.tr("Endpoint"), self.endpoint)
        self._bucket_rows = (self._row(self.tr("Bucket"), self.bucket), self._row(self.tr("Prefix"), self.prefix))
        self.choose.setAccessibleName(self.tr("Choose the folder"))
        self._folder_row = self._row(self.tr("Folder"), self.folder, self.choose)

    def _add_keys(self) -> None:
        self.kept = PlainLabel(kind="faint", wrap=True)
        self._key_rows = (
            self._row(self.tr("Access key"), self.access),
            self._row(self.tr("Secret key"), self.secret, self.secret.eye),
        )
        self.add_below(self.kept)

    def _add_passphrase(self) -> None:
        self.add_row(self.tr("Encryption"), self.encrypt)
        self._passphrase_rows = (
            self._row(self.tr("Passphrase"), self.passphrase, self.passphrase.eye),
            self._row(self.tr("Once more"), self.again, self.again.eye),
        )
        self.warning = StatusLine()
        self.add_below(self.warning)

    def _add_rest(self) -> None:
        self.more_button.setProperty("kind", "quiet")
        self.more_button.setCheckable(True)
        self.add_below(_line(self.more_button))
        row = self._grid.rowCount()
        self._grid.addWidget(self.more, row, 0, 1, 2)
        self.more.hide()
        self.begin.setProperty("kind", "primary")
        self.join.setProperty("kind", "primary")
        self.back = QPushButton(self.tr("Leave as it was"))
        self.add_below(_line(self.begin, self.test, self.back, self.cancel))
        self.add_below(self.steps)
        self.add_below(self.status)
        self.add_below(_line(self.join))

    def _row(self, name: str, control: QWidget, *beside: QWidget) -> tuple[QWidget, ...]:
        return (self.add_row(name, control, *beside), control, *beside)

    def _connect(self) -> None:
        self.kind.activated.connect(self._show_rows)
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

    @Slot()
    def _show_rows(self) -> None:
        folder, typed = self._is_folder, self.more.key_source is KeySource.KEYCHAIN
        for row, shown in (
            (self._account_row, False),
            (self._region_row, not folder),
            (self._endpoint_row, not folder),
            *((row, not folder) for row in self._bucket_rows),
            *((row, not folder and typed) for row in self._key_rows),
            (self._folder_row, folder),
            *((row, self.encrypt.isChecked()) for row in self._passphrase_rows),
        ):
            for widget in row:
                widget.setVisible(shown)
        self.kept.setVisible(not folder and typed)
        known = self._remote is not None and bool(self._remote.access_key)
        self.secret.setPlaceholderText(self.tr("Kept; type another one to change it") if known else "")
        self.kept.setText(self.tr("The secret goes into this computer's keychain, and into no file."))
        self.passphrase.setPlaceholderText(
            self.tr("Kept; type it to enter it again") if self._remote is not None and self._remote.encrypted else ""
        )
        words = self.tr(
            "Without the passphrase nobody can open the library again, and nobody can reset it. Write it down on paper; a "
            "recovery note to print comes when syncing has begun. Nothing that lies there can be read, names included."
        )
        self.warning.show_status(words if self.encrypt.isChecked() else "", "warn")
        self.more.show_for(bucket=not folder)
        self.more_button.setVisible(not folder)
        self.more.setVisible(self.more_button.isChecked() and not folder)

    def _show_buttons(self, *, busy: bool) -> None:
        focused = any(button.hasFocus() for button in (self.test, self.begin, self.join, self.cancel))
        for button in (self.test, self.begin, self.join, self.back):
            button.setEnabled(not busy)
        self.cancel.setVisible(busy)
        self.back.setVisible(self._remote is not None and not busy)
        if busy:
            self.offer_join(False)
        if focused:
            (self.cancel if busy else self.test).setFocus()

    def _typed(self) -> RemoteSettings:
        before = self._remote or RemoteSettings()
        encrypted = self.encrypt.isChecked()
        if self._is_folder:
            return replace(before, kind=RemoteKind.FOLDER, folder=self.folder.text().strip(), encrypted=encrypted)
        settings = replace(
            before,
            kind=RemoteKind.BUCKET,
            preset=str(self.kind.currentData()),
            endpoint=_address(self.endpoint.text()),
            region=self.region.text().strip(),
            bucket=self.bucket.text().strip(),
            prefix=self.prefix.text().strip().strip("/"),
            access_key=self.access.text().strip(),
            encrypted=encrypted,
        )
        return self.more.filled(settings)

    def _fault(self) -> str:
        """Why it can't be used as it stands, "" if it can."""
        typed = self.more.key_source is KeySource.KEYCHAIN
        keyless = self._remote is None or not self._remote.access_key
        checks = (
            (self._is_folder and not self.folder.text().strip(), self.tr("Choose the folder first.")),
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
                and not (self._remote is not None and self._remote.encrypted),
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
        self.show_remote(self._remote)
        self.show_status("", "none")
        self.steps.clear()
        self.closed.emit()

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Choose the folder"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _address(text: str) -> str:
    """With its scheme, and no slash at its end. Empty is Amazon's own."""
    address = text.strip().rstrip("/")
    return f"https://{address}" if address and "://" not in address else address


def _line(*buttons: QPushButton) -> QWidget:
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_2)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return widget
