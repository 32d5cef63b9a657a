"""Takes words and choices of an image back into the prompt card, or makes another one like it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.models import Maker
from imagegen_desktop.ui.farewell_line import local_today
from imagegen_desktop.ui.job_requests import another_like, draft_from
from imagegen_desktop.ui.lost_model import lost_model
from imagegen_desktop.ui.reuse import Reuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.ui.job_flow import JobFlow
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.ui.window_panels import WindowPanels


class ReuseFlow(QObject):
    def __init__(
        self,
        panels: WindowPanels,
        *,
        jobs: JobFlow,
        library: LibraryFlow,
        settings: SettingsDesk,
        catalogue: ModelCatalogue,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panels = panels
        self._jobs = jobs
        self._library = library
        self._settings = settings
        self._catalogue = catalogue
        # What a letter acts on; the image on the stage where nobody says otherwise.
        self.chosen: Callable[[], tuple[ImageState, ...]] = self._viewed
        panels.inspector.again_requested.connect(self._again)

    @Slot(object)
    def reuse(self, wanted: object) -> None:
        """Of the image that is looked at, or the first of those that are chosen."""
        state = next(iter(self.chosen()), None)
        if state is None:
            return
        dock, draft = self._panels.dock, draft_from(state.record)
        known = dock.draft()
        wish = Reuse(str(wanted))
        match wish:
            case Reuse.ALL:
                model = draft.model or known.model
                dock.put_draft(replace(draft, model=model, count=known.count))
                self._panels.toast.tell(self.tr("The card has all of this picture's settings"))
            case Reuse.PROMPT:
                dock.set_words(draft.prompt)
                self._panels.toast.tell(self.tr("The card has this picture's prompt"))
            case Reuse.SIZE:
                if draft.size:
                    dock.put_draft(replace(known, size=draft.size))
                    self._panels.toast.tell(self.tr("The card has this picture's size"))
            case Reuse.AGAIN:
                self._again(state)
            case _:
                assert_never(wish)

    def _viewed(self) -> tuple[ImageState, ...]:
        viewed = self._library.viewed
        return () if viewed is None else (viewed,)

    def _is_lost(self, record: ImageRecord) -> bool:
        """Whether its model has ended: then nothing is sent, and the card offers the successor beside the same choices."""
        draft, dock = draft_from(record), self._panels.dock
        endpoint = replace(self._settings.settings, maker=Maker.OPENAI).endpoint
        spec = self._settings.image_spec(draft.model)
        lost = lost_model(spec, endpoint.family, self._catalogue, local_today())
        if lost is None:
            return False
        dock.put_draft(replace(draft, enhance=False))
        dock.focus_prompt()
        self._panels.toast.tell(self.tr("Nothing was sent: {why}").format(why=lost.words))
        return True

    @Slot(object)
    def _again(self, state: object) -> None:
        if not isinstance(state, ImageState):
            return
        if state.record.asked is None:
            self._panels.toast.tell(self.tr("It is not known how this picture was made"))
            return
        if state.record.asked.model and not state.record.is_sample and self._is_lost(state.record):
            return
        self._jobs.send(another_like(state.record, self._settings.settings, self._catalogue, self._settings.dialects))
