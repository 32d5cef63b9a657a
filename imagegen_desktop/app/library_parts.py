"""The parts by which a library is searched, put in order, filled, copied from, looked after and kept elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.app.export_parts import ExportParts
from imagegen_desktop.app.sync_parts import SyncParts
from imagegen_desktop.app.upkeep_parts import UpkeepParts
from imagegen_desktop.providers.proxies import proxies_for
from imagegen_desktop.storage.keychain import remote_secrets_of_this_user
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.ui.album_spending_flow import AlbumSpendingFlow
from imagegen_desktop.ui.import_flow import ImportFlow
from imagegen_desktop.ui.organise_flow import OrganiseFlow
from imagegen_desktop.ui.search_flow import SearchFlow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imagegen_desktop.app.front_parts import FrontParts
    from imagegen_desktop.storage.folders import Folders
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.job_flow import JobFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.queue_desk import QueueDesk
    from imagegen_desktop.ui.settings_flow import SettingsFlow
    from imagegen_desktop.workers.runner import Runner


class LibraryParts(QObject):
    """`runners` has "listing", "importing" and "exporting"; `environ` names proxies. Who makes it calls `stop` and `shutdown`."""

    def __init__(
        self,
        window: MainWindow,
        runners: Mapping[str, Runner],
        front: FrontParts,
        *,
        folders: Folders,
        environ: Mapping[str, str],
    ) -> None:
        super().__init__(window)
        self._window = window
        desk, flow = front.desk, front.flow
        self.search = SearchFlow(window, desk, runners["listing"], library=flow)
        self.spending = AlbumSpendingFlow(window, desk, runners["listing"])
        self.organise = OrganiseFlow(window, desk, chosen=front.chosen)
        self.importing = ImportFlow(window, desk, runners["importing"])
        self.upkeep = UpkeepParts(window, desk, self.importing, data=folders.data)
        self.leaving = ExportParts(
            window, desk, runners["exporting"], flow=flow, organise=self.organise, chosen=front.chosen
        )
        self.sync = SyncParts(
            window,
            front,
            importing=self.importing,
            leaving=self.leaving,
            folders=folders,
            secrets=remote_secrets_of_this_user(),
            proxies=lambda address: proxies_for(address, environ),
        )
        window.deleted.connect(self.organise.toggle_trash)
        window.favoured.connect(self.organise.toggle_favourite)
        window.rated.connect(self.organise.rate)
        window.rejected.connect(self.organise.toggle_reject)
        page = window.panels.library_page
        page.sweep_requested.connect(self.organise.sweep_rejects)
        page.clear_requested.connect(window.panels.top_bar.search.clear)
        page.save_search_requested.connect(self._save_search)
        self.organise.search_wanted.connect(window.panels.top_bar.search.setText)

    def join(self, jobs: JobFlow, queue: QueueDesk, settings: SettingsFlow, reopen: Callable[[object], None]) -> None:
        """`reopen` opens the library of a Path."""
        self.upkeep.join(jobs, queue, settings, reopen)
        self.sync.join(jobs, reopen)

    def open(self, library: Library) -> None:
        """Blocks on nothing."""
        self.importing.use(Importing(library))
        self.leaving.open(library)
        self.upkeep.open(library)
        self.sync.open(library)

    def stop(self) -> None:
        """Before the runners end: what they wait for ends."""
        self.sync.stop()

    def shutdown(self) -> None:
        """After the runners have ended."""
        self.upkeep.shutdown()
        self.sync.shutdown()

    @Slot()
    def _save_search(self) -> None:
        words = self._window.panels.top_bar.search.text().strip()
        if words:
            self.organise.save_search(words)
