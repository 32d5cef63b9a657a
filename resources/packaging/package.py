"""Builds and checks what people install on Linux: a .deb, an .rpm and a .tar.xz of the built program.

    python resources/packaging/package.py [--formats deb,rpm,tar] [--build-only] [--reuse] [--quick] [--versions V,W]

`python3 dev.py package` sets up what it needs and runs it. All is written to dist/.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import checks
import linux_tree
import parts
from names import NAME, TITLE

from imagegen_desktop import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
FORMATS = ("deb", "rpm", "tar")


def main(arguments: list[str]) -> int:
    chosen = _arguments(arguments)
    os.environ.setdefault("SOURCE_DATE_EPOCH", _last_change())
    os.environ["PYTHONHASHSEED"] = "0"
    # Drawing an icon needs no display.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if not chosen.reuse:
        build()
    wrong = try_program()
    if sys.platform != "linux":
        return _told(wrong)
    folder = DIST / NAME
    print(parts.table(folder))
    wrong += parts.faults(folder)
    if chosen.build_only or wrong:
        return _told(wrong)
    made: list[Path] = []
    for version in chosen.versions:
        tree = linux_tree.lay_out(folder, DIST / "tree", version, int(os.environ["SOURCE_DATE_EPOCH"]))
        pack = partial(linux_tree.pack, tree=tree, out=DIST, version=version, quick=chosen.quick)
        made += [_timed(kind, partial(pack, kind)) for kind in chosen.formats]
        if version == chosen.versions[0]:
            wrong += checks.faults(tree, made, quick=chosen.quick)
    for path in made:
        print(f"{path.stat().st_size / parts.MEGABYTE:7.1f} MB  dist/{path.name}  sha256 {checks.sha256(path)}")
    return _told(wrong)


def build() -> None:
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR", "build.spec"]
    _timed("program", lambda: subprocess.run(command, cwd=ROOT, check=True))


def program() -> Path:
    """Where the built program lies on this system."""
    places = {
        "win32": f"{NAME}/{NAME}.exe",
        "darwin": f"{TITLE}.app/Contents/MacOS/{NAME}",
    }
    return DIST / places.get(sys.platform, f"{NAME}/{NAME}")


def try_program() -> list[str]:
    """The built program's own test, without a display."""
    print(f"Trying {program().relative_to(ROOT)} --self-test ...", flush=True)
    done = subprocess.run([str(program()), "--self-test"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return [f"the self-test ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"]
    return []


def _timed(what: str, work: Callable[[], T]) -> T:
    begun = time.monotonic()
    print(f"Making the {what} ...", flush=True)
    made = work()
    print(f"  done in {time.monotonic() - begun:.0f} s", flush=True)
    return made


def _last_change() -> str:
    """The time of the last commit, in seconds since 1970: the same source gives the same package."""
    command = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or str(int((ROOT / "CHANGELOG.md").stat().st_mtime))


def _told(wrong: list[str]) -> int:
    for fault in wrong:
        print(f"FAULT: {fault}", file=sys.stderr)
    return 1 if wrong else 0


def _several(text: str) -> tuple[str, ...]:
    return tuple(text.split(","))


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py package", description=__doc__)
    parser.add_argument("--formats", type=_several, default=FORMATS, help="deb,rpm,tar")
    parser.add_argument("--build-only", action="store_true", help="the program alone, tried and measured")
    parser.add_argument("--reuse", action="store_true", help="pack what dist/ holds, without building it anew")
    parser.add_argument("--quick", action="store_true", help="compress little or nothing: for tests")
    parser.add_argument("--versions", type=_several, default=(__version__,), help="others: for tests of an upgrade")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
