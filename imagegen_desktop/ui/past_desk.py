"""Tells what became of the latest jobs, and saves what an interrupted one left, without asking the service again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.steps import Recovered
from imagegen_desktop.studio.browsing import THUMBNAIL_EDGE
from imagegen_desktop.studio.showing import SavedPicture, shown
from imagegen_desktop.studio.waiting import Activity, Left
from imagegen_desktop.ui.svg_drawing import draw_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.jobs import Job
    from imagegen_desktop.studio.generation import Studio
    from imagegen_desktop.studio.waiting import WaitingRoom
    from imagegen_desktop.ui.crew import Crew
    from imagegen_desktop.workers.runner import Run, Runner

    Work = Callable[[CancelToken], Iterator[object]]


class PastDesk(QObject):
    """`left` carries the requests that an earlier run left waiting, `found_again` each SavedPicture, `recovered` Recovered.

    `activity` carries Activity, whenever it is news, and `failed` the ImagegenError of anything that did not go.
    """

    left = Signal(object)
    found_again = Signal(object)
    recovered = Signal(object)
    activity = Signal(object)
    failed = Signal(object)

    def __init__(self, lane: Runner, crew: Crew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._crew = crew
        self._studio: Studio | None = None
        self._room: WaitingRoom | None = None

    def use(self, studio: Studio, room: WaitingRoom) -> None:
        self._studio, self._room = studio, room
        self.look()

    # ---- what was left ----

    @Slot()
    def bring_back(self) -> None:
        """Look for what an earlier run of the program left in this library."""
        if self._room is not None:
            self._start(self._room.left).stepped.connect(self._left)

    @Slot(object)
    def _left(self, left: object) -> None:
        if not isinstance(left, Left):
            return
        if left.waiting:
            self.left.emit(left.waiting)
        for job in left.unfinished:
            self._recover(partial(self._recovery, job))

    def save_again(self, job: str) -> None:
        """The library's disk refused pictures that are here: try once more."""
        self._recover(partial(self._recovery_of, job))

    def _recover(self, work: Work) -> None:
        run = self._crew.idle().start(work)
        run.stepped.connect(self._stepped)
        run.ended.connect(self._recovery_ended)

    def _recovery(self, job: Job, cancel: CancelToken) -> Iterator[object]:
        if self._studio is not None:
            yield from shown(self._studio.recover(job, cancel), thumbnail_edge=THUMBNAIL_EDGE, draw_svg=draw_svg)

    def _recovery_of(self, job: str, cancel: CancelToken) -> Iterator[object]:
        found = self._room.unfinished(job) if self._room is not None else None
        if found is not None:
            yield from self._recovery(found, cancel)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        if isinstance(step, SavedPicture):
            self.found_again.emit(step)
        elif isinstance(step, Recovered):
            self.recovered.emit(step)

    @Slot(object)
    def _recovery_ended(self, error: object) -> None:
        self._tell_failure(error)
        self.look()

    # ---- what was ----

    @Slot()
    def look(self) -> None:
        if self._room is not None:
            self._listen(self._lane.start_latest("activity", self._room.activity))

    def settle(self, job: str, charge: ChargeState) -> None:
        """A person looked at the service's usage page, and says what an unknown charge was."""
        if self._room is not None:
            self._start(partial(self._room.settle, job, charge))

    def see(self, jobs: tuple[str, ...]) -> None:
        """A person has read how these ended."""
        if self._room is not None and jobs:
            self._start(partial(self._room.see, jobs))

    def shutdown(self) -> None:
        """Nothing is looked at any more."""
        self._studio = self._room = None

    def _start(self, work: Work) -> Run:
        run = self._lane.start(work)
        self._listen(run)
        return run

    def _listen(self, run: Run) -> None:
        run.stepped.connect(self._lane_stepped)
        run.ended.connect(self._tell_failure)

    @Slot(object)
    def _lane_stepped(self, step: object) -> None:
        if isinstance(step, Activity):
            self.activity.emit(step)

    @Slot(object)
    def _tell_failure(self, error: object) -> None:
        if isinstance(error, ImagegenError):
            self.failed.emit(error)
