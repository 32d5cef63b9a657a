"""Makes links to images, lists them, and takes them back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.clock import utc_now
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.storage.sync_book import SharedCopy
from imagegen_desktop.studio.syncing.shares import Revoked, Shared, SharesListed
from imagegen_desktop.ui.inspector.inspector import title_of
from imagegen_desktop.ui.settings.shared_links import end_words
from imagegen_desktop.ui.share_sheet import ShareWish
from imagegen_desktop.ui.sync_words import error_words, time_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.studio.syncing.shares import Shares
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner

TELL_MS: Final = 500


class ShareFlow(QObject):
    def __init__(self, window: MainWindow, runner: Runner) -> None:
        super().__init__(window)
        self._window = window
        self._sheet = window.panels.shares
        self._links = window.panels.settings_page.sync.links
        self._runner = runner
        self._shares: Shares | None = None
        self._run: Run | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=TELL_MS)
        self._timer.timeout.connect(self._tell)
        self._sheet.share_requested.connect(self._share)
        self._links.copied.connect(self._copy)
        self._links.revoked.connect(self._revoke)

    @property
    def can_share(self) -> bool:
        return self._shares is not None

    def use(self, shares: Shares | None) -> None:
        """None: the library is kept nowhere else, or where no links are given."""
        before, self._shares = self._shares, shares
        self._timer.stop()
        self._run = None
        self._sheet.close_sheet()
        if before is not None:
            before.end()
        if shares is not None:
            self._listen(self._runner.start(shares.list))

    def ask(self, states: Sequence[ImageState]) -> None:
        """Open the sheet for the first of these."""
        if self._shares is not None and states:
            state = states[0]
            self._sheet.open_for(state, title_of(state), has_public=self._shares.has_public)

    # ---- own ----

    @Slot(object)
    def _share(self, wish: object) -> None:
        if not isinstance(wish, ShareWish) or self._shares is None or self._run is not None:
            return
        work = partial(self._shares.share, wish.state, wish.seconds, metadata=wish.metadata, public=wish.public)
        self._run = self._runner.start(work)
        self._listen(self._run)
        self._run.ended.connect(self._over)
        self._clock.start()
        self._timer.start()
        self._tell()

    @Slot(object)
    def _revoke(self, shared: object) -> None:
        if isinstance(shared, SharedCopy) and self._shares is not None:
            run = self._runner.start(partial(self._shares.revoke, shared))
            self._listen(run)
            run.ended.connect(self._failed)

    @Slot(object)
    def _copy(self, shared: object) -> None:
        if isinstance(shared, SharedCopy):
            QGuiApplication.clipboard().setText(shared.url)
            self._window.panels.toast.tell(self.tr("Copied. Whoever has this link can see the picture."))

    def _listen(self, run: Run) -> None:
        run.stepped.connect(self._stepped)

    @Slot()
    def _tell(self) -> None:
        time = time_words(self._clock.elapsed() // 1000)
        self._sheet.show_status(self.tr("Sending a copy… {time}").format(time=time), "busy")

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Shared(copy):
                QGuiApplication.clipboard().setText(copy.url)
                self._sheet.close_sheet()
                end = end_words(copy.expires, utc_now())
                self._window.panels.toast.tell(self.tr("The link is copied. {end}").format(end=end))
            case SharesListed(links):
                self._links.show_links(links)
            case Revoked():
                self._window.panels.toast.tell(self.tr("Taken back: the link opens nothing any more."))
            case _:
                raise TypeError(f"not a step of sharing: {step!r}")

    @Slot(object)
    def _over(self, error: object) -> None:
        self._run = None
        self._timer.stop()
        if isinstance(error, ImagegenError):
            self._sheet.show_status(error_words(error), "error")
        else:
            self._sheet.show_status("", "none")

    @Slot(object)
    def _failed(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._window.panels.toast.tell(error_words(error))
