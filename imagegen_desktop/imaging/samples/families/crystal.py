"""A city grown of crystal: faceted spires lit from within, mirrored in still water."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale
from imagegen_desktop.imaging.samples.sky import mirror, paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point

WHITE: Colour = (1.0, 1.0, 1.0)


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    water = canvas.bottom * (0.74 + 0.05 * ((brief.variant % 5) / 4))
    focus = canvas.right * (0.5 + brief.side * (0.1 + 0.05 * (brief.variant % 3)))
    paint_sky(canvas, brief, water, body=False)
    _great_moon(canvas, brief, focus, water)
    _haze(canvas, brief, water, 0.5)
    for layer in range(3):
        _far_row(canvas, brief, water, layer)
        _haze(canvas, brief, water, 0.22)
    _cluster(canvas, brief, focus, water)
    _traffic(canvas, brief, focus, water)
    _haze(canvas, brief, water, 0.16)
    _water(canvas, brief, water, focus)
    _shore(canvas, brief, water)


def _great_moon(canvas: Canvas, brief: SceneBrief, focus: float, water: float) -> None:
    """A world or its rings, large behind the towers, on the lighter side of the picture."""
    rng = canvas.rng("planet")
    x = focus - brief.side * (0.24 + 0.12 * float(rng.random())) * min(canvas.right, 1.3)
    y = water * (0.34 + 0.12 * float(rng.random()))
    radius = 0.17 + 0.09 * float(rng.random())
    colours = brief.palette
    canvas.glow(x, y, radius * 1.7, mix(colours.accent, colours.upper, 0.4), 0.34)
    dx, dy = (canvas.x - x) / radius, (canvas.y - y) / radius
    away = np.hypot(dx, dy)
    cover = np.clip((1 - away) * radius * canvas.unit + 0.5, 0, 1)
    lit = np.clip(0.62 - 0.5 * dx * -brief.side - 0.5 * dy, 0, 1.2) * np.sqrt(np.clip(1.15 - away**2, 0, 1))
    bands = canvas.fbm("bands", 3.0, octaves=5, wide=5)
    tone = np.clip(lit * (0.3 + 1.15 * bands), 0, 1.1)[..., None]
    deep, bright = mix(colours.upper, colours.horizon, 0.35), mix(colours.horizon, colours.light, 0.65)
    paint = np.asarray(deep) + (np.asarray(bright) - np.asarray(deep)) * tone
    canvas.over(cover * (0.9 - 0.45 * smoothstep(-0.2, 1.0, dy)), paint.astype(np.float32))
    canvas.add(np.exp(-(((away - 1.0) / 0.02) ** 2)) * np.clip(0.5 - dy, 0, 1), scale(colours.light, 0.4))
    if brief.variant % 2:
        tilt = 0.28 * brief.side
        u, v = dx * np.cos(tilt) + dy * np.sin(tilt), (-dx * np.sin(tilt) + dy * np.cos(tilt)) / 0.24
        ring = np.hypot(u, v)
        band = smoothstep(1.35, 1.45, ring) * smoothstep(2.15, 2.0, ring) * (0.55 + 0.45 * np.sin(ring * 46))
        hidden = (away < 1) & (v < 0)
        canvas.over(np.where(hidden, 0.0, band * 0.5), bright)


def _haze(canvas: Canvas, brief: SceneBrief, water: float, amount: float) -> None:
    """Air lit by the city: thickest at the water, gone a third of the sky above."""
    rise = np.exp(-np.maximum(water - canvas.y, 0) / (0.2 * canvas.bottom))
    colour = mix(brief.palette.horizon, brief.palette.second, 0.3)
    drift = 0.75 + 0.5 * canvas.fbm("haze", 2.0, octaves=3, wide=4)
    canvas.over(np.clip(rise * amount * drift, 0, 1), colour)


def _far_row(canvas: Canvas, brief: SceneBrief, water: float, layer: int) -> None:
    rng = canvas.rng(f"far{layer}")
    near = layer / 2
    base = mix(mix(brief.palette.horizon, brief.palette.far, 0.45 + 0.3 * near), brief.palette.near, 0.25 * near)
    count = int((34 - 8 * layer) * canvas.right)
    lights: list[list[Point]] = []
    for place in rng.permutation(count):
        x = (place + float(rng.random())) / count * canvas.right
        tall = (0.1 + 0.1 * near + 0.3 * float(rng.random()) ** 2.2) * canvas.bottom
        wide = (0.012 + 0.014 * near) * float(rng.uniform(0.7, 1.5))
        lean, cut = float(rng.normal(0, 0.006)), float(rng.uniform(0.78, 0.94))
        left, right, top = x - wide, x + wide, water - tall
        tip, middle = (x + lean, top), x + wide * float(rng.uniform(-0.3, 0.4))
        shoulder = water - tall * cut
        tone = mix(base, brief.palette.light, 0.12 * float(rng.random()))
        canvas.fill(
            [(left, water), (left, shoulder), tip, (middle, water)],
            scale(tone, 0.86),
            to=mix(base, brief.palette.horizon, 0.5),
        )
        canvas.fill(
            [(middle, water), tip, (right, shoulder + 0.01), (right, water)],
            mix(tone, brief.palette.light, 0.25),
            to=base,
        )
        for _ in range(int(2 + 4 * near)):
            u, v = float(rng.uniform(-0.7, 0.7)), float(rng.uniform(0.06, 0.75))
            lights.append(_dash(x + u * wide, water - tall * v, 0.0028, 0.0012))
    canvas.fill_all(lights, mix(brief.palette.accent, WHITE, 0.35), opacity=0.55 + 0.3 * near, light=True)


def _dash(x: float, y: float, wide: float, high: float) -> list[Point]:
    return [(x - wide, y - high), (x + wide, y - high), (x + wide, y + high), (x - wide, y + high)]


def _cluster(canvas: Canvas, brief: SceneBrief, focus: float, water: float) -> None:
    """The great spire on its third, its lesser ones leaning away from it, smallest in front."""
    rng = canvas.rng("cluster")
    span = min(canvas.right, 1.35)
    plan = [(0.0, 0.62, 0.062)]
    for number in range(8):
        sign = 1 if number % 2 else -1
        away = (0.09 + 0.062 * (number // 2) * float(rng.uniform(0.9, 1.25))) * sign
        plan.append(
            (away, (0.46 - 0.075 * (number // 2)) * float(rng.uniform(0.8, 1.12)), 0.05 - 0.005 * (number // 2))
        )
    plan.extend(
        (
            float(rng.uniform(-0.52, 0.52)) * canvas.right / span,
            float(rng.uniform(0.07, 0.17)),
            float(rng.uniform(0.02, 0.036)),
        )
        for _ in range(int(8 * canvas.right))
    )
    second = focus - brief.side * 0.52 * span
    for away, tall, wide in ((0.0, 0.34, 0.042), (0.07, 0.24, 0.036), (-0.075, 0.19, 0.03), (0.13, 0.12, 0.025)):
        plan.append(((second - focus) / span + away, tall * float(rng.uniform(0.85, 1.1)), wide))
    canvas.glow(focus, water - 0.05, 0.32, mix(brief.palette.second, brief.palette.horizon, 0.4), 0.38, flat=1.5)
    for number, (away, tall, wide) in enumerate(plan):
        tone = (
            brief.palette.second
            if number == 0
            else mix(
                brief.palette.second,
                brief.palette.accent,
                float(np.clip(0.5 + away * brief.side * 1.6 + rng.normal(0, 0.2), 0, 1)),
            )
        )
        place = focus + away * span
        lean = float(np.clip(away, -0.3, 0.3)) * 0.2 + float(rng.normal(0, 0.008))
        _spire(canvas, brief, (place, water + 0.004), tall * canvas.bottom, wide, lean, tone, f"spire{number}")


def _spire(
    canvas: Canvas, brief: SceneBrief, foot: Point, tall: float, wide: float, lean: float, tone: Colour, name: str
) -> None:
    """One crystal: three long faces, each with its own light, a cut top, inner planes, bright edges, lit windows."""
    rng = canvas.rng(name)
    x, base = foot
    colours = brief.palette
    ribs = (-1.0, float(rng.uniform(-0.5, -0.15)), float(rng.uniform(0.2, 0.6)), 1.0)
    taper = float(rng.uniform(0.72, 1.08))
    tip = (x + lean + wide * float(rng.uniform(-0.45, 0.45)), base - tall)
    feet = [(x + rib * wide, base) for rib in ribs]
    heights = [
        float(rng.uniform(0.74, 0.84)),
        float(rng.uniform(0.8, 0.9)),
        float(rng.uniform(0.82, 0.92)),
        float(rng.uniform(0.7, 0.8)),
    ]
    tops = [(x + rib * wide * taper + lean * up, base - tall * up) for rib, up in zip(ribs, heights, strict=True)]
    shade = mix(colours.near, tone, 0.3)
    bright = mix(tone, WHITE, 0.32)
    lights = (0.22, 0.5, 0.88) if brief.side < 0 else (0.88, 0.5, 0.22)
    for face in range(3):
        body = [feet[face], tops[face], tops[face + 1], feet[face + 1]]
        upper = mix(shade, bright, lights[face])
        lower = mix(mix(tone, colours.accent, 0.25), colours.horizon, 0.35)
        canvas.fill(body, upper, to=mix(shade, lower, 0.55 + 0.2 * lights[face]), opacity=0.93)
        _inner(canvas, body, rng, bright, colours.dark)
        facet = [tops[face], tip, tops[face + 1]]
        canvas.fill(facet, mix(bright, WHITE, 0.5 * lights[face]), to=mix(shade, bright, 0.25 + 0.6 * lights[face]))
    _windows(canvas, brief, feet, tops, rng)
    edge = mix(bright, WHITE, 0.6)
    lines: list[list[Point]] = []
    for foot_point, top in zip(feet, tops, strict=True):
        lines += [_line(foot_point, top, 0.0011), _line(top, tip, 0.0014)]
    canvas.fill_all(lines, edge, opacity=0.32, light=True)
    canvas.glow(tip[0], tip[1], 0.016 + wide * 0.25, mix(bright, colours.light, 0.3), 0.3)
    canvas.glow(x, base - tall * 0.12, wide * 1.3, mix(colours.accent, tone, 0.5), 0.3)


def _line(a: Point, b: Point, wide: float) -> list[Point]:
    length = max(float(np.hypot(b[0] - a[0], b[1] - a[1])), 1e-6)
    nx, ny = -(b[1] - a[1]) / length * wide / 2, (b[0] - a[0]) / length * wide / 2
    return [(a[0] + nx, a[1] + ny), (b[0] + nx, b[1] + ny), (b[0] - nx, b[1] - ny), (a[0] - nx, a[1] - ny)]


def _on(body: list[Point], u: float, v: float) -> Point:
    """The point at `u` across and `v` up a face given as foot, top, top, foot."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = body
    lx, ly, rx, ry = ax + (bx - ax) * v, ay + (by - ay) * v, dx + (cx - dx) * v, dy + (cy - dy) * v
    return lx + (rx - lx) * u, ly + (ry - ly) * u


def _inner(canvas: Canvas, body: list[Point], rng: np.random.Generator, bright: Colour, dark: Colour) -> None:
    """Planes inside the crystal, seen through its face: slanted slivers, some light, some dark."""
    for number in range(7):
        low, slant, high = float(rng.uniform(0, 0.85)), float(rng.uniform(-0.22, 0.22)), float(rng.uniform(0.05, 0.3))
        points = [
            _on(body, 0, _unit(low)),
            _on(body, 1, _unit(low + slant)),
            _on(body, 1, _unit(low + slant + high * float(rng.random()))),
            _on(body, 0, _unit(low + high)),
        ]
        if number % 3 == 2:
            canvas.fill(points, dark, opacity=0.2)
        else:
            canvas.fill(points, bright, to=mix(bright, dark, 0.7), opacity=0.26)


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))


def _windows(canvas: Canvas, brief: SceneBrief, feet: list[Point], tops: list[Point], rng: np.random.Generator) -> None:
    """Floors lit from within: short dashes in rows, more of them lower down."""
    warm: list[list[Point]] = []
    cool: list[list[Point]] = []
    for face in range(3):
        body = [feet[face], tops[face], tops[face + 1], feet[face + 1]]
        floors = int((body[0][1] - body[1][1]) / 0.0095)
        for floor in range(floors):
            v = (floor + 0.5) / max(floors, 1)
            for place in range(4):
                if float(rng.random()) < 0.2 * (1.15 - v):
                    at = _on(body, (place + 0.5) / 4, v)
                    reach = (body[3][0] - body[0][0]) / 4
                    (warm if float(rng.random()) < 0.6 else cool).append(_dash(at[0], at[1], reach * 0.22, 0.0011))
    canvas.fill_all(warm, mix(brief.palette.accent, (1.0, 0.9, 0.7), 0.5), opacity=0.75, light=True)
    canvas.fill_all(cool, mix(brief.palette.second, WHITE, 0.5), opacity=0.6, light=True)


def _traffic(canvas: Canvas, brief: SceneBrief, focus: float, water: float) -> None:
    """Craft between the towers, each a spark with a trail, along two slow arcs; a beam from the great spire."""
    rng = canvas.rng("traffic")
    for number in range(22):
        t = float(rng.random())
        arc = number % 2
        x = t * canvas.right
        y = water * (0.56 + 0.14 * arc) + (t - 0.5) ** 2 * (0.5 - 0.9 * arc) * water * 0.6 + float(rng.normal(0, 0.008))
        tone = mix(brief.palette.accent if number % 3 else brief.palette.second, WHITE, 0.5)
        canvas.glow(x, y, 0.0032, tone, 0.95)
        canvas.glow(x - brief.side * 0.014, y, 0.002, tone, 0.5, flat=7)
    top = water - 0.62 * canvas.bottom
    beam = np.exp(-((np.abs(canvas.x - focus) / (0.004 + 0.035 * np.clip(top + 0.1 - canvas.y, 0, 1))) ** 1.6))
    canvas.add(beam * smoothstep(top + 0.12, top - 0.3, canvas.y) * 0.14, mix(brief.palette.second, WHITE, 0.4))


def _water(canvas: Canvas, brief: SceneBrief, water: float, focus: float) -> None:
    glass = mirror(canvas, water, ripple=0.02, squeeze=1.15)
    row = canvas.height - glass.shape[0]
    depth = ((canvas.y[row:] - water) / max(canvas.bottom - water, 1e-6))[..., None]
    tint = np.asarray(mix(brief.palette.upper, brief.palette.dark, 0.4), dtype=np.float32)
    share = np.clip(0.2 + 0.5 * depth, 0, 0.8)
    canvas.rgb[row:] = glass * np.float32(0.92) * (1 - share) + tint * share
    sheen = canvas.fbm("sheen", 26, octaves=3, wide=9)[row:]
    bright = smoothstep(0.62, 0.85, sheen) * np.exp(-(((canvas.x - focus) / 0.4) ** 2)) * (1 - depth[..., 0] * 0.6)
    canvas.rgb[row:] += (
        bright[..., None] * np.asarray(mix(brief.palette.horizon, WHITE, 0.3), dtype=np.float32) * np.float32(0.3)
    )
    line = np.exp(-(((canvas.y - water) / 0.004) ** 2)) * np.ones_like(canvas.x)
    canvas.add(line * 0.28, brief.palette.horizon)


def _shore(canvas: Canvas, brief: SceneBrief, water: float) -> None:
    """Dark shards in front, on the side that the city leaves open, to look past."""
    rng = canvas.rng("shore")
    for number in range(9):
        t = number / 8
        x = (0.02 + 0.34 * t if brief.side > 0 else 0.98 - 0.34 * t) * canvas.right + float(rng.normal(0, 0.01))
        tall = (0.2 * (1 - t) ** 1.5 + 0.03) * float(rng.uniform(0.6, 1.2))
        wide, tip = float(rng.uniform(0.014, 0.034)), x + float(rng.normal(0, 0.02))
        base = canvas.bottom + 0.01
        dark, rim = mix(brief.palette.dark, brief.palette.near, 0.3), mix(brief.palette.near, brief.palette.second, 0.4)
        top = min(base - tall, base - 0.02)
        top = max(top, water + 0.015)
        canvas.fill(
            [(x - wide, base), (x - wide * 0.8, top + 0.05), (tip, top), (x, base)],
            scale(dark, 0.9),
            to=brief.palette.dark,
        )
        canvas.fill([(x, base), (tip, top), (x + wide * 0.8, top + 0.04), (x + wide, base)], rim, to=dark)
        canvas.fill([(tip, top), (tip + 0.0016, top), (x + 0.001, base), (x, base)], mix(rim, WHITE, 0.5), opacity=0.6)
