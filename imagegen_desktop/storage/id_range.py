"""A part of all images, by their ids: a large library is read part by part, so that it never stands in memory whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from imagegen_desktop.core.ids import ID_LENGTH

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


@dataclass(frozen=True, slots=True)
class IdSet:
    """Some ids by name, asked as a range is."""

    ids: frozenset[str]

    def holds(self, image_id: str) -> bool:
        return image_id in self.ids

    def may_hold(self, line: bytes, start: bytes) -> bool:
        if not line.startswith(start):
            return True
        name = line[len(start) : len(start) + ID_LENGTH]
        return b"\\" in name or b'"' in name or name.decode("utf-8", "replace") in self.ids


ALL_IDS: Final = IdRange()
PARTS: Final = tuple(IdRange(low, high) for low, high in zip(("", *_BORDERS), (*_BORDERS, None), strict=True))
