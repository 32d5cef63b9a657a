"""A part of all images, by their ids' order: a large library is read part by part, so that it never stands in memory whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Ids are random: each part holds about as many as any other.
_BORDERS: Final = ("4", "8", "c", "g", "m", "r", "w")


@dataclass(frozen=True, slots=True)
class IdRange:
    """From `low` to before `high`; None for no end."""

    low: str = ""
    high: str | None = None

    def holds(self, image_id: str) -> bool:
        return self.low <= image_id and (self.high is None or image_id < self.high)

    def may_hold(self, line: bytes, start: bytes) -> bool:
        """Whether a line, which names its image right after `start` if it is of our making, need be read at all."""
        if not line.startswith(start):
            return True
        letter = line[len(start) : len(start) + 1]
        if letter == b"\\":
            return True
        # Borders are single letters.
        return self.low.encode() <= letter and (self.high is None or letter < self.high.encode())


ALL_IDS: Final = IdRange()
PARTS: Final = tuple(IdRange(low, high) for low, high in zip(("", *_BORDERS), (*_BORDERS, None), strict=True))
