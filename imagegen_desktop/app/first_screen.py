"""The order of a start: in the Library view nothing else is read or imported until its first screen is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from imagegen_desktop.ui.main_window import MainWindow

# A disk that sleeps must not keep the keychain from being asked.
PATIENCE_MS: Final = 2_000


class FirstScreen(QObject):
    """`full` comes once: when the grid's first screen stands, when it took too long, or at once in any other view."""

    full = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.is_full = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.end)

    def begin(self) -> None:
        if self._window.in_library:
            self._window.first.library_page.grid.filled.connect(self.end)
            self._window.turned.connect(self.end)
            self._patience.start()
        else:
            self.end()

    @Slot()
    def end(self) -> None:
        if not self.is_full:
            self.is_full = True
            self._patience.stop()
            self.full.emit()
