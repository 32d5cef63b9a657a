"""Geometry in few colours, printed on paper: arcs, discs and bars in balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import ribbon, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    colours = [mix(parse(part), brief.palette.accent, 0.12) for part in brief.swatch.split()]
    paper = parse(brief.swatch.split()[0])
    canvas.over(np.ones((canvas.height, canvas.width), dtype=np.float32), paper)
    match brief.variant % 3:
        case 0:
            _tiles(canvas, brief, colours)
        case 1:
            _balance(canvas, brief, colours)
        case _:
            _kandinsky(canvas, brief, colours)
    # Ink lies unevenly on toothed paper.
    tooth = canvas.fbm("tooth", 120, octaves=2)
    cloud = canvas.fbm("ink", 2, octaves=4)
    canvas.multiply(0.93 + 0.08 * tooth + 0.07 * cloud)
    speck = smoothstep(0.8, 0.88, canvas.fbm("specks", 150, octaves=1))
    canvas.over(speck * 0.35, paper)


def sector(x: float, y: float, outer: float, inner: float, start: float, turn: float) -> list[Point]:
    """A slice of a ring, from `start` over `turn` radians."""
    angles = np.linspace(start, start + turn, max(8, int(abs(turn) * 28)))
    out = [(float(x + np.cos(a) * outer), float(y + np.sin(a) * outer)) for a in angles]
    back = (
        [(float(x + np.cos(a) * inner), float(y + np.sin(a) * inner)) for a in angles[::-1]] if inner > 0 else [(x, y)]
    )
    return [*out, *back]


def _cast(canvas: Canvas, shape: list[Point], tone: Colour, *, far: float = 0.012) -> None:
    canvas.fill([(x + far, y + far * 1.2) for x, y in shape], (0.05, 0.04, 0.06), opacity=0.26, blur=far)
    canvas.fill(shape, mix(tone, (1.0, 1.0, 1.0), 0.06), to=mix(tone, (0.0, 0.0, 0.0), 0.1))


def _tiles(canvas: Canvas, brief: SceneBrief, colours: list[Colour]) -> None:
    """A grid of quarter rings, half discs and leaves; one block of four is joined into a great one."""
    rng = canvas.rng("tiles")
    rows = 5 + brief.variant % 3
    cell = canvas.bottom / rows
    columns = int(np.ceil(canvas.right / cell))
    left = (canvas.right - columns * cell) / 2
    for row in range(rows):
        for column in range(columns):
            x, y = left + column * cell, row * cell
            picks = rng.permutation(len(colours))
            ground, first, second = (colours[int(pick)] for pick in picks[:3])
            canvas.fill(
                [(x, y), (x + cell + 0.001, y), (x + cell + 0.001, y + cell + 0.001), (x, y + cell + 0.001)], ground
            )
            corner = int(rng.integers(0, 4))
            cx, cy = x + cell * (corner in (1, 2)), y + cell * (corner in (2, 3))
            start = corner * np.pi / 2
            kind = int(rng.integers(0, 6))
            if kind <= 1:
                canvas.fill(sector(cx, cy, cell, cell * 0.55, start, np.pi / 2), first)
                canvas.fill(sector(cx, cy, cell * 0.3, 0, start, np.pi / 2), second)
            elif kind == 2:
                canvas.fill(sector(x + cell / 2, y, cell / 2, 0, 0, np.pi), first)
                canvas.fill(sector(x + cell / 2, y + cell / 2, cell / 2, 0, 0, np.pi), second)
            elif kind == 3:
                canvas.disc(x + cell / 2, y + cell / 2, cell * 0.4, first)
                canvas.disc(x + cell / 2, y + cell / 2, cell * 0.17, second)
            elif kind == 4:
                canvas.fill(sector(cx, cy, cell, 0, start, np.pi / 2), first)
                canvas.fill([(cx, cy), *sector(cx, cy, cell, cell * 0.99, start, np.pi / 4)[:10]], second, opacity=0.85)
            else:
                for bar in range(4):
                    canvas.fill(
                        [
                            (x, y + cell * bar / 4),
                            (x + cell, y + cell * bar / 4),
                            (x + cell, y + cell * (bar + 0.5) / 4),
                            (x, y + cell * (bar + 0.5) / 4),
                        ],
                        first,
                    )
    span = 2
    column, row = int(columns * (0.5 + brief.side * 0.18)) - 1, 1 + brief.variant % 2
    x, y = left + column * cell, row * cell
    canvas.fill([(x, y), (x + span * cell, y), (x + span * cell, y + span * cell), (x, y + span * cell)], colours[1])
    for ring, tone in enumerate((colours[2], colours[0], colours[4], colours[1])):
        canvas.disc(x + span * cell / 2, y + span * cell / 2, span * cell * (0.46 - 0.11 * ring), tone)


def _balance(canvas: Canvas, brief: SceneBrief, colours: list[Colour]) -> None:
    """One great arc against a small heavy disc, steps and bars between them."""
    s = brief.side
    x, y = canvas.right * (0.5 - s * 0.1), canvas.bottom * 0.62
    _cast(canvas, sector(x, y, 0.44, 0.3, np.pi, np.pi), colours[2], far=0.018)
    _cast(canvas, sector(x, y, 0.27, 0.17, np.pi, np.pi), colours[5])
    _cast(canvas, sector(x, y, 0.14, 0.0, np.pi, np.pi), colours[1])
    bar = [(x - 0.5, y), (x + 0.5, y), (x + 0.5, y + 0.035), (x - 0.5, y + 0.035)]
    _cast(canvas, bar, colours[1])
    for step in range(5):
        left = x + s * (0.02 + 0.08 * step)
        shape = [
            (left, y + 0.036),
            (left + s * 0.08, y + 0.036),
            (left + s * 0.08, y + 0.09 + 0.055 * step),
            (left, y + 0.09 + 0.055 * step),
        ]
        _cast(canvas, shape, colours[3 + step % 3], far=0.008)
    disc_x, disc_y = canvas.right * (0.5 + s * 0.3), canvas.bottom * 0.2
    ring = sector(disc_x, disc_y, 0.115, 0, 0, 2 * np.pi)
    _cast(canvas, ring, colours[4], far=0.022)
    canvas.fill(sector(disc_x, disc_y, 0.115, 0, np.pi / 4, np.pi), colours[2], opacity=0.9)
    _cast(canvas, sector(x - s * 0.22, y + 0.16, 0.1, 0, 0, np.pi), colours[4])
    lines: list[list[Point]] = []
    for number in range(7):
        top = canvas.bottom * 0.1 + 0.022 * number
        lines += ribbon([(x - s * 0.42, top), (x - s * 0.12, top)], 0.006)
    canvas.fill_all(lines, colours[1])
    canvas.fill_all(ribbon([(disc_x, disc_y + 0.115), (disc_x, y)], 0.004), colours[1])


def _kandinsky(canvas: Canvas, brief: SceneBrief, colours: list[Colour]) -> None:
    """Rings, wedges and taut lines around one heavy point."""
    rng = canvas.rng("shapes")
    x, y = canvas.right * (0.5 + brief.side * 0.17), canvas.bottom * 0.36
    canvas.glow(x, y, 0.3, mix(colours[4], (1.0, 1.0, 1.0), 0.3), -0.18)
    for ring in range(6):
        radius = 0.23 - 0.036 * ring
        _cast(
            canvas,
            sector(x, y, radius, 0, 0, 2 * np.pi),
            colours[(ring * 2 + 1) % len(colours)],
            far=0.014 if ring == 0 else 0.003,
        )
    for number in range(13):
        cx, cy = canvas.right * float(rng.uniform(0.06, 0.94)), canvas.bottom * float(rng.uniform(0.1, 0.94))
        size, start = float(rng.uniform(0.03, 0.12)), float(rng.uniform(0, 6.28))
        tone = colours[1 + number % (len(colours) - 1)]
        if number % 4 == 0:
            _cast(
                canvas,
                [
                    (cx + size * 1.4 * float(np.cos(start + k)), cy + size * 1.4 * float(np.sin(start + k)))
                    for k in (0, 2.2, 3.6)
                ],
                tone,
            )
        elif number % 4 == 1:
            _cast(canvas, sector(cx, cy, size, 0, start, np.pi), tone)
        elif number % 4 == 2:
            for k in range(6):
                px, py = cx + float(np.cos(start)) * size * 0.42 * k, cy + float(np.sin(start)) * size * 0.42 * k
                canvas.fill(
                    sector(px, py, size * 0.28, 0, start + np.pi / 4, 2 * np.pi * 0.75), tone if k % 2 else colours[1]
                )
        else:
            _cast(canvas, sector(cx, cy, size, size * 0.72, start, 4.4), tone)
    for _ in range(9):
        cx, cy, angle, reach = (
            canvas.right * float(rng.uniform(0.1, 0.9)),
            canvas.bottom * float(rng.uniform(0.3, 0.9)),
            float(rng.normal(-0.7 * brief.side, 0.3)),
            float(rng.uniform(0.2, 0.6)),
        )
        canvas.fill_all(
            ribbon(
                [
                    (cx - float(np.cos(angle)) * reach, cy - float(np.sin(angle)) * reach),
                    (cx + float(np.cos(angle)) * reach, cy + float(np.sin(angle)) * reach),
                ],
                float(rng.uniform(0.003, 0.009)),
                0.0015,
            ),
            colours[1],
        )
