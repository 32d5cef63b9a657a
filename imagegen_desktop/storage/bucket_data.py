"""Reads what is data in resources/ of places to keep a library in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.bucket_presets import BucketPresets
from imagegen_desktop.storage.codec import decode

if TYPE_CHECKING:
    from pathlib import Path


def load_bucket_presets(resources: Path) -> BucketPresets:
    """The shipped data of places that keep buckets. Raises MalformedError if the file does not fit, which a test rules out."""
    return decode((resources / "buckets.json").read_bytes(), BucketPresets)
