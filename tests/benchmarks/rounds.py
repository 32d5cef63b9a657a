"""Measures several things in turn, round by round, so that a noisy machine is noisy for all of them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Series:
    """The measurements of one thing, in the order in which they were taken."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def quantile(self, share: float) -> float:
        """The value below which `share` of them lie, by the nearest rank."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]

    def told(self, unit: str = "s", digits: int = 3) -> str:
        low, high = min(self.values), max(self.values)
        return f"{self.median:.{digits}f} {unit} (min {low:.{digits}f}, max {high:.{digits}f}, n={len(self.values)})"


def interleaved(rounds: int, things: Mapping[str, Callable[[], Sequence[float]]]) -> dict[str, list[Series]]:
    """Call each of `things` once a round, after one round that does not count; every other round goes backwards.

    A thing gives the same number of figures at every call; there is one Series for each of them.
    """
    rows: dict[str, list[Sequence[float]]] = {name: [] for name in things}
    for number in range(-1, rounds):
        names = list(things) if number % 2 else list(reversed(things))
        for name in names:
            row = things[name]()
            if number >= 0:
                rows[name].append(row)
    return {name: [Series(values) for values in zip(*taken, strict=True)] for name, taken in rows.items()}


def ratio(ours: Series, theirs: Series) -> Series:
    """Ours as a multiple of theirs, round by round."""
    return Series(tuple(mine / other for mine, other in zip(ours.values, theirs.values, strict=True)))


def difference(ours: Series, theirs: Series) -> Series:
    """What ours takes more than theirs, round by round."""
    return Series(tuple(mine - other for mine, other in zip(ours.values, theirs.values, strict=True)))
