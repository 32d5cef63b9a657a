"""Some of nth_failure.py and library_full_disk.py: what the disk refuses is told in a sentence, and costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import library_full_disk
import nth_failure
import pytest
from library_acts import ACTS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("full", [False, True])
def test_a_request_that_fails_is_told_or_made_good_and_nothing_is_lost(full: bool, tmp_path: Path) -> None:  # noqa: FBT001 (a case)
    outcome = nth_failure.run(tmp_path, every=47, full=full)
    assert outcome.problems == []
    assert outcome.operations.keys() == set(ACTS)
    assert outcome.tried >= len(ACTS)
    assert sum(outcome.told.values()) >= len(ACTS)


def test_a_full_disk_is_told_and_nothing_is_lost_and_with_room_again_the_library_works_on(tmp_path: Path) -> None:
    outcome = library_full_disk.run(tmp_path, step=64)
    assert outcome.problems == []
    assert outcome.needed.keys() == set(ACTS)
    assert sum(outcome.told.values()) >= len(ACTS)
