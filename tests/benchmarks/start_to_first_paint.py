"""Times the start of the program up to its painted window, beside a bare PySide6 window in the same rounds."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from rounds import Series, difference, interleaved, ratio
from stand import ROOT, environment, screen

# Stamped twice: when the window has its first paint event, and in the event loop's next turn, when all of it is out.
STAMPS = """
import os, sys, time
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
class Out(QObject):
    # Hears of the event loop's next turn before anybody else.
    def event(self, event):
        if event.type() == QEvent.Type.User:
            stamps.append(time.monotonic())
            heavy = [name for name in HEAVY if name in sys.modules]
            print("painted", *stamps, ",".join(heavy) or "-", flush=True)
            os._exit(0)
        return super().event(event)
stamps = []
def stamped(event):
    if event.type() == QEvent.Type.Paint and not stamps:
        stamps.append(time.monotonic())
        stamped.out = Out()
        QCoreApplication.postEvent(stamped.out, QEvent(QEvent.Type.User), Qt.EventPriority.HighEventPriority.value)
HEAVY = ("openai", "httpx", "httpx2", "PIL", "numpy", "keyring", "boto3", "sqlite3", "msgspec", "filelock",
         "anyascii", "PySide6.QtNetwork", "PySide6.QtDBus", "PySide6.QtSvg")
"""
BARE = (
    STAMPS
    + """
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def event(self, event):
        handled = super().event(event)
        stamped(event)
        return handled
app = QApplication([])
window = Window()
window.resize(1360, 860)
window.show()
app.exec()
"""
)
OURS = (
    STAMPS
    + """
from imagegen_desktop.__main__ import main
from imagegen_desktop.ui.main_window import MainWindow
before = MainWindow.event
def event(self, event):
    handled = before(self, event)
    stamped(event)
    return handled
MainWindow.event = event
main([])
"""
)
PATIENCE = 20.0
TOP = 15


def start(script: str, surroundings: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", script],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def painted(script: str, surroundings: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of the process to its first paint event, and to the window being out."""
    begun = time.monotonic()
    done = start(script, surroundings)
    found = re.search(r"^painted (\S+) (\S+)", done.stdout, re.MULTILINE)
    if found is None:
        raise RuntimeError(f"no window was painted: {done.stderr[-2000:]}")
    return float(found[1]) - begun, float(found[2]) - begun


def imports(surroundings: dict[str, str]) -> list[tuple[float, float, str]]:
    """(cumulative ms, own ms, module) of our start up to the paint, dearest first."""
    told = start(OURS, surroundings, "-X", "importtime").stderr
    found = re.findall(r"^import time:\s+(\d+) \|\s+(\d+) \|\s+(\S+)$", told, re.MULTILINE)
    return sorted(((int(whole) / 1000, int(own) / 1000, name) for own, whole, name in found), reverse=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--offscreen", action="store_true", help="Qt's offscreen platform even where there is an Xvfb")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, screen(offscreen=options.offscreen) as shown:
        surroundings = environment(Path(home)) | shown
        things = {"bare": partial(painted, BARE, surroundings), "ours": partial(painted, OURS, surroundings)}
        taken = interleaved(options.rounds, things)
        print(f"Platform {shown['QT_QPA_PLATFORM']}, warm, interleaved")
        for number, what in enumerate(("first paint event", "window is out")):
            report(what, taken["ours"][number], taken["bare"][number])
        loaded = re.search(r"^painted \S+ \S+ (\S+)", start(OURS, surroundings).stdout, re.MULTILINE)
        print(f"Loaded by then of what could wait: {loaded[1] if loaded else 'unknown'}")
        print(f"\nDearest imports of our start (-X importtime slows them; top {TOP})\n  cumulative ms   own ms")
        for whole, own, name in imports(surroundings)[:TOP]:
            print(f"{whole:15.1f} {own:8.1f}  {name}")
    return 0


def report(what: str, ours: Series, bare: Series) -> None:
    print(f"Process start to {what}:")
    print(f"  bare PySide6 QMainWindow  {bare.told()}")
    print(f"  Imagegen Desktop          {ours.told()}")
    print(
        f"  ratio                     {ratio(ours, bare).told('x', 2)}, {difference(ours, bare).median * 1000:+.0f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
