"""Collects what the licences of others ask to be handed on with the program, in one file of text."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distribution
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1]
A_LICENCE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE)", re.IGNORECASE)
RULE = "=" * 100
OPENING = """What others made, and their licences
------------------------------------

Imagegen Desktop is under the MIT licence. It is built with the parts below, each under its own licence.

Qt and Qt for Python (PySide6, shiboken6) are used under the GNU Lesser General Public License, version 3, whose text stands
below with that of the GNU General Public License, version 3, which it is part of. Neither was changed; on Linux unused items
were left out of the data file of ICU that comes with Qt. They lie as shared libraries of their own in the program's folder
PySide6, so that you may put another build of them in their place: same names, same Qt version, no other step. You may take
the program apart to find faults in such a change. Their source is at https://download.qt.io/official_releases/ in the
folders qt/6.11 and QtForPython/pyside6, by the versions told below; who makes this program known to others gives it, or that
address, to them as well.
"""


def write(work: Path, names: list[str], binaries: list[tuple[str, str, str]]) -> Path:
    """`names` are the bundled distributions, `binaries` the files whose Debian packages say what they are."""
    sections = [OPENING, _section(f"Python {sys.version.split()[0]}", "PSF-2.0", [_python_licence()])]
    sections += [_of_distribution(distribution(name)) for name in names]
    sections += [_section(*found) for found in _of_the_system(binaries)]
    for path in sorted((RESOURCES / "licenses").glob("*.txt")):
        sections.append(_section(path.stem, "", [path.read_text(encoding="utf-8")]))
    work.mkdir(parents=True, exist_ok=True)
    made = work / "third-party.txt"
    made.write_text("\n".join(sections), encoding="utf-8")
    return made


def _of_distribution(found: Distribution) -> str:
    told = found.metadata
    classifiers = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License")]
    licence = told.get("License-Expression") or ", ".join(classifiers) or told.get("License", "")
    files = [file for file in found.files or () if ".dist-info" in file.parts[0] and A_LICENCE.search(file.name)]
    texts = [str(file.locate().read_text(encoding="utf-8", errors="replace")) for file in files]
    if not texts and "LGPL" not in licence:
        raise SystemExit(f"{told['Name']} comes without its licence: add it to resources/licenses")
    return _section(f"{told['Name']} {found.version}", licence, texts or ["(the text of LGPL-3.0 stands below)"])


def _of_the_system(binaries: list[tuple[str, str, str]]) -> list[tuple[str, str, list[str]]]:
    """Libraries that came from this system's own packages, on Debian and its children."""
    sources = sorted({str(Path(source).resolve()) for place, source, _ in binaries if "/" not in place})
    packages: set[str] = set()
    for source in sources:
        for path in (source, source.removeprefix("/usr")):
            told = (
                subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False) if _debian() else None
            )
            if told is not None and told.returncode == 0:
                packages.add(told.stdout.partition(":")[0])
                break
    return [
        (f"{name} (Debian's package)", "", [(Path("/usr/share/doc") / name / "copyright").read_text(encoding="utf-8")])
        for name in sorted(packages)
    ]


def _debian() -> bool:
    return Path("/var/lib/dpkg/status").exists()


def _python_licence() -> str:
    places = [Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt"]
    places.append(Path(f"/usr/share/doc/python{sys.version_info.major}.{sys.version_info.minor}/copyright"))
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise SystemExit("Python's own licence was not found beside it")
    return found.read_text(encoding="utf-8", errors="replace")


def _section(name: str, licence: str, texts: list[str]) -> str:
    head = f"{RULE}\n{name}" + (f"\nLicence: {licence}" if licence else "")
    return "\n\n".join([head, *(text.strip() for text in texts)]) + "\n"
