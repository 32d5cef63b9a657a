"""Brings the scripts of resources/packaging into a test: they are no package, and stand beside the recipes they fill in."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "resources" / "packaging"


def script(name: str) -> Any:
    """The module of that name. Its neighbours are found while it is imported, and by nobody afterwards."""
    before = list(sys.path)
    sys.path.insert(0, str(PACKAGING))
    try:
        return importlib.import_module(name)
    finally:
        sys.path[:] = before
