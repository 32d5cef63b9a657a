"""Colours as floats from 0 to 1, and the palettes that a scene is painted with."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

Colour = tuple[float, float, float]

LUMA: Final = (0.299, 0.587, 0.114)


def parse(text: str) -> Colour:
    """The colour of "#ff8800"."""
    value = int(text.removeprefix("#"), 16)
    return ((value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` of 0 gives the first colour, 1 the second."""
    return (
        first[0] + (second[0] - first[0]) * share,
        first[1] + (second[1] - first[1]) * share,
        first[2] + (second[2] - first[2]) * share,
    )


def scale(colour: Colour, factor: float) -> Colour:
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def luma(colour: Colour) -> float:
    return sum(weight * part for weight, part in zip(LUMA, colour, strict=True))


@dataclass(frozen=True, slots=True)
class Palette:
    """From the sky downwards, then the things: `light` is the sun's or lamp's, `dark` the deepest shadow."""

    zenith: Colour
    upper: Colour
    horizon: Colour
    light: Colour
    far: Colour
    near: Colour
    dark: Colour
    accent: Colour
    second: Colour


def palette(text: str) -> Palette:
    """A palette of nine colours written one after the other."""
    parts = [parse(part) for part in text.split()]
    return Palette(*parts)


def tinted(base: Palette, hue: Colour, share: float) -> Palette:
    """The palette pulled towards a hue, each colour keeping its own lightness."""
    weight = max(luma(hue), 0.05)

    def pull(colour: Colour) -> Colour:
        bright = luma(colour)
        target = scale(hue, bright / weight)
        over = max(*target, 1.0)
        # What would leave the range goes to white instead, so that a pale sky stays pale.
        target = mix(scale(target, 1 / over), (1.0, 1.0, 1.0), (1 - 1 / over) * bright)
        return mix(colour, target, share)

    return Palette(*(pull(getattr(base, field.name)) for field in fields(Palette)))


PALETTES: Final[dict[str, tuple[str, ...]]] = {
    "dawn": (
        "#2b3a67 #7a6c9d #f6b8a0 #ffe3b8 #b48aa0 #46406a #1d1b33 #ff8f70 #7fb7be",
        "#5a7fb0 #a9bfd8 #fbd9c0 #fff1d6 #a7b3c9 #50648a #1f2a44 #e8896b #f3c77a",
        "#3f5f7a #c99aa8 #ffd3b0 #fff0d0 #b497a6 #5a4a66 #231d30 #f08a7a #8fc0b8",
    ),
    "day": (
        "#2f77b5 #7db8dc #dceef2 #fff8e0 #9fc3d6 #3f7a6c #163a3a #e5673f #f4c95d",
        "#3d8fa8 #8fcfd0 #f0f3df #fffbe6 #a3c9bf #5a8a5c #1e3d2f #d9593d #f0b541",
        "#3a66a8 #86aedd #f4ead6 #fff6d8 #a9bcd6 #5b7f8a #1f3448 #de5b49 #f2c14e",
    ),
    "golden": (
        "#4a6a8f #d9a66b #ffd694 #fff0c2 #c79a6c #7a5540 #2e2230 #c8453a #f2a541",
        "#7a4f6d #e08a5b #ffc873 #fff2c8 #d08a5f #6d3f46 #26182a #f25f4c #ffb84d",
        "#3f6a78 #cdb98a #ffe0a0 #fff4d0 #b9a070 #5e5a3c #24281e #d9632f #e8b84a",
    ),
    "dusk": (
        "#1b1f4b #6b3f7c #f2766b #ffc38a #7a4a78 #33264f #120f24 #ff5d73 #39a0a8",
        "#14284b #3f5f8a #e8946a #ffd9a0 #58648a #22304f #0c1424 #f26b4e #f4b860",
        "#2a1a4a #8a3f78 #ff9a76 #ffe0a8 #8a4a72 #3a2148 #150c20 #ff7a59 #5fb4c4",
    ),
    "night": (
        "#050b1f #10244a #2f5a85 #dfeaff #1f3d63 #0b1a33 #040914 #ffb45e #59c3d8",
        "#0a0820 #241a52 #5a3f8f #f2e6ff #362a66 #150f35 #07051a #ff6fae #6ce0e0",
        "#03131a #0a3340 #1f7070 #e0fff4 #12454a #06222b #020c12 #ffc46b #7de0a8",
    ),
    # zenith upper horizon light far near dark accent second, for the city of crystal
    "crystal": (
        "#070b2c #2a2470 #ff8fb0 #ffe9d6 #6b4fa8 #1c1f5c #06061c #ff6fb5 #39d5ff",
        "#04162e #0d4a6e #8fe3d0 #f2fff4 #2b7f94 #0b2f56 #030b1c #b07bff #3df0d0",
        "#120a33 #5a2a86 #ffb27a #fff0cf #8a4a96 #2a1f66 #0a0620 #ffa24d #5aa8ff",
    ),
    "grey": (
        "#2a3238 #55626a #a3adab #e8ece2 #6c7a7e #36434a #12181c #d9a441 #6a93a0",
        "#3a4450 #7a8794 #c4ccd0 #f2f2ea #8d99a3 #47545f #192027 #c96f4a #8fb0b8",
    ),
}

SWATCHES: Final[tuple[str, ...]] = (
    "#f3ead8 #1d3557 #e63946 #f4a261 #2a9d8f #e9c46a",
    "#efe6dd #22223b #9a8c98 #c9543f #e6af2e #3d5a80",
    "#101626 #f2e9e4 #ff6b6b #4ecdc4 #ffd166 #5f6caf",
    "#f6f0e6 #2f3e46 #84a98c #d1495b #edae49 #30638e",
    "#14121f #e0aaff #ff5d8f #48bfe3 #ffd6a5 #7400b8",
    "#f2efe9 #3a2618 #bc6c25 #dda15e #606c38 #283618",
    "#0d1b2a #e0e1dd #ee964b #f95738 #00a6a6 #5c7aa6",
    "#faf3ea #31263e #44355b #ee5622 #eca72c #3f88c5",
    "#e8eef0 #1b3a4b #3e8e9e #f2a07b #d6577a #6a4c93",
    "#1a1423 #f4d6cc #b75d69 #eacdc2 #774c60 #f0a868",
)
