"""A Runner is a thread that pumps generators of steps, one after the other, and tells of them on the main thread."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ImagegenError

if TYPE_CHECKING:
    from collections.abc import Hashable

log = logging.getLogger(__name__)

Work = Callable[[CancelToken], Iterator[object]]


class BugError(ImagegenError):
    """An error of ours, told like any other so that the window survives it. `details` hold the traceback, without locals."""

    default_title = "Something in the app itself failed"
    default_advice = "Your library is safe. Copy the details and report them."


class Run(QObject):
    """One piece of work on its way. Its signals come on the main thread, in order; `ended` is the last and comes once.

    `ended` carries None, or the ImagegenError that ended the work.
    """

    stepped = Signal(object)
    ended = Signal(object)

    def __init__(self, work: Work, parent: QObject) -> None:
        super().__init__(parent)
        self.work = work
        self.token = CancelToken()

    def cancel(self) -> None:
        self.token.cancel()


@dataclass(frozen=True, slots=True)
class _Step:
    run: Run
    value: object


@dataclass(frozen=True, slots=True)
class _End:
    run: Run
    error: ImagegenError | None


class _Pump(QObject):
    """Lives on the runner's thread."""

    told = Signal(object)

    @Slot(object)
    def pump(self, run: object) -> None:
        assert isinstance(run, Run)  # noqa: S101 (Signal(object) carries it untyped)
        try:
            if not run.token.cancelled:
                for step in run.work(run.token):
                    self.told.emit(_Step(run, step))
        except ImagegenError as error:
            self.told.emit(_End(run, error))
        except Exception as error:  # noqa: BLE001 (the one border: a bug must not end the thread in silence)
            log.error("a bug ended a piece of work\n%s", "".join(traceback.format_exception(error)))  # noqa: TRY400 (no locals)
            self.told.emit(_End(run, BugError("".join(traceback.format_exception(error)))))
        else:
            self.told.emit(_End(run, None))

    @Slot()
    def fence(self) -> None:
        """Does nothing: whoever waits for it knows that all work handed over before has run."""


class Runner(QObject):
    """Owns one QThread, which starts with the first work. Who makes a Runner calls `shutdown` before it goes."""

    _handed = Signal(object)
    _fenced = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = QThread()
        self._thread.setObjectName(name)
        self._pump = _Pump()
        self._pump.moveToThread(self._thread)
        self._handed.connect(self._pump.pump, Qt.ConnectionType.QueuedConnection)
        self._fenced.connect(self._pump.fence, Qt.ConnectionType.BlockingQueuedConnection)
        # Through this object, which lives on the main thread: a plain function would run on the worker's.
        self._pump.told.connect(self._relay, Qt.ConnectionType.QueuedConnection)
        self._runs: list[Run] = []
        self._latest: dict[Hashable, Run] = {}
        self._over = False

    def start(self, work: Work) -> Run:
        """Queue `work`. Connect to the answer before returning to the event loop, and no step is missed."""
        if not self._thread.isRunning() and not self._over:
            self._thread.start()
        run = Run(work, self)
        self._runs.append(run)
        self._handed.emit(run)
        return run

    def start_latest(self, topic: Hashable, work: Work) -> Run:
        """The same, and cancel what was started before on this topic: only the newest wish counts."""
        earlier = self._latest.get(topic)
        if earlier is not None:
            earlier.cancel()
        run = self._latest[topic] = self.start(work)
        return run

    @property
    def busy(self) -> bool:
        return bool(self._runs)

    def finish(self) -> None:
        """Wait until all that was started has run: for work that must not be lost at the end, such as a draft."""
        if self._thread.isRunning():
            self._fenced.emit()

    def cancel_all(self) -> None:
        for run in self._runs:
            run.cancel()

    def shutdown(self) -> None:
        """Cancel all, then wait for the thread to end. Nothing runs and nothing is told after that."""
        self._over = True
        self.cancel_all()
        self._thread.quit()
        self._thread.wait()

    @Slot(object)
    def _relay(self, told: object) -> None:
        if self._over:
            return
        match told:
            case _Step(run, value):
                run.stepped.emit(value)
            case _End(run, error):
                self._runs.remove(run)
                self._latest = {topic: latest for topic, latest in self._latest.items() if latest is not run}
                run.ended.emit(error)
                run.deleteLater()
            case _:
                raise TypeError(f"not a step of a run: {told!r}")
