"""Two computers with an empty bucket between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from remote.computers import Computer
from remote.faulty_store import Bucket, FaultyStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def one(tmp_path: Path, bucket: Bucket) -> Computer:
    return Computer(tmp_path / "one", FaultyStore(bucket))


@pytest.fixture
def two(tmp_path: Path, bucket: Bucket, one: Computer) -> Computer:
    """Joined, before `one` has sent an image."""
    one.sync()
    return Computer(tmp_path / "two", FaultyStore(bucket), joins=True)
