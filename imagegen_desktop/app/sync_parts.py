"""The parts that keep a library elsewhere too: nothing of them runs, and boto3 is not loaded, until that was set up."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.remote import RemoteKind, RemoteSettings
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.bucket_data import load_bucket_presets
from imagegen_desktop.storage.remotes_file import RemotesFile
from imagegen_desktop.studio.import_steps import Imported
from imagegen_desktop.studio.showing import SavedPicture
from imagegen_desktop.studio.syncing.connecting import Connecting
from imagegen_desktop.studio.syncing.fetching_first import fetching_first
from imagegen_desktop.studio.syncing.line import Line
from imagegen_desktop.studio.syncing.setting_up import SettingUp
from imagegen_desktop.studio.syncing.shares import Shares
from imagegen_desktop.studio.syncing.whereabouts import Whereabouts
from imagegen_desktop.ui.bucket_flow import BucketFlow
from imagegen_desktop.ui.errand_flow import ErrandFlow
from imagegen_desktop.ui.fetch_flow import FetchFlow
from imagegen_desktop.ui.network_hint import NetworkHint
from imagegen_desktop.ui.share_flow import ShareFlow
from imagegen_desktop.ui.svg_drawing import draw_svg
from imagegen_desktop.ui.sync_desk import SyncDesk
from imagegen_desktop.ui.sync_flow import SyncFlow
from imagegen_desktop.ui.sync_menu import SyncMenu
from imagegen_desktop.ui.trash_flow import to_system_trash
from imagegen_desktop.ui.whereabouts_flow import WhereaboutsFlow
from imagegen_desktop.workers.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imagegen_desktop.app.export_parts import ExportParts
    from imagegen_desktop.app.front_parts import FrontParts
    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.folders import Folders
    from imagegen_desktop.storage.keychain import RemoteSecrets
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.import_flow import ImportFlow
    from imagegen_desktop.ui.job_flow import JobFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Work

LANES = ("set-up", "syncing", "fetching", "errands", "sharing", "places")


class SyncParts(QObject):
    """`proxies` gives those for an address, by scheme. Who makes it calls `stop` before other runners end, and `shutdown` after.

    `reopened` carries the Path of a library that became another one and must be opened again.
    """

    reopened = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        front: FrontParts,
        *,
        importing: ImportFlow,
        leaving: ExportParts,
        folders: Folders,
        secrets: RemoteSecrets,
        proxies: Callable[[str], Mapping[str, str]],
    ) -> None:
        super().__init__(window)
        self._front = front
        window.panels.settings_page.bucket.set_presets(load_bucket_presets(resources_folder()))
        self._remotes = RemotesFile(folders)
        self._connecting = Connecting(secrets, folders.data, proxies=proxies)
        self._library: Library | None = None
        self._export_line: Line | None = None
        self._runners = {name: Runner(name) for name in LANES}
        self.desk = SyncDesk(self._runners["syncing"], window)
        self.bucket = BucketFlow(window, self._runners["set-up"])
        self.flow = SyncFlow(window, self.desk, front.desk, bucket=self.bucket)
        self.fetching = FetchFlow(window, front.desk, front.flow, self._runners["fetching"])
        self.errands = ErrandFlow(window, self._runners["errands"])
        self.sharing = ShareFlow(window, self._runners["sharing"])
        self.places = WhereaboutsFlow(window, front.grid, self._runners["places"])
        self.menu = SyncMenu(window, errands=self.errands, sharing=self.sharing, places=self.places)
        self.network = NetworkHint(self)
        self._connect(importing, leaving)

    def join(self, jobs: JobFlow, reopen: Callable[[object], None]) -> None:
        """Images that are made are sent; `reopen` opens the library of a Path again."""
        jobs.kept.connect(self._kept)
        self.reopened.connect(reopen)

    def open(self, library: Library) -> None:
        """Look whether it is kept elsewhere, and how."""
        self.stop()
        self._library = library
        self.bucket.use(SettingUp(library, self._connecting, self._remotes))

    def stop(self) -> None:
        """End at once all that waits for a place elsewhere: a silent server holds up nothing."""
        self.bucket.drop()
        self._settled(None)
        self._library = None

    def shutdown(self) -> None:
        for runner in self._runners.values():
            runner.shutdown()

    # ---- own ----

    def _connect(self, importing: ImportFlow, leaving: ExportParts) -> None:
        self.bucket.settled.connect(self._settled)
        self.bucket.joined.connect(self._joined)
        self.flow.compare_wanted.connect(self.errands.verify)
        for told in (self.desk.stepped, self.fetching.stepped, self.errands.stepped):
            told.connect(self.places.hear)
        self.desk.ended_well.connect(self.fetching.try_again)
        self.network.came.connect(self.desk.came_online)
        self._front.desk.changed.connect(self.desk.note_change)
        importing.arrived.connect(self._imported)
        leaving.menu.extend = self.menu.extend
        leaving.exporting.with_originals = self._with_originals
        self._front.grid.is_elsewhere = self._is_elsewhere

    @Slot(object)
    def _settled(self, settings: object) -> None:
        """Where the library is kept from now on."""
        library = self._library
        self.flow.forget()
        if not isinstance(settings, RemoteSettings) or library is None:
            self.desk.stop()
            self.fetching.use(None)
            self.errands.use(None)
            self.sharing.use(None)
            self.places.use(None)
            self.menu.is_on = False
            self._end_export_line()
            return
        self.network.listen()
        self.fetching.paused = settings.paused
        self.fetching.use(self._line(library, settings))
        self.errands.use(self._line(library, settings))
        self.sharing.use(self._shares(library, settings))
        self.places.use(library)
        self.menu.is_on = True
        self._end_export_line()
        self._export_line = self._line(library, settings)
        self.desk.use(library, self._line(library, settings), settings)

    def _line(self, library: Library, settings: RemoteSettings) -> Line:
        cache = self._front.thumbnail_cache
        return Line(self._connecting, library, settings, discard=to_system_trash, thumbnails=cache)

    def _shares(self, library: Library, settings: RemoteSettings) -> Shares | None:
        if settings.kind is RemoteKind.FOLDER:
            return None
        book = self._connecting.book(library, settings)
        line = self._line(library, settings)
        return Shares(line, book, public_url=settings.public_url, draw_svg=draw_svg)

    def _end_export_line(self) -> None:
        if self._export_line is not None:
            self._export_line.end()
            self._export_line = None

    def _with_originals(self, states: Sequence[ImageState], work: Work) -> Work:
        line, library = self._export_line, self._library
        if line is None or library is None:
            return work
        return partial(fetching_first, line, library, states, work)

    def _is_elsewhere(self, state: ImageState) -> bool:
        return self.places.place_of(state.id) is Whereabouts.ELSEWHERE

    @Slot(object)
    def _kept(self, saved: object) -> None:
        if isinstance(saved, SavedPicture):
            self.places.saved([saved.state])
            self.desk.note_image()

    @Slot(object)
    def _imported(self, imported: object) -> None:
        if isinstance(imported, Imported):
            self.places.saved(imported.states)
            self.desk.note_change()

    @Slot()
    def _joined(self) -> None:
        if self._library is not None:
            self.reopened.emit(self._library.folder.path)
