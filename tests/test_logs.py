"""The log tells what happened, and never a key."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from imagegen_desktop.logs import without_secrets

CANARY = "sk-proj-CANARY_0123456789abcdef"
SCRIPT = f"""
import logging, sys
from pathlib import Path
from imagegen_desktop.logs import set_up
set_up(Path(sys.argv[1]))
logging.getLogger("imagegen_desktop.x").info("with the key {CANARY} in it")
logging.getLogger("httpx").info("GET https://host/x?X-Amz-Signature=0badcafe")
raise ValueError("Illegal header value b'Bearer {CANARY}'")
"""


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {CANARY}",
        f"Authorization: Bearer {CANARY}",
        f"b'Bearer {CANARY}'",
        f"api-key: {CANARY}",
    ],
)
def test_what_looks_like_a_key_is_blotted_out(text: str) -> None:
    assert "CANARY" not in without_secrets(text)


def test_plain_words_stay() -> None:
    assert without_secrets("a task-force under a risk-free sky") == "a task-force under a risk-free sky"


def test_neither_a_line_nor_an_uncaught_error_writes_a_key(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    written = (tmp_path / "app.log").read_text() + done.stderr
    assert done.returncode == 1
    assert "a bug ended the program" in written
    assert "ValueError" in written
    assert "CANARY" not in written
    assert "0badcafe" not in written
