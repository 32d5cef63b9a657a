"""The parts of the Library view: built and joined here, opened with each library, ended with the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from imagegen_desktop.app.export_parts import ExportParts
from imagegen_desktop.app.sync_parts import SyncParts
from imagegen_desktop.app.upkeep_parts import UpkeepParts
from imagegen_desktop.providers.proxies import proxies_for
from imagegen_desktop.storage.keychain import remote_secrets_of_this_user
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.showing import SavedPicture
from imagegen_desktop.studio.thumbnailing import Thumbnailing
from imagegen_desktop.ui.album_spending_flow import AlbumSpendingFlow
from imagegen_desktop.ui.grid_flow import GridFlow
from imagegen_desktop.ui.import_flow import ImportFlow
from imagegen_desktop.ui.organise_flow import OrganiseFlow
from imagegen_desktop.ui.search_flow import SearchFlow
from imagegen_desktop.ui.svg_drawing import draw_svg
from imagegen_desktop.ui.thumbnail_desk import OpenThumbnails, ThumbnailDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.folders import Folders
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.job_flow import JobFlow
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.queue_desk import QueueDesk
    from imagegen_desktop.ui.settings_flow import SettingsFlow
    from imagegen_desktop.workers.runner import Runner


class LibraryParts(QObject):
    """`runners` has "listing", "thumbnails" and "importing"; `environ` names proxies. Who makes it calls `shutdown`."""

    def __init__(
        self,
        window: MainWindow,
        runners: Mapping[str, Runner],
        source: OpenThumbnails,
        *,
        desk: LibraryDesk,
        flow: LibraryFlow,
        folders: Folders,
        environ: Mapping[str, str],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._flow = flow
        self._data = folders.data
        self.thumbnail_cache: ThumbnailCache | None = None
        self.thumbnails = ThumbnailDesk(source, runners["thumbnails"], self)
        self.grid = GridFlow(window, desk, self.thumbnails, runners["listing"], library=flow)
        self.search = SearchFlow(window, desk, runners["listing"], library=flow)
        self.spending = AlbumSpendingFlow(window, desk, runners["listing"])
        self.organise = OrganiseFlow(window, desk, chosen=self.chosen)
        self.importing = ImportFlow(window, desk, runners["importing"])
        self.upkeep = UpkeepParts(window, desk, self.importing, data=folders.data)
        self.leaving = ExportParts(
            window, desk, runners["exporting"], flow=flow, organise=self.organise, chosen=self.chosen
        )
        self.sync = SyncParts(
            window,
            desk,
            flow,
            self,
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
        """Blocks on nothing: the cache is opened when a thumbnail is first asked for."""
        cache = self.thumbnail_cache = ThumbnailCache(self._data / f"thumbs-{library.id}.sqlite")
        self.importing.use(Importing(library))
        self.leaving.open(library)
        self.upkeep.open(library)
        self.sync.open(library)
        self.thumbnails.use(Thumbnailing(library, cache, draw_svg=draw_svg))

    def chosen(self) -> tuple[ImageState, ...]:
        """What keys act on: the grid's choice, or the image on the stage."""
        if self._window.in_library:
            return self.grid.states
        viewed = self._flow.viewed
        return (viewed,) if viewed is not None else ()

    def stop(self) -> None:
        """Before the runners end: what they wait for ends."""
        self.sync.stop()
        self._window.panels.library_page.grid.shutdown()
        self.thumbnails.stop()

    def shutdown(self) -> None:
        """After the runners have ended."""
        self.upkeep.shutdown()
        self.sync.shutdown()
        self.thumbnails.shutdown()

    @Slot(object)
    def keep_thumbnail(self, saved: object) -> None:
        """Of a picture that was just made: it is never decoded again for the grid."""
        if isinstance(saved, SavedPicture):
            self.thumbnails.keep(saved.state.id, saved.pixels)

    @Slot()
    def _save_search(self) -> None:
        words = self._window.panels.top_bar.search.text().strip()
        if words:
            self.organise.save_search(words)
