"""The window: where its panels stand, how they fold, and the keys that work everywhere in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSettings, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QMainWindow, QSplitter, QVBoxLayout, QWidget

from imagegen_desktop.ui.focus_order import follow
from imagegen_desktop.ui.library_page import LibraryPage
from imagegen_desktop.ui.notices import NoticeBoard
from imagegen_desktop.ui.page_stack import PageStack
from imagegen_desktop.ui.reuse import Reuse
from imagegen_desktop.ui.sidebar.row_tree import IDS_MIME
from imagegen_desktop.ui.sidebar.sidebar import Sidebar
from imagegen_desktop.ui.theme.tokens import SPACE_2
from imagegen_desktop.ui.toast import Toast
from imagegen_desktop.ui.top_bar.top_bar import TopBar
from imagegen_desktop.ui.window_memory import WindowMemory
from imagegen_desktop.ui.window_panels import FirstPanels

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent

    from imagegen_desktop.ui.grid.loader import ThumbnailSource
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons
    from imagegen_desktop.ui.window_panels import CreatePanels, WindowPanels

SIDEBAR_WIDTH = 204
INSPECTOR_WIDTH = 276
CENTRE_MIN = 520
FOLD_INSPECTOR_BELOW = 1000
FOLD_SIDEBAR_BELOW = 760
FIRST_SIZE = QSize(1360, 860)
# Qt's QWIDGETSIZE_MAX, which the binding lacks.
NO_LIMIT = (1 << 24) - 1


# Single letters: all settings, the prompt, the size, and the same again.
REUSE_KEYS = {
    Qt.Key.Key_A: Reuse.ALL,
    Qt.Key.Key_P: Reuse.PROMPT,
    Qt.Key.Key_D: Reuse.SIZE,
    Qt.Key.Key_R: Reuse.AGAIN,
}


class MainWindow(QMainWindow):
    """Receives the panels' wishes only where they concern the window itself; flows join the rest.

    `painted` comes once, after the first paint; `escaped`, `deleted`, `favoured`, `stepped` (+1 older, -1 newer) and
    `undone` are keys that no panel took; `reused` carries the Reuse that a letter asks for, `cleared` means the queue.
    `rated` (0 to 5) and `rejected` are keys too; `turned` comes when another page is shown.
    `dropped` carries a QMimeData that lives until the slot returns, `pasted` and `copied` mean the clipboard.
    `create_wanted` comes where the stage is to be shown and is not there yet: whoever hears it builds it before it returns.
    `closing` comes when the window is about to go, if `may_close` let it.
    """

    painted = Signal()
    escaped = Signal()
    deleted = Signal()
    favoured = Signal()
    undone = Signal()
    reused = Signal(object)
    cleared = Signal()
    stepped = Signal(object)
    closing = Signal()
    turned = Signal()
    rated = Signal(object)
    rejected = Signal()
    dropped = Signal(object)
    pasted = Signal()
    copied = Signal()
    create_wanted = Signal()

    def __init__(
        self,
        appearance: Appearance,
        icons: Icons,
        geometry: QSettings,
        thumbnails: ThumbnailSource,
    ) -> None:
        super().__init__()
        self._memory = WindowMemory(geometry)
        self._was_painted = False
        self._browses = False
        self.may_close: Callable[[], bool] = _always
        self._sidebar_wanted = self._inspector_wanted = True
        self.setWindowTitle("Imagegen Desktop")
        self.setAcceptDrops(True)
        library_page = LibraryPage(appearance, icons, thumbnails)
        pages = PageStack()
        pages.addWidget(library_page)
        centre, ground, self.whole = QWidget(), QWidget(), QWidget()
        self.create_panels: CreatePanels | None = None
        self._panels: WindowPanels | None = None
        # Where they will be.
        self._card_place, self._inspector_place = QFrame(), QWidget()
        self.first = FirstPanels(
            top_bar=TopBar(appearance, icons),
            sidebar=Sidebar(appearance, icons),
            pages=pages,
            library_page=library_page,
            notices=NoticeBoard(icons),
            toast=Toast(ground),
        )
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._column, self._card = QVBoxLayout(centre), QVBoxLayout()
        self._lay_out(centre, ground)
        self._restore()
        self._connect()

    # ---- panels ----

    @property
    def panels(self) -> WindowPanels:
        """All panels, from `take_panels` on; `first` are there from the beginning."""
        if self._panels is None:
            raise RuntimeError("the window has only its first panels yet")
        return self._panels

    def need_create(self) -> CreatePanels:
        """The panels that pictures are made with; they are built now if they were not yet."""
        if self.create_panels is None:
            self.create_wanted.emit()
        if self.create_panels is None:
            raise RuntimeError("nobody built the panels that pictures are made with")
        return self.create_panels

    def take_create(self, create: CreatePanels) -> None:
        """The panels that pictures are made with; the card and the inspector come into the places that are kept for them."""
        self.create_panels = create
        self.first.pages.addWidget(create.stage)
        self._column.insertWidget(1, create.filmstrip)
        # Not before it is in the window: it would be one of its own.
        create.filmstrip.setVisible(not self._browses)
        if not self._browses:
            self.first.pages.setCurrentWidget(create.stage)
        if self._card_place.isVisible():
            # Until the card knows its width and what its model offers it has other heights: what lies above is not to jump.
            create.dock.setFixedHeight(self._card_place.height())
        self._card.replaceWidget(self._card_place, create.dock)
        self._card_place.deleteLater()
        beside = QVBoxLayout(self._inspector_place)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(create.inspector)
        # As they stand in the window, and not as they were built.
        follow(self.first.library_page, create.stage, create.filmstrip)

    def take_panels(self, panels: WindowPanels) -> None:
        """The rest of the panels: two pages, and sheets over the card."""
        self._panels = panels
        panels.dock.setMinimumHeight(0)
        panels.dock.setMaximumHeight(NO_LIMIT)
        panels.pages.addWidget(panels.settings_page)
        panels.pages.addWidget(panels.spending_page)
        above_the_card = self._card.indexOf(panels.dock)
        for place, sheet in enumerate((panels.names, panels.exports, panels.shares), above_the_card):
            self._card.insertWidget(place, sheet)
        follow(panels.stage, panels.settings_page, panels.spending_page)
        follow(panels.filmstrip, panels.names, panels.exports, panels.shares)

    # ---- layout ----

    def _lay_out(self, centre: QWidget, ground: QWidget) -> None:
        """`ground` holds the pages and the toast over them: of what a stack holds a screen reader meets one page alone."""
        panels = self.first
        over = QVBoxLayout(ground)
        over.setContentsMargins(0, 0, 0, 0)
        over.addWidget(panels.pages)
        column = self._column
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(ground, stretch=1)
        dock_frame = QWidget()
        dock_frame.setLayout(self._card)
        self._card.setContentsMargins(16, 8, 16, 16)
        self._card.setSpacing(SPACE_2)
        self._card.addWidget(panels.notices)
        self._card_place.setProperty("kind", "prompt")
        self._card_place.setFixedHeight(self._memory.card_height)
        self._card.addWidget(self._card_place)
        column.addWidget(dock_frame)
        centre.setMinimumWidth(CENTRE_MIN)
        for panel in (panels.sidebar, centre, self._inspector_place):
            self._splitter.addWidget(panel)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes([SIDEBAR_WIDTH, FIRST_SIZE.width() - SIDEBAR_WIDTH - INSPECTOR_WIDTH, INSPECTOR_WIDTH])
        rows = QVBoxLayout(self.whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(panels.top_bar)
        rows.addWidget(self._splitter, stretch=1)
        self.setCentralWidget(self.whole)

    def _restore(self) -> None:
        self.resize(FIRST_SIZE)
        self._memory.restore(self, self._splitter, self.first.library_page)
        if self._memory.was_library:
            self.show_library()

    def _fold(self) -> None:
        inspector = self._inspector_wanted and self.width() >= FOLD_INSPECTOR_BELOW
        sidebar = self._sidebar_wanted and self.width() >= FOLD_SIDEBAR_BELOW
        self._inspector_place.setVisible(inspector)
        self.first.sidebar.setVisible(sidebar)
        self.first.top_bar.set_inspector_shown(inspector)
        self.first.top_bar.set_sidebar_shown(sidebar)

    # ---- pages ----

    @Slot()
    def show_library(self) -> None:
        """The grid in the stage's place, with the keys. It is where the person comes back to from the settings."""
        self._browses = True
        self._turn(self.first.library_page)
        self.first.library_page.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def show_create(self) -> None:
        stage = self.need_create().stage
        self._browses = False
        self._turn(stage)

    @Slot()
    def go_back(self) -> None:
        """From the settings or the spending to where the person was."""
        self._turn(self.first.library_page if self._browses else self.need_create().stage)

    def _turn(self, page: QWidget) -> None:
        self.first.pages.setCurrentWidget(page)
        if self.create_panels is not None:
            self.create_panels.filmstrip.setVisible(page is self.create_panels.stage)
        self.first.top_bar.show_library(self._browses)
        self.turned.emit()

    @property
    def in_library(self) -> bool:
        return self._browses and self.first.pages.currentWidget() is self.first.library_page

    @Slot()
    def show_settings(self) -> None:
        self._turn(self.panels.settings_page)

    @Slot()
    def show_spending(self) -> None:
        self._turn(self.panels.spending_page)

    @Slot()
    def show_stage(self) -> None:
        """Where pictures are made and one is looked at."""
        self.show_create()

    @property
    def in_settings(self) -> bool:
        return self._panels is not None and self._panels.pages.currentWidget() is self._panels.settings_page

    @property
    def in_spending(self) -> bool:
        return self._panels is not None and self._panels.pages.currentWidget() is self._panels.spending_page

    # ---- keys ----

    def _connect(self) -> None:
        panels = self.first
        panels.top_bar.sidebar_toggled.connect(self._want_sidebar)
        panels.top_bar.inspector_toggled.connect(self._want_inspector)
        panels.top_bar.create_requested.connect(self.show_create)
        panels.top_bar.library_requested.connect(self.show_library)
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self._focus_prompt)
        QShortcut(QKeySequence("Ctrl+Shift+X"), self).activated.connect(self.cleared)
        QShortcut(QKeySequence("F11"), self).activated.connect(self._toggle_full_screen)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Quit), self).activated.connect(self.close)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Pictures and files from other programs; what is dragged out of the library is not taken in again."""
        data = event.mimeData()
        if not data.hasFormat(IDS_MIME) and (data.hasImage() or any(url.isLocalFile() for url in data.urls())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the focused panel left alone: single letters act only while no text field has the focus."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undone.emit()
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
            return
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
            return
        shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier) and not shift:
            super().keyPressEvent(event)
            return
        wish = None if shift else REUSE_KEYS.get(Qt.Key(event.key()))
        if wish is not None:
            self.reused.emit(wish)
        else:
            self._take_key(event, shift=shift)

    def _take_key(self, event: QKeyEvent, *, shift: bool) -> None:
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case Qt.Key.Key_X if shift:
                self.escaped.emit()
            case Qt.Key.Key_Slash:
                self._focus_prompt()
            case Qt.Key.Key_Delete:
                self.deleted.emit()
            case Qt.Key.Key_F | Qt.Key.Key_Period:
                self.favoured.emit()
            case key if Qt.Key.Key_0 <= key <= Qt.Key.Key_5:
                self.rated.emit(key - Qt.Key.Key_0)
            case Qt.Key.Key_X:
                self.rejected.emit()
            case Qt.Key.Key_Left:
                self.stepped.emit(-1)
            case Qt.Key.Key_Right:
                self.stepped.emit(1)
            case _:
                super().keyPressEvent(event)

    @Slot()
    def _focus_prompt(self) -> None:
        if self.create_panels is not None:
            self.create_panels.dock.focus_prompt()

    @Slot(object)
    def _want_sidebar(self, wanted: object) -> None:
        self._sidebar_wanted = bool(wanted)
        self._fold()

    @Slot(object)
    def _want_inspector(self, wanted: object) -> None:
        self._inspector_wanted = bool(wanted)
        self._fold()

    @Slot()
    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # ---- Qt's own ----

    def raise_to_front(self) -> None:
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.Paint and not self._was_painted:
            self._was_painted = True
            if self.in_library:
                self.first.library_page.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self._focus_prompt()
            self.painted.emit()
        return handled

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self._memory.keep(self, self._splitter, self.first.library_page, library=self._browses)
        if self.create_panels is not None:
            self._memory.keep_card_height(self.create_panels.dock.height())
        self.closing.emit()
        super().closeEvent(event)


def _always() -> bool:
    return True
