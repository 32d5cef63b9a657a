"""A still life on a table by a window: vase and flowers, fruit, cup, bottle, candle, books."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.families.backdrops import wall
from imagegen_desktop.imaging.samples.families.blooms import bloom, leaf
from imagegen_desktop.imaging.samples.families.landmarks import box
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    tone = mix(mix(brief.palette.near, brief.palette.far, 0.5), (0.32, 0.28, 0.26), 0.35)
    wall(
        canvas,
        brief,
        scale(tone, 0.8 if brief.dark or brief.has("candle") else 1.25),
        window=not (brief.dark or brief.variant % 2),
    )
    table = canvas.bottom * 0.72
    _table(canvas, brief, table)
    x = canvas.right * (0.5 + brief.side * 0.13)
    foot = table + 0.1
    if brief.has("bottle"):
        _turned(canvas, brief, x, foot, 0.5, _BOTTLE, mix((0.08, 0.22, 0.14), brief.palette.second, 0.15), "bottle")
    elif not brief.has("cup", "candle", "book") or brief.has("vase", "flower"):
        _bouquet(canvas, brief, x, foot)
    if brief.has("candle"):
        _candle(canvas, brief, x - brief.side * 0.02, foot + 0.02)
    if brief.has("book"):
        _books(canvas, brief, canvas.right * (0.5 - brief.side * 0.14), foot + 0.05)
    if brief.has("cup"):
        _cup(
            canvas,
            brief,
            canvas.right * (0.5 + (0.02 if not brief.has("flower") else -0.22) * brief.side),
            foot + 0.07,
            0.2,
        )
    if brief.has("fruit") or not brief.has("cup", "book"):
        _fruit(canvas, brief, canvas.right * (0.5 - brief.side * 0.2), foot + 0.06)


def _table(canvas: Canvas, brief: SceneBrief, table: float) -> None:
    wood = mix((0.42, 0.26, 0.15), brief.palette.near, 0.35)
    grain = canvas.fbm("wood", 26, octaves=4, wide=14)
    depth = np.clip((canvas.y - table) / (canvas.bottom - table), 0, 1)
    light = np.exp(-(((canvas.x - canvas.right * (0.5 - brief.side * 0.26)) / 0.5) ** 2))
    paint = np.asarray(wood) * ((0.5 + 0.55 * grain) * (0.55 + 0.8 * light) * (1.1 - 0.5 * depth))[..., None]
    canvas.over(canvas.below(table), paint.astype(np.float32))
    rim = np.exp(-(((canvas.y - table - 0.002) / 0.003) ** 2)) * light
    canvas.add(rim * 0.3, brief.palette.light)


_VASE = ((0.0, 0.3), (0.05, 0.36), (0.28, 0.5), (0.52, 0.42), (0.74, 0.2), (0.88, 0.19), (1.0, 0.28))
_BOTTLE = ((0.0, 0.17), (0.04, 0.18), (0.58, 0.18), (0.68, 0.12), (0.74, 0.065), (0.95, 0.06), (1.0, 0.07))


def _turned(
    canvas: Canvas,
    brief: SceneBrief,
    x: float,
    foot: float,
    tall: float,
    profile: tuple[tuple[float, float], ...],
    tone: Colour,
    name: str,
) -> None:
    """A pot thrown on a wheel: its profile turned round, lit across, with a glaze and its shadow."""
    s = brief.side
    canvas.fill(oval(x + s * tall * 0.3, foot, tall * 0.5, tall * 0.06), (0.02, 0.01, 0.02), opacity=0.6, blur=0.02)
    heights = np.linspace(0, 1, 50)
    known = curve([(h * 10, w) for h, w in profile], 8)
    widths = np.interp(heights * 10, [point[0] for point in known], [point[1] for point in known])
    right = [(float(x + w * tall), float(foot - h * tall)) for h, w in zip(heights, widths, strict=True)]
    left = [(float(x - w * tall), float(foot - h * tall)) for h, w in zip(heights, widths, strict=True)]
    base = oval(x, foot, float(widths[0] * tall), float(widths[0] * tall * 0.16))
    found = canvas.mask([[*left, *right[::-1]], base])
    if not found:
        return
    mask, place = found
    span = np.interp(np.clip((foot - canvas.y[place[0]]) / tall, 0, 1), heights, widths) * tall
    u = np.clip((canvas.x[:, place[1]] - x) / np.maximum(span, 1e-4), -1, 1)
    lit = np.clip(0.32 + 0.62 * (np.sqrt(1 - u * u) * 0.62 - u * s * 0.62), 0.06, 1.1) + 0.14 * smoothstep(
        0.72, 1.0, u * s
    )
    glaze = canvas.fbm(name, 7, octaves=5)[place]
    paint = np.asarray(tone) * (lit * (0.85 + 0.3 * glaze) * 1.35)[..., None]
    shine = np.exp(-(((u + 0.5 * s) / 0.09) ** 2)) * smoothstep(0.15, 0.5, glaze)
    paint = paint + shine[..., None] * np.asarray(brief.palette.light) * 0.4
    canvas.rgb[place] += (paint - canvas.rgb[place]) * mask[..., None]
    canvas.fill(
        oval(x, foot - tall, float(widths[-1] * tall), float(widths[-1] * tall * 0.2)),
        scale(tone, 0.25),
        to=scale(tone, 0.6),
    )


def _bouquet(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    rng = canvas.rng("bouquet")
    tall = 0.3
    mouth = (x, foot - tall)
    heads: list[tuple[float, float, float]] = []
    for number in range(15):
        angle = -np.pi / 2 + float(rng.uniform(-1.05, 1.05)) * (0.4 + number / 18)
        reach = float(rng.uniform(0.12, 0.34)) * (1.15 - 0.25 * abs(angle + np.pi / 2))
        heads.append(
            (
                mouth[0] + float(np.cos(angle)) * reach * 1.05,
                mouth[1] + float(np.sin(angle)) * reach - 0.02,
                float(rng.uniform(0.045, 0.08)),
            )
        )
    green = mix((0.16, 0.34, 0.18), brief.palette.near, 0.3)
    stems: list[list[Point]] = []
    for hx, hy, _ in heads:
        stems += ribbon(
            curve([mouth, ((mouth[0] + hx) / 2 - (hx - x) * 0.2, (mouth[1] + hy) / 2), (hx, hy)], 6), 0.006, 0.003
        )
    canvas.fill_all(stems, scale(green, 0.8))
    for number in range(26):
        hx, hy, _ = heads[number % len(heads)]
        t = float(rng.uniform(0.3, 0.9))
        leaf(
            canvas,
            (mouth[0] + (hx - mouth[0]) * t, mouth[1] + (hy - mouth[1]) * t),
            float(rng.uniform(-3.1, 0.1)),
            float(rng.uniform(0.07, 0.13)),
            scale(green, float(rng.uniform(0.6, 1.25))),
            brief,
        )
    canvas_tone = mix((0.35, 0.42, 0.55), brief.palette.second, 0.45)
    _turned(canvas, brief, x, foot, tall, _VASE, canvas_tone, "vase")
    swatch = [
        brief.palette.accent,
        mix(brief.palette.accent, (1.0, 0.95, 0.9), 0.65),
        mix(brief.palette.second, (0.95, 0.8, 0.9), 0.45),
        mix(brief.palette.horizon, (1.0, 0.85, 0.6), 0.5),
    ]
    for number, (hx, hy, size) in enumerate(sorted(heads, key=lambda head: -abs(head[0] - x) - head[1])):
        bloom(canvas, brief, hx, hy, size, swatch[number % 4], f"bloom{number}")
    for _ in range(4):
        px, py = x - brief.side * float(rng.uniform(0.1, 0.3)), foot + float(rng.uniform(0.0, 0.1))
        canvas.fill(oval(px, py, 0.02, 0.008, turn=float(rng.uniform(-0.6, 0.6))), swatch[0], to=scale(swatch[0], 0.5))


def _fruit(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    rng = canvas.rng("fruit")
    tones: tuple[Colour, ...] = ((0.86, 0.2, 0.14), (0.95, 0.55, 0.12), (0.93, 0.8, 0.2), (0.55, 0.66, 0.2))
    for number, (dx, dy) in enumerate(((-0.11, -0.035), (0.1, -0.03), (0.0, -0.02), (-0.05, 0.05), (0.075, 0.06))):
        size = float(rng.uniform(0.052, 0.066))
        cx, cy = x + dx, foot + dy - size
        tone = mix(tones[(number + brief.variant) % 4], brief.palette.accent, 0.2)
        canvas.fill(
            oval(cx + brief.side * size * 0.7, cy + size * 0.92, size * 1.2, size * 0.22),
            (0.02, 0.01, 0.01),
            opacity=0.6,
            blur=0.012,
        )
        place = canvas.box(cx - size, cy - size, cx + size, cy + size)
        if place is None:
            continue
        u, v = (canvas.x[:, place[1]] - cx) / size, (canvas.y[place[0]] - cy) / (size * 0.95)
        away = np.hypot(u, v)
        z = np.sqrt(np.clip(1 - away**2, 0, 1))
        lit = np.clip(-u * brief.side * 0.62 - v * 0.52 + z * 0.58, 0.05, 1.2)
        spot = canvas.fbm(f"skin{number}", 20, octaves=4)[place]
        skin = np.asarray(tone) * (0.82 + 0.36 * spot[..., None])
        paint = skin * (lit * 1.15 + 0.1)[..., None] + (np.clip(lit - 0.98, 0, 1) ** 2 * 14)[..., None]
        cover = np.clip((1 - away) * size * canvas.unit + 0.5, 0, 1)
        canvas.rgb[place] += (paint - canvas.rgb[place]) * cover[..., None]
        canvas.fill_all(
            ribbon([(cx, cy - size * 0.72), (cx + 0.012, cy - size * 1.12)], 0.006, 0.003), (0.22, 0.14, 0.08)
        )


def _cup(canvas: Canvas, brief: SceneBrief, x: float, foot: float, size: float) -> None:
    tone = mix((0.93, 0.9, 0.85), brief.palette.second, 0.25)
    s = brief.side
    canvas.fill(oval(x, foot, size * 0.85, size * 0.2), scale(tone, 0.9), to=scale(tone, 0.5))
    canvas.fill(oval(x, foot - 0.006, size * 0.5, size * 0.1), scale(tone, 0.55), blur=0.01)
    handle = curve(
        [
            (x + s * size * 0.42, foot - size * 0.6),
            (x + s * size * 0.82, foot - size * 0.62),
            (x + s * size * 0.74, foot - size * 0.22),
            (x + s * size * 0.36, foot - size * 0.18),
        ],
        8,
    )
    canvas.fill_all(ribbon(handle, size * 0.085), scale(tone, 0.75))
    _turned(
        canvas, brief, x, foot - 0.01, size * 0.75, ((0.0, 0.3), (0.06, 0.34), (0.4, 0.56), (1.0, 0.66)), tone, "cup"
    )
    top = foot - 0.01 - size * 0.75
    canvas.fill(oval(x, top, size * 0.46, size * 0.085), (0.24, 0.12, 0.06), to=(0.42, 0.24, 0.12))
    for number in range(5):
        t = canvas.rng(f"steam{number}")
        wisp = curve(
            [
                (x + float(t.uniform(-0.05, 0.05)), top - 0.02 - 0.055 * step)
                if step == 0
                else (x + float(t.uniform(-0.05, 0.05)), top - 0.02 - 0.075 * step)
                for step in range(5)
            ],
            8,
        )
        canvas.fill_all(ribbon(wisp, 0.03, 0.008), (1.0, 1.0, 1.0), opacity=0.09, blur=0.012)


def _candle(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    for dx, tall in ((0.0, 0.32), (0.13 * brief.side, 0.2), (-0.13 * brief.side, 0.13)):
        cx, top = x + dx, foot - tall
        canvas.fill(oval(cx, foot, 0.055, 0.014), (0.3, 0.22, 0.12), to=(0.12, 0.08, 0.05))
        canvas.fill(box(cx, foot, 0.056, tall), (1.0, 0.88, 0.68), to=(0.5, 0.34, 0.24))
        canvas.fill(oval(cx, top, 0.028, 0.007), (1.0, 0.93, 0.75))
        canvas.fill_all(ribbon([(cx, top), (cx + 0.002, top - 0.016)], 0.003), (0.08, 0.05, 0.04))
        flame = curve(
            [(cx, top - 0.01), (cx + 0.013, top - 0.03), (cx + 0.002, top - 0.075), (cx - 0.012, top - 0.03)],
            8,
            closed=True,
        )
        canvas.fill(flame, (1.2, 0.85, 0.4), to=(1.3, 1.2, 0.9))
        canvas.glow(cx, top - 0.04, 0.07, (1.0, 0.66, 0.28), 0.7)
        canvas.glow(cx, top - 0.04, 0.34, (1.0, 0.55, 0.22), 0.24)


def _books(canvas: Canvas, brief: SceneBrief, x: float, foot: float) -> None:
    rng = canvas.rng("books")
    y = foot
    for number in range(5):
        wide, high, off = float(rng.uniform(0.28, 0.36)), float(rng.uniform(0.034, 0.055)), float(rng.normal(0, 0.012))
        tone = (brief.palette.accent, (0.2, 0.3, 0.4), (0.5, 0.36, 0.2), brief.palette.second, (0.35, 0.14, 0.16))[
            number
        ]
        tone = mix(tone, (0.3, 0.22, 0.18), 0.4)
        spine: list[Point] = [
            (x + off - wide / 2, y - high),
            (x + off + wide / 2, y - high),
            (x + off + wide / 2, y),
            (x + off - wide / 2, y),
        ]
        canvas.fill([(px + 0.01 * brief.side, py + 0.006) for px, py in spine], (0.0, 0.0, 0.0), opacity=0.5, blur=0.01)
        canvas.fill(spine, mix(tone, (1.0, 1.0, 1.0), 0.2), to=scale(tone, 0.55))
        canvas.fill_all(
            [box(x + off + dx * wide, y - 0.002, 0.006, high - 0.004) for dx in (-0.36, -0.32, 0.34)],
            mix(tone, (0.95, 0.8, 0.45), 0.6),
            opacity=0.8,
        )
        y -= high
