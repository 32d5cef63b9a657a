"""A desert: dunes with one lit and one shadowed side, or a canyon's banded walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, shifted, smoothstep
from imagegen_desktop.imaging.samples.families.landmarks import traveller
from imagegen_desktop.imaging.samples.palette import mix, scale
from imagegen_desktop.imaging.samples.sky import paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    horizon = canvas.bottom * 0.52
    light = paint_sky(canvas, brief, horizon)
    haze = np.exp(-(((canvas.y - horizon) / 0.1) ** 2)) * np.ones_like(canvas.x)
    canvas.over(haze * 0.5, mix(brief.palette.horizon, brief.palette.light, 0.3))
    if brief.has("canyon"):
        _canyon(canvas, brief, horizon, light[0])
        return
    if brief.has("pyramid"):
        _pyramids(canvas, brief, horizon)
    edges: list[Field] = []
    for layer in range(5):
        edges.append(_dune(canvas, brief, horizon, layer, light[0]))
        if layer == 2 and not brief.has("cactus", "pyramid", "oasis"):
            _walkers(canvas, brief, edges[-1])
        if layer == 2 and brief.has("oasis"):
            _palms(canvas, brief, edges[-1])
    if brief.has("cactus"):
        _cacti(canvas, brief)


def _sand(brief: SceneBrief) -> tuple[float, float, float]:
    return mix(mix(brief.palette.horizon, (0.86, 0.58, 0.32), 0.6), brief.palette.near, 0.1 if not brief.dark else 0.62)


def _dune(canvas: Canvas, brief: SceneBrief, horizon: float, layer: int, sun: float) -> Field:
    """One dune: a crest with a summit; from the summit a knife edge runs down towards us and parts light from shade."""
    rng = canvas.rng(f"dune{layer}")
    near = layer / 4
    x = canvas.x[0]
    sign = 1 if (layer + brief.variant) % 2 else -1
    summit = canvas.right * (0.5 + sign * float(rng.uniform(0.08, 0.34)))
    if layer == 3:
        summit = canvas.right * (0.5 + brief.side * 0.18)
    tall = (0.05 + 0.17 * near) * float(rng.uniform(0.8, 1.2)) * (1.35 if layer == 3 else 1.0)
    base = horizon + 0.02 + (canvas.bottom - horizon) * 0.75 * near**1.25 + 0.04
    away = np.abs(x - summit) / (0.36 + 0.3 * near)
    edge = (
        base - tall * (np.exp(-(away**1.25)) * 1.25 - 0.28) + (canvas.line(f"crest{layer}", 2, octaves=2) - 0.5) * 0.05
    )
    sand = _sand(brief)
    air = mix(brief.palette.horizon, brief.palette.light, 0.25)
    lit = mix(mix(sand, brief.palette.light, 0.32), air, 0.62 * (1 - near))
    shade = mix(mix(scale(sand, 0.45), brief.palette.zenith, 0.42), air, 0.58 * (1 - near))
    below = np.maximum(canvas.y - edge, 0)
    # The knife edge: it wanders as it comes down.
    depth = below / (0.14 + 0.3 * near)
    from_sun = 1 if sun > summit else -1
    knife = summit + from_sun * (0.1 * np.sin(depth * 3.3 + layer) + 0.28 * depth - 0.05) * (0.6 + near)
    soft = 0.004 + 0.16 * np.clip(depth, 0, 1) ** 1.5
    dark = smoothstep(-1, 1, (knife - canvas.x) * from_sun / soft) * np.exp(-depth * 0.55)
    ripple_field = canvas.fbm(f"ripple{layer}", 5, octaves=3, wide=2)
    ripple = np.sin((below * (150 - 70 * near) + ripple_field * 16 + canvas.x * 10) * 2) * (0.02 + 0.035 * near)
    grain = canvas.fbm(f"grain{layer}", 60, octaves=2) - 0.5
    tone = np.asarray(lit) + (np.asarray(shade) - np.asarray(lit)) * dark[..., None]
    tone = tone * (
        1 + (ripple * (1 - dark * 0.6) + grain * 0.06)[..., None] - 0.16 * np.clip(depth, 0, 1)[..., None] * near
    )
    crest = np.exp(-((below / 0.006) ** 2)) * (1 - dark) * 0.35
    tone = tone + crest[..., None] * np.asarray(brief.palette.light)
    canvas.over(canvas.below(edge), tone.astype(np.float32))
    return edge


def _walkers(canvas: Canvas, brief: SceneBrief, edge: Field) -> None:
    if not brief.has("camel") and brief.variant % 2:
        x = canvas.right * (0.5 - brief.side * 0.2)
        traveller(canvas, brief, x, float(edge[int(x * canvas.unit)]) + 0.006, 0.085)
        return
    tone = mix(brief.palette.dark, brief.palette.near, 0.15)
    for number in range(5):
        x = canvas.right * (0.5 - brief.side * 0.2) + (number - 2) * 0.085
        foot, s = float(edge[min(canvas.width - 1, max(0, int(x * canvas.unit)))]) + 0.006, 0.07
        f = brief.side
        body = curve(
            [
                (x - 0.42 * s * f, foot - 0.6 * s),
                (x - 0.1 * s * f, foot - 0.72 * s),
                (x + 0.05 * s * f, foot - 1.02 * s),
                (x + 0.22 * s * f, foot - 0.7 * s),
                (x + 0.42 * s * f, foot - 0.62 * s),
                (x + 0.3 * s * f, foot - 0.42 * s),
                (x - 0.35 * s * f, foot - 0.42 * s),
            ],
            6,
            closed=True,
        )
        neck = curve(
            [
                (x + 0.36 * s * f, foot - 0.55 * s),
                (x + 0.55 * s * f, foot - 0.52 * s),
                (x + 0.62 * s * f, foot - 0.95 * s),
            ],
            6,
        )
        shapes = [
            body,
            *ribbon(neck, 0.16 * s, 0.08 * s),
            oval(x + 0.7 * s * f, foot - 0.97 * s, 0.13 * s, 0.06 * s, turn=0.2 * f),
        ]
        for leg in (-0.3, -0.2, 0.2, 0.3):
            shapes += ribbon(
                [
                    (x + leg * s * f, foot - 0.5 * s),
                    (x + (leg + 0.05) * s * f, foot - 0.25 * s),
                    (x + leg * s * f, foot),
                ],
                0.08 * s,
                0.04 * s,
            )
        if number % 2 == 0:
            shapes += [
                oval(x + 0.05 * s * f, foot - 1.2 * s, 0.12 * s, 0.26 * s),
                oval(x + 0.05 * s * f, foot - 1.5 * s, 0.08 * s, 0.09 * s),
            ]
        canvas.fill_all(shapes, tone)
        shadow = [
            (x - 0.4 * s, foot),
            (x + 0.4 * s, foot),
            (x + 0.4 * s - f * 1.6 * s, foot + 0.6 * s),
            (x - 0.2 * s - f * 1.6 * s, foot + 0.6 * s),
        ]
        canvas.fill(shadow, tone, opacity=0.3, blur=0.004)


def _pyramids(canvas: Canvas, brief: SceneBrief, horizon: float) -> None:
    sand = _sand(brief)
    for dx, size, fade in ((-0.26, 0.14, 0.5), (0.24, 0.3, 0.15), (-0.05, 0.2, 0.32)):
        x, base = canvas.right * 0.5 + brief.side * dx, horizon + 0.09
        top, air = base - size * 0.95, brief.palette.horizon
        canvas.fill(
            [(x - size * 0.8, base), (x, top), (x + size * 0.22 * brief.side, base)],
            mix(mix(sand, brief.palette.light, 0.3), air, fade),
            to=mix(sand, air, fade + 0.2),
        )
        canvas.fill(
            [(x + size * 0.22 * brief.side, base), (x, top), (x + size * 0.8 * brief.side, base)],
            mix(scale(sand, 0.5), air, fade),
            to=mix(scale(sand, 0.65), air, fade + 0.2),
        )


def _palms(canvas: Canvas, brief: SceneBrief, edge: Field) -> None:
    rng = canvas.rng("palms")
    tone = mix(brief.palette.dark, (0.12, 0.25, 0.14), 0.5)
    for _ in range(7):
        x = canvas.right * (0.5 - brief.side * 0.16) + float(rng.normal(0, 0.09))
        foot, tall = (
            float(edge[min(canvas.width - 1, max(0, int(x * canvas.unit)))]) + 0.02,
            float(rng.uniform(0.12, 0.22)),
        )
        top = (x + float(rng.normal(0, 0.03)), foot - tall)
        shapes = ribbon(curve([(x, foot), (x + (top[0] - x) * 0.2, foot - tall * 0.5), top], 6), 0.012, 0.006)
        for frond in range(11):
            a = float(np.pi * (frond / 10) + rng.normal(0, 0.1))
            reach = tall * float(rng.uniform(0.34, 0.5))
            line = curve(
                [
                    top,
                    (top[0] - float(np.cos(a)) * reach * 0.6, top[1] - float(np.sin(a)) * reach * 0.4),
                    (top[0] - float(np.cos(a)) * reach, top[1] + reach * 0.28),
                ],
                6,
            )
            shapes += ribbon(line, 0.011, 0.001)
        canvas.fill_all(shapes, tone)


def _cacti(canvas: Canvas, brief: SceneBrief) -> None:
    tone = mix((0.16, 0.36, 0.22), brief.palette.near, 0.4)
    for dx, foot, tall in ((0.22, 0.92, 0.5), (-0.3, 0.8, 0.24), (-0.1, 0.74, 0.13)):
        x, y = canvas.right * (0.5 + brief.side * dx), canvas.bottom * foot
        wide = tall * 0.13
        arms = [[(x, y), (x, y - tall)]]
        arms.append(
            curve(
                [
                    (x, y - tall * 0.4),
                    (x + tall * 0.2, y - tall * 0.42),
                    (x + tall * 0.24, y - tall * 0.56),
                    (x + tall * 0.24, y - tall * 0.78),
                ],
                7,
            )
        )
        arms.append(
            curve(
                [
                    (x, y - tall * 0.3),
                    (x - tall * 0.18, y - tall * 0.32),
                    (x - tall * 0.21, y - tall * 0.44),
                    (x - tall * 0.21, y - tall * 0.6),
                ],
                7,
            )
        )
        for arm in arms:
            for share, shade in ((1.0, 0.55), (0.7, 0.8), (0.4, 1.05), (0.14, 1.4)):
                off = wide * (1 - share) * 0.3 * -brief.side
                shapes = ribbon([(px + off, py) for px, py in arm], wide * share)
                shapes.append(oval(arm[-1][0] + off, arm[-1][1], wide * share / 2, wide * share / 2))
                canvas.fill_all(shapes, scale(tone, shade))
        canvas.fill(
            oval(x + tall * 0.2 * brief.side, y, tall * 0.32, 0.012), brief.palette.dark, opacity=0.4, blur=0.01
        )


def _canyon(canvas: Canvas, brief: SceneBrief, horizon: float, sun: float) -> None:
    """Walls on both sides, nearer and darker each, banded by their layers of stone; a river between."""
    rock = mix(_sand(brief), (0.75, 0.32, 0.16), 0.5)
    air = mix(brief.palette.horizon, brief.palette.light, 0.25)
    floor = canvas.gradient([(horizon, mix(rock, air, 0.6)), (canvas.bottom, mix(rock, brief.palette.dark, 0.45))])
    canvas.over(canvas.below(horizon + 0.03), floor)
    middle = canvas.right * (0.5 - brief.side * 0.08)
    depth = np.clip((canvas.y - horizon - 0.03) / (canvas.bottom - horizon), 0, 1)
    bend = middle + np.sin(depth * 6) * 0.13 * depth * brief.side
    river = smoothstep(1.1, 0.9, np.abs(canvas.x - bend) / (0.006 + 0.12 * depth)) * (depth > 0)
    canvas.over(river, mix(brief.palette.upper, brief.palette.light, 0.35))
    for layer in range(6):
        near = layer / 5
        sign = 1 if layer % 2 == (brief.side > 0) else -1
        reach = (canvas.x[0] - middle) * sign - (0.12 - 0.02 * layer) - 0.03 * near
        steps = np.floor((canvas.line(f"wall{layer}", 5, octaves=5) * 0.14 + reach) * 16) / 16
        rise = smoothstep(-0.02, 0.3, reach + steps * 0.12 - 0.02) * (0.16 + 0.46 * near)
        foot = horizon + 0.04 + (canvas.bottom - horizon) * 1.25 * near**1.3
        edge = np.where(
            reach > -0.03,
            foot - rise * canvas.bottom - (canvas.line(f"rim{layer}", 9, octaves=4) - 0.5) * 0.03,
            canvas.bottom + 1,
        )
        warp = canvas.fbm(f"strata{layer}", 2.5, octaves=5)
        band = np.interp(
            np.mod((canvas.y + warp * 0.09) * 22 + layer, 7),
            np.arange(8),
            np.asarray([0.55, 1.2, 0.85, 1.4, 0.6, 1.1, 0.8, 0.55]),
        )
        rough = canvas.fbm(f"face{layer}", 6, octaves=6, wide=1.7, gain=0.55)
        gullies = canvas.fbm(f"gully{layer}", 3, octaves=4, wide=0.22)
        step = max(1, int(0.006 * canvas.unit))
        form = rough * 0.6 + gullies
        facing = np.clip((form - shifted(form, -step, step * (1 if sun < middle else -1))) * 7, -1, 1)
        lit = 0.9 + 0.35 * facing + (0.25 if (sun - middle) * sign < 0 else -0.22)
        tone = np.asarray(mix(rock, brief.palette.dark, 0.4 * near)) * (band * lit)[..., None]
        fade = 0.62 * (1 - near) ** 1.3 + 0.12 * np.clip((canvas.y - edge) * 2, 0, 1)
        tone = tone + (np.asarray(air) - tone) * fade[..., None]
        face = canvas.below(edge) * np.clip((foot + 0.02 - canvas.y) * 60, 0, 1)
        canvas.over(face, tone.astype(np.float32))
