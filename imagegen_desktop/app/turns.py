"""Does a long piece of work on the window's thread step by step, so that it answers in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

if TYPE_CHECKING:
    from collections.abc import Iterator


class Turns(QObject):
    """One step at each turn of the event loop. Who makes it calls `stop`."""

    def __init__(self, steps: Iterator[None], parent: QObject) -> None:
        super().__init__(parent)
        self._steps = steps
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._next)

    def start(self) -> None:
        self._timer.start()

    def finish(self) -> None:
        """All that is left, at once."""
        self.stop()
        for _ in self._steps:
            pass

    def stop(self) -> None:
        """Whatever is left is not done."""
        self._timer.stop()

    @Slot()
    def _next(self) -> None:
        for _ in self._steps:
            return
        self.stop()
