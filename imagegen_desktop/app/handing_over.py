"""One window for each library: a second start hands its wishes to the first and ends."""

from __future__ import annotations

import getpass
import hashlib
import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QDir

CONNECT_MS = 500
# No path holds it.
BETWEEN = "\0"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the second start was asked to do; an empty prompt and no files only raise the window. `files` are absolute paths."""

    prompt: str
    files: tuple[str, ...] = ()

    def to_line(self) -> bytes:
        return json.dumps({"prompt": self.prompt, "files": BETWEEN.join(self.files)}).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Wishes | None:
        """None if it is nothing that `to_line` wrote."""
        try:
            told: object = json.loads(line)
        except ValueError:
            return None
        match told:
            case {"prompt": str(prompt), "files": str(files)}:
                return cls(prompt, tuple(filter(None, files.split(BETWEEN))))
            case _:
                return None


def socket_name(library: Path) -> str:
    """Long paths are no good names for sockets, and two people of one computer are two."""
    text = f"{getpass.getuser()}\n{library}"
    return f"imagegen-desktop-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def hand_over(library: Path, wishes: Wishes) -> bool:
    """Give the wishes to the window that has this library. False if there is none."""
    name = socket_name(library)
    if not _is_heard(str(Path(QDir.tempPath(), name))):
        # Most starts are the first one, and do without the network's part of Qt.
        return False
    from PySide6.QtNetwork import QLocalSocket  # noqa: PLC0415 (said above)

    door = QLocalSocket()
    door.connectToServer(name)
    if not door.waitForConnected(CONNECT_MS):
        return False
    door.write(wishes.to_line())
    handed = door.waitForBytesWritten(CONNECT_MS)
    door.disconnectFromServer()
    return handed


def _is_heard(path: str) -> bool:
    """Whether anybody listens at this file. Whoever was killed has left one behind. On Windows, which has pipes, always."""
    if sys.platform == "win32":
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(CONNECT_MS / 1000)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True
