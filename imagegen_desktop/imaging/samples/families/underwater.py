"""Below the surface: leaning light, drifting life, a reef in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    top = mix((0.42, 0.85, 0.88), brief.palette.horizon, 0.25)
    middle = mix((0.05, 0.4, 0.58), brief.palette.upper, 0.3)
    deep = mix((0.01, 0.08, 0.2), brief.palette.dark, 0.3)
    if brief.dark:
        top, middle = scale(top, 0.45), scale(middle, 0.4)
    canvas.over(
        np.ones((canvas.height, canvas.width), dtype=np.float32),
        canvas.gradient([(0.0, top), (canvas.bottom * 0.42, middle), (canvas.bottom, deep)]),
    )
    x = canvas.right * (0.5 - brief.side * 0.18)
    canvas.glow(x, -0.05, 0.4, mix(top, (1.0, 1.0, 0.95), 0.6), 0.7 if not brief.dark else 0.3)
    angle = np.arctan2(canvas.x - x, canvas.y + 0.4)
    bands = np.interp(angle, np.linspace(-1.5, 1.5, 120), canvas.rng("rays").random(120) ** 2)
    canvas.add(bands * np.exp(-canvas.y / (0.55 * canvas.bottom)) * 0.4, mix(top, (1.0, 1.0, 1.0), 0.3))
    _far_reef(canvas, deep, middle)
    if brief.has("whale", "shark"):
        _whale(canvas, brief, deep, middle)
    if brief.has("jellyfish") or not brief.has("whale", "shark", "fish", "coral", "turtle"):
        _jellies(canvas, brief)
    if brief.has("turtle"):
        _turtle(canvas, brief, deep)
    _shoal(canvas, brief, middle)
    _reef(canvas, brief, deep)
    rng = canvas.rng("motes")
    for _ in range(110):
        canvas.glow(
            canvas.right * float(rng.random()),
            canvas.bottom * float(rng.random()),
            float(rng.uniform(0.001, 0.0035)),
            mix(top, (1.0, 1.0, 1.0), 0.5),
            float(rng.uniform(0.1, 0.5)),
        )


def _far_reef(canvas: Canvas, deep: Colour, middle: Colour) -> None:
    for layer in range(2):
        edge = canvas.bottom * (0.74 + 0.08 * layer) - (canvas.line(f"far{layer}", 2.4, octaves=7) - 0.5) * 0.34
        canvas.over(canvas.below(edge) * 0.9, mix(middle, deep, 0.45 + 0.3 * layer))


def _jellies(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("jellies")
    for dx, y, size in ((-0.3, 0.6, 0.045), (0.36, 0.72, 0.055), (-0.18, 0.24, 0.07), (0.15, 0.34, 0.16)):
        x, cy = canvas.right * (0.5 + brief.side * dx), canvas.bottom * y
        tone = mix(brief.palette.accent if size > 0.1 else brief.palette.second, (1.0, 0.85, 1.0), 0.35)
        canvas.glow(x, cy, size * 1.5, tone, 0.3)
        for number in range(15):
            start = (x + (number / 14 - 0.5) * size * 1.5, cy + size * 0.32)
            length, points = size * float(rng.uniform(1.6, 4.0)), [start]
            wave = float(rng.uniform(0, 6.28))
            points.extend(
                (
                    start[0] * 0.9 + x * 0.1 + float(np.sin(step * 0.75 + wave)) * size * 0.09,
                    start[1] + length * step / 11,
                )
                for step in range(1, 12)
            )
            canvas.fill_all(
                ribbon(curve(points, 3), size * (0.11 if number % 4 == 1 else 0.022), 0.0008),
                tone,
                opacity=0.32,
                light=True,
            )
        _bell(canvas, brief, x, cy, size, tone)


def _bell(canvas: Canvas, brief: SceneBrief, x: float, cy: float, size: float, tone: Colour) -> None:
    bell = curve(
        [
            (x - size, cy + size * 0.3),
            (x - size * 0.85, cy - size * 0.4),
            (x, cy - size * 0.8),
            (x + size * 0.85, cy - size * 0.4),
            (x + size, cy + size * 0.3),
            (x + size * 0.5, cy + size * 0.2),
            (x, cy + size * 0.34),
            (x - size * 0.5, cy + size * 0.2),
        ],
        8,
        closed=True,
    )
    canvas.fill(bell, mix(tone, (1.0, 1.0, 1.0), 0.4), to=scale(tone, 0.6), opacity=0.62)
    for rib in range(-4, 5):
        bow = curve(
            [
                (x, cy - size * 0.76),
                (x + rib * size * 0.16, cy - size * 0.4),
                (x + rib * size * 0.22, cy + size * 0.26),
            ],
            6,
        )
        canvas.fill_all(ribbon(bow, size * 0.02), mix(tone, (1.0, 1.0, 1.0), 0.5), opacity=0.35, light=True)
    canvas.fill(
        oval(x, cy - size * 0.2, size * 0.42, size * 0.26),
        mix(tone, (1.0, 0.9, 0.7), 0.4),
        opacity=0.4,
        blur=size * 0.12,
        light=True,
    )
    canvas.fill(
        oval(x - size * 0.35 * brief.side, cy - size * 0.42, size * 0.25, size * 0.09, turn=-0.5 * brief.side),
        (1.0, 1.0, 1.0),
        opacity=0.45,
        blur=size * 0.05,
    )


def fish(x: float, y: float, size: float, way: int, bend: float) -> list[list[Point]]:
    """The body and tail of a fish that swims towards `way`."""
    body = curve(
        [
            (x + way * size, y),
            (x + way * size * 0.45, y - size * 0.3),
            (x - way * size * 0.4, y - size * 0.2),
            (x - way * size * 0.8, y + bend * size),
            (x - way * size * 0.4, y + size * 0.2),
            (x + way * size * 0.45, y + size * 0.28),
        ],
        5,
        closed=True,
    )
    tail = [
        (x - way * size * 0.72, y + bend * size),
        (x - way * size * 1.22, y - size * 0.32 + bend * size),
        (x - way * size * 1.05, y + bend * size),
        (x - way * size * 1.22, y + size * 0.32 + bend * size),
    ]
    fin = [
        (x + way * size * 0.2, y - size * 0.27),
        (x - way * size * 0.25, y - size * 0.48),
        (x - way * size * 0.35, y - size * 0.2),
    ]
    return [body, tail, fin]


def _shoal(canvas: Canvas, brief: SceneBrief, middle: Colour) -> None:
    rng = canvas.rng("shoal")
    close = brief.has("fish", "coral")
    for number in range(54):
        t = float(rng.normal(0, 1))
        x, y = (
            canvas.right * (0.5 - brief.side * 0.2) + t * 0.15,
            canvas.bottom * 0.5 + float(rng.normal(0, 0.05)) + t * 0.04 * brief.side,
        )
        tone = mix(mix(middle, brief.palette.second, 0.35), (0.9, 0.97, 1.0), float(rng.uniform(0.1, 0.6)))
        canvas.fill_all(
            fish(x, y, float(rng.uniform(0.008, 0.015)), brief.side, float(rng.normal(0, 0.08))), tone, opacity=0.75
        )
        if close and number % 9 == 0:
            size, fx, fy = (
                float(rng.uniform(0.05, 0.1)),
                canvas.right * float(rng.uniform(0.2, 0.8)),
                canvas.bottom * float(rng.uniform(0.3, 0.76)),
            )
            shapes = fish(fx, fy, size, -brief.side, float(rng.normal(0, 0.06)))
            skin = (
                mix(brief.palette.accent, (1.0, 0.55, 0.12), 0.5)
                if number % 2
                else mix(brief.palette.second, (0.98, 0.85, 0.3), 0.5)
            )
            canvas.fill_all(shapes, mix(skin, (1.0, 1.0, 1.0), 0.25), to=scale(skin, 0.45))
            for band in (-0.35, 0.05, 0.45):
                stripe = curve(
                    [
                        (fx + band * size, fy - size * 0.27),
                        (fx + band * size + 0.006, fy),
                        (fx + band * size, fy + size * 0.26),
                    ],
                    5,
                )
                canvas.fill_all(ribbon(stripe, size * 0.12), (1.0, 0.98, 0.95), opacity=0.75)
            eye = fx - brief.side * size * 0.7
            canvas.disc(eye, fy - size * 0.06, size * 0.075, (0.98, 0.98, 0.95), soft=0.002)
            canvas.disc(eye, fy - size * 0.06, size * 0.045, (0.03, 0.03, 0.05), soft=0.002)


def _whale(canvas: Canvas, brief: SceneBrief, deep: Colour, middle: Colour) -> None:
    x, y, size, s = (
        canvas.right * (0.5 + brief.side * 0.06),
        canvas.bottom * 0.4,
        0.4 * min(1.2, canvas.right),
        brief.side,
    )
    slim = 0.8 if brief.has("shark") else 1.25
    body = curve(
        [
            (x + s * size, y + 0.02 * size),
            (x + s * 0.75 * size, y - 0.2 * size * slim),
            (x, y - 0.25 * size * slim),
            (x - s * 0.6 * size, y - 0.1 * size),
            (x - s * size, y - 0.02 * size),
            (x - s * 0.6 * size, y + 0.06 * size),
            (x + s * 0.1 * size, y + 0.2 * size * slim),
            (x + s * 0.75 * size, y + 0.17 * size * slim),
        ],
        12,
        closed=True,
    )
    fluke, fin = _whale_fins(x, y, size, s)
    tone = mix(mix(deep, middle, 0.45), (0.3, 0.4, 0.5), 0.3)
    canvas.fill_all([fluke, fin], mix(tone, middle, 0.2), to=scale(tone, 0.6))
    if brief.has("shark"):
        canvas.fill(
            [
                (x + s * 0.12 * size, y - 0.19 * size),
                (x - s * 0.1 * size, y - 0.42 * size),
                (x - s * 0.12 * size, y - 0.16 * size),
            ],
            tone,
        )
    canvas.fill(body, mix(tone, (0.75, 0.92, 0.95), 0.4), to=scale(tone, 0.5))
    canvas.fill(
        curve(
            [
                (x + s * 0.97 * size, y + 0.05 * size),
                (x + s * 0.5 * size, y + 0.1 * size),
                (x, y + 0.14 * size),
                (x + s * 0.1 * size, y + 0.19 * size * slim),
                (x + s * 0.75 * size, y + 0.16 * size * slim),
            ],
            8,
            closed=True,
        ),
        (0.75, 0.86, 0.9),
        to=scale(tone, 0.8),
        opacity=0.65,
    )
    if slim > 1:
        _throat(canvas, (x, y), size, s, deep)
    canvas.disc(x + s * 0.68 * size, y + 0.0 * size, 0.009, (0.02, 0.03, 0.05), soft=0.003)
    canvas.disc(x + s * 0.685 * size, y - 0.004, 0.003, (0.9, 1.0, 1.0), soft=0.002)


def _whale_fins(x: float, y: float, size: float, s: int) -> tuple[list[Point], list[Point]]:
    fluke = curve(
        [
            (x - s * 0.92 * size, y - 0.03 * size),
            (x - s * 1.2 * size, y - 0.28 * size),
            (x - s * 1.12 * size, y - 0.05 * size),
            (x - s * 1.2 * size, y + 0.16 * size),
        ],
        6,
        closed=True,
    )
    fin = curve(
        [
            (x + s * 0.35 * size, y + 0.12 * size),
            (x + s * 0.12 * size, y + 0.5 * size),
            (x - s * 0.02 * size, y + 0.48 * size),
            (x + s * 0.12 * size, y + 0.15 * size),
        ],
        6,
        closed=True,
    )
    return fluke, fin


def _throat(canvas: Canvas, place: Point, size: float, s: int, deep: Colour) -> None:
    x, y = place
    folds: list[list[Point]] = []
    for line in range(7):
        off = 0.012 * line
        folds += ribbon(
            curve(
                [
                    (x + s * 0.93 * size, y + 0.07 * size + off * 0.5),
                    (x + s * 0.5 * size, y + 0.12 * size + off),
                    (x + s * 0.1 * size, y + 0.14 * size + off),
                ],
                6,
            ),
            0.0018,
        )
    canvas.fill_all(folds, deep, opacity=0.4)


def _turtle(canvas: Canvas, brief: SceneBrief, deep: Colour) -> None:
    x, y, s = canvas.right * (0.5 + brief.side * 0.1), canvas.bottom * 0.42, brief.side
    skin, shell = mix((0.5, 0.55, 0.3), deep, 0.25), mix((0.45, 0.28, 0.12), brief.palette.accent, 0.2)
    for dx, dy, turn, long in (
        (0.13, 0.1, 0.9, 0.17),
        (0.1, -0.1, -0.8, 0.12),
        (-0.17, 0.07, 2.3, 0.09),
        (-0.17, -0.05, -2.4, 0.07),
    ):
        canvas.fill(
            oval(x + s * dx, y + dy, long, 0.042, turn=s * turn), mix(skin, (0.9, 1.0, 0.8), 0.2), to=scale(skin, 0.45)
        )
    canvas.fill(oval(x + s * 0.25, y - 0.02, 0.065, 0.045), mix(skin, (0.9, 1.0, 0.8), 0.25), to=scale(skin, 0.6))
    canvas.disc(x + s * 0.275, y - 0.03, 0.008, (0.02, 0.02, 0.02), soft=0.002)
    canvas.fill(oval(x, y, 0.215, 0.135, turn=-0.06 * s), mix(shell, (1.0, 0.9, 0.6), 0.35), to=scale(shell, 0.3))
    plates: list[list[Point]] = []
    for row, span in ((-0.06, 3), (0.0, 4), (0.065, 3)):
        for number in range(span):
            cx = x + (number - (span - 1) / 2) * 0.088
            plates += ribbon(
                [*oval(cx, y + row, 0.043, 0.033, points=7), oval(cx, y + row, 0.043, 0.033, points=7)[0]], 0.004
            )
    canvas.fill_all(plates, scale(shell, 0.4), opacity=0.7)


def _reef(canvas: Canvas, brief: SceneBrief, deep: Colour) -> None:
    rng = canvas.rng("reef")
    side = np.abs(canvas.x[0] / canvas.right - (0.5 + brief.side * 0.1))
    edge = canvas.bottom * (0.97 - 0.3 * side) - (canvas.line("reef", 5, octaves=6) - 0.5) * 0.1
    rock = canvas.fbm("rock", 9, octaves=6, gain=0.6)
    canvas.over(
        canvas.below(edge),
        (np.asarray(mix(deep, (0.25, 0.2, 0.3), 0.35)) * (0.35 + 1.1 * rock[..., None])).astype(np.float32),
    )
    swatch = (brief.palette.accent, (0.95, 0.42, 0.3), (0.85, 0.35, 0.65), brief.palette.second, (0.98, 0.72, 0.3))
    for number in range(int((26 if brief.has("coral") else 16) * canvas.right)):
        x = canvas.right * float(rng.uniform(0, 1))
        foot = float(edge[min(canvas.width - 1, int(x * canvas.unit))]) + 0.03
        tone = mix(swatch[number % 5], deep, float(rng.uniform(0.2, 0.6)))
        shapes: list[list[Point]] = []
        if number % 3 == 0:
            _branch(shapes, (x, foot), -np.pi / 2, float(rng.uniform(0.05, 0.09)), 0.014, rng, 4)
        elif number % 3 == 1:
            for blade in range(7):
                lean = (blade - 3) * 0.012
                tall = float(rng.uniform(0.08, 0.2))
                shapes += ribbon(
                    curve(
                        [
                            (x + lean, foot),
                            (x + lean * 2 + 0.012, foot - tall * 0.5),
                            (x + lean * 2.6 - 0.01, foot - tall),
                        ],
                        6,
                    ),
                    0.009,
                    0.002,
                )
            tone = mix(mix((0.2, 0.5, 0.35), brief.palette.second, 0.3), deep, 0.4)
        else:
            for puff in range(6):
                shapes.append(oval(x + (puff - 2.5) * 0.016, foot - 0.02 - 0.012 * (puff % 3), 0.02, 0.024, points=20))
        canvas.fill_all(shapes, mix(tone, smooth_white(tone), 0.25), to=scale(tone, 0.4))
    canvas.multiply(1 - 0.35 * smoothstep(canvas.bottom * 0.85, canvas.bottom, canvas.y) * np.ones_like(canvas.x))


def smooth_white(tone: Colour) -> Colour:
    """The tone's own pale tint."""
    return mix(tone, (1.0, 0.95, 0.95), 0.7)


def _branch(
    out: list[list[Point]],
    start: Point,
    angle: float,
    length: float,
    width: float,
    rng: np.random.Generator,
    level: int,
) -> None:
    end = (start[0] + float(np.cos(angle)) * length, start[1] + float(np.sin(angle)) * length)
    out.extend(ribbon([start, end], width, width * 0.75))
    out.append(oval(end[0], end[1], width * 0.4, width * 0.4, points=12))
    if level == 0:
        return
    for sign in (-1, 1):
        _branch(
            out,
            end,
            angle + sign * float(rng.uniform(0.25, 0.6)),
            length * float(rng.uniform(0.62, 0.85)),
            width * 0.74,
            rng,
            level - 1,
        )
