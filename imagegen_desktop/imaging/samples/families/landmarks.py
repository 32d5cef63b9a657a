"""Things that stand in more than one landscape: castle, pagoda, cottage, boat, lighthouse, birds, a traveller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def box(x: float, foot: float, wide: float, tall: float, taper: float = 1.0) -> list[Point]:
    """An upright shape standing on `foot`, `wide` below and `wide * taper` above."""
    half = wide / 2
    return [(x - half, foot), (x - half * taper, foot - tall), (x + half * taper, foot - tall), (x + half, foot)]


def castle(canvas: Canvas, brief: SceneBrief, x: float, foot: float, size: float) -> None:
    """A keep with round towers and pointed roofs, a light in some windows."""
    colours = brief.palette
    wall, shade = mix(colours.near, colours.far, 0.35), mix(colours.near, colours.dark, 0.5)
    parts = (
        (0.0, 0.2, 0.62),
        (-0.24, 0.13, 0.48),
        (0.25, 0.14, 0.42),
        (-0.4, 0.1, 0.3),
        (0.41, 0.1, 0.34),
        (0.11, 0.09, 0.8),
        (-0.11, 0.16, 0.3),
    )
    windows: list[list[Point]] = []
    for dx, wide, tall in parts:
        cx, w, h = x + dx * size, wide * size, tall * size
        canvas.fill(
            box(cx, foot, w, h), wall, to=shade, along=((cx - w / 2 * brief.side, 0), (cx + w / 2 * brief.side, 0))
        )
        canvas.fill(
            box(cx, foot - h, w * 1.16, w * 0.16),
            wall,
            to=shade,
            along=((cx - w * brief.side, 0), (cx + w * brief.side, 0)),
        )
        canvas.fill(
            [(cx - w * 0.6, foot - h - w * 0.14), (cx, foot - h - w * 1.7), (cx + w * 0.6, foot - h - w * 0.14)],
            mix(colours.accent, shade, 0.55),
            to=shade,
            along=((cx - w / 2 * brief.side, 0), (cx + w / 2 * brief.side, 0)),
        )
        windows += [
            box(cx + ox * w, foot - h * v, w * 0.09, w * 0.22) for ox, v in ((0.0, 0.62), (-0.2, 0.35), (0.2, 0.8))
        ]
    canvas.fill_all(windows, mix(colours.light, (1.0, 0.8, 0.4), 0.6), opacity=0.95)


def pagoda(canvas: Canvas, brief: SceneBrief, x: float, foot: float, size: float) -> None:
    """Five roofs with lifted corners."""
    colours = brief.palette
    wood, roof = mix(colours.accent, colours.near, 0.45), mix(colours.dark, colours.near, 0.4)
    top = foot
    for tier in range(5):
        wide, tall = size * (0.44 - 0.06 * tier), size * 0.13
        canvas.fill(
            box(x, top, wide * 0.62, tall),
            wood,
            to=scale(wood, 0.6),
            along=((x - wide / 3 * brief.side, 0), (x + wide / 3 * brief.side, 0)),
        )
        eave = top - tall
        line = curve(
            [
                (x - wide * 0.72, eave - size * 0.035),
                (x - wide * 0.45, eave + size * 0.012),
                (x, eave + size * 0.01),
                (x + wide * 0.45, eave + size * 0.012),
                (x + wide * 0.72, eave - size * 0.035),
            ]
        )
        canvas.fill(
            [*line, (x + wide * 0.3, eave - size * 0.06), (x - wide * 0.3, eave - size * 0.06)],
            roof,
            to=mix(roof, colours.light, 0.12),
        )
        top = eave - size * 0.05
    canvas.fill(box(x, top, size * 0.02, size * 0.2, 0.2), roof)


def cottage(canvas: Canvas, brief: SceneBrief, x: float, foot: float, size: float) -> None:
    """A small house with lit windows and smoke."""
    colours = brief.palette
    wall, roof = mix(colours.near, colours.light, 0.22), mix(colours.accent, colours.dark, 0.6)
    canvas.fill(box(x, foot, size, size * 0.52), wall, to=scale(wall, 0.6))
    canvas.fill(box(x + size * 0.27, foot - size * 0.7, size * 0.1, size * 0.3), scale(wall, 0.7))
    canvas.fill(
        [
            (x - size * 0.6, foot - size * 0.48),
            (x - size * 0.36, foot - size * 0.95),
            (x + size * 0.36, foot - size * 0.95),
            (x + size * 0.6, foot - size * 0.48),
        ],
        roof,
        to=scale(roof, 0.7),
    )
    warm = mix(colours.light, (1.0, 0.75, 0.35), 0.7)
    canvas.fill_all([box(x + dx * size, foot - size * 0.14, size * 0.13, size * 0.2) for dx in (-0.3, 0.3)], warm)
    canvas.fill(box(x, foot, size * 0.15, size * 0.32), scale(roof, 0.6))
    canvas.glow(x, foot - size * 0.2, size * 0.5, warm, 0.22)
    for puff in range(7):
        t = puff / 6
        canvas.disc(
            x + size * (0.27 + 0.35 * t * t),
            foot - size * (1.05 + 0.9 * t),
            size * (0.05 + 0.09 * t),
            mix(colours.horizon, colours.light, 0.3),
            opacity=0.2 * (1 - t),
            soft=size * 0.12,
        )


def boat(canvas: Canvas, brief: SceneBrief, x: float, water: float, size: float, *, tall_ship: bool = False) -> None:
    """A sailing boat lit from its side; a tall ship has three masts of square sails."""
    colours = brief.palette
    hull, sail = mix(colours.dark, colours.accent, 0.25), mix(colours.light, colours.horizon, 0.25)
    (_square_sails if tall_ship else _fore_sails)(canvas, brief, x, water, size, hull, sail)
    shape = curve(
        [(x - 0.52 * size, water - 0.16 * size), (x, water - 0.1 * size), (x + 0.56 * size, water - 0.18 * size)], 8
    )
    keel = curve(
        [
            (x + 0.56 * size, water - 0.18 * size),
            (x + 0.4 * size, water + 0.01 * size),
            (x - 0.38 * size, water + 0.01 * size),
            (x - 0.52 * size, water - 0.16 * size),
        ],
        8,
    )
    canvas.fill([*shape, *keel], mix(hull, colours.light, 0.18), to=colours.dark)


def _square_sails(
    canvas: Canvas, brief: SceneBrief, x: float, water: float, size: float, hull: Colour, sail: Colour
) -> None:
    colours, side = brief.palette, brief.side
    for dx, tall in ((-0.3, 0.85), (0.0, 1.05), (0.28, 0.8)):
        mast = x + dx * size
        canvas.fill(box(mast, water - 0.1 * size, 0.02 * size, tall * size), hull)
        for row in range(3):
            top, wide = water - size * tall * (1.02 - 0.27 * row), size * (0.17 + 0.05 * row)
            shape = curve(
                [
                    (mast - wide, top),
                    (mast + wide, top),
                    (mast + wide * 1.12, top + 0.2 * size),
                    (mast, top + 0.16 * size),
                    (mast - wide * 0.85, top + 0.2 * size),
                ],
                6,
                closed=True,
            )
            canvas.fill(
                shape,
                sail,
                to=mix(sail, colours.near, 0.6),
                along=((mast - wide * side, 0), (mast + wide * side, 0)),
            )


def _fore_sails(
    canvas: Canvas, brief: SceneBrief, x: float, water: float, size: float, hull: Colour, sail: Colour
) -> None:
    colours, side = brief.palette, brief.side
    mast = x - 0.04 * size * side
    canvas.fill(box(mast, water - 0.05 * size, 0.016 * size, 1.08 * size), hull)
    main = curve(
        [
            (mast + 0.02 * size * side, water - 1.08 * size),
            (mast + 0.3 * size * side, water - 0.5 * size),
            (mast + 0.48 * size * side, water - 0.2 * size),
        ],
        10,
    )
    canvas.fill(
        [*main, (mast + 0.02 * size * side, water - 0.18 * size)],
        sail,
        to=mix(sail, colours.far, 0.55),
        along=((mast, 0), (mast + 0.5 * size * side, 0)),
    )
    jib = curve(
        [
            (mast - 0.03 * size * side, water - 1.0 * size),
            (mast - 0.16 * size * side, water - 0.5 * size),
            (mast - 0.42 * size * side, water - 0.16 * size),
        ],
        10,
    )
    canvas.fill(
        [*jib, (mast - 0.04 * size * side, water - 0.2 * size)],
        mix(sail, colours.accent, 0.35),
        to=mix(sail, colours.far, 0.4),
    )


def lighthouse(canvas: Canvas, brief: SceneBrief, x: float, foot: float, tall: float) -> Point:
    """A banded tower with gallery, lantern and dome; gives the place of its lamp."""
    colours = brief.palette
    wide = tall * 0.17
    white, band = mix(colours.light, (0.96, 0.95, 0.93), 0.6), mix(colours.accent, (0.75, 0.12, 0.12), 0.45)
    dim = 0.5 if brief.dark else 0.85
    along = ((x + wide / 2 * brief.side, 0.0), (x - wide / 2 * brief.side, 0.0))
    for row in range(6):
        low, high = row / 6, (row + 1) / 6
        a, b = 1 - 0.42 * low, 1 - 0.42 * high
        tone = scale(band if row % 2 else white, dim)
        body = [
            (x - wide / 2 * a, foot - tall * 0.8 * low),
            (x - wide / 2 * b, foot - tall * 0.8 * high),
            (x + wide / 2 * b, foot - tall * 0.8 * high),
            (x + wide / 2 * a, foot - tall * 0.8 * low),
        ]
        canvas.fill(body, mix(tone, colours.dark, 0.62), to=tone, along=along)
    top = foot - tall * 0.8
    canvas.fill(box(x, top, wide * 0.86, tall * 0.022), colours.dark)
    lamp = (x, top - tall * 0.065)
    canvas.fill(box(x, top - tall * 0.02, wide * 0.44, tall * 0.09), mix(colours.light, (1.0, 0.9, 0.6), 0.6))
    canvas.fill_all(
        [box(x + dx * wide, top - tall * 0.02, wide * 0.03, tall * 0.09) for dx in (-0.21, -0.07, 0.07, 0.21)],
        colours.dark,
    )
    canvas.fill(
        [*oval(x, top - tall * 0.108, wide * 0.27, tall * 0.045)[32:], (x + wide * 0.27, top - tall * 0.1)],
        mix(band, colours.dark, 0.4),
    )
    canvas.fill(box(x, top - tall * 0.14, wide * 0.03, tall * 0.06), colours.dark)
    canvas.fill_all(
        [box(x, foot - tall * v, wide * 0.1, tall * 0.035) for v in (0.2, 0.46)], mix(colours.dark, colours.light, 0.25)
    )
    return lamp


def beam(canvas: Canvas, brief: SceneBrief, lamp: Point, strength: float) -> None:
    """The lamp's two beams through the air, and its flare."""
    x, y = lamp
    tone = mix(brief.palette.light, (1.0, 0.9, 0.65), 0.5)
    dx, dy = canvas.x - x, canvas.y - y
    for sign, tilt in ((1, -0.07), (-1, 0.03)):
        along = np.maximum(dx * sign, 0)
        spread = np.exp(-(((dy - tilt * along) / (0.006 + 0.085 * along)) ** 2))
        canvas.add(
            spread
            * np.exp(-along * 1.5)
            * smoothstep(0.0, 0.02, along)
            * strength
            * (1.0 if sign == brief.side else 0.6),
            tone,
        )
    canvas.glow(x, y, 0.022, tone, 1.3)
    canvas.glow(x, y, 0.09, tone, 0.4)


def birds(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float, count: int = 9) -> None:
    """A loose skein of birds, each two bent wings."""
    rng = canvas.rng("birds")
    shapes: list[list[Point]] = []
    for number in range(count):
        bx = x + (number - count / 2) * size * 1.3 + float(rng.normal(0, size))
        by = y + abs(number - count / 2) * size * 0.5 + float(rng.normal(0, size * 0.6))
        s, lift = size * float(rng.uniform(0.6, 1.2)), float(rng.uniform(0.15, 0.55))
        wing = curve(
            [
                (bx - s, by - s * lift),
                (bx - s * 0.4, by - s * lift * 1.1),
                (bx, by),
                (bx + s * 0.4, by - s * lift * 1.1),
                (bx + s, by - s * lift),
            ],
            5,
        )
        back = [(px, py + s * 0.14 * (1 - abs(px - bx) / s)) for px, py in reversed(wing)]
        shapes.append([*wing, *back])
    canvas.fill_all(shapes, mix(brief.palette.dark, brief.palette.near, 0.3), opacity=0.9)


def traveller(canvas: Canvas, brief: SceneBrief, x: float, foot: float, tall: float) -> None:
    """A person seen from behind, in a long coat."""
    tone = mix(brief.palette.dark, brief.palette.near, 0.1)
    coat = curve(
        [
            (x - tall * 0.09, foot - tall * 0.8),
            (x - tall * 0.13, foot - tall * 0.45),
            (x - tall * 0.16, foot - tall * 0.12),
            (x + tall * 0.17, foot - tall * 0.12),
            (x + tall * 0.12, foot - tall * 0.45),
            (x + tall * 0.09, foot - tall * 0.8),
        ],
        8,
    )
    canvas.fill_all(
        [
            coat,
            oval(x, foot - tall * 0.9, tall * 0.058, tall * 0.075),
            box(x - tall * 0.05, foot, tall * 0.055, tall * 0.2),
            box(x + tall * 0.05, foot, tall * 0.055, tall * 0.2),
        ],
        tone,
    )
    canvas.fill(
        [
            *curve(
                [
                    (x + tall * 0.1, foot - tall * 0.8),
                    (x + tall * 0.13, foot - tall * 0.45),
                    (x + tall * 0.16, foot - tall * 0.14),
                ],
                8,
            ),
            (x + tall * 0.14, foot - tall * 0.14),
        ],
        mix(brief.palette.light, tone, 0.3),
        opacity=0.5,
    )


def dragon(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float) -> None:
    """A dragon on the wing, in silhouette, wings lifted."""
    tone = mix(brief.palette.dark, brief.palette.accent, 0.12)
    s = brief.side
    spine = curve(
        [
            (x + 0.75 * size * s, y + 0.34 * size),
            (x + 0.42 * size * s, y + 0.16 * size),
            (x, y),
            (x - 0.3 * size * s, y - 0.1 * size),
            (x - 0.5 * size * s, y - 0.26 * size),
        ],
        10,
    )
    body = ribbon(spine[len(spine) // 2 :], 0.13 * size, 0.055 * size) + ribbon(
        spine[: len(spine) // 2 + 1][::-1], 0.13 * size, 0.004
    )
    head = [
        (x - 0.46 * size * s, y - 0.3 * size),
        (x - 0.56 * size * s, y - 0.33 * size),
        (x - 0.74 * size * s, y - 0.23 * size),
        (x - 0.56 * size * s, y - 0.2 * size),
        (x - 0.46 * size * s, y - 0.2 * size),
    ]
    horn = [
        (x - 0.48 * size * s, y - 0.3 * size),
        (x - 0.38 * size * s, y - 0.43 * size),
        (x - 0.54 * size * s, y - 0.31 * size),
    ]
    wings: list[list[Point]] = []
    for reach, lift in ((0.72, 0.78), (-0.5, 0.86)):
        tip = (x + reach * size * s, y - lift * size)
        ribs = [(x + reach * f * size * s, y - lift * g * size) for f, g in ((1.22, 0.42), (0.95, 0.16), (0.62, 0.0))]
        edge: list[Point] = [tip]
        for a, b in zip([tip, *ribs], ribs, strict=False):
            edge += curve([a, ((a[0] + b[0]) / 2 * 0.9 + x * 0.1, (a[1] + b[1]) / 2 - 0.06 * size), b], 6)
        wings.append(
            [
                (x - 0.08 * size * s, y - 0.04 * size),
                (x + reach * 0.4 * size * s, y - lift * 0.8 * size),
                *edge,
                (x + 0.14 * size * s, y + 0.05 * size),
            ]
        )
    canvas.fill_all(wings, mix(tone, brief.palette.far, 0.22), to=tone)
    canvas.fill_all([*body, head, horn], tone)


def volcano_plume(canvas: Canvas, brief: SceneBrief, x: float, y: float) -> None:
    """Fire at the crater, streams of lava, smoke lit from below."""
    rng = canvas.rng("plume")
    hot = (1.0, 0.45, 0.12)
    for puff in range(46):
        t = puff / 45
        px = x - brief.side * 0.34 * t**1.4 + float(rng.normal(0, 0.012 + 0.05 * t))
        py = y - 0.5 * t + float(rng.normal(0, 0.02))
        tone = mix(mix(hot, brief.palette.dark, min(1.0, 0.45 + t * 1.4)), brief.palette.far, 0.45 * t)
        canvas.disc(px, py, 0.022 + 0.075 * t, tone, opacity=0.42, soft=0.03 + 0.06 * t)
    for stream in range(4):
        points = [(x, y)]
        for step in range(9):
            px, py = points[-1]
            points.append((px + float(rng.normal((stream - 1.5) * 0.009, 0.008)), py + 0.022 + 0.004 * step))
        canvas.fill_all(ribbon(points, 0.009, 0.002), (1.3, 0.62, 0.2))
        canvas.fill_all(ribbon(points, 0.034, 0.01), hot, opacity=0.2, light=True)
    canvas.glow(x, y, 0.07, hot, 0.9)
    canvas.glow(x, y, 0.24, hot, 0.32)
