"""The card's button that generates, and Cancel beside it while something runs."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import HIT_PRIMARY, ICON_CHIP, SPACE_2

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.icons import Icons


class _State(Enum):
    READY = auto()
    NO_KEY = auto()
    RUNNING = auto()
    ADDING = auto()
    CANCELLING = auto()


class GenerateBox(QWidget):
    """Emits `pressed()` for Generate and Add API key alike, and `cancelled()`."""

    pressed = Signal()
    cancelled = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._count = 1
        self._running = False
        self._cancelling = False
        self._key_missing = False
        self._adds = False
        self._paused = False
        self._price = PlainLabel(kind="muted")
        self._price.setFont(tabular(self._price.font()))
        self._price.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self.cancelled)
        self.button = QPushButton()
        self.button.setProperty("kind", "primary")
        self.button.setIcon(icons.icon("sparkles", "on_accent"))
        self.button.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        self.button.setMinimumHeight(HIT_PRIMARY)
        self.button.clicked.connect(self._clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_2)
        row.addStretch(1)
        row.addWidget(self._price)
        row.addWidget(self.cancel)
        row.addWidget(self.button)
        self.set_price("")
        self._settle_width()
        self._show_state()

    @property
    def running(self) -> bool:
        return self._running

    @property
    def key_missing(self) -> bool:
        return self._key_missing

    @property
    def price(self) -> str:
        return self._price.text()

    def set_count(self, count: int) -> None:
        self._count = count
        self._show_state()

    def set_price(self, words: str, reason: str = "") -> None:
        """What it may cost, such as "about $0.02", and where that comes from. Heard with the button, too."""
        self._price.setText(words)
        self._price.setVisible(bool(words))
        self._price.setToolTip(plain_tooltip(reason))
        self._price.setAccessibleDescription(reason)
        self.button.setAccessibleDescription(f"{words}, {reason}" if words and reason else words)

    def set_running(self, running: bool) -> None:  # noqa: FBT001 (a setter)
        self._running = running
        self._cancelling = False
        self._show_state()

    def set_adds(self, adds: bool) -> None:  # noqa: FBT001 (a setter)
        """Whether a press now is for another job than the one that runs."""
        self._adds = adds
        self._show_state()

    def set_paused(self, paused: bool) -> None:  # noqa: FBT001 (a setter)
        """Whether the queue stands still, so that a press only adds to it."""
        self._paused = paused
        self._show_state()

    @property
    def can_send(self) -> bool:
        return self._state() in {_State.READY, _State.ADDING}

    def set_cancelling(self) -> None:
        self._cancelling = self._running
        self._show_state()

    def set_key_missing(self, missing: bool) -> None:  # noqa: FBT001 (a setter)
        self._key_missing = missing
        self._show_state()

    def reserved_width(self) -> int:
        """The pixels that the box takes at its widest, so that its neighbours need not move when a job starts."""
        price = max(self._price.sizeHint().width(), self._widest_price()) + SPACE_2 if self._price.text() else 0
        return price + self.cancel.sizeHint().width() + SPACE_2 + self.button.sizeHint().width()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._settle_width()

    def _state(self) -> _State:
        if self._cancelling and not self._adds:
            return _State.CANCELLING
        if self._running and not self._adds:
            return _State.RUNNING
        if self._key_missing:
            return _State.NO_KEY
        return _State.ADDING if self._running or self._paused else _State.READY

    @Slot()
    def _clicked(self) -> None:
        self.pressed.emit()

    def _show_state(self) -> None:
        state = self._state()
        self.cancel.setEnabled(self._running and not self._cancelling)
        self.cancel.setVisible(self._running)
        self.button.setEnabled(state in {_State.READY, _State.NO_KEY, _State.ADDING})
        match state:
            case _State.READY:
                self.button.setText(self._generate_words(self._count))
                self.button.setIcon(self._icons.icon("sparkles", "on_accent"))
            case _State.ADDING:
                self.button.setText(self.tr("Add to queue"))
                self.button.setIcon(self._icons.icon("sparkles", "on_accent"))
            case _State.NO_KEY:
                self.button.setText(self.tr("Add API key"))
                self.button.setIcon(self._icons.icon("key-round", "on_accent"))
            case _State.RUNNING:
                self.button.setText(self.tr("Generating..."))
            case _State.CANCELLING:
                self.button.setText(self.tr("Cancelling..."))
            case _:
                assert_never(state)
        keys = QKeySequence("Ctrl+Return").toString(QKeySequence.SequenceFormat.NativeText)
        self.button.setToolTip(plain_tooltip(f"{self.button.text()} ({keys})"))

    def _generate_words(self, count: int) -> str:
        return self.tr("Generate {count}").format(count=count)

    def _widest_price(self) -> int:
        """Most ranges are as wide, so that a choice does not move the controls to another line."""
        return self._price.fontMetrics().horizontalAdvance(self.tr("{low} to {high}").format(low="$0.00", high="$0.00"))

    def _settle_width(self) -> None:
        """Make the button as wide as the widest of its words, so that it stays where the pointer is.

        Measured on a twin: a screen reader would hear each of the words as the button's new name.
        """
        twin = QPushButton(self)
        twin.hide()
        twin.setProperty("kind", "primary")
        twin.setIcon(self.button.icon())
        twin.setIconSize(self.button.iconSize())
        twin.ensurePolished()
        widths: list[int] = []
        for words in (
            self._generate_words(10),
            self.tr("Generating..."),
            self.tr("Cancelling..."),
            self.tr("Add to queue"),
            self.tr("Add API key"),
        ):
            twin.setText(words)
            widths.append(twin.sizeHint().width())
        twin.deleteLater()
        self.button.setMinimumWidth(max(widths))
