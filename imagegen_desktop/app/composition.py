"""The composition root: makes the parts, joins them, starts them after the first paint, and ends them in order."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, Signal, Slot

from imagegen_desktop.app.first_screen import FirstScreen, Warming
from imagegen_desktop.app.library_parts import LibraryParts
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.providers.proxies import with_system_proxies
from imagegen_desktop.storage.instances import Instances
from imagegen_desktop.storage.keychain import credentials_of_this_user
from imagegen_desktop.storage.keychain.credentials import ENVIRONMENT_VARIABLE
from imagegen_desktop.storage.ledger import Ledger, utc_now
from imagegen_desktop.storage.library import Library
from imagegen_desktop.storage.listed_models import ListedModels
from imagegen_desktop.storage.model_data import load_all_models, load_dialects
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.browsing import Browsing, Page
from imagegen_desktop.studio.generation import Studio
from imagegen_desktop.studio.makers import Makers
from imagegen_desktop.studio.money import Money
from imagegen_desktop.studio.waiting import WaitingRoom
from imagegen_desktop.ui.accessible_areas import AccessibleAreas
from imagegen_desktop.ui.awake import Awake
from imagegen_desktop.ui.crew import Crew
from imagegen_desktop.ui.file_manager import FileManager
from imagegen_desktop.ui.grid.accessible_grid import AccessibleGrids
from imagegen_desktop.ui.job_flow import JobFlow
from imagegen_desktop.ui.key_desk import KeyDesk
from imagegen_desktop.ui.library_desk import LibraryDesk
from imagegen_desktop.ui.library_flow import LibraryFlow
from imagegen_desktop.ui.link_flow import LinkFlow
from imagegen_desktop.ui.main_window import MainWindow
from imagegen_desktop.ui.money_flow import MoneyFlow
from imagegen_desktop.ui.past_desk import PastDesk
from imagegen_desktop.ui.queue_desk import QueueDesk
from imagegen_desktop.ui.queue_flow import QueueFlow
from imagegen_desktop.ui.reuse_flow import ReuseFlow
from imagegen_desktop.ui.settings_flow import SettingsFlow
from imagegen_desktop.ui.spending_flow import SpendingFlow
from imagegen_desktop.ui.stage.animation import Player
from imagegen_desktop.ui.svg_drawing import draw_svg
from imagegen_desktop.ui.theme.appearance import Appearance
from imagegen_desktop.ui.theme.icons import Icons
from imagegen_desktop.ui.thumbnail_desk import OpenThumbnails
from imagegen_desktop.workers.collector import MainThreadCollector
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from imagegen_desktop.storage.folders import Folders

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


class Composition(QObject):
    """Every part of the windowed program.

    `library` is the folder to open at the start; `prompt` is generated as soon as it is open and it is known whether there
    is a key: without one, or with `sample`, the sample engine draws it.
    `library_opened` carries the Library, `failed` an ImagegenError that kept the library from opening.
    """

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
        self.folders = folders
        self.library_folder = library
        resources = resources_folder()
        self.catalogue, self._models_fault = load_all_models(resources, folders.config / "models.json")
        self.instances = Instances(self.folders.data / "running")
        self.ledger = Ledger(self.folders.data / "ledger.sqlite", owner=self.instances.own)
        self.spools = Spools(self.folders.data / "spool", self.ledger)
        self.outbox = Outbox(self.folders.data / "outbox.sqlite")
        environ = dict(os.environ)
        # What the window starts, such as a file manager, inherits the environment: the key is not for it.
        os.environ.pop(ENVIRONMENT_VARIABLE, None)
        credentials = credentials_of_this_user(environ)
        self.dialects = load_dialects(resources)
        environ = with_system_proxies(environ)
        self.makers = Makers(self.catalogue, self.dialects, credentials, environ, self.spools.sink)
        self._runners = {name: Runner(name) for name in LANES}
        self._crew = Crew(Runner)
        self._appearance = Appearance(app, resources)
        geometry = QSettings(str(self.folders.config / "window.ini"), QSettings.Format.IniFormat)
        icons = Icons(resources / "icons", self._appearance)
        with self._appearance.sheet_held_back():
            self._thumbnails = OpenThumbnails()
            self.window = MainWindow(self.catalogue, self._appearance, icons, geometry, self._thumbnails)
            self._join(environ)

    def _join(self, environ: dict[str, str]) -> None:
        window, run = self.window, self._runners
        files = FileManager(window)
        keys = KeyDesk(self.makers, run["keys"], window)
        self.library_desk = LibraryDesk(run["looking"], run["decoding"], run["sweeping"], window)
        self.settings_flow = SettingsFlow(
            window,
            keys,
            file=SettingsFile(self.folders),
            saving=run["saving"],
            catalogue=self.catalogue,
            dialects=self.dialects,
            listed=ListedModels(self.folders.data / "listed-models.json"),
            appearance=self._appearance,
            files=files,
        )
        self.player = Player(window.panels.stage, self._appearance, run["playing"], window)
        self.library_flow = LibraryFlow(window.panels, self.library_desk, files, window)
        desk, flow = self.library_desk, self.library_flow
        self.library_parts = LibraryParts(
            window, run, self._thumbnails, desk=desk, flow=flow, folders=self.folders, environ=environ
        )
        self.queue_desk = QueueDesk(
            run["queue"], self._crew, limit=lambda: self.settings_flow.settings.in_flight, parent=window
        )
        self.link_flow = LinkFlow(window.panels, run["queue"], self._crew, window)
        self._join_jobs(files)
        self._join_money()
        self._connect()

    def _join_jobs(self, files: FileManager) -> None:
        window, run = self.window, self._runners
        self.past_desk = PastDesk(run["queue"], self._crew, window)
        self.job_flow = JobFlow(
            window.panels,
            self.queue_desk,
            self.past_desk,
            library=self.library_flow,
            settings=self.settings_flow,
            catalogue=self.catalogue,
            files=files,
            parent=window,
        )
        self.awake = Awake(window)
        self.queue_desk.changed.connect(self._keep_awake)
        self.queue_flow = QueueFlow(
            window.panels,
            self.queue_desk,
            self.past_desk,
            jobs=self.job_flow,
            library=self.library_flow,
            parent=window,
        )
        self.reuse_flow = ReuseFlow(
            window.panels,
            jobs=self.job_flow,
            library=self.library_flow,
            settings=self.settings_flow,
            catalogue=self.catalogue,
            parent=window,
        )

    def _join_money(self) -> None:
        window, runner = self.window, self._runners["money"]
        money = Money(self.ledger, utc_now)
        self.money_flow = MoneyFlow(
            window.panels,
            money,
            runner,
            settings=self.settings_flow,
            catalogue=self.catalogue,
            parent=window,
        )
        self.spending_flow = SpendingFlow(window, money, runner, flow=self.money_flow, settings=self.settings_flow)
        self.job_flow.estimate = self.money_flow.estimate
        self.queue_desk.gate = self.money_flow.gate
        self.queue_desk.ended.connect(self.money_flow.job_ended)
        self.spending_flow.settled.connect(self.past_desk.look)
        # What a person says of a charge elsewhere, and what was found again at the start.
        self.past_desk.activity.connect(self.money_flow.refresh)
        self.money_flow.changed.connect(self._ask_the_gate_again)

    def _connect(self) -> None:
        window, panels = self.window, self.window.panels
        # Queued: it comes with the window's first paint event, when what the window holds is still to be painted.
        window.painted.connect(self._begin, Qt.ConnectionType.QueuedConnection)
        self.first_screen = FirstScreen(window)
        self.first_screen.full.connect(self._go_on)
        self.warming = Warming(window, self._runners["warming"], self._collector)
        window.escaped.connect(self._escape)
        window.undone.connect(self.library_desk.undo)
        window.stepped.connect(self._step)
        window.reused.connect(self.reuse_flow.reuse)
        self.reuse_flow.chosen = self.library_parts.chosen
        window.cleared.connect(self.queue_desk.cancel_waiting)
        panels.toast.acted.connect(self.library_desk.undo)
        # Whoever asks for pictures while the settings are open wants to see them.
        for asked in (panels.sidebar.view_chosen, panels.top_bar.search_changed):
            asked.connect(window.go_back)
        panels.dock.submitted.connect(window.show_create)
        self.library_desk.opened.connect(self._opened)
        self.library_desk.failed.connect(self._library_failed)
        self.library_desk.swept.connect(self.past_desk.bring_back)
        self.past_desk.left.connect(self.queue_desk.welcome)
        self.queue_desk.ended.connect(self.past_desk.look)
        self.library_flow.emptied.connect(self._emptied)
        self.job_flow.kept.connect(self.library_parts.keep_thumbnail)
        self.past_desk.found_again.connect(self.library_parts.keep_thumbnail)
        self.link_flow.found_again.connect(self.past_desk.found_again)
        self.past_desk.activity.connect(self.link_flow.look)
        self.first_screen.full.connect(self.library_parts.sync.begin)
        self.library_parts.join(self.job_flow, self.queue_desk, self.settings_flow, self._open_library)
        self.settings_flow.key_known.connect(self._key_is_known)

    # ---- start ----

    @Slot()
    def _begin(self) -> None:
        """After the first paint: nothing before it waits for disk, keychain or network."""
        self._open_library(self.library_folder)
        self.first_screen.begin()

    @Slot()
    def _go_on(self) -> None:
        """After the first screen of the Library view, at once in any other."""
        self.settings_flow.look_for_key()
        self._tell_models_fault()
        self.money_flow.begin()
        if not self.settings_flow.settings.endpoint.is_sample:
            self.library_desk.swept.connect(self.warming.allow)
        self._look_around()

    def _look_around(self) -> None:
        """Read what stands beside the first screen, and compare the library with its index."""
        if self._library is not None:
            self.library_desk.look_beside()
            self.library_desk.sweep(self._library, self.ledger)

    def _tell_models_fault(self) -> None:
        if self._models_fault:
            words = self.tr("Your own models file is not used, and the built-in data hold: {fault}")
            notices = self.window.panels.notices
            close = (self.tr("Close"), partial(notices.clear, "models"))
            notices.tell("models", words.format(fault=self._models_fault), [close])

    @Slot(object)
    def _open_library(self, folder: object) -> None:
        self.library_folder = Path(str(folder))
        # Until the new one is open nothing is made: it would be saved where nobody looks any more.
        self._library = None
        self.job_flow.wait_for_library()
        self.settings_flow.set_library(self.library_folder)
        self.library_desk.open(self.library_folder, self.folders.data)

    @Slot(object)
    def _opened(self, library: object) -> None:
        if not isinstance(library, Library):
            return
        self._library = library
        self.library_desk.use(Browsing(library, draw_svg=draw_svg, remembered=self._thumbnails))
        studio = Studio(
            library,
            ledger=self.ledger,
            outbox=self.outbox,
            spools=self.spools,
            catalogue=self.catalogue,
            connect=self.makers.connect,
        )
        room = WaitingRoom(
            library,
            ledger=self.ledger,
            spools=self.spools,
            data=self.folders.data,
            is_alive=self.instances.is_alive,
        )
        self.queue_desk.use(studio, room)
        self.past_desk.use(studio, room)
        self.link_flow.use(studio.links)
        if not self.library_desk.absent:
            self.job_flow.use()
        self.library_parts.open(library)
        if self.first_screen.is_full:
            self._look_around()
        self.library_opened.emit(library)

    @Slot(object)
    def _key_is_known(self, known: object) -> None:
        # The card of an empty library offers what is still missing, and was shown before that was known.
        self.library_desk.look()
        if not self._start_prompt:
            return
        prompt, self._start_prompt = self._start_prompt, ""
        if self._start_with_sample or not known:
            self.settings_flow.use_sample_engine()
        self.generate(prompt)

    def generate(self, prompt: str) -> None:
        """Put the words into the card and press its button."""
        dock = self.window.panels.dock
        self.window.show_stage()
        dock.set_words(prompt)
        self.job_flow.generate(replace(dock.draft(), prompt=prompt))

    def pending_uploads(self) -> int:
        """Images of this library that no bucket holds yet."""
        return self.outbox.pending(self._library.id) if self._library else 0

    # ---- wishes of the window ----

    @Slot(object)
    def _emptied(self, page: object) -> None:
        if isinstance(page, Page):
            self.window.panels.stage.show_nothing(page.view, has_key=self.settings_flow.can_generate)

    @Slot(object)
    def _library_failed(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self.window.panels.stage.show_error(error)
            if self._library is None:
                self.window.show_create()
                self.job_flow.refuse(error)
            self.failed.emit(error)

    @Slot()
    def _escape(self) -> None:
        if self.window.panels.queue.isVisible():
            self.window.panels.queue.close_panel()
        elif self.window.in_settings:
            self.settings_flow.close()
        elif self.window.in_spending:
            self.spending_flow.close()
        else:
            self.job_flow.cancel()

    @Slot(object)
    def _step(self, places: object) -> None:
        if isinstance(places, int):
            self.library_flow.step(places)

    @Slot(object)
    def _keep_awake(self, _queue: object) -> None:
        if any(not flight.sample for flight in self.queue_desk.flights):
            self.awake.hold(self.tr("Pictures are being made"))
        else:
            self.awake.release()

    @Slot()
    def _ask_the_gate_again(self) -> None:
        """Spending or a budget is other than before: a job that waits for that may go now."""
        queue = self.queue_desk.queue
        running = tuple(one.request for one in queue.running)
        if queue.held is not None and self.money_flow.has_news_for(queue.held, running):
            self.queue_desk.resume()

    # ---- end ----

    def shutdown(self) -> None:
        """Cancel what runs and wait for it; what was typed is written first."""
        self.money_flow.shutdown()
        self.past_desk.shutdown()
        self.queue_desk.shutdown()
        for lane in ("queue", "saving"):
            self._runners[lane].finish()
        self.library_parts.stop()
        for runner in self._runners.values():
            runner.shutdown()
        self.library_parts.shutdown()
        self.awake.release()
        self._appearance.shutdown()
        self.instances.shutdown()
        self._collector.shutdown()
