"""A city's skyline over water: towers in rows, lit windows, a bridge, all of it mirrored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, ribbon
from imagegen_desktop.imaging.samples.families.landmarks import box
from imagegen_desktop.imaging.samples.palette import mix, scale
from imagegen_desktop.imaging.samples.sky import mirror, paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    water = canvas.bottom * 0.7
    light = paint_sky(canvas, brief, water)
    for row in range(4):
        _row(canvas, brief, water, row)
        rise = np.exp(-np.maximum(water - canvas.y, 0) / 0.13) * np.ones_like(canvas.x)
        canvas.over(rise * 0.3 * (1 - row / 5), mix(brief.palette.horizon, brief.palette.accent, 0.15))
    if brief.has("bridge") or brief.variant % 3 == 0:
        _bridge(canvas, brief, water)
    image = mirror(canvas, water, ripple=0.026)
    start = canvas.height - image.shape[0]
    depth = ((canvas.y[start:] - water) / (canvas.bottom - water))[..., None]
    tint = np.asarray(mix(brief.palette.upper, brief.palette.dark, 0.5), dtype=np.float32)
    share = 0.2 + 0.5 * depth
    canvas.rgb[start:] = image * (1 - share) + tint * share
    road = (
        np.exp(-(((canvas.x - light[0]) / 0.12) ** 2))
        * np.clip(canvas.fbm("glint", 50, octaves=2, wide=9)[start:] - 0.55, 0, 1)
        * 3
    )
    canvas.rgb[start:] += road[..., None] * np.asarray(brief.palette.light, dtype=np.float32) * np.float32(0.5)


def _row(canvas: Canvas, brief: SceneBrief, water: float, row: int) -> None:
    rng = canvas.rng(f"row{row}")
    near = row / 3
    colours = brief.palette
    tone = mix(mix(colours.horizon, colours.far, 0.55 + 0.2 * near), mix(colours.near, colours.dark, 0.4), near**1.2)
    focus = canvas.right * (0.5 + brief.side * 0.17)
    warm: list[list[Point]] = []
    cool: list[list[Point]] = []
    x = -0.03
    while x < canvas.right + 0.03:
        wide = float(rng.uniform(0.028, 0.062)) * (0.8 + 0.5 * near)
        middle = x + wide / 2
        hill = float(np.exp(-(((middle - focus) / 0.3) ** 2)))
        tall = canvas.bottom * (
            float(rng.uniform(0.05, 0.15)) + hill * float(rng.uniform(0.06, 0.36)) * (1.1 - 0.35 * near)
        )
        top = water - tall
        side = mix(tone, colours.light, 0.16)
        along = ((x if brief.side > 0 else x + wide, 0.0), (x + wide if brief.side > 0 else x, 0.0))
        canvas.fill(box(middle, water, wide, tall), mix(side, colours.horizon, 0.12), to=scale(tone, 0.78), along=along)
        style = int(rng.integers(0, 6))
        if style <= 1:
            canvas.fill_all(
                [
                    box(middle, top, wide * 0.62, wide * 0.5),
                    box(middle, top - wide * 0.45, wide * 0.3, wide * 0.5),
                    box(middle, top - wide * 0.9, wide * 0.05, wide * 1.3),
                ],
                tone,
            )
        elif style == 2:
            canvas.fill([(x, top), (x, top - wide * 0.7), (x + wide, top)], side, to=tone)
        elif style == 3:
            canvas.fill([(x + wide * 0.1, top), (middle, top - wide * 1.7), (x + wide * 0.9, top)], side, to=tone)
        columns, floors = max(3, int(wide / 0.0075)), int(tall / 0.0105)
        for floor in range(floors):
            lit = 0.18 + 0.5 * float(rng.random()) ** 3
            for column in range(columns):
                if float(rng.random()) < lit:
                    cx, cy = x + wide * (column + 0.5) / columns, top + 0.008 + floor * 0.0105
                    (warm if float(rng.random()) < 0.75 else cool).append(box(cx, cy, wide / columns * 0.5, 0.0045))
        x += wide + float(rng.uniform(-0.006, 0.012))
    strength = (0.85 if brief.dark else 0.4) * (0.35 + 0.65 * near)
    canvas.fill_all(warm, mix(colours.accent, (1.0, 0.84, 0.55), 0.6), opacity=strength)
    canvas.fill_all(cool, mix(colours.second, (0.9, 0.97, 1.0), 0.5), opacity=strength * 0.8)


def _bridge(canvas: Canvas, brief: SceneBrief, water: float) -> None:
    tone = mix(mix(brief.palette.accent, brief.palette.dark, 0.55), brief.palette.near, 0.3)
    deck = water - 0.045
    shapes: list[list[Point]] = [
        [(-0.1, deck), (canvas.right + 0.1, deck - 0.012), (canvas.right + 0.1, deck + 0.002), (-0.1, deck + 0.014)]
    ]
    towers = [canvas.right * (0.5 - brief.side * dx) for dx in (0.36, -0.02)]
    lamps: list[Point] = []
    for x in towers:
        shapes += [
            box(x - 0.012, water + 0.01, 0.008, 0.25),
            box(x + 0.012, water + 0.01, 0.008, 0.25),
            box(x, water - 0.19, 0.03, 0.01),
            box(x, water - 0.12, 0.03, 0.01),
        ]
    left, right = sorted(towers)
    for start, end, sag in ((left - 0.34, left, 0.2), (left, right, 0.19), (right, right + 0.34, 0.2)):
        a = water - 0.235 if start in towers else deck
        b = water - 0.235 if end in towers else deck
        middle = ((start + end) / 2, max(a, b) - 0.012 if start in towers and end in towers else (a + b) / 2 + 0.05)
        if start in towers and end in towers:
            middle = ((start + end) / 2, water - 0.235 + sag * 0.85)
        cable = curve([(start, a), middle, (end, b)], 16)
        shapes += ribbon(cable, 0.0034)
        for px, py in cable[::2]:
            shapes += ribbon([(px, py), (px, deck)], 0.0011)
            lamps.append((px, deck - 0.006))
    canvas.fill_all(shapes, tone)
    for px, py in lamps:
        canvas.glow(px, py, 0.0035, (1.0, 0.85, 0.6), 0.8)
