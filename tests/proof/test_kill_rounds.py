"""A few rounds of kill_rounds.py: what was paid for outlives the death of the process, once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from kill_rounds import run_rounds

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 15


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX's")
def test_what_arrived_is_saved_once_and_the_bill_equals_the_ledger_wherever_the_process_dies(tmp_path: Path) -> None:
    summary = run_rounds(tmp_path, ROUNDS, seed=2026)
    assert summary.problems == []
    assert summary.rounds == ROUNDS
    assert sum(summary.kills.values()) >= ROUNDS // 3
    assert summary.totals["billed"] > 0
