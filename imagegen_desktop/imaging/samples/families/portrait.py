"""A profile against a wide sky, its shape filled with another landscape, as in a double exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import blurred, curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.families.landmarks import birds
from imagegen_desktop.imaging.samples.families.mountains import pine
from imagegen_desktop.imaging.samples.palette import mix, scale
from imagegen_desktop.imaging.samples.sky import paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point

# A head in profile that looks to the right, in heads: from the throat over the face and round to the nape.
_FACE = (
    (0.1, 0.52),
    (0.13, 0.44),
    (0.25, 0.42),
    (0.3, 0.36),
    (0.285, 0.3),
    (0.31, 0.26),
    (0.3, 0.225),
    (0.325, 0.195),
    (0.31, 0.16),
    (0.345, 0.125),
    (0.39, 0.095),
    (0.385, 0.07),
    (0.325, -0.05),
    (0.315, -0.1),
    (0.34, -0.16),
    (0.335, -0.26),
    (0.28, -0.38),
    (0.14, -0.47),
    (-0.04, -0.48),
    (-0.22, -0.4),
    (-0.33, -0.24),
    (-0.35, -0.05),
    (-0.3, 0.13),
    (-0.24, 0.26),
    (-0.22, 0.42),
)


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    pale = mix(
        mix(brief.palette.horizon, brief.palette.light, 0.55), (0.95, 0.94, 0.92), 0.25 if not brief.dark else 0.0
    )
    whole = np.ones((canvas.height, canvas.width), dtype=np.float32)
    paint_sky(canvas, brief, canvas.bottom * 0.78)
    inside = canvas.rgb.copy()
    canvas.over(
        whole,
        canvas.gradient(
            [(0.0, mix(pale, brief.palette.upper, 0.3)), (canvas.bottom, mix(pale, brief.palette.horizon, 0.5))]
        ),
    )
    paper = canvas.fbm("paper", 3, octaves=5)
    canvas.multiply(0.92 + 0.14 * paper)
    backdrop = canvas.rgb
    canvas.rgb = inside
    _landscape(canvas, brief)
    inside = canvas.rgb
    canvas.rgb = backdrop
    x, y, size = canvas.right * (0.5 - brief.side * 0.04), canvas.bottom * 0.43, 0.62 * min(1.15, canvas.bottom)
    halo = canvas.right * (0.5 - brief.side * 0.02)
    canvas.disc(halo, y - 0.04, 0.37, mix(brief.palette.accent, pale, 0.35), opacity=0.8, soft=0.006)
    shapes = _shape(canvas, brief, x, y, size)
    found = canvas.mask(shapes)
    if found is None:
        return
    mask, place = found
    cover = np.zeros((canvas.height, canvas.width), dtype=np.float32)
    cover[place] = mask
    away = np.clip(1 - blurred(cover, 0.035 * canvas.unit), 0, 1)
    shade = np.asarray(mix(brief.palette.dark, brief.palette.near, 0.4))
    low = smoothstep(canvas.bottom * 0.7, canvas.bottom * 1.02, canvas.y)[..., None] * np.ones_like(cover)[..., None]
    fill = inside * (0.82 + 0.3 * (1 - away))[..., None]
    fill = fill + (shade - fill) * (np.clip(away * 1.5 - 0.3, 0, 0.7)[..., None] * 0.8 + 0.25 * low)
    canvas.over(cover, fill.astype(np.float32))
    _details(canvas, brief, x, y, size)
    birds(canvas, brief, canvas.right * (0.5 + brief.side * 0.28), canvas.bottom * 0.2, 0.016, 7)


def _place(brief: SceneBrief, x: float, y: float, size: float, point: Point) -> Point:
    return x + brief.side * point[0] * size, y + point[1] * size


def _shape(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float) -> list[list[Point]]:
    face = curve([_place(brief, x, y, size, point) for point in _FACE], 6)
    below = canvas.bottom + 0.1
    neck = [_place(brief, x, y, size, point) for point in ((-0.22, 0.42), (-0.3, 0.62), (-0.62, 0.74), (-0.8, 0.98))]
    chest = [_place(brief, x, y, size, point) for point in ((0.62, 0.98), (0.42, 0.72), (0.14, 0.64), (0.1, 0.52))]
    body = [*face, *curve(neck, 6), (neck[-1][0], below), (chest[0][0], below), *curve(chest, 6)]
    shapes: list[list[Point]] = [body]
    rng = canvas.rng("hair")
    if brief.has("robot"):
        ear = _place(brief, x, y, size, (-0.06, 0.0))
        shapes += [
            oval(*ear, size * 0.07, size * 0.1),
            *ribbon([_place(brief, x, y, size, (-0.06, -0.42)), _place(brief, x, y, size, (-0.08, -0.66))], 0.012),
            oval(*_place(brief, x, y, size, (-0.08, -0.67)), 0.018, 0.018),
        ]
        return shapes
    if brief.has("man"):
        beard = curve(
            [_place(brief, x, y, size, p) for p in ((0.27, 0.3), (0.33, 0.4), (0.24, 0.56), (0.04, 0.5), (-0.1, 0.28))],
            8,
            closed=True,
        )
        shapes.append(beard)
        for _ in range(60):
            start = _place(brief, x, y, size, (float(rng.uniform(0.0, 0.28)), float(rng.uniform(0.38, 0.5))))
            shapes += ribbon(
                [start, (start[0] + float(rng.normal(0.01, 0.012)) * brief.side, start[1] + 0.06)], 0.005, 0.001
            )
        return shapes
    knot = _place(brief, x, y, size, (-0.36, -0.42))
    if brief.variant % 2:
        shapes.append(oval(*knot, size * 0.15, size * 0.135))
        return shapes
    # Loose hair that blows out behind.
    for _ in range(70):
        start = _place(brief, x, y, size, (float(rng.uniform(-0.33, -0.05)), float(rng.uniform(-0.44, 0.2))))
        reach, fall = float(rng.uniform(0.15, 0.5)), float(rng.uniform(0.05, 0.42))
        wave = float(rng.normal(0, 0.04))
        line = curve(
            [
                start,
                (start[0] - brief.side * reach * 0.4, start[1] + fall * 0.25 + wave),
                (start[0] - brief.side * reach * 0.75, start[1] + fall * 0.7 - wave),
                (start[0] - brief.side * reach, start[1] + fall),
            ],
            6,
        )
        shapes += ribbon(line, 0.032, 0.001)
    return shapes


def _landscape(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("inner")
    for layer in range(4):
        near = layer / 3
        edge = canvas.bottom * (0.42 + 0.13 * layer) - (canvas.line(f"inner{layer}", 2.2, octaves=7) - 0.5) * (
            0.34 - 0.16 * near
        )
        tone = mix(
            mix(brief.palette.horizon, brief.palette.far, 0.7), mix(brief.palette.near, brief.palette.dark, 0.4), near
        )
        canvas.over(canvas.below(edge), tone)
        rise = np.exp(-np.abs(canvas.y - edge - 0.12) / 0.06) * (canvas.y > edge)
        canvas.over(rise * 0.35 * (1 - near), mix(brief.palette.horizon, brief.palette.light, 0.3))
        shapes: list[list[Point]] = []
        for _ in range(int((70 - 14 * layer) * canvas.right) if layer else 0):
            x = canvas.right * float(rng.random())
            shapes += pine(
                x,
                float(edge[min(canvas.width - 1, int(x * canvas.unit))]) + 0.012,
                (0.03 + 0.07 * near) * float(rng.uniform(0.6, 1.4)),
                rng,
            )
        canvas.fill_all(shapes, scale(tone, 0.75))


def _details(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float) -> None:
    """A rim of light along the face, a closed eye, or a robot's seams."""
    face = curve([_place(brief, x, y, size, point) for point in _FACE[:19]], 6)
    canvas.fill_all(
        ribbon([(px - 0.003 * brief.side, py) for px, py in face], 0.005),
        mix(brief.palette.light, (1.0, 1.0, 1.0), 0.3),
        opacity=0.55,
    )
    if brief.has("robot"):
        eye = _place(brief, x, y, size, (0.22, -0.02))
        canvas.disc(*eye, 0.017, brief.palette.second, soft=0.003)
        canvas.glow(*eye, 0.045, brief.palette.second, 0.9)
        seams: list[list[Point]] = []
        for line in (
            ((0.3, -0.14), (0.0, -0.2), (-0.33, -0.14)),
            ((0.28, 0.28), (0.08, 0.2), (-0.02, 0.08)),
            ((-0.22, 0.4), (-0.05, 0.46), (0.12, 0.45)),
            ((0.05, -0.47), (0.0, -0.2), (-0.03, -0.08)),
        ):
            seams += ribbon(curve([_place(brief, x, y, size, p) for p in line], 8), 0.004)
        canvas.fill_all(seams, mix(brief.palette.light, brief.palette.second, 0.4), opacity=0.65)
        return
    lash = curve([_place(brief, x, y, size, p) for p in ((0.285, -0.015), (0.25, 0.01), (0.2, -0.005))], 6)
    canvas.fill_all(ribbon(lash, 0.006, 0.002), brief.palette.dark, opacity=0.7)
    brow = curve([_place(brief, x, y, size, p) for p in ((0.3, -0.09), (0.24, -0.12), (0.17, -0.095))], 6)
    canvas.fill_all(ribbon(brow, 0.007, 0.002), brief.palette.dark, opacity=0.5)
