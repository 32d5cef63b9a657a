"""A large library is read part by part, and no part of it is left out or read twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.ids import ALPHABET, ID_LENGTH
from imagegen_desktop.storage.codec import encode
from imagegen_desktop.storage.id_range import ALL_IDS, PARTS

START = b'{"id":"'


@given(st.text(ALPHABET, min_size=ID_LENGTH, max_size=ID_LENGTH) | st.text(min_size=1, max_size=12))
def test_every_id_lies_in_one_part(image_id: str) -> None:
    holding = [part for part in PARTS if part.holds(image_id)]
    assert len(holding) == 1
    assert ALL_IDS.holds(image_id)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.text('"\\\n4cgw', min_size=1))
def test_no_line_is_passed_over_by_the_part_that_holds_its_image(image_id: str) -> None:
    line = START + encode(image_id)[1:] + b',"file":"x"}'
    for part in PARTS:
        assert part.may_hold(line, START) or not part.holds(image_id)
        assert part.may_hold(b'{ "id": "written by hand"}', START)


def test_the_parts_of_our_own_ids_are_of_like_sizes() -> None:
    sizes = [sum(part.holds(letter) for letter in ALPHABET) for part in PARTS]
    assert sizes == [len(ALPHABET) // len(PARTS)] * len(PARTS)
