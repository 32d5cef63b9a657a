"""What happens to pictures on their way when the window is closed: nothing without a word."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.queue_desk import QueueDesk

CLOSING = "closing"


class CloseFlow(QObject):
    """Keeps the window while requests are out, until the person has said what is to become of them.

    `quit_app` ends the program. What waits stays on disk either way, and is offered at the next start.
    """

    def __init__(
        self,
        window: MainWindow,
        desk: QueueDesk,
        *,
        quit_app: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._desk = desk
        self._quit_app = quit_app
        self._clock = clock
        self._goes = False
        self._was_paused = False
        desk.changed.connect(self._changed)
        window.may_close = self.may_close

    def may_close(self) -> bool:
        """Whether the window may go now; if not, a card asks."""
        if self._goes or not self._desk.flights:
            return True
        self._window.show_stage()
        self._ask()
        self._window.panels.notices.focus(CLOSING)
        return False

    def go_now(self) -> None:
        """Close without asking: the person has said so on the card."""
        self._goes = True
        self._window.close()

    def _ask(self) -> None:
        self._window.panels.notices.tell(
            CLOSING,
            self._words(),
            [
                (self.tr("Finish in the background"), self._finish),
                (self._quit_words(), self.go_now),
                (self.tr("Keep working"), self._stay),
            ],
        )

    def _words(self) -> str:
        flights = self._desk.flights
        count = sum(flight.count - flight.saved for flight in flights)
        lefts = [flight.seconds_left(self._clock()) for flight in flights]
        known = [left for left in lefts if left is not None]
        words = (
            self.tr("1 picture is still on its way")
            if count == 1
            else self.tr("{count} pictures are still on their way")
        ).format(count=count)
        if known and len(known) == len(lefts):
            words += self.tr(" (about {seconds} s)").format(seconds=max(1, math.ceil(max(known))))
        waiting = len(self._desk.queue.waiting)
        if waiting:
            words += self.tr(". What waits is offered again at the next start")
        return words

    def _quit_words(self) -> str:
        paid = any(not flight.sample for flight in self._desk.flights)
        return self.tr("Quit anyway (may have been charged)") if paid else self.tr("Quit anyway")

    def _finish(self) -> None:
        """The window goes, the program stays until the last picture is saved; nothing new is started."""
        self._window.panels.notices.clear(CLOSING)
        self._was_paused = self._desk.queue.paused
        self._desk.pause()
        # Qt ends the program with its last window.
        QGuiApplication.setQuitOnLastWindowClosed(False)
        self._window.hide()

    def _stay(self) -> None:
        self._window.panels.notices.clear(CLOSING)
        self._window.panels.dock.focus_prompt()

    @Slot(object)
    def _changed(self, _queue: object) -> None:
        if self._desk.flights:
            if CLOSING in self._window.panels.notices.topics:
                self._ask()
            return
        self._window.panels.notices.clear(CLOSING)
        if self._window.isHidden() and not QGuiApplication.quitOnLastWindowClosed():
            self._goes = True
            self._window.close()
            self._quit_app()

    @Slot(object)
    def came_back(self, _wishes: object = None) -> None:
        """The window is wanted again while it finishes in the background."""
        if QGuiApplication.quitOnLastWindowClosed():
            return
        QGuiApplication.setQuitOnLastWindowClosed(True)
        if not self._was_paused:
            self._desk.resume()
