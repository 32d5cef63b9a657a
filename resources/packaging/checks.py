"""Looks at finished packages with the tools of those who would take them in."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import parts
from names import APP_ID

# Said of every package that is not Debian's own.
NOT_DEBIAN = "initial-upload-closes-no-bugs,no-copyright-file"
# A test's package is not compressed at all.
UNPACKED = "uses-no-compression-for-data-tarball"


def faults(tree: Path, packages: list[Path], *, quick: bool) -> list[str]:
    """What is wrong, in sentences. With `quick` the size of a package says nothing."""
    share = tree / "share"
    found = _told(["desktop-file-validate", str(share / "applications" / f"{APP_ID}.desktop")])
    found += _told(["appstreamcli", "validate", "--no-net", str(share / "metainfo" / f"{APP_ID}.metainfo.xml")])
    for package in packages:
        if package.suffix == ".deb":
            found += _of_deb(package, quick=quick)
    return found


def _of_deb(package: Path, *, quick: bool) -> list[str]:
    found = []
    if not quick and (size := package.stat().st_size) > parts.LARGEST_DEB:
        found.append(f"{package.name} has {size:,} bytes, more than {parts.LARGEST_DEB:,}")
    passed_over = f"{NOT_DEBIAN},{UNPACKED}" if quick else NOT_DEBIAN
    return found + _told(["lintian", "--fail-on", "error", "--suppress-tags", passed_over, str(package)])


def _told(command: list[str]) -> list[str]:
    """What a checker said, if it was not content."""
    if shutil.which(command[0]) is None:
        return [f"{command[0]} is not installed, so {Path(command[-1]).name} was not checked"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = f"{done.stdout}{done.stderr}".strip()
    if done.returncode == 0:
        warned = "\n".join(re.findall(r"^W:.*", said, re.MULTILINE))
        print(f"{command[0]}: {Path(command[-1]).name} is in order {warned}")
        return []
    return [f"{command[0]} on {Path(command[-1]).name}:\n{said}"]


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
