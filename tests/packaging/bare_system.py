"""A Debian system of its own with next to nothing in it, in which a package is installed as on a new computer."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

LONGEST = 300.0
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What the program is told of the session that it runs in.
HANDED_ON = ("HOME", "DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "QT_QPA_PLATFORM")


class BareSystem:
    """Lies in memory, in a mount namespace of its own: when its keeper ends, all of it is gone.

    The folder for temporary files is this computer's, so that displays, buses and homes are found under the same paths.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder
        folder.mkdir()
        mount = f"mount -t tmpfs -o size=3g,mode=755 none '{folder}' && echo ready && read -r _"
        self._keeper = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", mount],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == "ready\n", "no memory could be mounted"
        codename, place = _release()
        self._making = subprocess.Popen(
            [*self._inside, "debootstrap", "--variant=minbase", codename, str(folder), place],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._making.kill()
        self._making.communicate()
        self._keeper.communicate("\n")

    @property
    def _inside(self) -> list[str]:
        return ["nsenter", f"--mount=/proc/{self._keeper.pid}/ns/mnt"]

    def wait_made(self) -> None:
        """Until the bare system stands, and what it shares with this one is in its place."""
        told, _ = self._making.communicate(timeout=LONGEST)
        assert self._making.returncode == 0, told
        shared = tempfile.gettempdir()
        subfolder = f"{self.root}{shared}"
        script = (
            f"mkdir -p '{subfolder}' && mount --bind '{shared}' '{subfolder}' && mount -t proc proc '{self.root}/proc'"
        )
        subprocess.run([*self._inside, "sh", "-c", script], check=True)

    def command(self, *words: str, **variables: str) -> list[str]:
        """A command that runs there, as the process that it is started as, and knows no other variables than these."""
        told = [f"{name}={value}" for name, value in ({"PATH": PATH, "LANG": "C.UTF-8"} | variables).items()]
        return [*self._inside, "chroot", str(self.root), "/usr/bin/env", "-i", *told, *words]

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words, **variables),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )

    def install(self, package: Path) -> str:
        """With apt, which fetches what the package depends on. Gives what it said."""
        place = f"/root/{package.name}"
        subprocess.run([*self._inside, "cp", str(package), f"{self.root}{place}"], check=True)
        return self._apt("install", place)

    def remove(self, package: str) -> str:
        return self._apt("purge", package)

    def _apt(self, *words: str) -> str:
        quick = ["-o", "Dpkg::Options::=--force-unsafe-io", "-o", "APT::Sandbox::User=root"]
        done = self.run("apt-get", "-y", "--no-install-recommends", *quick, *words, DEBIAN_FRONTEND="noninteractive")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def session(environment: dict[str, str]) -> dict[str, str]:
    """Of an environment, what the program is handed on."""
    return {name: value for name, value in environment.items() if name in HANDED_ON or name.startswith("XDG_")}


def why_not() -> str:
    """Why no bare system can be made here; empty where it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "a bare system is made by root alone"
    if not Path("/etc/debian_version").exists():
        return "packages are installed in a bare Debian, which Debian and its children make"
    done = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True, check=False)
    return f"this computer gives no mount namespace: {done.stderr.strip()}" if done.returncode != 0 else ""


def _release() -> tuple[str, str]:
    """(this system's code name, where its packages come from)."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    codename = facts["VERSION_CODENAME"].strip('"')
    form = "$(CODENAME) $(REPO_URI)"
    told = subprocess.run(["apt-get", "indextargets", "--format", form], capture_output=True, text=True, check=True)
    return codename, next(line.split()[1] for line in told.stdout.splitlines() if line.split()[0] == codename)
