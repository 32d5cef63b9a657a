"""Times the import: searchable images in place, copies beside cp, sha256sum and fsync, thumbnails beside bare Pillow."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageFilter
from PIL.PngImagePlugin import PngInfo
from rounds import Series, interleaved, ratio

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.import_steps import HashesFollowed, Imported, Way
from imagegen_desktop.studio.import_thumbnails import ImportThumbnails
from imagegen_desktop.studio.importing import Importing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imagegen_desktop.storage.library import Library

PARTS = ("place", "copies", "thumbnails")
IN_PLACE_GOAL, COPY_GOAL, THUMBNAIL_GOAL = 5_000, 0.7, 0.9
# So many different files; the others are hard links to them.
DISTINCT = 40
WORDS = """{subject} at dusk, oil on canvas, intricate detail, (volumetric light:1.2), number {number}
Negative prompt: blurry, lowres, watermark, extra fingers
Steps: 28, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: {number}, Size: 832x1216, Model hash: 31e35c80fc, Model: sd_xl_base, \
Version: v1.10.1"""
SUBJECTS = ("A lighthouse", "A siamese cat", "Two kites", "An old harbour", "A glass city", "A fox in the snow")
# One process of the comparison: what anybody would write.
BARE = """
import sys
from PIL import Image
for path in sys.argv[1:]:
    with Image.open(path) as image:
        image.thumbnail((256, 256), reducing_gap=2.0)
        image.convert("RGB").save("/dev/null", "JPEG", quality=85)
"""


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder on a real disk with pictures like those of other programs."""

    folder: Path

    def pictures(self, count: int, size: tuple[int, int]) -> list[Path]:
        """PNGs of a million pixels with words, of about 2 MB."""
        place = self.folder / f"distinct-{size[0]}"
        place.mkdir(exist_ok=True)
        made: list[Path] = []
        for number in range(count):
            path = place / f"{number:05}.png"
            if not path.exists():
                info = PngInfo()
                info.add_text("parameters", WORDS.format(subject=SUBJECTS[number % len(SUBJECTS)], number=number))
                grain = random.Random(number).randbytes(size[0] // 2 * (size[1] // 2) * 3)  # noqa: S311 (grain)
                noise = Image.frombytes("RGB", (size[0] // 2, size[1] // 2), grain)
                picture = noise.resize(size).filter(ImageFilter.GaussianBlur(1))
                picture.save(path, pnginfo=info, compress_level=1)
            made.append(path)
        return made

    def library(self, name: str) -> Library:
        return open_library(self.folder / name, self.folder / f"{name}-data")

    def clear(self, name: str) -> None:
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.rmtree(self.folder / f"{name}-data", ignore_errors=True)


def in_place(ground: Ground, count: int) -> tuple[float, float, float]:
    """Images a second: searchable, hashed, and searchable for each second of our own that the processor worked."""
    library = ground.library("place")
    mine = library.folder.path / "from elsewhere"
    distinct = ground.pictures(DISTINCT, (832, 1216))
    for number in range(count):
        target = mine / f"{number // 1000:03}" / f"{number:06}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(distinct[number % DISTINCT], target)
    begun, worked = time.perf_counter(), time.process_time()
    found, searchable, work = 0, begun, 0.0
    hashed = begun
    for step in Importing(library).files([mine], Way.IN_PLACE, CancelToken()):
        if isinstance(step, Imported):
            found, searchable = found + len(step.states), time.perf_counter()
            work = time.process_time() - worked
        if isinstance(step, HashesFollowed):
            hashed = time.perf_counter()
    assert found == count == len(library.index.ids())
    ground.clear("place")
    return count / (searchable - begun), count / (hashed - searchable), count / work


def copied(ground: Ground, sources: list[Path]) -> tuple[float]:
    """Seconds of our copies, up to the last that can be found."""
    library = ground.library("copies")
    begun = time.perf_counter()
    steps = Importing(library).files(sources, Way.COPY, CancelToken())
    count = sum(len(step.states) for step in steps if isinstance(step, Imported))
    taken = time.perf_counter() - begun
    assert count == len(sources)
    ground.clear("copies")
    return (taken,)


def bare_copies(ground: Ground, sources: list[Path]) -> tuple[float]:
    """Seconds of cp, sha256sum, and a sync of each file and of the folder."""
    target = ground.folder / "bare"
    target.mkdir()
    begun = time.perf_counter()
    subprocess.run(["cp", *map(str, sources), str(target)], check=True)
    subprocess.run(["sha256sum", *map(str, target.iterdir())], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["sync", *map(str, target.iterdir()), str(target)], check=True)
    taken = time.perf_counter() - begun
    shutil.rmtree(target)
    return (taken,)


def processor() -> float:
    """Seconds that the processor worked for this process and for those of its children that ended."""
    return sum(os.times()[:4])


def drawn(ground: Ground, sources: list[Path]) -> tuple[float, float]:
    """Seconds from states without thumbnails to the last one in the cache, all that follows an import; the processor's too."""
    library = ground.library("drawn")
    mine = library.folder.path / "from elsewhere"
    mine.mkdir()
    for path in sources:
        os.link(path, mine / path.name)
    steps = Importing(library).files([mine], Way.IN_PLACE, CancelToken())
    states = [state for step in steps if isinstance(step, Imported) for state in step.states]
    cache = ThumbnailCache(ground.folder / "drawn-data" / "thumbnails.sqlite")
    begun, worked = time.perf_counter(), processor()
    made = sum(len(step.ids) for step in ImportThumbnails(library, cache).make(states, CancelToken()))
    taken = time.perf_counter() - begun, processor() - worked
    assert made == len(sources)
    ground.clear("drawn")
    return taken


def bare_drawn(sources: list[Path]) -> tuple[float, float]:
    """Two processes of nothing but Pillow, with half of the files each, as humble as ours: the machine may be busy."""
    begun, worked = time.perf_counter(), processor()
    halves = [sources[::2], sources[1::2]]
    processes = [subprocess.Popen(["nice", "-n", "10", sys.executable, "-c", BARE, *map(str, half)]) for half in halves]
    assert [process.wait() for process in processes] == [0, 0]
    return time.perf_counter() - begun, processor() - worked


def told(name: str, goal: float, speed: Series) -> None:
    state = "reached" if speed.median >= goal else "MISSED"
    print(f"{name}: {speed.told('', 2)}, goal {goal:g}: {state}")


def things(ground: Ground, options: argparse.Namespace) -> dict[str, Callable[[], Sequence[float]]]:
    """What is measured in turn, by the part that was asked for."""
    sources = ground.pictures(max(options.copies, options.thumbnails), (832, 1216))
    average = sum(path.stat().st_size for path in sources) / len(sources)
    print(f"{len(sources)} files of {average / 1e6:.2f} MB on average; {os.cpu_count()} cores")
    found: dict[str, Callable[[], Sequence[float]]] = {}
    if "copies" in options.parts:
        many = sources[: options.copies]
        found |= {"copied": lambda: copied(ground, many), "cp + sha256sum + sync": lambda: bare_copies(ground, many)}
    if "thumbnails" in options.parts:
        few = sources[: options.thumbnails]
        found |= {"thumbnails": lambda: drawn(ground, few), "bare Pillow": lambda: bare_drawn(few)}
    if "place" in options.parts:
        found["in place"] = lambda: in_place(ground, options.count)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS)
    parser.add_argument("--count", type=int, default=20_000, help="images in place")
    parser.add_argument("--copies", type=int, default=200, help="images that are copied")
    parser.add_argument("--thumbnails", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        seconds = interleaved(options.rounds, things(Ground(Path(folder)), options))
    place = seconds.pop("in place", None)
    for name, (series, *processors) in seconds.items():
        print(f"{name}: {series.told()}", *(f"processor {worked.told()}" for worked in processors), sep="; ")
    if place is not None:
        searchable, hashed, worked = place
        told("searchable in place, images/s", IN_PLACE_GOAL, searchable)
        print(f"searchable for each second of the processor's work: {worked.told('images', 0)}")
        print(f"hashed in place: {hashed.told('images/s', 0)}")
    for words, goal, ours, theirs in (
        ("copying as a multiple of cp's speed", COPY_GOAL, "copied", "cp + sha256sum + sync"),
        ("thumbnails as a multiple of Pillow's speed", THUMBNAIL_GOAL, "thumbnails", "bare Pillow"),
    ):
        if ours in seconds:
            told(words, goal, ratio(seconds[theirs][0], seconds[ours][0]))
    if "thumbnails" in seconds:
        # What a busy machine hardly changes.
        worked = ratio(seconds["thumbnails"][1], seconds["bare Pillow"][1])
        print(f"the processor's work for thumbnails as a multiple of Pillow's: {worked.told('', 2)}")


if __name__ == "__main__":
    main()
