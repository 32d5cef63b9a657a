"""One window for each library: a second start hands its wishes to the first and ends."""

from __future__ import annotations

import getpass
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from pathlib import Path

CONNECT_MS = 500
MAX_BYTES = 200_000
# No path holds it.
BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the second start was asked to do; an empty prompt and no files only raise the window. `files` are absolute paths."""

    prompt: str
    files: tuple[str, ...] = ()


def _name(library: Path) -> str:
    """Long paths are no good names for sockets, and two people of one computer are two."""
    text = f"{getpass.getuser()}\n{library}"
    return f"imagegen-desktop-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def hand_over(library: Path, wishes: Wishes) -> bool:
    """Give the wishes to the window that has this library. False if there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name(library))
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(json.dumps({"prompt": wishes.prompt, "files": BETWEEN.join(wishes.files)}).encode() + b"\n")
    handed = socket.waitForBytesWritten(CONNECT_MS)
    socket.disconnectFromServer()
    return handed


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
        name = _name(library)
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
        try:
            told: object = json.loads(bytes(socket.readLine(MAX_BYTES).data()))
        except ValueError:
            socket.abort()
            return
        match told:
            case {"prompt": str(prompt), "files": str(files)}:
                self.asked.emit(Wishes(prompt, tuple(filter(None, files.split(BETWEEN)))))
            case _:
                socket.abort()
