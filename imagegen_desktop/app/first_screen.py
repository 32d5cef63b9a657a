"""The order of a start: in the Library view nothing else is read or imported until its first screen is full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

if TYPE_CHECKING:
    from imagegen_desktop.ui.main_window import MainWindow

# A disk that sleeps must not keep the keychain from being asked.
PATIENCE_MS: Final = 2_000
# Two frames: the last pictures that came are to be painted yet.
PAINT_MS: Final = 34


class FirstScreen(QObject):
    """`full` comes once: when the grid's first screen stands, when it took too long, or at once in any other view."""

    full = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.is_full = False
        self._begun = self._stands = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self.end)
        self._painting = QTimer(self, singleShot=True, interval=PAINT_MS)
        self._painting.timeout.connect(self.end)
        window.first.library_page.grid.filled.connect(self._filled)

    def begin(self) -> None:
        """The window is painted."""
        self._begun = True
        if not self._window.in_library:
            self.end()
            return
        self._window.turned.connect(self.end)
        if self._stands:
            self._painting.start()
        else:
            self._patience.start()

    @Slot()
    def _filled(self) -> None:
        self._stands = True
        if self._begun and not self.is_full:
            self._painting.start()

    @Slot()
    def end(self) -> None:
        """The first screen is as it is: what it does without is wanted."""
        if not self.is_full:
            self.is_full = True
            self._patience.stop()
            self.full.emit()
