"""What an image's menu offers while the library is kept elsewhere too: fetch, make room, share."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from imagegen_desktop.studio.syncing.whereabouts import Whereabouts
from imagegen_desktop.ui.sync_words import size_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QMenu

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.errand_flow import ErrandFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.share_flow import ShareFlow
    from imagegen_desktop.ui.whereabouts_flow import WhereaboutsFlow


class SyncMenu(QObject):
    """`is_on` says whether the library is kept elsewhere; else nothing is offered."""

    def __init__(self, window: MainWindow, *, errands: ErrandFlow, sharing: ShareFlow, places: WhereaboutsFlow) -> None:
        super().__init__(window)
        self._errands = errands
        self._sharing = sharing
        self._places = places
        self.is_on = False

    def extend(self, menu: QMenu, states: tuple[ImageState, ...]) -> None:
        """Only what can be done with these. Of those of which nothing is known yet, both may be."""
        if not self.is_on:
            return
        if self._sharing.can_share and len(states) == 1 and not states[0].trashed:
            self._add(menu, self.tr("Share link…"), partial(self._sharing.ask, states))
        known = [(state, self._places.place_of(state.id)) for state in states]
        away = [state for state, place in known if place in {None, Whereabouts.ELSEWHERE}]
        here = [state for state, place in known if place in {None, Whereabouts.BOTH}]
        inner = menu.addMenu(self.tr("Bucket"))
        if away:
            self._add(inner, self.tr("Fetch from the bucket"), partial(self._errands.fetch, away))
        self._add(inner, self.tr("Fetch all that are not here"), self._errands.fetch_all)
        if here:
            size = size_words(sum(state.record.got.size_bytes for state in here))
            words = self.tr("Free {size} here, once compared with the bucket").format(size=size)
            self._add(inner, words, partial(self._errands.free, here))

    @staticmethod
    def _add(menu: QMenu, words: str, act: Callable[[], object]) -> None:
        menu.addAction(words).triggered.connect(partial(_do, act))


def _do(act: Callable[[], object], _checked: object = None) -> None:
    act()
