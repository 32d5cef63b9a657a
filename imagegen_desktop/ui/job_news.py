"""What a job brings: previews, and its end."""

from __future__ import annotations

from dataclasses import dataclass

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.requests import GenerationRequest
from imagegen_desktop.core.steps import Finished
from imagegen_desktop.studio.showing import PreviewPicture
from imagegen_desktop.ui.job_progress import JobProgress


@dataclass(frozen=True, slots=True)
class JobPreview:
    job: str
    picture: PreviewPicture


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How a job ended: `finished`, or the error, which may be a CancelledError. `saved` pictures are kept either way."""

    request: GenerationRequest
    progress: JobProgress
    finished: Finished | None
    error: ImagegenError | None
