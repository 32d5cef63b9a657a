"""Two processes of low priority that make thumbnails, and are started again when a file ends one of them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, Self

from imagegen_desktop.imaging.thumbnail_process import LARGEST_ANSWER, LENGTH, MADE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType
    from typing import IO

    from imagegen_desktop.core.cancel import CancelToken

WORKERS: Final = 2
# Asked ahead, so that no worker waits for the one who takes the answers.
AHEAD: Final = 8
# The largest picture that is decoded takes about two.
PATIENCE_SECONDS: Final = 60.0
FLAG: Final = "--thumbnail-worker"
# What glibc's malloc(3) reads, and other systems do not: a picture's memory is kept for the next one. Given back and fetched
# anew it costs 2,000 page faults for each picture of a million pixels, a tenth of all the work.
KEPT_MEMORY: Final = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(64 << 20)}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A thumbnail as a file of its own, or None and the reason why there is none."""

    image_id: str
    data: bytes | None = field(repr=False)
    problem: str = ""


def own_command() -> tuple[str, ...]:
    """How this very program is started as a worker."""
    return (sys.executable, FLAG) if getattr(sys, "frozen", False) else (sys.executable, "-m", "imagegen_desktop", FLAG)


class ThumbnailCrew:
    """Lives for one `with` block, at whose end its processes end. `seconds` is how long one file may take."""

    def __init__(
        self, *, workers: int = WORKERS, command: tuple[str, ...] = (), seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._workers = tuple(_Worker(command or own_command(), seconds) for _ in range(workers))
        self._free: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)
        self._pool = ThreadPoolExecutor(workers, "thumbnails")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def dismiss(self) -> None:
        """End the processes: thumbnails that are being made are given up, and no more are made."""
        for worker in self._workers:
            worker.dismiss()

    def close(self) -> None:
        """End all, once nothing draws any more."""
        self.dismiss()
        self._pool.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.bury()

    def draw(self, pictures: Iterable[tuple[str, Path]], cancel: CancelToken) -> Iterator[Drawn]:
        """One for each (image id, file), in their order. A cancel gives up what was not begun."""
        left = iter(pictures)
        waiting = [self._pool.submit(self._drawn, *one) for one in islice(left, AHEAD)]
        while waiting and not cancel.cancelled:
            yield waiting.pop(0).result()
            following = next(left, None)
            if following is not None:
                waiting.append(self._pool.submit(self._drawn, *following))
        for future in waiting:
            future.cancel()

    def _drawn(self, image_id: str, file: Path) -> Drawn:
        worker = self._free.get()
        try:
            return worker.draw(image_id, file)
        finally:
            self._free.put(worker)


class _Worker:
    """One process at a time, made when it is first needed. Asked by one thread at a time, dismissed by any."""

    def __init__(self, command: tuple[str, ...], seconds: float) -> None:
        self._command = command
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._dismissed = False

    def draw(self, image_id: str, file: Path) -> Drawn:
        try:
            process = self._running()
        except OSError as error:
            return Drawn(image_id, None, f"No thumbnails can be made: {error.strerror or error}")
        if process is None:
            return Drawn(image_id, None, "No thumbnails are made any more")
        alarm = threading.Timer(self._seconds, process.kill)
        alarm.start()
        try:
            return _ask(process, image_id, file)
        except (OSError, EOFError):
            # It is gone, or was too slow: the next file gets a new one.
            process.kill()
            process.wait()
            return Drawn(image_id, None, "The picture can't be drawn: it broke or held up what was to draw it")
        finally:
            alarm.cancel()
            alarm.join()

    def dismiss(self) -> None:
        with self._lock:
            self._dismissed = True
            process = self._process
        if process is not None:
            # Its pipes stay open: a thread that asks it hears of the end by them, and must not find them closed.
            process.kill()

    def bury(self) -> None:
        """Once nobody asks it any more."""
        if self._process is not None:
            _buried(self._process)

    def _running(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._dismissed:
                return None
            if self._process is not None and self._process.poll() is not None:
                _buried(self._process)
                self._process = None
            if self._process is None:
                self._process = subprocess.Popen(  # noqa: S603 (this very program)
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=os.environ | KEPT_MEMORY,
                    creationflags=_low_priority(),
                )
            return self._process


def _low_priority() -> int:
    """Windows is told at the start; elsewhere the process says so itself."""
    if sys.platform == "win32":
        return subprocess.BELOW_NORMAL_PRIORITY_CLASS | subprocess.CREATE_NO_WINDOW
    return 0


def _ask(process: subprocess.Popen[bytes], image_id: str, file: Path) -> Drawn:
    """Raises OSError or EOFError if the process ends before it has answered."""
    questions, answers = process.stdin, process.stdout
    if questions is None or answers is None:
        raise EOFError
    path = os.fsencode(file)
    questions.write(LENGTH.pack(len(path)) + path)
    questions.flush()
    mark = _exactly(answers, 1)
    (length,) = LENGTH.unpack(_exactly(answers, LENGTH.size))
    if length > LARGEST_ANSWER:
        raise EOFError
    data = _exactly(answers, length)
    return Drawn(image_id, data) if mark == MADE else Drawn(image_id, None, data.decode("utf-8", "replace"))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _buried(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                # A question that was never taken is in its buffer.
                continue
