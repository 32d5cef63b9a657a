"""The composition root: the first screen's parts at once, the rest when it stands; joined, started and ended in order."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal, SignalInstance, Slot

from imagegen_desktop.app.first_screen import FirstScreen
from imagegen_desktop.app.front_parts import FrontParts
from imagegen_desktop.app.turns import Turns
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import ENVIRONMENT_VARIABLE
from imagegen_desktop.storage.library import Library
from imagegen_desktop.storage.opening_choices import opening_choices
from imagegen_desktop.studio.browsing import Page
from imagegen_desktop.ui.accessible_areas import AccessibleAreas
from imagegen_desktop.ui.grid.accessible_grid import AccessibleGrids
from imagegen_desktop.ui.main_window import MainWindow
from imagegen_desktop.ui.theme.appearance import Appearance
from imagegen_desktop.ui.theme.icons import Icons
from imagegen_desktop.ui.thumbnail_desk import OpenThumbnails
from imagegen_desktop.workers.collector import MainThreadCollector
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

    from imagegen_desktop.app.create_parts import CreateParts
    from imagegen_desktop.app.library_parts import LibraryParts
    from imagegen_desktop.app.warming import Warming
    from imagegen_desktop.app.work_parts import WorkParts
    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.storage.folders import Folders
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.ui.stage.animation import Player

LANES = (
    "queue",
    "looking",
    "decoding",
    "sweeping",
    "keys",
    "saving",
    "warming",
    "money",
    "playing",
    "listing",
    "thumbnails",
    "importing",
    "exporting",
)
# In steps of some hundredths of a second each: a module here imports what the ones before it have not.
CREATE_MODULES = (
    "imagegen_desktop.core.settings",
    "imagegen_desktop.ui.stage.stage",
    "imagegen_desktop.ui.prompt_dock.prompt_dock",
    "imagegen_desktop.app.create_parts",
)
LATER_MODULES = (
    "imagegen_desktop.ui.export_sheet",
    "imagegen_desktop.ui.settings.bucket_form",
    "imagegen_desktop.ui.settings.settings_page",
    "imagegen_desktop.ui.later_panels",
    "imagegen_desktop.storage.ledger",
    "imagegen_desktop.studio.makers",
    "imagegen_desktop.studio.generation",
    "imagegen_desktop.ui.queue_desk",
    "imagegen_desktop.app.work_parts",
    "imagegen_desktop.studio.importing",
    "imagegen_desktop.app.export_parts",
    "imagegen_desktop.app.upkeep_parts",
    "imagegen_desktop.studio.syncing.setting_up",
    "imagegen_desktop.studio.syncing.connecting",
    "imagegen_desktop.app.sync_parts",
    "imagegen_desktop.app.library_parts",
)


class Composition(QObject):
    """Every part of the windowed program.

    `library` is the folder to open at the start; `prompt` is generated as soon as it is open and it is known whether there
    is a key: without one, or with `sample`, the sample engine draws it.
    `furnished` comes once, when all parts stand and before any but the first did anything. After it `library_opened` carries
    each Library, `failed` an ImagegenError that kept one from opening.
    """

    furnished = Signal()
    library_opened = Signal(object)
    failed = Signal(object)

    def __init__(
        self, app: QApplication, folders: Folders, *, library: Path, prompt: str = "", sample: bool = False
    ) -> None:
        super().__init__()
        self._collector = MainThreadCollector(self)
        self._areas = AccessibleAreas()
        self._grids = AccessibleGrids()
        self._start_prompt = prompt
        self._start_with_sample = sample
        self._library: Library | None = None
        self._failure: ImagegenError | None = None
        self._create: CreateParts | None = None
        self._work: WorkParts | None = None
        self._library_parts: LibraryParts | None = None
        self._turns: Turns | None = None
        self.folders = folders
        self.library_folder = library
        self._environ = dict(os.environ)
        # What the window starts, such as a file manager, inherits the environment: the key is not for it.
        os.environ.pop(ENVIRONMENT_VARIABLE, None)
        resources = resources_folder()
        self._runners = {name: Runner(name) for name in LANES}
        self._appearance = Appearance(app, resources)
        self._appearance.choose(opening_choices(folders).theme)
        geometry = QSettings(str(self.folders.config / "window.ini"), QSettings.Format.IniFormat)
        self._icons = Icons(resources / "icons", self._appearance)
        with self._appearance.sheet_held_back():
            thumbnails = OpenThumbnails()
            self.window = MainWindow(self._appearance, self._icons, geometry, thumbnails)
            self.front = FrontParts(self.window, self._runners, thumbnails, data=folders.data)
            if not self.window.in_library:
                # Whoever comes to make a picture types at once.
                self._build_create()
        self.library_desk = self.front.desk
        self.library_desk.opened.connect(self._opened)
        self.library_desk.failed.connect(self._library_failed)
        # Queued: it comes with the window's first paint event, when what the window holds is still to be painted.
        self.window.painted.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        self.first_screen = FirstScreen(self.window)
        self.first_screen.full.connect(self._furnish)
        self._hear_early()
        self._begun = self.window.in_library
        if self._begun:
            # A thread reads while the window is painted. In any other view the paint comes first, and nothing hinders it.
            self._open_library(self.library_folder)

    @property
    def settings(self) -> SettingsDesk:
        """From `furnished` on."""
        return self._built.settings

    @property
    def catalogue(self) -> ModelCatalogue:
        """From `furnished` on."""
        return self._built.catalogue

    @property
    def _built(self) -> CreateParts:
        if self._create is None:
            raise RuntimeError("only the first screen's parts stand yet")
        return self._create

    @property
    def work(self) -> WorkParts:
        """From `furnished` on."""
        if self._work is None:
            raise RuntimeError("only the first screen's parts stand yet")
        return self._work

    @property
    def library_parts(self) -> LibraryParts:
        """From `furnished` on."""
        if self._library_parts is None:
            raise RuntimeError("only the first screen's parts stand yet")
        return self._library_parts

    # ---- start ----

    def _build_create(self) -> None:
        from imagegen_desktop.app.create_parts import CreateParts  # noqa: PLC0415 (the grid stands before it)

        create = self._create = CreateParts(
            self.window, self._appearance, self._icons, self._runners["saving"], folders=self.folders
        )
        self.front.use_create(create.panels)

    @Slot()
    def _begin(self) -> None:
        """After the first paint, which waited for no disk, keychain or network."""
        if not self._begun:
            self._open_library(self.library_folder)
        self.first_screen.begin()

    @Slot()
    def _furnish(self) -> None:
        """Whoever looks at the grid may scroll meanwhile; in any other view nothing is to be pressed too early."""
        self._turns = Turns(self._furnishing(), self)
        if self.window.in_library:
            self._turns.start()
        else:
            self._turns.finish()

    def _hear_early(self) -> None:
        window, bar = self.window, self.window.first.top_bar
        for pressed in (
            bar.settings_requested,
            bar.queue_requested,
            bar.money_requested,
            window.deleted,
            window.favoured,
            window.rejected,
        ):
            pressed.connect(partial(self._do_early, pressed))
        window.create_wanted.connect(self._hurry)

    def _do_early(self, pressed: SignalInstance) -> None:
        """What is pressed before its part stands is done as soon as it does, which is now."""
        if self._work is None:
            self._hurry()
            pressed.emit()

    @Slot()
    def _hurry(self) -> None:
        """All parts are to stand now."""
        self.first_screen.end()
        if self._turns is not None:
            self._turns.finish()

    def _furnishing(self) -> Iterator[None]:
        """Import and build all but the first parts, which takes as long as these did."""
        if self._create is None:
            for name in CREATE_MODULES:
                import_module(name)
                yield
            self._build_create()
            yield
        for name in LATER_MODULES:
            import_module(name)
            yield
        from imagegen_desktop.app.library_parts import LibraryParts  # noqa: PLC0415 (said above)
        from imagegen_desktop.app.warming import Warming  # noqa: PLC0415 (said above)
        from imagegen_desktop.app.work_parts import WorkParts  # noqa: PLC0415 (said above)
        from imagegen_desktop.ui.later_panels import furnish  # noqa: PLC0415 (said above)
        from imagegen_desktop.ui.stage.animation import Player  # noqa: PLC0415 (said above)

        window, run = self.window, self._runners
        create = self._built
        yield from furnish(window, create.catalogue, self._appearance, self._icons)
        # No turn between these: a library that opens meanwhile, or a key, meets all of them or none.
        work = self._work = WorkParts(
            window, run, self.front, create.settings, folders=self.folders, environ=self._environ
        )
        parts = self._library_parts = LibraryParts(window, run, self.front, folders=self.folders, environ=work.environ)
        parts.join(work.job_flow, work.queue_desk, work.settings_flow, self._open_library)
        self.player: Player = Player(window.panels.stage, self._appearance, run["playing"], window)
        self.warming: Warming = Warming(window, run["warming"], self._collector)
        self._connect(work)
        self.furnished.emit()
        self._go_on(work)

    def _connect(self, work: WorkParts) -> None:
        window, panels = self.window, self.window.panels
        window.escaped.connect(work.escape)
        window.undone.connect(self.library_desk.undo)
        window.stepped.connect(self._step)
        panels.toast.acted.connect(self.library_desk.undo)
        # Whoever asks for pictures while the settings are open wants to see them.
        for asked in (panels.sidebar.view_chosen, panels.top_bar.search_changed):
            asked.connect(window.go_back)
        self.front.flow.emptied.connect(self._emptied)
        work.settings_flow.key_known.connect(self._key_is_known)

    def _go_on(self, work: WorkParts) -> None:
        """What the first screen did without begins."""
        work.settings_flow.set_library(self.library_folder)
        if self._library is not None:
            self._settle(self._library)
        if self._failure is not None:
            self._tell_failure(self._failure)
        work.settings_flow.look_for_key()
        self._tell_models_fault()
        work.money_flow.begin()
        if not self.settings.settings.endpoint.is_sample:
            self.library_desk.swept.connect(self.warming.allow)

    def _settle(self, library: Library) -> None:
        """All parts work on this library from now on; it is read once more, and compared with its index."""
        self.work.open(library)
        self.library_parts.open(library)
        self.library_desk.look_beside()
        self.library_desk.sweep(self.work.sweeping(library))
        self.library_opened.emit(library)

    def _tell_models_fault(self) -> None:
        fault = self._built.models_fault
        if fault:
            words = self.tr("Your own models file is not used, and the built-in data hold: {fault}")
            notices = self.window.panels.notices
            close = (self.tr("Close"), partial(notices.clear, "models"))
            notices.tell("models", words.format(fault=fault), [close])

    @Slot(object)
    def _open_library(self, folder: object) -> None:
        self.library_folder = Path(str(folder))
        # Until the new one is open nothing is made: it would be saved where nobody looks any more.
        self._library = self._failure = None
        if self._work is not None:
            self._work.job_flow.wait_for_library()
            self._work.settings_flow.set_library(self.library_folder)
        self.library_desk.open(self.library_folder, self.folders.data)

    @Slot(object)
    def _opened(self, library: object) -> None:
        if not isinstance(library, Library):
            return
        self._library = library
        self.front.open(library)
        if self._work is not None:
            self._settle(library)

    @Slot(object)
    def _key_is_known(self, known: object) -> None:
        # The card of an empty library offers what is still missing, and was shown before that was known.
        self.front.flow.tell_of_nothing()
        if not self._start_prompt:
            return
        prompt, self._start_prompt = self._start_prompt, ""
        if self._start_with_sample or not known:
            self.work.settings_flow.use_sample_engine()
        self.generate(prompt)

    def generate(self, prompt: str) -> None:
        """Put the words into the card and press its button."""
        dock = self.window.panels.dock
        self.window.show_stage()
        dock.set_words(prompt)
        self.work.job_flow.generate(replace(dock.draft(), prompt=prompt))

    def pending_uploads(self) -> int:
        """Images of this library that no bucket holds yet."""
        return self.work.outbox.pending(self._library.id) if self._library else 0

    # ---- wishes of the window ----

    @Slot(object)
    def _emptied(self, page: object) -> None:
        if isinstance(page, Page):
            self.window.panels.stage.show_nothing(page.view, has_key=self.work.settings_flow.can_generate)

    @Slot(object)
    def _library_failed(self, error: object) -> None:
        if not isinstance(error, ImagegenError):
            return
        if self._work is not None:
            self._tell_failure(error)
            return
        # Told when all parts stand: now, if there is no library to be looked at meanwhile.
        self._failure = error
        if self._library is None:
            self._hurry()

    def _tell_failure(self, error: ImagegenError) -> None:
        self.window.panels.stage.show_error(error)
        if self._library is None:
            self.window.show_create()
            self.work.job_flow.refuse(error)
        self.failed.emit(error)

    @Slot(object)
    def _step(self, places: object) -> None:
        if isinstance(places, int):
            self.front.flow.step(places)

    # ---- end ----

    def shutdown(self) -> None:
        """Cancel what runs and wait for it; what was typed is written first."""
        work, parts = self._work, self._library_parts
        if self._turns is not None:
            self._turns.stop()
        if work is not None:
            work.finish()
        if parts is not None:
            parts.stop()
        self.front.stop()
        self._runners["saving"].finish()
        for runner in self._runners.values():
            runner.shutdown()
        if parts is not None:
            parts.shutdown()
        self.front.shutdown()
        if work is not None:
            work.shutdown()
        self._appearance.shutdown()
        self._collector.shutdown()
