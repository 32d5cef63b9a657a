"""Makes an artificial library for the grid: a listing, its states, and a thumbnail cache on disk."""

from __future__ import annotations

import random
from array import array
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from imagegen_desktop.core.places import Listing, View
from imagegen_desktop.imaging.thumbnails import thumbnails
from imagegen_desktop.storage.thumbnails import Thumbnail, ThumbnailCache

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = 1_790_000_000_000_000
BETWEEN = 900_000_000
SIZES = ((1024, 1024), (1536, 1024), (1024, 1536), (1792, 1024))
DISTINCT = 60
COMMIT = 1000


def image_id(number: int) -> str:
    return f"i{number:09d}"


def listing(count: int) -> Listing:
    """One image each quarter of an hour, every third click made a pile of four."""
    moments = array("q", (NEWEST - number * BETWEEN for number in range(count)))
    ratios = array("f", (_size(number)[0] / _size(number)[1] for number in range(count)))
    stacks = array("q", (number // 4 + 1 if number // 4 % 3 == 0 else 0 for number in range(count)))
    return Listing(View(), moments, ratios, stacks)


def number_of(moment: int) -> int:
    return (NEWEST - moment) // BETWEEN


def _size(number: int) -> tuple[int, int]:
    return SIZES[number * 7919 % len(SIZES)]


def stock(path: Path, count: int, *, large: bool) -> None:
    """Fill a cache with photo-like thumbnails of about 12 kB (256 px), those of 512 px too if `large`."""
    cache = ThumbnailCache(path)
    made = {size: [_thumbnails(size, seed) for seed in range(DISTINCT // len(SIZES))] for size in SIZES}
    for begin in range(0, count, COMMIT):
        rows: list[Thumbnail] = []
        for number in range(begin, min(begin + COMMIT, count)):
            kinds = made[_size(number)]
            files = kinds[number % len(kinds)]
            rows += [Thumbnail(image_id(number), edge, files[edge]) for edge in ((256, 512) if large else (256,))]
        cache.put(rows)


def _thumbnails(size: tuple[int, int], seed: int) -> dict[int, bytes]:
    dice = random.Random(seed)  # noqa: S311 (a picture, no secret)
    small = Image.effect_noise((size[0] // 8, size[1] // 8), 90).convert("RGB").filter(ImageFilter.GaussianBlur(1.2))
    tint = Image.new("RGB", small.size, tuple(dice.randrange(256) for _ in range(3)))
    picture = Image.blend(small, tint, 0.4).resize((size[0] // 2, size[1] // 2), Image.Resampling.BICUBIC)
    stream = BytesIO()
    picture.save(stream, "PNG", compress_level=1)
    return thumbnails(stream.getvalue())
