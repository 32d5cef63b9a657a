"""Turns the bytes in a job's steps into pixels, so that the window's thread never decodes."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.steps import Preview, Recovered, Saved, Step
from imagegen_desktop.imaging.animation import Frames, frames_of
from imagegen_desktop.imaging.decode import UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.imaging.decode import DrawSvg


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreviewPicture:
    """A preview, decoded. `position` and `number` count from 0."""

    position: int
    number: int
    pixels: Pixels


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A saved image's pixels, from the bytes in hand; it follows its `Saved`. `frames` if it is animated."""

    state: ImageState
    pixels: Pixels
    thumbnail: Pixels
    frames: Frames | None = None


ShownStep = Step | Recovered | PreviewPicture | SavedPicture


def shown(
    steps: Iterator[Step | Recovered], *, thumbnail_edge: int, draw_svg: DrawSvg | None = None
) -> Iterator[ShownStep]:
    """The same steps; a preview comes decoded in place of its bytes, a saved image is followed by its pixels.

    A saved drawing that can't be drawn is not followed by any.
    """
    for step in steps:
        match step:
            case Preview(position, number, data):
                try:
                    yield PreviewPicture(position, number, decode(data, draw_svg=draw_svg))
                except UndecodableError as error:
                    # A preview is a courtesy: the finished picture is what was paid for.
                    log.info("a preview can't be decoded and is not shown: %s", error)
            case Saved(state, data):
                yield step
                try:
                    pixels = decode(data, draw_svg=draw_svg)
                    small = decode(data, longest_edge=thumbnail_edge, draw_svg=draw_svg)
                except UndecodableError as error:
                    log.info("a picture is saved, but can't be shown: %s", error)
                else:
                    yield SavedPicture(state, pixels, small, frames_of(data) if state.record.got.frames > 1 else None)
            case _:
                yield step
