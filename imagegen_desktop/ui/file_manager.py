"""Shows a file in the desktop's file manager."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QUrl, Slot
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtDBus import QDBusPendingCallWatcher


class FileManager(QObject):
    """Opens the folder with the file selected where the system can, else just the folder. Never waits."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[QObject, Path] = {}

    def show(self, path: Path) -> None:
        if sys.platform == "win32":
            QProcess.startDetached("explorer", ["/select,", str(path)])
        elif sys.platform == "darwin":
            QProcess.startDetached("open", ["-R", str(path)])
        else:
            self._ask_desktop(path)

    def _ask_desktop(self, path: Path) -> None:
        # QtDBus is needed here first: importing it at start would cost every start.
        from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher  # noqa: PLC0415 (said above)

        call = QDBusMessage.createMethodCall(
            "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1", "ShowItems"
        )
        call.setArguments([[QUrl.fromLocalFile(str(path)).toString()], ""])
        watcher = QDBusPendingCallWatcher(QDBusConnection.sessionBus().asyncCall(call), self)
        self._waiting[watcher] = path
        watcher.finished.connect(self._answered)

    @Slot("QDBusPendingCallWatcher*")
    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        path = self._waiting.pop(watcher)
        if watcher.isError():
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
        watcher.deleteLater()
