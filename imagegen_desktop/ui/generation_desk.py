"""Sends a job on its way and tells the window what becomes of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.errors import CancelledError, ImagegenError
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.models import pixels_of
from imagegen_desktop.core.requests import EnhanceRequest, GenerationRequest
from imagegen_desktop.core.steps import Enhanced, Enhancing, Finished, Saved, Sent
from imagegen_desktop.studio.browsing import THUMBNAIL_EDGE
from imagegen_desktop.studio.showing import PreviewPicture, SavedPicture, shown
from imagegen_desktop.ui.job_progress import JobProgress, Phase

if TYPE_CHECKING:
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.requests import Endpoint
    from imagegen_desktop.core.settings import Draft, Settings
    from imagegen_desktop.studio.generation import Studio
    from imagegen_desktop.workers.runner import Run, Runner

PREVIEWS = 2
SQUARE = (1024, 1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How a job ended: `finished`, or the error, which may be a CancelledError. `saved` pictures are kept either way."""

    progress: JobProgress
    finished: Finished | None
    error: ImagegenError | None


def request_for(draft: Draft, endpoint: Endpoint, settings: Settings, catalogue: ModelCatalogue) -> GenerationRequest:
    """The complete request of a click: what the draft leaves open is the model's default."""
    spec = catalogue.image_model(draft.model)
    enhance: EnhanceRequest | None = None
    if draft.enhance:
        chosen = settings.text_model or catalogue.default_text_model
        text = catalogue.text_model("sample" if endpoint.is_sample else chosen)
        enhance = EnhanceRequest(
            prompt=draft.prompt, model=text.id, instruction=settings.instruction, endpoint=endpoint, effort=text.effort
        )
    return GenerationRequest(
        id=new_id(),
        created=datetime.now(UTC),
        prompt=draft.prompt,
        endpoint=endpoint,
        model=draft.model,
        size=draft.size or spec.default_size,
        quality=draft.quality or spec.default_quality,
        count=min(draft.count, spec.max_count),
        partial_images=PREVIEWS if spec.streams else 0,
        timeout=settings.timeout,
        enhance=enhance,
    )


class GenerationDesk(QObject):
    """One job at a time. Signals carry JobProgress, PreviewPicture, SavedPicture, str and JobEnd."""

    progressed = Signal(object)
    previewed = Signal(object)
    enhanced = Signal(object)
    saved = Signal(object)
    ended = Signal(object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._run: Run | None = None
        self._progress: JobProgress | None = None
        self._finished: Finished | None = None

    @property
    def progress(self) -> JobProgress | None:
        """The job on its way, None where there is none."""
        return self._progress

    def start(self, studio: Studio, request: GenerationRequest) -> None:
        """Tells of the job's first progress before it returns, so that its tile stands at once."""
        width, height = pixels_of(request.size) or SQUARE
        self._finished = None
        self._run = self._runner.start(
            lambda cancel: shown(studio.generate(request, cancel), thumbnail_edge=THUMBNAIL_EDGE)
        )
        self._run.stepped.connect(self._stepped)
        self._run.ended.connect(self._run_ended)
        self._tell(
            JobProgress(
                job=request.id,
                prompt=request.prompt,
                phase=Phase.STARTING,
                count=request.count,
                saved=0,
                width=width,
                height=height,
                started=time.monotonic(),
                sample=request.endpoint.is_sample,
            )
        )

    @Slot()
    def cancel(self) -> None:
        if self._run is not None and self._progress is not None:
            self._tell(replace(self._progress, phase=Phase.CANCELLING))
            self._run.cancel()

    def _tell(self, progress: JobProgress) -> None:
        self._progress = progress
        self.progressed.emit(progress)

    def _enter(self, phase: Phase) -> None:
        if self._progress is not None and self._progress.phase is not Phase.CANCELLING:
            self._tell(replace(self._progress, phase=phase))

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Enhancing():
                self._enter(Phase.ENHANCING)
            case Enhanced(prompt):
                self._enter(Phase.STARTING)
                self.enhanced.emit(prompt)
            case Sent():
                self._enter(Phase.SENT)
            case PreviewPicture():
                self.previewed.emit(step)
            case Saved():
                if self._progress is not None:
                    self._tell(replace(self._progress, saved=self._progress.saved + 1))
            case SavedPicture():
                self.saved.emit(step)
            case Finished():
                self._finished = step
            case _:
                # A lost picture is told with the others in Finished.lost.
                pass

    @Slot(object)
    def _run_ended(self, error: object) -> None:
        progress, finished = self._progress, self._finished
        self._run = self._progress = self._finished = None
        if progress is None:
            return
        if error is None and finished is None:
            # The work was cancelled before its first step.
            error = CancelledError()
        known = error if isinstance(error, ImagegenError) else None
        self.ended.emit(JobEnd(progress=progress, finished=finished, error=known))
