"""Where a grid's cells lie: no two overlap, none is lost, and days part them."""

from __future__ import annotations

from array import array
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.places import Listing, View
from imagegen_desktop.ui.grid.cells import Cells, cells_of, nearest_row
from imagegen_desktop.ui.grid.layout import GAP, HEADER, MARGIN, Arrangement, Layout, lay_out
from imagegen_desktop.ui.grid.selection import Selection

NOON = int(datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()) * 1_000_000
HOUR = 3_600_000_000


def listing(hours: list[int], ratios: list[float] | None = None, stacks: list[int] | None = None) -> Listing:
    """Images made so many hours before noon of 22 November 2026, UTC."""
    moments = array("q", (NOON - hour * HOUR - number for number, hour in enumerate(hours)))
    many = len(hours)
    return Listing(View(), moments, array("f", ratios or [1.0] * many), array("q", stacks or [0] * many))


def cells(shown: Listing, *, piled: bool = True, opened: tuple[int, ...] = ()) -> Cells:
    return cells_of(shown, piled=piled, opened=opened, zone=UTC)


def laid(shown: Cells, arrangement: Arrangement = Arrangement.SQUARE, width: int = 900, edge: int = 128) -> Layout:
    return lay_out(arrangement, shown.ratios(), shown.sections, width, edge)


some_ratios = st.lists(st.floats(0.0625, 20, width=32), min_size=0, max_size=80)


@given(
    ratios=some_ratios,
    width=st.integers(150, 2500),
    edge=st.integers(96, 384),
    arrangement=st.sampled_from(Arrangement),
    mirrored=st.booleans(),
)
def test_every_cell_lies_once_within_the_width_and_overlaps_none(
    ratios: list[float], width: int, edge: int, arrangement: Arrangement, *, mirrored: bool
) -> None:
    shown = cells(listing([number // 7 * 5 for number in range(len(ratios))], ratios))
    layout = lay_out(arrangement, shown.ratios(), shown.sections, width, edge, mirrored=mirrored)
    seen: list[int] = []
    below = 0
    for row in range(layout.row_count):
        boxes = layout.boxes(row)
        assert boxes[0].y >= below
        below = boxes[0].y + boxes[0].height
        for box in boxes:
            seen.append(box.cell)
            assert layout.box(box.cell) == box
            assert layout.cell_at(box.x, box.y) == box.cell
            assert box.x >= MARGIN
            assert box.x + box.width <= layout.width - MARGIN
        ordered = sorted(boxes, key=lambda box: box.x)
        assert all(one.x + one.width < two.x for one, two in pairwise(ordered))
    assert seen == list(range(len(ratios)))
    assert layout.height >= below


@given(some_ratios, st.integers(300, 2500), st.integers(96, 384))
def test_justified_rows_are_full_and_near_the_usual_height(ratios: list[float], width: int, edge: int) -> None:
    shown = cells(listing([0] * len(ratios), ratios))
    layout = laid(shown, Arrangement.JUSTIFIED, width, edge)
    for row in range(layout.row_count - 1):
        last = layout.boxes(row)[-1]
        assert last.x + last.width == layout.width - MARGIN
    # The widest picture behind the narrowest: with both the row is 17 times as flat as with one, and neither is near.
    assert all(height <= 4.5 * edge for height in layout.heights)


def test_what_shows_between_two_heights_is_found() -> None:
    layout = laid(cells(listing([0] * 40)), width=900)
    side = layout.edge
    assert (layout.columns, side) == (6, (900 - 2 * MARGIN + GAP) // 6 - GAP)
    assert layout.headers_between(0, 10) == range(1)
    assert layout.headers_between(HEADER, 500) == range(1, 1)
    assert layout.cells_between(0, HEADER) == range(0)
    assert layout.cells_between(0, HEADER + 1) == range(6)
    assert layout.cells_between(HEADER + side, HEADER + side + GAP) == range(0)
    assert layout.cells_between(HEADER + side - 1, HEADER + side + GAP + 1) == range(12)
    assert layout.cells_between(0, 10**9) == range(40)


def test_up_and_down_go_to_the_nearest_cell_and_stop_at_the_ends() -> None:
    layout = laid(cells(listing([0] * 10 + [24] * 3)), width=900)
    assert layout.beside(1, 1) == 7
    assert layout.beside(5, 1) == 9
    assert layout.beside(8, 1) == 12
    assert layout.beside(12, 1) == 12
    assert layout.beside(12, -2) == 2
    assert layout.beside(3, -5) == 3


def test_a_header_stands_over_each_local_day() -> None:
    hours = [0, 1, 11, 13, 14, 40]
    assert [section.first for section in cells(listing(hours)).sections] == [0, 3, 5]
    east = cells_of(listing(hours), piled=False, zone=timezone(timedelta(hours=13)))
    assert [(section.first, section.day) for section in east.sections] == [
        (0, date(2026, 11, 23)),
        (1, date(2026, 11, 22)),
        (5, date(2026, 11, 21)),
    ]


def test_the_day_on_which_the_clock_is_set_back_is_one_day() -> None:
    moment = int(datetime(2026, 10, 25, 22, tzinfo=UTC).timestamp()) * 1_000_000
    shown = Listing(View(), array("q", [moment, moment - 23 * HOUR]), array("f", [1, 1]), array("q", [0, 0]))
    assert len(cells_of(shown, piled=False, zone=ZoneInfo("Europe/Berlin")).sections) == 1


def test_where_days_hold_little_months_part_the_images() -> None:
    sparse = cells(listing([24 * number for number in range(60)]))
    assert [(section.day, section.whole_month) for section in sparse.sections] == [
        (date(2026, 11, 1), True),
        (date(2026, 10, 1), True),
        (date(2026, 9, 1), True),
    ]


def test_images_of_one_click_are_a_pile_at_the_newest_one_even_if_others_came_between() -> None:
    shown = listing([0] * 7, stacks=[5, 0, 5, 8, 5, 8, 0])
    piled = cells(shown)
    assert [piled.rows(cell) for cell in range(len(piled))] == [(0, 2, 4), (1,), (3, 5), (6,)]
    assert [piled.cell_of(moment) for moment in shown.moments] == [0, 1, 0, 2, 0, 2, 3]
    assert list(piled.moments(2, 3)) == [shown.moments[3], shown.moments[5]]
    opened = cells(shown, opened=(5,))
    assert [opened.rows(cell) for cell in range(len(opened))] == [(0,), (2,), (4,), (1,), (3, 5), (6,)]
    assert len(cells(shown, piled=False)) == 7
    assert piled.cell_of(1) is None


def test_the_image_next_older_stands_for_one_that_is_gone() -> None:
    shown = listing([0, 10, 20])
    assert nearest_row(shown, shown.moments[1]) == 1
    assert nearest_row(shown, shown.moments[0] - HOUR) == 1
    assert nearest_row(shown, 0) == 2
    assert nearest_row(Listing(View()), 5) is None


def test_a_range_is_chosen_from_its_anchor_and_follows_the_listing() -> None:
    shown = listing([0] * 10, stacks=[0, 0, 3, 3, 0, 0, 0, 0, 0, 0])
    piled = cells(shown)
    chosen = Selection()
    chosen.choose(piled, 4)
    chosen.extend(piled, 1)
    assert chosen.moments == set(shown.moments[1:6])
    chosen.extend(piled, 5)
    assert chosen.moments == set(shown.moments[5:7])
    chosen.toggle(piled, 2)
    assert chosen.moments == set(shown.moments[5:7]) | set(shown.moments[2:4])
    chosen.toggle(piled, 2)
    assert chosen.moments == set(shown.moments[5:7])
    rest = Listing(View(), shown.moments[6:], shown.ratios[6:], shown.stacks[6:])
    chosen.follow(rest)
    assert chosen.moments == {shown.moments[6]}


@pytest.mark.parametrize("arrangement", Arrangement)
def test_an_empty_listing_has_no_rows(arrangement: Arrangement) -> None:
    layout = laid(cells(listing([])), arrangement)
    assert layout.row_count == 0
    assert layout.cells_between(0, 1000) == range(0)
    assert layout.cell_at(20, 50) is None
