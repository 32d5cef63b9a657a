"""Joins the prompt card and the stage with the desk that sends jobs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from imagegen_desktop.core.errors import BadImageError, CancelledError, ImagegenError, Remedy
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.studio.showing import PreviewPicture, SavedPicture
from imagegen_desktop.ui.generation_desk import JobEnd, request_for
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.settings.settings_page import SettingsSection

if TYPE_CHECKING:
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.studio.generation import Studio
    from imagegen_desktop.ui.file_manager import FileManager
    from imagegen_desktop.ui.generation_desk import GenerationDesk
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.settings_flow import SettingsFlow
    from imagegen_desktop.ui.window_panels import WindowPanels


SECTIONS: Final = {
    Remedy.OPEN_KEY_SETTINGS: SettingsSection.KEY,
    Remedy.OPEN_ENDPOINT_SETTINGS: SettingsSection.ENDPOINT,
    Remedy.OPEN_LIBRARY_SETTINGS: SettingsSection.LIBRARY,
    Remedy.OPEN_MODEL_SETTINGS: SettingsSection.MODEL,
}


class JobFlow(QObject):
    """`kept` carries each SavedPicture; `ended` the JobEnd of each job after the window shows it."""

    kept = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        panels: WindowPanels,
        desk: GenerationDesk,
        *,
        library: LibraryFlow,
        settings: SettingsFlow,
        catalogue: ModelCatalogue,
        files: FileManager,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self._desk = desk
        self._library = library
        self._settings = settings
        self._catalogue = catalogue
        self._files = files
        self._studio: Studio | None = None
        self._no_library: ImagegenError | None = None
        self._waiting: Draft | None = None
        self._sent: Draft | None = None
        self._following = False
        self._newest: SavedPicture | None = None
        self._error: ImagegenError | None = None
        desk.progressed.connect(self._progressed)
        desk.previewed.connect(self._previewed)
        desk.saved.connect(self._saved)
        desk.ended.connect(self._ended)
        library.looked.connect(self._looked_away)
        panels.dock.submitted.connect(self.generate)
        panels.dock.cancel_requested.connect(desk.cancel)
        panels.stage.cancel_requested.connect(desk.cancel)
        panels.stage.remedy_chosen.connect(self._remedy)

    def use(self, studio: Studio) -> None:
        """The library is open: what was asked for meanwhile is sent now."""
        self._studio = studio
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self.generate(waiting)

    def wait_for_library(self) -> None:
        """A library is being opened: what is asked for waits until it is known whether that can be done."""
        self._studio = self._no_library = None

    def refuse(self, error: ImagegenError) -> None:
        """No library could be opened: whoever generates all the same is told why once more."""
        self._no_library = error
        self._waiting = None

    @property
    def running(self) -> bool:
        return self._desk.progress is not None

    @Slot(object)
    def generate(self, draft: object) -> None:
        """Send a draft. While a job runs it stays in the card; until the library is open it waits."""
        if not isinstance(draft, Draft) or self.running or not draft.prompt.strip():
            return
        if self._studio is None:
            self._waiting = draft if self._no_library is None else None
            if self._no_library is not None:
                self._panels.stage.show_error(self._no_library)
            return
        self._sent = draft
        self._newest = None
        self._following = True
        self._library.hold(True)
        request = request_for(draft, self._settings.settings.endpoint, self._settings.settings, self._catalogue)
        self._desk.start(self._studio, request)

    def cancel(self) -> None:
        self._desk.cancel()

    # ---- what the desk tells ----

    @Slot(object)
    def _progressed(self, progress: object) -> None:
        if not isinstance(progress, JobProgress):
            return
        self._panels.dock.set_running(True)
        if progress.phase is Phase.CANCELLING:
            self._panels.dock.set_cancelling()
        self._panels.filmstrip.set_running([progress])
        self._panels.top_bar.set_activity(self.tr("Generating {count}").format(count=progress.count - progress.saved))
        if self._following:
            self._panels.stage.show_job(progress)

    @Slot(object)
    def _previewed(self, preview: object) -> None:
        if self._following and isinstance(preview, PreviewPicture):
            self._panels.stage.show_preview(preview.pixels, preview.position)

    @Slot(object)
    def _saved(self, saved: object) -> None:
        if not isinstance(saved, SavedPicture):
            return
        self._newest = saved
        self._library.arrived(saved)
        self.kept.emit(saved)
        if self._following:
            self._panels.stage.show_preview(saved.pixels, saved.state.record.position)

    @Slot(object)
    def _ended(self, end: object) -> None:
        if not isinstance(end, JobEnd):
            return
        self._panels.dock.set_running(False)
        self._panels.filmstrip.set_running([])
        self._panels.top_bar.set_activity("")
        error = end.error or (end.finished.lost[0] if end.finished and end.finished.lost else None)
        if error is None:
            self._show_newest()
        else:
            self._show_error(error, end.progress)
        self._following = False
        self.ended.emit(end)

    def _show_newest(self) -> None:
        if self._newest is not None and self._following:
            self._library.show(self._newest)
        elif self._newest is not None:
            self._panels.toast.tell(self.tr("Your new picture is saved"))

    def _show_error(self, error: ImagegenError, progress: JobProgress) -> None:
        self._error = error
        if not self._following:
            # Whoever looks at another picture is told, and keeps it.
            self._panels.toast.tell(error.title)
        elif isinstance(error, CancelledError):
            self._panels.stage.show_cancelled(error)
        else:
            self._panels.stage.show_error(error, saved=progress.saved, count=progress.count)

    @Slot(object)
    def _looked_away(self, _image_id: object) -> None:
        self._following = False

    # ---- what the person does ----

    @Slot(object)
    def _remedy(self, remedy: object) -> None:
        wanted = Remedy(str(remedy))
        section = SECTIONS.get(wanted)
        if section is not None:
            self._settings.open_at(section)
        elif wanted is Remedy.EDIT_PROMPT:
            self._panels.dock.focus_prompt()
        elif wanted in (Remedy.SEND_OWN_WORDS, Remedy.GENERATE_AGAIN):
            self._again(own_words=wanted is Remedy.SEND_OWN_WORDS)
        elif wanted is Remedy.OPEN_LINK:
            self._open_link()
        elif isinstance(self._error, BadImageError) and self._error.kept:
            self._files.show(Path(self._error.kept))

    def _again(self, *, own_words: bool) -> None:
        if self._sent is not None:
            self.generate(replace(self._sent, enhance=False) if own_words else self._sent)

    def _open_link(self) -> None:
        url = QUrl(self._error.link if self._error else "")
        if url.scheme() in ("https", "http"):
            QDesktopServices.openUrl(url)
