"""The parts by which images leave the library: the menu, the clipboard, copies, and the end of the trash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.studio.emptying import Emptying
from imagegen_desktop.studio.exporting import Exporting
from imagegen_desktop.ui.export_flow import ExportFlow
from imagegen_desktop.ui.image_menu import ImageMenu
from imagegen_desktop.ui.svg_drawing import draw_svg
from imagegen_desktop.ui.trash_flow import TrashFlow, to_system_trash

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.ui.library_desk import LibraryDesk
    from imagegen_desktop.ui.library_flow import LibraryFlow
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.organise_flow import OrganiseFlow
    from imagegen_desktop.workers.runner import Runner


class ExportParts(QObject):
    """`chosen` gives the images that keys and menus act on; copies are made on `runner`'s thread."""

    def __init__(
        self,
        window: MainWindow,
        desk: LibraryDesk,
        runner: Runner,
        *,
        flow: LibraryFlow,
        organise: OrganiseFlow,
        chosen: Callable[[], tuple[ImageState, ...]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._flow = flow
        self._chosen = chosen
        self.exporting = ExportFlow(window, desk, runner, files=flow.files, chosen=chosen)
        self.trash = TrashFlow(window, desk, runner)
        self.menu = ImageMenu(window, organise=organise, export=self.exporting, chosen=chosen)
        self.menu.opened.connect(self._open)
        self.menu.shown_in_folder.connect(flow.show_in_folder)
        self.menu.purged.connect(self.trash.ask)
        self.menu.prompt_copied.connect(self._copy_prompt)
        window.copied.connect(self.exporting.copy_image)
        for keys, slot in (
            ("Ctrl+Shift+C", self._copy_prompt),
            ("Ctrl+Shift+S", self.exporting.save_copy),
            ("Ctrl+Shift+E", self.exporting.open_sheet),
        ):
            QShortcut(QKeySequence(keys), window).activated.connect(slot)

    def open(self, library: Library) -> None:
        self.exporting.use(Exporting(library, draw_svg=draw_svg))
        self.trash.use(Emptying(library, to_system_trash))

    @Slot()
    def _copy_prompt(self) -> None:
        states = self._chosen()
        if states:
            self._flow.copy_prompt_of(states[0])

    @Slot(object)
    def _open(self, state: object) -> None:
        if isinstance(state, ImageState):
            self._window.show_stage()
            self._flow.show_one(state)
