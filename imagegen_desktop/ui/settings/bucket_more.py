"""What few need to say of a bucket: an AWS profile, trusted certificates, a limit, a public address."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLineEdit, QPushButton, QWidget

from imagegen_desktop.core.remote import KeySource, RemoteSettings
from imagegen_desktop.ui.number_box import NumberBox
from imagegen_desktop.ui.settings.section import NAME_WIDTH
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import HIT, SPACE_2, SPACE_3

if TYPE_CHECKING:
    from imagegen_desktop.ui.calm_wheel import CalmWheel

WIDEST_NUMBER = 160
FASTEST = 1_000_000
KILO = 1000


class BucketMore(QWidget):
    """`source_changed` comes when the key is to come from elsewhere."""

    source_changed = Signal()

    def __init__(self, wheel: CalmWheel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_3)
        self._grid.setVerticalSpacing(SPACE_2)
        self._grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self.source = QComboBox()
        self.source.addItem(self.tr("Typed here, kept in the keychain"), KeySource.KEYCHAIN)
        self.source.addItem(self.tr("One of my AWS profiles"), KeySource.PROFILE)
        self.profile = QLineEdit()
        self.profile.setPlaceholderText("default")
        self.path_style = QCheckBox(self.tr("Path style: server/bucket, not bucket.server"))
        self.certificates = QLineEdit()
        self.certificates.setPlaceholderText(self.tr("Those of this computer"))
        self.choose = QPushButton(self.tr("Choose..."))
        self.choose.setAccessibleName(self.tr("Choose a file of trusted certificates"))
        self.limit = NumberBox()
        self.limit.setRange(0, FASTEST)
        self.limit.setSingleStep(100)
        self.limit.setSpecialValueText(self.tr("No limit"))
        self.limit.setSuffix(self.tr(" kB/s"))
        self.limit.setMaximumWidth(WIDEST_NUMBER)
        self.public = QLineEdit()
        self.public.setPlaceholderText("https://pictures.example.com/imagegen")
        for control in (self.source, self.limit):
            wheel.calm(control)
        self._lay_out()
        self.source.activated.connect(self._source_chosen)
        self.choose.clicked.connect(self._choose)

    @property
    def key_source(self) -> KeySource:
        return KeySource(self.source.currentData())

    def show_remote(self, settings: RemoteSettings) -> None:
        with QSignalBlocker(self.source):
            self.source.setCurrentIndex(max(0, self.source.findData(settings.keys)))
        self.profile.setText(settings.profile)
        self.path_style.setChecked(settings.path_style)
        self.certificates.setText(settings.certificates)
        self.limit.setValue(settings.uploads_per_second // KILO)
        self.public.setText(settings.public_url)
        self._show_profile()

    def filled(self, settings: RemoteSettings) -> RemoteSettings:
        """The settings with what stands here."""
        return replace(
            settings,
            keys=self.key_source,
            profile=self.profile.text().strip(),
            path_style=self.path_style.isChecked(),
            certificates=self.certificates.text().strip(),
            uploads_per_second=self.limit.value() * KILO,
            public_url=self.public.text().strip(),
        )

    def show_for(self, *, bucket: bool) -> None:
        """A folder has no keys, certificates or addresses."""
        for row in self._bucket_rows:
            for widget in row:
                widget.setVisible(bucket)
        self._show_profile(bucket=bucket)

    # ---- own ----

    def _lay_out(self) -> None:
        source = self._row(self.tr("Key from"), self.source)
        self._profile_row = self._row(self.tr("Profile"), self.profile)
        style = self._row(self.tr("Addressing"), self.path_style)
        trust = self._row(self.tr("Certificates"), self.certificates, self.choose)
        limit = self._row(self.tr("Upload limit"), self.limit)
        public = self._row(self.tr("Public address"), self.public)
        hint = PlainLabel(
            self.tr(
                "If the bucket can be read by anybody there: shared copies can be linked under it, without an end."
            ),
            kind="faint",
            wrap=True,
        )
        self._grid.addWidget(hint, self._grid.rowCount(), 1, 1, 2)
        self._bucket_rows = (source, style, trust, limit, public, (hint,))

    def _row(self, name: str, control: QWidget, *beside: QWidget) -> tuple[QWidget, ...]:
        label = PlainLabel(name, kind="muted")
        label.setMinimumHeight(HIT)
        label.setBuddy(control)
        control.setAccessibleName(name)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(control, row, 1, 1, 1 if beside else 2)
        for widget in beside:
            self._grid.addWidget(widget, row, 2)
        return (label, control, *beside)

    def _show_profile(self, *, bucket: bool = True) -> None:
        for widget in self._profile_row:
            widget.setVisible(bucket and self.key_source is KeySource.PROFILE)

    @Slot()
    def _source_chosen(self) -> None:
        self._show_profile()
        self.source_changed.emit()

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.tr("Choose a file of trusted certificates"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.certificates.setText)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
