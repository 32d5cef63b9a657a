"""Places for an animal or a person to be in: a sofa by a wall, a window at night, a meadow out of focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point, blurred, curve, oval, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse, scale
from imagegen_desktop.imaging.samples.sky import paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief


def rounded(left: float, top: float, right: float, low: float, radius: float) -> list[tuple[float, float]]:
    """A rectangle with round corners."""
    points: list[tuple[float, float]] = []
    for cx, cy, start in (
        (right - radius, top + radius, -90),
        (right - radius, low - radius, 0),
        (left + radius, low - radius, 90),
        (left + radius, top + radius, 180),
    ):
        for step in range(9):
            angle = np.radians(start + step * 11.25)
            points.append((float(cx + radius * np.cos(angle)), float(cy + radius * np.sin(angle))))
    return points


def wall(canvas: Canvas, brief: SceneBrief, tone: Colour, *, window: bool = True) -> None:
    """A plastered wall, with the light of a window thrown on it if there is one."""
    canvas.over(
        np.ones((canvas.height, canvas.width), dtype=np.float32),
        canvas.gradient([(0.0, scale(tone, 0.72)), (canvas.bottom, scale(tone, 0.5))]),
    )
    plaster = canvas.fbm("plaster", 5, octaves=6)
    canvas.multiply(0.9 + 0.2 * plaster)
    x = canvas.right * (0.5 - brief.side * 0.26)
    warm = mix(brief.palette.light, (1.0, 0.82, 0.6), 0.5)
    canvas.glow(x, 0.3, 0.4, warm, 0.16)
    if not window:
        return
    shapes: list[list[Point]] = []
    for column in range(2):
        for row in range(3):
            left, top = x - 0.16 + column * 0.17, 0.08 + row * 0.16
            lean = 0.1 * brief.side
            shapes.append(
                [
                    (left, top),
                    (left + 0.155, top + lean * 0.5),
                    (left + 0.155 + lean * 0.3, top + 0.145 + lean * 0.5),
                    (left + lean * 0.3, top + 0.145),
                ]
            )
    canvas.fill_all(shapes, warm, opacity=0.3, blur=0.007, light=True)


def sofa(canvas: Canvas, brief: SceneBrief) -> float:
    """A tufted velvet sofa before a wall; gives the y of its seat, where something can sit."""
    colours = brief.palette
    cloth = (
        parse(("#7a2444", "#1f5a5a", "#27407a", "#6b3a7a", "#8a5a22", "#2f5a3a")[brief.variant % 6])
        if not brief.has("velvet")
        else mix(parse("#86264a"), colours.accent, 0.18)
    )
    wall(canvas, brief, mix(mix(colours.far, colours.horizon, 0.4), (0.62, 0.6, 0.58), 0.35))
    top, seat = canvas.bottom * 0.44, canvas.bottom * 0.86
    left, right = -0.06 if brief.side > 0 else 0.04, canvas.right + (0.06 if brief.side < 0 else -0.04)
    canvas.fill(rounded(left, top - 0.02, right, canvas.bottom, 0.1), (0.0, 0.0, 0.0), opacity=0.5, blur=0.04)
    found = canvas.mask([rounded(left, top, right, canvas.bottom + 0.2, 0.11)])
    if found:
        mask, box = found
        x, y = canvas.x[:, box[1]], canvas.y[box[0]]
        u, v = x / 0.17, (y - top) / 0.17
        # Buttons sit where two diagonal folds cross; between the folds the cloth swells like a small pillow.
        one, two = np.sin((u + v) * np.pi / 2), np.sin((u - v) * np.pi / 2)
        swell = np.abs(one * two) ** 0.35
        tilt = np.cos((u + v) * np.pi / 2) * np.sign(one) * brief.side - np.cos((u - v) * np.pi / 2) * np.sign(two)
        lit = 0.16 + 0.44 * swell + 0.09 * tilt * swell
        nap = canvas.fbm("nap", 60, octaves=3, wide=0.6)[box]
        lit = lit * (0.84 + 0.32 * nap) + 0.2 * smoothstep(0.05, 0.0, y - top)
        _velvet(canvas, box, mask, lit, cloth)
    for row in range(3):
        for column in range(int(canvas.right / 0.34) + 2):
            bx, by = (2 * column + row % 2) * 0.17, top + row * 0.17
            if row and left < bx < right:
                canvas.disc(bx, by, 0.0075, scale(cloth, 0.55), soft=0.004)
                canvas.disc(
                    bx - 0.002 * brief.side,
                    by - 0.002,
                    0.003,
                    mix(cloth, (1.0, 1.0, 1.0), 0.4),
                    opacity=0.7,
                    soft=0.004,
                )
    cushion = rounded(left - 0.05, seat - 0.045, right + 0.05, canvas.bottom + 0.3, 0.05)
    canvas.fill(rounded(left, seat - 0.085, right, seat, 0.04), (0.0, 0.0, 0.0), opacity=0.5, blur=0.022)
    found = canvas.mask([cushion])
    if found:
        mask, box = found
        y = canvas.y[box[0]]
        nap = canvas.fbm("nap2", 46, octaves=4, wide=2.5)[box]
        lit = (0.86 - 3.2 * np.clip(y - seat + 0.03, 0, 0.16)) * (0.82 + 0.36 * nap)
        _velvet(canvas, box, mask, lit, cloth)
    return seat + 0.03


def _velvet(
    canvas: Canvas,
    box: tuple[slice, slice],
    mask: Field,
    lit: Field,
    cloth: Colour,
) -> None:
    base = np.asarray(cloth, dtype=np.float32)
    sheen = np.asarray(mix(cloth, (1.0, 0.92, 0.9), 0.5), dtype=np.float32)
    paint = base * np.clip(lit * 1.25, 0.05, 1.4)[..., None] + np.clip(lit - 0.62, 0, 1)[..., None] * sheen * 0.7
    canvas.rgb[box] += (paint - canvas.rgb[box]) * mask[..., None]


def window_night(canvas: Canvas, brief: SceneBrief) -> float:
    """A wide window with the sky outside, out of focus lights, a sill to sit on; gives the sill's y."""
    sill = canvas.bottom * 0.86
    paint_sky(canvas, brief, canvas.bottom * 0.8)
    rng = canvas.rng("lights")
    edge = canvas.bottom * 0.7 - (canvas.line("roofs", 9, octaves=2, gain=0.9) - 0.5) * 0.14
    soft = blurred(canvas.below(edge), 0.006 * canvas.unit)
    canvas.over(soft, mix(brief.palette.near, brief.palette.dark, 0.4))
    for _ in range(46):
        x, y = float(rng.uniform(0, canvas.right)), canvas.bottom * float(rng.uniform(0.64, 0.86))
        tone = mix(brief.palette.accent, (1.0, 0.8, 0.5), float(rng.random()))
        radius = float(rng.uniform(0.008, 0.026))
        canvas.disc(x, y, radius, tone, opacity=float(rng.uniform(0.2, 0.6)), soft=0.004)
    frame = mix(brief.palette.dark, (0.25, 0.17, 0.12), 0.45)
    for x in (0.0, canvas.right * (0.5 - brief.side * 0.2), canvas.right):
        canvas.fill(
            [(x - 0.026, -0.1), (x + 0.026, -0.1), (x + 0.026, sill), (x - 0.026, sill)],
            scale(frame, 0.7),
            to=mix(frame, brief.palette.light, 0.3),
            along=((x - 0.026, 0), (x + 0.026, 0)),
        )
    canvas.fill([(0, 0.3), (canvas.right, 0.3), (canvas.right, 0.325), (0, 0.325)], frame, to=scale(frame, 0.6))
    for sign in (0, 1):
        for fold in range(6):
            x0 = (fold * 0.034) if sign == 0 else canvas.right - fold * 0.034
            tone = mix(brief.palette.accent, brief.palette.dark, 0.55)
            points = curve([(x0, -0.05), (x0 + 0.012 * (1 - 2 * sign), 0.5), (x0, sill + 0.03)], 8)
            canvas.fill(
                [*points, (x0 + 0.05 * (1 - 2 * sign), sill + 0.03), (x0 + 0.05 * (1 - 2 * sign), -0.05)],
                mix(tone, brief.palette.light, 0.18),
                to=scale(tone, 0.6),
                along=((x0, 0), (x0 + 0.045 * (1 - 2 * sign), 0)),
            )
    canvas.fill(
        [(0, sill - 0.015), (canvas.right, sill - 0.015), (canvas.right, canvas.bottom), (0, canvas.bottom)],
        mix(frame, brief.palette.light, 0.42),
        to=scale(frame, 0.6),
    )
    canvas.fill(
        [(0, sill - 0.015), (canvas.right, sill - 0.015), (canvas.right, sill - 0.009), (0, sill - 0.009)],
        mix(frame, brief.palette.light, 0.75),
        opacity=0.7,
    )
    return sill + 0.035


def meadow(canvas: Canvas, brief: SceneBrief) -> float:
    """Trees and light out of focus above a meadow; gives the y of the ground."""
    ground = canvas.bottom * 0.86
    paint_sky(canvas, brief, ground, body=False)
    rng = canvas.rng("bokeh")
    trees = canvas.fbm("trees", 4.5, octaves=4)
    line = canvas.bottom * 0.5 + (canvas.line("treeline", 3, octaves=3) - 0.5) * 0.4
    mask = blurred(np.clip((canvas.y - line) * 6 + trees * 2 - 0.6, 0, 1), 0.02 * canvas.unit)
    canvas.over(mask * 0.9, mix(brief.palette.far, brief.palette.near, 0.75))
    for _ in range(70):
        x, y = float(rng.uniform(0, canvas.right)), float(rng.uniform(0.05, 0.8)) * ground
        tone = mix(
            mix(brief.palette.light, brief.palette.horizon, float(rng.random())),
            brief.palette.second,
            float(rng.random()) * 0.4,
        )
        radius = float(rng.uniform(0.012, 0.05))
        canvas.disc(x, y, radius, tone, opacity=float(rng.uniform(0.05, 0.24)), soft=0.006)
    low = blurred(canvas.below(ground - 0.1), 0.03 * canvas.unit)
    canvas.over(
        low,
        canvas.gradient(
            [
                (ground - 0.1, mix(brief.palette.near, brief.palette.light, 0.25)),
                (canvas.bottom, mix(brief.palette.near, brief.palette.dark, 0.6)),
            ]
        ),
    )
    canvas.glow(canvas.right * (0.5 - brief.side * 0.3), 0.15, 0.5, brief.palette.light, 0.3)
    for _ in range(30):
        x, y = float(rng.uniform(0, canvas.right)), float(rng.uniform(ground - 0.06, canvas.bottom))
        canvas.fill(
            oval(x, y, 0.012, 0.01),
            mix(brief.palette.accent, brief.palette.light, float(rng.random())),
            opacity=0.5,
            blur=0.004,
        )
    return ground
