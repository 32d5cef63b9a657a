"""The part of the queue's panel that shows pictures which could not be fetched: their reason, their end, and what to do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from imagegen_desktop.core.links import KeptLink

TICK_MS = 15_000


class LinkRow(QWidget):
    """Emits `again`, `copied`, `opened` and `dismissed`; dismissing asks to be pressed twice."""

    again = Signal()
    copied = Signal()
    opened = Signal()
    dismissed = Signal()

    def __init__(self, link: KeptLink) -> None:
        super().__init__()
        self.link = link
        self._sure = False
        self._reason = PlainLabel(link.reason, wrap=True)
        self.left = PlainLabel(kind="muted", wrap=True)
        self.again_button = QPushButton(self.tr("Try again (free)"))
        self.copy_button = QPushButton(self.tr("Copy link"))
        self.open_button = QPushButton(self.tr("Open in browser"))
        self.dismiss_button = QPushButton(self.tr("Dismiss"))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_1)
        for button, signal in (
            (self.again_button, self.again),
            (self.copy_button, self.copied),
            (self.open_button, self.opened),
        ):
            button.clicked.connect(signal)
            buttons.addWidget(button)
        self.dismiss_button.clicked.connect(self._dismiss)
        buttons.addWidget(self.dismiss_button)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_1, 0, SPACE_1)
        column.setSpacing(SPACE_1)
        column.addWidget(self._reason)
        column.addWidget(self.left)
        column.addLayout(buttons)

    def show_time(self, now: datetime) -> None:
        """How long the link still lives."""
        if self.link.has_expired(now):
            words = self.tr("The link has probably expired.") if self.link.assumed else self.tr("The link has expired.")
        else:
            minutes = max(1, round((self.link.expires - now).total_seconds() / 60))
            words = self.tr("{minutes} min left").format(minutes=minutes)
            if self.link.assumed:
                words = self.tr("About {minutes} min left, as such links usually live an hour").format(minutes=minutes)
        self.left.setText(words)

    @Slot()
    def _dismiss(self) -> None:
        if self._sure:
            self.dismissed.emit()
            return
        self._sure = True
        self.dismiss_button.setText(self.tr("Dismiss for good"))


class LinkSection(QWidget):
    """Emits `again`, `copied`, `opened` and `dismissed`, each with the KeptLink. Takes no room without links."""

    again = Signal(object)
    copied = Signal(object)
    opened = Signal(object)
    dismissed = Signal(object)

    def __init__(self, *, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self._now = now
        self._rows: list[LinkRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_2)
        self._column.addWidget(PlainLabel(self.tr("LINKS KEPT"), kind="caption"))
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_times)
        self.hide()

    @property
    def rows(self) -> tuple[LinkRow, ...]:
        return tuple(self._rows)

    def show_links(self, links: Sequence[KeptLink]) -> None:
        if [row.link for row in self._rows] == list(links):
            return
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(link) for link in links]
        for row in self._rows:
            self._column.addWidget(row)
        self._show_times()
        self.setVisible(bool(links))
        if links:
            self._tick.start()
        else:
            self._tick.stop()

    def _row(self, link: KeptLink) -> LinkRow:
        row = LinkRow(link)
        for told, signal in (
            (row.again, self.again),
            (row.copied, self.copied),
            (row.opened, self.opened),
            (row.dismissed, self.dismissed),
        ):
            told.connect(partial(_tell, signal, link))
        return row

    @Slot()
    def _show_times(self) -> None:
        now = self._now()
        for row in self._rows:
            row.show_time(now)


def _tell(signal: SignalInstance, link: KeptLink) -> None:
    signal.emit(link)
