"""Events are read whole, however the network cuts them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.providers.event_stream import event_data

if TYPE_CHECKING:
    from collections.abc import Iterator

STREAM = (
    b": a comment\r\n\r\nevent: image_generation.partial_image\r\ndata: one\r\n\r\n"
    b"data: two\ndata: lines\n\nid: 7\n\ndata:bare\n\ndata: [DONE]\n\ndata: cut off"
)
EVENTS = [b"one", b"two\nlines", b"bare", b"[DONE]"]


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_where_the_pieces_are_cut_does_not_matter(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[begin:end] for begin, end in pairwise(places)]
    assert list(event_data(pieces)) == EVENTS


def test_an_event_comes_out_as_soon_as_its_blank_line_is_there() -> None:
    begun: list[int] = []

    def pieces() -> Iterator[bytes]:
        for number, piece in enumerate([b"data: first\n\n", b"data: second\n\n"]):
            begun.append(number)
            yield piece

    events = event_data(pieces())
    assert next(events) == b"first"
    assert begun == [0]
    assert next(events) == b"second"


def test_an_event_without_its_blank_line_is_not_believed() -> None:
    assert list(event_data([b"data: {}\n"])) == []
