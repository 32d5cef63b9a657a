"""Drawings and animations are saved as they came, and shown."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import BadImageError
from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.core.steps import Saved
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.browsing import Browsing
from imagegen_desktop.studio.showing import SavedPicture, shown
from pictures import new_image

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.storage.library import Library

SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"/>\n'


def draw(_data: bytes, edge: int | None) -> Pixels:
    """As large as it is asked for, so that the tests see what was asked."""
    side = edge or 2
    return Pixels(side, 1, bytes(side * 4))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


def moving() -> bytes:
    stream = BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)
    return stream.getvalue()


def test_a_drawing_is_kept_byte_for_byte_under_its_own_ending_and_drawn(library: Library) -> None:
    record = library.describe(new_image(data=SVG))
    assert (record.got.format, record.got.width, record.got.height) == (ImageFormat.SVG, 40, 30)
    assert record.file.endswith(".svg")
    state = library.add(record, SVG)
    assert library.path_of(state).read_bytes() == SVG
    browsing = Browsing(library, draw_svg=draw)
    (whole,) = browsing.picture(state, CancelToken())
    assert whole.pixels == draw(SVG, None)
    (step, picture) = shown(iter((Saved(state, SVG),)), thumbnail_edge=99, draw_svg=draw)
    assert isinstance(step, Saved)
    assert isinstance(picture, SavedPicture)
    assert picture.thumbnail.width == 99


def test_an_unsafe_drawing_is_kept_in_quarantine_with_the_reason(library: Library) -> None:
    unsafe = SVG.replace(b"/>", b"><script/></svg>")
    with pytest.raises(BadImageError) as caught:
        library.describe(new_image(data=unsafe))
    assert "not drawn: It holds the element script" in caught.value.details
    assert (library.folder.quarantine / caught.value.kept.rpartition("/")[2]).read_bytes() == unsafe


def test_where_nothing_can_draw_a_saved_drawing_is_told_without_pixels(library: Library) -> None:
    state = library.add(library.describe(new_image(data=SVG)), SVG)
    assert [type(step) for step in shown(iter((Saved(state, SVG),)), thumbnail_edge=99)] == [Saved]


def test_an_animation_is_counted_and_comes_with_its_frames(library: Library) -> None:
    data = moving()
    state = library.add(library.describe(new_image(data=data)), data)
    assert state.record.got.frames == 2
    (picture,) = Browsing(library).picture(state, CancelToken())
    assert picture.frames is not None
    assert picture.frames.count == 2
    (_, saved) = shown(iter((Saved(state, data),)), thumbnail_edge=99)
    assert isinstance(saved, SavedPicture)
    assert saved.frames is not None
