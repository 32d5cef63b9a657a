"""Collects cyclic garbage on the main thread alone, where the QObjects in it may be destroyed."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 1000


class MainThreadCollector(QObject):
    """Switches Python's own collector off while it lives, and does its work from the event loop.

    Python collects on whatever thread allocates at that moment. A widget or a watcher that dies on a worker's thread
    corrupts Qt's memory: seen here as "Socket notifiers cannot be enabled or disabled from another thread", then abort.
    What was imported before it is made is passed over until `shutdown`.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_enabled = gc.isenabled()
        gc.disable()
        # Most of what a program holds are its modules: to walk them too takes 50 ms, in which nothing is painted.
        gc.freeze()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect_due)
        self._timer.start()

    @Slot()
    def collect_due(self) -> None:
        """Collect the oldest generation that Python's own thresholds call due, and those younger than it."""
        counts = zip(gc.get_count(), gc.get_threshold(), strict=True)
        due = [generation for generation, (count, most) in enumerate(counts) if count > most]
        if due:
            gc.collect(max(due))

    def settle(self) -> None:
        """What lives now lives to the end: later collections pass it over."""
        gc.collect()
        gc.freeze()

    def shutdown(self) -> None:
        """The last collection is done here too, before any other thread may do one."""
        self._timer.stop()
        gc.unfreeze()
        gc.collect()
        if self._was_enabled:
            gc.enable()
