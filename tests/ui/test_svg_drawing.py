"""A checked drawing becomes pixels: in its shape, sharp at any size that is asked for, and in bounded time."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.ui.svg_drawing import LARGE, LARGEST, TRIAL, draw_svg

if TYPE_CHECKING:
    from imagegen_desktop.core.pixels import Pixels

pytestmark = pytest.mark.usefixtures("qapp")

HALVES = (
    b'<rect width="20" height="20" fill="#f00"/><rect x="20" width="20" height="20" fill="#00f" fill-opacity="0.5"/>'
)


def svg(inside: bytes = HALVES, attributes: bytes = b'viewBox="0 0 40 20"') -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" ' + attributes + b">" + inside + b"</svg>"


def at(pixels: Pixels, x: float, y: float) -> tuple[int, ...]:
    start = (int(y * pixels.height) * pixels.width + int(x * pixels.width)) * 4
    return tuple(pixels.rgba[start : start + 4])


def test_it_is_drawn_in_its_colours_on_nothing() -> None:
    pixels = draw_svg(svg(), 256)
    assert (pixels.width, pixels.height, len(pixels.rgba)) == (256, 128, 256 * 128 * 4)
    assert at(pixels, 0.25, 0.5) == (255, 0, 0, 255)
    assert at(pixels, 0.75, 0.5)[3] in {127, 128}
    assert at(draw_svg(svg(b""), 64), 0.5, 0.5) == (0, 0, 0, 0)


def test_a_small_drawing_is_drawn_large_for_the_stage_and_no_larger_than_the_bound() -> None:
    assert draw_svg(svg(attributes=b'width="40" height="20"'), None).width == LARGE
    assert draw_svg(svg(attributes=b'width="20000" height="10"'), None).width == LARGEST


def test_another_shape_of_the_frame_does_not_bend_the_drawing() -> None:
    pixels = draw_svg(svg(attributes=b'width="40" height="40" viewBox="0 0 40 20"'), 100)
    assert (pixels.width, pixels.height) == (100, 100)
    assert at(pixels, 0.25, 0.5) == (255, 0, 0, 255)
    assert at(pixels, 0.25, 0.1) == (0, 0, 0, 0)


def test_what_takes_long_is_drawn_smaller() -> None:
    """The trial takes twelve seconds of this clock: at half the edge it would be three."""
    slow = itertools.count(0, 12)
    assert draw_svg(svg(), 1000, clock=lambda: float(next(slow))).width == TRIAL
    quick = itertools.count()
    assert TRIAL < draw_svg(svg(), 1000, clock=lambda: next(quick) * 0.5).width < 1000


def test_an_unsafe_drawing_is_refused_here_too() -> None:
    with pytest.raises(UndecodableError, match="script"):
        draw_svg(svg(b"<script/>"), 64)


def test_an_embedded_drawing_under_the_name_of_a_picture_is_not_drawn() -> None:
    with pytest.raises(UndecodableError, match="no PNG"):
        draw_svg(svg(b'<image width="9" height="9" href="data:image/png;base64,PHN2Zy8+"/>'), 64)
