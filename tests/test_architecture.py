"""The import rules of the house: rooms, doors, and what must not be loaded at the start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_archon import archrule
from pytest_archon.failure import pop_failures

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "imagegen_desktop"
EVERYWHERE = (PACKAGE, f"{PACKAGE}.*")

# (what an outside library's modules are called, where alone they may be imported)
DOORS = {
    "Qt is known only to app, ui and workers": (("PySide6", "shiboken6"), ("app", "ui", "workers")),
    "openai and its own transport are known only to providers": (("openai", "httpx2", "httpcore2"), ("providers",)),
    "httpx is known only to providers.fetch": (("httpx", "httpcore"), ("providers.fetch",)),
    "SQLite, the keychain and msgspec are known only to storage": (
        ("sqlite3", "keyring", "secretstorage", "msgspec"),
        ("storage",),
    ),
    "boto3 and age are known only to sync": (("boto3", "botocore", "pyrage"), ("sync",)),
    "Pillow and numpy are known only to imaging": (("PIL", "numpy"), ("imaging",)),
}
HEAVY = ("openai", "httpx", "httpx2", "boto3", "botocore", "keyring", "secretstorage", "numpy", "PIL")


def test_rooms_know_only_the_rooms_below_them() -> None:
    # In a process of its own: it configures logging, and with that switches off every logger of the tests after it.
    script = "import sys; from importlinter.cli import lint_imports as run; sys.exit(run(no_cache=True, no_logo=True))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("sentence", DOORS)
def test_each_outside_library_has_one_door(sentence: str) -> None:
    """Imports for type checkers alone count as well: whoever names a library's types knows the library."""
    libraries, rooms = DOORS[sentence]
    inside = [pattern for room in rooms for pattern in (f"{PACKAGE}.{room}", f"{PACKAGE}.{room}.*")]
    outside_names = [pattern for library in libraries for pattern in (library, f"{library}.*")]
    (
        archrule(sentence)
        .match(*EVERYWHERE)
        .exclude(*inside)
        .should_not_import(*outside_names)
        .check(PACKAGE, only_direct_imports=True)
    )


def test_workers_know_no_widget() -> None:
    (
        archrule("Of Qt, workers know QtCore alone", use_regex=True)
        .match(rf"^{PACKAGE}\.workers")
        .should_not_import(r"^PySide6\.(?!QtCore)")
        .check(PACKAGE, only_direct_imports=True)
    )


def test_the_door_rules_can_fail() -> None:
    """The same kind of rule, asked to keep Qt out of ui, has to find it there: else the patterns match nothing."""
    rule = archrule("a rule that must be broken").match(f"{PACKAGE}.ui.*").should_not_import("PySide6.*")
    rule.check(PACKAGE, only_direct_imports=True)
    assert any("FORBIDDEN import PySide6" in failure.reason for failure in pop_failures())


def test_nothing_heavy_is_loaded_at_the_start() -> None:
    """The window opens before a key, a request or a bucket is needed: each of these costs a tenth of a second or more."""
    assert loaded_with("app", among=HEAVY) == []


def test_the_whole_window_stands_without_what_speaks_http_or_reads_mail() -> None:
    """They come with innocent helpers of the standard library, and take 5 MB of a window that only shows pictures."""
    parts = ("app.library_parts", "app.work_parts", "ui.later_panels")
    assert loaded_with(*parts, among=["http.client", "ssl", "email"]) == []


def loaded_with(*modules: str, among: Sequence[str]) -> list[str]:
    imports = ", ".join(f"{PACKAGE}.{module}" for module in modules)
    script = f"import sys, json, {imports}; print(json.dumps([n for n in {list(among)!r} if n in sys.modules]))"
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
