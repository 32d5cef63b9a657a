"""The sea to its horizon: swell in perspective, glitter under the light, a lighthouse, boat, island or pier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.brief import Time, Weather
from imagegen_desktop.imaging.samples.canvas import resized, shifted, smoothstep
from imagegen_desktop.imaging.samples.families.landmarks import beam, birds, boat, box, lighthouse
from imagegen_desktop.imaging.samples.palette import mix
from imagegen_desktop.imaging.samples.sky import mirror, paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    horizon = canvas.bottom * (0.62 if brief.variant % 2 else 0.52)
    light = paint_sky(canvas, brief, horizon)
    canvas.over(canvas.below(horizon), brief.palette.far)
    _far_coast(canvas, brief, horizon)
    subject = canvas.right * (0.5 + brief.side * 0.2)
    lamp: Point | None = None
    if brief.has("island") or (brief.variant % 5 == 2 and not brief.has("lighthouse", "boat", "pier", "beach")):
        _island(canvas, brief, canvas.right * (0.5 + brief.side * 0.12), horizon)
    if brief.has("boat") or not brief.has("lighthouse", "island", "pier", "beach"):
        boat(
            canvas,
            brief,
            subject if not brief.has("lighthouse") else canvas.right - subject,
            horizon + 0.012,
            0.22 if not brief.has("lighthouse") else 0.1,
            tall_ship=brief.has("ship"),
        )
    if brief.has("lighthouse"):
        lamp = _headland(canvas, brief, subject, horizon)
    _swell(canvas, brief, horizon, light, lamp)
    if brief.has("lighthouse"):
        _rocks(canvas, brief)
    if brief.has("pier"):
        _pier(canvas, brief, horizon)
    if brief.has("beach"):
        _beach(canvas, brief)
    if lamp:
        beam(canvas, brief, lamp, 0.75 if brief.time in (Time.NIGHT, Time.DUSK, Time.GREY) else 0.25)
    if not brief.dark:
        birds(canvas, brief, canvas.right * (0.5 - brief.side * 0.2), horizon * 0.42, 0.016, 6)


def _far_coast(canvas: Canvas, brief: SceneBrief, horizon: float) -> None:
    side = canvas.x[0] / canvas.right if brief.side < 0 else 1 - canvas.x[0] / canvas.right
    for layer in range(2):
        edge = (
            horizon
            - np.clip(side - 0.45 + 0.2 * layer, 0, 1) * 0.16 * canvas.line(f"coast{layer}", 3, octaves=6)
            - 0.002
        )
        tone = mix(mix(brief.palette.horizon, brief.palette.far, 0.7), brief.palette.near, 0.25 * layer)
        canvas.over(canvas.below(edge) * (canvas.y < horizon), tone)


def _swell(canvas: Canvas, brief: SceneBrief, horizon: float, light: Point, lamp: Point | None) -> None:
    """The water: what stands above it mirrored, darker towards us, ridges of swell, and the light's road."""
    image = mirror(canvas, horizon, ripple=0.03, squeeze=0.9)
    row = canvas.height - image.shape[0]
    span = canvas.bottom - horizon
    depth = np.clip((canvas.y[row:] - horizon) / span, 0.001, 1)
    rough = 1.5 if brief.weather in (Weather.STORM, Weather.RAIN) or brief.has("wind", "wave") else 1.0
    waves = _perspective(canvas, depth, "swell", 1.0)
    fine = _perspective(canvas, depth, "chop", 3.1)
    height = waves * 0.65 + fine * 0.35
    slope = (height - shifted(height, 2, 0)) * (0.7 + depth) * rough
    colours = brief.palette
    deep = np.asarray(mix(mix(colours.zenith, colours.near, 0.55), colours.dark, 0.2), dtype=np.float32)
    share = (0.22 + 0.62 * depth**0.6)[..., None]
    water = image * (1 - share) + deep * share
    sky = np.asarray(mix(colours.upper, colours.horizon, 0.55), dtype=np.float32)
    face = np.clip(slope * 9, -1, 1)[..., None] * (0.2 + 0.8 * depth[..., None])
    water = water + np.where(face > 0, (sky - water) * face * 0.55, water * face * 0.45)
    sources = [(light[0], colours.light, 1.0 if light[1] < horizon else 0.6)]
    if lamp:
        sources.append((lamp[0], colours.light, 0.5))
    for x, tone, strength in sources:
        road = np.exp(-(((canvas.x - x) / (0.035 + 0.2 * depth)) ** 2))
        glitter = smoothstep(0.56, 0.74, fine + (height - 0.5) * 0.5 + 0.16 * road - 0.05)
        water = water + (
            (glitter * road * strength * (1.15 - 0.6 * depth))[..., None] * np.asarray(tone, dtype=np.float32)
        )
    if rough > 1:
        foam = smoothstep(0.66, 0.8, height) * smoothstep(0.5, 0.75, fine) * (0.25 + 0.75 * depth)
        water = (
            water
            + foam[..., None] * (np.asarray(mix(colours.light, (1.0, 1.0, 1.0), 0.4), dtype=np.float32) - water) * 0.7
        )
    canvas.rgb[row:] = water
    line = np.exp(-(((canvas.y - horizon) / 0.006) ** 2)) * np.ones_like(canvas.x)
    canvas.over(line * 0.35, mix(colours.horizon, colours.light, 0.2))


def _perspective(canvas: Canvas, depth: Field, name: str, fine: float) -> Field:
    """Noise on the water's plane: wide and low far off, larger towards us."""
    rng = canvas.rng(name)
    side = 512
    texture = np.zeros((side, side), dtype=np.float32)
    for octave, weight in ((16, 1.0), (34, 0.6), (70, 0.36)):
        texture += resized(
            rng.random((octave * 2, octave)).astype(np.float32) - np.float32(0.5), side, side
        ) * np.float32(weight)
    texture = np.clip(0.5 + texture * 0.85, 0, 1)
    distance = 1 / (depth + 0.045)
    v = (distance * 150 * fine).astype(int) % side
    u = ((canvas.x - canvas.right / 2) * (distance * 34 + 30) * fine * 1.5 + 10_000).astype(int) % side
    return texture[v, u]


def _headland(canvas: Canvas, brief: SceneBrief, x: float, horizon: float) -> Point:
    """A rocky head that runs out of the picture, and the lighthouse near its end."""
    reach = (canvas.x[0] - x) * brief.side
    profile = 0.1 * smoothstep(-0.2, 0.02, reach) * (1 + 0.7 * np.clip(reach, 0, 1))
    edge = horizon - profile * (0.75 + 0.5 * canvas.line("head", 5, octaves=7)) + 0.012
    rock = canvas.fbm("headrock", 12, octaves=6, gain=0.6)
    step = max(1, int(0.006 * canvas.unit))
    slope = np.clip((rock - shifted(rock, step, -step * brief.side)) * 6, -1, 1)
    base = np.asarray(mix(brief.palette.near, brief.palette.dark, 0.35))
    lit = np.asarray(mix(brief.palette.near, brief.palette.light, 0.4))
    paint = base + np.clip(slope, 0, 1)[..., None] * (lit - base) * 0.8 - np.clip(-slope, 0, 1)[..., None] * base * 0.5
    shown = canvas.below(edge) * (canvas.y < horizon + 0.012) * (profile > 0.004)
    canvas.over(shown.astype(np.float32), paint.astype(np.float32))
    column = min(canvas.width - 1, max(0, int(x * canvas.unit)))
    foot = float(edge[column]) + 0.012
    canvas.fill(
        box(x + brief.side * 0.085, foot + 0.004, 0.09, 0.045),
        mix(brief.palette.light, brief.palette.near, 0.45),
        to=brief.palette.near,
    )
    canvas.fill(
        [
            (x + brief.side * 0.085 - 0.055, foot - 0.038),
            (x + brief.side * 0.085, foot - 0.075),
            (x + brief.side * 0.085 + 0.055, foot - 0.038),
        ],
        mix(brief.palette.accent, brief.palette.dark, 0.5),
    )
    return lighthouse(canvas, brief, x, foot, 0.36 * min(1.15, canvas.bottom))


def _island(canvas: Canvas, brief: SceneBrief, x: float, horizon: float) -> None:
    away = (canvas.x[0] - x) / 0.26
    edge = horizon - np.maximum(0, 1 - away**2) ** 0.8 * 0.17 * (0.55 + 0.8 * canvas.line("isle", 4, octaves=7)) + 0.004
    tone = mix(brief.palette.near, brief.palette.far, 0.25)
    tree = canvas.fbm("isletrees", 26, octaves=4)
    paint = np.asarray(tone) * (0.65 + 0.7 * tree[..., None])
    canvas.over(canvas.below(edge) * (np.abs(away) < 1) * (canvas.y < horizon + 0.006), paint.astype(np.float32))


def _rocks(canvas: Canvas, brief: SceneBrief) -> None:
    """Wet rocks in front, lit from the lamp's side."""
    side = canvas.x[0] / canvas.right if brief.side < 0 else 1 - canvas.x[0] / canvas.right
    edge = canvas.bottom * 1.02 - np.clip(side - 0.3, 0, 1) ** 1.2 * 0.32 * (
        0.4 + 1.1 * canvas.line("rocks", 5, octaves=7, gain=0.55)
    )
    rock = canvas.fbm("rock", 9, octaves=6, gain=0.58)
    step = max(1, int(0.008 * canvas.unit))
    slope = np.clip((rock - shifted(rock, step, step * brief.side)) * 5, -1, 1)
    base = np.asarray(mix(brief.palette.dark, brief.palette.near, 0.3))
    lit = np.asarray(mix(brief.palette.near, brief.palette.horizon, 0.45))
    paint = base + np.clip(slope, 0, 1)[..., None] * (lit - base) - np.clip(-slope, 0, 1)[..., None] * base * 0.6
    canvas.over(canvas.below(edge), paint.astype(np.float32))
    wet = np.exp(-(((canvas.y - edge) / 0.006) ** 2)) * (edge < canvas.bottom)
    canvas.over(
        np.clip(wet * (0.3 + canvas.fbm("foam", 20, octaves=3)), 0, 0.8),
        mix(brief.palette.horizon, (1.0, 1.0, 1.0), 0.35),
    )


def _pier(canvas: Canvas, brief: SceneBrief, horizon: float) -> None:
    """Planks that run from our feet towards the horizon."""
    middle, near = canvas.right * (0.5 - brief.side * 0.05), canvas.right * (0.5 - brief.side * 0.16)
    wood = mix(brief.palette.near, brief.palette.accent, 0.2)
    far_y, near_y = horizon + 0.06, canvas.bottom
    for plank in range(34):
        a, b = (plank / 34) ** 2.1, ((plank + 0.86) / 34) ** 2.1
        ya, yb = far_y + (near_y - far_y) * a, far_y + (near_y - far_y) * b
        xa, xb, wa, wb = middle + (near - middle) * a, middle + (near - middle) * b, 0.012 + 0.2 * a, 0.012 + 0.2 * b
        tone = mix(mix(wood, brief.palette.horizon, 0.45 * (1 - a)), brief.palette.light, 0.16 * ((plank * 7) % 5) / 4)
        canvas.fill([(xa - wa, ya), (xa + wa, ya), (xb + wb, yb), (xb - wb, yb)], tone)
    for post in range(6):
        a = ((post + 0.6) / 6) ** 2.1
        y, x, wide = far_y + (near_y - far_y) * a, middle + (near - middle) * a, 0.012 + 0.2 * a
        for sign in (-1, 1):
            canvas.fill(
                box(x + sign * wide, y + 0.02 + 0.05 * a, 0.004 + 0.018 * a, 0.03 + 0.15 * a),
                brief.palette.dark,
                to=mix(brief.palette.dark, wood, 0.4),
            )


def _beach(canvas: Canvas, brief: SceneBrief) -> None:
    """Sand with a lace of foam along a curve."""
    t = canvas.x[0] / canvas.right
    t = t if brief.side > 0 else 1 - t
    shore = canvas.bottom * (0.72 + 0.3 * t**1.6) + (canvas.line("shore", 2, octaves=3) - 0.5) * 0.04
    sand = mix(mix(brief.palette.horizon, (0.85, 0.72, 0.53), 0.5), brief.palette.near, 0.15)
    grain = canvas.fbm("sand", 60, octaves=3)
    wet = smoothstep(0.0, 0.12, canvas.y - shore)
    paint = (
        np.asarray(mix(sand, brief.palette.near, 0.5))
        + (np.asarray(sand) - np.asarray(mix(sand, brief.palette.near, 0.5))) * wet[..., None]
    )
    canvas.over(canvas.below(shore), (paint * (0.9 + 0.2 * grain[..., None])).astype(np.float32))
    lace = canvas.fbm("lace", 16, octaves=4)
    foam = np.exp(-(((canvas.y - shore + 0.012) / 0.022) ** 2)) * smoothstep(0.3, 0.6, lace)
    canvas.over(np.clip(foam, 0, 0.95), mix(brief.palette.light, (1.0, 1.0, 1.0), 0.5))
