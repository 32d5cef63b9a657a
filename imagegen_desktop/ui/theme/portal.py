"""Asks the desktop's portal for its colour scheme and for less motion, without ever waiting for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher, QDBusVariant

SERVICE: Final = "org.freedesktop.portal.Desktop"
PATH: Final = "/org/freedesktop/portal/desktop"
INTERFACE: Final = "org.freedesktop.portal.Settings"
NAMESPACE: Final = "org.freedesktop.appearance"
COLOR_SCHEME: Final = "color-scheme"
REDUCED_MOTION: Final = "reduced-motion"
# The binding takes the text that SLOT gives and refuses the bytes that its own stub asks for (6.11.3).
CHANGED: Final = cast("bytes", SLOT("changed(QDBusMessage)"))


class DesktopPortal(QObject):
    """`told(key, value)` for what the portal answers and each change after it.

    COLOR_SCHEME: 0 no preference, 1 dark, 2 light; REDUCED_MOTION: 1 asks for less. Source: the XDG Desktop Portal's
    org.freedesktop.portal.Settings. Where there is no session bus or no portal, nothing is ever told.
    """

    told = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus: QDBusConnection | None = None
        self._asked: dict[QDBusPendingCallWatcher, str] = {}

    def start(self) -> None:
        if not _bus_is_there():
            return
        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        self._bus = bus
        bus.connect(SERVICE, PATH, INTERFACE, "SettingChanged", self, CHANGED)
        for key in (COLOR_SCHEME, REDUCED_MOTION):
            call = QDBusMessage.createMethodCall(SERVICE, PATH, INTERFACE, "ReadOne")
            call.setArguments([NAMESPACE, key])
            watcher = QDBusPendingCallWatcher(bus.asyncCall(call), self)
            self._asked[watcher] = key
            watcher.finished.connect(self._answered)

    def shutdown(self) -> None:
        if self._bus is not None:
            self._bus.disconnect(SERVICE, PATH, INTERFACE, "SettingChanged", self, CHANGED)
            self._bus = None
        self._asked.clear()

    @Slot(QDBusPendingCallWatcher)
    def _answered(self, watcher: QDBusPendingCallWatcher) -> None:
        key = self._asked.pop(watcher, None)
        reply = watcher.reply()
        # An old portal, or none, answers with an error: then nothing is known, which is what was known before.
        if key is not None and reply.type() is QDBusMessage.MessageType.ReplyMessage:
            self._tell(key, reply.arguments())
        watcher.deleteLater()

    @Slot(QDBusMessage)
    def changed(self, message: QDBusMessage) -> None:
        match message.arguments():
            case [namespace, str() as key, value] if namespace == NAMESPACE:
                self._tell(key, [value])
            case _:
                pass

    def _tell(self, key: str, arguments: list[object]) -> None:
        value = arguments[0] if arguments else None
        while isinstance(value, QDBusVariant):
            value = value.variant()
        if isinstance(value, int):
            self.told.emit(key, value)


def _bus_is_there() -> bool:
    """Whether a session bus runs: without one, libdbus may start a program to make one, and that blocks."""
    if sys.platform != "linux":
        return False
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    return bool(os.environ.get("DBUS_SESSION_BUS_ADDRESS")) or (bool(runtime) and Path(str(runtime), "bus").exists())
