"""Times an answer's last byte to "Saved", beside a bare httpx call that decodes, writes and syncs as often."""

from __future__ import annotations

import argparse
import base64
import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rounds import Series, difference, interleaved, ratio
from stand import KEY, environment, move_in, standin

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import Endpoint, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.steps import Saved
from imagegen_desktop.providers.openai_provider import OpenAIProvider, warm_up
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.model_data import load_dialects, load_models
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spool, Spools
from imagegen_desktop.studio.generation import Studio

if TYPE_CHECKING:
    from collections.abc import Callable


PROMPT = "A futuristic city made of crystal"
MODEL, SIZE, QUALITY = "gpt-image-2", "1024x1024", "low"
# Paths that exist nowhere: asking for them marks a moment in strace's output.
LAST_BYTE, SAVED = "/mark/last-byte", "/mark/saved"
TRACED = "trace=fsync,fdatasync,access,faccessat,faccessat2"
MEGA = 1_000_000
# From the last byte to Saved as counted on 2026-11-22; used where there is no strace to count with.
SYNCS = 11


@dataclass(slots=True)
class Moments:
    """When things happened in the run that is on its way, on the monotonic clock."""

    last_byte: float = 0.0
    body: int = 0


@dataclass(slots=True)
class StampedSpool:
    """The app's own spool, with a stamp at each piece of the answer."""

    spool: Spool
    moments: Moments

    def answered(self, status: int, content_type: str) -> None:
        self.moments.body = 0
        self.spool.answered(status, content_type)

    def arrived(self, piece: bytes) -> None:
        self.moments.last_byte = time.monotonic()
        self.moments.body += len(piece)
        self.spool.arrived(piece)

    def ended(self) -> None:
        os.access(LAST_BYTE, os.F_OK)
        self.spool.ended()

    def close(self) -> None:
        self.spool.close()


@dataclass(slots=True)
class Ours:
    """The app's studio over the OpenAI provider, ledger, spool and library on a real disk."""

    folder: Path
    base_url: str
    moments: Moments = field(default_factory=Moments)

    def studio(self) -> Studio:

        data = self.folder / "data"
        ledger = Ledger(data / "ledger.sqlite")
        spools = Spools(data / "spool", ledger)
        catalogue = load_models(resources_folder())

        def sink(request: GenerationRequest) -> StampedSpool:
            return StampedSpool(spools.sink(request), self.moments)

        return Studio(
            open_library(self.folder / "library", data),
            ledger=ledger,
            outbox=Outbox(data / "outbox.sqlite"),
            spools=spools,
            catalogue=catalogue,
            connect=lambda endpoint: OpenAIProvider(
                endpoint,
                Secret(KEY),
                catalogue=catalogue,
                dialects=load_dialects(resources_folder()),
                environ={},
                app_version="0",
                new_sink=sink,
            ),
        )

    def request(self) -> GenerationRequest:

        endpoint = Endpoint(maker=Maker.OPENAI, base_url=self.base_url)
        return GenerationRequest(
            id=new_id(),
            created=datetime.now(UTC),
            prompt=PROMPT,
            endpoint=endpoint,
            model=MODEL,
            size=SIZE,
            quality=QUALITY,
        )

    def run(self, studio: Studio) -> tuple[float, float]:
        """(seconds from the last byte to Saved, seconds of the whole call up to Saved)."""
        begun = time.monotonic()
        saved = 0.0
        for step in studio.generate(self.request(), CancelToken()):
            if isinstance(step, Saved):
                saved = time.monotonic()
                os.access(SAVED, os.F_OK)
        return saved - self.moments.last_byte, saved - begun


@dataclass(slots=True)
class Bare:
    """What a script would do: one httpx call, json, base64, one file. The further syncs are of a line in a journal.

    With `spooled` the answer's body is written and synced as well, as the app does, and one sync of the journal less.
    """

    folder: Path
    base_url: str
    syncs: int
    spooled: bool
    number: int = 0

    def run(self) -> tuple[float, float]:
        import httpx  # noqa: PLC0415 (not counted with the SDK)

        self.number += 1
        begun = time.monotonic()
        body, last_byte = bytearray(), begun
        asked = {"model": MODEL, "prompt": PROMPT, "n": 1, "size": SIZE, "quality": QUALITY}
        with (
            httpx.Client(timeout=60, trust_env=False) as client,
            client.stream(
                "POST",
                f"{self.base_url}/images/generations",
                json=asked,
                headers={"Authorization": f"Bearer {KEY}", "Accept-Encoding": "identity"},
            ) as answer,
        ):
            answer.raise_for_status()
            for piece in answer.iter_raw():
                last_byte = time.monotonic()
                body += piece
        if self.spooled:
            self._write(self.folder / "bare.body", bytes(body))
        picture = base64.b64decode(json.loads(body)["data"][0]["b64_json"])
        self._write(self.folder / f"bare-{self.number}.png", picture)
        journal = os.open(self.folder / "bare.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for _ in range(self.syncs - 1 - self.spooled):
            os.write(journal, b"one line of what happened\n")
            os.fsync(journal)
        os.close(journal)
        saved = time.monotonic()
        return saved - last_byte, saved - begun

    def _write(self, path: Path, data: bytes) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.write(descriptor, data)
        os.fsync(descriptor)
        os.close(descriptor)


def memory(name: str) -> float:
    """A line of Linux's /proc/self/status in MB (10^6): VmRSS now, VmHWM the most since the last reset; 0 elsewhere."""
    with suppress(OSError):
        found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 / MEGA if found else 0.0
    return 0.0


def with_growth(run: Callable[[], tuple[float, float]]) -> tuple[float, float, float]:
    """The two times, and by how many MB memory grew at most while it ran, what earlier runs freed given back before."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    times = run()
    return (*times, memory("VmHWM") - before)


def count_syncs(folder: Path) -> tuple[int, int] | None:
    """(syncs from the last byte to Saved, syncs of the whole call) in one warm generation, by strace; None without it."""
    if shutil.which("strace") is None:
        return None
    with standin(100_000) as url, tempfile.TemporaryDirectory(dir=folder) as place:
        log = Path(place) / "strace"
        command = [sys.executable, str(Path(__file__).resolve()), "--one", url, "--folder", place]
        traced = ["strace", "-f", "-qq", "-e", TRACED, "-o", str(log), *command]
        if subprocess.run(traced, check=False, env=environment(Path(place))).returncode:
            return None
        lines = log.read_text().splitlines()
    saved = [at for at, line in enumerate(lines) if SAVED in line]
    received = [at for at, line in enumerate(lines) if LAST_BYTE in line]
    synced = [at for at, line in enumerate(lines) if re.search(r"\b(?:fsync|fdatasync)\(", line)]
    if len(saved) < 2 or len(received) < 2:
        return None
    after = sum(received[-1] < at < saved[-1] for at in synced)
    return after, sum(saved[-2] < at < saved[-1] for at in synced)


def compare(base: Path, image_bytes: int, syncs: int, rounds: int) -> None:
    with standin(image_bytes) as url, tempfile.TemporaryDirectory(dir=base) as place:
        folder = Path(place)
        ours = Ours(folder, url)
        studio = ours.studio()
        things = {
            "ours": partial(with_growth, lambda: ours.run(studio)),
            "bare": partial(with_growth, Bare(folder, url, syncs, spooled=False).run),
            "spooled": partial(with_growth, Bare(folder, url, syncs, spooled=True).run),
        }
        taken = interleaved(rounds, things)
    print(f"\nPicture of {image_bytes / MEGA:g} MB, answer of {ours.moments.body / MEGA:.1f} MB")
    for number, what in enumerate(("Last byte to saved", "Whole call")):
        mine = taken["ours"][number]
        print(f"  {what}: Imagegen Desktop {mine.told()}")
        for name, words in (("bare", "bare httpx"), ("spooled", "bare httpx that spools")):
            other = taken[name][number]
            more = Series(tuple(value * 1000 for value in difference(mine, other).values))
            print(f"    {words}: {other.told()}; ratio {ratio(mine, other).told('x', 2)}; {more.told('ms more', 1)}")
    answer = ours.moments.body / MEGA
    for name in things:
        grown = taken[name][2]
        print(f"  Memory at most, {name}: {grown.told('MB', 1)} = {grown.median / answer:.2f} x the answer")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, help="a folder on the disk to measure (default: a temporary one)")
    parser.add_argument("--image-bytes", type=int, nargs="+", default=[2 * MEGA, 8 * MEGA])
    parser.add_argument("--one", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        move_in(Path(home), offscreen=True)
        base = options.folder or Path(home)
        if options.one:
            ours = Ours(base, options.one)
            studio = ours.studio()
            for _ in range(3):
                ours.run(studio)
            return 0
        counted = count_syncs(base)
        syncs = counted[0] if counted else SYNCS
        told = f"counted by strace; {counted[1]} in the whole call" if counted else "as noted: there is no strace here"
        print(f"Disk syncs from the last byte to Saved: {syncs} ({told})")
        before = memory("VmRSS")

        begun = time.monotonic()
        warm_up()
        print(
            f"Import of the SDK: {time.monotonic() - begun:.2f} s, {memory('VmRSS') - before:.1f} MB, not counted below"
        )
        for image_bytes in options.image_bytes:
            compare(base, image_bytes, syncs, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
