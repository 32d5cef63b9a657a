"""Reads resources/models.json and resources/endpoints.json."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.dialects import Dialects
from imagegen_desktop.core.models import ModelCatalogue
from imagegen_desktop.storage.codec import decode

if TYPE_CHECKING:
    from pathlib import Path


def load_models(resources: Path) -> ModelCatalogue:
    """The shipped model data. Raises MalformedError if the file does not fit, which a test rules out."""
    return decode((resources / "models.json").read_bytes(), ModelCatalogue)


def load_dialects(resources: Path) -> Dialects:
    """The shipped data of endpoints. Raises MalformedError if the file does not fit, which a test rules out."""
    return decode((resources / "endpoints.json").read_bytes(), Dialects)
