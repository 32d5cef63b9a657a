"""Several endpoints: which one makes pictures, which one finds words, and what each is sent beside the usual."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QWidget

from imagegen_desktop.core.dialects import Dialect, Dialects, Family, family_of
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.settings import OPENAI_URL, Profile
from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QFocusEvent

    from imagegen_desktop.core.settings import Settings

TEXT_HEIGHT = 58


class SmallText(QPlainTextEdit):
    """A few lines; Tab leaves it. Emits `left` when it loses the focus."""

    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFixedHeight(TEXT_HEIGHT)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class ProfilesSection(Section):
    """Beside `changed`: `headers_entered(Endpoint, dict of name to Secret)` and `removed(Endpoint)`, whose secrets go with it."""

    headers_entered = Signal(object, object)
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialects: tuple[Dialect, ...] = ()
        self._sure = False
        self.set_title(self.tr("Endpoints"))
        self.chooser = QComboBox()
        self.add = QPushButton(self.tr("Add"))
        self.add_menu = QMenu(self.add)
        self.add.setMenu(self.add_menu)
        self.remove = QPushButton(self.tr("Remove"))
        self.add_row(self.tr("Pictures from"), self.chooser, self.add, self.remove)
        self.words = QComboBox()
        self.add_row(self.tr("Words from"), self.words)
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Your own name for it"))
        self.add_row(self.tr("Name"), self.name)
        self.family = QComboBox()
        self.add_row(self.tr("Speaks like"), self.family)
        self.facts = StatusLine()
        self.add_below(self.facts)
        self.headers = SmallText()
        self.headers.setPlaceholderText("X-Team: value")
        self.save_headers = QPushButton(self.tr("Save"))
        self.save_headers.setToolTip(plain_tooltip(self.tr("The values go into the keychain and are not shown again")))
        self.add_row(self.tr("Own headers"), self.headers, self.save_headers)
        self.header_names = StatusLine()
        self.add_below(self.header_names)
        self.extra = SmallText()
        self.extra.setPlaceholderText('{"steps": 20}')
        self.add_row(self.tr("Extra fields"), self.extra)
        self.extra_fault = StatusLine()
        self.add_below(self.extra_fault)
        for box in (self.chooser, self.words, self.family):
            self.wheel.calm(box)
        self.chooser.activated.connect(self._chosen)
        self.words.activated.connect(self._words_chosen)
        self.family.activated.connect(self._family_chosen)
        self.name.editingFinished.connect(self._named)
        self.remove.clicked.connect(self._remove)
        self.save_headers.clicked.connect(self._headers_saved)
        self.extra.left.connect(self._extra_left)
        self.extra.textChanged.connect(self._check_extra)

    def set_dialects(self, dialects: Dialects) -> None:
        """The kinds of server that can be added."""
        self._dialects = dialects.dialects
        self.add_menu.clear()
        for dialect in self._dialects:
            action = self.add_menu.addAction(dialect.label)
            action.triggered.connect(lambda _checked=False, dialect=dialect: self.add_endpoint(dialect))
        with QSignalBlocker(self.family):
            self.family.clear()
            self.family.addItem(self.tr("What the address tells"), "")
            for dialect in self._dialects:
                self.family.addItem(dialect.label, dialect.family.value)
        self.show_settings(self.settings)

    def show_settings(self, settings: Settings) -> None:
        current = settings.current
        with QSignalBlocker(self.chooser), QSignalBlocker(self.words), QSignalBlocker(self.family):
            self.chooser.clear()
            self.words.clear()
            self.words.addItem(self.tr("The same endpoint"), None)
            for profile in settings.profiles:
                self.chooser.addItem(_label(profile), profile.id)
                self.words.addItem(_label(profile), profile.id)
            self.chooser.setCurrentIndex(max(0, self.chooser.findData(current.id)))
            same = settings.text_profile is None
            self.words.setCurrentIndex(0 if same else max(0, self.words.findData(settings.text_profile)))
            self.family.setCurrentIndex(max(0, self.family.findData(current.family.value if current.family else "")))
        if not self.name.hasFocus():
            self.name.setText(current.name)
        if not self.extra.hasFocus():
            self.extra.setPlainText(current.extra_body)
        self._sure = False
        self.remove.setText(self.tr("Remove"))
        self.remove.setEnabled(len(settings.profiles) > 1)
        names = ", ".join(current.header_names)
        kept = self.tr("Sent with every request: {names}. Their values are in the keychain.").format(names=names)
        self.header_names.show_status(kept if names else "", "none")
        self._tell_facts(current)
        self.setEnabled(settings.maker is not Maker.SAMPLE)

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

    def _tell_facts(self, profile: Profile) -> None:
        family = profile.family or family_of(profile.base_url)
        dialect = next((one for one in self._dialects if one.family is family), None)
        if dialect is None:
            self.facts.show_status("", "none")
            return
        taken = ", ".join(parameter.value for parameter in dialect.parameters)
        words = self.tr("Is sent: {parameters}. Everything else is left out, and the image says so.")
        self.facts.show_status(words.format(parameters=taken), "none")

    @Slot(int)
    def _chosen(self, index: int) -> None:
        self.change(replace(self.settings, profile=str(self.chooser.itemData(index))))

    @Slot(int)
    def _words_chosen(self, index: int) -> None:
        chosen = self.words.itemData(index)
        self.change(replace(self.settings, text_profile=None if index == 0 else str(chosen)))

    @Slot(int)
    def _family_chosen(self, index: int) -> None:
        word = str(self.family.itemData(index) or "")
        self._change_current(replace(self.settings.current, family=Family(word) if word else None))

    @Slot()
    def _named(self) -> None:
        self._change_current(replace(self.settings.current, name=" ".join(self.name.text().split())))

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

    @Slot()
    def _headers_saved(self) -> None:
        values = headers_in(self.headers.toPlainText())
        if values is None:
            words = self.tr("Not saved: write each header as Name: value, on a line of its own.")
            self.header_names.show_status(words, "error")
            return
        self.headers.clear()
        self._change_current(replace(self.settings.current, header_names=tuple(values)))
        self.headers_entered.emit(self.settings.current.endpoint, values)

    @Slot()
    def _extra_left(self) -> None:
        text = self.extra.toPlainText().strip()
        if fault_in(text) is None:
            self._change_current(replace(self.settings.current, extra_body=text))

    @Slot()
    def _check_extra(self) -> None:
        fault = fault_in(self.extra.toPlainText().strip())
        words = self.tr("Not used: these fields are not a JSON object ({fault}).")
        self.extra_fault.show_status(words.format(fault=fault) if fault else "", "error")

    def _change_current(self, profile: Profile) -> None:
        self.change(self.settings.with_current(profile))


def _label(profile: Profile) -> str:
    return f"{profile.name} ({profile.base_url})" if profile.name else profile.base_url


def fault_in(text: str) -> str | None:
    """What keeps `text` from being a JSON object; None for one, and for nothing."""
    if not text:
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        return str(error)
    return None if isinstance(value, dict) else "it is no object in { }"


def headers_in(text: str) -> Mapping[str, Secret] | None:
    """Header lines as names and values; None if a line is none."""
    found: dict[str, Secret] = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not (colon and name and value and name.isascii() and not set(name) & set(' "(),/;<=>?@[\\]{}')):
            return None
        found[name] = Secret(value)
    return found
