"""Choices that can't be had together: told, with a way out, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from imagegen_desktop.core.fitting import GIF, SVG
from imagegen_desktop.core.models import pixels_of
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.core.sizes import is_legal, snap

if TYPE_CHECKING:
    from imagegen_desktop.core.models import ModelSpec

SEE_THROUGH = frozenset({"", "png", "webp"})
COMPRESSED = frozenset({"jpeg", "webp"})


class Conflict(StrEnum):
    """From openai-python 3.54.0, types/image_generate_params.py."""

    TRANSPARENT_NEEDS_PNG_OR_WEBP = auto()
    COMPRESSION_NEEDS_JPEG_OR_WEBP = auto()
    ANIMATION_HAS_NO_PREVIEWS = auto()
    DRAWING_HAS_NO_PREVIEWS = auto()
    DRAWING_COMES_ALONE = auto()
    SIZE_NOT_TAKEN = auto()


@dataclass(frozen=True, slots=True)
class Way:
    """A conflict, and the draft in which it is solved by changing as little as possible."""

    conflict: Conflict
    fixed: Draft


def conflicts(draft: Draft, spec: ModelSpec) -> tuple[Way, ...]:
    """What of the draft can't be had together with this model; the most telling first."""
    options = draft.options
    form = options.output_format if options.output_format in spec.formats else ""
    found: list[Way] = []
    if options.background == "transparent" and spec.backgrounds and form not in SEE_THROUGH:
        fixed = replace(draft, options=replace(options, output_format="png", compression=None))
        found.append(Way(Conflict.TRANSPARENT_NEEDS_PNG_OR_WEBP, fixed))
    if options.compression is not None and spec.compresses and form not in COMPRESSED:
        fixed = replace(draft, options=replace(options, compression=None))
        found.append(Way(Conflict.COMPRESSION_NEEDS_JPEG_OR_WEBP, fixed))
    if form in {GIF, SVG} and options.previews:
        why = Conflict.ANIMATION_HAS_NO_PREVIEWS if form == GIF else Conflict.DRAWING_HAS_NO_PREVIEWS
        found.append(Way(why, replace(draft, options=replace(options, previews=0))))
    if form == SVG and draft.count > 1:
        found.append(Way(Conflict.DRAWING_COMES_ALONE, replace(draft, count=1)))
    pair = pixels_of(draft.size)
    if draft.size and spec.sizes and not is_legal(draft.size, spec) and pair is not None:
        found.append(Way(Conflict.SIZE_NOT_TAKEN, replace(draft, size=snap(*pair, spec).size)))
    return tuple(found)
