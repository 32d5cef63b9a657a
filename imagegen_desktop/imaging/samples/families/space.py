"""Deep space: clouds of gas, stars, worlds with their own weather, a galaxy, an eclipse, a traveller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon, smoothstep
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale
from imagegen_desktop.imaging.samples.sky import paint_stars

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    _gas(canvas, brief)
    paint_stars(canvas, canvas.bottom, amount=620)
    x, y = canvas.right * (0.5 + brief.side * 0.16), canvas.bottom * 0.45
    wants = brief.tags & {"galaxy", "eclipse", "nebula", "astronaut", "rocket", "comet"}
    if "galaxy" in wants:
        _galaxy(canvas, brief, x, y)
    elif "eclipse" in wants:
        _eclipse(canvas, brief, x, y)
    elif not wants & {"nebula"} or brief.has("planet"):
        _worlds(canvas, brief, x, y)
    if "comet" in wants:
        _comets(canvas, brief)
    if "astronaut" in wants:
        _ground(canvas, brief)
        _astronaut(canvas, brief, canvas.right * (0.5 - brief.side * 0.2), canvas.bottom * 0.86, 0.34)
    elif "rocket" in wants:
        _rocket(canvas, brief, canvas.right * (0.5 - brief.side * 0.2), canvas.bottom * 0.5, 0.3)
    elif brief.variant % 3 == 0 and not wants:
        _ground(canvas, brief)


def _gas(canvas: Canvas, brief: SceneBrief) -> None:
    colours = brief.palette
    black = scale(colours.zenith, 0.35)
    canvas.over(np.ones((canvas.height, canvas.width), dtype=np.float32), black)
    one, two, three = (
        canvas.fbm("gas1", 1.5, octaves=7, gain=0.55),
        canvas.fbm("gas2", 2.4, octaves=7, gain=0.55),
        canvas.fbm("gas3", 3.4, octaves=6, gain=0.6),
    )
    lean = (canvas.x / canvas.right - 0.5) * brief.side * 0.9 + (canvas.y / canvas.bottom - 0.5) * (
        1 if brief.variant % 2 else -1
    )
    lane = np.exp(-(((lean + (one - 0.5) * 0.9) / 0.36) ** 2))
    ridged = 1 - np.abs(two * 2 - 1)
    strong = 1.0 if brief.has("nebula") else 0.72
    first, second, third = (
        mix(colours.accent, colours.horizon, 0.3),
        colours.second,
        mix(colours.upper, (0.45, 0.25, 0.8), 0.3),
    )
    canvas.add(lane * smoothstep(0.2, 0.9, one) * 0.5 * strong, third)
    canvas.add(lane * ridged**3 * smoothstep(0.4, 0.75, one) * 0.75 * strong, first)
    canvas.add(lane**1.5 * smoothstep(0.48, 0.8, two) * smoothstep(0.35, 0.7, three) * 0.75 * strong, second)
    core = lane**3 * smoothstep(0.55, 0.85, one) * ridged**2
    canvas.add(core * 0.9 * strong, mix(colours.light, first, 0.3))
    dust = smoothstep(0.5, 0.72, three) * lane
    canvas.multiply(1 - 0.62 * dust * (0.4 + 0.6 * smoothstep(0.4, 0.7, two)))


def sphere(
    canvas: Canvas,
    brief: SceneBrief,
    x: float,
    y: float,
    radius: float,
    name: str,
    tones: tuple[Colour, Colour, Colour],
    *,
    bands: bool,
) -> None:
    """A world lit from one side, with bands or continents, a soft terminator and a thin lit air."""
    reach = radius * 1.15
    box = canvas.box(x - reach, y - reach, x + reach, y + reach)
    if box is None:
        return
    dx, dy = (canvas.x[:, box[1]] - x) / radius, (canvas.y[box[0]] - y) / radius
    away = np.hypot(dx, dy)
    z = np.sqrt(np.clip(1 - away**2, 0, 1))
    cover = np.clip((1 - away) * radius * canvas.unit + 0.5, 0, 1)
    sun = np.asarray((-0.78 * brief.side, -0.42, 0.36))
    lit = np.clip(dx * sun[0] + dy * sun[1] + z * sun[2], 0, 1)
    tilt = dy * 0.93 + dx * 0.36 * brief.side
    noise = canvas.fbm(name, 3.2 / max(radius, 0.05) * 0.3, octaves=6, gain=0.58, wide=3.2 if bands else 1.0)[box]
    if bands:
        place = tilt * 5.5 + (noise - 0.5) * 2.2
        part = 0.5 + 0.32 * np.sin(place * 2.1) + 0.24 * np.sin(place * 4.7 + 1)
    else:
        part = smoothstep(0.42, 0.62, noise)
    part = np.clip(part, 0, 1)[..., None]
    surface = np.asarray(tones[0]) * (1 - part) + np.asarray(tones[1]) * part
    if not bands:
        clouds = canvas.fbm(f"{name} clouds", 5, octaves=5, wide=2.2)[box]
        surface = surface + smoothstep(0.55, 0.72, clouds)[..., None] * (np.asarray((0.95, 0.96, 1.0)) - surface) * 0.75
    paint = surface * (lit**0.8 * 1.15 + 0.015)[..., None]
    fringe = np.clip(away, 0, 1) ** 5 * lit
    paint = paint + fringe[..., None] * np.asarray(tones[2]) * 0.7
    canvas.rgb[box] += (paint - canvas.rgb[box]) * cover[..., None]
    air = np.exp(-np.clip(away - 1, 0, 1) / 0.028) * (away > 1) * np.clip(0.25 + dx * sun[0] + dy * sun[1], 0, 1)
    canvas.rgb[box] += air[..., None] * np.asarray(tones[2]) * 0.75


def _worlds(canvas: Canvas, brief: SceneBrief, x: float, y: float) -> None:
    colours = brief.palette
    rng = canvas.rng("worlds")
    big = float(rng.uniform(0.22, 0.33))
    ringed = brief.variant % 3 != 1
    tones = (
        mix(colours.accent, colours.dark, 0.25),
        mix(colours.horizon, (0.98, 0.88, 0.72), 0.55),
        mix(colours.second, (0.7, 0.85, 1.0), 0.5),
    )
    if not ringed:
        x, y, big = canvas.right * (0.5 + brief.side * 0.24), canvas.bottom * 0.78, 0.52
        tones = (
            mix((0.06, 0.2, 0.45), colours.second, 0.3),
            mix((0.35, 0.42, 0.25), colours.accent, 0.3),
            (0.55, 0.75, 1.0),
        )
    if ringed:
        _ring(canvas, brief, x, y, big, front=False)
    sphere(canvas, brief, x, y, big, "world", tones, bands=ringed)
    if ringed:
        _ring(canvas, brief, x, y, big, front=True)
    grey = (mix((0.4, 0.38, 0.4), colours.upper, 0.3), (0.75, 0.72, 0.68), (0.5, 0.55, 0.6))
    sphere(
        canvas,
        brief,
        canvas.right * (0.5 - brief.side * 0.27),
        canvas.bottom * float(rng.uniform(0.18, 0.3)),
        float(rng.uniform(0.035, 0.075)),
        "moon",
        grey,
        bands=False,
    )


def _ring(canvas: Canvas, brief: SceneBrief, x: float, y: float, radius: float, *, front: bool) -> None:
    tilt = -0.38 * brief.side
    dx, dy = (canvas.x - x) / radius, (canvas.y - y) / radius
    u, v = dx * np.cos(tilt) + dy * np.sin(tilt), (-dx * np.sin(tilt) + dy * np.cos(tilt)) / 0.27
    away: Field = np.hypot(u, v)
    lines: Field = np.interp(away, np.linspace(1.3, 2.4, 120), np.asarray(canvas.rng("ring").random(120) ** 0.7))
    band = (
        smoothstep(1.3, 1.36, away)
        * smoothstep(2.35, 2.25, away)
        * (0.25 + 0.75 * lines)
        * (1 - 0.85 * np.exp(-(((away - 1.95) / 0.03) ** 2)))
    )
    half = (v > 0) if front else (v <= 0)
    shadow = 1 - 0.85 * smoothstep(1.05, 0.9, np.abs(v * 0.3)) * (
        (u * -brief.side < 0) & (np.abs(v * 0.27) < 0.8) & (not front)
    )
    canvas.over(band * half * 0.85 * shadow, mix(brief.palette.horizon, brief.palette.light, 0.45))


def _galaxy(canvas: Canvas, brief: SceneBrief, x: float, y: float) -> None:
    tilt = 0.5 * brief.side
    dx, dy = canvas.x - x, canvas.y - y
    u, v = dx * np.cos(tilt) + dy * np.sin(tilt), (-dx * np.sin(tilt) + dy * np.cos(tilt)) / 0.45
    away, angle = np.hypot(u, v) + 1e-4, np.arctan2(v, u)
    clump = canvas.fbm("arms", 6, octaves=6, gain=0.62)
    arms = np.cos(2 * (angle - np.log(away * 9) * 2.1) + (clump - 0.5) * 2.6) * 0.5 + 0.5
    disc = np.exp(-away / 0.17)
    light = disc * (0.12 + arms**2.2 * (0.5 + clump))
    canvas.add(light * 1.6, mix(brief.palette.second, (0.6, 0.7, 1.0), 0.5))
    canvas.add(disc * arms**6 * smoothstep(0.55, 0.75, clump) * 2.2, mix(brief.palette.accent, (1.0, 0.6, 0.7), 0.4))
    canvas.add(np.exp(-((away / 0.05) ** 1.2)) * 1.5, (1.0, 0.9, 0.72))
    canvas.multiply(1 - 0.5 * disc * smoothstep(0.5, 0.7, clump) * (1 - arms))


def _eclipse(canvas: Canvas, brief: SceneBrief, x: float, y: float) -> None:
    radius = 0.2
    dx, dy = canvas.x - x, canvas.y - y
    away, angle = np.hypot(dx, dy) / radius, np.arctan2(dy, dx)
    rays = np.interp(
        angle,
        np.linspace(-np.pi, np.pi, 200),
        np.convolve(np.tile(canvas.rng("corona").random(200), 3), np.ones(5) / 5, "same")[200:400],
    )
    corona = np.exp(-np.clip(away - 1, 0, 9) / (0.16 + 0.5 * rays)) * (away > 0.98)
    canvas.add(corona * 0.9, mix(brief.palette.light, brief.palette.accent, 0.25))
    if brief.variant % 2:
        u, v = dx / radius, dy / radius / 0.13
        disc = np.hypot(u, v)
        swirl = canvas.fbm("disc", 5, octaves=5, wide=5)
        band = smoothstep(1.15, 1.5, disc) * np.exp(-np.clip(disc - 1.4, 0, 9) / 0.7) * (0.5 + swirl)
        canvas.add(band * 1.4, mix(brief.palette.accent, (1.0, 0.6, 0.25), 0.6))
    canvas.disc(x, y, radius, (0.004, 0.004, 0.01), soft=0.003)
    canvas.glow(x - radius * 0.7 * brief.side, y - radius * 0.7, 0.03, (1.0, 1.0, 1.0), 1.6)
    canvas.glow(x - radius * 0.7 * brief.side, y - radius * 0.7, 0.12, brief.palette.light, 0.5)


def _comets(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("comets")
    for number in range(5):
        x, y = canvas.right * float(rng.uniform(0.1, 0.9)), canvas.bottom * float(rng.uniform(0.08, 0.6))
        length = 0.5 if number == 0 else float(rng.uniform(0.1, 0.24))
        tail = [(x, y), (x + brief.side * length * 0.8, y - length * 0.6)]
        for wide, strength in ((0.014, 0.2), (0.005, 0.5), (0.002, 0.8)):
            steps = [
                (tail[0][0] + (tail[1][0] - tail[0][0]) * t, tail[0][1] + (tail[1][1] - tail[0][1]) * t)
                for t in np.linspace(0, 1, 16)
            ]
            for step, shape in enumerate(ribbon(steps, wide * (1 if number == 0 else 0.5), 0.0005)):
                canvas.fill(
                    shape,
                    mix(brief.palette.light, brief.palette.second, step / 16),
                    opacity=strength * (1 - step / 16),
                    light=True,
                )
        canvas.glow(x, y, 0.014 if number == 0 else 0.006, (1.0, 1.0, 1.0), 1.2)


def _ground(canvas: Canvas, brief: SceneBrief) -> None:
    """Rough ground in front, lit along its edge."""
    for layer in range(2):
        edge = canvas.bottom * (0.82 + 0.08 * layer) - (
            canvas.line(f"ground{layer}", 3 + 2 * layer, octaves=8) - 0.5
        ) * (0.2 - 0.1 * layer)
        rock = canvas.fbm(f"rock{layer}", 12, octaves=6, gain=0.6)
        tone = mix(brief.palette.near, brief.palette.dark, 0.4 + 0.4 * layer)
        rim = np.exp(-((canvas.y - edge) / (0.02 + 0.02 * layer)))
        paint = (
            np.asarray(tone) * (0.6 + 0.8 * rock[..., None])
            + (np.clip(rim, 0, 1) * rock)[..., None] * np.asarray(brief.palette.second) * 0.3
        )
        canvas.over(canvas.below(edge), paint.astype(np.float32))


def _astronaut(canvas: Canvas, brief: SceneBrief, x: float, foot: float, tall: float) -> None:
    s, white = brief.side, (0.9, 0.91, 0.95)
    dark = mix((0.3, 0.32, 0.4), brief.palette.upper, 0.4)
    along = ((x - s * tall * 0.2, 0.0), (x + s * tall * 0.2, 0.0))
    pack = curve(
        [
            (x - 0.2 * tall, foot - 0.78 * tall),
            (x + 0.2 * tall, foot - 0.78 * tall),
            (x + 0.2 * tall, foot - 0.4 * tall),
            (x - 0.2 * tall, foot - 0.4 * tall),
        ],
        5,
        closed=True,
    )
    canvas.fill(pack, scale(white, 0.7), to=scale(dark, 0.7), along=along)
    _limbs(canvas, x, foot, tall, (white, dark), along)
    torso = curve(
        [
            (x - 0.15 * tall, foot - 0.74 * tall),
            (x + 0.15 * tall, foot - 0.74 * tall),
            (x + 0.16 * tall, foot - 0.42 * tall),
            (x - 0.16 * tall, foot - 0.42 * tall),
        ],
        6,
        closed=True,
    )
    canvas.fill(torso, white, to=dark, along=along)
    canvas.fill(oval(x, foot - 0.86 * tall, 0.155 * tall, 0.15 * tall), white, to=dark, along=along)
    canvas.fill(
        oval(x, foot - 0.85 * tall, 0.115 * tall, 0.1 * tall),
        mix(brief.palette.accent, brief.palette.light, 0.3),
        to=scale(brief.palette.zenith, 0.6),
        along=((x, foot - 0.95 * tall), (x + s * 0.05, foot - 0.75 * tall)),
    )
    canvas.fill(
        oval(x - s * 0.05 * tall, foot - 0.89 * tall, 0.03 * tall, 0.014 * tall, turn=-0.4),
        (1.0, 1.0, 1.0),
        opacity=0.85,
        blur=0.002,
    )
    canvas.fill(oval(x + s * 0.08 * tall, foot + 0.01, tall * 0.3, 0.014), (0.0, 0.0, 0.0), opacity=0.55, blur=0.01)


def _limbs(
    canvas: Canvas, x: float, foot: float, tall: float, tones: tuple[Colour, Colour], along: tuple[Point, Point]
) -> None:
    white, dark = tones
    for sign in (-1, 1):
        leg = ribbon(
            curve(
                [
                    (x + sign * 0.07 * tall, foot - 0.42 * tall),
                    (x + sign * 0.1 * tall, foot - 0.2 * tall),
                    (x + sign * 0.1 * tall, foot),
                ],
                6,
            ),
            0.14 * tall,
            0.12 * tall,
        )
        arm = ribbon(
            curve(
                [
                    (x + sign * 0.14 * tall, foot - 0.7 * tall),
                    (x + sign * 0.24 * tall, foot - 0.55 * tall),
                    (x + sign * 0.2 * tall, foot - 0.38 * tall),
                ],
                6,
            ),
            0.11 * tall,
            0.09 * tall,
        )
        canvas.fill_all(
            [*leg, oval(x + sign * 0.11 * tall, foot - 0.015 * tall, 0.09 * tall, 0.04 * tall)],
            white,
            to=dark,
            along=along,
        )
        canvas.fill_all(
            [*arm, oval(x + sign * 0.2 * tall, foot - 0.36 * tall, 0.05 * tall, 0.05 * tall)],
            white,
            to=dark,
            along=along,
        )


def _rocket(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float) -> None:
    tilt = 0.45 * brief.side
    cos, sin = float(np.cos(tilt)), float(np.sin(tilt))

    def at(u: float, v: float) -> tuple[float, float]:
        return x + (u * cos - v * sin) * size, y + (u * sin + v * cos) * size

    hull = curve(
        [at(0, -0.75), at(0.15, -0.4), at(0.17, 0.1), at(0.12, 0.42), at(-0.12, 0.42), at(-0.17, 0.1), at(-0.15, -0.4)],
        8,
        closed=True,
    )
    for wide, tone, strength in (
        (0.3, brief.palette.accent, 0.35),
        (0.17, (1.0, 0.7, 0.3), 0.6),
        (0.08, (1.0, 0.95, 0.8), 0.9),
    ):
        canvas.fill(
            curve(
                [
                    at(-wide * 0.5, 0.44),
                    at(-wide * 0.6, 0.8),
                    at(0, 1.5 + wide),
                    at(wide * 0.6, 0.8),
                    at(wide * 0.5, 0.44),
                ],
                8,
            ),
            tone,
            opacity=strength,
            blur=0.006,
            light=True,
        )
    for sign in (-1, 1):
        canvas.fill(
            [at(sign * 0.14, 0.1), at(sign * 0.34, 0.4), at(sign * 0.3, 0.58), at(sign * 0.1, 0.42)],
            mix(brief.palette.accent, (1.0, 1.0, 1.0), 0.1),
            to=scale(brief.palette.accent, 0.4),
            along=(at(-0.3, 0), at(0.3, 0)),
        )
    canvas.fill(
        hull,
        (0.96, 0.95, 0.97),
        to=mix((0.3, 0.32, 0.4), brief.palette.upper, 0.4),
        along=(at(-0.17 * brief.side, 0), at(0.17 * brief.side, 0)),
    )
    canvas.fill(
        curve([at(0, -0.75), at(0.12, -0.48), at(0, -0.45), at(-0.12, -0.48)], 6, closed=True),
        brief.palette.accent,
        to=scale(brief.palette.accent, 0.45),
        along=(at(-0.15, 0), at(0.15, 0)),
    )
    px, py = at(0, -0.2)
    canvas.disc(px, py, 0.078 * size, scale(brief.palette.accent, 0.6), soft=0.002)
    canvas.disc(px, py, 0.056 * size, mix(brief.palette.second, (0.9, 1.0, 1.0), 0.4), soft=0.002)
