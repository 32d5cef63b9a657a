"""Joins the search field with the library: the names that complete it, and the best hits once a person pauses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from imagegen_desktop.core.places import View
from imagegen_desktop.core.query_completion import Vocabulary
from imagegen_desktop.studio.browsing import Ranked

if TYPE_CHECKING:
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Run, Runner

PAUSE_MS = 300
HITS = 5


class SearchFlow(QObject):
    """Ranking reads every hit, so it runs on `runner`'s thread, only after a pause, and the next key ends it."""

    def __init__(self, window: MainWindow, desk: LibraryDesk, runner: Runner, *, library: LibraryFlow) -> None:
        super().__init__(window)
        self._window = window
        self._field = window.panels.top_bar.search
        self._desk = desk
        self._runner = runner
        self._library = library
        self._ranked: Ranked | None = None
        self._ranking: Run | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._rank)
        self._field.textEdited.connect(self._edited)
        self._field.hit_chosen.connect(self._show)
        # What was changed may have brought a new name.
        desk.overviewed.connect(self._look_for_names)

    @Slot(str)
    def _edited(self, text: str) -> None:
        if self._ranking is not None:
            self._ranking.cancel()
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()

    @Slot()
    def _rank(self) -> None:
        browsing, words = self._desk.browsing, self._field.text()
        if browsing is not None and words.strip():
            run = self._ranking = self._runner.start_latest("ranked", partial(browsing.ranked, View(words=words), HITS))
            run.stepped.connect(self._stepped)
            run.ended.connect(self._ended)

    @Slot(object)
    def _look_for_names(self, _overview: object) -> None:
        browsing = self._desk.browsing
        if browsing is not None:
            run = self._runner.start_latest("names", browsing.vocabulary)
            run.stepped.connect(self._stepped)
            run.ended.connect(self._ended)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Vocabulary():
                self._field.set_vocabulary(step)
            case Ranked():
                self._ranked = step
                if step.view.words == self._field.text():
                    self._field.offer_hits(step.states)
            case _:
                raise TypeError(f"not a step of a search: {step!r}")

    @Slot(object)
    def _ended(self, error: object) -> None:
        if error is not None:
            self._desk.failed.emit(error)

    @Slot(object)
    def _show(self, image_id: object) -> None:
        states = self._ranked.states if self._ranked is not None else ()
        state = next((one for one in states if one.id == image_id), None)
        if state is not None:
            self._window.show_stage()
            self._library.show_one(state)
