"""A wet street at night between shop fronts: signs, lamps, and all of it doubled in the paving."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.families.landmarks import box, traveller
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse, scale
from imagegen_desktop.imaging.samples.sky import mirror, paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point

SIGNS = ("#ff3f7f", "#2ee6ff", "#ffd23f", "#8dff6a", "#b26bff", "#ff7a3c")


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    gone = (canvas.right * (0.5 - brief.side * 0.11), canvas.bottom * 0.6)
    paint_sky(canvas, brief, gone[1] + 0.05, body=False)
    canvas.glow(*gone, 0.22, mix(brief.palette.accent, brief.palette.horizon, 0.5), 0.55)
    canvas.over(canvas.below(gone[1]), mix(brief.palette.dark, brief.palette.near, 0.4))
    for depth in range(6, -1, -1):
        near = 1 / (1 + depth * 0.72)
        for side in (-1, 1):
            _front(canvas, brief, gone, side, depth, near)
        haze = np.exp(-(((canvas.x - gone[0]) / 0.4) ** 2) - ((canvas.y - gone[1]) / 0.3) ** 2)
        canvas.over(haze * 0.12, mix(brief.palette.horizon, brief.palette.accent, 0.3))
    _wires(canvas, brief, gone)
    ground = gone[1] + 0.022
    if brief.has("car"):
        _car(canvas, brief, canvas.right * (0.5 + brief.side * 0.08), ground + 0.13)
    _paving(canvas, brief, gone, ground)
    _lamps(canvas, brief, gone)
    x, foot = gone[0] + brief.side * 0.1, canvas.bottom * 0.82
    canvas.fill(oval(x, foot + 0.01, 0.07, 0.012), (0.0, 0.0, 0.0), opacity=0.5, blur=0.01)
    traveller(canvas, brief, x, foot, 0.27)
    tone = mix(brief.palette.accent, parse(SIGNS[brief.variant % 6]), 0.5)
    dome = curve(
        [
            (x - 0.1, foot - 0.255),
            (x - 0.06, foot - 0.325),
            (x, foot - 0.345),
            (x + 0.06, foot - 0.325),
            (x + 0.1, foot - 0.255),
            (x + 0.05, foot - 0.268),
            (x, foot - 0.258),
            (x - 0.05, foot - 0.268),
        ],
        6,
        closed=True,
    )
    canvas.fill(dome, mix(tone, (1.0, 1.0, 1.0), 0.2), to=scale(tone, 0.45))
    canvas.fill_all(ribbon([(x, foot - 0.35), (x, foot - 0.14)], 0.0035), brief.palette.dark)


def _front(canvas: Canvas, brief: SceneBrief, gone: Point, side: int, depth: int, near: float) -> None:
    """One house: its wall runs towards the vanishing point; windows, an awning, a hanging sign."""
    rng = canvas.rng(f"house{side}{depth}")
    reach = 0.72 * max(1.0, canvas.right * 0.72)
    far = 1 / (1 + (depth + 1) * 0.72)

    def at(share: float, high: float) -> Point:
        size = near + (far - near) * share
        return gone[0] + side * reach * size * 0.86, gone[1] + 0.47 * size * canvas.bottom * 0.88 - high * size

    tall = float(rng.uniform(0.95, 1.5))
    tone = mix(mix(brief.palette.near, brief.palette.dark, 0.3), brief.palette.horizon, 0.1 + 0.5 * (1 - near))
    wall = [at(0, 0), at(0, tall), at(1, tall), at(1, 0)]
    canvas.fill(wall, scale(tone, 0.7), to=mix(tone, brief.palette.accent, 0.25), along=(at(0, 0), at(1, 0)))
    neon = (
        parse(SIGNS[int(rng.integers(0, 6))])
        if brief.has("neon", "tokyo") or brief.variant % 2
        else mix(parse(SIGNS[int(rng.integers(0, 6))]), (1.0, 0.8, 0.5), 0.6)
    )
    lit: list[list[Point]] = []
    dim: list[list[Point]] = []
    for floor in range(int(tall / 0.2)):
        for column in range(3):
            a, b = 0.12 + column * 0.3, 0.3 + column * 0.3
            low, high = 0.36 + floor * 0.2, 0.48 + floor * 0.2
            if high < tall - 0.04:
                (lit if rng.random() < 0.42 else dim).append([at(a, low), at(a, high), at(b, high), at(b, low)])
    canvas.fill_all(dim, mix(brief.palette.dark, brief.palette.upper, 0.35), opacity=0.85)
    canvas.fill_all(lit, mix((1.0, 0.8, 0.48), brief.palette.accent, 0.2), opacity=0.9)
    shop = [at(0.06, 0.02), at(0.06, 0.2), at(0.94, 0.2), at(0.94, 0.02)]
    warm = mix((1.0, 0.78, 0.45), neon, 0.25)
    canvas.fill(shop, mix(warm, (1.0, 1.0, 1.0), 0.15), to=scale(warm, 0.6), opacity=0.95)
    canvas.fill_all(
        [[at(u, 0.02), at(u, 0.2), at(u + 0.03, 0.2), at(u + 0.03, 0.02)] for u in (0.3, 0.55, 0.78)],
        brief.palette.dark,
        opacity=0.8,
    )
    stripe = [at(0.02, 0.2), at(0.02, 0.27), at(0.98, 0.27), at(0.98, 0.2)]
    canvas.fill(stripe, scale(neon, 0.55), to=scale(neon, 0.85))
    cx, cy = at(0.45, 0.12)
    canvas.glow(cx, cy, 0.16 * near, warm, 0.35)
    _sign(canvas, at(0.08, 0.62), neon, near, side, rng)


def _sign(canvas: Canvas, place: Point, neon: Colour, near: float, side: int, rng: np.random.Generator) -> None:
    x, y = place
    wide, tall = 0.06 * near, float(rng.uniform(0.16, 0.3)) * near
    x -= side * wide * 0.9
    canvas.fill(box(x, y + tall / 2, wide, tall), (0.03, 0.03, 0.05), opacity=0.9)
    marks: list[list[Point]] = []
    for row in range(int(tall / (wide * 0.9))):
        cy = y - tall / 2 + wide * (0.5 + row * 0.9)
        for _ in range(3):
            a, b = (
                (x + float(rng.uniform(-0.3, 0.3)) * wide, cy + float(rng.uniform(-0.3, 0.3)) * wide),
                (x + float(rng.uniform(-0.3, 0.3)) * wide, cy + float(rng.uniform(-0.3, 0.3)) * wide),
            )
            marks += ribbon([a, (b[0], a[1]), b], wide * 0.09)
    canvas.fill_all(marks, mix(neon, (1.0, 1.0, 1.0), 0.35))
    edge = [
        (x - wide / 2, y - tall / 2),
        (x + wide / 2, y - tall / 2),
        (x + wide / 2, y + tall / 2),
        (x - wide / 2, y + tall / 2),
        (x - wide / 2, y - tall / 2),
    ]
    canvas.fill_all(ribbon(edge, wide * 0.07), mix(neon, (1.0, 1.0, 1.0), 0.2))
    canvas.glow(x, y, max(wide, tall) * 0.75, neon, 0.5)


def _paving(canvas: Canvas, brief: SceneBrief, gone: Point, ground: float) -> None:
    image = mirror(canvas, ground, ripple=0.035, squeeze=1.05)
    start = canvas.height - image.shape[0]
    depth = np.clip((canvas.y[start:] - ground) / (canvas.bottom - ground), 0, 1)
    wet = canvas.fbm("wet", 4, octaves=5, wide=3)[start:]
    shine = (0.3 + 0.6 * smoothstep(0.35, 0.65, wet)) * (1 - 0.35 * depth)
    stone = np.asarray(mix(brief.palette.dark, brief.palette.near, 0.45), dtype=np.float32)
    rows = np.abs(np.sin(14 / (depth + 0.12))) ** 0.35
    lanes = np.abs(np.sin((canvas.x - gone[0]) / (depth + 0.1) * 9)) ** 0.3
    stone_lit = stone * (0.65 + 0.5 * rows * lanes)[..., None]
    wall_side = smoothstep(0.0, 0.03, depth)
    canvas.rgb[start:] += ((stone_lit + image * shine[..., None] * np.float32(0.95)) - canvas.rgb[start:]) * wall_side[
        ..., None
    ]


def _wires(canvas: Canvas, brief: SceneBrief, gone: Point) -> None:
    rng = canvas.rng("wires")
    shapes: list[list[Point]] = []
    for _ in range(6):
        y = float(rng.uniform(0.05, 0.4)) * canvas.bottom
        shapes += ribbon(
            curve(
                [
                    (-0.05, y + float(rng.normal(0, 0.06))),
                    (gone[0], y + float(rng.uniform(0.04, 0.12))),
                    (canvas.right + 0.05, y + float(rng.normal(0, 0.06))),
                ],
                16,
            ),
            0.0022,
        )
    canvas.fill_all(shapes, brief.palette.dark, opacity=0.85)


def _lamps(canvas: Canvas, brief: SceneBrief, gone: Point) -> None:
    warm = mix((1.0, 0.82, 0.5), brief.palette.accent, 0.2)
    for depth in (3, 1, 0):
        size = 1 / (1 + depth * 0.9)
        x, foot = gone[0] - brief.side * 0.4 * size, gone[1] + 0.32 * size
        top = foot - 0.62 * size
        canvas.fill(box(x, foot, 0.012 * size, 0.62 * size, 0.7), brief.palette.dark)
        canvas.fill(
            [
                (x - 0.03 * size, top),
                (x + 0.03 * size, top),
                (x + 0.02 * size, top + 0.055 * size),
                (x - 0.02 * size, top + 0.055 * size),
            ],
            mix(warm, (1.0, 1.0, 1.0), 0.5),
        )
        canvas.fill([(x - 0.036 * size, top), (x, top - 0.03 * size), (x + 0.036 * size, top)], brief.palette.dark)
        canvas.glow(x, top + 0.03 * size, 0.05 * size, warm, 0.9)
        canvas.glow(x, top + 0.03 * size, 0.2 * size, warm, 0.3)


def _car(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    tone = mix(brief.palette.accent, (0.75, 0.1, 0.12), 0.3)
    canvas.fill(
        curve(
            [
                (x - 0.13, foot - 0.03),
                (x - 0.13, foot - 0.1),
                (x - 0.1, foot - 0.19),
                (x + 0.1, foot - 0.19),
                (x + 0.13, foot - 0.1),
                (x + 0.13, foot - 0.03),
            ],
            6,
        ),
        mix(tone, (1.0, 1.0, 1.0), 0.15),
        to=scale(tone, 0.3),
    )
    canvas.fill(
        [(x - 0.095, foot - 0.115), (x - 0.08, foot - 0.175), (x + 0.08, foot - 0.175), (x + 0.095, foot - 0.115)],
        brief.palette.upper,
        to=brief.palette.dark,
    )
    for sign in (-1, 1):
        canvas.fill(box(x + sign * 0.1, foot, 0.04, 0.05), (0.02, 0.02, 0.02))
        canvas.disc(x + sign * 0.095, foot - 0.075, 0.017, (1.0, 0.97, 0.85), soft=0.003)
        canvas.glow(x + sign * 0.095, foot - 0.075, 0.07, (1.0, 0.93, 0.75), 0.7, flat=1.5)
