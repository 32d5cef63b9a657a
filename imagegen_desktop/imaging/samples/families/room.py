"""A quiet room: a tall window with its view, light on the floor, a chair, a lamp, shelves, plants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.families.backdrops import rounded
from imagegen_desktop.imaging.samples.families.blooms import leaf
from imagegen_desktop.imaging.samples.families.landmarks import box
from imagegen_desktop.imaging.samples.palette import mix, scale
from imagegen_desktop.imaging.samples.sky import paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    floor = canvas.bottom * 0.74
    x = canvas.right * (0.5 + brief.side * 0.15)
    wide, top, sill = 0.25 * min(1.25, canvas.right), canvas.bottom * 0.1, canvas.bottom * 0.6
    paint_sky(canvas, brief, sill * 0.86)
    for layer in range(3):
        edge = sill * (0.78 + 0.07 * layer) - (canvas.line(f"hill{layer}", 3, octaves=5) - 0.5) * 0.16
        canvas.over(
            canvas.below(edge), mix(mix(brief.palette.horizon, brief.palette.far, 0.6), brief.palette.near, layer / 2.4)
        )
    tone = mix(mix(brief.palette.far, brief.palette.accent, 0.12), (0.55, 0.52, 0.48), 0.4)
    tone = scale(tone, 0.42 if brief.dark else 0.75)
    _wall(canvas, brief, (x, wide, top, sill), floor, tone)
    _floor(canvas, brief, floor, x, wide)
    _frame(canvas, brief, x, wide, top, sill)
    chair_x = canvas.right * (0.5 - brief.side * 0.22)
    if brief.has("book", "desk") or brief.variant % 2:
        _shelves(canvas, brief, canvas.right * (0.5 - brief.side * 0.33))
    _lamp(canvas, brief, chair_x - brief.side * 0.18, floor + 0.08)
    _armchair(canvas, brief, chair_x, floor + 0.15)
    _plant(canvas, brief, canvas.right * (0.5 + brief.side * 0.42), floor + 0.16)


def _wall(
    canvas: Canvas,
    brief: SceneBrief,
    window: tuple[float, float, float, float],
    floor: float,
    tone: tuple[float, float, float],
) -> None:
    x, wide, top, sill = window
    hole = canvas.mask([[(x - wide, top), (x + wide, top), (x + wide, sill), (x - wide, sill)]])
    mask = np.ones((canvas.height, canvas.width), dtype=np.float32)
    if hole:
        mask[hole[1]] = 1 - hole[0]
    near = np.exp(-(((canvas.x - x) / 0.5) ** 2) - ((canvas.y - 0.4) / 0.6) ** 2)
    plaster = canvas.fbm("plaster", 5, octaves=6)
    paint = np.asarray(tone) * ((0.62 + 0.6 * near) * (0.92 + 0.16 * plaster))[..., None] + (near * 0.1)[
        ..., None
    ] * np.asarray(brief.palette.light)
    canvas.over(mask, paint.astype(np.float32))
    base = [(0.0, floor - 0.045), (canvas.right, floor - 0.045), (canvas.right, floor), (0.0, floor)]
    canvas.fill(base, mix(tone, (1.0, 1.0, 1.0), 0.3), to=mix(tone, (1.0, 1.0, 1.0), 0.05))


def _floor(canvas: Canvas, brief: SceneBrief, floor: float, x: float, wide: float) -> None:
    depth = np.clip((canvas.y - floor) / (canvas.bottom - floor), 0, 1)
    lane = (canvas.x - canvas.right / 2) / (0.5 + depth * 0.9) * 11
    grain = canvas.fbm("grain", 30, octaves=3, wide=0.4)
    gap = smoothstep(0.0, 0.05, np.abs(np.mod(lane, 1.0) - 0.5))
    plank = np.sin(np.floor(lane + 0.5) * 12.9) * 0.12
    wood = mix((0.5, 0.32, 0.18), brief.palette.near, 0.25)
    paint = (
        np.asarray(scale(wood, 0.5 if brief.dark else 0.85))
        * ((0.62 + 0.45 * grain + plank) * (0.6 + 0.4 * gap) * (1.05 - 0.4 * depth))[..., None]
    )
    canvas.over(canvas.below(floor), paint.astype(np.float32))
    lean = -brief.side * 0.36
    warm = mix(brief.palette.light, (1.0, 0.85, 0.62), 0.4)
    panes: list[list[Point]] = []
    for column in (-1, 0):
        for row in range(2):
            a, b = 0.04 + 0.09 * row, 0.12 + 0.09 * row
            left, right = x + column * wide, x + (column + 0.92) * wide
            panes.append(
                [
                    (left + lean * a * 4, floor + a),
                    (right + lean * a * 4, floor + a),
                    (right * 1.0 + lean * b * 4, floor + b),
                    (left + lean * b * 4, floor + b),
                ]
            )
    canvas.fill_all(panes, warm, opacity=0.12 if brief.dark else 0.34, blur=0.006, light=True)


def _frame(canvas: Canvas, brief: SceneBrief, x: float, wide: float, top: float, sill: float) -> None:
    wood = (
        mix((0.93, 0.9, 0.85), brief.palette.far, 0.35)
        if not brief.dark
        else mix((0.4, 0.36, 0.34), brief.palette.near, 0.5)
    )
    bars = [box(x, sill, 0.014, sill - top), *[box(x, top + (sill - top) * t, wide * 2, 0.011) for t in (0.34, 0.67)]]
    canvas.fill_all(bars, scale(wood, 0.75))
    for sign in (-1, 1):
        canvas.fill(
            box(x + sign * wide, sill, 0.03, sill - top),
            wood,
            to=scale(wood, 0.6),
            along=((x + sign * wide - 0.015, 0), (x + sign * wide + 0.015, 0)),
        )
    canvas.fill(box(x, top, wide * 2 + 0.03, 0.03), wood, to=scale(wood, 0.65))
    canvas.fill(box(x, sill + 0.03, wide * 2 + 0.09, 0.034), mix(wood, (1.0, 1.0, 1.0), 0.3), to=scale(wood, 0.6))
    cloth = mix(mix(brief.palette.accent, brief.palette.light, 0.35), (0.8, 0.75, 0.7), 0.25)
    for sign in (-1, 1):
        for fold in range(5):
            x0 = x + sign * (wide + 0.09 - fold * 0.028)
            line = curve([(x0, top - 0.05), (x0 + sign * 0.004, (top + sill) / 2), (x0 + sign * 0.022, sill + 0.13)], 8)
            other = [(px - sign * 0.036, py) for px, py in reversed(line)]
            canvas.fill(
                [*line, *other],
                scale(cloth, 0.5 if brief.dark else 0.72),
                to=scale(cloth, 0.8 if brief.dark else 1.1),
                along=((x0, 0), (x0 - sign * 0.03, 0)),
                opacity=0.95,
            )
    canvas.fill_all(ribbon([(x - wide - 0.14, top - 0.045), (x + wide + 0.14, top - 0.045)], 0.011), scale(wood, 0.4))


def _armchair(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    cloth = mix(
        mix(brief.palette.second, (0.2, 0.35, 0.35), 0.4), brief.palette.accent, 0.3 if brief.variant % 2 else 0.0
    )
    dim = 0.55 if brief.dark else 0.9
    cloth = scale(cloth, dim)
    s = brief.side
    canvas.fill(oval(x - s * 0.03, foot, 0.24, 0.035), (0.0, 0.0, 0.0), opacity=0.6, blur=0.02)
    canvas.fill_all([box(x + dx, foot, 0.018, 0.07, 1.3) for dx in (-0.14, 0.14)], (0.16, 0.1, 0.06))
    along = ((x + s * 0.2, 0.0), (x - s * 0.2, 0.0))
    canvas.fill(
        rounded(x - 0.155, foot - 0.43, x + 0.155, foot - 0.05, 0.06),
        mix(cloth, (1.0, 1.0, 1.0), 0.16),
        to=scale(cloth, 0.6),
        along=along,
    )
    canvas.fill(
        rounded(x - 0.12, foot - 0.215, x + 0.12, foot - 0.13, 0.03),
        mix(cloth, (1.0, 1.0, 1.0), 0.28),
        to=scale(cloth, 0.75),
    )
    canvas.fill(
        rounded(x - 0.14, foot - 0.145, x + 0.14, foot - 0.045, 0.03), scale(cloth, 0.95), to=scale(cloth, 0.45)
    )
    for sign in (-1, 1):
        lit = 0.95 if sign == s else 0.62
        canvas.fill(
            rounded(x + sign * 0.165 - 0.035, foot - 0.25, x + sign * 0.165 + 0.035, foot - 0.045, 0.034),
            mix(scale(cloth, lit), (1.0, 1.0, 1.0), 0.14),
            to=scale(cloth, 0.5 * lit),
        )
    pillow = mix(brief.palette.accent, (1.0, 0.9, 0.8), 0.4)
    canvas.fill(
        curve(
            [(x - 0.075, foot - 0.305), (x + 0.065, foot - 0.315), (x + 0.075, foot - 0.2), (x - 0.07, foot - 0.195)],
            6,
            closed=True,
        ),
        scale(pillow, dim),
        to=scale(pillow, dim * 0.6),
    )


def _lamp(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    glow = (1.0, 0.8, 0.5)
    canvas.fill(oval(x, foot, 0.055, 0.012), (0.1, 0.08, 0.06))
    canvas.fill(box(x, foot, 0.01, 0.5), (0.32, 0.24, 0.12), to=(0.12, 0.09, 0.05))
    shade = [(x - 0.045, foot - 0.6), (x + 0.045, foot - 0.6), (x + 0.085, foot - 0.47), (x - 0.085, foot - 0.47)]
    lit = brief.dark or brief.has("lamp", "warm")
    canvas.fill(
        shade, (0.95, 0.8, 0.55) if lit else (0.8, 0.74, 0.62), to=(1.1, 0.95, 0.7) if lit else (0.6, 0.53, 0.42)
    )
    if lit:
        canvas.glow(x, foot - 0.5, 0.1, glow, 0.6)
        canvas.glow(x, foot - 0.45, 0.36, glow, 0.3)


def _shelves(canvas: Canvas, brief: SceneBrief, x: float) -> None:
    rng = canvas.rng("shelves")
    wood = scale((0.36, 0.23, 0.14), 0.6 if brief.dark else 1.0)
    for row in range(3):
        y = canvas.bottom * (0.16 + 0.115 * row)
        left = x - 0.15
        while left < x + 0.12:
            wide, high = float(rng.uniform(0.011, 0.022)), float(rng.uniform(0.05, 0.082))
            tone = mix(
                (brief.palette.accent, brief.palette.second, (0.5, 0.4, 0.28), (0.24, 0.3, 0.34), (0.75, 0.7, 0.6))[
                    int(rng.integers(0, 5))
                ],
                wood,
                0.4,
            )
            tone = scale(tone, 0.55 if brief.dark else 0.85)
            canvas.fill(box(left + wide / 2, y, wide, high), mix(tone, (1.0, 1.0, 1.0), 0.1), to=scale(tone, 0.6))
            left += wide + (0.03 if float(rng.random()) < 0.12 else 0.001)
        canvas.fill(box(x, y + 0.013, 0.33, 0.013), mix(wood, (1.0, 1.0, 1.0), 0.18), to=scale(wood, 0.6))
        canvas.fill(box(x, y + 0.035, 0.32, 0.022), (0.0, 0.0, 0.0), opacity=0.3, blur=0.008)


def _plant(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    rng = canvas.rng("plant")
    green = scale(mix((0.16, 0.4, 0.22), brief.palette.near, 0.25), 0.6 if brief.dark else 1.0)
    canvas.fill(oval(x, foot, 0.1, 0.02), (0.0, 0.0, 0.0), opacity=0.55, blur=0.014)
    for number in range(17):
        angle = -np.pi / 2 + (number - 8) * 0.15 + float(rng.normal(0, 0.08))
        leaf(
            canvas,
            (x + (number - 8) * 0.004, foot - 0.14),
            angle,
            float(rng.uniform(0.2, 0.36)),
            scale(green, float(rng.uniform(0.65, 1.2))),
            brief,
            wide=0.12,
        )
    pot = mix((0.72, 0.4, 0.26), brief.palette.accent, 0.2)
    canvas.fill(
        box(x, foot, 0.1, 0.15, 1.35),
        scale(pot, 0.95),
        to=scale(pot, 0.45),
        along=((x - brief.side * 0.07, 0), (x + brief.side * 0.07, 0)),
    )
