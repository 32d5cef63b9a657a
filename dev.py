#!/usr/bin/env python3
"""Sets up and runs Imagegen Desktop from a checkout, with nothing but Python's standard library.

    python3 dev.py run [ARGUMENTS]       set up what is missing, then open the app
    python3 dev.py test [ARGUMENTS]      set up what is missing, then check and test everything
    python3 dev.py check                 the checks alone: style, types, who may import whom
    python3 dev.py standin [ARGUMENTS]   start the stand-in API server that the tests use
    python3 dev.py bundle                build the program as a folder in dist/, and try it
    python3 dev.py package [ARGUMENTS]   build it, and on Linux make .deb, .rpm and .tar.xz of it, and check them
    python3 dev.py lock                  write the lock files anew from pyproject.toml

What is set up lies in the folder .venv; on Debian and Ubuntu the system libraries that a window needs come from apt.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT, Popen

OLDEST, NEWEST = (3, 11), (3, 14)
if not OLDEST <= sys.version_info[:2] <= NEWEST:
    sys.exit("Imagegen Desktop needs Python 3.11 to 3.14; this is Python {}.{}.".format(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent
# What Qt links to, what its X11 and Wayland plugins need, and a font: with less, no window opens or it shows no text.
WINDOW = (
    "libgl1 libegl1 libfontconfig1 libxkbcommon0 libdbus-1-3 libglib2.0-0 fontconfig fonts-dejavu-core "
    "libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1 "
    "libwayland-client0 libwayland-cursor0 libwayland-egl1"
)
# A display that nobody sees, a window manager, a screen reader's view of the window, and a keychain.
UNSEEN = "xvfb xauth openbox xdotool dbus-daemon at-spi2-core python3-gi gir1.2-atspi-2.0 gnome-keyring libglib2.0-bin"
# What a package is made with and checked with, and a bare system to install it in.
PACKING = "binutils xz-utils desktop-file-utils appstream lintian debootstrap"
PACKAGES = {"run": WINDOW, "test": f"{WINDOW} {UNSEEN}", "package": f"{WINDOW} {PACKING}"}
STAGES = {
    "run": "Installing the app's libraries (130 MB to fetch the first time)",
    "test": "Installing the libraries for the tests (130 MB more the first time)",
    "package": "Installing the libraries for packaging",
}
OFFLINE_SIGNS = (
    "Failed to establish",
    "Temporary failure",
    "Name or service not known",
    "ConnectTimeout",
    "getaddrinfo",
)
LINTERS = [shlex.split(line) for line in ("-m ruff check .", "-m ruff format --check .", "-m basedpyright")]
COMMANDS = ("run", "test", "check", "standin", "bundle", "package", "lock")
LINT_IMPORTS = "from importlinter.cli import lint_imports_command as run; run()"


class SetUpError(Exception):
    """The set-up can't go on; its text is one sentence for the person."""


class Terminal:
    """Starts programs and tells how they get on. The tests put another in its place."""

    def say(self, text: str) -> None:
        print(text, flush=True)

    def ask(self, command: list[str]) -> tuple[int, str]:
        """Run quietly: (exit code, what it printed); 127 where there is no such program."""
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        except OSError:
            return 127, ""
        return done.returncode, done.stdout

    def work(self, stage: str, command: list[str]) -> tuple[int, str]:
        """Run a long stage: shows what it is at, and how long it took. (exit code, what it printed)."""
        began = time.monotonic()
        self.say(f"{stage} ...")
        told: list[str] = []
        with Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, text=True, errors="replace") as process:
            for line in process.stdout or ():
                told.append(line)
                self._show(line.strip())
        if sys.stdout.isatty():
            print("\r\x1b[K", end="")
        if process.returncode == 0:
            self.say(f"  done in {time.monotonic() - began:.0f} s")
        return process.returncode, "".join(told)

    def run(self, command: list[str], environment: dict[str, str]) -> int:
        """Hand the terminal over to a program, and give its exit code."""
        with Popen(command, cwd=ROOT, env=environment) as process:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    continue  # Ctrl+C went to the program as well, which ends by itself.

    def _show(self, line: str) -> None:
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns - 3
            print(f"\r\x1b[K  {line[:width]}", end="", flush=True)
        elif line.startswith("Downloading") and line.endswith("MB)"):
            print(f"  {line}", flush=True)


class SetUp:
    """Makes .venv hold what the lock file of a `group` ("run", "test" or "package") says, and no more often than needed."""

    def __init__(
        self, terminal: Terminal, root: Path = ROOT, release: Path = Path("/etc/os-release"), *, is_root: bool
    ) -> None:
        self._terminal = terminal
        self._root = root
        self._release = release
        self._is_root = is_root
        self._venv = root / ".venv"
        self._stamp = self._venv / "set-up.json"
        self._unfinished = self._venv / "set-up-unfinished"
        self.python = self._venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

    def ensure(self, group: str) -> None:
        """Set up what is missing for the group. Raises SetUpError; a second call finds the stamp and does nothing."""
        if self.is_done(group):
            return
        self.ensure_packages(group)
        self._ensure_venv()
        self._unfinished.touch()
        self._install(group)
        self._join_checkout()
        self._unpack_binding()
        stamps = self._stamps() | {group: self._fingerprint(group)}
        self._unfinished.unlink()
        self._stamp.write_text(json.dumps(stamps), encoding="utf-8")

    def lock(self, group: str) -> Path:
        return self._root / "resources" / "packaging" / f"requirements-{group}.lock"

    def is_done(self, group: str) -> bool:
        return self.python.exists() and self._stamps().get(group) == self._fingerprint(group)

    def missing_packages(self, group: str) -> list[str]:
        """The Debian packages that the group needs and this computer lacks; none on other systems."""
        if not self._is_debian():
            return []
        code, told = self._terminal.ask(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}|${Package}|${Provides}\n"])
        if code != 0:
            raise SetUpError("dpkg-query does not answer, so it is not known which system packages are missing.")
        there = _installed(told)
        wanted = PACKAGES[group].split()
        if importlib.util.find_spec("ensurepip") is None:
            wanted.append("python{}.{}-venv".format(*sys.version_info[:2]))
        return [name for name in wanted if name not in there]

    def ensure_packages(self, group: str) -> None:
        missing = self.missing_packages(group)
        if not missing:
            return
        install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
        if self._is_root:
            before: list[str] = []
        elif self._terminal.ask(["sudo", "-n", "true"])[0] == 0:
            before = ["sudo", "-n"]
        else:
            self._terminal.say("Some system packages are missing. Installing them needs your password; please type:\n")
            self._terminal.say(f"sudo apt-get update && sudo {shlex.join(install)}\n")
            raise SetUpError("Then run the same command again.")
        apt = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=120"]
        stages = {
            "Reading the list of system packages (some seconds)": [*apt, "update"],
            f"Installing {len(missing)} system packages (a minute or two)": [*apt, *install[1:]],
        }
        for stage, command in stages.items():
            code, told = self._terminal.work(stage, command)
            if code != 0:
                self._terminal.say(_tail(told))
                raise SetUpError(f"apt-get failed; the reason stands above. By hand: sudo {shlex.join(install)}")

    def _ensure_venv(self) -> None:
        """Keep a venv that works; make it anew if it is broken, was left half made, or came from another folder."""
        whole = not self._unfinished.exists() and self._stamps()["root"] == str(self._root)
        if whole and self._terminal.ask([str(self.python), "-m", "pip", "--version"])[0] == 0:
            return
        if importlib.util.find_spec("ensurepip") is None and not self._is_debian():
            raise SetUpError("This Python comes without ensurepip: install your system's package for Python's venv.")
        maker = getattr(sys, "_base_executable", "") or sys.executable
        command = [maker, "-m", "venv", "--clear", str(self._venv)]
        code, told = self._terminal.work("Making a virtual environment in .venv (some seconds)", command)
        if code != 0:
            self._terminal.say(_tail(told))
            raise SetUpError("The virtual environment could not be made; the reason stands above.")

    def _install(self, group: str) -> None:
        pip = shlex.split("-m pip --disable-pip-version-check --no-input install --progress-bar off")
        exact = ["--require-hashes", "--only-binary", ":all:", "-r", str(self.lock(group))]
        command = [str(self.python), *pip, *exact]
        code, told = self._terminal.work(STAGES[group], command)
        if code == 0:
            return
        if any(sign in told for sign in OFFLINE_SIGNS):
            raise SetUpError(
                "The libraries could not be fetched: this computer is offline, or something stands in the way. "
                "Run the same command again when it is connected."
            )
        self._terminal.say(_tail(told))
        raise SetUpError("pip could not install the libraries; its last lines stand above.")

    def _join_checkout(self) -> None:
        """Let .venv find the package in the checkout, and put the command `imagegen-desktop` into it."""
        for site in self._venv.glob("[Ll]ib/**/site-packages"):
            (site / "imagegen_desktop.pth").write_text(f"{self._root}\n", encoding="utf-8")
        command = self.python.parent / "imagegen-desktop"
        if os.name == "nt":
            text = f'@"{self.python}" -m imagegen_desktop %*\r\n'
            command.with_suffix(".cmd").write_text(text, encoding="utf-8", newline="")
            return
        text = f'#!/bin/sh\nexec {shlex.quote(str(self.python))} -m imagegen_desktop "$@"\n'
        command.write_text(text, encoding="utf-8")
        command.chmod(0o755)

    def _unpack_binding(self) -> None:
        """Have the Qt binding lay its own Python modules beside it, see resources/packaging/binding.py. It works without, too."""
        for site in self._venv.glob("[Ll]ib/**/site-packages"):
            # pip does not know of it: that of another version would stay.
            shutil.rmtree(site / "shiboken6" / "files.dir", ignore_errors=True)
        code = "import os, sys; sys.stderr = sys.stdout; os.environ['SBK_EMBED'] = '0'; import PySide6.QtCore"
        failed, told = self._terminal.ask([str(self.python), "-c", code])
        if failed:
            self._terminal.say(f"The Qt binding could not be tried; what it said:\n{_tail(told)}")

    def _fingerprint(self, group: str) -> str:
        return hashlib.sha256(self.lock(group).read_bytes() + PACKAGES[group].encode()).hexdigest()

    def _stamps(self) -> dict[str, str]:
        """The group's fingerprints at the last set-up in this very folder: a venv can't be moved."""
        try:
            stamps: dict[str, str] = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"root": str(self._root)}
        return stamps if stamps.get("root") == str(self._root) else {"root": "moved"}

    def _is_debian(self) -> bool:
        try:
            lines = self._release.read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        words = [line.partition("=")[2].strip("\"'") for line in lines if line.startswith(("ID=", "ID_LIKE="))]
        return not {"debian", "ubuntu"}.isdisjoint(" ".join(words).split())


def _installed(listing: str) -> set[str]:
    """The names of installed packages and all that they stand in for (libglib2.0-0t64 provides libglib2.0-0)."""
    names: set[str] = set()
    for line in listing.splitlines():
        state, _, rest = line.partition("|")
        if state.startswith(("ii", "hi")):
            name, _, provided = rest.partition("|")
            names.add(name)
            names.update(word.split()[0] for word in provided.split(",") if word.strip())
    return names


def _tail(told: str) -> str:
    return "\n".join(f"    {line}" for line in told.splitlines()[-20:])


class Commands:
    """What can be typed after dev.py. Each method takes the remaining arguments and gives the exit code."""

    def __init__(self, terminal: Terminal, set_up: SetUp) -> None:
        self._terminal = terminal
        self._set_up = set_up
        self._python = str(set_up.python)

    def run(self, arguments: list[str]) -> int:
        return self._start("run", ["-m", "imagegen_desktop", *arguments])

    def standin(self, arguments: list[str]) -> int:
        return self._start("run", ["-m", "standin", *arguments], PYTHONPATH=str(ROOT / "tests"))

    def check(self, _arguments: list[str]) -> int:
        return self._all([*LINTERS, ["-c", LINT_IMPORTS]])

    def test(self, arguments: list[str]) -> int:
        """The tests hold the import rules as well, so they are not checked twice."""
        return self._all([*LINTERS, ["-m", "pytest", *arguments]])

    def bundle(self, arguments: list[str]) -> int:
        return self.package(["--build-only", *arguments])

    def package(self, arguments: list[str]) -> int:
        programs = os.pathsep.join([str(self._set_up.python.parent), os.environ.get("PATH", "")])
        return self._start("package", ["resources/packaging/package.py", *arguments], PATH=programs)

    def lock(self, arguments: list[str]) -> int:
        """Only what changed in pyproject.toml moves; `dev.py lock --upgrade` takes the newest of everything."""
        resolve = shlex.split("-m uv pip compile -q pyproject.toml --universal --python-version 3.11 --no-config")
        plain = shlex.split("--generate-hashes --no-emit-index-url --no-header --no-annotate")
        for group in PACKAGES:
            extra = [] if group == "run" else ["--group", group, "-c", str(self._set_up.lock("run"))]
            code = self._start("package", [*resolve, *plain, *arguments, *extra, "-o", str(self._set_up.lock(group))])
            if code != 0:
                return code
        return 0

    def _all(self, commands: list[list[str]]) -> int:
        """Run them all, so that one fault does not hide another; the first that failed gives the exit code."""
        self._set_up.ensure("test")
        codes: list[int] = []
        for command in commands:
            self._terminal.say(f"--- {shlex.join(command[1:])}")
            codes.append(self._start("test", command))
        return next((code for code in codes if code != 0), 0)

    def _start(self, group: str, arguments: list[str], **variables: str) -> int:
        self._set_up.ensure(group)
        return self._terminal.run([self._python, *arguments], {**os.environ, **variables})


def main(arguments: list[str]) -> int:
    terminal = Terminal()
    commands = Commands(terminal, SetUp(terminal, is_root=hasattr(os, "geteuid") and os.geteuid() == 0))
    known = {name: getattr(commands, name) for name in COMMANDS}
    if not arguments or arguments[0] not in known:
        terminal.say(__doc__ or "")
        return 0 if arguments in (["--help"], ["-h"]) else 2
    try:
        return known[arguments[0]](arguments[1:])
    except SetUpError as error:
        terminal.say(str(error))
        return 1
    except KeyboardInterrupt:
        terminal.say("\nStopped. The same command goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
