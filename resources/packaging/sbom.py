"""Writes the list of parts of the built program (CycloneDX 1.6): python resources/packaging/sbom.py OUT."""

from __future__ import annotations

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import distribution, distributions
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from names import NAME, TITLE
from PySide6.QtCore import qVersion
from trimming import locked

from imagegen_desktop import __version__

Part = dict[str, object]


def parts() -> list[Part]:
    """Every distribution that the program runs with here, Python and Qt."""
    there = {
        name.lower().replace("_", "-").replace(".", "-") for name in (one.metadata["Name"] for one in distributions())
    }
    found = [_library(name) for name in sorted(locked() & there)]
    python, qt = platform.python_version(), qVersion()
    found.append(_part("Python", python, "PSF-2.0", f"pkg:generic/python@{python}"))
    found.append(_part("Qt", qt, "LGPL-3.0-only", f"pkg:generic/qt@{qt}"))
    return found


def bill() -> dict[str, object]:
    """The whole document. Its time is SOURCE_DATE_EPOCH where that is set."""
    now = float(os.environ.get("SOURCE_DATE_EPOCH", "0")) or datetime.now(UTC).timestamp()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
            "component": _part(TITLE, __version__, "MIT", f"pkg:generic/{NAME}@{__version__}")
            | {"type": "application"},
        },
        "components": parts(),
    }


def _library(name: str) -> Part:
    told = distribution(name)
    return _part(name, told.version, told.metadata.get("License-Expression") or "", f"pkg:pypi/{name}@{told.version}")


def _part(name: str, version: str, licence: str, purl: str) -> Part:
    part: Part = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    return part | {"licenses": [{"expression": licence}]} if licence else part


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=2) + "\n", encoding="utf-8")
