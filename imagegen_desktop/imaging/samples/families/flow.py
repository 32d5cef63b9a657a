"""Currents: silk folds or thousands of threads that follow one unseen field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from imagegen_desktop.imaging.samples.canvas import blurred, shifted, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    swatch = [parse(part) for part in brief.swatch.split()]
    colours = [
        mix(tone, brief.palette.accent if number % 2 else brief.palette.second, 0.3)
        for number, tone in enumerate(swatch)
    ]
    if brief.has("silk", "fire") or (brief.variant % 2 and not brief.has("swirl")):
        _silk(canvas, brief, colours)
    else:
        _threads(canvas, brief, colours)


def _silk(canvas: Canvas, brief: SceneBrief, colours: list[Colour]) -> None:
    """Noise bent by noise bent by noise, lit as if it were cloth."""
    a, b = canvas.fbm("a", 1.2, octaves=3, gain=0.4), canvas.fbm("b", 1.2, octaves=3, gain=0.4)
    turn = canvas.x * (1.2 * brief.side) + canvas.y * 1.5 + (a - 0.5) * 5.2
    folds = np.sin(turn * 2.6 + (b - 0.5) * 7.5)
    fine = np.sin(turn * 8.5 + (a - b) * 13)
    height = blurred((folds * 0.6 + fine * 0.16 + b * 0.6).astype(np.float32), 0.003 * canvas.unit)
    step = max(1, int(0.004 * canvas.unit))
    gx = (height - shifted(height, 0, step)) / step * canvas.unit
    gy = (height - shifted(height, step, 0)) / step * canvas.unit
    norm = 1 / np.sqrt(gx * gx + gy * gy + 14)
    lit = np.clip((gx * 0.55 * brief.side + gy * 0.6 + 2.6) * norm, 0, 1)
    shine = np.clip((gx * 0.7 * brief.side + gy * 0.5 + 1.9) * norm, 0, 1) ** 14
    place = np.clip(0.5 + folds * 0.34 + (a - 0.5) * 1.2, 0, 1)
    ramp = np.asarray([scale(colours[1], 0.5), colours[1], colours[2], colours[3], colours[4], colours[5]])
    base = np.stack([np.interp(place, np.linspace(0, 1, len(ramp)), ramp[:, part]) for part in range(3)], axis=-1)
    paint = (
        base * (0.22 + 1.0 * lit[..., None])
        + shine[..., None] * np.asarray(mix(brief.palette.light, (1.0, 1.0, 1.0), 0.4)) * 0.6
    )
    canvas.over(np.ones((canvas.height, canvas.width), dtype=np.float32), paint.astype(np.float32))
    if brief.has("fire"):
        heat = smoothstep(0.0, 1.0, canvas.y / canvas.bottom)
        canvas.multiply(0.25 + 1.1 * heat)
    depth = smoothstep(0.25, 0.75, canvas.fbm("shade", 1.1, octaves=2))
    canvas.multiply(0.55 + 0.55 * depth)


def _threads(canvas: Canvas, brief: SceneBrief, colours: list[Colour]) -> None:
    """Thousands of threads along a field with a few vortices, dark ones first, bright thin ones last."""
    deep = mix(scale(colours[1], 0.35), brief.palette.dark, 0.5)
    canvas.over(
        np.ones((canvas.height, canvas.width), dtype=np.float32),
        canvas.gradient([(0.0, mix(deep, colours[1], 0.3)), (canvas.bottom, scale(deep, 0.8))]),
    )
    rng = canvas.rng("threads")
    grid = 160
    lattice = _field(canvas, brief, rng, grid)
    count, steps, stride = 5200, 34, 0.011
    x, y = rng.uniform(-0.1, canvas.right + 0.1, count), rng.uniform(-0.1, canvas.bottom + 0.1, count)
    tracks = np.empty((steps, count, 2))
    for step in range(steps):
        tracks[step, :, 0], tracks[step, :, 1] = x, y
        column = np.clip((x / canvas.right * (grid - 1)).astype(int), 0, grid - 1)
        row = np.clip((y / canvas.bottom * (grid - 1)).astype(int), 0, grid - 1)
        x, y = x + np.cos(lattice[row, column]) * stride, y + np.sin(lattice[row, column]) * stride
    fine = 2
    layer = Image.fromarray((np.clip(canvas.rgb, 0, 1) * 255).astype(np.uint8)).resize(
        (canvas.width * fine, canvas.height * fine)
    )
    pen = ImageDraw.Draw(layer)
    scaled = tracks * canvas.unit * fine
    zone = np.clip(
        (np.sin(tracks[0, :, 0] * 3.1 + tracks[0, :, 1] * 2.3) * 0.5 + 0.5) * (len(colours) - 2)
        + 1
        + rng.normal(0, 0.5, count),
        1,
        len(colours) - 1,
    ).astype(int)
    for number in range(count):
        share = number / count
        tone = mix(colours[int(zone[number])], deep, max(0.0, 0.72 - share * 1.1))
        tone = mix(tone, (1.0, 1.0, 1.0), 0.3 * float(rng.random()) ** 3)
        wide = max(1, round((0.006 - 0.0045 * share) * float(rng.uniform(0.6, 1.5)) * canvas.unit * fine))
        red, green, blue = (int(part * 255) for part in tone)
        pen.line(
            [(float(px), float(py)) for px, py in scaled[:, number]],
            fill=(red, green, blue),
            width=wide,
            joint="curve" if wide > 3 else None,
        )
    canvas.rgb = np.asarray(layer.reduce(fine), dtype=np.float32) / np.float32(255)
    light = canvas.fbm("light", 1.3, octaves=2)
    canvas.multiply(0.62 + 0.75 * smoothstep(0.3, 0.8, light))
    canvas.glow(
        canvas.right * (0.5 + brief.side * 0.17),
        canvas.bottom * 0.4,
        0.3,
        mix(brief.palette.light, colours[3], 0.5),
        0.2,
    )


def _field(canvas: Canvas, brief: SceneBrief, rng: np.random.Generator, grid: int) -> Field:
    gx, gy = np.meshgrid(np.linspace(0, canvas.right, grid), np.linspace(0, canvas.bottom, grid))
    phase = rng.uniform(0, 6.28, 6)
    angle = (
        0.5 * brief.side
        + 0.9 * np.sin(gx * 3.1 + phase[0]) * np.cos(gy * 2.3 + phase[1])
        + 0.5 * np.sin(gx * 6.3 + gy * 4.7 + phase[2])
    )
    vx, vy = np.cos(angle), np.sin(angle)
    for number in range(3):
        cx = canvas.right * (0.5 + brief.side * (0.17, -0.25, 0.3)[number])
        cy = canvas.bottom * (0.4, 0.7, 0.85)[number]
        dx, dy = gx - cx, gy - cy
        reach = np.exp(-(dx * dx + dy * dy) / (0.24, 0.15, 0.1)[number] ** 2) * 2.6 * (1 if number % 2 else -1)
        away = np.hypot(dx, dy) + 1e-3
        vx, vy = vx - dy / away * reach, vy + dx / away * reach
    turned: Field = np.arctan2(vy, vx)
    return turned
