"""While something is made the computer stays awake, by each system's own way, and may sleep again after."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.ui.awake import Awake, BusWaker, Caffeinate, NoWaker, ThreadExecutionState, waker_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


class Noted:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self, reason: str) -> None:
        self.calls.append(reason)

    def stop(self) -> None:
        self.calls.append("stop")


def test_the_system_is_asked_at_a_change_alone() -> None:
    noted = Noted()
    awake = Awake(waker=noted)
    awake.release()
    awake.hold("Pictures are being made")
    awake.hold("Pictures are being made")
    assert awake.held
    awake.release()
    awake.release()
    assert noted.calls == ["Pictures are being made", "stop"]


@pytest.mark.parametrize(
    ("platform", "kind"),
    [("linux", BusWaker), ("darwin", Caffeinate), ("win32", ThreadExecutionState), ("freebsd", NoWaker)],
)
def test_each_system_has_its_own_way(qtbot: QtBot, platform: str, kind: type) -> None:  # noqa: ARG001 (the application must be there)
    awake = Awake(waker=NoWaker())
    assert isinstance(waker_of(platform, awake), kind)


def test_windows_is_told_that_the_system_is_required_and_then_that_it_is_not() -> None:
    told: list[int] = []
    waker = ThreadExecutionState(told.append)
    waker.start("reason")
    waker.stop()
    assert told == [0x80000001, 0x80000000]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for caffeinate is a shell script")
def test_on_a_mac_a_caffeinate_lives_as_long_as_it_is_wanted(qtbot: QtBot, tmp_path: Path) -> None:
    script = tmp_path / "caffeinate"
    script.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexec cat\n')
    script.chmod(0o700)
    waker = Caffeinate(program=str(script))
    waker.start("reason")
    process = waker._process
    assert process is not None
    qtbot.waitUntil(lambda: (tmp_path / "asked").exists() and (tmp_path / "asked").read_text().endswith("\n"))
    assert (tmp_path / "asked").read_text().split()[:2] == ["-i", "-w"]
    with qtbot.waitSignal(process.finished):
        waker.stop()
    assert waker._process is None


def test_without_a_bus_nothing_is_asked_and_nothing_breaks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 (the application must be there)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    waker = BusWaker()
    waker.start("reason")
    assert waker._bus is None
    waker.stop()


DESKTOP = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusServiceWatcher, QDBusVirtualObject
from imagegen_desktop.ui.awake import INHIBITORS, Awake, BusWaker

class Desktop(QDBusVirtualObject):
    def introspect(self, path):
        return ""
    def handleMessage(self, message, bus):
        print(message.interface(), message.member(), message.arguments(), flush=True)
        watcher.addWatchedService(message.service())
        bus.send(message.createReply(7))
        QTimer.singleShot(0, awake.release)
        return True

def gone(name):
    print("taken back", flush=True)
    app.quit()

app = QCoreApplication(sys.argv)
one = INHIBITORS[int(sys.argv[1])]
bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "desktop")
watcher = QDBusServiceWatcher()
watcher.setConnection(bus)
watcher.setWatchMode(QDBusServiceWatcher.WatchModeFlag.WatchForUnregistration)
watcher.serviceUnregistered.connect(gone)
desktop = Desktop()
assert bus.registerService(one.service) and bus.registerVirtualObject(one.path, desktop)
awake = Awake(waker=BusWaker())
awake.hold("Pictures are being made")
QTimer.singleShot(20000, app.quit)
app.exec()
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="needs a D-Bus of its own")
@pytest.mark.parametrize(("number", "name"), [(0, "PowerManagement.Inhibit"), (1, "ScreenSaver")])
def test_the_desktop_is_asked_on_a_real_bus_and_sees_the_wish_taken_back(
    monkeypatch: pytest.MonkeyPatch, number: int, name: str
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    command = ["dbus-run-session", sys.executable, "-c", DESKTOP, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    asked = f"org.freedesktop.{name} Inhibit ['Imagegen Desktop', 'Pictures are being made']"
    assert done.stdout.splitlines() == [asked, "taken back"], done.stderr
