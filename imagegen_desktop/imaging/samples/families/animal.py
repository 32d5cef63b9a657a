"""An animal that sits and looks at us: cat, dog, fox, wolf, bear, rabbit, owl or lion, indoors or out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon
from imagegen_desktop.imaging.samples.families.backdrops import meadow, sofa, window_night
from imagegen_desktop.imaging.samples.fur import Coat, Part, paint_fur
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """`points` is the colour of ears, paws and tail, `chest` of throat and cheeks; `ears` is point, round, long, flop or tuft."""

    base: str
    chest: str
    points: str
    eye: str
    ears: str = "point"
    muzzle: float = 0.0
    slit: bool = False
    mask: float = 0.0
    stripes: float = 0.0
    mane: bool = False
    beak: bool = False


KINDS: Final = {
    "cat": Kind(base="#a99a8c", chest="#f0e8dc", points="#6b5d54", eye="#9fc75a", slit=True, stripes=0.35),
    "siamese": Kind(base="#e9dcc6", chest="#f7efe0", points="#3d2a24", eye="#58a8f0", slit=True, mask=1.0),
    "ginger": Kind(base="#d98a45", chest="#fbeedb", points="#a85a24", eye="#e0b53a", slit=True, stripes=0.4),
    "black": Kind(base="#2c2a33", chest="#3a3844", points="#1d1b22", eye="#f0c341", slit=True),
    "white": Kind(base="#efe9e2", chest="#ffffff", points="#d9cfc6", eye="#63b0e8", slit=True),
    "dog": Kind(base="#b5834f", chest="#f3e7d3", points="#6e4628", eye="#5a3a20", ears="flop", muzzle=0.8),
    "fox": Kind(base="#d9692a", chest="#fbf1e4", points="#33221c", eye="#d99a2b", muzzle=0.6, slit=True, mask=-0.6),
    "wolf": Kind(base="#7f868e", chest="#e9ebea", points="#3c4249", eye="#e8b84a", muzzle=0.7, mask=-0.5),
    "bear": Kind(base="#6b4a33", chest="#8a6545", points="#3c281b", eye="#2a1a12", ears="round", muzzle=0.7),
    "rabbit": Kind(base="#b09a84", chest="#f4ece2", points="#8a735e", eye="#3a2418", ears="long"),
    "owl": Kind(base="#8a6d52", chest="#e6d6bd", points="#54402f", eye="#f5a623", ears="tuft", stripes=0.5, beak=True),
    "lion": Kind(
        base="#cf9f5c", chest="#efdcb6", points="#7a4b24", eye="#d9a23a", ears="round", muzzle=0.65, mane=True
    ),
}
INDOOR: Final = frozenset({"cat", "siamese", "ginger", "black", "white", "dog"})


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
    _face(canvas, brief, kind, (x, foot - tall * 0.735), tall)
    if not brief.has("sofa", "velvet", "room") and not (name in INDOOR and brief.variant % 3 < 2):  # noqa: PLR2004 (0 and 1 are indoors)
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


def _coat(kind: Kind, tone: str, share: float = 1.0, *, stripes: float = 0.0, below: str = "") -> Coat:
    """A coat of one tone that runs into another below, striped across."""
    top, low = np.asarray(parse(tone)), np.asarray(parse(below or tone))
    dark = np.asarray(parse(kind.points))

    def coat(u: Field, v: Field) -> Field:
        blend = np.clip((v + 0.4) * 0.8, 0, 1)[:, None]
        colour = top * (1 - blend) + low * blend
        band = np.clip(np.sin(v * 13 + np.abs(u) * 4) * 2 - 0.6, 0, 1)[:, None] * stripes
        mixed: Field = (colour * (1 - band) + dark * band) * share
        return mixed

    return coat


def _head_coat(kind: Kind) -> Coat:
    base, chest, points = (np.asarray(parse(tone)) for tone in (kind.base, kind.chest, kind.points))

    def coat(u: Field, v: Field) -> Field:
        colour = np.repeat(base[None, :], len(u), axis=0)
        cheek = np.clip((np.abs(u) * 0.9 + v * 1.2 - 0.42) * 3, 0, 1)[:, None]
        colour = colour * (1 - cheek) + chest * cheek if kind.mask <= 0 else colour
        if kind.mask > 0:
            face = np.clip(1.5 - np.hypot(u * 1.35, (v - 0.16) * 1.3) * 1.45, 0, 1)[:, None]
            colour = colour * (1 - face) + points * face
        elif kind.mask < 0:
            pale = np.clip((0.34 - np.abs(u) * 0.8 + v * 0.75) * 3, 0, 1)[:, None] * np.clip(v * 3, 0, 1)[:, None]
            colour = colour * (1 - pale) + chest * pale
        lines = np.clip(np.sin(u * 17) * 1.6 - 0.7, 0, 1) * np.clip(-v * 2.2 - 0.3, 0, 1)
        band = (lines * min(1.0, kind.stripes * 2))[:, None]
        marked: Field = colour * (1 - band) + points * band
        return marked

    return coat


def _body(canvas: Canvas, brief: SceneBrief, kind: Kind, foot: Point, tall: float) -> None:
    x, y = foot
    side = brief.side
    hair = tall * (0.062 if brief.has("fluffy") or kind.mane else 0.042)
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
            tone = kind.chest if kind.mask < 0 and end > 0.78 else tip  # noqa: PLR2004 (a fox's brush ends in white)
            parts.append(
                Part(
                    x=tx,
                    y=ty,
                    rx=wide,
                    ry=wide,
                    coat=_coat(kind, tone, stripes=kind.stripes),
                    hairs=260,
                    length=hair * 0.8,
                    spread=1.0,
                )
            )
    body = Part(
        x=x,
        y=y - tall * 0.36,
        rx=tall * 0.185,
        ry=tall * 0.29,
        coat=_coat(kind, kind.base, stripes=kind.stripes),
        hairs=5200,
        length=hair,
        spread=0.7,
    )
    for sign in (-1, 1):
        haunch = _coat(kind, kind.base, 0.92, stripes=kind.stripes)
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
    for sign in (-1, 1):
        paw = kind.points if kind.mask else kind.chest
        lower = paw if kind.base != kind.chest else kind.base
        if kind.beak:
            wing = _coat(kind, kind.points, stripes=0.3)
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
        leg = _coat(kind, kind.base, 0.98, below=lower)
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
                coat=_coat(kind, lower),
                hairs=240,
                length=hair * 0.35,
                spread=0.8,
                flow=(0, 0.4),
            )
        )
    bib = Part(
        x=x,
        y=y - tall * 0.45,
        rx=tall * 0.105,
        ry=tall * 0.17,
        coat=_coat(kind, kind.chest, stripes=kind.stripes if kind.beak else 0.0),
        hairs=2600,
        length=hair * 1.15,
        spread=0.6,
    )
    parts.append(bib)
    _ears_behind(canvas, kind, (x, y - tall * 0.735), tall)
    paint_fur(canvas, parts, (-0.6 * side, -0.65), "body")
    if kind.mane:
        mane = Part(
            x=x,
            y=y - tall * 0.69,
            rx=tall * 0.25,
            ry=tall * 0.25,
            coat=_coat(kind, kind.points, 1.15),
            hairs=3000,
            length=tall * 0.17,
            flow=(0, 0.35),
            spread=1.3,
            width=0.0034,
        )
        paint_fur(canvas, [mane], (-0.6 * side, -0.65), "mane")
    _head(canvas, brief, kind, (x, y - tall * 0.735), tall, hair)


def _ears_behind(canvas: Canvas, kind: Kind, head: Point, tall: float) -> None:
    if kind.ears != "long":
        return
    x, y = head
    for sign in (-1, 1):
        middle = (x + sign * tall * 0.075, y - tall * 0.24)
        canvas.fill(oval(*middle, tall * 0.05, tall * 0.19, turn=sign * 0.14), parse(kind.points))
        canvas.fill(
            oval(middle[0], middle[1] + 0.01, tall * 0.028, tall * 0.155, turn=sign * 0.14),
            mix(parse(kind.chest), (0.9, 0.6, 0.55), 0.5),
            to=parse(kind.points),
        )


def _head(canvas: Canvas, brief: SceneBrief, kind: Kind, head: Point, tall: float, hair: float) -> None:
    x, y = head
    points = parse(kind.points) if kind.mask else mix(parse(kind.base), parse(kind.points), 0.4)
    light = (-0.6 * brief.side, -0.65)
    parts: list[Part] = []
    for sign in (-1, 1):
        if kind.ears in ("point", "tuft"):
            narrow = 0.8 if kind.ears == "tuft" else 1.0
            tip = (x + sign * tall * 0.165, y - tall * (0.262 if narrow == 1 else 0.2))
            ear = [(x + sign * tall * 0.035, y - tall * 0.12), tip, (x + sign * tall * 0.188, y - tall * 0.03)]
            canvas.fill(curve(ear, 6) + [(x, y)], points, to=scale(points, 0.7))
            inner = [
                (x + sign * tall * 0.072, y - tall * 0.115),
                (tip[0] - sign * tall * 0.008, tip[1] + tall * 0.035),
                (x + sign * tall * 0.166, y - tall * 0.05),
            ]
            canvas.fill(inner, mix((0.86, 0.55, 0.52), points, 0.35), to=mix((0.7, 0.4, 0.4), points, 0.6))
            for step in range(9):
                start = (x + sign * tall * (0.07 + 0.009 * step), y - tall * 0.075)
                canvas.fill_all(
                    ribbon(
                        [start, (start[0] + sign * tall * 0.012, start[1] - tall * (0.07 - 0.003 * step))],
                        0.003,
                        0.0005,
                    ),
                    parse(kind.chest),
                    opacity=0.6,
                )
        elif kind.ears == "round":
            canvas.fill(
                oval(x + sign * tall * 0.15, y - tall * 0.13, tall * 0.062, tall * 0.06), points, to=scale(points, 0.7)
            )
            canvas.fill(
                oval(x + sign * tall * 0.147, y - tall * 0.12, tall * 0.038, tall * 0.038),
                scale(mix(points, (0.8, 0.5, 0.45), 0.3), 0.8),
            )
    parts.append(
        Part(
            x=x,
            y=y,
            rx=tall * 0.188,
            ry=tall * 0.152,
            coat=_head_coat(kind),
            hairs=6500,
            length=hair * 0.6,
            flow=(0, 0.15),
            spread=1.2,
            width=0.0022,
        )
    )
    if kind.ears == "flop":
        for sign in (-1, 1):
            parts.append(
                Part(
                    x=x + sign * tall * 0.155,
                    y=y + tall * 0.0,
                    rx=tall * 0.055,
                    ry=tall * 0.13,
                    coat=_coat(kind, kind.points, 1.1),
                    hairs=700,
                    length=hair * 0.7,
                    spread=0.3,
                )
            )
    if not kind.beak:
        pale = kind.points if kind.mask > 0 else kind.chest
        wide = tall * (0.045 + 0.018 * kind.muzzle)
        for sign in (-1, 1):
            parts.append(
                Part(
                    x=x + sign * wide * 0.72,
                    y=y + tall * 0.068,
                    rx=wide,
                    ry=tall * (0.038 + 0.012 * kind.muzzle),
                    coat=_coat(kind, pale, 1.12),
                    hairs=420,
                    length=hair * 0.35,
                    flow=(sign * 0.5, 0.3),
                    spread=0.6,
                    width=0.002,
                )
            )
        if kind.muzzle:
            parts.append(
                Part(
                    x=x,
                    y=y + tall * 0.022,
                    rx=tall * 0.04,
                    ry=tall * 0.062,
                    coat=_coat(kind, kind.base if kind.mask >= 0 else kind.chest, 1.1),
                    hairs=420,
                    length=hair * 0.35,
                    flow=(0, -0.6),
                    spread=0.3,
                    width=0.002,
                )
            )
    paint_fur(canvas, parts, light, "head")


def _face(canvas: Canvas, brief: SceneBrief, kind: Kind, head: Point, tall: float) -> None:
    x, y = head
    big = 1.55 if kind.beak else (1.0 if not kind.muzzle else 0.72)
    for sign in (-1, 1):
        _eye(
            canvas,
            brief,
            kind,
            (x + sign * tall * (0.078 if not kind.muzzle else 0.072), y - tall * 0.008),
            tall * 0.043 * big,
            sign,
        )
    if kind.beak:
        canvas.fill(
            [(x - tall * 0.022, y + tall * 0.012), (x + tall * 0.022, y + tall * 0.012), (x, y + tall * 0.075)],
            (0.32, 0.26, 0.2),
            to=(0.1, 0.08, 0.07),
        )
        return
    dark: Colour = (0.09, 0.06, 0.06)
    pink: Colour = dark if kind.muzzle or kind.mask > 0 else (0.78, 0.47, 0.45)
    ny, wide = y + tall * (0.042 + 0.012 * kind.muzzle), tall * (0.019 + 0.011 * kind.muzzle)
    nose = curve(
        [
            (x - wide, ny - wide * 0.55),
            (x, ny - wide * 0.75),
            (x + wide, ny - wide * 0.55),
            (x + wide * 0.3, ny + wide * 0.5),
            (x, ny + wide * 0.65),
            (x - wide * 0.3, ny + wide * 0.5),
        ],
        6,
        closed=True,
    )
    canvas.fill(nose, mix(pink, (1.0, 1.0, 1.0), 0.18), to=scale(pink, 0.75))
    canvas.fill(
        oval(x - wide * 0.3, ny - wide * 0.4, wide * 0.32, wide * 0.14), (1.0, 1.0, 1.0), opacity=0.4, blur=0.0015
    )
    for sign in (-1, 1):
        lip = curve(
            [
                (x, ny + wide * 0.5),
                (x, ny + tall * 0.026),
                (x + sign * tall * 0.022, ny + tall * 0.04),
                (x + sign * tall * 0.047, ny + tall * 0.03),
            ],
            6,
        )
        canvas.fill_all(ribbon(lip, 0.0034, 0.0014), dark, opacity=0.75)
        for number in range(5 if kind.ears != "round" else 0):
            rise = (number - 2) * 0.03
            start = (x + sign * tall * 0.045, y + tall * (0.062 + 0.006 * number))
            whisker = curve(
                [
                    start,
                    (start[0] + sign * tall * 0.11, start[1] + tall * (rise * 0.5 - 0.012)),
                    (start[0] + sign * tall * 0.21, start[1] + tall * (rise + 0.018)),
                ],
                8,
            )
            canvas.fill_all(ribbon(whisker, 0.0022, 0.0005), (1.0, 0.99, 0.96), opacity=0.75)


def _eye(canvas: Canvas, brief: SceneBrief, kind: Kind, place: Point, size: float, sign: int) -> None:
    x, y = place
    iris = parse(kind.eye)
    tilt = -0.18 * sign
    rim = oval(x, y, size * 1.14, size * (0.98 if kind.slit else 1.12), turn=tilt)
    canvas.fill(rim, (0.05, 0.035, 0.035), opacity=0.95)
    ball = oval(x, y, size * 1.02, size * (0.86 if kind.slit else 0.94), turn=tilt)
    canvas.fill(ball, scale(iris, 0.42), to=mix(iris, (1.0, 1.0, 0.9), 0.22))
    canvas.fill(
        oval(x, y + size * 0.25, size * 0.62, size * 0.42),
        mix(iris, (1.0, 1.0, 0.8), 0.4),
        opacity=0.5,
        blur=size * 0.2,
    )
    canvas.fill(
        oval(x, y, size * (0.3 if kind.slit else 0.5), size * (0.76 if kind.slit else 0.54)), (0.02, 0.02, 0.03)
    )
    canvas.disc(x - size * 0.3 * brief.side, y - size * 0.36, size * 0.2, (1.0, 1.0, 1.0), soft=0.002)
    canvas.disc(x + size * 0.34 * brief.side, y + size * 0.34, size * 0.09, (1.0, 1.0, 1.0), opacity=0.6, soft=0.002)
    lid = [(px, py) for px, py in rim if py < y]
    canvas.fill(
        [*lid, (x + size, y - size * 0.62), (x - size, y - size * 0.62)],
        (0.03, 0.02, 0.02),
        opacity=0.55,
        blur=size * 0.12,
    )


def _grass(canvas: Canvas, brief: SceneBrief, foot: float) -> None:
    rng = canvas.rng("grass")
    for tone, count in (
        (mix(brief.palette.near, brief.palette.light, 0.18), 260),
        (mix(brief.palette.dark, brief.palette.near, 0.5), 420),
    ):
        blades = []
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
