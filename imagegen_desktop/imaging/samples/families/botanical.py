"""Plants close by: flowers and leaves in three depths before a glowing, blurred garden."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon
from imagegen_desktop.imaging.samples.families.blooms import bloom, leaf
from imagegen_desktop.imaging.samples.palette import mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    colours = brief.palette
    green = mix((0.17, 0.4, 0.22), colours.near, 0.35)
    dark = mix(green, colours.dark, 0.65)
    canvas.over(
        np.ones((canvas.height, canvas.width), dtype=np.float32),
        canvas.gradient(
            [
                (0.0, mix(colours.upper, green, 0.3)),
                (canvas.bottom * 0.6, mix(green, colours.horizon, 0.45)),
                (canvas.bottom, dark),
            ]
        ),
    )
    haze = canvas.fbm("garden", 3, octaves=3)
    canvas.over(np.clip(haze * 1.6 - 0.6, 0, 1) * 0.5, mix(dark, colours.accent, 0.12))
    canvas.glow(
        canvas.right * (0.5 - brief.side * 0.24),
        canvas.bottom * 0.24,
        0.42,
        mix(colours.light, colours.horizon, 0.4),
        0.5,
    )
    _soft_blooms(canvas, brief)
    rng = canvas.rng("plants")
    flowers = brief.has("flower", "garden", "meadow", "butterfly", "spring") or (
        brief.variant % 2 == 0 and not brief.has("leaf")
    )
    for depth in range(3):
        tone = mix(mix(green, colours.horizon, 0.35), dark, depth / 2)
        if depth == 2:
            tone = mix(green, dark, 0.35)
        for _ in range(int((13 - depth) * canvas.right)):
            x = canvas.right * float(rng.uniform(-0.05, 1.05))
            edge = abs(x / canvas.right - 0.5) * 2
            foot = (x, canvas.bottom * 1.03)
            leaf(
                canvas,
                foot,
                -np.pi / 2 + float(rng.normal(0, 0.5)),
                (0.18 + 0.34 * edge * float(rng.random()) + 0.05 * depth) * (1.3 if not flowers else 1.0),
                scale(tone, float(rng.uniform(0.7, 1.2))),
                brief,
                wide=float(rng.uniform(0.08, 0.2)),
            )
        if depth == 1:
            _stand(canvas, brief, green, flowers=flowers)
    if brief.has("butterfly") or brief.variant % 7 == 0:
        _butterfly(canvas, brief, canvas.right * (0.5 - brief.side * 0.2), canvas.bottom * 0.33, 0.13)


def _soft_blooms(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("soft")
    for _ in range(44):
        x, y, size = (
            canvas.right * float(rng.random()),
            canvas.bottom * float(rng.uniform(0.2, 0.95)),
            float(rng.uniform(0.015, 0.055)),
        )
        tone = mix(
            mix(brief.palette.accent, brief.palette.second, float(rng.random()) ** 2),
            brief.palette.light,
            float(rng.uniform(0.1, 0.5)),
        )
        canvas.disc(x, y, size, tone, opacity=float(rng.uniform(0.12, 0.42)), soft=size * 0.5)


def _stand(canvas: Canvas, brief: SceneBrief, green: tuple[float, float, float], *, flowers: bool) -> None:
    """The subject: five stems in a loose fan with the largest head on its third, or great cut leaves."""
    rng = canvas.rng("stand")
    heads = [
        (0.15, 0.36, 0.17),
        (-0.1, 0.54, 0.1),
        (0.34, 0.6, 0.09),
        (-0.27, 0.42, 0.08),
        (0.02, 0.74, 0.075),
        (-0.36, 0.68, 0.06),
    ]
    for number, (dx, dy, size) in enumerate(reversed(heads)):
        x, y = (
            canvas.right * (0.5 + brief.side * dx) + float(rng.normal(0, 0.02)),
            canvas.bottom * dy + float(rng.normal(0, 0.02)),
        )
        foot = (canvas.right * 0.5 + (x - canvas.right * 0.5) * 0.5, canvas.bottom * 1.02)
        stem = curve([foot, ((x + foot[0]) / 2 + float(rng.normal(0, 0.03)), (y + foot[1]) / 2), (x, y)], 10)
        canvas.fill_all(ribbon(stem, 0.011, 0.006), scale(green, 0.75))
        canvas.fill_all(
            ribbon([(px - 0.0025 * brief.side, py) for px, py in stem], 0.003, 0.0015),
            mix(green, brief.palette.light, 0.5),
            opacity=0.6,
        )
        for step in (6, 11, 15):
            leaf(
                canvas,
                stem[step],
                float(rng.uniform(-2.9, -0.2)),
                float(rng.uniform(0.1, 0.19)),
                scale(green, float(rng.uniform(0.8, 1.2))),
                brief,
            )
        tone = mix(
            (brief.palette.accent, brief.palette.second, mix(brief.palette.accent, (1.0, 0.92, 0.85), 0.55))[
                number % 3
            ],
            brief.palette.light,
            0.12,
        )
        if brief.has("daisy"):
            tone = mix((0.98, 0.76, 0.12), tone, 0.15)
        if flowers:
            bloom(canvas, brief, x, y, size, tone, f"head{number}")
        else:
            for k in range(7):
                leaf(
                    canvas,
                    (x, y),
                    -np.pi / 2 + (k - 3) * 0.48,
                    size * (2.3 - 0.2 * abs(k - 3)),
                    scale(mix(green, brief.palette.second, 0.15), 0.75 + 0.1 * (k % 3)),
                    brief,
                    wide=0.15,
                )


def _butterfly(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float) -> None:
    tone = mix(brief.palette.accent, (1.0, 0.6, 0.15), 0.4)
    for sign in (-1, 1):
        fold = 1.0 if sign == brief.side else 0.72
        upper = curve(
            [
                (x, y),
                (x + sign * size * 0.5 * fold, y - size * 0.85),
                (x + sign * size * 1.15 * fold, y - size * 0.9),
                (x + sign * size * 0.95 * fold, y - size * 0.15),
                (x, y + size * 0.08),
            ],
            8,
            closed=True,
        )
        lower = curve(
            [
                (x, y + size * 0.05),
                (x + sign * size * 0.85 * fold, y + size * 0.02),
                (x + sign * size * 0.8 * fold, y + size * 0.62),
                (x + sign * size * 0.3 * fold, y + size * 0.72),
            ],
            8,
            closed=True,
        )
        for wing in (lower, upper):
            canvas.fill(wing, (0.07, 0.05, 0.06))
            cx, cy = sum(p[0] for p in wing) / len(wing), sum(p[1] for p in wing) / len(wing)
            inner = [(cx + (px - cx) * 0.84, cy + (py - cy) * 0.84) for px, py in wing]
            canvas.fill(inner, tone, to=mix(tone, (1.0, 0.95, 0.7), 0.45), along=((x + sign * size, y), (x, y)))
            veins: list[list[Point]] = []
            for px, py in wing[:: max(1, len(wing) // 7)]:
                veins += ribbon([(x, y), (px, py)], 0.003, 0.0015)
            canvas.fill_all(veins, (0.08, 0.05, 0.05), opacity=0.85)
            canvas.fill_all(
                [
                    oval(cx + (px - cx) * 0.92, cy + (py - cy) * 0.92, size * 0.025, size * 0.025, points=12)
                    for px, py in wing[::4]
                ],
                (1.0, 0.97, 0.9),
                opacity=0.9,
            )
    canvas.fill(oval(x, y, size * 0.05, size * 0.4), (0.08, 0.06, 0.05))
    for sign in (-1, 1):
        canvas.fill_all(
            ribbon(
                curve(
                    [
                        (x, y - size * 0.36),
                        (x + sign * size * 0.12, y - size * 0.6),
                        (x + sign * size * 0.3, y - size * 0.78),
                    ],
                    6,
                ),
                0.003,
                0.002,
            ),
            (0.08, 0.06, 0.05),
        )
