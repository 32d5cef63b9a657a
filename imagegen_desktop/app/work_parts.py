"""The parts by which pictures are made and paid for: keys, settings, jobs, money."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.providers.proxies import with_system_proxies
from imagegen_desktop.storage.instances import Instances
from imagegen_desktop.storage.keychain import credentials_of_this_user
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.outbox import Outbox
from imagegen_desktop.storage.spool import Spools
from imagegen_desktop.studio.generation import Studio
from imagegen_desktop.studio.makers import Makers
from imagegen_desktop.studio.money import Money
from imagegen_desktop.studio.showing import SavedPicture
from imagegen_desktop.studio.sweeping import sweeping
from imagegen_desktop.studio.waiting import WaitingRoom
from imagegen_desktop.ui.awake import Awake
from imagegen_desktop.ui.crew import Crew
from imagegen_desktop.ui.job_flow import JobFlow
from imagegen_desktop.ui.key_desk import KeyDesk
from imagegen_desktop.ui.link_flow import LinkFlow
from imagegen_desktop.ui.money_flow import MoneyFlow
from imagegen_desktop.ui.past_desk import PastDesk
from imagegen_desktop.ui.queue_desk import QueueDesk
from imagegen_desktop.ui.queue_flow import QueueFlow
from imagegen_desktop.ui.reuse_flow import ReuseFlow
from imagegen_desktop.ui.settings_flow import SettingsFlow
from imagegen_desktop.ui.spending_flow import SpendingFlow
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.app.front_parts import FrontParts
    from imagegen_desktop.storage.folders import Folders
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.workers.runner import Work


class WorkParts(QObject):
    """`environ` has the keys and proxies of this process; `runners` has lanes for queue, keys, saving and money.

    Who makes it calls `finish` before the runners end, and `shutdown` after.
    """

    def __init__(
        self,
        window: MainWindow,
        runners: Mapping[str, Runner],
        front: FrontParts,
        settings: SettingsDesk,
        *,
        folders: Folders,
        environ: Mapping[str, str],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._run = runners
        self._front = front
        self._settings = settings
        self._data = folders.data
        self._crew = Crew(Runner)
        self.instances = Instances(folders.data / "running")
        self.ledger = Ledger(folders.data / "ledger.sqlite", owner=self.instances.own)
        self.spools = Spools(folders.data / "spool", self.ledger)
        self.outbox = Outbox(folders.data / "outbox.sqlite")
        self.environ = with_system_proxies(environ)
        self.makers = Makers(
            settings.catalogue, settings.dialects, credentials_of_this_user(environ), self.environ, self.spools.sink
        )
        keys = KeyDesk(self.makers, runners["keys"], window)
        self.settings_flow = SettingsFlow(window, settings, keys, runners["saving"], files=front.files)
        self.link_flow = LinkFlow(window.panels, runners["queue"], self._crew, window)
        self._join_jobs()
        self._join_money()
        self._connect()

    def _join_jobs(self) -> None:
        window, run, catalogue = self._window, self._run, self._settings.catalogue
        self.queue_desk = QueueDesk(
            run["queue"], self._crew, limit=lambda: self._settings.settings.in_flight, parent=window
        )
        self.past_desk = PastDesk(run["queue"], self._crew, window)
        self.job_flow = JobFlow(
            window.panels,
            self.queue_desk,
            self.past_desk,
            library=self._front.flow,
            settings=self.settings_flow,
            catalogue=catalogue,
            files=self._front.files,
            parent=window,
        )
        self.queue_flow = QueueFlow(
            window.panels,
            self.queue_desk,
            self.past_desk,
            jobs=self.job_flow,
            library=self._front.flow,
            parent=window,
        )
        self.reuse_flow = ReuseFlow(
            window.panels,
            jobs=self.job_flow,
            library=self._front.flow,
            settings=self._settings,
            catalogue=catalogue,
            parent=window,
        )
        self.reuse_flow.chosen = self._front.chosen
        self.awake = Awake(window)

    def _join_money(self) -> None:
        window, runner, settings = self._window, self._run["money"], self._settings
        money = Money(self.ledger, utc_now)
        self.money_flow = MoneyFlow(
            window.panels, money, runner, settings=settings, catalogue=settings.catalogue, parent=window
        )
        self.spending_flow = SpendingFlow(window, money, runner, flow=self.money_flow, settings=settings)
        self.job_flow.estimate = self.money_flow.estimate
        self.queue_desk.gate = self.money_flow.gate

    def _connect(self) -> None:
        window, front = self._window, self._front
        window.reused.connect(self.reuse_flow.reuse)
        window.cleared.connect(self.queue_desk.cancel_waiting)
        window.panels.dock.submitted.connect(window.show_create)
        front.desk.swept.connect(self.past_desk.bring_back)
        self.queue_desk.changed.connect(self._keep_awake)
        self.queue_desk.ended.connect(self.money_flow.job_ended)
        self.queue_desk.ended.connect(self.past_desk.look)
        self.past_desk.left.connect(self.queue_desk.welcome)
        self.past_desk.found_again.connect(self._keep_thumbnail)
        self.past_desk.activity.connect(self.link_flow.look)
        # What a person says of a charge elsewhere, and what was found again at the start.
        self.past_desk.activity.connect(self.money_flow.refresh)
        self.link_flow.found_again.connect(self.past_desk.found_again)
        self.job_flow.kept.connect(self._keep_thumbnail)
        self.spending_flow.settled.connect(self.past_desk.look)
        self.money_flow.changed.connect(self._ask_the_gate_again)

    # ---- life ----

    def open(self, library: Library) -> None:
        """Pictures go into this library from now on, if its folder is there."""
        studio = Studio(
            library,
            ledger=self.ledger,
            outbox=self.outbox,
            spools=self.spools,
            catalogue=self._settings.catalogue,
            connect=self.makers.connect,
        )
        room = WaitingRoom(
            library, ledger=self.ledger, spools=self.spools, data=self._data, is_alive=self.instances.is_alive
        )
        self.queue_desk.use(studio, room)
        self.past_desk.use(studio, room)
        self.link_flow.use(studio.links)
        if not self._front.desk.absent:
            self.job_flow.use()

    def sweeping(self, library: Library) -> Work:
        """The comparison of a library with its index; the ledger knows what was on its way into it."""
        return partial(sweeping, library, self.ledger)

    def escape(self) -> None:
        """Whatever lies over the pictures goes, else the job that runs."""
        window = self._window
        if window.panels.queue.isVisible():
            window.panels.queue.close_panel()
        elif window.in_settings:
            self.settings_flow.close()
        elif window.in_spending:
            self.spending_flow.close()
        else:
            self.job_flow.cancel()

    def finish(self) -> None:
        """What runs is cancelled, and its end is kept."""
        self.money_flow.shutdown()
        self.past_desk.shutdown()
        self.queue_desk.shutdown()
        self._run["queue"].finish()

    def shutdown(self) -> None:
        """After the runners have ended."""
        self.awake.release()
        self.instances.shutdown()

    # ---- own ----

    @Slot(object)
    def _keep_thumbnail(self, saved: object) -> None:
        """Of a picture that was just made: it is never decoded again for the grid."""
        if isinstance(saved, SavedPicture):
            self._front.thumbnails.keep(saved.state.id, saved.pixels)

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
