"""A part of all images, by their ids: a large library is read part by part, so that it never stands in memory whole."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.ids import ALPHABET, ID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator

# Ids are random: each part holds about as many as any other, of a hundred thousand three thousand.
_BORDERS: Final = tuple(ALPHABET[1:])


@dataclass(frozen=True, slots=True)
class IdRange:
    """From `low` to before `high`; None for no end."""

    low: str = ""
    high: str | None = None

    def holds(self, image_id: str) -> bool:
        return self.low <= image_id and (self.high is None or image_id < self.high)


@dataclass(frozen=True, slots=True)
class IdSet:
    """Some ids by name."""

    ids: frozenset[str]

    def holds(self, image_id: str) -> bool:
        return image_id in self.ids

    def may_hold(self, line: bytes, start: bytes) -> bool:
        """Whether a line, which names its image right after `start` if it is of our making, need be read at all."""
        if not line.startswith(start):
            return True
        name = line[len(start) : len(start) + ID_LENGTH]
        return b"\\" in name or b'"' in name or name.decode("utf-8", "replace") in self.ids


ALL_IDS: Final = IdRange()
PARTS: Final = tuple(IdRange(low, high) for low, high in zip(("", *_BORDERS), (*_BORDERS, None), strict=True))


def part_of(image_id: str) -> int:
    """The place in PARTS of the one that holds this id."""
    return bisect_right(_BORDERS, image_id)


class PartedIds:
    """Ids of all parts, ten bytes for each of ours: a tenth of what they take as a set of strings."""

    def __init__(self) -> None:
        self._ours = [bytearray() for _ in PARTS]
        self._others: list[set[str]] = [set() for _ in PARTS]

    def add(self, image_id: str) -> None:
        if len(image_id) == ID_LENGTH and image_id.isascii():
            self._ours[part_of(image_id)] += image_id.encode()
        else:
            self._others[part_of(image_id)].add(image_id)

    def of(self, part: int) -> set[str]:
        """Those of one of PARTS, by its place."""
        return self._others[part] | set(_cut(self._ours[part].decode()))


def _cut(text: str) -> Iterator[str]:
    return (text[start : start + ID_LENGTH] for start in range(0, len(text), ID_LENGTH))
