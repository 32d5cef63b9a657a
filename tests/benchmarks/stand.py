"""Where a benchmark runs: a home of its own, a screen of its own, and the stand-in service in another process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-test"


def environment(home: Path) -> dict[str, str]:
    """This process's environment, without the person's folders, keys, proxies, display and session bus."""
    dropped = ("OPENAI_", "IMAGEGEN_", "XDG_", "PYTHON", "QT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    for name in ("DISPLAY", "WAYLAND_DISPLAY", *[name for name in kept if name.lower().endswith("_proxy")]):
        kept.pop(name, None)
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    return kept | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "benchmarks")]),
    }


def move_in(home: Path, *, offscreen: bool) -> None:
    """Give this process the same environment. Call it before Qt is imported."""
    wanted = environment(home)
    if offscreen:
        wanted["QT_QPA_PLATFORM"] = "offscreen"
    elif "DISPLAY" in os.environ:
        wanted["DISPLAY"] = os.environ["DISPLAY"]
    os.environ.clear()
    os.environ.update(wanted)


@contextmanager
def screen(*, offscreen: bool) -> Generator[dict[str, str]]:
    """What the environment needs for a screen: an Xvfb that ends with the block, or Qt's offscreen platform."""
    if offscreen or shutil.which("Xvfb") is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
    finally:
        server.terminate()
        server.wait()


@contextmanager
def standin(image_bytes: int, *, delay: float = 0.0) -> Generator[str]:
    """The base URL of a stand-in that runs in a process of its own; `delay` is in seconds, before each answer."""
    command = [sys.executable, "-m", "standin", "--port", "0", "--key", KEY, "--delay", str(delay)]
    server = subprocess.Popen(
        [*command, "--image-bytes", str(image_bytes)], cwd=ROOT / "tests", stdout=subprocess.PIPE, text=True
    )
    try:
        yield _base_url(server)
    finally:
        server.terminate()
        server.wait()


def _base_url(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        if line.startswith("Base URL"):
            return line.split()[-1]
    raise RuntimeError("the stand-in did not start")
