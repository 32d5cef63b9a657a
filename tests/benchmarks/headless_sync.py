"""Has `bucket_speed.py` measure the whole program: a library with the same files, and `imagegen-desktop bucket sync`.

    python tests/benchmarks/bucket_speed.py --shapes large --prepare "python tests/benchmarks/headless_sync.py --prepare" \
        --command "python tests/benchmarks/headless_sync.py"

Its memory is that of the command alone, which takes this process's place.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin
from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.remotes_file import RemotesFile

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOMES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_PICTURES_DIR")


def environ() -> dict[str, str]:
    home = Path(os.environ["BENCH_FOLDER"]).parent / "home"
    return {
        **os.environ,
        **{name: str(home / name) for name in HOMES},
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }


def prepare() -> None:
    """A library of its own whose images are these files, and the bucket in its settings."""
    os.environ.update(environ())
    files = Path(os.environ["BENCH_FOLDER"])
    shutil.rmtree(files.parent / "home", ignore_errors=True)
    folders = Folders.of_this_user()
    library = open_library(folders.default_library, folders.data)
    records: list[ImageRecord] = []
    for file in sorted(files.iterdir()):
        image = new_id()
        name = f"2026/11/2026-11-22_picture_{image}.png"
        target = library.folder.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(file, target)
        data = file.read_bytes()
        got = Got(format=ImageFormat.PNG, width=1024, height=1024, size_bytes=len(data))
        records.append(
            ImageRecord(
                id=image,
                file=name,
                sha256=hashlib.sha256(data).hexdigest(),
                created=NOON,
                origin=Origin.SAMPLE,
                prompt="A picture",
                asked=None,
                got=got,
            )
        )
    library.add_many(records, library.packing())
    settings = RemoteSettings(
        endpoint=os.environ["BENCH_ENDPOINT"],
        region="us-east-1",
        bucket=os.environ["BENCH_BUCKET"],
        prefix=os.environ["BENCH_PREFIX"],
        access_key=os.environ["BENCH_ACCESS_KEY"],
        certificates=os.environ["BENCH_CERTIFICATES"],
    )
    RemotesFile(folders).save(library.id, settings)


def run() -> None:
    reading, writing = os.pipe()
    os.write(writing, os.environ["BENCH_SECRET_KEY"].encode() + b"\n")
    os.close(writing)
    os.dup2(reading, 0)
    command = [sys.executable, "-m", "imagegen_desktop", "bucket", "sync", "--secret-stdin"]
    os.execve(sys.executable, command, environ())  # noqa: S606 (itself)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--prepare", action="store_true", help="make the library; else it is synced")
    if parser.parse_args().prepare:
        prepare()
    else:
        run()
