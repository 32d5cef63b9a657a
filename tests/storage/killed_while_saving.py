"""Run by test_kill.py: makes pictures in processes that kill themselves (SIGKILL) at chosen lines of the saving code.

Arguments: a folder, and how many places to kill at. Prints one JSON object a line: the folder used, whether the process
was killed, and the ids that were announced before.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import FAVOURITE, TRASHED
from imagegen_desktop.core.steps import GeneratedImage, Saved, Sent
from imagegen_desktop.imaging.decode import measure
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from pictures import CATALOGUE, picture, request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.core.steps import ProviderStep

WATCHED = ("/imagegen_desktop/storage/", "/imagegen_desktop/studio/")


class TwoPictures:
    def generate(self, _asked: GenerationRequest, _cancel: CancelToken) -> Iterator[ProviderStep]:
        yield Sent()
        for position in range(2):
            yield GeneratedImage(position=position, data=picture((position, 1, 2)))


def make_and_change(folder: Path, tell: int) -> None:
    """The life of two images, telling the pipe of each that was announced, then a favourite and a trashed one."""
    library = open_library(folder / "library", folder / "data")
    ledger = Ledger(folder / "data" / "ledger.sqlite")
    studio = Studio(
        library,
        ledger=ledger,
        outbox=Outbox(folder / "data" / "outbox.sqlite"),
        spools=Spools(folder / "data" / "spool", ledger),
        catalogue=CATALOGUE,
        connect=lambda _endpoint: TwoPictures(),  # pyright: ignore[reportArgumentType] (only generate is asked)
    )
    saved: list[str] = []
    for step in studio.generate(request(count=2), CancelToken()):
        if isinstance(step, Saved):
            saved.append(step.state.id)
            os.write(tell, f"saved {step.state.id}\n".encode())
    library.change(saved[:1], FAVOURITE, True)
    os.write(tell, f"favourite {saved[0]}\n".encode())
    library.change(saved[1:], TRASHED, True)
    os.write(tell, f"trashed {saved[1]}\n".encode())


class Killer:
    """Counts the lines of the watched modules, and kills the process at line number `at`."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.seen = 0

    def trace(self, frame: FrameType, event: str, _argument: Any) -> Any:
        if not any(part in frame.f_code.co_filename for part in WATCHED):
            return None
        if event == "line":
            self.seen += 1
            if self.seen == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        return self.trace


def live_and_die(folder: Path, at: int) -> dict[str, object]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        killer = Killer(at)
        sys.settrace(killer.trace)
        make_and_change(folder, write)
        sys.settrace(None)
        os.write(write, f"lines {killer.seen}\n".encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        told = [line.split() for line in stream]
    _pid, status = os.waitpid(child, 0)
    return {"folder": str(folder), "killed": os.WIFSIGNALED(status), "told": told}


def main() -> None:
    root, places = Path(sys.argv[1]), int(sys.argv[2])
    measure(picture())  # Imports Pillow once, so that the children need not.
    whole = live_and_die(root / "whole", at=0)
    lines = next(int(value) for word, value in whole["told"] if word == "lines")  # pyright: ignore[reportGeneralTypeIssues, reportUnknownVariableType] (pairs of words)
    step = max(1, lines // places)
    for at in range(1, lines + 1, step):
        print(json.dumps(live_and_die(root / str(at), at)), flush=True)


if __name__ == "__main__":
    main()
