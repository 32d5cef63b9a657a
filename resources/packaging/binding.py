"""Lays the Qt binding's own Python modules beside it, compiled: otherwise it compiles them anew at each start.

With `SBK_EMBED=0` shiboken6 writes them to `shiboken6/files.dir`, and where that folder is it imports them from there
(shiboken6 6.11, sources/shiboken6/shibokenmodule/files.dir/signature_bootstrap.py): 10 ms less at each start.
"""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from pathlib import Path

WHERE = "shiboken6/files.dir"


def unpacked(work: Path) -> list[tuple[str, str, str]]:
    """Entries of the built program (place, file, kind); the files are written to `work`."""
    code = "import PySide6.QtCore, shiboken6; print(shiboken6.__file__)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"SBK_EMBED": "0"},
        check=True,
        capture_output=True,
        text=True,
    )
    source = Path(told.stdout.strip()).parent / "files.dir"
    entries: list[tuple[str, str, str]] = []
    for module in sorted((source / "shibokensupport").rglob("*.py")):
        name = module.relative_to(source).as_posix()
        compiled = work / "binding" / f"{name}c"
        # The same for every build: neither a date nor this computer's folders are in it.
        py_compile.compile(
            str(module),
            str(compiled),
            dfile=name,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        entries.append((f"{WHERE}/{name}c", str(compiled), "DATA"))
    if not entries:
        raise SystemExit(f"the Qt binding left no modules in {source}")
    return entries
