"""Frames come one after the other with their durations, and start again after the last."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from imagegen_desktop.imaging.animation import MAX_ANIMATED_PIXELS, Frames, frames_of

COLOURS = ((200, 0, 0), (0, 200, 0), (0, 0, 200))
DURATIONS = [50, 200, 10]


def moving(kind: str, *, size: tuple[int, int] = (20, 10)) -> bytes:
    frames = [Image.new("RGB", size, colour) for colour in COLOURS]
    stream = BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(stream, kind, save_all=True, append_images=frames[1:], duration=DURATIONS, loop=0, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_frames_come_in_order_with_their_durations_and_start_again(kind: str) -> None:
    frames = frames_of(moving(kind))
    assert frames is not None
    assert frames.count == 3
    came = [frames.next() for _ in range(7)]
    frames.close()
    told = [(one.number, one.milliseconds, tuple(one.pixels.rgba[:3])) for one in came if one is not None]
    # A hundredth of a second is shown as a tenth, as browsers do.
    once = [(0, 50, COLOURS[0]), (1, 200, COLOURS[1]), (2, 100, COLOURS[2])]
    assert told == [*once, *once, once[0]]


def test_a_still_picture_has_no_frames() -> None:
    stream = BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "GIF")
    assert frames_of(stream.getvalue()) is None
    assert frames_of(b"no picture") is None


def test_a_picture_that_is_too_large_to_be_played_stands_still() -> None:
    assert frames_of(moving("GIF", size=(2049, 2048))) is None
    assert MAX_ANIMATED_PIXELS < 2049 * 2048


def test_a_broken_frame_ends_the_round() -> None:
    data = moving("GIF")
    frames = Frames(data[: data.rindex(b"\x21\xf9") + 12], 3)
    numbers = [frame.number if frame else None for frame in (frames.next() for _ in range(4))]
    frames.close()
    assert numbers == [0, 1, 0, 1]
    assert Frames(b"no picture", 3).next() is None
