"""High above a sea of cloud: balloons, an airship, birds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, shifted, smoothstep
from imagegen_desktop.imaging.samples.families.landmarks import birds, box
from imagegen_desktop.imaging.samples.palette import mix, parse, scale
from imagegen_desktop.imaging.samples.sky import paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    horizon = canvas.bottom * 0.68
    light = paint_sky(canvas, brief, horizon)
    _peaks(canvas, brief, horizon)
    for layer in range(4):
        _cloud_bank(canvas, brief, horizon, layer, light)
        if layer == 1:
            _fleet(canvas, brief)
    if brief.has("birds") or brief.variant % 2:
        birds(canvas, brief, canvas.right * (0.5 - brief.side * 0.2), canvas.bottom * 0.62, 0.017, 11)


def _peaks(canvas: Canvas, brief: SceneBrief, horizon: float) -> None:
    edge = horizon + 0.05 - np.abs(canvas.line("peaks", 2.6, octaves=7) - 0.5) * 0.42
    canvas.over(canvas.below(edge), mix(brief.palette.horizon, brief.palette.far, 0.6))


def _cloud_bank(canvas: Canvas, brief: SceneBrief, horizon: float, layer: int, light: Point) -> None:
    """Rounded heads of cloud, made of discs, lit from the light's side."""
    rng = canvas.rng(f"bank{layer}")
    near = layer / 3
    base = horizon + 0.03 + (canvas.bottom - horizon) * 0.82 * near
    top = np.full(canvas.width, canvas.bottom + 1.0)
    x = canvas.x[0]
    for _ in range(int((60 - 10 * layer) * canvas.right)):
        cx, radius = float(rng.uniform(-0.1, canvas.right + 0.1)), (0.018 + 0.05 * near) * float(rng.uniform(0.5, 1.6))
        cy = base - float(rng.random()) ** 2 * (0.05 + 0.05 * near) + (0.03 + 0.03 * near) * np.sin(cx * 5 + layer * 2)
        inside = radius**2 - (x - cx) ** 2
        top = np.where(inside > 0, np.minimum(top, cy - np.sqrt(np.maximum(inside, 0))), top)
    top = np.minimum(top, base - 0.004 + 0.012 * np.sin(x * 9 + layer))
    puff = canvas.fbm(f"puff{layer}", 6 - 2.4 * near, octaves=6, gain=0.55)
    rag = (puff - 0.5) * (0.035 + 0.05 * near)
    mask = smoothstep(-0.004 - 0.008 * near, 0.008 + 0.012 * near, canvas.y - top - rag)
    step = max(2, int((0.012 + 0.012 * near) * canvas.unit))
    sign = 1 if light[0] > canvas.right / 2 else -1
    form = puff + np.clip((canvas.y - top) * 1.1, 0, 0.6) * 0.4
    lit = np.clip(0.55 + (form - shifted(form, step, -sign * step)) * 4.2 - np.clip(canvas.y - top, 0, 1) * 1.3, 0, 1)
    warm = mix(brief.palette.light, brief.palette.horizon, 0.2)
    shade = mix(mix(brief.palette.upper, brief.palette.far, 0.5), brief.palette.zenith, 0.25 * near)
    paint = np.asarray(shade) + (np.asarray(warm) - np.asarray(shade)) * lit[..., None]
    air = np.asarray(mix(brief.palette.horizon, brief.palette.light, 0.2))
    paint = paint + (air - paint) * (0.5 * (1 - near))
    canvas.over(mask * 0.97, paint.astype(np.float32))


def _fleet(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("fleet")
    if brief.has("airship"):
        _airship(canvas, brief, canvas.right * (0.5 + brief.side * 0.1), canvas.bottom * 0.34, 0.36)
    if brief.has("balloon") or not brief.has("airship", "cloud", "birds"):
        places = [
            (0.16, 0.34, 0.17),
            (-0.24, 0.24, 0.085),
            (-0.1, 0.52, 0.055),
            (0.36, 0.2, 0.05),
            (-0.36, 0.46, 0.038),
            (0.02, 0.13, 0.03),
        ]
        for dx, y, size in reversed(places[: 6 if not brief.has("airship") else 3]):
            x = canvas.right * (0.5 + brief.side * dx) + float(rng.normal(0, 0.015))
            _balloon(canvas, brief, x, canvas.bottom * (y + float(rng.normal(0, 0.015))), size, f"balloon{dx}")


def _balloon(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float, name: str) -> None:
    """An envelope of gores, shaded round, over its basket."""
    rng = canvas.rng(name)
    away = 1 - min(1.0, size / 0.17)
    swatch = [parse(part) for part in brief.swatch.split()]
    first, second = (swatch[int(pick)] for pick in rng.permutation(len(swatch))[:2])
    heights = np.linspace(0, 1, 28)
    # The outline: a round crown that draws in to the mouth.
    radii = np.where(
        heights < 0.5,
        np.sqrt(np.clip(1 - (1 - heights / 0.5 * 0.98) ** 2, 0, 1)),
        1 - np.clip((heights - 0.5) / 0.5, 0, 1) ** 1.7 * 0.82,
    )
    gores = 12
    for gore in range(gores):
        a, b = -np.pi / 2 + np.pi * gore / gores, -np.pi / 2 + np.pi * (gore + 1) / gores
        left = [
            (float(x + size * r * np.sin(a)), float(y - size + 2.2 * size * h))
            for r, h in zip(radii, heights, strict=True)
        ]
        right = [
            (float(x + size * r * np.sin(b)), float(y - size + 2.2 * size * h))
            for r, h in zip(radii, heights, strict=True)
        ]
        lit = 0.55 + 0.5 * np.cos((a + b) / 2 + 0.75 * brief.side) ** 2 * (
            1 if np.sin((a + b) / 2) * -brief.side > -0.6 else 0.7
        )
        tone = mix(first if gore % 2 else second, brief.palette.light, 0.14)
        tone = mix(scale(tone, float(lit)), brief.palette.horizon, 0.12 + 0.5 * away)
        canvas.fill([*left, *right[::-1]], mix(tone, (1.0, 1.0, 1.0), 0.14), to=scale(tone, 0.62))
    band = [
        (float(x + size * np.sin(t)), float(y + size * 0.06 + size * 0.1 * np.cos(t)))
        for t in np.linspace(-np.pi / 2, np.pi / 2, 20)
    ]
    canvas.fill(
        [*band, *[(px, py + size * 0.16) for px, py in reversed(band)]],
        mix(swatch[1], brief.palette.accent, 0.4),
        opacity=0.5,
    )
    low, basket = y + 1.2 * size, y + 1.62 * size
    canvas.fill_all(
        [
            shape
            for sign in (-1, 0.3, 1)
            for shape in ribbon([(x + sign * size * 0.17, low), (x + sign * size * 0.11, basket)], size * 0.014)
        ],
        brief.palette.dark,
    )
    wicker = mix((0.45, 0.28, 0.15), brief.palette.horizon, 0.5 * away)
    canvas.fill(
        box(x, basket + size * 0.22, size * 0.22, size * 0.22, 1.18),
        mix(wicker, brief.palette.light, 0.25),
        to=scale(wicker, 0.55),
        along=((x - size * 0.1 * brief.side, 0), (x + size * 0.1 * brief.side, 0)),
    )
    canvas.glow(x, low + size * 0.05, size * 0.1, (1.0, 0.75, 0.35), 0.9)


def _airship(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float) -> None:
    s = brief.side
    hull = mix(mix(brief.palette.accent, (0.85, 0.75, 0.6), 0.55), brief.palette.light, 0.15)
    for sign in (-1, 1):
        canvas.fill(
            [
                (x - 0.75 * size * s, y),
                (x - 1.08 * size * s, y + sign * 0.32 * size),
                (x - 1.12 * size * s, y + sign * 0.12 * size),
                (x - 1.0 * size * s, y),
            ],
            scale(hull, 0.62 if sign > 0 else 0.85),
        )
    canvas.fill(oval(x, y, size, size * 0.3), mix(hull, (1.0, 1.0, 1.0), 0.35), to=scale(hull, 0.32))
    for number in range(-4, 5):
        bow = [
            (
                float(x + number * size * 0.2 + 0.05 * size * np.cos(t)),
                float(y + np.sin(t) * size * 0.3 * np.sqrt(max(0.0, 1 - (number * 0.2) ** 2))),
            )
            for t in np.linspace(-np.pi / 2, np.pi / 2, 14)
        ]
        canvas.fill_all(ribbon(bow, 0.0022), scale(hull, 0.45), opacity=0.5)
    canvas.fill(
        oval(x - 0.1 * size * s, y - 0.14 * size, size * 0.7, size * 0.06), (1.0, 1.0, 1.0), opacity=0.22, blur=0.012
    )
    cabin = curve(
        [
            (x - 0.34 * size, y + 0.29 * size),
            (x + 0.34 * size, y + 0.29 * size),
            (x + 0.28 * size, y + 0.4 * size),
            (x - 0.28 * size, y + 0.4 * size),
        ],
        5,
        closed=True,
    )
    canvas.fill(cabin, mix(brief.palette.dark, hull, 0.35), to=brief.palette.dark)
    canvas.fill_all(
        [box(x + dx * size, y + 0.37 * size, 0.05 * size, 0.05 * size) for dx in (-0.24, -0.12, 0.0, 0.12, 0.24)],
        (1.0, 0.86, 0.55),
    )
