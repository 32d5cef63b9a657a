"""States are folded from records and changes, whatever their order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.changes import FAVOURITE, RATING, TAG, TRASHED, Change, fold, tick
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin
from pictures import NOON

IDS = ("aaaaaaaaaa", "bbbbbbbbbb")
FIELDS = (FAVOURITE, TRASHED, RATING, f"{TAG}sea", f"{TAG}sky")


def record(image_id: str) -> ImageRecord:
    return ImageRecord(
        id=image_id,
        file=f"2026/11/{image_id}.png",
        sha256="",
        created=NOON,
        origin=Origin.SAMPLE,
        prompt="",
        asked=None,
        got=Got(format=ImageFormat.PNG, width=1, height=1, size_bytes=1),
    )


def change(field: str, value: object, moment: int = 0, device: str = "d1") -> Change:
    return Change(image=IDS[0], clock=f"{moment:013d}-0000", device=device, field=field, value=value)


CHANGES = st.lists(
    st.builds(
        Change,
        image=st.sampled_from((*IDS, "unknown")),
        clock=st.integers(0, 5).map("{:013d}-0000".format),
        device=st.sampled_from(("d1", "d2")),
        field=st.sampled_from(FIELDS),
        value=st.sampled_from((True, False, 3)),
    ),
    # A device never gives two changes of one field the same clock.
    unique_by=lambda one: (one.image, one.field, one.order),
)


@given(CHANGES, st.randoms())
def test_the_order_of_arrival_does_not_matter(changes: list[Change], chance: object) -> None:
    shuffled = list(changes)
    chance.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue] (hypothesis gives a Random)
    records = [record(one) for one in IDS]
    assert fold(records, changes) == fold(records, shuffled)


@given(CHANGES)
def test_a_change_that_comes_twice_changes_nothing(changes: list[Change]) -> None:
    records = [record(one) for one in IDS]
    assert fold(records, changes) == fold(records, changes + changes)


def test_the_later_change_of_a_field_wins() -> None:
    (state,) = fold([record(IDS[0])], [change(FAVOURITE, False, 2), change(FAVOURITE, True, 1)]).values()
    assert not state.favourite


def test_two_devices_that_tag_at_the_same_instant_both_stand() -> None:
    changes = [change(f"{TAG}sea", True, 1, "d1"), change(f"{TAG}sky", True, 1, "d2")]
    (state,) = fold([record(IDS[0])], changes).values()
    assert state.tags == {"sea", "sky"}


def test_a_rating_beyond_five_stars_is_none() -> None:
    (state,) = fold([record(IDS[0])], [change(RATING, 9)]).values()
    assert state.rating == 0


@given(st.lists(st.integers(0, 10**13 - 1), max_size=30))
def test_the_clock_never_goes_back_though_the_wall_does(walls: list[int]) -> None:
    clocks = [""]
    for wall in walls:
        clocks.append(tick(clocks[-1], wall))
    assert clocks == sorted(set(clocks))
    assert all(int(clock[:13]) >= wall for clock, wall in zip(clocks[1:], walls, strict=True))


def test_more_changes_in_an_instant_than_the_counter_holds_borrow_the_next() -> None:
    assert tick("0000000000007-ffff", 7) == "0000000000008-0000"
