"""Times how soon a second computer shows a library of a bucket: rows, first small pictures, all of them; and counts requests.

    python tests/benchmarks/bucket_join.py [--records 50000] [--server rclone]

The server is a real one on this computer, over TLS. The goals: first rows and small pictures within 30 seconds, and at most one
request for 500 records. The joining computer is a process of its own, whose memory is told as well.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from remote import servers
from remote.certificates import make_certificate
from search_records import Prompts, states

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import FAVOURITE, RATING, TAG, Wish
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.imaging.thumbnails import SMALL
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.sync_book import SyncBook
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.syncing.connecting import keep_file
from imagegen_desktop.studio.syncing.counterpart import Counterpart
from imagegen_desktop.studio.syncing.joining import join
from imagegen_desktop.studio.syncing.layout import thumbnails_key
from imagegen_desktop.studio.syncing.segment_writer import SegmentWriter
from imagegen_desktop.studio.syncing.small_pictures import OF_A_PACK, pack
from imagegen_desktop.studio.syncing.snapshots import Snapshots
from imagegen_desktop.studio.syncing.steps import Received, ThumbnailsReceived
from imagegen_desktop.studio.syncing.syncing import Syncing
from imagegen_desktop.sync.bucket_client import bucket_client
from imagegen_desktop.sync.bucket_store import BucketStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from remote.servers import Server

    from imagegen_desktop.sync.remote import RemoteStore

SECONDS_GOAL, RECORDS_A_REQUEST_GOAL = 30.0, 500
# What a window of the grid shows.
WINDOW = 60
CHUNK = 5_000


def small_pictures(count: int = 24) -> list[bytes]:
    """JPEGs of about 12 kB, as thumbnails are."""
    chance, made = Random(1), []  # noqa: S311 (no secret)
    for _ in range(count):
        rough = Image.frombytes("RGB", (32, 32), chance.randbytes(32 * 32 * 3)).resize((256, 256))
        stream = BytesIO()
        rough.filter(ImageFilter.GaussianBlur(1.2)).save(stream, "JPEG", quality=88)
        made.append(stream.getvalue())
    return made


def fill(folder: Path, store: RemoteStore, count: int) -> None:
    """What a first computer with so many images would have sent, but the originals: nobody asks for them here."""
    library = open_library(folder / "library", folder / "data")
    book = SyncBook(folder / "data" / "outbox.sqlite", library.id, "bench")
    ends = Counterpart(library=library, store=store, book=book, device_name="first", discard=keep_file)
    ends.guard()
    writer, made = SegmentWriter(ends), states(count, Prompts(1))
    pictures, number, ids = small_pictures(), 0, list[str]()
    while chunk := list(islice(made, CHUNK)):
        for state in chunk:
            writer.add(state.record)
        wishes = [Wish(state.id, TAG + tag, value=True) for state in chunk for tag in state.tags]
        wishes += [Wish(state.id, RATING, state.rating) for state in chunk if state.rating]
        wishes += [Wish(state.id, FAVOURITE, value=True) for state in chunk if state.favourite]
        library.changes.append(wishes)
        for _ in writer.close():
            pass
        ids += [state.id for state in chunk]
        while len(ids) >= OF_A_PACK:
            number += 1
            some, ids = ids[:OF_A_PACK], ids[OF_A_PACK:]
            packed = pack((one, pictures[place % len(pictures)]) for place, one in enumerate(some))
            store.put(thumbnails_key(ends.device, number), packed, absent=True)
    snapshots = Snapshots(ends)
    if snapshots.is_due:
        snapshots.write(CancelToken())


class Joining:
    """The second computer."""

    def __init__(self, server: Server, bucket: str, folder: Path) -> None:
        settings = server.settings(bucket)
        client = bucket_client(settings, servers.Secret(server.secret), certificates=server.certificates)
        self.requests = 0
        client.s3.meta.events.register("before-send.s3", self._count)
        self.store = BucketStore(client)
        self._folder = folder
        self._began = time.monotonic()
        self.told: dict[str, Any] = {}

    def _count(self, **_: object) -> None:
        self.requests += 1

    def _note(self, name: str) -> None:
        if name not in self.told:
            self.told[name] = {
                "seconds": round(time.monotonic() - self._began, 2),
                "CPU seconds": round(time.process_time(), 2),
                "requests": self.requests,
                "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }

    def run(self) -> dict[str, Any]:
        data = self._folder / "data"
        library = join(self.store, self._folder / "library", data)
        cache = ThumbnailCache(data / "thumbs.sqlite")
        ends = Counterpart(
            library=library,
            store=self.store,
            book=SyncBook(data / "outbox.sqlite", library.id, "bench"),
            device_name="second",
            discard=keep_file,
            thumbnails=cache,
        )
        syncing = Syncing(ends, data / "sync.lock")
        for step in syncing.round(CancelToken()):
            if isinstance(step, Received | ThumbnailsReceived):
                self._look(library, cache)
        self._note("all rows and small pictures")
        syncing.close()
        self.told["images"] = len(library.index.ids())
        return self.told

    def _look(self, library: Any, cache: ThumbnailCache) -> None:
        newest = library.index.newest(View(place=Place.ALL), WINDOW)
        if newest:
            self._note("first rows")
            if not cache.missing((state.id for state in newest), SMALL):
                self._note("first window with its small pictures")


def rows(told: dict[str, Any], count: int) -> Iterator[str]:
    for name in ("first rows", "first window with its small pictures", "all rows and small pictures"):
        one = told[name]
        each = count / one["requests"]
        cost = f"{one['requests']:>5} requests ({each:>5.0f} records each)"
        yield f"{name:<38} {one['seconds']:>7.2f} s ({one['CPU seconds']:.1f} of CPU) {cost} {one['peak MB']:>5} MB"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--server", choices=("rclone", "seaweed"), default="rclone")
    parser.add_argument("--joining", nargs=4, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.joining:
        url, certificates, bucket, folder = asked.joining
        joining = Joining(servers.Server(url, (Path(certificates), Path(certificates))), bucket, Path(folder))
        print(json.dumps(joining.run()))
        joining.store.close()
        return
    with tempfile.TemporaryDirectory(prefix="bucket-join-") as top:
        folder = Path(top)
        (folder / "server").mkdir()
        start = {"rclone": servers.rclone, "seaweed": servers.seaweed}[asked.server]
        with start(folder / "server", *make_certificate(folder)) as server:
            bucket = server.new_bucket()
            store = BucketStore(server.client(bucket))
            fill(folder / "first", store, asked.records)
            store.close()
            command = [
                sys.executable,
                __file__,
                "--joining",
                server.url,
                server.certificates,
                bucket,
                str(folder / "second"),
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(done.stderr)
            told = json.loads(done.stdout)
    goals = f"goals: {SECONDS_GOAL:.0f} s, {RECORDS_A_REQUEST_GOAL} records a request"
    print(f"{told['images']} records over {asked.server}, TLS on loopback; {goals}")
    for row in rows(told, asked.records):
        print(row)


if __name__ == "__main__":
    main()
