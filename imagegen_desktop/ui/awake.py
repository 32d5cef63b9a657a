"""Keeps the computer from falling asleep while pictures are on their way, where the system lets a program ask for that."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QProcess, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

if TYPE_CHECKING:
    from collections.abc import Callable

APP: Final = "Imagegen Desktop"


class Waker(Protocol):
    """One system's way of staying awake. `start` and `stop` take turns and do not wait for an answer."""

    def start(self, reason: str) -> None:
        """`reason` is what the system may show to the person."""
        ...

    def stop(self) -> None:
        """The computer may sleep again."""
        ...


class Awake(QObject):
    """`hold` and `release` may be called as often as one likes; only a change does something."""

    def __init__(self, parent: QObject | None = None, *, waker: Waker | None = None) -> None:
        super().__init__(parent)
        self._waker = waker or waker_of(sys.platform, self)
        self._held = False

    @property
    def held(self) -> bool:
        return self._held

    def hold(self, reason: str) -> None:
        if not self._held:
            self._held = True
            self._waker.start(reason)

    def release(self) -> None:
        if self._held:
            self._held = False
            self._waker.stop()


def waker_of(platform: str, parent: QObject) -> Waker:
    """The way of this system; one that does nothing where none is known."""
    match platform:
        case "linux":
            return BusWaker(parent)
        case "darwin":
            return Caffeinate(parent)
        case "win32":
            return ThreadExecutionState(_set_thread_execution_state)
        case _:
            return NoWaker()


class NoWaker:
    def start(self, reason: str) -> None:
        pass

    def stop(self) -> None:
        pass


# ---- Linux ----


@dataclass(frozen=True, slots=True)
class Inhibitor:
    """A service of the session bus with Inhibit(app, reason)."""

    service: str
    path: str
    interface: str


# The first keeps the computer awake and lets the screen go dark; the second is known to nearly all desktops.
INHIBITORS: Final = (
    Inhibitor(
        "org.freedesktop.PowerManagement",
        "/org/freedesktop/PowerManagement/Inhibit",
        "org.freedesktop.PowerManagement.Inhibit",
    ),
    Inhibitor("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
)
CONNECTION: Final = "imagegen-awake"


class BusWaker(QObject):
    """Asks one inhibitor after the other until one answers, on a connection of its own.

    A desktop takes the wish back when the connection ends. The method for that, UnInhibit, wants an unsigned number,
    which the binding cannot send (6.11.3).
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: QDBusConnection | None = None
        self._reason = ""
        self._asked: dict[QDBusPendingCallWatcher, int] = {}

    def start(self, reason: str) -> None:
        if not _bus_is_there():
            return
        bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, CONNECTION)
        if bus.isConnected():
            self._bus, self._reason = bus, reason
            self._ask(0)

    def stop(self) -> None:
        self._asked.clear()
        if self._bus is not None:
            self._bus = None
            QDBusConnection.disconnectFromBus(CONNECTION)

    def _ask(self, number: int) -> None:
        if number >= len(INHIBITORS) or self._bus is None:
            return
        one = INHIBITORS[number]
        call = QDBusMessage.createMethodCall(one.service, one.path, one.interface, "Inhibit")
        call.setArguments([APP, self._reason])
        watcher = QDBusPendingCallWatcher(self._bus.asyncCall(call), self)
        self._asked[watcher] = number
        watcher.finished.connect(self._answered)

    @Slot(QDBusPendingCallWatcher)
    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        number = self._asked.pop(watcher, None)
        refused = watcher.reply().type() is not QDBusMessage.MessageType.ReplyMessage
        watcher.deleteLater()
        if number is not None and refused:
            self._ask(number + 1)


def _bus_is_there() -> bool:
    """Whether a session bus runs: without one, libdbus may start a program to make one, and that blocks."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (bool(runtime) and Path(str(runtime), "bus").exists())


# ---- macOS ----


class Caffeinate(QObject):
    """`caffeinate -i -w PID` prevents idle sleep, and ends with this program if it is not ended before (man caffeinate)."""

    def __init__(self, parent: QObject | None = None, *, program: str = "/usr/bin/caffeinate") -> None:
        super().__init__(parent)
        self._program = program
        self._process: QProcess | None = None

    def start(self, reason: str) -> None:
        del reason
        self._process = QProcess(self)
        self._process.start(self._program, ["-i", "-w", str(os.getpid())])

    def stop(self) -> None:
        if self._process is not None:
            process, self._process = self._process, None
            process.finished.connect(process.deleteLater)
            process.kill()


# ---- Windows ----

# winbase.h
ES_CONTINUOUS: Final = 0x80000000
ES_SYSTEM_REQUIRED: Final = 0x00000001


class ThreadExecutionState:
    """SetThreadExecutionState holds for the thread that called it: the window's, which lives as long as the program."""

    def __init__(self, set_state: Callable[[int], None]) -> None:
        self._set_state = set_state

    def start(self, reason: str) -> None:
        del reason
        self._set_state(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)

    def stop(self) -> None:
        self._set_state(ES_CONTINUOUS)


def _set_thread_execution_state(state: int) -> None:
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetThreadExecutionState(ctypes.c_uint32(state))
