"""A desktop of its own for a journey: a display that nobody sees, a session bus, a window manager, a keyring, a screen reader."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

READER = Path(__file__).with_name("screen_reader.py")
# The bindings for AT-SPI are Debian's, so they are its Python's.
SYSTEM_PYTHON = "/usr/bin/python3"
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
SCREEN = "1440x900x24"
PATIENCE = 30.0
# Read when the module is imported: each test starts without the variables of this program.
SCREENSHOTS = os.environ.get("IMAGEGEN_SCREENSHOTS", "")


class Desktop:
    """Stands from the start of the `with` block; at its end everything that was started has ended."""

    def __init__(self, *, keyring: bool = False) -> None:
        self._with_keyring = keyring
        self._started = ExitStack()
        absent = {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
        self.environment = {name: value for name, value in os.environ.items() if name not in absent}

    def __enter__(self) -> Self:
        with self._started:
            self._start_all()
            self._started = self._started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._started.close()

    def _start_all(self) -> None:
        self.environment |= {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "PYTHONFAULTHANDLER": "1"}
        bus = self._start(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus)
        # Without a client it would begin anew, and whoever connects meanwhile would be turned away.
        screen = ["-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset", "-displayfd", "1"]
        display = self._start(["Xvfb", *screen], stdout=subprocess.PIPE)
        self.environment["DISPLAY"] = f":{_first_line(display)}"
        launcher = next((path for path in LAUNCHERS if Path(path).exists()), LAUNCHERS[0])
        self._start([launcher, "--launch-immediately"])
        self._start(["openbox"])
        if self._with_keyring:
            ring = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"]
            self._unlock(self._start(ring, stdin=subprocess.PIPE))

    def _unlock(self, ring: subprocess.Popen[str]) -> None:
        assert ring.stdin is not None
        ring.stdin.write("testpw")
        ring.stdin.close()
        # A keyring that is not there yet would be started again by the bus, locked.
        wait = ["gdbus", "wait", "--session", "--timeout", "30", "org.freedesktop.secrets"]
        subprocess.run(wait, env=self.environment, check=True, timeout=PATIENCE)

    def _start(self, command: list[str], **streams: Any) -> subprocess.Popen[str]:
        streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL) | streams
        process = subprocess.Popen(command, env=self.environment, text=True, **streams)
        self._started.callback(_end, process)
        return process

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the program to its end, in this session."""
        return subprocess.run(
            [sys.executable, "-m", "imagegen_desktop", *arguments],
            env=self.environment | variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )

    def open(self, *arguments: str, **variables: str) -> App:
        """Start the program with its window."""
        return App(self, [sys.executable, "-m", "imagegen_desktop", *arguments], variables)

    def photograph(self, name: str) -> None:
        """Write a picture of the screen if somebody asked for it."""
        if SCREENSHOTS and shutil.which("import"):
            Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
            shot = ["import", "-window", "root", str(Path(SCREENSHOTS) / f"{name}.png")]
            subprocess.run(shot, env=self.environment, check=True, timeout=PATIENCE)


class App:
    """The running program and the person before it, who has nothing but a screen reader. What it prints is in `log`.

    Names may hold * for any text. Whatever does not come in time fails the test with an outline of what shows.
    """

    def __init__(self, desktop: Desktop, command: list[str], variables: dict[str, str]) -> None:
        self._desktop = desktop
        self._environment = desktop.environment | variables
        self._command = command
        self.log = Path(self._environment["HOME"]) / "printed.log"
        self._started = ExitStack()
        self._process: subprocess.Popen[str] | None = None
        self._reader: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        with self._started:
            out = self._started.enter_context(self.log.open("a", encoding="utf-8"))
            self._process = subprocess.Popen(
                self._command, env=self._environment, stdout=out, stderr=subprocess.STDOUT, text=True
            )
            self._started.callback(_end, self._process)
            self._reader = subprocess.Popen(
                [SYSTEM_PYTHON, str(READER), str(self._process.pid), str(PATIENCE)],
                env=self._desktop.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self._started.callback(_end, self._reader)
            self._started = self._started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if problem is not None:
            self._desktop.photograph("failed")
            ended = self._process.poll() if self._process is not None else None
            problem.add_note(f"The program (ended: {ended}) printed:\n{self.log.read_text(encoding='utf-8')}")
        self._started.close()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _ask(self, order: str, *arguments: object) -> Any:
        assert self._reader is not None
        assert self._reader.stdin is not None
        assert self._reader.stdout is not None
        self._reader.stdin.write(json.dumps({"do": order, "with": arguments}) + "\n")
        self._reader.stdin.flush()
        told = json.loads(self._reader.stdout.readline() or '{"missing": "the screen reader ended"}')
        assert "missing" not in told, told["missing"]
        return told["answer"]

    # ---- what the person does ----

    def sees(self, name: str, role: str = "", *, state: str = "") -> str:
        """The whole name of what shows, as soon as it does."""
        return self._ask("sees", name, role, state)

    def sees_no_longer(self, name: str, role: str = "") -> None:
        self._ask("sees_no_longer", name, role)

    def hears(self, words: str) -> str:
        return self._ask("hears", words)

    def presses(self, name: str, role: str = "") -> None:
        assert self._ask("press", name, role)

    def writes(self, name: str, words: str) -> None:
        assert self._ask("write", name, words)

    def goes_to(self, name: str, role: str = "") -> None:
        assert self._ask("focus", name, role)

    def types(self, name: str, words: str) -> None:
        """Key by key, in place of what stands in the field, and on to the next one with Tab."""
        self.goes_to(name, "text")
        self._keys("key", "ctrl+a")
        self._keys("type", "--delay", "2", words)
        self._keys("key", "Tab")

    def _keys(self, *orders: str) -> None:
        subprocess.run(["xdotool", *orders], env=self._desktop.environment, check=True, timeout=PATIENCE)

    def keys(self, *names: str) -> None:
        """Press keys of the keyboard, named as xdotool does, such as "ctrl+2"."""
        self._keys("key", "--delay", "60", *names)

    def types_here(self, words: str) -> None:
        """Key by key, into whatever has the keys."""
        self._keys("type", "--delay", "20", words)

    def chooses(self, name: str) -> None:
        assert self._ask("choose", name)

    def reads(self, name: str, role: str = "") -> str:
        return self._ask("words", name, role)

    def everything(self) -> str:
        return self._ask("everything")

    def outline(self) -> str:
        return self._ask("outline")

    def finds_every_control_named(self) -> None:
        assert self._ask("focusable") > 0
        assert self._ask("unnamed") == []

    def closes_the_window(self) -> None:
        """As the window manager does it at Alt+F4; the program ends by itself, with 0."""
        assert self._process is not None
        # Among many programs at work a key is lost now and then: whoever sees the window stay presses it again.
        for _ in range(2):
            self._keys("key", "alt+F4")
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE / 2)
                break
        assert self._process.poll() == 0


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line, f"{process.args} did not start"
    return line


def _end(process: subprocess.Popen[str]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
