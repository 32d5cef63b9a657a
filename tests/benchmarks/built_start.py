"""Times the start of the built program beside the same program from its virtual environment, in the same rounds."""

from __future__ import annotations

import argparse
import ctypes
import select
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from rounds import difference, interleaved, ratio
from stand import ROOT, environment, screen

BUILT = ROOT / "dist" / "imagegen-desktop" / "imagegen-desktop"
PATIENCE = 30.0
MAPPED = 19
SUBSTRUCTURE = 0x00080000


class Watcher:
    """Hears from the X server when a window of the program's size is mapped: from outside, alike for both."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        for name in ("XDefaultRootWindow", "XPending", "XConnectionNumber", "XCloseDisplay", "XSync"):
            getattr(self._x, name).argtypes = [ctypes.c_void_p, *([ctypes.c_int] if name == "XSync" else [])]
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XSelectInput.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_long]
        self._x.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        self._display: Any = self._x.XOpenDisplay(display.encode())
        if not self._display:
            raise OSError(f"no display {display}")
        root = self._x.XDefaultRootWindow(self._display)
        self._x.XSelectInput(self._display, root, SUBSTRUCTURE)
        self._x.XSync(self._display, 1)

    def wait_mapped(self, deadline: float) -> float:
        """The time at which a window appeared. Raises TimeoutError."""
        event = (ctypes.c_long * 24)()
        while True:
            while self._x.XPending(self._display):
                self._x.XNextEvent(self._display, event)
                if event[0] & 0xFFFFFFFF == MAPPED:
                    return time.monotonic()
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("no window appeared")
            select.select([self._x.XConnectionNumber(self._display)], [], [], left)

    def forget(self) -> None:
        """What happened before now is over."""
        self._x.XSync(self._display, 1)

    def close(self) -> None:
        self._x.XCloseDisplay(self._display)


def started(watcher: Watcher, command: list[str], surroundings: dict[str, str]) -> tuple[float]:
    """Seconds from the start of the process to its window on the screen."""
    watcher.forget()
    begun = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        return (watcher.wait_mapped(begun + PATIENCE) - begun,)
    finally:
        process.terminate()
        process.wait()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--built", type=Path, default=BUILT, help="the built program (dev.py bundle makes it)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, screen(offscreen=False) as shown:
        if "DISPLAY" not in shown:
            raise SystemExit("There is no Xvfb, so no window can be watched.")
        surroundings = environment(Path(home)) | shown
        # One for all: without a client the server would begin anew each time.
        watcher = Watcher(shown["DISPLAY"])
        things = {
            "venv": partial(started, watcher, [sys.executable, "-m", "imagegen_desktop"], surroundings),
            "built": partial(started, watcher, [str(options.built)], surroundings),
        }
        taken = interleaved(options.rounds, things)
        watcher.close()
    built, venv = taken["built"][0], taken["venv"][0]
    print("Process start to the window on the screen, X11, warm, interleaved")
    print(f"  from the virtual environment  {venv.told()}")
    print(f"  built                         {built.told()}")
    print(
        f"  ratio                         {ratio(built, venv).told('x', 2)}, {difference(built, venv).median * 1000:+.0f} ms"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
