"""Pictures that the system asks this program to open: it offers to import them, as if they had been dropped on its window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QFileOpenEvent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QApplication

    from imagegen_desktop.app.composition import Composition


class OpenedFiles(QObject):
    """Files named at the start or by a later start, and on macOS those that Finder hands over as events."""

    def __init__(self, app: QApplication, composition: Composition) -> None:
        super().__init__(composition)
        self._composition = composition
        self._waiting: list[Path] = []
        self._has_library = False
        composition.library_opened.connect(self._opened)
        app.installEventFilter(self)

    def open(self, files: Sequence[str]) -> None:
        """Ask about them now, or as soon as there is a library to import them into."""
        self._waiting += [Path(file).absolute() for file in files]
        self._ask()

    @Slot(object)
    def _opened(self, _library: object) -> None:
        self._has_library = True
        self._ask()

    def _ask(self) -> None:
        if self._waiting and self._has_library:
            files, self._waiting = self._waiting, []
            self._composition.library_parts.importing.ask(files)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.open([event.file()])
            return True
        return super().eventFilter(watched, event)
