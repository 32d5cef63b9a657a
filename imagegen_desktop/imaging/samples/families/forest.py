"""A wood: trunks that fade into lit mist, rays through the crowns, ferns in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import blurred, curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    colours = brief.palette
    ground = canvas.bottom * 0.7
    focus = canvas.right * (0.5 - brief.side * 0.13)
    whole = np.ones((canvas.height, canvas.width), dtype=np.float32)
    leaf = mix(colours.near, (0.2, 0.42, 0.22) if not brief.has("autumn") else (0.72, 0.36, 0.12), 0.45)
    air = mix(colours.horizon, colours.light, 0.35)
    canvas.over(
        whole,
        canvas.gradient(
            [
                (0.0, mix(leaf, colours.upper, 0.45)),
                (ground * 0.6, mix(air, leaf, 0.25)),
                (ground, mix(air, leaf, 0.4)),
                (canvas.bottom, mix(leaf, colours.dark, 0.6)),
            ]
        ),
    )
    canvas.glow(focus, canvas.bottom * 0.34, 0.34, mix(air, colours.light, 0.6), 0.55 if not brief.dark else 0.3)
    for layer in range(5):
        near = layer / 4
        _trunks(canvas, brief, ground, near, layer, focus)
        _crowns(canvas, brief, leaf, near, layer, focus)
        veil = np.exp(-(((canvas.y - ground) / (0.16 + 0.1 * near)) ** 2)) * (
            0.5 + 0.7 * canvas.fbm(f"veil{layer}", 2, octaves=4, wide=3)
        )
        canvas.over(np.clip(veil * 0.5 * (1 - 0.8 * near), 0, 1), air)
        if layer == 2:
            _floor(canvas, brief, ground, leaf, focus)
    _rays(canvas, brief, focus)
    if brief.has("deer"):
        _deer(canvas, brief, canvas.right * (0.5 + brief.side * 0.08), canvas.bottom * 0.83, 0.3)
    if brief.has("mushroom"):
        _mushrooms(canvas, brief)
    _ferns(canvas, brief, leaf)
    if brief.has("fireflies", "magic") or brief.dark:
        _sparks(canvas, brief)


def _trunks(canvas: Canvas, brief: SceneBrief, ground: float, near: float, layer: int, focus: float) -> None:
    rng = canvas.rng(f"trunks{layer}")
    air = mix(brief.palette.horizon, brief.palette.light, 0.3)
    bark = mix(mix(brief.palette.dark, (0.25, 0.18, 0.14), 0.4), brief.palette.near, 0.25)
    tone = mix(mix(air, bark, 0.22), bark, near**0.8)
    count = int((17 - 12 * near) * canvas.right)
    for number in range(count):
        x = canvas.right * (number + float(rng.uniform(0.1, 0.9))) / count
        gap = abs(x - focus)
        if near > 0.4 and gap < 0.1 + 0.16 * near:
            continue
        wide = (0.009 + 0.062 * near**1.6) * float(rng.uniform(0.7, 1.35))
        foot = ground + 0.02 + 0.27 * near**1.5 * canvas.bottom + float(rng.normal(0, 0.01))
        lean = float(rng.normal(0, 0.025))
        left = curve(
            [
                (x - wide * 0.95, foot),
                (x - wide * 0.55, foot - 0.07 - 0.1 * near),
                (x - wide * 0.46 + lean * 0.5, foot * 0.5),
                (x - wide * 0.38 + lean, -0.05),
            ],
            6,
        )
        right = curve(
            [
                (x + wide * 0.38 + lean, -0.05),
                (x + wide * 0.46 + lean * 0.5, foot * 0.5),
                (x + wide * 0.55, foot - 0.07 - 0.1 * near),
                (x + wide * 0.95, foot),
            ],
            6,
        )
        sign = 1 if x < focus else -1
        rim = mix(tone, air, 0.45 + 0.2 * near)
        canvas.fill(
            [*left, *right],
            scale(tone, 0.75),
            to=mix(tone, rim, 0.7),
            along=((x - sign * wide * 0.5, 0), (x + sign * wide * 0.5, 0)),
        )
        if near > 0.5:
            _bark(canvas, rng, x, foot, wide, scale(tone, 0.45))
        branches: list[list[Point]] = []
        for _ in range(int(2 + 3 * near)):
            by, reach = float(rng.uniform(0.05, 0.55)) * foot, float(rng.uniform(0.06, 0.2)) * (0.5 + near)
            way = 1 if rng.random() < 0.5 else -1
            branches += ribbon(
                curve(
                    [
                        (x + lean * 0.5, by),
                        (x + way * reach * 0.5, by - reach * 0.3),
                        (x + way * reach, by - reach * 0.38),
                    ],
                    5,
                ),
                wide * 0.26,
                0.001,
            )
        canvas.fill_all(branches, tone)


def _bark(canvas: Canvas, rng: np.random.Generator, x: float, foot: float, wide: float, tone: Colour) -> None:
    cracks: list[list[Point]] = []
    for _ in range(26):
        cx, cy = x + wide * float(rng.uniform(-0.45, 0.45)), float(rng.uniform(0, foot))
        cracks += ribbon(
            [(cx, cy), (cx + float(rng.normal(0, 0.004)), cy + float(rng.uniform(0.03, 0.1)))],
            wide * 0.05,
            0.001,
        )
    canvas.fill_all(cracks, tone, opacity=0.5)


def _crowns(canvas: Canvas, brief: SceneBrief, leaf: Colour, near: float, layer: int, focus: float) -> None:
    """Leaves above: clumps of noise, denser upwards and away from the light."""
    clump = canvas.fbm(f"crown{layer}", 5 - 2 * near, octaves=7, gain=0.62)
    hang = 0.2 + 0.1 * near + 0.3 * np.clip(np.abs(canvas.x - focus) - 0.1, 0, 1) * near
    cover = smoothstep(0.5, 0.6, clump + (hang * canvas.bottom - canvas.y) * 0.9)
    air = mix(brief.palette.horizon, brief.palette.light, 0.3)
    base = mix(mix(air, leaf, 0.5), mix(leaf, brief.palette.dark, 0.55), near)
    lit = mix(base, brief.palette.light, 0.4 * (1 - 0.5 * near))
    glow = np.exp(-(((canvas.x - focus) / 0.4) ** 2)) * smoothstep(0.5, 0.75, clump)
    paint = np.asarray(base) + (np.asarray(lit) - np.asarray(base)) * glow[..., None]
    canvas.over(cover * 0.94, paint.astype(np.float32))


def _floor(canvas: Canvas, brief: SceneBrief, ground: float, leaf: Colour, focus: float) -> None:
    edge = ground + 0.02 + (canvas.line("floor", 3, octaves=5) - 0.5) * 0.05
    moss = canvas.fbm("moss", 14, octaves=6, wide=2.4, gain=0.6)
    depth = np.clip((canvas.y - ground) / (canvas.bottom - ground), 0, 1)
    far, close = np.asarray(mix(leaf, brief.palette.light, 0.3)), np.asarray(mix(leaf, brief.palette.dark, 0.7))
    paint = far + (close - far) * depth[..., None]
    paint = paint * (0.6 + 0.8 * moss[..., None])
    canvas.over(canvas.below(edge), paint.astype(np.float32))
    bend = focus + np.sin(depth * 3.2) * 0.1 * brief.side
    if brief.has("path") or brief.variant % 2:
        way = smoothstep(
            1.15, 0.75, np.abs(canvas.x - bend) / (0.02 + 0.2 * depth) + (moss - 0.5) * 0.8
        ) * canvas.below(edge)
        canvas.over(way * 0.7, mix(mix(brief.palette.light, brief.palette.horizon, 0.4), leaf, 0.35))
    patches = (
        smoothstep(0.58, 0.7, canvas.fbm("patches", 7, octaves=4, wide=3))
        * canvas.below(edge)
        * np.exp(-(((canvas.x - focus) / 0.35) ** 2))
    )
    canvas.add(patches * 0.3 * (0.3 if brief.dark else 1.0), brief.palette.light)


def _rays(canvas: Canvas, brief: SceneBrief, focus: float) -> None:
    """Shafts from a point above the crowns, broken as leaves break them."""
    sx, sy = focus + brief.side * 0.16, -0.25
    angle = np.arctan2(canvas.x - sx, canvas.y - sy)
    rng = canvas.rng("rays")
    knots = rng.random(90) ** 2.2
    bands = np.interp(angle, np.linspace(-1.2, 1.2, 90), knots)
    fade = smoothstep(canvas.bottom * 0.98, 0.1, canvas.y) * np.exp(-((angle / 0.55) ** 2))
    canvas.add(
        blurred((bands * fade).astype(np.float32), 0.004 * canvas.unit) * (0.14 if brief.dark else 0.34),
        mix(brief.palette.light, brief.palette.horizon, 0.3),
    )


def _ferns(canvas: Canvas, brief: SceneBrief, leaf: Colour) -> None:
    rng = canvas.rng("ferns")
    for depth, tone in ((0, mix(leaf, brief.palette.dark, 0.45)), (1, mix(leaf, brief.palette.dark, 0.85))):
        for _ in range(int(13 * canvas.right)):
            x = float(rng.uniform(0, canvas.right))
            if abs(x - canvas.right * (0.5 - brief.side * 0.13)) < 0.14 - 0.08 * depth:
                continue
            foot = canvas.bottom * (0.93 + 0.1 * depth)
            shapes: list[list[Point]] = []
            for _ in range(5):
                angle, reach = float(rng.normal(-np.pi / 2, 0.75)), float(rng.uniform(0.09, 0.2))
                spine = curve(
                    [
                        (x, foot),
                        (x + float(np.cos(angle)) * reach * 0.6, foot + float(np.sin(angle)) * reach * 0.8),
                        (x + float(np.cos(angle)) * reach * 1.2, foot + float(np.sin(angle)) * reach * 0.75),
                    ],
                    7,
                )
                shapes += ribbon(spine, 0.003, 0.001)
                for step in range(1, len(spine) - 1):
                    size = reach * 0.26 * (1 - step / len(spine)) ** 0.7
                    (px, py), (qx, qy) = spine[step], spine[step + 1]
                    heading = float(np.arctan2(qy - py, qx - px))
                    for sign in (-1, 1):
                        a = heading + sign * 1.05
                        shapes.append(
                            [
                                (px, py),
                                (px + float(np.cos(a + 0.25)) * size * 0.5, py + float(np.sin(a + 0.25)) * size * 0.5),
                                (px + float(np.cos(a)) * size, py + float(np.sin(a)) * size),
                                (px + float(np.cos(a - 0.25)) * size * 0.5, py + float(np.sin(a - 0.25)) * size * 0.5),
                            ]
                        )
            canvas.fill_all(shapes, mix(tone, leaf, float(rng.random()) * 0.3))


def _deer(canvas: Canvas, brief: SceneBrief, x: float, foot: float, size: float) -> None:
    """A stag that has stopped to look, rim-lit."""
    s, tone = -brief.side, mix(brief.palette.dark, (0.3, 0.18, 0.1), 0.45)
    body = curve(
        [
            (x - 0.32 * size * s, foot - 0.62 * size),
            (x, foot - 0.6 * size),
            (x + 0.24 * size * s, foot - 0.68 * size),
            (x + 0.36 * size * s, foot - 0.95 * size),
            (x + 0.44 * size * s, foot - 0.95 * size),
            (x + 0.4 * size * s, foot - 0.62 * size),
            (x + 0.26 * size * s, foot - 0.42 * size),
            (x - 0.1 * size * s, foot - 0.38 * size),
            (x - 0.32 * size * s, foot - 0.42 * size),
        ],
        8,
        closed=True,
    )
    head = curve(
        [
            (x + 0.35 * size * s, foot - 0.98 * size),
            (x + 0.42 * size * s, foot - 1.04 * size),
            (x + 0.6 * size * s, foot - 0.93 * size),
            (x + 0.58 * size * s, foot - 0.89 * size),
            (x + 0.42 * size * s, foot - 0.9 * size),
        ],
        6,
        closed=True,
    )
    ear = oval(x + 0.33 * size * s, foot - 1.03 * size, 0.07 * size, 0.025 * size, turn=-0.5 * s)
    shapes: list[list[Point]] = [body, head, ear]
    for dx, bend in ((-0.28, -0.05), (-0.2, 0.03), (0.2, 0.03), (0.29, -0.03)):
        shapes += ribbon(
            [
                (x + dx * size * s, foot - 0.45 * size),
                (x + (dx + bend) * size * s, foot - 0.22 * size),
                (x + dx * size * s, foot),
            ],
            0.075 * size,
            0.026 * size,
        )
    shapes += _antlers(brief, x, foot, size)
    canvas.fill_all(
        [[(px + 0.004 * brief.side, py - 0.004) for px, py in shape] for shape in shapes],
        brief.palette.light,
        opacity=0.75,
    )
    canvas.fill_all(shapes, tone)


def _antlers(brief: SceneBrief, x: float, foot: float, size: float) -> list[list[Point]]:
    s = -brief.side
    shapes: list[list[Point]] = []
    for sign in (-1, 1):
        base = (x + (0.39 + 0.02 * sign) * size * s, foot - 1.03 * size)
        main = curve(
            [
                base,
                (base[0] + sign * 0.12 * size, base[1] - 0.16 * size),
                (base[0] + sign * 0.14 * size, base[1] - 0.4 * size),
            ],
            6,
        )
        shapes += ribbon(main, 0.026 * size, 0.008 * size)
        for step, reach in ((4, 0.14), (8, 0.13), (11, 0.1)):
            px, py = main[min(step, len(main) - 1)]
            shapes += ribbon(
                [(px, py), (px - sign * reach * 0.7 * size, py - reach * size)], 0.018 * size, 0.005 * size
            )
    return shapes


def _mushrooms(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("mushrooms")
    for number in range(9):
        size = float(rng.uniform(0.04, 0.13)) * (1.3 if number == 0 else 1.0)
        x = canvas.right * (0.5 + brief.side * 0.16) + float(rng.normal(0, 0.17))
        foot = canvas.bottom * float(rng.uniform(0.86, 0.95))
        stem = [
            (x - size * 0.14, foot),
            (x - size * 0.09, foot - size * 0.9),
            (x + size * 0.09, foot - size * 0.9),
            (x + size * 0.14, foot),
        ]
        canvas.fill(stem, (0.95, 0.9, 0.8), to=mix((0.6, 0.52, 0.42), brief.palette.dark, 0.3))
        cap = curve(
            [
                (x - size * 0.62, foot - size * 0.78),
                (x - size * 0.42, foot - size * 1.22),
                (x, foot - size * 1.4),
                (x + size * 0.42, foot - size * 1.22),
                (x + size * 0.62, foot - size * 0.78),
                (x, foot - size * 0.7),
            ],
            8,
            closed=True,
        )
        red = mix(brief.palette.accent, (0.85, 0.15, 0.1), 0.5)
        canvas.fill(cap, mix(red, (1.0, 0.8, 0.7), 0.3), to=scale(red, 0.5))
        for _ in range(7):
            canvas.fill(
                oval(
                    x + size * float(rng.uniform(-0.4, 0.4)),
                    foot - size * float(rng.uniform(0.9, 1.25)),
                    size * 0.05,
                    size * 0.035,
                ),
                (1.0, 0.96, 0.9),
                opacity=0.9,
            )
        canvas.glow(x, foot - size * 0.8, size * 0.7, mix(red, brief.palette.light, 0.6), 0.16)


def _sparks(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("sparks")
    tone = mix(brief.palette.accent, (1.0, 0.92, 0.45), 0.65)
    for _ in range(70):
        x, y = float(rng.uniform(0, canvas.right)), canvas.bottom * float(rng.uniform(0.35, 0.95))
        canvas.glow(x, y, float(rng.uniform(0.002, 0.005)), tone, 1.2)
        canvas.glow(x, y, 0.02, tone, 0.2)
