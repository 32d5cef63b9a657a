"""Joins the Library view's grid with the desks that read the library and make its thumbnails."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from imagegen_desktop.core.places import Place, View
from imagegen_desktop.studio.browsing import Changed, Chosen, Listed, Rows
from imagegen_desktop.studio.import_thumbnails import ThumbnailsMade
from imagegen_desktop.ui.dragged_image import dragged
from imagegen_desktop.ui.grid.grid_view import Missing
from imagegen_desktop.ui.sidebar.row_tree import IDS_MIME

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.thumbnail_desk import ThumbnailDesk
    from imagegen_desktop.workers.runner import Runner, Work

# Enough for any screen: until it is full, the rest of a large library is not listed.
FIRST_ROWS = 512
# It is listed then, whatever became of the screen.
PATIENCE_MS = 400
# Two frames: the last pictures that came are to be painted yet.
PAINT_MS = 34
# More is not dragged out: each becomes a file's address in the other program.
MOST_DRAGGED = 500
MOST_READ_AGAIN = 200


class GridFlow(QObject):
    """`looked` carries the id of an image that a person wants to see large, `rows_came` the Rows that the grid shows now.

    `filled` comes when a listing is shown.

    `states` are the chosen images: what keys and menus act on while the Library view is open.
    """

    looked = Signal(object)
    filled = Signal(object)
    rows_came = Signal(object)

    def __init__(
        self, window: MainWindow, desk: LibraryDesk, thumbnails: ThumbnailDesk, reading: Runner, *, library: LibraryFlow
    ) -> None:
        super().__init__(window)
        self._window = window
        self._page = window.first.library_page
        self._grid = self._page.grid
        self._desk = desk
        self._thumbnails = thumbnails
        self._reading = reading
        self._library = library
        self._view = View()
        self._shown: View | None = None
        self._stale = True
        self._rest_timer = QTimer(self, singleShot=True)
        self._rest_timer.timeout.connect(self._go_on)
        self.states: tuple[ImageState, ...] = ()
        # Whether an original is known to lie in the bucket alone.
        self.is_elsewhere: Callable[[ImageState], bool] = _nowhere_else
        grid = self._grid
        grid.drag_data = self._dragged
        grid.filled.connect(self._filled)
        grid.rows_wanted.connect(self._rows_wanted)
        grid.thumbnails_missing.connect(self._missing)
        grid.current_changed.connect(self._current_changed)
        grid.selection_changed.connect(self._selection_changed)
        grid.opened.connect(self._opened)
        grid.quick_look.connect(self._opened)
        desk.changed_view.connect(self._view_changed)
        desk.changed.connect(self._changed)
        thumbnails.made.connect(self._made)
        window.turned.connect(library.turned)
        window.turned.connect(self._turned)

    # ---- listing ----

    @Slot(object)
    def _view_changed(self, view: object) -> None:
        if isinstance(view, View):
            self._view = view
            self._stale = True
            self._list()

    @Slot()
    def _turned(self) -> None:
        self._list()
        if self._window.in_library:
            self._choose()

    def _list(self) -> None:
        """Only while it is looked at: a listing of a large library is not for nothing."""
        browsing = self._desk.browsing
        if browsing is None or not self._stale or not self._window.in_library:
            return
        if self._shown == self._view:
            # Something may have changed, here or in another program.
            self._grid.doubt()
            self._list_all()
        else:
            self._stale = False
            self._rest_timer.stop()
            self._start("listing", partial(browsing.first_rows, self._view, FIRST_ROWS))

    @Slot()
    def _filled(self) -> None:
        """The screen has what it needs, and is to be painted before a thread reads on and holds Python up."""
        if self._rest_timer.isActive():
            self._rest_timer.start(PAINT_MS)

    @Slot()
    def _go_on(self) -> None:
        """The rest of the view follows, and what is told of the chosen image."""
        self._list_all()
        self._choose()

    @Slot()
    def _list_all(self) -> None:
        self._rest_timer.stop()
        browsing = self._desk.browsing
        if browsing is not None:
            self._stale = False
            self._start("listing", partial(browsing.listing, self._view))

    @Slot(object)
    def _rows_wanted(self, moments: object) -> None:
        browsing = self._desk.browsing
        if browsing is not None:
            wanted = tuple(cast("array[int]", moments))
            run = self._reading.start(partial(browsing.rows, wanted))
            run.stepped.connect(self._stepped)
            run.ended.connect(self._ended)

    def _start(self, topic: str, work: Work) -> None:
        run = self._reading.start_latest(topic, work)
        run.stepped.connect(self._stepped)
        run.ended.connect(self._ended)

    @Slot(object)
    def _ended(self, error: object) -> None:
        if error is not None:
            self._desk.failed.emit(error)

    @Slot(object)
    def _stepped(self, step: object) -> None:
        match step:
            case Listed(listing, query, whole):
                self._shown = listing.view
                self._page.is_whole = whole
                if not whole:
                    self._rest_timer.start(PATIENCE_MS)
                self._grid.set_listing(listing)
                self._tell(listing.view, len(listing), [fault.text for fault in query.misunderstood])
                self.filled.emit(listing)
                self._choose_again()
            case Rows(states):
                self._grid.set_rows(states)
                self.rows_came.emit(step)
            case Chosen(states):
                self.states = states
                self.show_chosen()
            case _:
                raise TypeError(f"not a step of the grid: {step!r}")

    def _tell(self, view: View, count: int, misunderstood: list[str]) -> None:
        words = ""
        if misunderstood:
            words = self.tr("Searched as words: {parts}").format(parts=", ".join(misunderstood))
        self._page.show_notice(words)
        self._page.show_offers(
            rejects=view.place is Place.REJECTED and count > 0,
            # With words it would not be all of the trash that is seen.
            trash=view == View(place=Place.TRASH) and count > 0,
            search=bool(view.words.strip()),
        )
        if count:
            self._page.show_grid()
        else:
            from imagegen_desktop.ui.stage.cards import words_of_nothing  # noqa: PLC0415 (most starts have pictures to show)

            title, why = words_of_nothing(view)
            self._page.show_nothing(title, why, searched=bool(view.words.strip()), whole_library=view == View())

    # ---- thumbnails ----

    @Slot(object)
    def _missing(self, missing: object) -> None:
        if isinstance(missing, Missing):
            self._thumbnails.make(missing.ids, missing.edge)

    @Slot(object)
    def _made(self, made: object) -> None:
        if isinstance(made, ThumbnailsMade):
            self._grid.thumbnails_made(made.ids)
            if made.refused:
                self._grid.thumbnails_failed([image_id for image_id, _ in made.refused])

    # ---- choosing ----

    @Slot(object)
    def _current_changed(self, _moment: object) -> None:
        self._choose()

    @Slot()
    def _selection_changed(self) -> None:
        self._choose()

    def _choose(self) -> None:
        """The selection, else the image that has the keys; not before the screen has its pictures."""
        browsing = None if self._rest_timer.isActive() else self._desk.browsing
        moments = tuple(sorted(self._grid.selection.moments, reverse=True))
        if not moments and self._grid.current is not None:
            moments = (self._grid.current,)
        if browsing is not None:
            self._start("chosen", partial(browsing.chosen, moments))

    def _choose_again(self) -> None:
        """Another program may have changed what is chosen. Of very many it is not worth the reading."""
        if self._window.in_library and 0 < len(self.states) <= MOST_READ_AGAIN:
            self._choose()

    def show_chosen(self) -> None:
        """The inspector tells of what is chosen in the Library view."""
        create = self._window.create_panels
        if create is None or not self._window.in_library:
            return
        inspector = create.inspector
        if len(self.states) > 1:
            total = sum(state.record.got.size_bytes for state in self.states)
            inspector.show_selection(self.states, total)
        else:
            one = self.states[0] if self.states else None
            inspector.show_state(one, file=self._desk.path_of(one) if one else None)

    @Slot(object)
    def _changed(self, changed: object) -> None:
        """What was changed is shown at once; the listing follows."""
        if isinstance(changed, Changed):
            self._grid.set_states(changed.states)
            new = {state.id: state for state in changed.states}
            self.states = tuple(new.get(state.id, state) for state in self.states)
            self.show_chosen()

    @Slot(object)
    def _opened(self, moment: object) -> None:
        cell = self._grid.cells.cell_of(moment) if isinstance(moment, int) else None
        state = None if cell is None else self._grid.state_of(cell)
        if state is not None:
            self._window.show_stage()
            self._library.show_one(state)
            self.looked.emit(state.id)

    def _dragged(self, moments: frozenset[int]) -> QMimeData | None:
        """Real files for other programs, and a single image's pixels; ids for the sidebar's albums and tags."""
        chosen = [state for state in self.states if not state.trashed][:MOST_DRAGGED]
        if not chosen or not moments:
            return None
        here = [state for state in chosen if not self.is_elsewhere(state)]
        if len(here) < len(chosen):
            words = self.tr(
                "{count} of these are in the bucket alone. Fetch them first to drag them to other programs."
            )
            self._window.first.toast.tell(words.format(count=len(chosen) - len(here)))
        paths = [self._desk.path_of(state) for state in here]
        data = dragged([path for path in paths if path is not None])
        data.setData(IDS_MIME, "\n".join(state.id for state in chosen).encode())
        return data


def _nowhere_else(_state: ImageState) -> bool:
    return False
