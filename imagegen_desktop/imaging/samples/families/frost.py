"""Frost on a pane: ferns of ice that grow and branch over a blurred, glowing world behind the glass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import blurred, ribbon, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    _behind(canvas, brief)
    edge = np.minimum(np.minimum(canvas.x, canvas.right - canvas.x), np.minimum(canvas.y, canvas.bottom - canvas.y))
    grow = canvas.fbm("rime", 3.2, octaves=6)
    rime = smoothstep(0.3, -0.06, edge + (grow - 0.5) * 0.34)
    cold = mix((0.86, 0.94, 1.0), brief.palette.upper, 0.25)
    canvas.over(rime * 0.42, cold)
    needles = canvas.fbm("needles", 90, octaves=3, gain=0.8)
    canvas.over(rime * smoothstep(0.55, 0.8, needles) * 0.55, (0.97, 0.99, 1.0))
    if brief.has("snowflake"):
        _flake(canvas, brief)
    else:
        _ferns(canvas, brief)
    _drops(canvas, brief)


def _behind(canvas: Canvas, brief: SceneBrief) -> None:
    """What lies behind the glass, wholly out of focus: sky, dark mass below, discs of light."""
    colours = brief.palette
    whole = np.ones((canvas.height, canvas.width), dtype=np.float32)
    cold = mix(colours.zenith, (0.08, 0.2, 0.4), 0.6)
    canvas.over(
        whole,
        canvas.gradient(
            [
                (0.0, cold),
                (0.5 * canvas.bottom, mix(colours.upper, (0.3, 0.5, 0.75), 0.5)),
                (0.66 * canvas.bottom, mix(colours.horizon, (0.9, 0.75, 0.65), 0.3)),
                (canvas.bottom, mix(colours.near, cold, 0.6)),
            ]
        ),
    )
    mass = canvas.fbm("mass", 2.4, octaves=3)
    canvas.over(
        blurred(smoothstep(0.45, 0.65, mass + (canvas.y / canvas.bottom - 0.7) * 0.8), 0.03 * canvas.unit) * 0.75,
        mix(colours.near, colours.dark, 0.5),
    )
    rng = canvas.rng("bokeh")
    for _ in range(34):
        x, y = float(rng.uniform(0, canvas.right)), canvas.bottom * float(np.clip(rng.normal(0.62, 0.14), 0.1, 0.95))
        tone = mix(mix(colours.light, (1.0, 0.7, 0.35), float(rng.random())), colours.accent, float(rng.random()) * 0.5)
        radius = float(rng.uniform(0.014, 0.052))
        strength = float(rng.uniform(0.1, 0.42))
        canvas.disc(x, y, radius, tone, opacity=strength, soft=0.006)
        canvas.disc(x, y, radius * 0.86, mix(tone, colours.upper, 0.35), opacity=strength * 0.4, soft=0.01)
    canvas.glow(
        canvas.right * (0.5 - brief.side * 0.22),
        canvas.bottom * 0.58,
        0.3,
        mix(colours.light, (1.0, 0.8, 0.55), 0.5),
        0.4,
    )


def _fern(
    start: Point,
    angle: float,
    length: float,
    bend: float,
    level: int,
    rng: np.random.Generator,
    out: dict[int, list[list[Point]]],
) -> None:
    """One blade: a bending stem with barbs on both sides at sixty degrees, each a smaller blade."""
    steps = max(4, int(length / 0.0125))
    points = [start]
    turn = angle
    for _ in range(steps):
        turn += bend / steps + float(rng.normal(0, 0.02))
        x, y = points[-1]
        points.append((x + float(np.cos(turn)) * length / steps, y + float(np.sin(turn)) * length / steps))
    width = (0.0042, 0.0023, 0.0014)[min(level, 2)]
    out.setdefault(level, []).extend(ribbon(points, width, 0.0005))
    if level == 2:
        return
    for number in range(1, steps):
        share = number / steps
        barb = length * (0.36 if level == 0 else 0.3) * (1 - share) ** 0.8 * float(rng.uniform(0.6, 1.15))
        if barb < 0.008:
            continue
        heading = float(
            np.arctan2(points[number][1] - points[number - 1][1], points[number][0] - points[number - 1][0])
        )
        for sign in (-1, 1):
            _fern(
                points[number], heading + sign * float(rng.normal(0.95, 0.07)), barb, -sign * 0.3, level + 1, rng, out
            )


def _ferns(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("ferns")
    corner = (0.0 if brief.side < 0 else canvas.right, canvas.bottom)
    plans: list[tuple[Point, float, float, float]] = []
    for number in range(9):
        # From one corner outwards, the longest in the middle of the fan, and a few from the far edges.
        lean = -np.pi / 2 + brief.side * (-0.15 - 0.155 * number)
        plans.append(
            (
                (corner[0] - brief.side * 0.05 * number, corner[1] + 0.02 - 0.012 * number),
                float(lean),
                float(rng.uniform(0.36, 0.7)) * (1.2 - abs(number - 3.5) * 0.1),
                brief.side * float(rng.normal(-0.9, 0.6)),
            )
        )
    for _ in range(5):
        x = float(rng.uniform(0, canvas.right))
        plans.append(
            (
                (x, -0.02),
                float(np.pi / 2 + rng.normal(0, 0.4)),
                float(rng.uniform(0.14, 0.32)),
                float(rng.normal(0, 0.6)),
            )
        )
    for number, (start, angle, length, bend) in enumerate(plans):
        out: dict[int, list[list[Point]]] = {}
        _fern(start, angle, length, bend, 0, rng, out)
        _ice(canvas, brief, out, soft=number % 4 == 3)


def _ice(canvas: Canvas, brief: SceneBrief, out: dict[int, list[list[Point]]], *, soft: bool = False) -> None:
    every = [shape for shapes in out.values() for shape in shapes]
    dark, cold = (
        scale(mix(brief.palette.zenith, (0.1, 0.2, 0.35), 0.5), 0.7),
        mix((0.8, 0.91, 1.0), brief.palette.second, 0.1),
    )
    white: Colour = (1.0, 1.0, 1.0)
    if soft:
        canvas.fill_all(every, cold, opacity=0.7, blur=0.004)
        return
    below = [[(x + 0.0028, y + 0.0034) for x, y in shape] for shape in [*out.get(0, []), *out.get(1, [])]]
    canvas.fill_all(below, dark, opacity=0.38, blur=0.0018)
    for level, shapes in out.items():
        canvas.fill_all(shapes, mix(cold, white, 0.6 - 0.2 * level), opacity=0.92 - 0.16 * level)
    warm = mix(brief.palette.light, (1.0, 0.8, 0.6), 0.4)
    canvas.fill_all(out.get(0, []), mix(warm, white, 0.5), opacity=0.5, light=True)


def _flake(canvas: Canvas, brief: SceneBrief) -> None:
    x, y = canvas.right * (0.5 + brief.side * 0.06), canvas.bottom * 0.48
    size = 0.4
    arm: dict[int, list[list[Point]]] = {}
    rng = canvas.rng("arm")
    arm[0] = ribbon([(0.0, 0.0), (size, 0.0)], 0.013, 0.004)
    for number in range(1, 9):
        at = size * number / 9
        barb = size * 0.42 * float(rng.uniform(0.5, 1.0)) * np.sin(np.pi * min(1.0, number / 8)) ** 0.6 + 0.02
        for sign in (-1, 1):
            end = (at + barb * 0.5, sign * barb * 0.87)
            arm.setdefault(1, []).extend(ribbon([(at, 0.0), end], 0.008, 0.003))
            for step in (0.4, 0.7):
                bx, by = at + (end[0] - at) * step, end[1] * step
                arm.setdefault(2, []).extend(ribbon([(bx, by), (bx + barb * 0.26, by)], 0.005, 0.002))
    for turn in range(6):
        angle = turn * np.pi / 3 + 0.2
        cos, sin = float(np.cos(angle)), float(np.sin(angle))
        out = {
            level: [[(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in shape] for shape in shapes]
            for level, shapes in arm.items()
        }
        _ice(canvas, brief, out)
    canvas.glow(x, y, 0.1, (0.9, 0.96, 1.0), 0.35)


def _drops(canvas: Canvas, brief: SceneBrief) -> None:
    """Melted drops that hold the world upside down, and sparks on the ice."""
    rng = canvas.rng("drops")
    for _ in range(26):
        x, y, size = (
            float(rng.uniform(0, canvas.right)),
            float(rng.uniform(0.1, canvas.bottom)),
            float(rng.uniform(0.003, 0.011)),
        )
        canvas.disc(
            x + size * 0.2, y + size * 0.3, size * 1.1, scale(brief.palette.zenith, 0.6), opacity=0.35, soft=size
        )
        canvas.disc(x, y, size, mix(brief.palette.upper, (0.8, 0.9, 1.0), 0.4), opacity=0.55, soft=0.0015)
        canvas.disc(x, y + size * 0.35, size * 0.55, brief.palette.light, opacity=0.5, soft=size * 0.5)
        canvas.disc(x - size * 0.3, y - size * 0.35, size * 0.2, (1.0, 1.0, 1.0), soft=0.001)
    for _ in range(60):
        canvas.glow(
            float(rng.uniform(0, canvas.right)),
            float(rng.uniform(0, canvas.bottom)),
            float(rng.uniform(0.0012, 0.003)),
            (1.0, 1.0, 1.0),
            float(rng.uniform(0.2, 0.9)),
        )
