"""A few rounds of library_kill_rounds.py: what was acknowledged outlives the death of the process, and no row lies."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from library_acts import ACTS
from library_kill_rounds import run_rounds

if TYPE_CHECKING:
    from pathlib import Path

ROUNDS = 3 * len(ACTS)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX's")
def test_no_acknowledged_image_or_change_is_lost_and_no_row_lies_wherever_the_process_dies(tmp_path: Path) -> None:
    summary = run_rounds(tmp_path, ROUNDS, seed=2026)
    assert summary.problems == []
    assert summary.rounds == ROUNDS
    # How many die after a delay depends on what else the machine does; these two count what the process itself does.
    assert summary.kills["line"] > 0
    assert summary.kills["operation"] > 0
    assert summary.totals["acknowledged images"] > 0
