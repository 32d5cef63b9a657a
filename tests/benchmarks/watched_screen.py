"""A screen of its own, looked at from outside: tells when a program's pictures all stand there."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import struct
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

WIDTH, HEIGHT = 1920, 1080
POLL_SECONDS = 0.008
# Every fourth pixel of each fourth line: a block of 16 pixels is 4 x 4 of them.
STEP, BLOCK = 4, 4
# So many colours in a block are a part of a photo; words and icons have fewer.
PHOTO_COLOURS = 12
FIRST_BLOCKS = 20
ALL = 0.98
STILL_SECONDS = 2.5
PATIENCE = 90.0
MEMORY_SECONDS = 0.2

RC = """<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"><applications>
<application class="*" type="normal"><maximized>yes</maximized><decor>no</decor></application>
</applications></openbox_config>"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Seconds from the start of the process: first photo-like blocks, and 98 % of the final ones as they stay.

    `blocks` is how many of these there are, `memory` the most MB of all its processes, `cpu` their seconds.
    """

    first: float
    full: float
    blocks: int
    memory: float
    cpu: float


class Screen:
    """An Xvfb whose frame buffer is a file in memory: to look at it costs the programs nothing."""

    def __init__(self, folder: Path, display: str) -> None:
        self.display = display
        self._file = folder / "Xvfb_screen0"

    def frame(self) -> np.ndarray:
        """The sampled pixels, as unsigned integers of 24 bits."""
        return self._pixels[::STEP, ::STEP] & 0xFFFFFF

    def open(self) -> None:
        header = struct.unpack(">25I", self._file.read_bytes()[:100])
        offset, across, colours = header[0], header[12] // 4, header[19]
        whole = np.memmap(self._file, dtype="<u4", mode="r", offset=offset + colours * 12, shape=(HEIGHT, across))
        self._pixels = whole[:, :WIDTH]

    def watch(self, command: Sequence[str], surroundings: dict[str, str]) -> Seen:
        """Start a program, wait until its screen is full and stays so, and end it."""
        ground = self.frame().copy()
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            env=surroundings | {"DISPLAY": self.display},
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            times, frames, memory = self._followed(process, ground, began)
        finally:
            _end(process)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self._rest(ground)
        return _judged(times, frames, memory, cpu)

    def _followed(
        self, process: subprocess.Popen[bytes], ground: np.ndarray, began: float
    ) -> tuple[list[float], list[np.ndarray], float]:
        times, frames = [0.0], [ground]
        memory, looked, changed = 0.0, began, began
        while True:
            now = time.monotonic()
            frame = self.frame()
            if not np.array_equal(frame, frames[-1]):
                here = _photos(frame)
                # A few that change on and on, such as a counter, are no reason to wait.
                if (_blocks_changed(frame, frames[-1]) & here).sum() > (1 - ALL) * here.sum():
                    changed = now
                times.append(now - began)
                frames.append(frame.copy())
            if now - looked > MEMORY_SECONDS:
                memory, looked = max(memory, _memory(process.pid)), now
            shown = _photos(frames[-1]).sum() >= FIRST_BLOCKS
            if process.poll() is not None or now - began > PATIENCE or (shown and now - changed > STILL_SECONDS):
                return times, frames, memory
            time.sleep(max(0.0, POLL_SECONDS - (time.monotonic() - now)))

    def _rest(self, ground: np.ndarray) -> None:
        """Until its window is gone, and for a moment more."""
        limit = time.monotonic() + 5
        while time.monotonic() < limit and not np.array_equal(self.frame(), ground):
            time.sleep(0.05)
        time.sleep(0.5)


def _photos(frame: np.ndarray) -> np.ndarray:
    """Which blocks look like parts of a photo."""
    rows, columns = frame.shape[0] // BLOCK, frame.shape[1] // BLOCK
    blocks = frame[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    values = np.sort(blocks.transpose(0, 2, 1, 3).reshape(rows, columns, -1), axis=2)
    return 1 + (np.diff(values.astype(np.int64), axis=2) != 0).sum(axis=2) >= PHOTO_COLOURS


def _blocks_changed(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    rows, columns = one.shape[0] // BLOCK, one.shape[1] // BLOCK
    differ = (one != two)[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK)
    return differ.any(axis=(1, 3))


def _judged(times: list[float], frames: list[np.ndarray], memory: float, cpu: float) -> Seen:
    photos = _photos(frames[-1])
    wanted = int(photos.sum())
    if wanted < FIRST_BLOCKS:
        raise RuntimeError("no pictures came to the screen")
    first = next(at for at, frame in zip(times, frames, strict=True) if _photos(frame).sum() >= FIRST_BLOCKS)
    full = times[-1]
    # Backwards: full is when it became so for good.
    for at, frame in zip(reversed(times), reversed(frames), strict=True):
        same = photos & ~_blocks_changed(frame, frames[-1])
        if same.sum() < ALL * wanted:
            break
        full = at
    return Seen(first, full, wanted, memory, cpu)


def _memory(pid: int) -> float:
    """Resident MB of a process and all below it."""
    parents: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
            pages[int(folder.name)] = int((folder / "statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(words[1]), []).append(int(folder.name))
    total, left = 0, [pid]
    while left:
        one = left.pop()
        total += pages.get(one, 0)
        left += parents.get(one, [])
    return total * os.sysconf("SC_PAGE_SIZE") / 1e6


def _end(process: subprocess.Popen[bytes]) -> None:
    for what in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, what)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


@contextmanager
def watched_screen(folder: Path) -> Generator[Screen]:
    """Xvfb and openbox, which makes every window as large as the screen."""
    for program in ("Xvfb", "openbox"):
        if shutil.which(program) is None:
            raise RuntimeError(f"{program} is needed: apt-get install xvfb openbox")
    frame_folder = folder / "screen"
    frame_folder.mkdir()
    rc = folder / "rc.xml"
    rc.write_text(RC)
    reading, writing = os.pipe()
    options = ["-fbdir", str(frame_folder), "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", *options],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    keeper = None
    try:
        with os.fdopen(reading) as told:
            display = f":{told.readline().strip()}"
        keeper = subprocess.Popen(
            ["openbox", "--config-file", str(rc)],
            env=os.environ | {"DISPLAY": display},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(1.0)
        screen = Screen(frame_folder, display)
        screen.open()
        yield screen
    finally:
        for one in (keeper, server):
            if one is not None:
                one.terminate()
                one.wait()
