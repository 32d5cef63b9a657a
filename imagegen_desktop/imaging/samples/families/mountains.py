"""Ranges behind ranges in thinning air, with forest, lake, castle or fire as the words ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imagegen_desktop.imaging.samples.brief import Weather
from imagegen_desktop.imaging.samples.canvas import shifted, smoothstep
from imagegen_desktop.imaging.samples.families.landmarks import castle, cottage, dragon, pagoda, volcano_plume
from imagegen_desktop.imaging.samples.palette import Colour, mix, scale
from imagegen_desktop.imaging.samples.sky import mirror, paint_sky

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point

# The range, counted from the farthest, that castle and pagoda stand on.
_BEARER = 2


def paint(canvas: Canvas, brief: SceneBrief) -> None:
    lake = brief.has("lake", "river") or (
        brief.variant % 4 == 1 and not brief.has("valley", "meadow", "pine", "volcano")
    )
    horizon = canvas.bottom * (0.6 if lake else 0.7)
    light = paint_sky(canvas, brief, horizon * 0.96)
    misty = brief.weather is Weather.MIST or brief.has("valley")
    layers = 6 if misty or brief.has("hills") else 5
    edge: Field = np.zeros(canvas.width)
    for layer in range(layers):
        near = layer / (layers - 1)
        edge = _ridge(canvas, brief, horizon, near, layer)
        _range(canvas, brief, edge, near, layer, light)
        if layer == _BEARER:
            _landmark(canvas, brief, edge, horizon)
        _mist(canvas, brief, edge, near, 1.15 if brief.weather is Weather.MIST else 0.8 if misty else 0.42, layer)
        if lake and near > 0.55:
            break
    if lake:
        _lake(canvas, brief, horizon, light)
    _front(canvas, brief)


def _ridge(canvas: Canvas, brief: SceneBrief, horizon: float, near: float, layer: int) -> Field:
    """The upper edge of one range, y per column: sharp far away, rounded close by; the main peak on its third."""
    soft = brief.has("hills", "meadow")
    rough = canvas.line(f"ridge{layer}", 1.6 + 1.4 * near, octaves=4 if soft else 8, gain=0.4 if soft else 0.5)
    jag = np.abs(canvas.line(f"jag{layer}", 3.2, octaves=6) - 0.5) * 2
    tall = canvas.bottom * (0.3 - 0.12 * near) * (0.6 if soft else 1.0)
    base = horizon * (0.72 + 0.42 * near)
    edge = base - tall * (rough - 0.42) * 1.5 - (0 if soft else tall * (0.5 - jag) * 0.35 * (1 - near))
    if layer == int(brief.variant % 2):
        peak = canvas.right * (0.5 + brief.side * 0.17)
        lift = np.exp(-np.abs(canvas.x[0] - peak) / (0.2 * (1.3 if brief.has("volcano") else 1.0)))
        edge -= lift * canvas.bottom * (0.2 if not soft else 0.06)
        if brief.has("volcano"):
            crater = np.exp(-(((canvas.x[0] - peak) / 0.03) ** 2))
            edge += crater * 0.03
    if layer == _BEARER and brief.has("castle", "pagoda"):
        crag = np.exp(-(np.abs((canvas.x[0] - canvas.right * (0.5 - brief.side * 0.16)) / 0.13) ** 3))
        edge = edge * (1 - crag) + crag * (horizon * 0.72 + 0.015 * rough)
    # A valley opens in the middle: near ranges fall towards it.
    if brief.has("valley", "river") and near > 0.2:
        middle = canvas.right * (0.5 - brief.side * 0.1)
        edge -= (np.abs(canvas.x[0] - middle) / canvas.right) ** 1.3 * near * 0.5 * canvas.bottom - 0.06 * near
    return edge


def _tone(brief: SceneBrief, near: float) -> Colour:
    colours = brief.palette
    air = mix(colours.horizon, colours.far, 0.65)
    return (
        mix(air, colours.near, near / 0.7) if near < 0.7 else mix(colours.near, colours.dark, (near - 0.7) / 0.3 * 0.8)
    )


def _range(canvas: Canvas, brief: SceneBrief, edge: Field, near: float, layer: int, light: Point) -> None:
    """One range: shaded rock where it is high and far, trees where it is near."""
    tone = _tone(brief, near)
    mask = canvas.below(edge)
    depth = np.clip((canvas.y - edge) / (0.3 * canvas.bottom), 0, 1)
    relief = canvas.fbm(f"rock{layer}", 5 + 5 * near, octaves=6, gain=0.56)
    step = max(1, int(0.006 * canvas.unit))
    sign = 1 if light[0] > canvas.right / 2 else -1
    slope = np.clip((relief - shifted(relief, step, -sign * step)) * 9, -1, 1)
    lit = mix(tone, brief.palette.light, 0.3 * (1 - 0.6 * near))
    shade = mix(tone, brief.palette.zenith, 0.3)
    rock = (1 - 0.8 * near) * (0.45 if brief.has("hills", "meadow") else 1.0)
    paint = np.asarray(tone) + np.clip(slope, 0, 1)[..., None] * (np.asarray(lit) - np.asarray(tone)) * rock * 1.3
    paint = paint + np.clip(-slope, 0, 1)[..., None] * (np.asarray(shade) - np.asarray(tone)) * rock
    if layer <= 2 and not brief.has("hills", "meadow", "volcano"):
        white = brief.weather is Weather.SNOW or brief.has("ice", "peak", "cold")
        line = (0.1 + (0.14 if white else 0.0)) * canvas.bottom
        high = float(edge.min())
        snow = smoothstep(high + line * 1.4, high + line * 0.35, canvas.y + (relief - 0.5) * 0.22)
        snow = snow * (0.5 + 0.5 * np.clip(slope + 0.4, 0, 1)) * (0.9 - 0.25 * layer)
        cap = mix(mix(brief.palette.light, (1.0, 1.0, 1.0), 0.35), brief.palette.upper, 0.45 if brief.dark else 0.12)
        paint = paint + snow[..., None] * (np.asarray(cap) - paint)
    air = np.asarray(mix(brief.palette.horizon, brief.palette.far, 0.4))
    paint = paint + (depth * (0.55 - 0.4 * near))[..., None] * (air - paint)
    canvas.over(mask, paint.astype(np.float32))
    wooded = brief.has("pine", "forest", "tree") or brief.variant % 3 != 0
    if near >= 0.4 and wooded and not brief.has("volcano", "ice", "meadow"):
        _pines(canvas, edge, near, scale(tone, 0.82), layer)


def _pines(canvas: Canvas, edge: Field, near: float, tone: Colour, layer: int) -> None:
    rng = canvas.rng(f"pines{layer}")
    count = int((330 - 230 * near) * canvas.right)
    shapes: list[list[Point]] = []
    for _ in range(count):
        x = float(rng.uniform(-0.02, canvas.right + 0.02))
        column = min(canvas.width - 1, max(0, int(x * canvas.unit)))
        tall = (0.018 + 0.07 * near**2.2) * float(rng.uniform(0.5, 1.5))
        shapes += pine(x, float(edge[column]) + tall * 0.25 + abs(float(rng.normal(0, 0.02))) * near, tall, rng)
    canvas.fill_all(shapes, tone)


def pine(x: float, foot: float, tall: float, rng: np.random.Generator) -> list[list[Point]]:
    """A conifer: ragged tiers that widen downwards, on a thin trunk."""
    tiers = 7
    wide = tall * float(rng.uniform(0.17, 0.24))
    shapes: list[list[Point]] = [[(x - tall * 0.012, foot), (x, foot - tall), (x + tall * 0.012, foot)]]
    for tier in range(tiers):
        share = (tier + 1) / tiers
        top = foot - tall * (1.0 - 0.8 * tier / tiers)
        low = foot - tall * (1 - 0.9 * share) + tall * 0.02
        reach = wide * share**0.9
        left, right = reach * float(rng.uniform(0.75, 1.15)), reach * float(rng.uniform(0.75, 1.15))
        shapes.append(
            [
                (x, top),
                (x + right * 0.5, low - tall * 0.035),
                (x + right, low),
                (x, low - tall * 0.025),
                (x - left, low),
                (x - left * 0.5, low - tall * 0.035),
            ]
        )
    return shapes


def _mist(canvas: Canvas, brief: SceneBrief, edge: Field, near: float, amount: float, layer: int) -> None:
    """Mist pooled at the foot of a range, torn at its top."""
    torn = canvas.fbm(f"mist{layer}", 2.6, octaves=5, wide=3.2)
    pool = smoothstep(0.02, 0.26, (canvas.y - edge) / canvas.bottom + (torn - 0.5) * 0.22)
    colour = mix(brief.palette.horizon, brief.palette.light, 0.2 if not brief.dark else 0.05)
    thick = brief.weather is Weather.MIST
    if thick:
        colour = mix(mix(colour, brief.palette.upper, 0.25), brief.palette.light, 0.25 if not brief.dark else 0.0)
    canvas.over(pool * np.clip(amount * (1 - (0.4 if thick else 0.62) * near) * (0.6 + 0.6 * torn), 0, 0.94), colour)


def _landmark(canvas: Canvas, brief: SceneBrief, edge: Field, horizon: float) -> None:
    x = canvas.right * (0.5 - brief.side * 0.16)
    column = min(canvas.width - 1, int(x * canvas.unit))
    foot = float(edge[column]) + 0.015
    if brief.has("volcano"):
        volcano_plume(canvas, brief, canvas.right * (0.5 + brief.side * 0.17), float(edge.min()) + 0.03)
    if brief.has("castle"):
        castle(canvas, brief, x, min(foot, horizon), 0.26)
    elif brief.has("pagoda"):
        pagoda(canvas, brief, x, min(foot, horizon), 0.26)
    if brief.has("dragon"):
        dragon(canvas, brief, canvas.right * (0.5 - brief.side * 0.12), horizon * 0.4, 0.3)


def _lake(canvas: Canvas, brief: SceneBrief, horizon: float, light: Point) -> None:
    line = horizon * 1.12
    row = int(line / canvas.bottom * canvas.height)
    image = mirror(canvas, line, ripple=0.012)
    row = canvas.height - image.shape[0]
    depth = ((canvas.y[row:] - line) / (canvas.bottom - line))[..., None]
    tint = np.asarray(mix(brief.palette.upper, brief.palette.near, 0.5), dtype=np.float32)
    share = 0.16 + 0.5 * depth
    canvas.rgb[row:] = image * (1 - share) + tint * share
    shine = smoothstep(0.6, 0.9, canvas.fbm("shine", 40, octaves=2, wide=10)[row:]) * np.exp(
        -(((canvas.x - light[0]) / 0.16) ** 2)
    )
    canvas.rgb[row:] += shine[..., None] * np.asarray(brief.palette.light, dtype=np.float32) * np.float32(0.5)
    haze = np.exp(-(((canvas.y - line) / 0.02) ** 2)) * np.ones_like(canvas.x)
    canvas.over(haze * 0.4, mix(brief.palette.horizon, brief.palette.light, 0.2))


def _front(canvas: Canvas, brief: SceneBrief) -> None:
    """A dark bank in front, higher on one side, with tall trees that frame the view, or a meadow's grass."""
    rng = canvas.rng("front")
    colours = brief.palette
    side = -brief.side
    slope = (canvas.x[0] / canvas.right - 0.5) * side
    edge = canvas.bottom * (0.93 - 0.1 * slope) + (canvas.line("bank", 2.4, octaves=6) - 0.5) * 0.07
    ground = mix(colours.dark, colours.near, 0.35)
    paint = canvas.gradient([(0.8 * canvas.bottom, mix(ground, colours.near, 0.4)), (canvas.bottom, colours.dark)])
    canvas.over(canvas.below(edge), paint)
    blades: list[list[Point]] = []
    for _ in range(int(420 * canvas.right)):
        x = float(rng.uniform(0, canvas.right))
        foot = float(edge[min(canvas.width - 1, int(x * canvas.unit))]) + 0.004
        tall = float(rng.uniform(0.008, 0.028)) * (2.0 if brief.has("meadow") else 1.0)
        blades.append([(x - 0.0012, foot), (x + float(rng.normal(0, 0.008)), foot - tall), (x + 0.0012, foot)])
    canvas.fill_all(blades, ground)
    if brief.has("house"):
        cottage(canvas, brief, canvas.right * (0.5 + side * 0.2), canvas.bottom * 0.91, 0.13)
    if brief.has("meadow", "volcano", "dune") or brief.variant % 5 == 0:
        return
    shapes: list[list[Point]] = []
    for number in range(7):
        x = canvas.right * (0.5 + side * (0.5 - 0.055 * number)) + float(rng.normal(0, 0.012))
        foot = float(edge[min(canvas.width - 1, max(0, int(x * canvas.unit)))]) + 0.02
        shapes += pine(x, foot, float(rng.uniform(0.22, 0.42)) * (1.15 - 0.09 * number), rng)
    canvas.fill_all(shapes, mix(colours.dark, colours.near, 0.12))
