"""Run by kill_rounds.py: lives that generate or recover, each a process of its own that is killed (SIGKILL) when told so.

Reads one JSON object a line: {"lives": [...]}, each life a `Life` as a dict. Starts them all at once by fork, kills each at
its moment, and answers with one line: a list of how each ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.models import Maker, Pricing
from imagegen_desktop.core.requests import Endpoint, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.steps import Saved
from imagegen_desktop.imaging.decode import measure
from imagegen_desktop.providers.openai_provider import OpenAIProvider, warm_up
from imagegen_desktop.storage.instances import Instances
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.model_data import load_dialects, load_models
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from standin.pictures import draw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

# A life that goes on for longer hangs, which fails the round.
LONGEST_LIFE: Final = 60.0
_LOOK_AGAIN: Final = 0.0005
_WATCHED: Final = ("/imagegen_desktop/storage/", "/imagegen_desktop/studio/", "/providers/salvage.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a process is to do, and when it dies.

    `jobs` to generate; none: recover what earlier lives left. `how` is "delay" (after `at` seconds), "write" (when the
    spool was seen to change `at` times), "line" (before line number `at` of the watched modules), or "never".
    """

    folder: str
    base_url: str
    jobs: list[dict[str, Any]] = field(default_factory=list)
    threads: int = 1
    how: str = "never"
    at: float = 0.0


class House:
    """Everything but Qt, as app.py joins it."""

    def __init__(self, life: Life) -> None:
        folder = Path(life.folder)
        data = folder / "data"
        self.instances = Instances(data / "running")
        self.library = open_library(folder / "library", data)
        self.ledger = Ledger(data / "ledger.sqlite", owner=self.instances.own)
        self.spools = Spools(data / "spool", self.ledger)
        self.catalogue = load_models(resources_folder())
        self.endpoint = Endpoint(maker=Maker.OPENAI, base_url=life.base_url, pricing=Pricing.OPENAI_LIST)
        self.studio = Studio(
            self.library,
            ledger=self.ledger,
            outbox=Outbox(data / "outbox.sqlite"),
            spools=self.spools,
            catalogue=self.catalogue,
            connect=self.connect,
        )

    def connect(self, endpoint: Endpoint) -> OpenAIProvider:
        return OpenAIProvider(
            endpoint,
            Secret("sk-test"),
            catalogue=self.catalogue,
            dialects=load_dialects(resources_folder()),
            environ={},
            app_version="0.0",
            new_sink=self.spools.sink,
            fetch_pauses=(0.01, 0.01),
        )

    def request(self, job: dict[str, Any]) -> GenerationRequest:
        return GenerationRequest(
            created=datetime.now(UTC), prompt=f"job {job['id']}", endpoint=self.endpoint, size="1024x1024", **job
        )


def generate(house: House, jobs: Sequence[GenerationRequest], tell: Callable[[str], None]) -> None:
    for request in jobs:
        try:
            for step in house.studio.generate(request, CancelToken()):
                if isinstance(step, Saved):
                    tell(step.state.id)
        except ImagegenError as error:
            # The ledger has it; the checks look there.
            print(type(error).__name__, file=sys.stderr)


def recover(house: House, tell: Callable[[str], None]) -> None:
    house.library.sweep(house.ledger.record_of, datetime.now(UTC))
    for job in house.ledger.on_the_way(house.library.id):
        if not house.instances.is_alive(job.owner) and house.ledger.claim(job):
            for step in house.studio.recover(job, CancelToken()):
                if isinstance(step, Saved):
                    tell(step.state.id)
    house.spools.clear()


class Killer:
    """Counts the lines of the watched modules, and kills the process at line number `at`."""

    def __init__(self, at: float) -> None:
        self.at = at
        self.seen = 0

    def trace(self, frame: FrameType, event: str, _argument: object) -> Any:
        if not any(part in frame.f_code.co_filename for part in _WATCHED):
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def live(life: Life) -> None:
    """All of one process, but for its death."""
    told = os.open(Path(life.folder) / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(image_id: str) -> None:
        os.write(told, f"{image_id}\n".encode())

    killer = Killer(life.at if life.how == "line" else 0)
    if life.how == "line":
        threading.settrace(killer.trace)
        sys.settrace(killer.trace)
    house = House(life)
    if not life.jobs:
        recover(house, tell)
    else:
        requests = [house.request(job) for job in life.jobs]
        house.ledger.stage(requests, library=house.library.id)
        lanes = [
            threading.Thread(target=generate, args=(house, requests[lane :: life.threads], tell))
            for lane in range(life.threads)
        ]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
    house.instances.shutdown()


# ---- the process that gives birth ----


class Watched:
    """One life, seen from outside."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.started = time.monotonic()
        self.status: int | None = None
        self.ended = 0.0
        self.hung = False
        self._writes = 0
        self._seen: dict[str, int] = {}
        self.pid = os.fork()
        if self.pid == 0:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            # What a bug raises ends in stderr and in a status that is not 0, and never in the parent's own loop.
            code = 1
            try:
                live(life)
                code = 0
            finally:
                sys.stderr.flush()
                if code:
                    sys.excepthook(*sys.exc_info())  # pyright: ignore[reportArgumentType] (an exception is on its way)
                os._exit(code)

    def look(self) -> bool:
        """Whether it has ended. Kills it at its moment."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status, self.ended = status, time.monotonic()
            elif self._is_time():
                os.kill(self.pid, signal.SIGKILL)
        return self.status is not None

    def _is_time(self) -> bool:
        age = time.monotonic() - self.started
        if age > LONGEST_LIFE:
            self.hung = True
            return True
        if self.life.how == "write":
            for path in Path(self.life.folder, "data", "spool").glob("*.body"):
                # It may be gone by now: its job has ended.
                with contextlib.suppress(FileNotFoundError):
                    changed = path.stat().st_mtime_ns
                    self._writes += self._seen.get(path.name) != changed
                    self._seen[path.name] = changed
            return self._writes >= self.life.at
        return self.life.how == "delay" and age >= self.life.at

    def told(self) -> dict[str, Any]:
        status = self.status or 0
        return {
            "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL and not self.hung,
            "failed": self.hung or (not os.WIFSIGNALED(status) and os.WEXITSTATUS(status) != 0),
            "seconds": self.ended - self.started,
        }


def main() -> None:
    warm_up()
    measure(draw("warm", (8, 8)))  # Imports Pillow once, so that the children need not.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    for line in sys.stdin:
        watched = [Watched(Life(**life)) for life in json.loads(line)["lives"]]
        while not all([one.look() for one in watched]):  # noqa: C419 (each is looked at, also behind one that lives)
            signal.sigtimedwait([signal.SIGCHLD], _LOOK_AGAIN)
        print(json.dumps([one.told() for one in watched]), flush=True)


def as_order(lives: Sequence[Life]) -> str:
    return json.dumps({"lives": [asdict(life) for life in lives]}) + "\n"


if __name__ == "__main__":
    main()
