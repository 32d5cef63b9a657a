"""The last steps: weather in front of the lens, bloom, grade, medium, grain; and the PNG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from imagegen_desktop.imaging.samples.brief import Medium, Mood, Weather
from imagegen_desktop.imaging.samples.canvas import blurred, resized, smoothstep
from imagegen_desktop.imaging.samples.palette import LUMA, mix

if TYPE_CHECKING:
    from imagegen_desktop.imaging.samples.brief import SceneBrief
    from imagegen_desktop.imaging.samples.canvas import Canvas, Field, Point

# Contrast, saturation, bloom, vignette.
_GRADES = {
    Mood.PLAIN: (1.04, 1.04, 0.3, 0.22),
    Mood.CALM: (0.97, 0.94, 0.34, 0.16),
    Mood.DRAMATIC: (1.16, 1.08, 0.42, 0.42),
    Mood.DREAMY: (0.92, 1.02, 0.75, 0.14),
    Mood.EERIE: (1.12, 0.72, 0.3, 0.5),
    Mood.JOYFUL: (1.06, 1.22, 0.34, 0.1),
    Mood.BLEAK: (1.0, 0.62, 0.22, 0.34),
}


def finish(canvas: Canvas, brief: SceneBrief) -> None:
    """All that happens to every picture after its scene is painted. Changes the canvas."""
    contrast, saturation, bloom, vignette = _GRADES[brief.mood]
    _bloom(canvas, bloom)
    grey = (canvas.rgb @ np.asarray(LUMA, dtype=np.float32))[..., None]
    canvas.rgb = grey + (canvas.rgb - grey) * np.float32(saturation)
    canvas.rgb = (canvas.rgb - np.float32(0.42)) * np.float32(contrast) + np.float32(0.42)
    _shoulder(canvas)
    away = ((canvas.x / canvas.right - 0.5) * 2) ** 2 + ((canvas.y / canvas.bottom - 0.5) * 2) ** 2
    canvas.multiply(1 - vignette * smoothstep(0.5, 2.1, away))
    _medium(canvas, brief)


def weather(canvas: Canvas, brief: SceneBrief) -> None:
    """Rain or snow between the scene and the eye, where the scene is outdoors."""
    if brief.weather in (Weather.RAIN, Weather.STORM):
        _rain(canvas, brief)
    elif brief.weather is Weather.SNOW:
        _snow(canvas)


def _rain(canvas: Canvas, brief: SceneBrief) -> None:
    rng = canvas.rng("rain")
    lean = float(rng.uniform(-0.18, 0.18))
    tone = mix(brief.palette.horizon, (1.0, 1.0, 1.0), 0.4)
    for layer, (count, length, width) in enumerate(((260, 0.035, 0.0009), (120, 0.07, 0.0014), (36, 0.13, 0.002))):
        drops: list[list[Point]] = []
        for _ in range(count):
            x, y = float(rng.uniform(-0.1, canvas.right + 0.1)), float(rng.uniform(-0.1, canvas.bottom))
            reach = length * float(rng.uniform(0.6, 1.4))
            drops.append([(x, y), (x + width, y), (x + width + lean * reach, y + reach), (x + lean * reach, y + reach)])
        canvas.fill_all(drops, tone, opacity=0.16 + 0.06 * layer)


def _snow(canvas: Canvas) -> None:
    rng = canvas.rng("snow")
    for count, radius, opacity in ((420, 0.0016, 0.75), (140, 0.0034, 0.65), (26, 0.011, 0.3)):
        for _ in range(count):
            size = radius * float(rng.uniform(0.6, 1.5))
            x, y = float(rng.uniform(0, canvas.right)), float(rng.uniform(0, canvas.bottom))
            canvas.disc(x, y, size, (0.97, 0.98, 1.0), opacity=opacity, soft=size * 0.9)


def _bloom(canvas: Canvas, strength: float) -> None:
    """Bright light spills over its edges, near and far."""
    step = max(1, canvas.width // 256)
    wide, high = max(1, canvas.width // step), max(1, canvas.height // step)
    for part in range(3):
        small = resized(np.clip(canvas.rgb[..., part] - 0.62, 0, 2.0), wide, high, Image.Resampling.BOX)
        per = wide / canvas.right
        spill = blurred(small, 0.012 * per) * 0.55 + blurred(small, 0.05 * per) * 0.6
        canvas.rgb[..., part] += resized(spill, canvas.width, canvas.height, Image.Resampling.BILINEAR) * np.float32(
            strength
        )


def _shoulder(canvas: Canvas) -> None:
    """What is brighter than white rolls off softly instead of clipping."""
    knee = np.float32(0.82)
    over = np.maximum(canvas.rgb - knee, 0)
    canvas.rgb = np.minimum(np.maximum(canvas.rgb, 0), knee) + (1 - knee) * (1 - np.exp(-over / (1 - knee)))


def _medium(canvas: Canvas, brief: SceneBrief) -> None:
    grain = 0.010
    match brief.medium:
        case Medium.WATERCOLOUR:
            _watercolour(canvas)
        case Medium.OIL:
            _oil(canvas)
        case Medium.INK:
            _ink(canvas)
        case Medium.PIXEL:
            _pixel(canvas)
            return
        case Medium.SEPIA:
            _toned(canvas, (0.16, 0.1, 0.06), (1.0, 0.93, 0.78))
            grain = 0.03
        case Medium.MONOCHROME:
            _toned(canvas, (0.02, 0.02, 0.03), (0.97, 0.97, 0.96))
            grain = 0.03
        case Medium.FILM:
            canvas.rgb = canvas.rgb * np.float32(0.93) + np.float32(0.035)
            grain = 0.026
        case Medium.PLAIN:
            pass
    noise = canvas.rng("grain").standard_normal((canvas.height, canvas.width), dtype=np.float32)
    canvas.rgb += (noise * np.float32(grain))[..., None]


def _toned(canvas: Canvas, low: tuple[float, float, float], high: tuple[float, float, float]) -> None:
    grey = smoothstep(0.02, 0.98, canvas.rgb @ np.asarray(LUMA, dtype=np.float32))[..., None]
    canvas.rgb = (
        np.asarray(low, dtype=np.float32)
        + (np.asarray(high, dtype=np.float32) - np.asarray(low, dtype=np.float32)) * grey
    )


def _watercolour(canvas: Canvas) -> None:
    """Flat washes with darker rims on white, toothed paper."""
    soft = _median(canvas, 0.006)
    grey = soft @ np.asarray(LUMA, dtype=np.float32)
    rim = np.clip(np.abs(grey - blurred(grey, 0.004 * canvas.unit)) * 4, 0, 0.35)
    tooth = canvas.fbm("tooth", 90, octaves=3)
    bleed = canvas.fbm("bleed", 3, octaves=5)
    pale = 1 - (1 - soft) * (0.72 + 0.3 * bleed)[..., None]
    canvas.rgb = pale * (1 - rim)[..., None] * (0.93 + 0.11 * tooth)[..., None]
    edge = np.minimum(np.minimum(canvas.x, canvas.right - canvas.x), np.minimum(canvas.y, canvas.bottom - canvas.y))
    canvas.over(smoothstep(0.055, 0.03, edge + (bleed - 0.5) * 0.05), (0.97, 0.96, 0.93))


def _median(canvas: Canvas, size: float) -> Field:
    side = max(3, int(size * canvas.unit) // 2 * 2 + 1)
    small = to_picture(canvas)
    if side > 5:
        factor = side / 5
        small = small.resize(
            (max(1, int(canvas.width / factor)), max(1, int(canvas.height / factor))), Image.Resampling.BOX
        )
    done = small.filter(ImageFilter.MedianFilter(5)).resize((canvas.width, canvas.height), Image.Resampling.BICUBIC)
    return np.asarray(done, dtype=np.float32) / np.float32(255)


def _oil(canvas: Canvas) -> None:
    """Strokes of the brush that follow the picture's own contours, with a little relief."""
    grey = blurred(canvas.rgb @ np.asarray(LUMA, dtype=np.float32), 0.012 * canvas.unit)
    down, across = np.gradient(grey)
    swirl = canvas.fbm("brush", 2.0, octaves=3) * 6.3
    angle = np.where(np.hypot(down, across) > 0.0006, np.arctan2(across, -down), swirl)
    picture = to_picture(canvas)
    base = np.asarray(picture)
    rng = canvas.rng("strokes")
    relief = Image.new("L", picture.size, 128)
    from PIL import ImageDraw  # noqa: PLC0415 (needed for this medium only)

    pen, bump = ImageDraw.Draw(picture), ImageDraw.Draw(relief)
    for size, count in ((0.02, 2600), (0.011, 6500), (0.006, 9000)):
        for _ in range(count):
            x, y = rng.random() * (canvas.width - 1), rng.random() * (canvas.height - 1)
            a, reach = angle[int(y), int(x)] + rng.normal(0, 0.2), size * canvas.unit * rng.uniform(0.8, 1.6)
            dx, dy = float(np.cos(a) * reach), float(np.sin(a) * reach)
            tone = np.clip(base[int(y), int(x)] + rng.normal(0, 7), 0, 255).astype(int)
            width = max(1, int(size * canvas.unit * 0.42))
            pen.line((x - dx, y - dy, x + dx, y + dy), fill=(int(tone[0]), int(tone[1]), int(tone[2])), width=width)
            bump.line((x - dx, y - dy, x + dx, y + dy), fill=int(rng.integers(70, 190)), width=width)
    canvas.rgb = np.asarray(picture.filter(ImageFilter.SMOOTH), dtype=np.float32) / np.float32(255)
    height = blurred(np.asarray(relief, dtype=np.float32) / np.float32(255), 0.8)
    canvas.rgb += (np.diff(height, axis=0, prepend=height[:1]) * np.float32(0.16))[..., None]


def _ink(canvas: Canvas) -> None:
    """Ink on cream paper: washes in four tones, a dark line where tones meet."""
    grey = _median(canvas, 0.006) @ np.asarray(LUMA, dtype=np.float32)
    tooth = canvas.fbm("tooth", 60, octaves=4)
    wash = smoothstep(0.05, 0.8, grey + (tooth - 0.5) * 0.16)
    line = np.clip((blurred(grey, 0.003 * canvas.unit) - grey) * 7, 0, 0.8)
    tone = np.clip(0.14 + 0.86 * wash - line, 0, 1)[..., None]
    canvas.rgb = (np.asarray((0.07, 0.08, 0.11)) * (1 - tone) + np.asarray((0.95, 0.92, 0.85)) * tone).astype(
        np.float32
    )


def _pixel(canvas: Canvas) -> None:
    """Big square pixels in few colours."""
    high = 168 if canvas.bottom >= canvas.right else int(168 * canvas.bottom / canvas.right * canvas.right)
    wide = max(1, int(high * canvas.right / canvas.bottom))
    small = (
        to_picture(canvas)
        .resize((wide, high), Image.Resampling.BOX)
        .quantize(28, dither=Image.Dither.ORDERED)
        .convert("RGB")
    )
    big = small.resize((canvas.width, canvas.height), Image.Resampling.NEAREST)
    canvas.rgb = np.asarray(big, dtype=np.float32) / np.float32(255)


def to_picture(canvas: Canvas) -> Image.Image:
    """The canvas in eight bits."""
    return Image.fromarray((np.clip(canvas.rgb, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8))


def encode(picture: Image.Image) -> bytes:
    """PNG bytes. Level 3: a tenth larger than the best level in a quarter of its time."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()
