"""Asks once whether to look for newer versions, looks when that was allowed, and tells of one in a quiet notice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.settings import Settings
from imagegen_desktop.studio.updates import Looked, Remembered

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.storage.update_memory import Heard
    from imagegen_desktop.studio.updates import Updates
    from imagegen_desktop.ui.settings_desk import SettingsDesk
    from imagegen_desktop.ui.window_panels import WindowPanels
    from imagegen_desktop.workers.runner import Runner

QUESTION = "updates?"
NEWS = "update"
# A first start has enough of its own to ask.
ASKED_AT_START = 2


def open_page(page: str) -> None:
    QDesktopServices.openUrl(QUrl(page))


class UpdateFlow(QObject):
    """`show_page` shows a web address. Who makes it ends the runner."""

    def __init__(
        self,
        panels: WindowPanels,
        updates: Updates,
        runner: Runner,
        *,
        settings: SettingsDesk,
        show_page: Callable[[str], None] = open_page,
    ) -> None:
        super().__init__(panels.notices)
        self._notices = panels.notices
        self._about = panels.settings_page.about
        self._updates = updates
        self._runner = runner
        self._settings = settings
        self._show_page = show_page
        self._begun = False
        self._asked_for = False
        self._allowed = settings.settings.look_for_updates is True
        self._about.look_requested.connect(self.look_now)
        settings.applied.connect(self._applied)

    @Slot()
    def begin(self) -> None:
        """Once at each start, when the window has nothing better to do."""
        if not self._begun:
            self._begun = True
            self._runner.start(self._updates.begin).stepped.connect(self._remembered)

    @Slot(object)
    def _remembered(self, told: object) -> None:
        if not isinstance(told, Remembered):
            return
        wish = self._settings.settings.look_for_updates
        if wish is None and told.heard.starts >= ASKED_AT_START:
            self._ask()
        elif wish:
            self._tell(told.heard)
            if told.due:
                self._look()

    def _ask(self) -> None:
        words = self.tr(
            "May Imagegen Desktop look once a day whether there is a newer version? It fetches one small file, sends nothing "
            "about you, and installs nothing."
        )
        yes = (self.tr("Yes, look"), partial(self._answered, look=True))
        no = (self.tr("No"), partial(self._answered, look=False))
        self._notices.tell(QUESTION, words, [yes, no])

    def _answered(self, *, look: bool) -> None:
        self._notices.clear(QUESTION)
        self._about.choose(look=look)

    @Slot(object)
    def _applied(self, settings: object) -> None:
        """Whoever has just allowed it wants to know now; whoever forbade it wants to hear no more of it."""
        if not isinstance(settings, Settings) or settings.look_for_updates is None:
            return
        before, self._allowed = self._allowed, settings.look_for_updates
        self._notices.clear(QUESTION)
        if not settings.look_for_updates:
            self._notices.clear(NEWS)
        elif not before:
            self._look()

    @Slot()
    def look_now(self) -> None:
        self._asked_for = True
        self._about.show_status(self.tr("Looking..."), "busy")
        self._look()

    def _look(self) -> None:
        run = self._runner.start_latest(NEWS, self._updates.look)
        run.stepped.connect(self._looked)
        run.ended.connect(self._ended)

    @Slot(object)
    def _looked(self, told: object) -> None:
        if not isinstance(told, Looked):
            return
        if told.newer:
            self._tell(told.heard)
            words = self.tr("Version {version} is there.").format(version=told.heard.version)
        else:
            words = self.tr("This is the newest version.")
        self._about.show_status(words, "ok")

    @Slot(object)
    def _ended(self, error: object) -> None:
        """Nobody waits for an answer that was not asked for: it is tried again tomorrow."""
        asked_for, self._asked_for = self._asked_for, False
        if isinstance(error, ImagegenError) and asked_for:
            self._about.show_status(f"{error.title}. {error.advice}", "error")

    def _tell(self, heard: Heard) -> None:
        if not self._updates.is_news(heard) or heard.version == heard.put_off:
            return
        words = self.tr("Imagegen Desktop {version} is there.").format(version=heard.version)
        see = (self.tr("See what is new"), partial(self._show_page, heard.page))
        later = (self.tr("Not this one"), partial(self._put_off, heard.version))
        self._notices.tell(NEWS, words, [see, later])

    def _put_off(self, version: str) -> None:
        self._notices.clear(NEWS)
        self._runner.start(lambda _cancel: self._updates.put_off(version))
