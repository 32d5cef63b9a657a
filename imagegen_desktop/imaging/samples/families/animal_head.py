"""An animal's head: ears, fur, muzzle, eyes, nose and whiskers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.imaging.samples.canvas import curve, oval, ribbon
from imagegen_desktop.imaging.samples.families.animal_kinds import Kind, coat_of, head_coat
from imagegen_desktop.imaging.samples.fur import Part, paint_fur
from imagegen_desktop.imaging.samples.palette import Colour, mix, parse, scale

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Point


def ears_behind(canvas: Canvas, kind: Kind, head: Point, tall: float) -> None:
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


def paint_head(canvas: Canvas, brief: SceneBrief, kind: Kind, head: Point, tall: float, hair: float) -> None:
    x, y = head
    points = parse(kind.points) if kind.mask else mix(parse(kind.base), parse(kind.points), 0.4)
    light = (-0.6 * brief.side, -0.65)
    parts: list[Part] = []
    _ears(canvas, kind, head, tall, points)
    parts.append(
        Part(
            x=x,
            y=y,
            rx=tall * 0.188,
            ry=tall * 0.152,
            coat=head_coat(kind),
            hairs=6500,
            length=hair * 0.6,
            flow=(0, 0.15),
            spread=1.2,
            width=0.0022,
        )
    )
    if kind.ears == "flop":
        parts.extend(
            Part(
                x=x + sign * tall * 0.155,
                y=y + tall * 0.0,
                rx=tall * 0.055,
                ry=tall * 0.13,
                coat=coat_of(kind, kind.points, 1.1),
                hairs=700,
                length=hair * 0.7,
                spread=0.3,
            )
            for sign in (-1, 1)
        )
    parts += _muzzle(kind, head, tall, hair)
    paint_fur(canvas, parts, light, "head")


def _ears(canvas: Canvas, kind: Kind, head: Point, tall: float, points: Colour) -> None:
    x, y = head
    for sign in (-1, 1):
        if kind.ears in ("point", "tuft"):
            narrow = 0.8 if kind.ears == "tuft" else 1.0
            tip = (x + sign * tall * 0.165, y - tall * (0.262 if narrow == 1 else 0.2))
            ear = [(x + sign * tall * 0.035, y - tall * 0.12), tip, (x + sign * tall * 0.188, y - tall * 0.03)]
            canvas.fill([*curve(ear, 6), (x, y)], points, to=scale(points, 0.7))
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


def _muzzle(kind: Kind, head: Point, tall: float, hair: float) -> list[Part]:
    x, y = head
    parts: list[Part] = []
    if kind.beak:
        return parts
    pale = kind.points if kind.mask > 0 else kind.chest
    wide = tall * (0.045 + 0.018 * kind.muzzle)
    parts.extend(
        Part(
            x=x + sign * wide * 0.72,
            y=y + tall * 0.068,
            rx=wide,
            ry=tall * (0.038 + 0.012 * kind.muzzle),
            coat=coat_of(kind, pale, 1.12),
            hairs=420,
            length=hair * 0.35,
            flow=(sign * 0.5, 0.3),
            spread=0.6,
            width=0.002,
        )
        for sign in (-1, 1)
    )
    if kind.muzzle:
        parts.append(
            Part(
                x=x,
                y=y + tall * 0.022,
                rx=tall * 0.04,
                ry=tall * 0.062,
                coat=coat_of(kind, kind.base if kind.mask >= 0 else kind.chest, 1.1),
                hairs=420,
                length=hair * 0.35,
                flow=(0, -0.6),
                spread=0.3,
                width=0.002,
            )
        )
    return parts


def paint_face(canvas: Canvas, brief: SceneBrief, kind: Kind, head: Point, tall: float) -> None:
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
    _mouth(canvas, kind, head, tall, (ny, wide))


def _mouth(canvas: Canvas, kind: Kind, head: Point, tall: float, nose: Point) -> None:
    x, y = head
    ny, wide = nose
    dark: Colour = (0.09, 0.06, 0.06)
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
