"""A few rounds of sync_kill_rounds.py: wherever a sync dies, no image, no change and no object is lost or overwritten."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from sync_kill_rounds import run_rounds

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX's")
@pytest.mark.parametrize(("kind", "rounds"), [("folder", 12), ("rclone", 6)])
def test_wherever_a_sync_dies_both_computers_and_the_bucket_lose_nothing(
    tmp_path: Path, kind: str, rounds: int
) -> None:
    summary = run_rounds(tmp_path, rounds, 2026, kind)
    assert summary.problems == []
    assert summary.rounds == rounds
    assert sum(summary.kills.values()) >= rounds // 4
    assert summary.totals["objects compared"] > 0
