"""Hears of later starts for the library that this window has, see `app.handing_over`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from imagegen_desktop.app.handing_over import Wishes, socket_name

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 200_000


class InstanceServer(QObject):
    """Hears of later starts. `asked` carries Wishes."""

    asked = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)

    def serve(self, library: Path) -> None:
        """Answer for this library from now on. Whoever was killed may have left its socket behind: it is replaced."""
        self._server.close()
        name = socket_name(library)
        QLocalServer.removeServer(name)
        self._server.listen(name)

    def shutdown(self) -> None:
        self._server.close()

    @Slot()
    def _connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:  # pyright: ignore[reportUnnecessaryComparison] (the stub leaves None out)
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._take(socket)

    @Slot()
    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._take(socket)

    def _take(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > MAX_BYTES:
                socket.abort()
            return
        wishes = Wishes.of_line(bytes(socket.readLine(MAX_BYTES).data()))
        if wishes is None:
            socket.abort()
        else:
            self.asked.emit(wishes)
