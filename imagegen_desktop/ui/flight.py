"""One job from its start to its end, as the window hears of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.errors import CancelledError, ChargeState, ImagegenError
from imagegen_desktop.core.models import pixels_of
from imagegen_desktop.core.steps import Enhanced, Enhancing, Finished, Saved, Sent
from imagegen_desktop.studio.showing import PreviewPicture, SavedPicture
from imagegen_desktop.ui.job_news import JobEnd, JobPreview
from imagegen_desktop.ui.job_progress import JobProgress, Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.workers.runner import Run

SQUARE = (1024, 1024)


def first_progress(request: GenerationRequest, started: float, phase: Phase) -> JobProgress:
    width, height = pixels_of(request.size) or SQUARE
    return JobProgress(
        job=request.id,
        prompt=request.prompt,
        phase=phase,
        count=request.count,
        saved=0,
        width=width,
        height=height,
        started=started,
        sample=request.endpoint.is_sample,
        model=request.model,
    )


class Flight(QObject):
    """Signals carry JobProgress, JobPreview, (job, words), SavedPicture and JobEnd. `ended` is the last and comes once."""

    progressed = Signal(object)
    previewed = Signal(object)
    enhanced = Signal(object)
    saved = Signal(object)
    ended = Signal(object)

    def __init__(
        self, request: GenerationRequest, parent: QObject, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self.request = request
        self.progress = first_progress(request, clock(), Phase.STARTING)
        self._clock = clock
        self._run: Run | None = None
        self._finished: Finished | None = None
        self.never_ran = True

    def launch(self, run: Run, expected: float | None) -> None:
        """The job's work begins. `expected` seconds is what such a job took before."""
        self._run = run
        run.stepped.connect(self._stepped)
        run.ended.connect(self._run_ended)
        self._tell(replace(self.progress, expected=expected))

    @property
    def launched(self) -> bool:
        return self._run is not None

    def cancel(self) -> None:
        if self._run is None:
            self._end(CancelledError(charge=ChargeState.FREE))
        else:
            self._tell(replace(self.progress, phase=Phase.CANCELLING))
            self._run.cancel()

    def fail(self, error: ImagegenError) -> None:
        """What had to be done before the start did not go."""
        self._end(error)

    def _tell(self, progress: JobProgress) -> None:
        self.progress = progress
        self.progressed.emit(progress)

    def _enter(self, phase: Phase) -> None:
        if self.progress.phase is not Phase.CANCELLING:
            sent = self._clock() if phase is Phase.SENT else self.progress.sent
            self._tell(replace(self.progress, phase=phase, sent=sent))

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Enhancing():
                self._enter(Phase.ENHANCING)
            case Enhanced(prompt):
                self._enter(Phase.STARTING)
                self.enhanced.emit((self.request.id, prompt))
            case Sent():
                self._enter(Phase.SENT)
            case PreviewPicture():
                self.previewed.emit(JobPreview(self.request.id, step))
            case Saved(state):
                # A preview that was kept is no finished picture.
                made = not state.record.is_preview
                self._tell(replace(self.progress, saved=self.progress.saved + made))
            case SavedPicture():
                self.saved.emit(step)
            case Finished():
                self._finished = step
            case _:
                # A lost picture is told with the others in Finished.lost.
                pass

    @Slot(object)
    def _run_ended(self, error: object) -> None:
        self.never_ran = error is None and self._finished is None
        if self.never_ran:
            # The work was cancelled before its first step.
            error = CancelledError(charge=ChargeState.FREE)
        self._end(error if isinstance(error, ImagegenError) else None)

    def _end(self, error: ImagegenError | None) -> None:
        self.ended.emit(JobEnd(request=self.request, progress=self.progress, finished=self._finished, error=error))
