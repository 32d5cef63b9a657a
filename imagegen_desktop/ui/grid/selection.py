"""Which images of a grid are chosen, by their moments, so that a hundred thousand are one set."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.places import Listing
    from imagegen_desktop.ui.grid.cells import Cells


class Selection:
    """`current` is the image that keys start from, `anchor` where a range began; both None in an empty grid."""

    def __init__(self) -> None:
        self.current: int | None = None
        self.anchor: int | None = None
        self._chosen: set[int] = set()
        self._band_base: set[int] = set()

    def __contains__(self, moment: int) -> bool:
        return moment in self._chosen

    def __len__(self) -> int:
        return len(self._chosen)

    @property
    def moments(self) -> frozenset[int]:
        return frozenset(self._chosen)

    def choose(self, cells: Cells, cell: int) -> None:
        """This cell alone."""
        self.current = self.anchor = cells.moment(cell)
        self._chosen = set(cells.moments(cell, cell + 1))

    def toggle(self, cells: Cells, cell: int) -> None:
        self.current = self.anchor = cells.moment(cell)
        moments = set(cells.moments(cell, cell + 1))
        if moments <= self._chosen:
            self._chosen -= moments
        else:
            self._chosen |= moments

    def move(self, cells: Cells, cell: int) -> None:
        """Make it the current one and leave what is chosen."""
        self.current = cells.moment(cell)

    def extend(self, cells: Cells, cell: int, *, keep: bool = False) -> None:
        """All from the anchor to this cell; beside what was chosen if `keep`."""
        begin = None if self.anchor is None else cells.cell_of(self.anchor)
        begin = cell if begin is None else begin
        span = set(cells.moments(min(begin, cell), max(begin, cell) + 1))
        self._chosen = self._chosen | span if keep else span
        self.anchor = cells.moment(begin)
        self.current = cells.moment(cell)

    def all(self, cells: Cells) -> None:
        self._chosen = set(cells.listing.moments)

    def clear(self) -> None:
        self._chosen = set()

    def replace(self, moments: Iterable[int]) -> None:
        self._chosen = set(moments)

    def begin_band(self, *, keep: bool) -> None:
        """A rubber band adds to what is chosen now if `keep`, else to nothing."""
        self._band_base = set(self._chosen) if keep else set()

    def band(self, cells: Cells, within: Iterable[int]) -> None:
        self._chosen = self._band_base.union(*(cells.moments(cell, cell + 1) for cell in within))

    def follow(self, listing: Listing) -> None:
        """Let go of what the listing no longer holds."""
        there = set(listing.moments) if self._chosen else set[int]()
        self._chosen &= there
        if self.anchor is not None and self.anchor not in there:
            self.anchor = self.current
