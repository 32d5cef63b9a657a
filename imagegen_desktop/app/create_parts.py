"""The parts that pictures are made with, and the settings by which the prompt card offers what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.listed_models import ListedModels
from imagegen_desktop.storage.model_data import load_all_models, load_dialects
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.ui.filmstrip.filmstrip import Filmstrip
from imagegen_desktop.ui.inspector.inspector import Inspector
from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock
from imagegen_desktop.ui.settings_desk import SettingsDesk
from imagegen_desktop.ui.stage.stage import Stage
from imagegen_desktop.ui.window_panels import CreatePanels

if TYPE_CHECKING:
    from imagegen_desktop.storage.folders import Folders
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons
    from imagegen_desktop.workers.runner import Runner


class CreateParts(QObject):
    """`saving` is the lane on which settings and drafts are written.

    `models_fault` says what is wrong with a person's own file of models, and is empty where nothing is.
    """

    def __init__(
        self, window: MainWindow, appearance: Appearance, icons: Icons, saving: Runner, *, folders: Folders
    ) -> None:
        super().__init__(window)
        resources = resources_folder()
        self.catalogue, self.models_fault = load_all_models(resources, folders.config / "models.json")
        self.panels = CreatePanels(
            stage=Stage(appearance, icons),
            filmstrip=Filmstrip(appearance, icons),
            dock=PromptDock(self.catalogue, appearance, icons),
            inspector=Inspector(appearance, icons),
        )
        window.take_create(self.panels)
        self.settings = SettingsDesk(
            self.panels.dock,
            file=SettingsFile(folders),
            saving=saving,
            catalogue=self.catalogue,
            dialects=load_dialects(resources),
            listed=ListedModels(folders.data / "listed-models.json"),
            appearance=appearance,
            parent=self,
        )
