"""Fur: thousands of fine strokes that follow a body's form, lit as the form is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from imagegen_desktop.imaging.samples.canvas import Point

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field

# Gives the colours, (n, 3), of the places u, v, each from -1 to 1 over the part.
Coat: TypeAlias = Callable[["Field", "Field"], "Field"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An ellipse of fur. `flow` is the way hairs lie in units of a hair; `spread` turns them outwards from the middle."""

    x: float
    y: float
    rx: float
    ry: float
    coat: Coat
    hairs: int
    length: float
    flow: Point = (0.0, 1.0)
    spread: float = 0.8
    width: float = 0.0024


def paint_fur(canvas: Canvas, parts: list[Part], light: Point, name: str) -> None:
    """Paint the parts one over the other; `light` points from the body to the light."""
    rng = canvas.rng(name)
    left = min(part.x - part.rx - part.length for part in parts) - 0.02
    top = min(part.y - part.ry - part.length for part in parts) - 0.02
    right = max(part.x + part.rx + part.length for part in parts) + 0.02
    low = max(part.y + part.ry + part.length for part in parts) + 0.02
    box = canvas.box(left, top, right, low)
    if box is None:
        return
    rows, columns = box
    fine = 2
    wide, high = (columns.stop - columns.start) * fine, (rows.stop - rows.start) * fine
    layer = Image.new("RGBA", (wide, high))
    pen = ImageDraw.Draw(layer)
    grain = canvas.unit * fine
    origin = np.asarray((columns.start * fine, rows.start * fine))
    for part in parts:
        _strokes(pen, part, light, rng, grain, origin)
    small = np.asarray(layer.resize((wide // fine, high // fine), Image.Resampling.BOX), dtype=np.float32) / np.float32(
        255
    )
    alpha = small[..., 3:]
    canvas.rgb[box] += (small[..., :3] - canvas.rgb[box]) * alpha


def _strokes(
    pen: ImageDraw.ImageDraw, part: Part, light: Point, rng: np.random.Generator, grain: float, origin: Field
) -> None:
    count = part.hairs
    angle, radius = rng.random(count) * 2 * np.pi, np.sqrt(rng.random(count))
    u, v = np.cos(angle) * radius, np.sin(angle) * radius
    # Drawn from above downwards against the lie of the fur: lower hairs first, so that upper ones overlap them.
    order = np.argsort(-(u * part.flow[0] + v * part.flow[1]))
    u, v = u[order], v[order]
    depth = np.sqrt(np.clip(1 - u * u - v * v, 0, 1))
    lit = np.clip(0.36 + 0.5 * (u * light[0] + v * light[1]) + 0.3 * depth, 0.08, 1.12)
    lit = lit * (1 + rng.normal(0, 0.1, count))
    colour = np.clip(part.coat(u, v) * lit[:, None], 0, 1)
    dx = part.flow[0] + part.spread * u + rng.normal(0, 0.11, count)
    dy = part.flow[1] + part.spread * v + rng.normal(0, 0.11, count)
    norm = np.maximum(np.hypot(dx, dy), 1e-6)
    reach = part.length * rng.uniform(0.6, 1.25, count) / norm
    xs, ys = part.x + u * part.rx, part.y + v * part.ry
    x0, y0 = (xs - dx * reach * 0.3) * grain - origin[0], (ys - dy * reach * 0.3) * grain - origin[1]
    x1, y1 = (xs + dx * reach * 0.7) * grain - origin[0], (ys + dy * reach * 0.7) * grain - origin[1]
    tones = (colour * 255).astype(int)
    base = np.clip(part.coat(np.zeros(1), np.zeros(1))[0] * 0.45 * 255, 0, 255).astype(int)
    px, py = part.x * grain - origin[0], part.y * grain - origin[1]
    rx, ry = part.rx * grain * 0.97, part.ry * grain * 0.97
    pen.ellipse((px - rx, py - ry, px + rx, py + ry), fill=(int(base[0]), int(base[1]), int(base[2]), 255))
    width = max(1, round(part.width * grain))
    for a, b, c, d, (red, green, blue) in zip(
        x0.tolist(), y0.tolist(), x1.tolist(), y1.tolist(), tones.tolist(), strict=True
    ):
        pen.line((a, b, c, d), fill=(red, green, blue, 255), width=width)
        # A thin end, so that the outline is made of hairs.
        pen.line((c, d, c + (c - a) * 0.25, d + (d - b) * 0.25), fill=(red, green, blue, 255), width=max(1, width // 2))
