"""The Qt binding does not look into what is imported after it."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import inspect
{first}
read = []
inspect.getsource = lambda module: read.append(module) or ""
import PySide6.QtWidgets, imaplib, mailbox
print(len(read))
"""


def _modules_read(first: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(first=first)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_nobody_reads_the_source_of_what_the_program_imports() -> None:
    """Two threads that import at once would trip over it, see `plain_imports`."""
    assert _modules_read("import imagegen_desktop.app") == 0


def test_the_binding_still_reads_sources_where_it_is_let() -> None:
    """If this fails the binding was mended, and `plain_imports` can go."""
    assert _modules_read("import PySide6.QtCore") > 0
