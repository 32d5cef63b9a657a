"""An animal that sits and looks at us: cat, dog, fox, wolf, bear, rabbit, owl or lion, indoors or out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval
from imagegen_desktop.imaging.samples.families.animal_head import ears_behind, paint_face, paint_head
from imagegen_desktop.imaging.samples.families.animal_kinds import INDOOR, KINDS, Kind, coat_of
from imagegen_desktop.imaging.samples.families.backdrops import meadow, sofa, window_night
from imagegen_desktop.imaging.samples.fur import Part, paint_fur
from imagegen_desktop.imaging.samples.palette import mix

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    name = _name(brief)
    kind = KINDS[name]
    x = canvas.right * (0.5 + brief.side * 0.09)
    tall = 0.64 * min(canvas.bottom, 1.2)
    foot = canvas.bottom * 0.9
    if brief.has("sofa", "velvet", "room") or (name in INDOOR and brief.variant % 3 == 0):
        foot = sofa(canvas, brief)
    elif name in INDOOR and brief.variant % 3 == 1:
        foot = window_night(canvas, brief)
    else:
        foot = meadow(canvas, brief)
    canvas.fill(oval(x, foot - 0.005, tall * 0.36, tall * 0.055), brief.palette.dark, opacity=0.65, blur=0.022)
    _body(canvas, brief, kind, (x, foot), tall)
    paint_face(canvas, brief, kind, (x, foot - tall * 0.735), tall)
    if not brief.has("sofa", "velvet", "room") and not (name in INDOOR and brief.variant % 3 < 2):
        _grass(canvas, brief, foot)


def _name(brief: SceneBrief) -> str:
    if brief.has("siamese"):
        return "siamese"
    for name in ("dog", "fox", "wolf", "bear", "rabbit", "owl", "lion"):
        if brief.has(name):
            return name
    for name in ("ginger", "black", "white"):
        if brief.has(name):
            return name
    return ("cat", "ginger", "cat", "siamese", "black")[brief.variant // 3 % 5]


def _body(canvas: Canvas, brief: SceneBrief, kind: Kind, foot: Point, tall: float) -> None:
    x, y = foot
    side = brief.side
    hair = tall * (0.062 if brief.has("fluffy") or kind.mane else 0.042)
    parts = _tail(brief, kind, foot, tall, hair)
    body = Part(
        x=x,
        y=y - tall * 0.36,
        rx=tall * 0.185,
        ry=tall * 0.29,
        coat=coat_of(kind, kind.base, stripes=kind.stripes),
        hairs=5200,
        length=hair,
        spread=0.7,
    )
    for sign in (-1, 1):
        haunch = coat_of(kind, kind.base, 0.92, stripes=kind.stripes)
        parts.append(
            Part(
                x=x + sign * tall * 0.15,
                y=y - tall * 0.17,
                rx=tall * 0.13,
                ry=tall * 0.165,
                coat=haunch,
                hairs=2000,
                length=hair,
                spread=0.7,
            )
        )
    parts.append(body)
    parts += _legs(kind, foot, tall, hair)
    bib = Part(
        x=x,
        y=y - tall * 0.45,
        rx=tall * 0.105,
        ry=tall * 0.17,
        coat=coat_of(kind, kind.chest, stripes=kind.stripes if kind.beak else 0.0),
        hairs=2600,
        length=hair * 1.15,
        spread=0.6,
    )
    parts.append(bib)
    ears_behind(canvas, kind, (x, y - tall * 0.735), tall)
    paint_fur(canvas, parts, (-0.6 * side, -0.65), "body")
    if kind.mane:
        mane = Part(
            x=x,
            y=y - tall * 0.69,
            rx=tall * 0.25,
            ry=tall * 0.25,
            coat=coat_of(kind, kind.points, 1.15),
            hairs=3000,
            length=tall * 0.17,
            flow=(0, 0.35),
            spread=1.3,
            width=0.0034,
        )
        paint_fur(canvas, [mane], (-0.6 * side, -0.65), "mane")
    paint_head(canvas, brief, kind, (x, y - tall * 0.735), tall, hair)


def _tail(brief: SceneBrief, kind: Kind, foot: Point, tall: float, hair: float) -> list[Part]:
    x, y = foot
    side = brief.side
    tip = kind.points if kind.mask > 0 else kind.base
    parts: list[Part] = []
    if not kind.beak:
        tail = curve(
            [
                (x + side * tall * 0.2, y - tall * 0.06),
                (x + side * tall * 0.36, y - tall * 0.05),
                (x + side * tall * 0.45, y - tall * 0.16),
                (x + side * tall * 0.42, y - tall * 0.3),
            ],
            5,
        )
        for number, (tx, ty) in enumerate(tail if kind.ears not in ("round", "long") else []):
            end = number / len(tail)
            wide = tall * (0.05 + (0.025 * np.sin(end * 3.1) if kind.muzzle or brief.has("fluffy") else -0.008 * end))
            tone = kind.chest if kind.mask < 0 and end > 0.78 else tip
            parts.append(
                Part(
                    x=tx,
                    y=ty,
                    rx=wide,
                    ry=wide,
                    coat=coat_of(kind, tone, stripes=kind.stripes),
                    hairs=260,
                    length=hair * 0.8,
                    spread=1.0,
                )
            )
    return parts


def _legs(kind: Kind, foot: Point, tall: float, hair: float) -> list[Part]:
    x, y = foot
    parts: list[Part] = []
    for sign in (-1, 1):
        paw = kind.points if kind.mask else kind.chest
        lower = paw if kind.base != kind.chest else kind.base
        if kind.beak:
            wing = coat_of(kind, kind.points, stripes=0.3)
            parts.append(
                Part(
                    x=x + sign * tall * 0.17,
                    y=y - tall * 0.33,
                    rx=tall * 0.07,
                    ry=tall * 0.24,
                    coat=wing,
                    hairs=700,
                    length=hair,
                    spread=0.3,
                )
            )
            continue
        leg = coat_of(kind, kind.base, 0.98, below=lower)
        parts.append(
            Part(
                x=x + sign * tall * 0.068,
                y=y - tall * 0.17,
                rx=tall * 0.054,
                ry=tall * 0.16,
                coat=leg,
                hairs=1000,
                length=hair * 0.6,
                spread=0.3,
            )
        )
        parts.append(
            Part(
                x=x + sign * tall * 0.076,
                y=y - tall * 0.032,
                rx=tall * 0.068,
                ry=tall * 0.036,
                coat=coat_of(kind, lower),
                hairs=240,
                length=hair * 0.35,
                spread=0.8,
                flow=(0, 0.4),
            )
        )
    return parts


def _grass(canvas: Canvas, brief: SceneBrief, foot: float) -> None:
    rng = canvas.rng("grass")
    for tone, count in (
        (mix(brief.palette.near, brief.palette.light, 0.18), 260),
        (mix(brief.palette.dark, brief.palette.near, 0.5), 420),
    ):
        blades: list[list[Point]] = []
        for _ in range(int(count * canvas.right)):
            x = float(rng.uniform(-0.02, canvas.right + 0.02))
            low = foot + float(rng.uniform(0.02, 0.14))
            tall, lean = float(rng.uniform(0.04, 0.13)), float(rng.normal(0, 0.025))
            blades.append(
                [
                    (x - 0.002, low),
                    (x + lean * 0.4, low - tall * 0.6),
                    (x + lean, low - tall),
                    (x + lean * 0.4 + 0.002, low - tall * 0.55),
                    (x + 0.0022, low),
                ]
            )
        canvas.fill_all(blades, tone, opacity=0.92)
