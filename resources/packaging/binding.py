"""Takes the Qt binding's own Python modules into the program: otherwise it compiles them from their text at each start.

It has that text in its library. With `SBK_EMBED=0` shiboken6 writes it to `shiboken6/files.dir`, and where that folder is it
imports its modules like any other (shiboken6 6.11, its signature_bootstrap.py): 10 ms less at each start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

Entry = tuple[str, str, str]

FOLDER = "shiboken6/files.dir"
NOTE = "The modules whose place this is are in the program itself, compiled.\n"


def modules() -> list[Entry]:
    """For PyInstaller's list of modules: (name, file, kind)."""
    code = "import PySide6.QtCore, shiboken6; print(shiboken6.__file__)"
    command, surroundings = [sys.executable, "-c", code], os.environ | {"SBK_EMBED": "0"}
    told = subprocess.run(command, env=surroundings, check=True, capture_output=True, text=True)
    source = Path(told.stdout.strip()).parent / "files.dir"
    files = sorted((source / "shibokensupport").rglob("*.py"))
    if not files:
        raise SystemExit(f"the Qt binding left no modules in {source}")
    named = ((".".join(file.relative_to(source).with_suffix("").parts), str(file)) for file in files)
    return [(name.removesuffix(".__init__"), file, "PYMODULE") for name, file in named]


def folder(work: Path) -> Entry:
    """For its list of files: the folder by which the binding is told to look for its modules."""
    note = work / "binding.txt"
    note.write_text(NOTE, encoding="utf-8")
    return (f"{FOLDER}/README.txt", str(note), "DATA")
