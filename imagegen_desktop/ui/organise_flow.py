"""Carries out what a person does to order the library: stars, tags, albums, rejects; each with words for its undo."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu

from imagegen_desktop.core.albums import Album, Shelf
from imagegen_desktop.core.changes import FAVOURITE, RATING, REJECTED, TRASHED, ImageState
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.organising import (
    add_tag,
    colour_tag,
    delete_album,
    make_album,
    move_album,
    put_into_album,
    remove_tag,
    rename_album,
    set_field,
    tag_name,
    take_out_of_album,
)
from imagegen_desktop.studio.browsing import Overview

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.core.changes import FieldValue, Wish
    from imagegen_desktop.studio.browsing import Changed
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.main_window import MainWindow

States = tuple[ImageState, ...]


class OrganiseFlow(QObject):
    """`chosen` gives the images that keys and menus act on. `search_wanted` carries the words of a smart album to edit."""

    search_wanted = Signal(object)

    def __init__(self, window: MainWindow, desk: LibraryDesk, *, chosen: Callable[[], States]) -> None:
        super().__init__(window)
        self._window = window
        self._panels = window.panels
        self._desk = desk
        self._chosen = chosen
        self._shelf = Shelf()
        sidebar, section = self._panels.sidebar, self._panels.inspector.organise
        desk.overviewed.connect(self._overviewed)
        desk.undone.connect(self._undone)
        sidebar.album_wanted.connect(self._new_album)
        sidebar.album_menu.connect(self._album_menu)
        sidebar.tag_menu.connect(self._tag_menu)
        sidebar.dropped_on_album.connect(self._dropped_on_album)
        sidebar.dropped_on_tag.connect(self._dropped_on_tag)
        section.field_set.connect(self._field_set)
        section.tag_added.connect(self._tag_added)
        section.tag_removed.connect(self._tag_removed)
        section.album_toggled.connect(self.toggle_album)
        section.album_wanted.connect(self.ask_album_of)

    @property
    def shelf(self) -> Shelf:
        return self._shelf

    # ---- keys ----

    @Slot(object)
    def rate(self, stars: object) -> None:
        self._set(self._chosen(), RATING, cast("int", stars), self.tr("Rated"))

    @Slot()
    def toggle_reject(self) -> None:
        states = self._chosen()
        rejected = not all(state.rejected for state in states)
        self._set(states, REJECTED, rejected, self.tr("Rejected") if rejected else self.tr("No longer rejected"))

    @Slot()
    def toggle_favourite(self) -> None:
        states = self._chosen()
        loved = not all(state.favourite for state in states)
        words = self.tr("Added to favourites") if loved else self.tr("Removed from favourites")
        self._set(states, FAVOURITE, loved, words)

    @Slot()
    def toggle_trash(self) -> None:
        states = self._chosen()
        trashed = not all(state.trashed for state in states)
        words = self.tr("Moved to the trash") if trashed else self.tr("Put back from the trash")
        self._set(states, TRASHED, trashed, words)

    @Slot()
    def sweep_rejects(self) -> None:
        """Put every reject into the trash, which can be undone."""
        browsing = self._desk.browsing
        if browsing is not None:
            words = self.tr("Moved all rejects to the trash")
            self._change(browsing.sweep_rejects, words)

    # ---- albums ----

    @Slot()
    def _new_album(self) -> None:
        self._panels.names.ask(self.tr("Name of the new album"), "", self._make_album)

    def save_search(self, words: str) -> None:
        """Keep a search as a smart album."""
        self._panels.names.ask(
            self.tr("Name of the smart album that keeps this search"),
            words[:40],
            partial(self._make_album, query=words),
        )

    def _make_album(self, name: str, *, states: States = (), query: str = "") -> None:
        album = Album(id=new_id(), name=name, query=query)
        self._apply(make_album(album) + put_into_album(states, album.id), self.tr("Made the album {name}"), name)

    @Slot(object)
    def ask_album_of(self, states: object) -> None:
        """A new album with these images in it."""
        self._panels.names.ask(
            self.tr("Name of the new album"), "", partial(self._make_album, states=cast("States", states))
        )

    @Slot(object, object)
    def _album_menu(self, key: object, at: object) -> None:
        album = self._album(str(key))
        if album is None:
            return
        menu = self._menu()
        rename = menu.addAction(self.tr("Rename…"))
        rename.triggered.connect(lambda _checked=False: self._rename_album(album))
        if album.is_smart:
            menu.addAction(self.tr("Edit its search")).triggered.connect(
                lambda _checked=False: self.search_wanted.emit(album.query)
            )
        self._add_moves(menu.addMenu(self.tr("Move into")), album)
        menu.addSeparator()
        menu.addAction(self.tr("Delete the album, keep its images")).triggered.connect(
            lambda _checked=False: self._apply(delete_album(album), self.tr("Deleted the album {name}"), album.name)
        )
        menu.popup(cast("QPoint", at))

    def _add_moves(self, menu: QMenu, album: Album) -> None:
        places = [("", self.tr("The top")), *((one.id, one.name) for one in self._shelf.albums if not one.is_smart)]
        for key, name in places:
            wishes = move_album(album, key, self._shelf)
            if wishes and key != album.parent:
                move = partial(self._apply, wishes, self.tr("Moved the album {name}"), album.name)
                menu.addAction(name.replace("&", "&&")).triggered.connect(lambda _checked=False, move=move: move())

    def _rename_album(self, album: Album) -> None:
        def rename(name: str) -> None:
            self._apply(rename_album(album, name), self.tr("Renamed the album to {name}"), name)

        self._panels.names.ask(self.tr("New name of the album"), album.name, rename)

    # ---- tags ----

    @Slot(object, object)
    def _tag_menu(self, key: object, at: object) -> None:
        tag = str(key)
        menu = self._menu()
        menu.addAction(self.tr("Rename or merge…")).triggered.connect(lambda _checked=False: self._rename_tag(tag))
        self._add_colours(menu.addMenu(self.tr("Colour")), tag)
        menu.addSeparator()
        menu.addAction(self.tr("Remove the tag from all images")).triggered.connect(
            lambda _checked=False: self._delete_tag(tag)
        )
        menu.popup(cast("QPoint", at))

    def _rename_tag(self, tag: str) -> None:
        def rename(text: str) -> None:
            new, browsing = tag_name(text), self._desk.browsing
            if new and new != tag and browsing is not None:
                words = self.tr("Renamed the tag to {name}").format(name=new)
                self._change(partial(browsing.rename_tag, tag, new), words)

        self._panels.names.ask(self.tr("New name of the tag; that of another tag merges the two"), tag, rename)

    def _add_colours(self, menu: QMenu, tag: str) -> None:
        names = {
            "#D64545": self.tr("Red"),
            "#D9822B": self.tr("Orange"),
            "#C9A400": self.tr("Yellow"),
            "#3C9A5F": self.tr("Green"),
            "#2F86C9": self.tr("Blue"),
            "#7A5AC8": self.tr("Violet"),
            "#C2569B": self.tr("Pink"),
            "": self.tr("No colour"),
        }
        for colour, name in names.items():
            paint = partial(self._apply, colour_tag(tag, colour), self.tr("Coloured the tag {name}"), tag)
            menu.addAction(name).triggered.connect(lambda _checked=False, paint=paint: paint())

    def _delete_tag(self, tag: str) -> None:
        browsing = self._desk.browsing
        if browsing is not None:
            words = self.tr("Removed the tag {name}").format(name=tag)
            self._change(partial(browsing.delete_tag, tag), words)

    # ---- the inspector and drops ----

    @Slot(object, object, object)
    def _field_set(self, states: object, field: object, value: object) -> None:
        self._set(cast("States", states), str(field), cast("FieldValue", value), self.tr("Changed the details"))

    @Slot(object, object)
    def _tag_added(self, states: object, tag: object) -> None:
        self._apply(add_tag(cast("States", states), str(tag)), self.tr("Tagged {name}"), str(tag), quiet=True)

    @Slot(object, object)
    def _tag_removed(self, states: object, tag: object) -> None:
        self._apply(remove_tag(cast("States", states), str(tag)), self.tr("Took off the tag {name}"), str(tag))

    @Slot(object, object, object)
    def toggle_album(self, states: object, key: object, put: object) -> None:
        """Put the images into an album, or take them out of it."""
        album = self._album(str(key))
        if album is None:
            return
        chosen = cast("States", states)
        if put:
            self._apply(put_into_album(chosen, album.id), self.tr("Put into {name}"), album.name)
        else:
            self._apply(take_out_of_album(chosen, album.id), self.tr("Taken out of {name}"), album.name)

    @Slot(object, object)
    def _dropped_on_album(self, key: object, ids: object) -> None:
        album = self._album(str(key))
        if album is not None and not album.is_smart:
            self._apply(put_into_album(self._of(ids), album.id), self.tr("Put into {name}"), album.name)

    @Slot(object, object)
    def _dropped_on_tag(self, key: object, ids: object) -> None:
        self._apply(add_tag(self._of(ids), str(key)), self.tr("Tagged {name}"), str(key))

    def _of(self, ids: object) -> States:
        """Those of the chosen images that were dragged."""
        wanted = set(cast("Sequence[str]", ids))
        return tuple(state for state in self._chosen() if state.id in wanted)

    # ---- own ----

    def _set(self, states: States, field: str, value: FieldValue, words: str) -> None:
        wishes = set_field(states, field, value)
        if not wishes:
            return
        if self._desk.apply(wishes, words) and (field == TRASHED or len(wishes) > 1):
            told = (
                words if len(wishes) == 1 else self.tr("{words}: {count} images").format(words=words, count=len(wishes))
            )
            self._panels.toast.tell(told, self.tr("Undo"))

    def _apply(self, wishes: tuple[Wish, ...], words: str, name: str, *, quiet: bool = False) -> None:
        if wishes:
            told = words.format(name=name)
            if self._desk.apply(wishes, told) and not quiet:
                self._panels.toast.tell(told, self.tr("Undo"))

    def _change(self, work: Callable[[CancelToken], Iterator[Changed]], words: str) -> None:
        if self._desk.change(work, words) is not None:
            self._panels.toast.tell(words, self.tr("Undo"))

    def _album(self, key: str) -> Album | None:
        return next((album for album in self._shelf.albums if album.id == key), None)

    def _menu(self) -> QMenu:
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    @Slot(object)
    def _overviewed(self, overview: object) -> None:
        if isinstance(overview, Overview):
            self._shelf = overview.shelf
            self._panels.inspector.organise.set_known(overview.counts.tags, overview.shelf)

    @Slot(object)
    def _undone(self, words: object) -> None:
        self._panels.toast.tell(self.tr("Taken back: {words}").format(words=words))
