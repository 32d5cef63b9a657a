"""Flowers and leaves, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def bloom(canvas: Canvas, brief: SceneBrief, x: float, y: float, size: float, tone: Colour, name: str) -> None:
    """A flower seen a little from the side: a rose of closing whorls, a daisy's rays, or a poppy's cup."""
    rng = canvas.rng(name)
    kind = (
        "daisy"
        if brief.has("daisy")
        else "rose"
        if brief.has("rose")
        else "poppy"
        if brief.has("poppy", "sakura")
        else ("rose", "daisy", "poppy")[int(rng.integers(0, 3))]
    )
    flat = float(rng.uniform(0.72, 1.0))
    canvas.fill(
        oval(x + 0.006 * brief.side, y + size * 0.2, size, size * 0.9),
        (0.02, 0.02, 0.03),
        opacity=0.32,
        blur=size * 0.22,
    )
    if kind == "rose":
        _rose(canvas, brief, x, y, size, tone, flat, rng)
        return
    count, wide = (16, 0.17) if kind == "daisy" else (5, 0.5)
    for ring in range(2):
        for number in range(count):
            angle = 2 * np.pi * (number + 0.5 * ring) / count + float(rng.normal(0, 0.06))
            _petal(
                canvas,
                brief,
                (x, y),
                angle,
                size * (1 - 0.14 * ring),
                size * wide,
                flat,
                scale(tone, 0.82 + 0.2 * ring),
                rng,
            )
    heart = mix((0.25, 0.16, 0.06), brief.palette.dark, 0.3) if kind == "poppy" else (0.85, 0.58, 0.14)
    canvas.fill(oval(x, y, size * 0.26, size * 0.24 * flat), mix(heart, (1.0, 0.9, 0.6), 0.15), to=scale(heart, 0.5))
    dots: list[list[Point]] = []
    for _ in range(34):
        a, r = (
            float(rng.uniform(0, 6.28)),
            size * 0.26 * float(rng.random()) ** 0.5 * (1.35 if kind == "poppy" else 1.0),
        )
        dots.append(
            oval(x + float(np.cos(a)) * r, y + float(np.sin(a)) * r * flat, size * 0.022, size * 0.022, points=8)
        )
    canvas.fill_all(dots, mix((1.0, 0.85, 0.4), brief.palette.light, 0.3), opacity=0.85)


def _rose(
    canvas: Canvas,
    brief: SceneBrief,
    x: float,
    y: float,
    size: float,
    tone: Colour,
    flat: float,
    rng: np.random.Generator,
) -> None:
    for whorl in range(5):
        share = 1 - whorl * 0.19
        count = 7 - whorl
        for number in range(count):
            angle = 2 * np.pi * number / count + whorl * 0.9 + float(rng.normal(0, 0.15))
            _petal(
                canvas,
                brief,
                (x, y + size * 0.06 * whorl),
                angle,
                size * share,
                size * share * 0.5,
                flat,
                scale(tone, 0.72 + 0.09 * whorl),
                rng,
            )
    canvas.fill(oval(x, y + size * 0.18, size * 0.1, size * 0.08), scale(tone, 0.35), blur=size * 0.05)


def _petal(
    canvas: Canvas,
    brief: SceneBrief,
    middle: Point,
    angle: float,
    length: float,
    wide: float,
    flat: float,
    tone: Colour,
    rng: np.random.Generator,
) -> None:
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    bend = float(rng.normal(0, 0.1))

    def at(along: float, across: float) -> Point:
        return middle[0] + cos * along * length - sin * (across * wide + bend * along * wide), middle[1] + (
            sin * along * length + cos * across * wide
        ) * flat

    shape = curve(
        [at(0.05, 0), at(0.4, -0.72), at(0.82, -0.8), at(1.0, -0.2), at(0.98, 0.25), at(0.82, 0.8), at(0.4, 0.72)],
        5,
        closed=True,
    )
    lit = 0.84 + 0.3 * (-cos * brief.side * 0.6 - sin * 0.6)
    canvas.fill(shape, scale(tone, 0.42), to=mix(scale(tone, lit), (1.0, 1.0, 1.0), 0.16), along=(middle, at(1.0, 0)))
    veins: list[list[Point]] = []
    for across in (-0.4, 0.0, 0.4):
        veins += ribbon([at(0.15, across * 0.4), at(0.88, across)], length * 0.012, length * 0.004)
    canvas.fill_all(veins, scale(tone, 0.5), opacity=0.3)


def leaf(
    canvas: Canvas, foot: Point, angle: float, length: float, tone: Colour, brief: SceneBrief, *, wide: float = 0.2
) -> None:
    """A leaf with a midrib, one half lighter than the other."""
    cos, sin = float(np.cos(angle)), float(np.sin(angle))

    def at(along: float, across: float) -> Point:
        bend = 0.1 * along * along
        return foot[0] + (cos * along - sin * (across + bend)) * length, foot[1] + (
            sin * along + cos * (across + bend)
        ) * length

    spine = [at(t, 0) for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
    for sign, shade in ((-1, 1.12), (1, 0.72)):
        edge = curve(
            [at(0, 0), at(0.25, sign * wide * 0.85), at(0.5, sign * wide), at(0.78, sign * wide * 0.62), at(1.0, 0)], 6
        )
        canvas.fill(
            [*edge, *curve(spine, 4)[::-1]],
            scale(tone, shade),
            to=mix(scale(tone, shade), brief.palette.light, 0.22),
            along=(foot, at(1.0, 0)),
        )
    veins = ribbon(spine, length * 0.018, length * 0.004)
    for step in range(1, 6):
        for sign in (-1, 1):
            veins += ribbon(
                [at(step * 0.15, 0), at(step * 0.15 + 0.14, sign * wide * 0.75)], length * 0.008, length * 0.002
            )
    canvas.fill_all(veins, mix(tone, brief.palette.light, 0.4), opacity=0.55)
