"""One endpoint: its name and address, the kind of server it is, what it takes, and what it is sent beside the usual."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QSignalBlocker, QSize, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from imagegen_desktop.core.addresses import AddressFault, fault_of, travels_in_clear
from imagegen_desktop.core.dialects import Family, family_of
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.settings import OPENAI_URL
from imagegen_desktop.ui.parameter_words import parameter_words
from imagegen_desktop.ui.settings.own_ways import OwnWays
from imagegen_desktop.ui.settings.section import Section, StatusLine
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import ICON_CHIP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QFocusEvent

    from imagegen_desktop.core.dialects import Dialect, Dialects
    from imagegen_desktop.core.settings import Profile, Settings
    from imagegen_desktop.ui.theme.icons import Icons

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


class EndpointSection(Section):
    """Beside `changed`: `headers_entered(Endpoint, dict of name to Secret)`."""

    headers_entered = Signal(object, object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dialects: tuple[Dialect, ...] = ()
        self.set_title(self.tr("This endpoint"))
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("Your own name for it"))
        self.add_row(self.tr("Name"), self.name)
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
        self.family = QComboBox()
        self.wheel.calm(self.family)
        self.add_row(self.tr("Speaks like"), self.family)
        self.facts = StatusLine()
        self.add_below(self.facts)
        self.own = QCheckBox(self.tr("Set by hand what it takes"))
        self.add_below(self.own)
        self.ways = OwnWays()
        self.add_below(self.ways)
        self._add_extras()
        self.name.editingFinished.connect(self._named)
        self.address.editingFinished.connect(self._address_edited)
        self.reset.clicked.connect(self._reset)
        self.family.activated.connect(self._family_chosen)
        self.own.clicked.connect(self._own_chosen)
        self.ways.changed.connect(self._ways_changed)

    def set_dialects(self, dialects: Dialects) -> None:
        """The kinds of server that are known."""
        self._dialects = dialects.dialects
        with QSignalBlocker(self.family):
            self.family.clear()
            self.family.addItem(self.tr("What the address tells"), "")
            for dialect in self._dialects:
                self.family.addItem(dialect.label, dialect.family.value)
        self.show_settings(self.settings)

    def show_settings(self, settings: Settings) -> None:
        current = settings.current
        address = current.base_url
        if self.address.text() != address:
            self.address.setText(address)
        self._show_notice(address)
        with QSignalBlocker(self.family):
            self.family.setCurrentIndex(max(0, self.family.findData(current.family.value if current.family else "")))
        if not self.name.hasFocus():
            self.name.setText(current.name)
        if not self.extra.hasFocus():
            self.extra.setPlainText(current.extra_body)
        names = ", ".join(current.header_names)
        kept = self.tr("Sent with every request: {names}. Their values are in the keychain.").format(names=names)
        self.header_names.show_status(kept if names else "", "none")
        self._show_ways(current)
        # The address may be typed while the sample engine draws: it is where a person goes next.
        for control in (self.family, self.own, self.ways, self.headers, self.save_headers, self.extra):
            control.setEnabled(settings.maker is not Maker.SAMPLE)

    def commit(self) -> bool:
        """Take over the address as it stands, also one that was not typed by keys. False if it can't be used."""
        address = self.address.text().strip() or OPENAI_URL
        self._show_notice(address)
        if fault_of(address) is not None:
            return False
        self.address.setText(address)
        self._change_current(replace(self.settings.current, base_url=address))
        return True

    # ---- own ----

    def _add_extras(self) -> None:
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
        self.save_headers.clicked.connect(self._headers_saved)
        self.extra.left.connect(self._extra_left)
        self.extra.textChanged.connect(self._check_extra)

    def _family_ways(self, profile: Profile) -> Dialect | None:
        family = profile.family or family_of(profile.base_url)
        return next((one for one in self._dialects if one.family is family), None)

    def _show_ways(self, profile: Profile) -> None:
        dialect = profile.own_dialect or self._family_ways(profile)
        self.own.setChecked(profile.own_dialect is not None)
        self.ways.setVisible(profile.own_dialect is not None)
        self.facts.show_status("", "none")
        if dialect is None:
            return
        self.ways.show_dialect(dialect)
        if profile.own_dialect is None:
            taken = ", ".join(parameter_words(parameter) for parameter in dialect.parameters)
            words = self.tr("It is asked for: {parameters}. Everything else is left out, and the image says so.")
            # The data's own sentences are English, as the document is that tells the same.
            self.facts.show_status(f"{words.format(parameters=taken)} {dialect.notes}".rstrip(), "none")

    @Slot()
    def _named(self) -> None:
        self._change_current(replace(self.settings.current, name=" ".join(self.name.text().split())))

    @Slot(int)
    def _family_chosen(self, index: int) -> None:
        word = str(self.family.itemData(index) or "")
        self._change_current(replace(self.settings.current, family=Family(word) if word else None, own_dialect=None))

    @Slot()
    def _own_chosen(self) -> None:
        current = self.settings.current
        self._change_current(replace(current, own_dialect=self._family_ways(current) if self.own.isChecked() else None))

    @Slot(object)
    def _ways_changed(self, dialect: object) -> None:
        if self.settings.current.own_dialect is not None:
            self._change_current(replace(self.settings.current, own_dialect=dialect))

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
