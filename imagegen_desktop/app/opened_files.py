"""Pictures that the system asks this program to open: it offers to import them, as if they had been dropped on its window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.app.composition import Composition


class Application(QApplication):
    """`file_opened` carries the path of a file that macOS hands over.

    Qt sends such an event to the application itself. A filter on it would see every event of every widget, each through Python.
    """

    file_opened = Signal(object)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_opened.emit(event.file())
            return True
        return super().event(event)


class OpenedFiles(QObject):
    """Files named at the start or by a later start, and on macOS those that Finder hands over as events."""

    def __init__(self, app: Application, composition: Composition) -> None:
        super().__init__(composition)
        self._composition = composition
        self._waiting: list[Path] = []
        self._has_library = False
        composition.library_opened.connect(self._opened)
        app.file_opened.connect(self._open)

    def open(self, files: Sequence[str]) -> None:
        """Ask about them now, or as soon as there is a library to import them into."""
        self._waiting += [Path(file).absolute() for file in files]
        self._ask()

    @Slot(object)
    def _open(self, file: object) -> None:
        self.open([str(file)])

    @Slot(object)
    def _opened(self, _library: object) -> None:
        self._has_library = True
        self._ask()

    def _ask(self) -> None:
        if self._waiting and self._has_library:
            files, self._waiting = self._waiting, []
            self._composition.library_parts.importing.ask(files)
