"""A canvas holds light as floats and is painted in units of the picture's shorter side, so that any size shows the same scene."""

from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagegen_desktop.imaging.samples.palette import Colour

Field: TypeAlias = npt.NDArray[Any]
Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[slice, slice]


def resized(field: Field, width: int, height: int, how: Image.Resampling = Image.Resampling.BICUBIC) -> Field:
    """A two-dimensional float field at another size."""
    picture = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(picture.resize((width, height), how), dtype=np.float32)


def smoothstep(low: float, high: float, field: Field) -> Field:
    """0 below `low`, 1 above `high`, an S between them; falls if `low` is the greater."""
    part = np.clip((field - low) / (high - low), 0.0, 1.0)
    return part * part * (3 - 2 * part)


class Canvas:
    """Light in `rgb`, float32 of (height, width, 3); over 1 is brighter than white and blooms.

    Scene units: x from 0 to `right`, y from 0 (top) to `bottom`; the shorter of both is 1
    (less in a strip longer than 3.5 times its width). What is random hangs on the seed and a
    name, never on the size in pixels: a small canvas shows the same scene as a big one. `check` is called at every step and may
    raise to stop the painting.
    """

    def __init__(self, width: int, height: int, frame: tuple[int, int], seed: int, check: Callable[[], None]) -> None:
        # A very long strip counts as less narrow than it is, or its scene would have hundreds of everything.
        short = max(min(frame), max(frame) / 3.5)
        self.width, self.height = width, height
        self.right, self.bottom = frame[0] / short, frame[1] / short
        self.unit = width / self.right
        self.rgb: Field = np.zeros((height, width, 3), dtype=np.float32)
        self.x: Field = ((np.arange(width, dtype=np.float32) + 0.5) / np.float32(self.unit))[None, :]
        self.y: Field = ((np.arange(height, dtype=np.float32) + 0.5) * np.float32(self.bottom / height))[:, None]
        self._seed = seed
        self._check = check

    def rng(self, name: str) -> np.random.Generator:
        """The random numbers of one named part of the scene."""
        digest = hashlib.blake2b(f"{self._seed}/{name}".encode(), digest_size=8).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))

    # ---- noise ----

    def fbm(self, name: str, cells: float, *, octaves: int = 5, gain: float = 0.5, wide: float = 1.0) -> Field:
        """Clouds of noise, about 0 to 1: `cells` to a unit at first, twice as many each octave; `wide` stretches along x."""
        self._check()
        rng = self.rng(name)
        total: Field = np.zeros((self.height, self.width), dtype=np.float32)
        weight, norm = 1.0, 0.0
        for _ in range(octaves):
            across = max(2, round(cells * self.right / wide) + 2)
            down = max(2, round(cells * self.bottom) + 2)
            if norm and across > 2 * self.width and down > 2 * self.height:
                break
            total += (
                resized(rng.random((down, across), dtype=np.float32) - np.float32(0.5), self.width, self.height)
                * weight
            )
            norm += weight * weight
            weight *= gain
            cells *= 2
        return np.clip(0.5 + total / (norm**0.5 * 1.15), 0.0, 1.0)

    def line(self, name: str, cells: float, *, octaves: int = 6, gain: float = 0.5) -> Field:
        """A rough line along x, about 0 to 1, one value per column."""
        rng = self.rng(name)
        at = self.x[0]
        total: Field = np.zeros(self.width, dtype=np.float32)
        weight, norm = 1.0, 0.0
        for _ in range(octaves):
            count = max(3, round(cells * self.right) + 3)
            knots = rng.random(count)
            place = at / self.right * (count - 2) + rng.random()
            whole = np.floor(place).astype(int)
            part = place - whole
            part = part * part * (3 - 2 * part)
            total += (knots[whole] * (1 - part) + knots[whole + 1] * part - 0.5) * weight
            norm += weight
            weight *= gain
            cells *= 2.1
        return 0.5 + total / norm

    # ---- whole canvas ----

    def over(self, mask: Field, colour: Colour | Field) -> None:
        """Paint over everything where `mask`, from 0 to 1, is above 0."""
        self._check()
        cover = mask[..., None].astype(np.float32, copy=False)
        self.rgb += (np.asarray(colour, dtype=np.float32) - self.rgb) * cover

    def add(self, light: Field, colour: Colour) -> None:
        """Add light."""
        self._check()
        self.rgb += light[..., None].astype(np.float32, copy=False) * np.asarray(colour, dtype=np.float32)

    def multiply(self, field: Field) -> None:
        self._check()
        self.rgb *= field[..., None].astype(np.float32, copy=False)

    def gradient(self, stops: Sequence[tuple[float, Colour]]) -> Field:
        """Colours from top to bottom, (height, 1, 3), eased between `stops` of (y in units, colour)."""
        places = [stop[0] for stop in stops]
        rows = self.y[:, 0]
        parts: list[Field] = [np.interp(rows, places, [stop[1][part] for stop in stops]) for part in range(3)]
        return np.stack(parts, axis=-1)[:, None, :].astype(np.float32)

    def below(self, edge: Field | float) -> Field:
        """The mask of what lies under a line of y values, one per column, its edge smooth."""
        return np.clip((self.y - edge) * self.unit + 0.5, 0.0, 1.0).astype(np.float32, copy=False)

    # ---- shapes ----

    def box(self, left: float, top: float, right: float, bottom: float) -> Box | None:
        """The pixels of a rectangle in units; None if it lies outside."""
        x0, x1 = max(0, int(left * self.unit) - 1), min(self.width, int(right * self.unit) + 2)
        y0, y1 = max(0, int(top * self.unit) - 1), min(self.height, int(bottom * self.unit) + 2)
        if x1 <= x0 or y1 <= y0:
            return None
        return slice(y0, y1), slice(x0, x1)

    def mask(self, shapes: Sequence[Sequence[Point]], *, blur: float = 0.0) -> tuple[Field, Box] | None:
        """The cover of polygons together, smooth at the edges or blurred over `blur` units, and the pixels it is for."""
        self._check()
        xs = [point[0] for shape in shapes for point in shape]
        ys = [point[1] for shape in shapes for point in shape]
        if not xs:
            return None
        pad = 3 * blur
        box = self.box(min(xs) - pad, min(ys) - pad, max(xs) + pad, max(ys) + pad)
        if box is None:
            return None
        rows, columns = box
        wide, high = columns.stop - columns.start, rows.stop - rows.start
        fine = 4 if wide * high < 300_000 else 2
        sheet = Image.new("L", (wide * fine, high * fine))
        pen = ImageDraw.Draw(sheet)
        for shape in shapes:
            pen.polygon(
                [((x * self.unit - columns.start) * fine, (y * self.unit - rows.start) * fine) for x, y in shape],
                fill=255,
            )
        cover = np.asarray(sheet.reduce(fine), dtype=np.float32) / np.float32(255)
        return (blurred(cover, blur * self.unit) if blur else cover), box

    def fill(
        self,
        points: Sequence[Point],
        colour: Colour,
        *,
        to: Colour | None = None,
        along: tuple[Point, Point] | None = None,
        opacity: float = 1.0,
        blur: float = 0.0,
        light: bool = False,
    ) -> None:
        """A polygon of one colour, or of a gradient `to` another `along` a line (top to bottom unless said); `light` adds."""
        self.fill_all([points], colour, to=to, along=along, opacity=opacity, blur=blur, light=light)

    def fill_all(
        self,
        shapes: Sequence[Sequence[Point]],
        colour: Colour,
        *,
        to: Colour | None = None,
        along: tuple[Point, Point] | None = None,
        opacity: float = 1.0,
        blur: float = 0.0,
        light: bool = False,
    ) -> None:
        """Many polygons as one shape."""
        found = self.mask(shapes, blur=blur)
        if found is None:
            return
        cover, box = found
        cover = cover[..., None] * np.float32(opacity)
        paint: Field = np.asarray(colour, dtype=np.float32)
        if to is not None:
            ys = [point[1] for shape in shapes for point in shape]
            (x0, y0), (x1, y1) = along or ((0.0, min(ys)), (0.0, max(ys)))
            length = max((x1 - x0) ** 2 + (y1 - y0) ** 2, 1e-9)
            part = ((self.x[:, box[1]] - x0) * (x1 - x0) + (self.y[box[0]] - y0) * (y1 - y0)) / length
            part = np.clip(part, 0.0, 1.0)[..., None].astype(np.float32)
            paint = paint + (np.asarray(to, dtype=np.float32) - paint) * part
        if light:
            self.rgb[box] += paint * cover
        else:
            self.rgb[box] += (paint - self.rgb[box]) * cover

    def disc(
        self, x: float, y: float, radius: float, colour: Colour, *, opacity: float = 1.0, soft: float = 0.0
    ) -> None:
        """A filled circle whose edge fades over `soft` units."""
        self._check()
        box = self.box(x - radius - soft, y - radius - soft, x + radius + soft, y + radius + soft)
        if box is None:
            return
        away = np.hypot(self.x[:, box[1]] - x, self.y[box[0]] - y)
        edge = max(soft, 1 / self.unit)
        cover = np.clip((radius - away) / edge + 0.5, 0.0, 1.0)[..., None].astype(np.float32) * np.float32(opacity)
        self.rgb[box] += (np.asarray(colour, dtype=np.float32) - self.rgb[box]) * cover

    def glow(
        self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0, *, flat: float = 1.0
    ) -> None:
        """Added light around a point, gone at three radii; `flat` above 1 stretches it sideways."""
        self._check()
        reach = 3 * radius
        box = self.box(x - reach * flat, y - reach, x + reach * flat, y + reach)
        if box is None:
            return
        away = ((self.x[:, box[1]] - x) / (radius * flat)) ** 2 + ((self.y[box[0]] - y) / radius) ** 2
        light = np.exp(-away) * np.clip(1 - away / 9, 0.0, 1.0) * strength
        self.rgb[box] += light[..., None].astype(np.float32) * np.asarray(colour, dtype=np.float32)

    def stroke(
        self, points: Sequence[Point], width: float, colour: Colour, *, opacity: float = 1.0, light: bool = False
    ) -> None:
        """A line through points, `width` units wide, tapering to neither end."""
        self.fill_all(ribbon(points, width), colour, opacity=opacity, light=light)


def ribbon(points: Sequence[Point], width: float, end: float | None = None) -> list[list[Point]]:
    """The polygons of a line through points, `width` wide at the start and `end` wide (or as wide) at the end."""
    last = width if end is None else end
    shapes: list[list[Point]] = []
    steps = max(1, len(points) - 1)
    for number, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(points)):
        length = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-6)
        nx, ny = -(y1 - y0) / length / 2, (x1 - x0) / length / 2
        a = width + (last - width) * number / steps
        b = width + (last - width) * (number + 1) / steps
        shapes.append(
            [
                (x0 + nx * a, y0 + ny * a),
                (x1 + nx * b, y1 + ny * b),
                (x1 - nx * b, y1 - ny * b),
                (x0 - nx * a, y0 - ny * a),
            ]
        )
    return shapes


def blurred(field: Field, radius: float) -> Field:
    """The field blurred over `radius` pixels, in floats so that nothing bands; done small where the blur is wide."""
    if radius < 0.4:
        return field
    high, wide = int(field.shape[0]), int(field.shape[1])
    step = max(1, int(radius / 2.5))
    small = resized(field, max(1, wide // step), max(1, high // step), Image.Resampling.BOX) if step > 1 else field
    sigma = radius / step
    reach = max(1, int(2.5 * sigma))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    taps /= taps.sum()
    for axis in (0, 1):
        padded = np.pad(small, [(reach, reach) if axis == side else (0, 0) for side in (0, 1)], mode="edge")
        length = int(small.shape[axis])
        parts = [
            np.take(padded, range(start, start + length), axis=axis) * np.float32(taps[start])
            for start in range(2 * reach + 1)
        ]
        small = np.asarray(np.sum(parts, axis=0), dtype=np.float32)
    return resized(small, wide, high) if step > 1 else small


def oval(x: float, y: float, rx: float, ry: float, *, turn: float = 0.0, points: int = 64) -> list[Point]:
    """The points of an ellipse, turned by `turn` radians."""
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    cos, sin = np.cos(turn), np.sin(turn)
    return [
        (float(x + rx * np.cos(a) * cos - ry * np.sin(a) * sin), float(y + rx * np.cos(a) * sin + ry * np.sin(a) * cos))
        for a in angles
    ]


def curve(points: Sequence[Point], steps: int = 12, *, closed: bool = False) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    known = list(points)
    ring = [known[-1], *known, known[0], known[1]] if closed else [known[0], *known, known[-1]]
    out: list[Point] = []
    for a, b, c, d in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        for step in range(steps):
            t = step / steps
            out.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    if not closed:
        out.append(known[-1])
    return out


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)


def shifted(field: Field, down: int, across: int) -> Field:
    """The field moved by whole pixels, its edges drawn out; to tell which way it slopes."""
    high, wide = int(field.shape[0]), int(field.shape[1])
    rows = np.clip(np.arange(high) - down, 0, high - 1)
    columns = np.clip(np.arange(wide) - across, 0, wide - 1)
    moved: Field = field[rows][:, columns]
    return moved
