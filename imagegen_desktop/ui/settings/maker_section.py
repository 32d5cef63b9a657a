"""Who makes the pictures and who finds the words: the sample engine, or an endpoint; they are added and removed here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QComboBox, QMenu, QPushButton, QRadioButton, QVBoxLayout, QWidget

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.settings import OPENAI_URL, Profile
from imagegen_desktop.ui.settings.section import Section

if TYPE_CHECKING:
    from imagegen_desktop.core.dialects import Dialect, Dialects
    from imagegen_desktop.core.settings import Settings


class MakerSection(Section):
    """Beside `changed`: `removed(Endpoint)`, whose secrets go with it."""

    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sure = False
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
        self.chooser = QComboBox()
        self.add = QPushButton(self.tr("Add"))
        self.add_menu = QMenu(self.add)
        self.add.setMenu(self.add_menu)
        self.remove = QPushButton(self.tr("Remove"))
        self.add_row(self.tr("Pictures from"), self.chooser, self.add, self.remove)
        self.words = QComboBox()
        self.add_row(self.tr("Words from"), self.words)
        for box in (self.chooser, self.words):
            self.wheel.calm(box)
        self._makers.buttonClicked.connect(self._maker_chosen)
        self.chooser.activated.connect(self._chosen)
        self.words.activated.connect(self._words_chosen)
        self.remove.clicked.connect(self._remove)

    def set_dialects(self, dialects: Dialects) -> None:
        """The kinds of server that can be added."""
        self.add_menu.clear()
        for dialect in dialects.dialects:
            action = self.add_menu.addAction(dialect.label)
            action.triggered.connect(lambda _checked=False, dialect=dialect: self.add_endpoint(dialect))

    def show_settings(self, settings: Settings) -> None:
        service = settings.maker is not Maker.SAMPLE
        with QSignalBlocker(self._makers), QSignalBlocker(self.chooser), QSignalBlocker(self.words):
            (self.service if service else self.sample).setChecked(True)
            self.chooser.clear()
            self.words.clear()
            self.words.addItem(self.tr("The same endpoint"), None)
            for profile in settings.profiles:
                self.chooser.addItem(_label(profile), profile.id)
                self.words.addItem(_label(profile), profile.id)
            self.chooser.setCurrentIndex(max(0, self.chooser.findData(settings.current.id)))
            same = settings.text_profile is None
            self.words.setCurrentIndex(0 if same else max(0, self.words.findData(settings.text_profile)))
        self._sure = False
        self.remove.setText(self.tr("Remove"))
        for control in (self.chooser, self.words):
            control.setEnabled(service)
        self.remove.setEnabled(service and len(settings.profiles) > 1)

    def add_endpoint(self, dialect: Dialect) -> None:
        """A new endpoint of this kind, which makes pictures from now on; its example address is a start."""
        profile = Profile(
            id=new_id(),
            name=dialect.label,
            base_url=dialect.base_url or OPENAI_URL,
            family=dialect.family,
        )
        self.change(
            replace(self.settings, profiles=(*self.settings.profiles, profile), profile=profile.id, maker=Maker.OPENAI)
        )

    # ---- own ----

    @Slot()
    def _maker_chosen(self) -> None:
        maker = Maker.SAMPLE if self.sample.isChecked() else Maker.OPENAI
        self.change(replace(self.settings, maker=maker))

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self.change(replace(self.settings, profile=str(self.chooser.itemData(index))))

    @Slot(int)
    def _words_chosen(self, index: int) -> None:
        chosen = self.words.itemData(index)
        self.change(replace(self.settings, text_profile=None if index == 0 else str(chosen)))

    @Slot()
    def _remove(self) -> None:
        if not self._sure:
            self._sure = True
            self.remove.setText(self.tr("Remove with its key"))
            return
        gone = self.settings.current
        rest = tuple(profile for profile in self.settings.profiles if profile.id != gone.id)
        text = None if self.settings.text_profile == gone.id else self.settings.text_profile
        self.change(replace(self.settings, profiles=rest, profile=rest[0].id, text_profile=text))
        self.removed.emit(gone.endpoint)


def _label(profile: Profile) -> str:
    """The person's own name with the host, which tells two of one name apart; the whole address where there is no name."""
    host = urlsplit(profile.base_url).netloc
    return f"{profile.name} ({host or profile.base_url})" if profile.name else profile.base_url
