"""Holds the settings in force, has them kept, and lets the prompt card offer what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.model_merge import first_choice, merged
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import dialect_of
from imagegen_desktop.core.settings import Draft

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.dialects import Dialects
    from imagegen_desktop.core.models import ModelCatalogue, ModelSpec
    from imagegen_desktop.core.settings import Settings
    from imagegen_desktop.storage.listed_models import ListedModels
    from imagegen_desktop.storage.settings_file import SettingsFile
    from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.workers.runner import Runner


class SettingsDesk(QObject):
    """`applied` carries the Settings that hold from now on, `moved` the Endpoint that makes the pictures from now on.

    `offered` comes when other models may be offered, `failed` carries what kept settings or draft from being written.
    """

    applied = Signal(object)
    moved = Signal(object)
    offered = Signal()
    failed = Signal(object)

    def __init__(
        self,
        dock: PromptDock,
        *,
        file: SettingsFile,
        saving: Runner,
        catalogue: ModelCatalogue,
        dialects: Dialects,
        listed: ListedModels,
        appearance: Appearance,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._dock = dock
        self._file = file
        self._saving = saving
        self._appearance = appearance
        self.catalogue = catalogue
        self.dialects = dialects
        self.listed = listed
        self.settings = file.load()
        appearance.choose(self.settings.theme)
        self._tell_dialect()
        draft = file.load_draft()
        dock.set_draft(draft)
        self.show_models(fresh=not draft.model)
        dock.draft_changed.connect(self._save_draft)

    def apply(self, settings: Settings) -> None:
        """They hold at once, and are written soon."""
        before, self.settings = self.settings, settings
        self._appearance.choose(settings.theme)
        earlier = (before.maker, before.current.id, before.current.image_model)
        if (settings.maker, settings.current.id, settings.current.image_model) != earlier:
            self.show_models(fresh=True)
            self._save_draft(self._dock.draft())
        elif settings.text_endpoint != before.text_endpoint:
            self.offered.emit()
        if settings.endpoint != before.endpoint:
            self._tell_dialect()
            self.moved.emit(settings.endpoint)
        self._start_saving("settings", lambda: self._file.save(settings))
        self.applied.emit(settings)

    def show_models(self, *, fresh: bool = False) -> None:
        """The dock offers what the endpoint's maker has. A choice made in the settings counts more than the draft's."""
        endpoint = self.settings.endpoint
        specs = self.catalogue.of(endpoint.maker)
        if endpoint.maker is Maker.SAMPLE:
            chosen = specs[0].id
        else:
            specs = merged(specs, self.listed.of(endpoint), endpoint.family)
            default = self.settings.current.image_model or first_choice(specs, self.catalogue.default_image_model)
            drafted = self._dock.draft().model
            # What a person typed stays; what was chosen of another endpoint's list does not.
            offered = {spec.id for spec in specs}
            known_to_others = {spec.id for spec in self.catalogue.image_models} - offered
            chosen = default if fresh or not drafted or drafted in known_to_others else drafted
        self._dock.set_models(specs, chosen)
        self.offered.emit()

    def image_spec(self, model_id: str) -> ModelSpec:
        """What is known of a model at the endpoint that makes the pictures, the dates that it listed included."""
        endpoint = self.settings.endpoint
        specs = merged(self.catalogue.image_models, self.listed.of(endpoint), endpoint.family)
        return next((spec for spec in specs if spec.id == model_id), self.catalogue.image_model(model_id))

    def _tell_dialect(self) -> None:
        self._dock.set_dialect(dialect_of(self.settings.endpoint, self.dialects))

    @Slot(object)
    def _save_draft(self, draft: object) -> None:
        if isinstance(draft, Draft):
            self._start_saving("draft", lambda: self._file.save_draft(draft))

    def _start_saving(self, topic: str, save: Callable[[], None]) -> None:
        def work(_cancel: object) -> Iterator[object]:
            save()
            return
            yield

        run = self._saving.start_latest(topic, work)
        run.ended.connect(self._saved)

    @Slot(object)
    def _saved(self, error: object) -> None:
        if error is not None:
            self.failed.emit(error)
