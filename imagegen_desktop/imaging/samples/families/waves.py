"""A great wave in the manner of a woodblock print: flat tones, dark outlines, claws of foam, a far peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    colours = brief.palette
    paper: Colour = mix((0.94, 0.89, 0.78), colours.horizon, 0.3)
    ink: Colour = mix((0.07, 0.12, 0.24), colours.dark, 0.4)
    sky = mix(paper, colours.upper, 0.45 if not brief.dark else 0.85)
    whole = np.ones((canvas.height, canvas.width), dtype=np.float32)
    canvas.over(
        whole,
        canvas.gradient(
            [
                (0.0, mix(sky, colours.zenith, 0.5)),
                (0.22 * canvas.bottom, sky),
                (0.66 * canvas.bottom, mix(paper, colours.horizon, 0.4)),
            ]
        ),
    )
    sun_x = canvas.right * (0.5 - brief.side * 0.26)
    canvas.disc(
        sun_x,
        canvas.bottom * 0.24,
        0.105,
        mix((0.82, 0.2, 0.14), colours.accent, 0.35) if not brief.dark else paper,
        soft=0.003,
    )
    _bands(canvas, brief, paper)
    _peak(canvas, brief, paper, ink, canvas.right * (0.5 - brief.side * 0.12), canvas.bottom * 0.66)
    blue: Colour = mix((0.1, 0.27, 0.5), colours.near, 0.3)
    for layer in range(3):
        _swell(canvas, brief, (blue, paper, ink), canvas.bottom * (0.68 + 0.05 * layer), layer)
    _great(canvas, brief, (blue, paper, ink))
    for layer in range(3, 6):
        _swell(canvas, brief, (blue, paper, ink), canvas.bottom * (0.66 + 0.07 * layer), layer)
    # The grain of the block shows through all inks.
    grain = canvas.fbm("block", 60, octaves=3, wide=22)
    tooth = canvas.fbm("washi", 110, octaves=2)
    canvas.multiply(0.92 + 0.1 * grain + 0.05 * tooth)


def _bands(canvas: Canvas, brief: SceneBrief, paper: Colour) -> None:
    """Long flat clouds with round ends."""
    rng = canvas.rng("bands")
    for number in range(6):
        y, x, wide, high = (
            canvas.bottom * (0.1 + 0.085 * number),
            canvas.right * float(rng.uniform(0.1, 0.9)),
            float(rng.uniform(0.16, 0.42)),
            float(rng.uniform(0.012, 0.022)),
        )
        shape = [
            [(x - wide, y - high), (x + wide, y - high), (x + wide, y + high), (x - wide, y + high)],
            oval(x - wide, y, high, high),
            oval(x + wide, y, high, high),
        ]
        canvas.fill_all(
            shape, mix(paper, brief.palette.upper if number % 2 else brief.palette.light, 0.3), opacity=0.72
        )


def _peak(canvas: Canvas, brief: SceneBrief, paper: Colour, ink: Colour, x: float, foot: float) -> None:
    tall, wide = 0.24, 0.36
    slope = curve(
        [
            (x - wide, foot),
            (x - wide * 0.4, foot - tall * 0.42),
            (x - 0.035, foot - tall),
            (x + 0.03, foot - tall * 0.985),
            (x + wide * 0.4, foot - tall * 0.42),
            (x + wide, foot),
        ],
        10,
    )
    canvas.fill(slope, mix(ink, brief.palette.far, 0.5), to=mix(paper, brief.palette.far, 0.6))
    rng = canvas.rng("snow")
    cap: list[Point] = [(x - 0.035, foot - tall), (x + 0.03, foot - tall * 0.985)]
    for step in range(9):
        t = step / 8
        cap.append((x + 0.13 - 0.26 * t, foot - tall * (0.62 if step % 2 else 0.44) - 0.03 * float(rng.random())))
    canvas.fill(cap, mix(paper, (1.0, 1.0, 1.0), 0.6))
    canvas.fill_all(ribbon(slope, 0.0028), ink)


def _swell(canvas: Canvas, brief: SceneBrief, inks: tuple[Colour, Colour, Colour], base: float, layer: int) -> None:
    blue, paper, ink = inks
    phase = canvas.rng(f"swell{layer}").uniform(0, 6.28)
    xs = np.linspace(-0.05, canvas.right + 0.05, 160)
    high = 0.022 + 0.012 * layer
    ys = base - high * np.abs(np.sin(xs * (4.6 - 0.4 * layer) + phase)) ** 0.75 * 1.7
    crest: list[Point] = [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]
    tone = mix(blue, brief.palette.second, 0.3 - 0.05 * layer)
    canvas.fill(
        [*crest, (canvas.right + 0.1, canvas.bottom + 0.1), (-0.1, canvas.bottom + 0.1)],
        mix(tone, paper, 0.2),
        to=scale(tone, 0.55),
    )
    for line in range(1, 5):
        off = 0.014 * line + 0.004 * line * line
        canvas.fill_all(
            ribbon([(x, y + off + 0.004 * float(np.sin(x * 30))) for x, y in crest[::3]], 0.0042 - 0.0006 * line),
            mix(paper, tone, 0.15 + 0.12 * line),
            opacity=0.8,
        )
    canvas.fill_all(ribbon(crest[::2], 0.0075), mix(paper, (1.0, 1.0, 1.0), 0.4))
    canvas.fill_all(ribbon([(x, y - 0.004) for x, y in crest[::2]], 0.0024), ink)


def _great(canvas: Canvas, brief: SceneBrief, inks: tuple[Colour, Colour, Colour]) -> None:
    """The wave that rears up from one side and curls over, ribbed, its crest breaking into claws."""
    blue, paper, ink = inks
    s = brief.side
    edge = canvas.right if s > 0 else 0.0
    reach, tall, base = 0.72 * min(canvas.right, 1.3), canvas.bottom * 0.66, canvas.bottom * 0.9

    def at(u: float, v: float) -> Point:
        return edge - s * u * reach, base - v * tall

    back = curve([at(-0.1, 0.52), at(0.1, 0.74), at(0.34, 0.93), at(0.58, 0.96), at(0.78, 0.84), at(0.9, 0.64)], 12)
    front = curve(
        [at(0.9, 0.64), at(0.78, 0.7), at(0.62, 0.68), at(0.5, 0.52), at(0.52, 0.32), at(0.72, 0.1), at(1.1, -0.05)], 12
    )
    canvas.fill([*back, *front, at(1.1, -0.4), at(-0.2, -0.4)], mix(blue, paper, 0.1), to=scale(blue, 0.5))
    # Ribs of light and dark run from the back of the wave round under its lip.
    for rib in range(11):
        t = rib / 10
        start, low = at(-0.05 + 0.05 * t, 0.5 - 0.52 * t), at(0.62 + 0.45 * t, 0.06 - 0.1 * t)
        bow = curve(
            [
                start,
                at(0.12 + 0.2 * (1 - t), 0.66 - 0.55 * t),
                at(0.42 - 0.02 * t, 0.6 - 0.5 * t),
                at(0.46 + 0.14 * t, 0.28 - 0.3 * t),
                low,
            ],
            12,
        )
        canvas.fill_all(ribbon(bow, 0.004, 0.016), mix(paper, blue, 0.35) if rib % 2 else scale(blue, 0.5), opacity=0.9)
    _claws(canvas, inks, [*back[10:], *front[:26]], s)
    canvas.fill_all(ribbon(front[24:], 0.0045), ink)
    canvas.fill_all(ribbon([(x, y - 0.012) for x, y in back[:12]], 0.0035), ink)


def _claws(canvas: Canvas, inks: tuple[Colour, Colour, Colour], crest: list[Point], s: int) -> None:
    """Foam along the crest, its hooks, its drops."""
    blue, paper, ink = inks
    white = mix(paper, (1.0, 1.0, 1.0), 0.55)
    rng = canvas.rng("foam")
    foam: list[list[Point]] = []
    lines: list[list[Point]] = []
    dots: list[list[Point]] = []
    for number, (x, y) in enumerate(crest):
        size = 0.03 * float(rng.uniform(0.6, 1.25))
        foam.append(oval(x, y + 0.004, size, size * 0.8, points=24))
        if number % 2 == 0:
            angle = (np.pi * 0.62 if s > 0 else np.pi * 0.38) + float(rng.normal(0, 0.5))
            hook = curve(
                [
                    (x, y),
                    (x + float(np.cos(angle)) * size * 1.6, y + float(np.sin(angle)) * size * 1.2),
                    (x + float(np.cos(angle + s * 0.9)) * size * 2.4, y + float(np.sin(angle + s * 0.9)) * size * 2.0),
                ],
                6,
            )
            foam += ribbon(hook, size * 0.9, 0.002)
            lines += ribbon([(px - s * 0.004, py + 0.003) for px, py in hook], 0.0028, 0.0012)
        for _ in range(3):
            a, r = float(rng.uniform(0, 6.28)), float(rng.uniform(0.03, 0.13))
            dots.append(
                oval(x - s * abs(float(np.cos(a))) * r, y + float(np.sin(a)) * r * 0.8, 0.0035, 0.0035, points=12)
            )
    canvas.fill_all([[(px - s * 0.003, py + 0.004) for px, py in shape] for shape in foam], ink)
    canvas.fill_all(foam, white)
    canvas.fill_all(lines, mix(blue, ink, 0.4), opacity=0.85)
    canvas.fill_all(dots, white)
