"""Rings of petals around one middle, or a window of coloured glass folded upon itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    swatch = [mix(parse(part), brief.palette.accent, 0.15) for part in brief.swatch.split()]
    if brief.has("stained", "pattern") or (brief.variant % 2 and not brief.has("mandala")):
        _glass(canvas, brief, swatch)
    else:
        _petals(canvas, brief, swatch)


def _petals(canvas: Canvas, brief: SceneBrief, swatch: list[Colour]) -> None:
    rng = canvas.rng("mandala")
    x, y = canvas.right / 2, canvas.bottom / 2
    away = np.hypot(canvas.x - x, canvas.y - y)
    _ground(canvas, brief, swatch, away)
    folds = (10, 12, 16, 14)[brief.variant // 2 % 4]
    radius = 0.62 * max(1.0, float(np.hypot(canvas.right, canvas.bottom)) / 1.41)
    ring = 0
    while radius > 0.05:
        length = radius * float(rng.uniform(0.26, 0.4))
        inner = radius - length
        count = folds * (2 if inner > 0.22 else 1)
        wide = np.pi / count * float(rng.uniform(0.85, 1.15))
        tone, second = swatch[(ring * 2 + 2) % len(swatch)], swatch[(ring * 2 + 3) % len(swatch)]
        kind = int(rng.integers(0, 3))
        petals: list[list[Point]] = []
        hearts: list[list[Point]] = []
        dots: list[list[Point]] = []
        for number in range(count):
            angle = 2 * np.pi * (number + 0.5 * (ring % 2)) / count
            petals.append(_petal(x, y, angle, inner, radius, wide, kind))
            hearts.append(_petal(x, y, angle, inner + length * 0.12, radius - length * 0.3, wide * 0.55, kind))
            reach = radius - length * 0.16
            dots.append(
                oval(
                    x + float(np.cos(angle)) * reach,
                    y + float(np.sin(angle)) * reach,
                    length * 0.05,
                    length * 0.05,
                    points=20,
                )
            )
        canvas.fill_all(
            [[(px + 0.004, py + 0.007) for px, py in petal] for petal in petals],
            (0.02, 0.01, 0.04),
            opacity=0.5,
            blur=0.008,
        )
        for number in range(count):
            angle = 2 * np.pi * (number + 0.5 * (ring % 2)) / count
            along = (
                (x + float(np.cos(angle)) * inner, y + float(np.sin(angle)) * inner),
                (x + float(np.cos(angle)) * radius, y + float(np.sin(angle)) * radius),
            )
            lit = 0.85 + 0.22 * float(np.cos(angle + 2.2))
            canvas.fill(
                petals[number], scale(tone, 0.5 * lit), to=mix(scale(tone, lit), (1.0, 1.0, 1.0), 0.25), along=along
            )
            canvas.fill(
                hearts[number],
                mix(scale(second, lit), (1.0, 1.0, 1.0), 0.12),
                to=scale(second, 0.55 * lit),
                along=along,
            )
        canvas.fill_all(dots, mix(brief.palette.light, (1.0, 0.9, 0.7), 0.4))
        canvas.add(np.exp(-(((away - inner) / 0.004) ** 2)) * 0.35, mix(brief.palette.light, (1.0, 0.85, 0.55), 0.5))
        radius = inner + length * float(rng.uniform(0.12, 0.3))
        ring += 1
    _middle(canvas, brief, swatch)


def _ground(canvas: Canvas, brief: SceneBrief, swatch: list[Colour], away: Field) -> None:
    ground = mix(scale(brief.palette.zenith, 0.6), swatch[1], 0.35)
    canvas.over(np.ones_like(away), mix(ground, brief.palette.dark, 0.4))
    canvas.add(np.exp(-((away / 0.5) ** 2)) * 0.5, mix(ground, brief.palette.second, 0.3))


def _middle(canvas: Canvas, brief: SceneBrief, swatch: list[Colour]) -> None:
    x, y = canvas.right / 2, canvas.bottom / 2
    canvas.disc(x, y, 0.045, mix(swatch[2], (1.0, 1.0, 1.0), 0.2), soft=0.002)
    canvas.disc(x, y, 0.026, mix(brief.palette.light, swatch[3], 0.3), soft=0.004)
    canvas.glow(x, y, 0.12, brief.palette.light, 0.4)


def _petal(
    x: float, y: float, angle: float, inner: float, outer: float, wide: float, kind: int
) -> list[tuple[float, float]]:
    middle = inner + (outer - inner) * (0.5, 0.7, 0.42)[kind]
    tip = (0.0, 0.12, 0.02)[kind]
    spots = [
        (inner, 0.0),
        (inner + (middle - inner) * 0.5, wide * 0.7),
        (middle, wide),
        (outer - (outer - middle) * 0.25, wide * (0.45 + tip)),
        (outer, 0.0),
    ]
    ring = [*spots, *[(r, -a) for r, a in spots[3:0:-1]]]
    return curve(
        [(float(x + np.cos(angle + a) * r), float(y + np.sin(angle + a) * r)) for r, a in ring], 5, closed=True
    )


def _glass(canvas: Canvas, brief: SceneBrief, swatch: list[Colour]) -> None:
    """Cells of glass between leads, twelve mirrors around the middle, lit from behind."""
    rng = canvas.rng("glass")
    x, y = canvas.right / 2, canvas.bottom * 0.5
    dx, dy = canvas.x - x, canvas.y - y
    away, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    folds = (6, 8, 10)[brief.variant % 3]
    wedge = np.pi / folds
    folded = np.abs(np.mod(angle, 2 * wedge) - wedge)
    u, v = away * np.cos(folded), away * np.sin(folded)
    count = 46
    radii = np.sqrt(rng.random(count)) * 0.95
    angles = rng.random(count) * wedge
    nearest = np.full(u.shape, 9.0, dtype=np.float32)
    second = np.full(u.shape, 9.0, dtype=np.float32)
    owner = np.zeros(u.shape, dtype=np.int32)
    for number in range(count):
        gap = np.hypot(u - radii[number] * np.cos(angles[number]), v - radii[number] * np.sin(angles[number])).astype(
            np.float32
        )
        closer = gap < nearest
        second = np.where(closer, nearest, np.minimum(second, gap))
        owner = np.where(closer, number, owner)
        nearest = np.where(closer, gap, nearest)
    tones = np.asarray(
        [
            mix(
                swatch[1 + int(rng.integers(0, len(swatch) - 1))],
                brief.palette.second if rng.random() < 0.3 else brief.palette.accent,
                0.25,
            )
            for _ in range(count)
        ]
    )
    tones = tones * rng.uniform(0.7, 1.25, (count, 1))
    grain = canvas.fbm("pane", 16, octaves=5)
    light = 0.5 + 0.85 * np.exp(-((away / 0.55) ** 2)) + 0.35 * (grain - 0.5)
    bulge = smoothstep(0.0, 0.05, second - nearest)
    paint = tones[owner] * (light * (0.55 + 0.5 * bulge))[..., None]
    canvas.over(np.ones_like(away), paint.astype(np.float32))
    lead = smoothstep(0.0105, 0.0065, second - nearest)
    rings = np.min([np.abs(away - r) for r in (0.12, 0.3, 0.47)], axis=0)
    lead = np.maximum(lead, smoothstep(0.0065, 0.004, rings))
    canvas.over(lead, (0.035, 0.03, 0.045))
    canvas.add(np.exp(-((rings - 0.007) ** 2) / 0.000003) * 0.12, (1.0, 0.95, 0.9))
    canvas.glow(x, y, 0.16, mix(brief.palette.light, (1.0, 0.95, 0.8), 0.5), 0.6)
