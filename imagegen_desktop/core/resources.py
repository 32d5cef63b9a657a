"""Finds the resources folder in a checkout, an installed wheel and a frozen build."""

from __future__ import annotations

import sys
from pathlib import Path


def resources_folder() -> Path:
    """The folder with icons, fonts, theme and model data.

    A frozen build unpacks it under `sys._MEIPASS`, a wheel carries it inside the package, a checkout beside the package.
    Raises FileNotFoundError if none of them is there, which is a broken installation.
    """
    package = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "resources"] if frozen else [package / "resources", package.parent / "resources"]
    for folder in candidates:
        if (folder / "models.json").is_file():
            return folder
    raise FileNotFoundError(f"the resources folder is missing: looked in {', '.join(map(str, candidates))}")
