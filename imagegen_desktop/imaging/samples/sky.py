"""Skies: the gradient from zenith to horizon, sun and moon, stars, clouds lit from where the light stands, aurora."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.brief import Time, Weather
from imagegen_desktop.imaging.samples.canvas import resized, shifted, smoothstep
from imagegen_desktop.imaging.samples.palette import mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point


def light_place(canvas: Canvas, brief: SceneBrief, horizon: float) -> Point:
    """Where sun or moon stand, in units: near a third, high by day, near the horizon at the day's ends."""
    rng = canvas.rng("light")
    across = 0.5 - brief.side * (0.14 + 0.2 * rng.random())
    heights = {Time.NIGHT: 0.28, Time.DAY: 0.16, Time.GREY: 0.3, Time.GOLDEN: 0.68, Time.DUSK: 0.9, Time.DAWN: 0.82}
    down = heights[brief.time] + rng.normal(0, 0.07)
    return across * canvas.right, float(np.clip(down, 0.08, 0.97)) * horizon


def paint_sky(canvas: Canvas, brief: SceneBrief, horizon: float, *, body: bool = True) -> Point:
    """Paint the whole canvas as sky above `horizon` (y in units); gives the place of the light. `body` shows sun or moon."""
    colours = brief.palette
    low = mix(colours.horizon, colours.far, 0.3)
    stops = [(0.0, colours.zenith), (horizon * 0.5, colours.upper), (horizon, colours.horizon), (horizon + 0.35, low)]
    canvas.over(np.ones((canvas.height, canvas.width), dtype=np.float32), canvas.gradient(stops))
    place = light_place(canvas, brief, horizon)
    if brief.dark:
        paint_stars(canvas, horizon)
    if brief.has("aurora"):
        paint_aurora(canvas, brief, horizon)
    if body:
        paint_light(canvas, brief, place)
    if brief.weather is not Weather.CLEAR:
        paint_clouds(canvas, brief, horizon, place)
    elif brief.variant % 3:
        paint_wisps(canvas, brief, horizon, place)
    return place


def paint_stars(canvas: Canvas, horizon: float, *, amount: int = 420) -> None:
    """Stars of uneven brightness, a few of them with a halo."""
    rng = canvas.rng("stars")
    for _ in range(amount):
        x, y = rng.random() * canvas.right, rng.random() ** 1.2 * horizon
        bright, warm = rng.random() ** 5, rng.random()
        tone = mix((0.75, 0.85, 1.0), (1.0, 0.88, 0.75), warm)
        canvas.glow(float(x), float(y), 0.0008 + 0.0016 * bright, tone, 0.35 + 1.3 * bright)
        if bright > 0.8:
            canvas.glow(float(x), float(y), 0.008, tone, 0.18)


def paint_light(canvas: Canvas, brief: SceneBrief, place: Point) -> None:
    """The sun with its glare, or a moon with its face."""
    x, y = place
    rng = canvas.rng("body")
    light = brief.palette.light
    if brief.dark:
        radius = 0.035 + 0.045 * rng.random()
        canvas.glow(x, y, radius * 4.5, mix(light, brief.palette.upper, 0.5), 0.32)
        _moon(canvas, x, y, float(radius), light, crescent=brief.variant % 3 == 0)
        return
    spread = 0.5 if brief.weather in (Weather.MIST, Weather.CLOUDS) else 0.34
    canvas.glow(x, y, spread, mix(light, brief.palette.horizon, 0.45), 0.42, flat=1.5)
    canvas.glow(x, y, 0.12, light, 0.5)
    if brief.time is Time.GREY or brief.weather is Weather.STORM:
        return
    radius = {Time.DAY: 0.028, Time.GOLDEN: 0.045, Time.DAWN: 0.05}.get(brief.time, 0.06 + 0.04 * rng.random())
    canvas.disc(x, y, float(radius), mix(scale(light, 1.25), (1.0, 1.0, 1.0), 0.2), soft=0.004)


def _moon(
    canvas: Canvas, x: float, y: float, radius: float, light: tuple[float, float, float], *, crescent: bool
) -> None:
    box = canvas.box(x - radius, y - radius, x + radius, y + radius)
    if box is None:
        return
    dx, dy = (canvas.x[:, box[1]] - x) / radius, (canvas.y[box[0]] - y) / radius
    away = np.hypot(dx, dy)
    cover = np.clip((1 - away) * radius * canvas.unit + 0.5, 0, 1)
    face = canvas.fbm("moonface", 14, octaves=4)[box]
    tone = 0.72 + 0.35 * smoothstep(0.35, 0.65, face)
    if crescent:
        tone = tone * smoothstep(0.75, 1.15, np.hypot(dx - 0.45, dy + 0.25))
        cover = cover * np.clip(tone * 2, 0, 1)
    tone = tone * (1 - 0.18 * away**4)
    canvas.rgb[box] += (tone[..., None] * np.asarray(light) - canvas.rgb[box]) * cover[..., None]


def cloud_field(canvas: Canvas, horizon: float, name: str, *, big: float = 1.6) -> Field:
    """Cloud density from 0 to 1, flatter and smaller towards the horizon."""
    near = canvas.fbm(name, big, octaves=6, wide=1.8, gain=0.52)
    far = canvas.fbm(f"{name} far", big * 3.4, octaves=5, wide=4.5, gain=0.5)
    depth = smoothstep(0.25 * horizon, 0.95 * horizon, canvas.y)
    return near * (1 - depth) + far * depth


def paint_clouds(canvas: Canvas, brief: SceneBrief, horizon: float, place: Point) -> None:
    """Clouds with bright rims towards the light and shade away from it."""
    cover = {Weather.STORM: 0.34, Weather.RAIN: 0.4, Weather.SNOW: 0.42, Weather.MIST: 0.52}.get(brief.weather, 0.47)
    density = cloud_field(canvas, horizon, "clouds")
    mask = smoothstep(cover, cover + 0.2, density)
    # Density a step towards the light: where it falls off, the cloud's edge catches the light.
    step = max(2, int(0.018 * canvas.unit))
    sign = 1 if place[0] > canvas.right / 2 else -1
    towards = shifted(density, step, -sign * step)
    lit = np.clip(0.5 + (density - towards) * 3.2, 0.0, 1.0)
    colours = brief.palette
    near_light = np.exp(-(((canvas.x - place[0]) / 0.6) ** 2) - ((canvas.y - place[1]) / 0.45) ** 2)
    heavy = brief.weather in (Weather.STORM, Weather.RAIN)
    shade = mix(colours.zenith, colours.far, 0.5) if not heavy else mix(colours.zenith, colours.dark, 0.35)
    bright = mix(colours.horizon, colours.light, 0.55) if not brief.dark else mix(colours.upper, colours.horizon, 0.6)
    lit = np.clip(lit * (0.75 + 0.45 * near_light), 0, 1.1)
    paint = np.asarray(shade) + (np.asarray(bright) - np.asarray(shade)) * lit[..., None]
    fade = smoothstep(horizon * 1.02, horizon * 0.8, canvas.y)
    if not heavy:
        # Cloud before the sun is thin: its disc shines through.
        fade = fade * (1 - 0.9 * np.exp(-(((canvas.x - place[0]) / 0.09) ** 2) - ((canvas.y - place[1]) / 0.09) ** 2))
    canvas.over(mask * fade * (0.92 if heavy else 0.8), paint.astype(np.float32))


def paint_wisps(canvas: Canvas, brief: SceneBrief, horizon: float, place: Point) -> None:
    """Thin high clouds, brighter near the light."""
    field = canvas.fbm("wisps", 2.2, octaves=6, wide=5.5, gain=0.58)
    mask = smoothstep(0.52, 0.85, field) * smoothstep(horizon, horizon * 0.55, canvas.y)
    near = np.exp(-(((canvas.x - place[0]) / 0.8) ** 2))
    tone = mix(brief.palette.horizon, brief.palette.light, 0.5)
    canvas.over(mask * (0.25 + 0.35 * near) * (0.35 if brief.dark else 1.0), tone)


def paint_aurora(canvas: Canvas, brief: SceneBrief, horizon: float) -> None:
    """Curtains of light: a wavy lower edge, rays above it that fade upwards."""
    for number in range(3):
        edge = horizon * (0.42 + 0.16 * number) + (canvas.line(f"aurora{number}", 1.3, octaves=3) - 0.5) * 0.4
        rays = 0.35 + 0.9 * canvas.line(f"rays{number}", 26, octaves=3)
        above = (edge[None, :] - canvas.y) / (horizon * 0.42)
        curtain = np.where(above > 0, np.exp(-above * 2.6), np.exp(above * 26)) * rays[None, :] ** 2
        hue = mix((0.2, 1.0, 0.62), (0.62, 0.3, 1.0), number * 0.4)
        canvas.add(curtain * 0.3, mix(hue, brief.palette.second, 0.3))


def mirror(canvas: Canvas, line: float, *, ripple: float = 0.012, name: str = "mirror", squeeze: float = 1.0) -> Field:
    """What stands above the line `line` (y in units), turned over into rows below it, shaken sideways by ripples that grow."""
    row = int(line / canvas.bottom * canvas.height)
    count = canvas.height - row
    if count <= 0:
        return canvas.rgb[:0]
    depth = np.arange(count) / canvas.unit
    source = np.clip(row - 1 - (np.arange(count) * squeeze).astype(int), 0, canvas.height - 1)
    rng = canvas.rng(name)
    cells = max(4, int(count / canvas.unit * 170))
    grid = rng.random((cells, max(3, int(canvas.right * 7)))).astype(np.float32) - np.float32(0.5)
    shake = resized(grid, canvas.width, count)
    shift = (shake * (ripple * (0.35 + 2.2 * depth[:, None])) * 2.2 * canvas.unit).astype(int)
    columns = np.clip(np.arange(canvas.width)[None, :] + shift, 0, canvas.width - 1)
    lift = np.clip(source[:, None] + (shift * 0.35).astype(int), 0, max(row - 1, 0))
    return canvas.rgb[lift, columns]
