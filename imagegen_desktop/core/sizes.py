"""Sizes of pictures: those that a model takes, the nearest one to a wish, and the ones for common uses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.models import AUTO, pixels_of

if TYPE_CHECKING:
    from imagegen_desktop.core.models import ModelSpec, SizeRule


class Snap(StrEnum):
    """Why a size is other than what was wished."""

    STEP = auto()
    RATIO = auto()
    LONGEST_EDGE = auto()
    TOO_FEW_PIXELS = auto()
    TOO_MANY_PIXELS = auto()
    NAMED_ONLY = auto()


@dataclass(frozen=True, slots=True)
class Snapped:
    """`size` is "WIDTHxHEIGHT" in pixels; `reasons` is empty where it is the very wish."""

    size: str
    reasons: tuple[Snap, ...] = ()
    experimental: bool = False


class Use(StrEnum):
    """What a picture is for. The social ones have the ratios that these services show uncropped (2026)."""

    SQUARE = auto()
    PORTRAIT = auto()
    WIDE = auto()
    STORY = auto()
    A4_PORTRAIT = auto()
    A4_LANDSCAPE = auto()
    BANNER = auto()
    INSTAGRAM_POST = auto()
    PINTEREST = auto()
    YOUTUBE_THUMBNAIL = auto()
    X_HEADER = auto()
    FACEBOOK_COVER = auto()


# (across, down); the pixels come from the model.
RATIOS: Final = {
    Use.SQUARE: (1.0, 1.0),
    Use.PORTRAIT: (2.0, 3.0),
    Use.WIDE: (16.0, 9.0),
    Use.STORY: (9.0, 16.0),
    Use.A4_PORTRAIT: (1.0, math.sqrt(2)),
    Use.A4_LANDSCAPE: (math.sqrt(2), 1.0),
    Use.BANNER: (3.0, 1.0),
    Use.INSTAGRAM_POST: (4.0, 5.0),
    Use.PINTEREST: (2.0, 3.0),
    Use.YOUTUBE_THUMBNAIL: (16.0, 9.0),
    Use.X_HEADER: (3.0, 1.0),
    Use.FACEBOOK_COVER: (2.63, 1.0),
}
# A preset asks for about as many pixels as the standard wide size has: more cost more.
PRESET_PIXELS: Final = 1536 * 1024


def snap(width: int, height: int, spec: ModelSpec) -> Snapped:
    """The size nearest to `width` x `height` pixels that the model takes, of the same ratio as far as it goes."""
    wish = f"{max(1, width)}x{max(1, height)}"
    if wish in spec.sizes:
        return Snapped(wish)
    if spec.size_rule is None:
        return Snapped(_nearest_named(max(1, width), max(1, height), spec), (Snap.NAMED_ONLY,))
    return _by_rule(max(1, width), max(1, height), spec.size_rule)


def preset(use: Use, spec: ModelSpec) -> Snapped:
    """The size for a use: of the model's own if it has that ratio, else the nearest that it takes.

    The reasons are empty where it has the ratio as nearly as the model's step allows.
    """
    across, down = RATIOS[use]
    for size in spec.sizes:
        pair = pixels_of(size)
        if pair is not None and abs(pair[0] / pair[1] / (across / down) - 1) < 0.01:  # noqa: PLR2004 (one in a hundred)
            return Snapped(size)
    height = math.sqrt(PRESET_PIXELS * down / across)
    found = snap(round(height * across / down), round(height), spec)
    return Snapped(found.size) if found.reasons == (Snap.STEP,) else found


def is_legal(size: str, spec: ModelSpec) -> bool:
    """Whether the model takes a size, as far as its data tell."""
    if size in spec.sizes or size == AUTO:
        return True
    pair = pixels_of(size)
    return pair is not None and spec.size_rule is not None and not snap(*pair, spec).reasons


def _by_rule(width: int, height: int, rule: SizeRule) -> Snapped:
    reasons: list[Snap] = []
    across, down = float(width), float(height)
    if max(across, down) > rule.max_ratio * min(across, down):
        reasons.append(Snap.RATIO)
        if across > down:
            down = across / rule.max_ratio
        else:
            across = down / rule.max_ratio
    scale = 1.0
    if max(across, down) > rule.longest_edge:
        reasons.append(Snap.LONGEST_EDGE)
        scale = rule.longest_edge / max(across, down)
    if across * down * scale * scale > rule.max_pixels:
        reasons.append(Snap.TOO_MANY_PIXELS)
        scale = math.sqrt(rule.max_pixels / (across * down))
    if across * down * scale * scale < rule.min_pixels:
        reasons.append(Snap.TOO_FEW_PIXELS)
        scale = math.sqrt(rule.min_pixels / (across * down))
    found = _on_the_grid(across * scale, down * scale, rule)
    if not reasons and found != (width, height):
        reasons.append(Snap.STEP)
    experimental = rule.experimental_above is not None and found[0] * found[1] > rule.experimental_above
    return Snapped(f"{found[0]}x{found[1]}", tuple(reasons), experimental)


def _on_the_grid(across: float, down: float, rule: SizeRule) -> tuple[int, int]:
    """The pair of multiples of the step nearest to both edges that obeys every bound."""
    step = rule.step
    columns = {step * max(1, math.floor(across / step) + more) for more in (-2, -1, 0, 1, 2, 3)}
    rows = {step * max(1, math.floor(down / step) + more) for more in (-2, -1, 0, 1, 2, 3)}
    legal = [
        (column, row)
        for column in columns
        for row in rows
        if max(column, row) <= rule.longest_edge
        and rule.min_pixels <= column * row <= rule.max_pixels
        and max(column, row) <= rule.max_ratio * min(column, row)
    ]
    return min(legal, key=lambda pair: (abs(pair[0] - across) + abs(pair[1] - down), -pair[0] * pair[1], pair))


def _nearest_named(width: int, height: int, spec: ModelSpec) -> str:
    """Of the model's named sizes the one with the nearest ratio, then with the nearest number of pixels."""

    def far(size: str) -> tuple[float, float]:
        across, down = pixels_of(size) or (1, 1)
        return abs(math.log(across / down / (width / height))), abs(math.log(across * down / (width * height)))

    named = [size for size in spec.sizes if pixels_of(size)]
    return min(named, key=far) if named else spec.default_size
