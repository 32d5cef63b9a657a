"""Shows at each image whether its original is in the bucket, here, or waits: in the grid, and in the inspector."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal, Slot

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.studio.browsing import Rows
from imagegen_desktop.studio.syncing.steps import Fetched, Freed, NotSent, Received, Sent
from imagegen_desktop.studio.syncing.whereabouts import Told, Whereabouts, whereabouts
from imagegen_desktop.ui.grid.tile_painter import Mark
from imagegen_desktop.ui.sync_words import place_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.grid_flow import GridFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.workers.runner import Runner

# Of a large library no more than was looked at last is remembered.
MOST_KNOWN: Final = 20_000
MARKS: Final = {Whereabouts.WAITING: Mark.WAITING, Whereabouts.ELSEWHERE: Mark.ELSEWHERE}


class WhereaboutsFlow(QObject):
    """Only while a library is kept elsewhere: else no image has a mark. `learned` comes when more is known."""

    learned = Signal()

    def __init__(self, window: MainWindow, grid: GridFlow, runner: Runner) -> None:
        super().__init__(window)
        self._grid = window.panels.library_page.grid
        self._inspector = window.panels.inspector
        self._runner = runner
        self._library: Library | None = None
        self._places: dict[str, Whereabouts] = {}
        self._reasons: dict[str, str] = {}
        grid.rows_came.connect(self._rows_came)
        self._inspector.turned_to.connect(self._turned_to)

    def use(self, library: Library | None) -> None:
        """None: it is kept nowhere else."""
        self._library = library
        self._places, self._reasons = {}, {}
        self._grid.set_marks({}, anew=True)
        self._inspector.show_whereabouts("", "")
        if library is not None:
            self._ask(self._grid.known_states())
            self._turned_to(self._inspector.state)

    def place_of(self, image_id: str) -> Whereabouts | None:
        """None where it is not known, or the library is kept nowhere else."""
        return self._places.get(image_id)

    @Slot(object)
    def hear(self, step: object) -> None:
        """Any step of a round, a fetch, or of making room."""
        match step:
            case Sent(images):
                for image in images:
                    self._reasons.pop(image, None)
                self._learn(dict.fromkeys(images, Whereabouts.BOTH))
            case NotSent(image, reason):
                self._reasons[image] = reason
                self._learn({image: Whereabouts.WAITING})
            case Received(_, _, images, _, whole):
                self._ask(self._grid.known_states() if whole else images)
            case Fetched(state, _):
                self._learn({state.id: Whereabouts.BOTH})
            case Freed(state, _):
                self._learn({state.id: Whereabouts.ELSEWHERE})
            case _:
                pass

    def saved(self, states: Iterable[ImageState]) -> None:
        """They were just made or imported: they are here, and not there yet."""
        if self._library is not None:
            self._learn({state.id: Whereabouts.WAITING for state in states})

    @Slot(object)
    def _rows_came(self, rows: object) -> None:
        if isinstance(rows, Rows):
            self._ask(tuple(rows.states.values()))

    @Slot(object)
    def _turned_to(self, state: object) -> None:
        if not isinstance(state, ImageState) or self._library is None:
            return
        if state.id in self._places:
            self._show(state.id)
        else:
            self._ask((state,))

    def _ask(self, states: Sequence[ImageState]) -> None:
        if self._library is not None and states:
            run = self._runner.start(partial(whereabouts, self._library, states))
            run.stepped.connect(partial(self._told, self._library))

    def _told(self, library: Library, step: object) -> None:
        if isinstance(step, Told) and library is self._library:
            self._learn(step.places)

    def _learn(self, places: dict[str, Whereabouts]) -> None:
        if self._library is None:
            return
        if len(self._places) > MOST_KNOWN:
            self._places = {}
        self._places.update(places)
        self._grid.set_marks({image: self._mark(image, place) for image, place in places.items()})
        state = self._inspector.state
        if state is not None and state.id in places:
            self._show(state.id)
        self.learned.emit()

    def _mark(self, image: str, place: Whereabouts) -> Mark:
        if place is Whereabouts.WAITING and image in self._reasons:
            return Mark.FAILED
        return MARKS.get(place, Mark.NONE)

    def _show(self, image: str) -> None:
        place = self._places[image]
        here = place in {Whereabouts.BOTH, Whereabouts.WAITING}
        self._inspector.show_whereabouts(image, place_words(place, self._reasons.get(image, "")), here=here)
