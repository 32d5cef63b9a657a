"""The menu of one or more images, the same in the grid, on the stage and in the strip: only what can be done stands in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from imagegen_desktop.ui.grid.grid import ContextRequest
from imagegen_desktop.ui.reuse import Reuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.export_flow import ExportFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.organise_flow import OrganiseFlow

STARS = 5


class ImageMenu(QObject):
    """`chosen` gives the images, `extend` adds what others can do with them.

    `opened`, `shown_in_folder` and `purged` carry what the menu can't do by itself.
    """

    opened = Signal(object)
    shown_in_folder = Signal(object)
    purged = Signal(object)
    prompt_copied = Signal()

    def __init__(
        self,
        window: MainWindow,
        *,
        organise: OrganiseFlow,
        export: ExportFlow,
        chosen: Callable[[], tuple[ImageState, ...]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._organise = organise
        self._export = export
        self._chosen = chosen
        self.extend: Callable[[QMenu, tuple[ImageState, ...]], None] = _nothing_more
        panels = window.panels
        panels.library_page.grid.context_requested.connect(self._asked_in_grid)
        for widget in (panels.stage, panels.filmstrip):
            widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            widget.customContextMenuRequested.connect(partial(self._asked_at, widget))

    @Slot(object)
    def _asked_in_grid(self, request: object) -> None:
        if isinstance(request, ContextRequest):
            self.popup(request.position)

    def _asked_at(self, widget: QWidget, place: QPoint) -> None:
        self.popup(widget.mapToGlobal(place))

    def popup(self, position: QPoint) -> None:
        """Open the menu at a global position; nothing where no image is chosen."""
        states = self._chosen()
        if states:
            self.build(states).popup(position)

    def build(self, states: tuple[ImageState, ...]) -> QMenu:
        """The menu for these images, which deletes itself when it is closed."""
        menu = QMenu(self._window)
        menu.aboutToHide.connect(menu.deleteLater)
        in_trash = all(state.trashed for state in states)
        one = states[0] if len(states) == 1 else None
        if one is not None:
            if self._window.in_library:
                self._add(menu, self.tr("Open"), partial(self.opened.emit, one))
            if not in_trash:
                self._add_reuse(menu, one)
            menu.addSeparator()
        self._add_pile(menu)
        if not in_trash:
            self._add_order(menu, states)
            menu.addSeparator()
        self._add_leaving(menu, one)
        self.extend(menu, states)
        menu.addSeparator()
        if in_trash:
            self._add(menu, self.tr("Put back"), self._organise.toggle_trash)
            self._add(menu, self.tr("Delete for good…"), partial(self.purged.emit, states))
        else:
            self._add(menu, self.tr("Move to the trash"), self._organise.toggle_trash, "Del")
        return menu

    def _add_pile(self, menu: QMenu) -> None:
        """Of the grid's current image, if it stands for several or lies among those that were laid out."""
        grid = self._window.panels.library_page.grid
        cell = grid.current_cell() if self._window.in_library else None
        if cell is None:
            return
        piled, _ = grid.pile_count(cell)
        if piled or grid.is_laid_out(cell):
            words = self.tr("Lay its {count} images out").format(count=piled) if piled else self.tr("Gather the stack")
            self._add(menu, words, partial(grid.toggle_pile, cell), "S")
            menu.addSeparator()

    def _add_reuse(self, menu: QMenu, one: ImageState) -> None:
        reused = self._window.reused.emit
        if one.record.asked is not None:
            self._add(menu, self.tr("Reuse all its settings"), partial(reused, Reuse.ALL), "A")
            self._add(menu, self.tr("Reuse its prompt"), partial(reused, Reuse.PROMPT), "P")
            self._add(menu, self.tr("Reuse its size"), partial(reused, Reuse.SIZE), "D")
            self._add(menu, self.tr("Make another like it"), partial(reused, Reuse.AGAIN), "R")
        elif one.record.prompt:
            self._add(menu, self.tr("Reuse its prompt"), partial(reused, Reuse.PROMPT), "P")

    def _add_order(self, menu: QMenu, states: tuple[ImageState, ...]) -> None:
        loved = all(state.favourite for state in states)
        words = self.tr("Remove from favourites") if loved else self.tr("Add to favourites")
        self._add(menu, words, self._organise.toggle_favourite, "F")
        stars = menu.addMenu(self.tr("Stars"))
        for number in range(STARS + 1):
            name = "★" * number if number else self.tr("None")
            action = stars.addAction(name)
            action.setShortcut(QKeySequence(str(number)))
            action.setShortcutVisibleInContextMenu(True)
            action.setCheckable(True)
            action.setChecked(all(state.rating == number for state in states))
            action.triggered.connect(partial(self._rate, number))
        rejected = all(state.rejected for state in states)
        self._add(
            menu, self.tr("Reject no longer") if rejected else self.tr("Reject"), self._organise.toggle_reject, "X"
        )
        albums = [album for album in self._organise.shelf.albums if not album.is_smart]
        inside = menu.addMenu(self.tr("Albums"))
        for album in albums:
            action = inside.addAction(album.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(all(album.id in state.albums for state in states))
            action.triggered.connect(partial(self._toggle_album, states, album.id))
        if albums:
            inside.addSeparator()
        self._add(inside, self.tr("New album…"), partial(self._organise.ask_album_of, states))

    def _add_leaving(self, menu: QMenu, one: ImageState | None) -> None:
        if one is not None:
            self._add(menu, self.tr("Copy the image"), self._export.copy_image, "Ctrl+C")
            self._add(menu, self.tr("Copy its prompt"), self.prompt_copied.emit, "Ctrl+Shift+C")
            self._add(menu, self.tr("Save a copy as…"), self._export.save_copy, "Ctrl+Shift+S")
        self._add(menu, self.tr("Export…"), self._export.open_sheet, "Ctrl+Shift+E")
        if one is not None:
            self._add(menu, self.tr("Show in folder"), partial(self.shown_in_folder.emit, one))

    def _rate(self, number: int, _checked: object = None) -> None:
        self._organise.rate(number)

    def _toggle_album(self, states: tuple[ImageState, ...], key: str, checked: object) -> None:
        self._organise.toggle_album(states, key, bool(checked))

    @staticmethod
    def _add(menu: QMenu, words: str, act: Callable[[], object], keys: str = "") -> None:
        action = menu.addAction(words)
        if keys:
            # Told beside the words; the keys themselves are the window's, and work without the menu.
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(partial(_do, act))


def _nothing_more(_menu: QMenu, _states: tuple[ImageState, ...]) -> None:
    """The library is kept nowhere else."""


def _do(act: Callable[[], object], _checked: object = None) -> None:
    act()
