"""Turns a listing into cells: one for each image or pile of images, parted into days or months."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.places import Listing

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import tzinfo

SECOND: Final = 1_000_000
# Where days hold fewer images than this on average, a header for each would take more room than the images.
FEWEST_OF_A_DAY: Final = 4
MOST_SPARSE_DAYS: Final = 12


@dataclass(frozen=True, slots=True)
class Section:
    """A day, or a month where `whole_month`; its cells are those from `first` up to the next section's."""

    first: int
    day: date
    whole_month: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """Cell c shows the listing's rows `order[starts[c]]` to `order[starts[c + 1] - 1]`, the newest first.

    `order` is None while rows stand in the listing's order.
    """

    listing: Listing = field(repr=False)
    starts: array[int] = field(repr=False)
    order: array[int] | None = field(repr=False)
    sections: tuple[Section, ...] = field(repr=False)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, cell: int) -> int:
        """The listing's row that a cell shows."""
        start = self.starts[cell]
        return start if self.order is None else self.order[start]

    def rows(self, cell: int) -> tuple[int, ...]:
        rows = range(self.starts[cell], self.starts[cell + 1])
        return tuple(rows) if self.order is None else tuple(self.order[row] for row in rows)

    def count(self, cell: int) -> int:
        return self.starts[cell + 1] - self.starts[cell]

    def moment(self, cell: int) -> int:
        return self.listing.moments[self.row(cell)]

    def moments(self, first: int, last: int) -> array[int]:
        """Of all images in the cells from `first` to before `last`, piles included."""
        begin, end = self.starts[first], self.starts[last]
        if self.order is None:
            return self.listing.moments[begin:end]
        return array("q", map(self.listing.moments.__getitem__, self.order[begin:end]))

    def ratio(self, cell: int) -> float:
        return self.listing.ratios[self.row(cell)]

    def ratios(self) -> array[float]:
        """One for each cell, width / height."""
        if len(self) == len(self.listing) and self.order is None:
            return self.listing.ratios
        return array("f", [self.ratio(cell) for cell in range(len(self))])

    def cell_of(self, moment: int) -> int | None:
        """The cell that holds an image."""
        row = row_of(self.listing, moment)
        if row is None:
            return None
        place = row if self.order is None else self.order.index(row)
        return bisect_right(self.starts, place) - 1

    def stack(self, cell: int) -> int:
        """0 for an image that stands alone."""
        return self.listing.stacks[self.row(cell)]

    def section(self, cell: int) -> Section:
        return self.sections[bisect_right(self.sections, cell, key=_first) - 1]


def row_of(listing: Listing, moment: int) -> int | None:
    row = nearest_row(listing, moment)
    return row if row is not None and listing.moments[row] == moment else None


def nearest_row(listing: Listing, moment: int) -> int | None:
    """The row of that moment or the next older one, else the oldest; None in an empty listing."""
    if not len(listing):
        return None
    row = bisect_right(listing.moments, -moment - 1, key=_negative)
    return min(row, len(listing) - 1)


def cells_of(listing: Listing, *, piled: bool, opened: Container[int] = (), zone: tzinfo | None = None) -> Cells:
    """Each image a cell; if `piled`, the images of one click are one, unless their stack is in `opened`.

    Days are those of `zone`, None for this computer's. Works in about 40 ms for 100,000 images.
    """
    starts, order = (array("q", range(len(listing) + 1)), None)
    if piled:
        order = _gathered(listing.stacks)
        starts = _starts(listing.stacks, order, opened)
    bare = Cells(listing, starts, order, ())
    return Cells(listing, starts, order, _sections(bare, zone))


def _gathered(stacks: array[int]) -> array[int] | None:
    """Rows so that those of one stack stand together, at the place of the newest; None if they do already."""
    previous, seen = 0, set[int]()
    for stack in stacks:
        if stack != previous:
            if stack in seen:
                break
            if stack:
                seen.add(stack)
            previous = stack
    else:
        return None
    first: dict[int, int] = {}
    places = [first.setdefault(stack, row) if stack else row for row, stack in enumerate(stacks)]
    return array("q", sorted(range(len(stacks)), key=places.__getitem__))


def _starts(stacks: array[int], order: array[int] | None, opened: Container[int]) -> array[int]:
    ordered = stacks if order is None else map(stacks.__getitem__, order)
    starts: list[int] = []
    append = starts.append
    previous = 0
    place = -1
    for place, stack in enumerate(ordered):
        if stack == 0 or stack != previous or stack in opened:
            append(place)
            previous = stack
    append(place + 1)
    return array("q", starts)


def _first(section: Section) -> int:
    return section.first


def _negative(moment: int) -> int:
    return -moment


def _sections(cells: Cells, zone: tzinfo | None) -> tuple[Section, ...]:
    """By day; by month where most days hold little."""
    days = _parted(cells, zone, whole_month=False)
    if len(days) > MOST_SPARSE_DAYS and len(cells) < FEWEST_OF_A_DAY * len(days):
        return _parted(cells, zone, whole_month=True)
    return days


def _parted(cells: Cells, zone: tzinfo | None, *, whole_month: bool) -> tuple[Section, ...]:
    """Newest first, so each part ends where its first midnight lies: found by halving, not by looking at every image."""
    sections: list[Section] = []
    begin = 0

    def older(cell: int) -> int:
        return -cells.moment(cell)

    while begin < len(cells):
        day = datetime.fromtimestamp(cells.moment(begin) // SECOND, zone).date()
        if whole_month:
            day = day.replace(day=1)
        sections.append(Section(begin, day, whole_month))
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND
        # A listing in another order would not move on.
        begin = max(begin + 1, bisect_right(range(len(cells)), -midnight, lo=begin, key=older))
    return tuple(sections)
