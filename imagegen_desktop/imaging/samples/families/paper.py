"""Scenes cut from coloured paper, sheet above sheet, each with its shadow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import blurred, curve, oval, resized, shifted
from imagegen_desktop.imaging.samples.families.landmarks import box
from imagegen_desktop.imaging.samples.families.mountains import pine
from imagegen_desktop.imaging.samples.palette import Colour, mix

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Box, Canvas, Field, Point

LAYERS = 6


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    colours = brief.palette
    whole = np.ones((canvas.height, canvas.width), dtype=np.float32)
    canvas.over(whole, colours.upper)
    x, y = canvas.right * (0.5 - brief.side * 0.17), canvas.bottom * 0.3
    reach = max(canvas.right, canvas.bottom)
    # Rings of sky around the moon, the darkest outermost.
    for ring in range(5, -1, -1):
        radius = 0.12 + 0.13 * ring * reach
        wobble = canvas.rng(f"ring{ring}").normal(0, 0.012, 14)
        points = [
            (x + float(np.cos(a) * radius * (1 + w)), y + float(np.sin(a) * radius * (1 + w)))
            for a, w in zip(np.linspace(0, 2 * np.pi, 14, endpoint=False), wobble, strict=True)
        ]
        tone = mix(mix(colours.horizon, colours.upper, min(1.0, 0.25 + ring / 5)), colours.zenith, ring / 6)
        sheet(canvas, [curve(points, 8, closed=True)], tone, f"sky{ring}", depth=0.7)
    sheet(canvas, [oval(x, y, 0.085, 0.085)], mix(colours.light, (1.0, 0.97, 0.88), 0.4), "moon", depth=0.8)
    if brief.dark:
        _stars(canvas, brief)
    _clouds(canvas, brief)
    for layer in range(LAYERS):
        near = layer / (LAYERS - 1)
        tone = mix(mix(colours.horizon, colours.far, 0.6), colours.near, min(1.0, near * 1.15))
        tone = mix(tone, colours.dark, max(0.0, near - 0.75) * 1.6)
        tone = mix(tone, colours.accent if layer % 2 else colours.second, 0.16)
        _scene(canvas, brief, layer, near, tone)
    if brief.variant % 2 == 0:
        _frame(canvas, brief)


def sheet(canvas: Canvas, shapes: list[list[Point]], tone: Colour, name: str, *, depth: float = 1.0) -> None:
    """One sheet: its shadow on what lies below, its own grain, a bright cut edge towards the light."""
    pad = 0.06 * depth
    found = canvas.mask([*shapes, *_corners(shapes, pad)])
    if found is None:
        return
    cut = canvas.mask(shapes)
    if cut is None:
        return
    mask, (rows, columns) = cut
    outer = found[1]
    whole: Field = np.zeros(found[0].shape, dtype=np.float32)
    top, left = rows.start - outer[0].start, columns.start - outer[1].start
    whole[top : top + mask.shape[0], left : left + mask.shape[1]] = mask
    lay(canvas, whole, outer, tone, name, depth=depth)


def _corners(shapes: list[list[Point]], pad: float) -> list[list[Point]]:
    """Specks at the corners of the room that shapes and their shadow take."""
    xs, ys = [x for shape in shapes for x, _ in shape], [y for shape in shapes for _, y in shape]
    return [[(x, y)] * 3 for x, y in ((min(xs) - pad, min(ys) - pad), (max(xs) + pad, max(ys) + pad))]


def lay(canvas: Canvas, whole: Field, place: Box, tone: Colour, name: str, *, depth: float = 1.0) -> None:
    """The same for a mask of a part of the picture."""
    off = max(1, int(0.012 * depth * canvas.unit))
    shade = shifted(blurred(whole, 0.014 * depth * canvas.unit), off, off // 2)
    room = canvas.rgb[place]
    room *= (1 - 0.52 * np.clip(shade - whole, 0, 1))[..., None]
    high, wide = whole.shape
    rng = canvas.rng(f"fibre {name}")
    # The sheet's fibres: fine flecks, a little longer than high.
    cells = max(2, int(wide / canvas.unit * 150)), max(2, int(high / canvas.unit * 260))
    fibre = resized(rng.random((cells[1], cells[0])).astype(np.float32), wide, high)
    light = 1.06 - 0.16 * (canvas.y[place[0]] / canvas.bottom)
    paint = np.asarray(tone, dtype=np.float32) * ((0.955 + 0.09 * fibre) * light)[..., None]
    thin = max(1, int(0.0022 * canvas.unit))
    rim = np.clip(whole - shifted(whole, thin, thin), 0, 1)[..., None] * np.float32(0.5)
    room += (paint - room) * whole[..., None]
    room += (np.asarray(mix(tone, (1.0, 1.0, 1.0), 0.55), dtype=np.float32) - room) * rim


def _stars(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("stars")
    shapes: list[list[Point]] = []
    for _ in range(34):
        x, y, size = (
            float(rng.uniform(0.04, canvas.right - 0.04)),
            float(rng.uniform(0.03, 0.5)) * canvas.bottom,
            float(rng.uniform(0.004, 0.011)),
        )
        shapes.append(
            [
                (
                    x + float(np.sin(k * np.pi / 4)) * size * (1 if k % 2 == 0 else 0.35),
                    y - float(np.cos(k * np.pi / 4)) * size * (1 if k % 2 == 0 else 0.35),
                )
                for k in range(8)
            ]
        )
    sheet(canvas, shapes, mix(brief.palette.light, brief.palette.accent, 0.15), "stars", depth=0.4)


def _clouds(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("clouds")
    for number in range(3):
        x, y = (
            canvas.right * float(rng.uniform(0.08, 0.92)),
            canvas.bottom * (0.14 + 0.14 * number + float(rng.uniform(-0.03, 0.03))),
        )
        wide = float(rng.uniform(0.1, 0.17))
        puffs = [
            oval(
                x + wide * k,
                y - 0.02 * float(rng.random()) - (0.02 if abs(k) < 0.4 else 0),
                wide * 0.42 * (1.1 - abs(k) * 0.5),
                wide * 0.3 * (1.1 - abs(k) * 0.5),
            )
            for k in (-0.8, -0.4, 0.0, 0.4, 0.8)
        ]
        puffs.append(box(x, y + wide * 0.16, wide * 2.3, wide * 0.14))
        sheet(
            canvas,
            puffs,
            mix(mix(brief.palette.upper, brief.palette.light, 0.5), brief.palette.horizon, 0.3),
            f"cloud{number}",
        )


def _scene(canvas: Canvas, brief: SceneBrief, layer: int, near: float, tone: Colour) -> None:
    rng = canvas.rng(f"layer{layer}")
    base = canvas.bottom * (0.58 + 0.36 * near)
    if brief.has("sea", "boat", "wave", "ukiyo", "fish", "whale"):
        shapes = [_waves(canvas, base, layer)]
        if layer == 2:
            _boat(canvas, brief, base)
    elif brief.has("city", "tall", "oldtown", "street", "tokyo", "crystal", "future"):
        _town(canvas, brief, rng, base, near, tone, layer)
        return
    else:
        edge = base - (canvas.line(f"hill{layer}", 1.5 + near, octaves=2 if near > 0.3 else 5) - 0.5) * 0.3
        points = [(float(x), float(y)) for x, y in zip(canvas.x[0, ::4], edge[::4], strict=True)]
        shapes = [
            [
                (-0.1, canvas.bottom + 0.1),
                (-0.1, points[0][1]),
                *points,
                (canvas.right + 0.1, points[-1][1]),
                (canvas.right + 0.1, canvas.bottom + 0.1),
            ]
        ]
        if near > 0.3 and not brief.has("dune", "desert"):
            for _ in range(int(7 * canvas.right)):
                x = float(rng.uniform(0, canvas.right))
                foot = float(edge[min(canvas.width - 1, int(x * canvas.unit))]) + 0.015
                tall = (0.06 + 0.1 * near) * float(rng.uniform(0.7, 1.3))
                shapes += (
                    pine(x, foot, tall, rng)
                    if (brief.variant + layer) % 2
                    else [oval(x, foot - tall * 0.62, tall * 0.28, tall * 0.4), box(x, foot, tall * 0.06, tall * 0.5)]
                )
        if layer == 3 and not brief.has("forest", "pine"):
            _hamlet(canvas, brief, edge, rng)
    sheet(canvas, shapes, tone, f"layer{layer}")


def _town(
    canvas: Canvas, brief: SceneBrief, rng: np.random.Generator, base: float, near: float, tone: Colour, layer: int
) -> None:
    shapes: list[list[Point]] = [
        box(canvas.right / 2, canvas.bottom + 0.1, canvas.right * 1.2, canvas.bottom + 0.1 - base)
    ]
    lights: list[list[Point]] = []
    x = -0.02
    while x < canvas.right + 0.05:
        wide = float(rng.uniform(0.06, 0.11)) * (0.65 + 0.6 * near)
        gap = abs(x / canvas.right - (0.5 - brief.side * 0.17))
        tall = float(rng.uniform(0.05, 0.32)) * (1.1 - 0.65 * near) * (0.45 + 1.1 * min(gap * 2, 0.8)) + 0.03
        top, middle = base - tall, x + wide / 2
        shapes.append(box(middle, base + 0.02, wide, tall + 0.02))
        style = int(rng.integers(0, 5))
        if style == 0:
            shapes.append([(x, top + 0.001), (middle, top - wide * 0.7), (x + wide, top + 0.001)])
        elif style == 1:
            shapes += [
                box(middle, top, wide * 0.6, wide * 0.35),
                box(middle, top - wide * 0.3, wide * 0.08, wide * 0.9),
            ]
        elif style == 2:
            shapes.append(oval(middle, top, wide * 0.4, wide * 0.42))
        elif style == 3:
            shapes.append([(x, top + 0.001), (x, top - wide * 0.5), (x + wide, top + 0.001)])
        columns, rows = max(2, int(wide / 0.026)), max(1, int(tall / 0.036))
        for column in range(columns):
            for row in range(rows):
                if float(rng.random()) < 0.5:
                    cx, cy = x + wide * (column + 0.5) / columns, top + 0.03 + row * 0.036
                    lights.append(box(cx, cy, wide / columns * 0.45, 0.017))
        x += wide + float(rng.uniform(0.0, 0.03))
    sheet(canvas, shapes, tone, f"layer{layer}")
    warm = mix(brief.palette.light, (1.0, 0.76, 0.36), 0.75)
    if lights and near < 0.95:
        canvas.fill_all(lights, mix(warm, tone, 0.12 + 0.3 * (1 - near)))
        canvas.fill_all(lights, warm, opacity=0.25, blur=0.006, light=True)


def _waves(canvas: Canvas, base: float, layer: int) -> list[Point]:
    points: list[Point] = []
    length, high, phase = 0.19 + 0.02 * layer, 0.035 + 0.007 * layer, 0.37 * layer
    for t in np.linspace(-1, canvas.right / length + 1, 400):
        turn = (t + phase) % 1.0
        lift = high * (1 - abs(2 * turn - 1)) ** 0.7 + 0.012 * np.sin(t * 1.7 + layer)
        points.append((float((t - 0.28 * lift / high * 0.4) * length), float(base - lift)))
    return [(-0.3, canvas.bottom + 0.1), *points, (canvas.right + 0.3, canvas.bottom + 0.1)]


def _boat(canvas: Canvas, brief: SceneBrief, base: float) -> None:
    x, size = canvas.right * (0.5 + brief.side * 0.14), 0.2
    sheet(
        canvas,
        [
            [(x - 0.01, base - size * 1.2), (x - 0.01, base - size * 0.2), (x - size * 0.5, base - size * 0.2)],
            [(x + 0.01, base - size), (x + size * 0.45, base - size * 0.2), (x + 0.01, base - size * 0.2)],
        ],
        mix(brief.palette.light, (1.0, 1.0, 1.0), 0.4),
        "sail",
    )
    sheet(
        canvas,
        [
            [
                (x - size * 0.55, base - size * 0.17),
                (x + size * 0.55, base - size * 0.17),
                (x + size * 0.36, base + 0.03),
                (x - size * 0.36, base + 0.03),
            ]
        ],
        mix(brief.palette.accent, brief.palette.dark, 0.2),
        "hull",
    )


def _hamlet(canvas: Canvas, brief: SceneBrief, edge: Field, rng: np.random.Generator) -> None:
    middle = canvas.right * (0.5 + brief.side * 0.16)
    for number in range(4):
        x = middle + (number - 1.5) * 0.085
        foot, size = (
            float(edge[min(canvas.width - 1, max(0, int(x * canvas.unit)))]) + 0.02,
            float(rng.uniform(0.06, 0.08)),
        )
        sheet(
            canvas,
            [box(x, foot, size, size * 0.95)],
            mix(brief.palette.light, brief.palette.horizon, 0.4),
            f"house{number}",
            depth=0.6,
        )
        sheet(
            canvas,
            [[(x - size * 0.62, foot - size * 0.9), (x, foot - size * 1.5), (x + size * 0.62, foot - size * 0.9)]],
            mix(brief.palette.accent, brief.palette.dark, 0.15 * number),
            f"roof{number}",
            depth=0.6,
        )
        canvas.fill(
            box(x, foot - size * 0.35, size * 0.24, size * 0.3), mix(brief.palette.light, (1.0, 0.75, 0.3), 0.7)
        )


def _frame(canvas: Canvas, brief: SceneBrief) -> None:
    """A window cut from the uppermost sheets: two ragged ovals, one inside the other."""
    for ring, tone in (
        (1, mix(brief.palette.near, brief.palette.dark, 0.35)),
        (0, mix(brief.palette.dark, brief.palette.near, 0.25)),
    ):
        grow = 0.54 + 0.05 * (1 - ring)
        wobble = canvas.rng(f"frame{ring}").normal(0, 0.016, 22)
        points = [
            (
                canvas.right / 2 + float(np.cos(a) * canvas.right * grow * (1 + w)),
                canvas.bottom / 2 + float(np.sin(a) * canvas.bottom * grow * (1 + w)),
            )
            for a, w in zip(np.linspace(0, 2 * np.pi, 22, endpoint=False), wobble, strict=True)
        ]
        hole = canvas.mask([curve(points, 6, closed=True)])
        whole = np.ones((canvas.height, canvas.width), dtype=np.float32)
        if hole:
            whole[hole[1]] = 1 - hole[0]
        everything = (slice(0, canvas.height), slice(0, canvas.width))
        lay(canvas, whole, everything, tone, f"frame{ring}", depth=1.6)
