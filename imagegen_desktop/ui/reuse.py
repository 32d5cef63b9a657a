"""What of an image can be used once more."""

from __future__ import annotations

from enum import StrEnum, auto


class Reuse(StrEnum):
    """What of an image is used once more. AGAIN asks for another picture at once, which costs."""

    ALL = auto()
    PROMPT = auto()
    SIZE = auto()
    AGAIN = auto()
