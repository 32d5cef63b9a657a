"""The panel under the queue's button: what runs, what waits, what to do about it, and what became of the latest jobs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from imagegen_desktop.ui.queue.link_section import LinkSection
from imagegen_desktop.ui.queue.rows import PastRow, RunningRow, WaitingRow
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import HIT, ICON_CHIP, SPACE_1, SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QHideEvent, QShowEvent

    from imagegen_desktop.core.queue import Queue
    from imagegen_desktop.studio.waiting import Past
    from imagegen_desktop.ui.job_progress import JobProgress
    from imagegen_desktop.ui.theme.icons import Icons

WIDTH = 460
TALLEST = 620
TICK_MS = 1000
ROWS_AT_ONCE = 6

AnyRow = TypeVar("AnyRow", RunningRow, WaitingRow, PastRow)


class QueuePanel(QFrame):
    """Floats over the window, and hinders nothing behind it. Esc, its cross and a click elsewhere close it.

    `cancelled(job)`, `removed(job)`, `chosen(job)`, `moved((job, steps))`, `paused(bool)`, `waiting_cancelled()`,
    `all_cancelled()`, `picture_chosen(image id)`, `settled((job, ChargeState))`, `closed()`.
    """

    cancelled = Signal(object)
    removed = Signal(object)
    chosen = Signal(object)
    moved = Signal(object)
    paused = Signal(object)
    waiting_cancelled = Signal()
    all_cancelled = Signal()
    picture_chosen = Signal(object)
    settled = Signal(object)
    closed = Signal()

    def __init__(self, icons: Icons, over: QWidget, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(over)
        self._icons = icons
        self._over = over
        self._clock = clock
        self._anchor: QWidget | None = None
        self._queue: Queue | None = None
        self._progresses: tuple[JobProgress, ...] = ()
        self._running: dict[str, RunningRow] = {}
        self._waiting: dict[str, WaitingRow] = {}
        self._past: dict[str, PastRow] = {}
        self._known: tuple[Past, ...] = ()
        self.setProperty("kind", "card")
        self.setAccessibleName(self.tr("Queue"))
        self._summary = PlainLabel(kind="muted")
        self.close_button = QPushButton()
        self.pause_button = QPushButton()
        self.cancel_waiting_button = QPushButton(self.tr("Cancel waiting"))
        self.cancel_all_button = QPushButton(self.tr("Cancel all"))
        self._jobs = QVBoxLayout()
        self._history = QVBoxLayout()
        self.links = LinkSection()
        self._none_yet = PlainLabel(self.tr("Nothing was made on this computer yet."), kind="muted", wrap=True)
        self._lay_out()
        self._connect()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_times)
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._fill_past)
        over.installEventFilter(self)
        self.hide()

    # ---- content ----

    def show_queue(self, queue: Queue, progresses: Sequence[JobProgress]) -> None:
        self._queue = queue
        self._progresses = tuple(progresses)
        self._keep(self._running, [one.job for one in progresses], self._new_running)
        self._keep(self._waiting, [one.id for one in queue.waiting], self._new_waiting)
        self._put(self._jobs, [*self._running.values(), *self._waiting.values()])
        self._show_times()
        running, waiting = len(progresses), len(queue.waiting)
        self._summary.setText(self.summary(running, waiting, paused=queue.paused))
        self.pause_button.setText(self.tr("Resume") if queue.paused else self.tr("Pause"))
        self.pause_button.setIcon(self._icons.icon("play" if queue.paused else "pause"))
        self.cancel_waiting_button.setEnabled(waiting > 0)
        self.cancel_all_button.setEnabled(running + waiting > 0)

    def show_past(self, past: Sequence[Past]) -> None:
        """The latest jobs that ended, newest first."""
        self._known = tuple(past)
        self._none_yet.setVisible(not past)
        if self.isVisible():
            self._fill_past()

    def _fill_past(self) -> None:
        """A few new rows at each turn of the event loop: one takes a millisecond or more to make."""
        for job, row in list(self._past.items()):
            if row.past not in self._known:
                self._drop(self._past.pop(job))
        missing = [one for one in self._known if one.job.id not in self._past]
        for one in missing[:ROWS_AT_ONCE]:
            row = self._past[one.job.id] = PastRow(self._icons, one)
            row.picture_chosen.connect(self.picture_chosen)
            row.settled.connect(self.settled)
        self._past = {one.job.id: self._past[one.job.id] for one in self._known if one.job.id in self._past}
        self._put(self._history, list(self._past.values()))
        if len(missing) > ROWS_AT_ONCE:
            self._more.start()

    def summary(self, running: int, waiting: int, *, paused: bool) -> str:
        parts = [self.tr("{count} running").format(count=running)] if running else []
        parts += [self.tr("{count} waiting").format(count=waiting)] if waiting else []
        parts += [self.tr("paused")] if paused else []
        return ", ".join(parts) or self.tr("nothing runs or waits")

    def _show_times(self) -> None:
        now = self._clock()
        for progress in self._progresses:
            if progress.job in self._running:
                self._running[progress.job].show_progress(progress, now)
        entries = self._queue.waiting if self._queue else ()
        for number, entry in enumerate(entries):
            row = self._waiting.get(entry.id)
            if row is not None:
                row.show_entry(entry, now, is_first=number == 0, is_last=number == len(entries) - 1)

    def _new_running(self, job: str) -> RunningRow:
        row = RunningRow(self._icons, job)
        row.cancelled.connect(self.cancelled)
        row.chosen.connect(self.chosen)
        return row

    def _new_waiting(self, job: str) -> WaitingRow:
        row = WaitingRow(self._icons, job)
        row.moved.connect(self.moved)
        row.removed.connect(self.removed)
        return row

    def _keep(self, rows: dict[str, AnyRow], jobs: list[str], make: Callable[[str], AnyRow]) -> None:
        """Rows that stay are the same widgets, so that the focus stays on their buttons."""
        for gone in rows.keys() - set(jobs):
            self._drop(rows.pop(gone))
        ordered = {job: rows.get(job) or make(job) for job in jobs}
        rows.clear()
        rows.update(ordered)

    def _drop(self, row: QWidget) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and row.isAncestorOf(focused):
            self.close_button.setFocus(Qt.FocusReason.OtherFocusReason)
        row.hide()
        row.deleteLater()

    @staticmethod
    def _put(layout: QVBoxLayout, rows: Sequence[QWidget]) -> None:
        for number, row in enumerate(rows):
            if layout.indexOf(row) != number:
                layout.insertWidget(number, row)
                row.show()

    # ---- open and close ----

    def toggle(self, anchor: QWidget) -> None:
        """Open under `anchor`, or close."""
        if self.isVisible():
            self.close_panel()
            return
        self._anchor = anchor
        self._place()
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_panel(self) -> None:
        if not self.isVisible():
            return
        had_focus = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        if had_focus and self._anchor is not None:
            self._anchor.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def _place(self) -> None:
        if self._anchor is None:
            return
        under = self._anchor.mapTo(self._over, QPoint(0, self._anchor.height())).y() + SPACE_2
        width = min(WIDTH, self._over.width() - 2 * SPACE_3)
        at_left = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        left = SPACE_3 if at_left else self._over.width() - width - SPACE_3
        height = min(TALLEST, self._over.height() - under - SPACE_3)
        self.setGeometry(QRect(left, under, width, max(200, height)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_panel()
            event.accept()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self._clicked(event.globalPosition().toPoint())
        return super().eventFilter(watched, event)

    def _clicked(self, at: QPoint) -> None:
        """The button closes by itself; a click anywhere else is for what lies there, and closes as well."""
        on_button = self._anchor is not None and self._anchor.rect().contains(self._anchor.mapFromGlobal(at))
        if self.isVisible() and not on_button and not self.rect().contains(self.mapFromGlobal(at)):
            self.close_panel()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self._fill_past()
        # Only while it is open: a filter on the application sees every event.
        QApplication.instance().installEventFilter(self)  # pyright: ignore[reportOptionalMemberAccess] (there is one)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
        self._more.stop()
        QApplication.instance().removeEventFilter(self)  # pyright: ignore[reportOptionalMemberAccess] (there is one)

    # ---- layout ----

    def _connect(self) -> None:
        self.close_button.clicked.connect(self.close_panel)
        self.pause_button.clicked.connect(lambda: self.paused.emit(not (self._queue and self._queue.paused)))
        self.cancel_waiting_button.clicked.connect(self.waiting_cancelled)
        self.cancel_all_button.clicked.connect(self.all_cancelled)

    def _lay_out(self) -> None:
        self.close_button.setProperty("kind", "quiet")
        self.close_button.setIcon(self._icons.icon("x"))
        self.close_button.setFixedSize(HIT, HIT)
        self.close_button.setAccessibleName(self.tr("Close the queue"))
        self.close_button.setToolTip(self.tr("Close"))
        self.pause_button.setIconSize(QSize(ICON_CHIP, ICON_CHIP))
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_4, SPACE_3, SPACE_3, SPACE_1)
        head.setSpacing(SPACE_2)
        head.addWidget(PlainLabel(self.tr("Queue"), kind="title"))
        head.addWidget(self._summary, 1)
        head.addWidget(self.close_button)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_2)
        for button in (self.pause_button, self.cancel_waiting_button, self.cancel_all_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for rows in (self._jobs, self._history):
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(SPACE_1)
        line = QFrame()
        line.setProperty("kind", "line")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE_4, 0, SPACE_4, SPACE_3)
        column.setSpacing(SPACE_2)
        column.addLayout(self._jobs)
        column.addLayout(buttons)
        column.addSpacing(SPACE_1)
        column.addWidget(line)
        column.addSpacing(SPACE_1)
        column.addWidget(self.links)
        column.addWidget(PlainLabel(self.tr("ACTIVITY"), kind="caption"))
        column.addWidget(self._none_yet)
        column.addLayout(self._history)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # The card's own ground shows through.
        scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 1, 1, 1)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(scroll, 1)
