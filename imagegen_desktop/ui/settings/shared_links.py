"""The links to images that were given away: when each ends, and how it is taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt, QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_2

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from imagegen_desktop.storage.sync_book import SharedCopy

TICK_MS = 30_000
MINUTE = 60
HOUR = 3600
DAY = 86_400
LONGEST_NAME = 44


def end_words(expires: datetime | None, now: datetime) -> str:
    """When a link ends, in words; None is one that lasts until it is taken back."""
    if expires is None:
        return _tr("Open to anybody until you take it back")
    if expires <= now:
        return _tr("Has ended; its copy still lies in the bucket")
    left = int((expires - now).total_seconds())
    moment = QDateTime.fromMSecsSinceEpoch(int(expires.timestamp() * 1000))
    at = QLocale().toString(moment, "d MMM, HH:mm")
    if left >= 2 * DAY:
        return _tr("Ends in {count} days, {at}").format(count=round(left / DAY), at=at)
    if left >= 2 * HOUR:
        return _tr("Ends in {count} hours, {at}").format(count=round(left / HOUR), at=at)
    return _tr("Ends in {count} minutes, {at}").format(count=max(1, round(left / MINUTE)), at=at)


class SharedRow(QWidget):
    """Emits `copied` and `revoked`."""

    copied = Signal()
    revoked = Signal()

    def __init__(self, shared: SharedCopy) -> None:
        super().__init__()
        self.shared = shared
        name = shared.key.rpartition("/")[2]
        shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 2]}…{name[-LONGEST_NAME // 3 :]}"
        self.end = PlainLabel(kind="muted", wrap=True)
        self.copy_button = QPushButton(self.tr("Copy link"))
        self.copy_button.setAccessibleName(self.tr("Copy the link to {name}").format(name=name))
        self.revoke_button = QPushButton(self.tr("Take back"))
        self.revoke_button.setAccessibleName(self.tr("Take the link to {name} back").format(name=name))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(PlainLabel(shown))
        words.addWidget(self.end)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE_1, 0, SPACE_1)
        row.setSpacing(SPACE_2)
        row.addLayout(words, 1)
        for button, signal in ((self.copy_button, self.copied), (self.revoke_button, self.revoked)):
            button.clicked.connect(signal)
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_time(self, now: datetime) -> None:
        self.end.setText(end_words(self.shared.expires, now))
        self.copy_button.setVisible(self.shared.expires is None or self.shared.expires > now)


class SharedLinks(QWidget):
    """Emits `copied` and `revoked` with the SharedCopy."""

    copied = Signal(object)
    revoked = Signal(object)

    def __init__(self, *, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__()
        self._now = now
        self._rows: list[SharedRow] = []
        self._none = PlainLabel(
            self.tr("No image is shared. “Share link…” in an image's menu makes a link."), wrap=True
        )
        self._none.setProperty("kind", "faint")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._none)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_times)

    @property
    def rows(self) -> tuple[SharedRow, ...]:
        return tuple(self._rows)

    def show_links(self, links: Sequence[SharedCopy]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(link) for link in links]
        for row in self._rows:
            self._column.addWidget(row)
        self._none.setVisible(not links)
        self._show_times()
        if links:
            self._tick.start()
        else:
            self._tick.stop()

    def _row(self, link: SharedCopy) -> SharedRow:
        row = SharedRow(link)
        row.copied.connect(partial(_tell, self.copied, link))
        row.revoked.connect(partial(_tell, self.revoked, link))
        return row

    @Slot()
    def _show_times(self) -> None:
        now = self._now()
        for row in self._rows:
            row.show_time(now)


def _tell(signal: SignalInstance, link: SharedCopy) -> None:
    signal.emit(link)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SharedLinks", text)
