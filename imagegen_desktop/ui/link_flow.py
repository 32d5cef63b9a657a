"""Joins the kept links in the queue's panel with what can be done about them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication

from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.links import KeptLink
from imagegen_desktop.core.steps import Saved
from imagegen_desktop.studio.browsing import THUMBNAIL_EDGE
from imagegen_desktop.studio.links import LinksKept
from imagegen_desktop.studio.showing import SavedPicture, shown
from imagegen_desktop.ui.svg_drawing import draw_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.studio.links import LinkTries
    from imagegen_desktop.ui.crew import Crew
    from imagegen_desktop.ui.window_panels import WindowPanels
    from imagegen_desktop.workers.runner import Runner

    Work = Callable[[CancelToken], Iterator[object]]


class LinkFlow(QObject):
    """`found_again` carries the SavedPicture of a link that worked after all."""

    found_again = Signal(object)

    def __init__(self, panels: WindowPanels, lane: Runner, crew: Crew, parent: QObject) -> None:
        super().__init__(parent)
        self._panels = panels
        self._lane = lane
        self._crew = crew
        self._tries: LinkTries | None = None
        section = panels.queue.links
        section.again.connect(self._again)
        section.copied.connect(self._copy)
        section.opened.connect(self._open)
        section.dismissed.connect(self._dismiss)

    def use(self, tries: LinkTries) -> None:
        self._tries = tries
        self.look()

    @Slot()
    @Slot(object)
    def look(self, _news: object = None) -> None:
        """Show what is kept, after a job has ended or a library was opened."""
        if self._tries is not None:
            self._listen(self._lane, self._tries.kept)

    @Slot(object)
    def _again(self, link: object) -> None:
        if isinstance(link, KeptLink) and self._tries is not None:
            self._panels.toast.tell(self.tr("Fetching the picture from its link…"))
            tries = self._tries

            def work(cancel: CancelToken) -> Iterator[object]:
                for step in tries.try_again(link, cancel):
                    if isinstance(step, Saved):
                        yield from shown(iter((step,)), thumbnail_edge=THUMBNAIL_EDGE, draw_svg=draw_svg)
                    else:
                        yield step

            self._listen(self._crew.idle(), work)

    @Slot(object)
    def _dismiss(self, link: object) -> None:
        if isinstance(link, KeptLink) and self._tries is not None:
            self._listen(self._lane, partial(self._tries.dismiss, link))

    @Slot(object)
    def _copy(self, link: object) -> None:
        if isinstance(link, KeptLink):
            QGuiApplication.clipboard().setText(link.url)
            self._panels.toast.tell(self.tr("Copied. Whoever has this link can see the picture."))

    @Slot(object)
    def _open(self, link: object) -> None:
        if isinstance(link, KeptLink):
            QDesktopServices.openUrl(QUrl(link.url))

    def _listen(self, runner: Runner, work: Work) -> None:
        run = runner.start(work)
        run.stepped.connect(self._stepped)
        run.ended.connect(self._ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        if isinstance(step, LinksKept):
            self._panels.queue.links.show_links(step.links)
        elif isinstance(step, SavedPicture):
            self._panels.toast.tell(self.tr("The picture was fetched and saved."))
            self.found_again.emit(step)

    @Slot(object)
    def _ended(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self._panels.toast.tell(f"{error.title}. {error.advice}")
            self.look()
