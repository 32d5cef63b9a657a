"""Says where each cell of a grid lies: arithmetic alone, rows kept as arrays, a row's cells worked out when asked."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum, auto
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from imagegen_desktop.ui.grid.cells import Section

SMALLEST: Final = 96
LARGEST: Final = 384
GAP: Final = 8
HEADER: Final = 40
MARGIN: Final = 16
# A panorama or a column wider or narrower than this is shown within this ratio, for the rows' sake.
WIDEST: Final = 4.0


class Arrangement(StrEnum):
    """SQUARE: equal cells, each picture whole within its own; JUSTIFIED: rows of one height, filled by the pictures."""

    SQUARE = auto()
    JUSTIFIED = auto()


class Box(NamedTuple):
    """In logical pixels from the grid's upper left corner."""

    cell: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Row r holds the cells `firsts[r]` to `firsts[r + 1] - 1` from `tops[r]` on, `heights[r]` high.

    `header_tops` stand one for each section. `width` is the whole width, margins included; `mirrored` for scripts
    that run from right to left. `edge` is the cells' side in a square layout, the rows' usual height in a justified one.
    """

    arrangement: Arrangement
    width: int
    edge: int
    columns: int
    mirrored: bool
    ratios: Sequence[float] = field(repr=False)
    firsts: array[int] = field(repr=False)
    tops: array[int] = field(repr=False)
    heights: array[int] = field(repr=False)
    header_tops: array[int] = field(repr=False)
    height: int

    @property
    def row_count(self) -> int:
        return len(self.tops)

    def rows_between(self, top: int, bottom: int) -> range:
        """The rows of which a part lies from `top` to above `bottom`."""
        first = max(0, bisect_right(self.tops, top) - 1)
        if first < self.row_count and self.tops[first] + self.heights[first] <= top:
            first += 1
        return range(first, bisect_left(self.tops, bottom))

    def cells_between(self, top: int, bottom: int) -> range:
        rows = self.rows_between(top, bottom)
        return range(self.firsts[rows.start], self.firsts[rows.stop]) if rows else range(0)

    def headers_between(self, top: int, bottom: int) -> range:
        """The sections whose header shows there."""
        return range(bisect_right(self.header_tops, top - HEADER), bisect_left(self.header_tops, bottom))

    def row_of(self, cell: int) -> int:
        return bisect_right(self.firsts, cell, hi=self.row_count) - 1

    def boxes(self, row: int) -> list[Box]:
        first, after = self.firsts[row], self.firsts[row + 1]
        top, height = self.tops[row], self.heights[row]
        if self.arrangement is Arrangement.SQUARE:
            pitch = (self.width - 2 * MARGIN + GAP) / self.columns
            lefts = [MARGIN + int(pitch * column) for column in range(after - first)]
            boxes = [Box(first + column, left, top, height, height) for column, left in enumerate(lefts)]
        else:
            boxes = self._justified(first, after, top, height)
        if self.mirrored:
            boxes = [box._replace(x=self.width - box.x - box.width) for box in boxes]
        return boxes

    def _justified(self, first: int, after: int, top: int, height: int) -> list[Box]:
        shares = [held(ratio) for ratio in self.ratios[first:after]]
        room = self.width - 2 * MARGIN - GAP * (len(shares) - 1)
        # A row that is not full keeps its height, else its pictures share all the room.
        scale = room / sum(shares)
        if scale > height + 1:
            scale = float(height)
        edges = [round(scale * edge) for edge in accumulate(shares, initial=0.0)]
        return [
            Box(first + number, MARGIN + left + GAP * number, top, max(1, right - left), height)
            for number, (left, right) in enumerate(pairwise(edges))
        ]

    def box(self, cell: int) -> Box:
        row = self.row_of(cell)
        return self.boxes(row)[cell - self.firsts[row]]

    def cell_at(self, x: int, y: int) -> int | None:
        """The cell under a point; None in a gap, on a header, outside."""
        for row in self.rows_between(y, y + 1):
            for box in self.boxes(row):
                if box.x <= x < box.x + box.width:
                    return box.cell
        return None

    def cells_within(self, left: int, top: int, right: int, bottom: int) -> list[int]:
        """The cells that a rectangle touches."""
        return [
            box.cell
            for row in self.rows_between(top, bottom + 1)
            for box in self.boxes(row)
            if box.x <= right and box.x + box.width > left
        ]

    def beside(self, cell: int, rows: int) -> int:
        """The cell so many rows below (above if negative) whose middle lies nearest; the end cells stop it."""
        row = self.row_of(cell)
        target = min(max(row + rows, 0), self.row_count - 1)
        if target == row:
            return cell
        box = self.box(cell)
        middle = box.x + box.width / 2
        return min(self.boxes(target), key=lambda other: abs(other.x + other.width / 2 - middle)).cell


def held(ratio: float) -> float:
    return min(max(ratio, 1 / WIDEST), WIDEST)


def lay_out(
    arrangement: Arrangement,
    ratios: Sequence[float],
    sections: Sequence[Section],
    width: int,
    edge: int,
    *,
    mirrored: bool = False,
) -> Layout:
    """`ratios` are one for each cell. The cells are about `edge` wide, so that they fill the width. 100,000 take 30 ms."""
    room = max(SMALLEST, width - 2 * MARGIN)
    width = room + 2 * MARGIN
    columns = max(1, round((room + GAP) / (edge + GAP)))
    side = (room + GAP) // columns - GAP
    firsts, tops, heights, header_tops = array("q"), array("q"), array("q"), array("q")
    rows = _Justified(ratios, room, edge, (firsts, tops, heights)) if arrangement is Arrangement.JUSTIFIED else None
    top = 0
    for number, section in enumerate(sections):
        after = sections[number + 1].first if number + 1 < len(sections) else len(ratios)
        header_tops.append(top)
        top += HEADER
        if rows is None:
            count = -(-(after - section.first) // columns)
            firsts.extend(range(section.first, after, columns))
            tops.extend(range(top, top + count * (side + GAP), side + GAP))
            heights.extend([side] * count)
            top += count * (side + GAP)
        else:
            top = rows.add(section.first, after, top)
        top += MARGIN - GAP
    firsts.append(len(ratios))
    kept = side if rows is None else edge
    return Layout(arrangement, width, kept, columns, mirrored, ratios, firsts, tops, heights, header_tops, top)


class _Justified:
    """Breaks cells into rows: sums of widths are made once, each row's end is found by halving."""

    def __init__(
        self, ratios: Sequence[float], room: int, edge: int, rows: tuple[array[int], array[int], array[int]]
    ) -> None:
        least, most = 1 / WIDEST, WIDEST
        shares = [ratio if least < ratio < most else held(ratio) for ratio in ratios]
        self._sums = list(accumulate(shares, initial=0.0))
        # At the usual height, each with the gap behind it.
        self._ends = list(accumulate([share * edge + GAP for share in shares], initial=0.0))
        self._rows = rows
        self._room = room
        self._edge = edge

    def add(self, first: int, after: int, top: int) -> int:
        """Append the rows of a section; gives the y after its last row and gap."""
        firsts, tops, heights = self._rows
        sums, ends, room, edge = self._sums, self._ends, self._room, self._edge
        while first < after:
            end = bisect_left(ends, ends[first] + room + GAP, first + 1, after)
            if ends[end] - ends[first] - GAP < room and end == after:
                # The last row is not stretched.
                height = edge
            else:
                height = (room - GAP * (end - first - 1)) / (sums[end] - sums[first])
                if end - first > 1:
                    higher = (room - GAP * (end - first - 2)) / (sums[end - 1] - sums[first])
                    # One picture less, if that comes nearer to the usual height.
                    if higher * height < edge * edge:
                        end, height = end - 1, higher
            firsts.append(first)
            tops.append(top)
            heights.append(round(height))
            top += round(height) + GAP
            first = end
        return top
