"""Joins the panels that show the library with the desk that reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.changes import FAVOURITE, TRASHED, ImageState
from imagegen_desktop.core.places import View
from imagegen_desktop.studio.browsing import Changed, Overview, Page, Picture

if TYPE_CHECKING:
    from imagegen_desktop.studio.showing import SavedPicture
    from imagegen_desktop.ui.file_manager import FileManager
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.window_panels import CreatePanels, FirstPanels


class LibraryFlow(QObject):
    """Knows which image is looked at. `emptied` says that there is nothing to look at; `looked` that a person chose one.

    `elsewhere` carries the Picture of an image that is looked at, and whose original is in the bucket alone; `turned_away`
    comes when something else is looked at.
    """

    emptied = Signal(object)
    looked = Signal(object)
    elsewhere = Signal(object)
    turned_away = Signal()

    def __init__(self, panels: FirstPanels, desk: LibraryDesk, files: FileManager, parent: QObject) -> None:
        super().__init__(parent)
        self.files = files
        self._panels = panels
        self._desk = desk
        self._states: dict[str, ImageState] = {}
        self._order: tuple[str, ...] = ()
        self._view = View()
        self._viewed: str | None = None
        self._held = False
        self._create: CreatePanels | None = None
        # What nobody sees is not decoded: in the Library view the stage's picture waits until the view is left.
        self._waits = False
        # Where there was nothing to look at.
        self._empty: Page | None = None
        self._connect()

    def _connect(self) -> None:
        panels, desk = self._panels, self._desk
        desk.paged.connect(self._paged)
        desk.overviewed.connect(self._overviewed)
        desk.pictured.connect(self._pictured)
        desk.thumbnailed.connect(self._thumbnailed)
        desk.changed.connect(self._changed)
        panels.sidebar.view_chosen.connect(self._view_chosen)
        panels.top_bar.search_changed.connect(self._search_changed)

    def use_create(self, create: CreatePanels) -> None:
        """From now on the stage, the strip and the inspector show what is looked at, and the card takes its words."""
        self._create = create
        create.filmstrip.chosen.connect(self._chosen)
        create.filmstrip.thumbnails_wanted.connect(self._thumbnails_wanted)
        create.stage.favourite_requested.connect(self._toggle_favourite)
        create.stage.trash_requested.connect(self._toggle_trash)
        create.stage.neighbour_requested.connect(self._step)
        create.stage.clear_search_requested.connect(self._panels.top_bar.search.clear)
        create.stage.copy_details_requested.connect(self._copy)
        create.inspector.copy_requested.connect(self._copy)
        create.inspector.use_prompt_requested.connect(self._use_prompt)
        create.inspector.show_in_folder_requested.connect(self.show_in_folder)
        if self._order or self._empty is not None:
            # Otherwise the strip keeps its room until it is known whether anything is there.
            create.filmstrip.set_states([self._states[one] for one in self._order])
            self._select(self._viewed)
        self._tell_inspector()

    @property
    def _made(self) -> CreatePanels:
        if self._create is None:
            raise RuntimeError("nothing can be looked at large before the stage is there")
        return self._create

    @property
    def viewed(self) -> ImageState | None:
        return self._states.get(self._viewed) if self._viewed else None

    def hold(self, held: bool) -> None:  # noqa: FBT001 (a setter)
        """While a job has the stage, the library leaves it alone."""
        self._held = held
        if held:
            self.turned_away.emit()

    def arrived(self, saved: SavedPicture) -> None:
        """A new image: its thumbnail is in hand, and its place in the strip comes with the next look."""
        self._states[saved.state.id] = saved.state
        self._made.filmstrip.set_thumbnail(saved.state.id, saved.thumbnail)
        self._desk.look()

    def show(self, saved: SavedPicture) -> None:
        """Put an image that was just made on the stage."""
        self._held = self._waits = False
        self._viewed = saved.state.id
        self.turned_away.emit()
        self._made.stage.show_picture(saved.state, saved.pixels, saved.frames)
        self._tell_inspector()
        self._select(saved.state.id)

    def view(self, image_id: str) -> None:
        """Look at an image of the strip."""
        state = self._states.get(image_id)
        if state is None:
            return
        self._held = self._waits = False
        self._viewed = image_id
        self.turned_away.emit()
        self._select(image_id)
        self._made.stage.show_opening(state)
        self._tell_inspector()
        self._desk.view(state)

    def show_one(self, state: ImageState) -> None:
        """Look at an image that may lie beyond what the strip holds."""
        self._states.setdefault(state.id, state)
        self.view(state.id)

    def go_to(self, image_id: str) -> bool:
        """Look at an image wherever it is. False if it is not among those that the strip can show."""
        if image_id not in self._states:
            return False
        self._chosen(image_id)
        return True

    def step(self, places: int) -> None:
        """Go to an older (positive) or newer image than the one looked at."""
        if self._viewed in self._order:
            here = self._order.index(self._viewed)
            there = min(max(here + places, 0), len(self._order) - 1)
            if there != here:
                self._chosen(self._order[there])

    # ---- what the desk tells ----

    @Slot(object)
    def _paged(self, page: object) -> None:
        if not isinstance(page, Page) or page.view != self._view:
            return
        before = self._order
        self._states = {state.id: state for state in page.states}
        self._order = tuple(self._states)
        self._empty = None if self._order else page
        if self._create is not None:
            self._create.filmstrip.set_states(list(page.states))
        self._panels.sidebar.set_counts(page.counts.places, page.counts.total_bytes)
        if self._held:
            return
        if not self._order:
            self._viewed = None
            self.turned_away.emit()
            self._tell_inspector()
            self.emptied.emit(page)
        elif self._viewed not in self._states:
            self._come_to(self._neighbour(before))
        else:
            self._select(self._viewed)
            if self._create is not None:
                self._create.stage.update_state(self._states[self._viewed])
            self._tell_inspector()

    def tell_of_nothing(self) -> None:
        """Once more, where there is still nothing to look at: what can be done about it is other than before."""
        if self._empty is not None and not self._held:
            self.emptied.emit(self._empty)

    def _come_to(self, image_id: str) -> None:
        """Look at an image that nobody chose."""
        if self._in_library:
            self._viewed, self._waits = image_id, True
            self._select(image_id)
        else:
            self.view(image_id)

    def _neighbour(self, before: tuple[str, ...]) -> str:
        """The image that took the place of the one that went; the newest where none was looked at."""
        if self._viewed is None or self._viewed not in before:
            return self._order[0]
        gone = before.index(self._viewed)
        later = (image for image in (*before[gone + 1 :], *reversed(before[:gone])) if image in self._states)
        return next(later, self._order[0])

    @Slot(object)
    def _pictured(self, picture: object) -> None:
        if not isinstance(picture, Picture) or picture.state.id != self._viewed or self._held:
            return
        if picture.elsewhere:
            self.elsewhere.emit(picture)
        elif picture.pixels is None:
            self._made.stage.show_missing(picture.state)
        else:
            state = self._states.get(picture.state.id, picture.state)
            self._made.stage.show_picture(state, picture.pixels, picture.frames)

    @Slot(object)
    def _thumbnailed(self, picture: object) -> None:
        if isinstance(picture, Picture) and picture.pixels is not None:
            self._made.filmstrip.set_thumbnail(picture.state.id, picture.pixels)

    @Slot(object)
    def _changed(self, changed: object) -> None:
        if isinstance(changed, Changed):
            for state in changed.states:
                self._states[state.id] = state

    # ---- what the person does ----

    @Slot(object)
    def _chosen(self, image_id: object) -> None:
        if isinstance(image_id, str) and (image_id != self._viewed or self._held):
            self.view(image_id)
            self.looked.emit(image_id)

    @Slot(object)
    def _thumbnails_wanted(self, ids: object) -> None:
        if isinstance(ids, list):
            wanted = [str(one) for one in cast("list[object]", ids)]
            self._desk.want_thumbnails(tuple(self._states[one] for one in wanted if one in self._states))

    @Slot(object)
    def _view_chosen(self, view: object) -> None:
        if isinstance(view, View):
            self._view = replace(view, words=self._view.words)
            self._desk.go(self._view)

    @Slot(object)
    def _overviewed(self, overview: object) -> None:
        if isinstance(overview, Overview):
            sidebar = self._panels.sidebar
            sidebar.set_albums(overview.shelf, overview.counts.albums, overview.smart)
            sidebar.set_tags(overview.shelf, overview.counts.tags)
            sidebar.set_months(overview.months)
            sidebar.set_counts(overview.counts.places, overview.counts.total_bytes)

    @Slot(object)
    def _search_changed(self, words: object) -> None:
        self._view = replace(self._view, words=str(words))
        self._desk.go(self._view)

    @Slot(object)
    def _toggle_favourite(self, image_id: object) -> None:
        state = self._states.get(str(image_id))
        if state is not None:
            words = self.tr("Removed from favourites") if state.favourite else self.tr("Added to favourites")
            self._desk.set_field((state,), FAVOURITE, not state.favourite, words)

    @Slot(object)
    def _toggle_trash(self, image_id: object) -> None:
        state = self._states.get(str(image_id))
        if state is not None:
            words = self.tr("Put back from the trash") if state.trashed else self.tr("Moved to the trash")
            if self._desk.set_field((state,), TRASHED, not state.trashed, words):
                self._panels.toast.tell(words, self.tr("Undo"))

    @Slot(object)
    def _copy(self, text: object) -> None:
        QGuiApplication.clipboard().setText(str(text))
        self._panels.toast.tell(self.tr("Copied"))

    @Slot(object)
    def _use_prompt(self, state: object) -> None:
        if isinstance(state, ImageState) and self._create is not None:
            self._create.dock.set_words(state.record.prompt)
            self._create.dock.focus_prompt()

    @Slot(object)
    def show_in_folder(self, state: object) -> None:
        path = self._desk.path_of(state) if isinstance(state, ImageState) else None
        if path is not None:
            self.files.show(path)

    @Slot(object)
    def _step(self, places: object) -> None:
        if isinstance(places, int):
            self.step(places)

    def copy_prompt_of(self, state: ImageState) -> None:
        self._copy(state.record.prompt)

    @Slot()
    def turned(self) -> None:
        """Another page is shown: in the Library view the inspector is the grid's."""
        if self._waits and not self._held and self._viewed is not None and not self._in_library:
            self.view(self._viewed)
        self._tell_inspector()

    @property
    def _in_library(self) -> bool:
        return self._panels.pages.currentWidget() is self._panels.library_page

    def _select(self, image_id: str | None) -> None:
        if self._create is not None and image_id is not None:
            self._create.filmstrip.select(image_id)

    def _tell_inspector(self) -> None:
        if self._create is None or self._in_library:
            return
        state = self.viewed
        self._create.inspector.show_state(state, file=self._desk.path_of(state) if state else None)
