"""Makes a copy of a picture in another size or format, or the same pixels with other words in them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.copies.containers import parts_in, stripped, telling
from imagegen_desktop.imaging.copies.drawing import svg_copy
from imagegen_desktop.imaging.copies.inscription import Inscription, inscribed
from imagegen_desktop.imaging.decode import UndecodableError, decode, measure, opened, turn_of

if TYPE_CHECKING:
    from PIL import Image

    from imagegen_desktop.imaging.decode import DrawSvg, Measured

_ANIMATED: Final = frozenset({ImageFormat.GIF, ImageFormat.WEBP, ImageFormat.PNG})
_SAVED_AS: Final = {ImageFormat.PNG: "PNG", ImageFormat.JPEG: "JPEG", ImageFormat.WEBP: "WEBP", ImageFormat.GIF: "GIF"}
_WHITE: Final = (255, 255, 255)
_PROFILE_AT: Final = slice(16, 20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """`format` None keeps the picture's own; `longest_edge` is in pixels and never enlarges; `quality` is 1 to 100."""

    format: ImageFormat | None = None
    longest_edge: int | None = None
    quality: int = 90
    words: Inscription | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The bytes of a copy and what they are."""

    data: bytes
    format: ImageFormat


def make_copy(data: bytes, recipe: Recipe, draw_svg: DrawSvg | None = None) -> Copy:
    """Only pixels that have to be are encoded again. Raises UndecodableError.

    An animation keeps its frames where the format has them, else its first one is taken. A copy without words holds nothing
    but pixels and their colour profile, which is read back before it is handed out.
    """
    measured = measure(data)
    target = recipe.format or measured.format
    if target is ImageFormat.SVG:
        if measured.format is not ImageFormat.SVG:
            raise UndecodableError("A picture of pixels can't become an SVG.")
        return Copy(svg_copy(data, recipe.words), target)
    fits = recipe.longest_edge is None or max(measured.width, measured.height) <= recipe.longest_edge
    if target is measured.format and fits and turn_of(data) == 1:
        pixels = data
    elif measured.frames > 1 and target in _ANIMATED:
        pixels = _animation(data, target, recipe)
    else:
        pixels = _still(data, target, recipe, measured, draw_svg)
    made = inscribed(pixels, target, recipe.words) if recipe.words else stripped(pixels, target)
    left = () if recipe.words else telling(made, target)
    if left:
        raise UndecodableError(f"The copy would still tell something: {', '.join(left)}.")
    return Copy(made, target)


def _still(data: bytes, target: ImageFormat, recipe: Recipe, measured: Measured, draw_svg: DrawSvg | None) -> bytes:
    from PIL import Image  # noqa: PLC0415 (40 ms, and the window must not wait for it)

    pixels = decode(data, longest_edge=recipe.longest_edge, draw_svg=draw_svg)
    wished = recipe.longest_edge or max(measured.width, measured.height)
    if measured.format is not ImageFormat.SVG and max(pixels.width, pixels.height) < min(
        wished, max(measured.width, measured.height)
    ):
        raise UndecodableError("The picture is too large to be converted whole: choose a longest edge.")
    image = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.rgba)
    return _saved([_plain(image, target)], target, recipe, {}, _profile(data, measured.format))


def _animation(data: bytes, target: ImageFormat, recipe: Recipe) -> bytes:
    from PIL import ImageSequence  # noqa: PLC0415 (as above)

    with opened(data) as (image, kind, _):
        frames: list[Image.Image] = []
        durations: list[int] = []
        loop = int(image.info.get("loop", 0))
        for frame in ImageSequence.Iterator(image):
            durations.append(int(frame.info.get("duration", 0)))
            small = frame.convert("RGBA")
            if recipe.longest_edge is not None:
                small.thumbnail((recipe.longest_edge, recipe.longest_edge))
            frames.append(small)
        timing: dict[str, Any] = {"duration": durations, "loop": loop, "save_all": True, "append_images": frames[1:]}
        if target is ImageFormat.GIF:
            timing["disposal"] = 2
        return _saved(frames, target, recipe, timing, _profile(data, kind))


def _saved(
    frames: list[Image.Image], target: ImageFormat, recipe: Recipe, more: dict[str, Any], profile: bytes
) -> bytes:
    stream = BytesIO()
    options: dict[str, Any] = dict(more)
    if target in {ImageFormat.JPEG, ImageFormat.WEBP}:
        options["quality"] = recipe.quality
    if target is ImageFormat.JPEG:
        # Above 90 halved colour would be what an eye sees first.
        options["subsampling"] = 0 if recipe.quality >= 90 else 2  # noqa: PLR2004 (said above)
        options["optimize"] = True
    if profile and target is not ImageFormat.GIF:
        options["icc_profile"] = profile
    frames[0].save(stream, _SAVED_AS[target], **options)
    return stream.getvalue()


def _plain(image: Image.Image, target: ImageFormat) -> Image.Image:
    """Without the fourth channel where it says nothing, and on white where the format has none."""
    from PIL import Image as Images  # noqa: PLC0415 (as above)

    if image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    if target is not ImageFormat.JPEG:
        return image
    ground = Images.new("RGB", image.size, _WHITE)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _profile(data: bytes, kind: ImageFormat) -> bytes:
    """The colour profile of an RGB picture, for a copy whose pixels are the same numbers; empty if there is none."""
    found = b""
    if kind in {ImageFormat.PNG, ImageFormat.WEBP}:
        raw = next((part.raw for part in parts_in(data, kind) if part.name in {"iCCP", "ICCP"}), b"")
        found = _unpacked(raw[8:-4]) if kind is ImageFormat.PNG else raw[8:]
    elif kind is ImageFormat.JPEG:
        pieces = [part.raw for part in parts_in(data, kind) if part.name == "E2" and not part.tells]
        found = b"".join(piece[18:] for piece in pieces)
    return found if found[_PROFILE_AT] == b"RGB " else b""


def _unpacked(chunk: bytes) -> bytes:
    _, _, packed = chunk.partition(b"\0")
    unpacker = zlib.decompressobj()
    try:
        return unpacker.decompress(packed[1:], 4_000_000)
    except zlib.error:
        return b""
