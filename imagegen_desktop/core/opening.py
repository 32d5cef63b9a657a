"""The choices that a start needs before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Theme(StrEnum):
    SYSTEM = auto()
    LIGHT = auto()
    DARK = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """`library` is a folder's path, empty for the default. Both are fields of `core.settings.Settings` too."""

    library: str = ""
    theme: Theme = Theme.SYSTEM
