"""The Library view: the grid of all images of a view, with its bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from imagegen_desktop.ui.grid.grid import ImageGrid
from imagegen_desktop.ui.grid.grid_bar import GridBar
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from imagegen_desktop.ui.grid.loader import ThumbnailSource
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons


class LibraryPage(QWidget):
    """Its signals are wishes; `sweep_requested` means the rejects, which then go to the trash.

    `import_requested`, `import_folder_requested` and `adopt_requested` mean files, a folder, and what lies in the library's own
    folder already.
    """

    import_requested = Signal()
    import_folder_requested = Signal()
    adopt_requested = Signal()
    sweep_requested = Signal()
    empty_trash_requested = Signal()
    save_search_requested = Signal()
    clear_requested = Signal()

    def __init__(
        self, appearance: Appearance, icons: Icons, source: ThumbnailSource, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        # Whether the grid has all images of its view, and not only the newest ones yet.
        self.is_whole = True
        self.grid = ImageGrid(appearance, icons, source)
        self.bar = GridBar()
        self.bar.join(self.grid)
        self.notice = PlainLabel(kind="muted", wrap=True)
        self.sweep_button = self._button(self.tr("Move rejects to the trash"))
        self.empty_button = self._button(self.tr("Empty the trash"))
        self.save_button = self._button(self.tr("Save this search"))
        self.import_button = self._button(self.tr("Import"))
        self.import_menu = QMenu(self.import_button)
        self.import_button.setMenu(self.import_menu)
        self._nothing = PlainLabel(kind="state", wrap=True)
        self._why = PlainLabel(kind="muted", wrap=True)
        self.clear_button = self._button(self.tr("Clear the search"))
        self.adopt_button = self._button(self.tr("Take in what lies in its folder"))
        self._fill_import_menu()
        self._lay_out()
        self.sweep_button.clicked.connect(self.sweep_requested)
        self.empty_button.clicked.connect(self.empty_trash_requested)
        self.save_button.clicked.connect(self.save_search_requested)
        self.adopt_button.clicked.connect(self.adopt_requested)
        self.clear_button.clicked.connect(self.clear_requested)
        self.grid.counted.connect(self._count)
        self.show_notice("")
        self.show_offers(rejects=False, trash=False, search=False)

    def show_notice(self, words: str) -> None:
        """One line over the grid, such as what of a search was not understood; empty for none."""
        self.notice.setText(words)
        self.notice.setVisible(bool(words))

    def show_offers(self, *, rejects: bool, trash: bool, search: bool) -> None:
        self.empty_button.setVisible(trash)
        self.sweep_button.setVisible(rejects)
        self.save_button.setVisible(search)

    def show_grid(self) -> None:
        self._stack.setCurrentIndex(0)

    def show_nothing(self, title: str, why: str, *, searched: bool, whole_library: bool) -> None:
        """Instead of an empty grid. A library that is wholly empty may have pictures in its folder that it does not know."""
        self._nothing.setText(title)
        self._why.setText(why)
        self.clear_button.setVisible(searched)
        self.adopt_button.setVisible(whole_library)
        self._stack.setCurrentIndex(1)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, SPACE_4, 0)
        top.setSpacing(SPACE_2)
        top.addWidget(self.bar, 1)
        for button in (self.sweep_button, self.empty_button, self.save_button, self.import_button):
            top.addWidget(button)
        self.notice.setContentsMargins(SPACE_4, 0, SPACE_4, SPACE_2)
        empty = QWidget()
        middle = QVBoxLayout(empty)
        middle.setSpacing(SPACE_3)
        middle.addStretch(1)
        for label in (self._nothing, self._why):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            middle.addWidget(label)
        for button in (self.clear_button, self.adopt_button):
            middle.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.notice)
        column.addLayout(self._stack, 1)

    def _fill_import_menu(self) -> None:
        for words, wish in (
            (self.tr("Pictures…"), self.import_requested),
            (self.tr("A folder with all that lies in it…"), self.import_folder_requested),
            (self.tr("What lies in the library's folder already"), self.adopt_requested),
        ):
            self.import_menu.addAction(words).triggered.connect(wish)

    @staticmethod
    def _button(text: str) -> QPushButton:
        button = QPushButton(text)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    @Slot()
    def _count(self) -> None:
        images = len(self.grid.listing) if self.is_whole else None
        self.bar.set_counts(images, len(self.grid.selection))
