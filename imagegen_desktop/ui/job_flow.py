"""Joins the prompt card, the stage and the filmstrip with the desk that sends jobs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from imagegen_desktop.core.errors import BadImageError, CancelledError, ModelGoneError, Remedy
from imagegen_desktop.core.model_merge import at_endpoint
from imagegen_desktop.core.queue import split
from imagegen_desktop.core.requests import dialect_of, seeded
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.studio.showing import SavedPicture
from imagegen_desktop.ui.farewell_line import local_today
from imagegen_desktop.ui.job_news import JobEnd, JobPreview
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.job_requests import again, draft_of, request_for
from imagegen_desktop.ui.lost_model import lost_model
from imagegen_desktop.ui.settings.settings_page import SettingsSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.errors import ImagegenError
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.price import PriceRange
    from imagegen_desktop.core.requests import GenerationRequest
    from imagegen_desktop.ui.file_manager import FileManager
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.lost_model import LostModel
    from imagegen_desktop.ui.past_desk import PastDesk
    from imagegen_desktop.ui.queue_desk import QueueDesk
    from imagegen_desktop.ui.settings_flow import SettingsFlow
    from imagegen_desktop.ui.window_panels import WindowPanels


SECTIONS: Final = {
    Remedy.OPEN_KEY_SETTINGS: SettingsSection.KEY,
    Remedy.OPEN_ENDPOINT_SETTINGS: SettingsSection.ENDPOINT,
    Remedy.OPEN_LIBRARY_SETTINGS: SettingsSection.LIBRARY,
    Remedy.OPEN_MODEL_SETTINGS: SettingsSection.MODEL,
}


class JobFlow(QObject):
    """`kept` carries each SavedPicture; `ended` the JobEnd of each job after the window shows it.

    One job is followed on the stage. While the person attends to what is made, the newest picture takes the stage.
    `estimate` gives the price of a request before it is sent, None where that is not known.
    """

    kept = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        panels: WindowPanels,
        desk: QueueDesk,
        past: PastDesk,
        *,
        library: LibraryFlow,
        settings: SettingsFlow,
        catalogue: ModelCatalogue,
        files: FileManager,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.estimate: Callable[[GenerationRequest], PriceRange | None] = _unknown
        self._panels = panels
        self._desk = desk
        self._past = past
        self._library = library
        self._settings = settings
        self._catalogue = catalogue
        self._files = files
        self._open = False
        self._early: Draft | None = None
        self._no_library: ImagegenError | None = None
        self._from_card = False
        self._followed: str | None = None
        self._attending = False
        self._newest: dict[str, SavedPicture] = {}
        self._previews: dict[str, JobPreview] = {}
        self._failed: JobEnd | None = None
        self._connect()

    def _connect(self) -> None:
        desk, panels = self._desk, self._panels
        desk.changed.connect(self._changed)
        desk.progressed.connect(self._progressed)
        desk.previewed.connect(self._previewed)
        desk.saved.connect(self._saved)
        desk.ended.connect(self._ended)
        self._past.found_again.connect(self._found_again)
        self._library.looked.connect(self._looked_away)
        panels.dock.submitted.connect(self.generate)
        panels.dock.submitted_next.connect(self.generate_next)
        panels.dock.cancel_requested.connect(self.cancel)
        panels.stage.cancel_requested.connect(self.cancel)
        panels.stage.remedy_chosen.connect(self._remedy)
        panels.filmstrip.job_chosen.connect(self.follow)

    def use(self) -> None:
        """The library is open: what was asked for meanwhile is sent now."""
        self._open = True
        if self._early is not None:
            early, self._early = self._early, None
            self.generate(early)

    def wait_for_library(self) -> None:
        """A library is being opened: what is asked for waits until it is known whether that can be done."""
        self._open, self._no_library = False, None

    def lose_library(self, error: ImagegenError) -> None:
        """The open library's folder is gone: what is asked for is refused, with the reason."""
        asked = self._early is not None
        self.wait_for_library()
        self.refuse(error)
        if asked:
            self._panels.stage.show_error(error)

    def refuse(self, error: ImagegenError) -> None:
        """No library could be opened: whoever generates all the same is told why once more."""
        self._no_library = error
        self._early = None

    # ---- what the person asks for ----

    @Slot(object)
    def generate(self, draft: object) -> None:
        """Send a draft, or add it to the queue; until the library is open it waits."""
        self._generate(draft, front=False)

    @Slot(object)
    def generate_next(self, draft: object) -> None:
        """The same, before all that wait."""
        self._generate(draft, front=True)

    def _generate(self, draft: object, *, front: bool) -> None:
        if not isinstance(draft, Draft) or not draft.prompt.strip():
            return
        if not self._open:
            self._early = draft if self._no_library is None else None
            if self._no_library is not None:
                self._panels.stage.show_error(self._no_library)
            return
        self._from_card = True
        self._panels.dock.note_sent(draft)
        settings = self._settings.desk.settings
        self.send(
            request_for(draft, settings.endpoint, settings, self._catalogue, self._settings.desk.dialects), front=front
        )

    def send(self, request: GenerationRequest, *, front: bool = False) -> None:
        """A complete request, in as many jobs as its model needs for it."""
        if not self._open:
            return
        dialect = dialect_of(request.endpoint, self._settings.desk.dialects)
        request = seeded(replace(request, estimate=self.estimate(request)), dialect)
        if self._followed is None or not self._desk.queue.is_running(self._followed):
            self._followed = request.id
        self._attending = True
        self._library.hold(True)
        spec = at_endpoint(self._catalogue.image_model(request.model), dialect)
        self._desk.submit(split(request, spec.max_count), front=front)
        if self._desk.queue.paused:
            self._panels.toast.tell(self.tr("The queue is paused: this waits until it goes on"))

    @Slot()
    def cancel(self) -> None:
        """End the job on the stage with the others of its click; else the one that was started last."""
        current = self._current
        if current is not None:
            self._desk.cancel_click(current.job)

    @property
    def _current(self) -> JobProgress | None:
        """The job that Cancel means."""
        followed = self._desk.progress_of(self._followed) if self._followed else None
        flights = self._desk.flights
        return followed or (flights[-1] if flights else None)

    @Slot(object)
    def follow(self, job: object) -> None:
        """Show a job that runs or waits on the stage."""
        progress = self._desk.progress_of(str(job))
        if progress is None:
            return
        self._followed = progress.job
        self._attending = True
        self._library.hold(True)
        self._show(progress)
        if progress.job in self._previews:
            self._previewed(self._previews[progress.job])

    # ---- what the desk tells ----

    @Slot(object)
    def _changed(self, _queue: object) -> None:
        if not self._desk.flights:
            self._from_card = self._from_card and bool(self._desk.queue.waiting)
        self._show_running()
        if self._followed is not None and not self._desk.queue.is_running(self._followed):
            waiting = self._desk.progress_of(self._followed)
            if waiting is not None:
                self._show(waiting)

    @Slot(object)
    def _progressed(self, progress: object) -> None:
        if not isinstance(progress, JobProgress):
            return
        self._show_running()
        if progress.job == self._followed:
            self._show(progress)

    def _show(self, progress: JobProgress) -> None:
        self._panels.stage.show_job(progress)
        self._panels.filmstrip.select_job(progress.job)

    def _show_running(self) -> None:
        flights, queue = self._desk.flights, self._desk.queue
        # What waits for its turn or for a busy service goes on by itself: to the card it is as good as running.
        goes_on = not queue.paused and any(not one.parked for one in queue.waiting)
        self._panels.dock.set_running(bool(flights) or goes_on, own=self._from_card)
        current = self._current
        if current is not None and current.phase is Phase.CANCELLING:
            self._panels.dock.set_cancelling()
        self._panels.dock.set_paused(queue.paused)
        self._panels.filmstrip.set_running(list(flights))

    @Slot(object)
    def _previewed(self, preview: object) -> None:
        if not isinstance(preview, JobPreview):
            return
        self._previews[preview.job] = preview
        if preview.job == self._followed:
            self._panels.stage.show_preview(preview.picture.pixels, preview.picture.position)

    @Slot(object)
    def _saved(self, saved: object) -> None:
        if not isinstance(saved, SavedPicture):
            return
        record = saved.state.record
        self._newest[record.job] = saved
        self._library.arrived(saved)
        self.kept.emit(saved)
        if record.job == self._followed:
            self._panels.stage.show_preview(saved.pixels, record.position)

    @Slot(object)
    def _ended(self, end: object) -> None:
        if not isinstance(end, JobEnd):
            return
        self._show_running()
        job = end.request.id
        newest = self._newest.pop(job, None)
        self._previews.pop(job, None)
        error = end.error or (end.finished.lost[0] if end.finished and end.finished.lost else None)
        if error is not None:
            self._show_error(error, end)
        elif newest is not None:
            self._show_newest(newest)
        if job == self._followed:
            self._followed = None
        if newest is not None:
            self._settings.picture_came(end.request.endpoint)
        self.ended.emit(end)

    def _show_newest(self, newest: SavedPicture) -> None:
        job = newest.state.record.job
        if job == self._followed or (self._attending and self._followed is None):
            self._library.show(newest)
            self._past.see((job,))
        else:
            self._panels.toast.tell(self.tr("Your new picture is saved"))

    def _show_error(self, error: ImagegenError, end: JobEnd) -> None:
        if end.request.id != self._followed:
            if not isinstance(error, CancelledError):
                # Whoever looks at another picture is told, and keeps it.
                self._panels.toast.tell(error.title)
            return
        self._failed = replace(end, error=error)
        # A later picture does not take the card away.
        self._attending = False
        self._past.see((end.request.id,))
        progress = end.progress
        if isinstance(error, ModelGoneError):
            lost = self._lost(end.request)
            error.advice = lost.words if lost else error.advice
            error.successor = lost.successor.label if lost and lost.successor else ""
        if isinstance(error, CancelledError):
            self._panels.stage.show_cancelled(error)
        else:
            estimate = end.request.estimate
            self._panels.stage.show_error(error, saved=progress.saved, count=progress.count, estimate=estimate)

    @Slot(object)
    def _found_again(self, saved: object) -> None:
        """A picture that was saved without asking the service again."""
        if not isinstance(saved, SavedPicture):
            return
        self._library.arrived(saved)
        if self._failed is not None and self._failed.request.id == saved.state.record.job:
            self._failed = None
            self._library.show(saved)

    @Slot(object)
    def _looked_away(self, _image_id: object) -> None:
        self._followed = None
        self._attending = False

    # ---- what a card's buttons do ----

    @Slot(object)
    def _remedy(self, remedy: object) -> None:
        wanted = Remedy(str(remedy))
        failed = self._failed
        section = SECTIONS.get(wanted)
        if section is not None:
            self._settings.open_at(section)
        elif wanted is Remedy.EDIT_PROMPT:
            self._panels.dock.focus_prompt()
        elif failed is None:
            return
        elif wanted in (Remedy.SEND_OWN_WORDS, Remedy.GENERATE_AGAIN):
            self._again(failed, own_words=wanted is Remedy.SEND_OWN_WORDS)
        elif wanted is Remedy.USE_SUCCESSOR:
            self._use_successor(failed.request)
        elif wanted is Remedy.SAVE_AGAIN:
            self._past.save_again(failed.request.id)
        elif wanted is Remedy.OPEN_LINK:
            self._open_link(failed)
        elif isinstance(failed.error, BadImageError) and failed.error.kept:
            self._files.show(Path(failed.error.kept))

    def _again(self, failed: JobEnd, *, own_words: bool) -> None:
        missing = max(1, failed.progress.count - failed.progress.saved)
        settings, dialects = self._settings.desk.settings, self._settings.desk.dialects
        request = again(failed.request, settings, self._catalogue, dialects, missing=missing)
        self.send(replace(request, enhance=None) if own_words else request)

    def _use_successor(self, request: GenerationRequest) -> None:
        """The card gets the lost request with the model that takes its place; sending it is the person's to do."""
        lost = self._lost(request)
        if lost is not None and lost.successor is not None:
            self._panels.dock.put_draft(replace(draft_of(request, request.count), model=lost.successor.id))
            self._panels.dock.focus_prompt()

    def _lost(self, request: GenerationRequest) -> LostModel | None:
        spec = self._settings.desk.image_spec(request.model)
        return lost_model(spec, request.endpoint.family, self._catalogue, local_today())

    @staticmethod
    def _open_link(failed: JobEnd) -> None:
        url = QUrl(failed.error.link if failed.error else "")
        if url.scheme() in ("https", "http"):
            QDesktopServices.openUrl(url)


def _unknown(_request: GenerationRequest) -> PriceRange | None:
    return None
