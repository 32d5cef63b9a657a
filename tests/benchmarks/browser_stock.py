"""Makes folders of many real pictures, and our library of each: index and thumbnails as after an import."""

from __future__ import annotations

import os
import random
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.imaging.thumbnails import EDGES, thumbnails
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.thumbnails import Thumbnail, ThumbnailCache
from imagegen_desktop.studio.import_steps import Progress, Way
from imagegen_desktop.studio.importing import Importing

if TYPE_CHECKING:
    from imagegen_desktop.storage.library import Library

DISTINCT = 200
SIZES = ((1024, 1024), (1024, 1024), (1216, 832), (832, 1216))
DAY = 86_400
COMMIT = 1000
# With both sizes 100,000 take 6 GB.
MOST_LARGE = 20_000


def originals(folder: Path) -> list[Path]:
    """PNG files of 1 to 2 MB each, a day apart; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    newest = time.time() - DAY
    made: list[Path] = []
    for number in range(DISTINCT):
        path = folder / f"{number:04}.png"
        if not path.exists():
            path.write_bytes(_png(number))
            os.utime(path, (newest - number * DAY,) * 2)
        made.append(path)
    return made


def _png(number: int) -> bytes:
    """Shapes, soft noise and grain: as hard to pack as what image models make."""
    dice = random.Random(number)  # noqa: S311 (a picture, no secret)
    width, height = SIZES[number % len(SIZES)]
    coarse = Image.effect_noise((width // 8, height // 8), 90).convert("RGB").filter(ImageFilter.GaussianBlur(1.2))
    tint = Image.new("RGB", coarse.size, tuple(dice.randrange(256) for _ in range(3)))
    picture = Image.blend(coarse, tint, 0.4).resize((width, height), Image.Resampling.BICUBIC)
    grain = Image.merge("RGB", [Image.effect_noise((width, height), 8.0) for _ in range(3)])
    stream = BytesIO()
    Image.blend(picture, grain, 0.25).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def folder_of(sources: list[Path], folder: Path, count: int) -> Path:
    """A flat folder of `count` hard links to the originals, each with a name of its own."""
    target = folder / f"pictures-{count}"
    if not target.is_dir():
        unfinished = folder / f"unfinished-{count}"
        unfinished.mkdir()
        for number in range(count):
            os.link(sources[number % len(sources)], unfinished / f"picture_{number:06}.png")
        unfinished.rename(target)
    return target


def take_in(library_folder: Path, data: Path, sources: list[Path]) -> None:
    """Import in place, with hashes and thumbnails: what stands after the import has ended. Done once."""
    done = data / "stocked"
    if done.exists():
        return
    library = open_library(library_folder, data)
    cancel = CancelToken()
    for step in Importing(library).files([library_folder], Way.IN_PLACE, cancel):
        if isinstance(step, Progress) and step.done == step.of:
            # The files are a few hundred behind many names: each of these need not be read for its hash.
            cancel.cancel()
    _hash(library, sources)
    _draw(library, data, sources)
    done.touch()


def _number(path: str) -> int:
    return int(Path(path).stem.rpartition("_")[2]) % DISTINCT


def _hash(library: Library, sources: list[Path]) -> None:
    from hashlib import sha256  # noqa: PLC0415 (here alone)

    known = [sha256(path.read_bytes()).hexdigest() for path in sources]
    states = library.index.get(library.index.ids())
    library.note_hashes({state.id: known[_number(state.path)] for state in states})


def _draw(library: Library, data: Path, sources: list[Path]) -> None:
    cache = ThumbnailCache(data / f"thumbs-{library.id}.sqlite")
    drawn = [thumbnails(path.read_bytes()) for path in sources]
    states = library.index.get(library.index.ids())
    edges = EDGES if len(states) <= MOST_LARGE else EDGES[:1]
    for begin in range(0, len(states), COMMIT):
        rows = [
            Thumbnail(state.id, edge, drawn[_number(state.path)][edge])
            for state in states[begin : begin + COMMIT]
            for edge in edges
        ]
        cache.put(rows)
