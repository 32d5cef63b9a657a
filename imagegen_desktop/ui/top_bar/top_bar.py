"""The window's top bar: both panel toggles, the search field, what is going on, and the way to the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from imagegen_desktop.ui.sync_line import SyncLine
from imagegen_desktop.ui.text import PlainLabel, plain_tooltip
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import HIT, ICON_ROW, ICON_TOOL, SPACE_2, SPACE_3
from imagegen_desktop.ui.top_bar.search_field import SearchField

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

HEIGHT = 52
SEARCH_WIDTH = 300
# Below, the words of the sync would take the search field's place.
WORDS_FROM = 1180


class TopBar(QWidget):
    """Emits `sidebar_toggled(bool)`, `inspector_toggled(bool)` (True: to be shown), `search_changed(str)`."""

    sidebar_toggled = Signal(object)
    inspector_toggled = Signal(object)
    settings_requested = Signal()
    queue_requested = Signal()
    money_requested = Signal()
    sync_requested = Signal()
    search_changed = Signal(object)
    create_requested = Signal()
    library_requested = Signal()

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self._sidebar_shown = True
        self._inspector_shown = True
        self.setFixedHeight(HEIGHT)
        self._sidebar_button = self._button("panel-left")
        self._inspector_button = self._button("panel-right")
        self._settings_button = self._button("settings")
        self._title = PlainLabel(self.tr("Imagegen Desktop"), kind="title")
        self.create_button = self._segment(self.tr("Create"), "Ctrl+1")
        self.library_button = self._segment(self.tr("Library"), "Ctrl+2")
        self._activity = PlainLabel(kind="muted")
        self.queue_button = QPushButton()
        self.queue_button.setProperty("kind", "quiet")
        self.queue_button.setIcon(icons.icon("list-ordered"))
        self.queue_button.setIconSize(QSize(ICON_TOOL, ICON_TOOL))
        self.queue_button.setMinimumHeight(HIT + 2)
        self.queue_button.setFont(tabular(self.queue_button.font()))
        self._money_button = QPushButton()
        self._money_button.setProperty("kind", "quiet")
        self._money_button.setFont(tabular(self._money_button.font()))
        self.sync_button = QPushButton()
        self.sync_button.setProperty("kind", "quiet")
        self.sync_button.setIconSize(QSize(ICON_ROW, ICON_ROW))
        self.sync_button.setFont(tabular(self.sync_button.font()))
        self.search = SearchField(icons)
        self.search.setPlaceholderText(self.tr("Search prompts and models"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setMaximumWidth(SEARCH_WIDTH)
        # The theme's tool buttons are larger than the glyphs within a field.
        self.search.setStyleSheet("QToolButton { min-width: 0; min-height: 0; border: none; background: transparent; }")
        self._lay_out()
        self._connect()
        self._name_buttons()
        self.show_library(False)
        self.set_activity("")
        self.set_money("", "")
        self._sync = SyncLine("", "", "cloud", "text2", "none")
        self.set_sync(self._sync)
        self.set_queue(0, "", unread=False)

    def set_activity(self, text: str) -> None:
        """What is going on, such as "Generating 2"; empty for nothing."""
        self._activity.setText(text)
        self._activity.setVisible(bool(text))

    def set_queue(self, count: int, summary: str, *, unread: bool) -> None:
        """How many jobs run or wait, and whether one ended that nobody has looked at."""
        # The dot is a character, so that it stands in the text's colour and size.
        self.queue_button.setText(f"{count or ''}{'•' if unread else ''}")
        name = self.tr("Queue and activity")
        news = self.tr("something ended that you have not seen") if unread else ""
        described = ", ".join(part for part in (summary, news) if part)
        self.queue_button.setAccessibleName(name)
        self.queue_button.setAccessibleDescription(described)
        self.queue_button.setToolTip(plain_tooltip(f"{name}: {described}" if described else name))

    def set_money(self, text: str, accessible: str) -> None:
        """What was spent, such as "$0.42 today", and in `accessible` more of it; an empty text hides the button."""
        self._money_button.setText(text)
        self._money_button.setAccessibleDescription(accessible)
        self._money_button.setToolTip(plain_tooltip(accessible))
        self._money_button.setVisible(bool(text))

    def set_sync(self, line: SyncLine) -> None:
        """How the library's sync stands; without words the button is hidden. A narrow bar shows its sign alone."""
        self._sync = line
        # A space keeps the words off the sign.
        self.sync_button.setText(f" {line.short}" if line.short and self.width() >= WORDS_FROM else "")
        self.sync_button.setIcon(self._icons.icon(line.icon, line.role))
        self.sync_button.setAccessibleName(self.tr("Bucket"))
        self.sync_button.setAccessibleDescription(line.full)
        self.sync_button.setToolTip(plain_tooltip(line.full))
        self.sync_button.setVisible(bool(line.full))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= WORDS_FROM) is not (event.size().width() >= WORDS_FROM):
            self.set_sync(self._sync)

    def show_library(self, library: bool) -> None:  # noqa: FBT001 (a setter)
        """Which of the two views is open. Emits nothing."""
        (self.library_button if library else self.create_button).setChecked(True)

    def set_title(self, text: str) -> None:
        self._title.setText(text)

    def set_sidebar_shown(self, shown: bool) -> None:  # noqa: FBT001 (a setter)
        """Tell the bar that the sidebar was folded or unfolded by someone else. Emits nothing."""
        self._sidebar_shown = shown
        self._name_buttons()

    def set_inspector_shown(self, shown: bool) -> None:  # noqa: FBT001 (a setter)
        """The same for the inspector."""
        self._inspector_shown = shown
        self._name_buttons()

    @Slot()
    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _button(self, icon: str) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "quiet")
        button.setIcon(self._icons.icon(icon))
        button.setIconSize(QSize(ICON_TOOL, ICON_TOOL))
        button.setFixedSize(HIT + 4, HIT + 2)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _segment(self, text: str, keys: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(plain_tooltip(f"{text} ({shown})"))
        return button

    def _lay_out(self) -> None:
        left = QHBoxLayout()
        left.setSpacing(SPACE_3)
        left.addWidget(self._sidebar_button)
        left.addWidget(self._title)
        segments = QFrame()
        segments.setProperty("kind", "segments")
        switch = QHBoxLayout(segments)
        switch.setContentsMargins(2, 2, 2, 2)
        switch.setSpacing(2)
        group = QButtonGroup(self)
        for button in (self.create_button, self.library_button):
            group.addButton(button)
            switch.addWidget(button)
        left.addWidget(segments)
        left.addStretch(1)
        right = QHBoxLayout()
        right.setSpacing(SPACE_2)
        right.addStretch(1)
        right.addWidget(self._activity)
        right.addWidget(self.queue_button)
        right.addWidget(self._money_button)
        right.addWidget(self.sync_button)
        right.addWidget(self._settings_button)
        right.addWidget(self._inspector_button)
        # A widget takes the height that is left over, which a bare layout of low controls leaves under the line.
        bar = QWidget()
        row = QGridLayout(bar)
        row.setContentsMargins(SPACE_3, 0, SPACE_3, 0)
        row.setHorizontalSpacing(SPACE_3)
        row.addLayout(left, 0, 0)
        row.addWidget(self.search, 0, 1)
        row.addLayout(right, 0, 2)
        # Equal wings keep the search field in the middle whatever stands beside it.
        for column, stretch in ((0, 3), (1, 4), (2, 3)):
            row.setColumnStretch(column, stretch)
        line = QFrame()
        line.setProperty("kind", "line")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(bar, 1)
        outer.addWidget(line)

    def _connect(self) -> None:
        self._sidebar_button.clicked.connect(self._toggle_sidebar)
        self._inspector_button.clicked.connect(self._toggle_inspector)
        self._settings_button.clicked.connect(self.settings_requested)
        self.queue_button.clicked.connect(self.queue_requested)
        self._money_button.clicked.connect(self.money_requested)
        self.sync_button.clicked.connect(self.sync_requested)
        self.search.textChanged.connect(self._search_changed)
        self.create_button.clicked.connect(self.create_requested)
        self.library_button.clicked.connect(self.library_requested)
        for keys, slot in (
            (QKeySequence("Ctrl+1"), self.create_requested),
            (QKeySequence("Ctrl+2"), self.library_requested),
            (QKeySequence("Ctrl+B"), self._toggle_sidebar),
            (QKeySequence("Ctrl+I"), self._toggle_inspector),
            (QKeySequence("Ctrl+,"), self.settings_requested),
            (QKeySequence(QKeySequence.StandardKey.Find), self.focus_search),
        ):
            QShortcut(keys, self).activated.connect(slot)

    @Slot(str)
    def _search_changed(self, text: str) -> None:
        self.search_changed.emit(text)

    @Slot()
    def _toggle_sidebar(self) -> None:
        self.set_sidebar_shown(not self._sidebar_shown)
        self.sidebar_toggled.emit(self._sidebar_shown)

    @Slot()
    def _toggle_inspector(self) -> None:
        self.set_inspector_shown(not self._inspector_shown)
        self.inspector_toggled.emit(self._inspector_shown)

    def _name_buttons(self) -> None:
        sidebar = self.tr("Hide the sidebar") if self._sidebar_shown else self.tr("Show the sidebar")
        inspector = self.tr("Hide the inspector") if self._inspector_shown else self.tr("Show the inspector")
        for control, name, keys in (
            (self._sidebar_button, sidebar, "Ctrl+B"),
            (self._inspector_button, inspector, "Ctrl+I"),
            (self._settings_button, self.tr("Settings"), "Ctrl+,"),
            (self.search, "", "Ctrl+F"),
        ):
            if name:
                control.setAccessibleName(name)
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            control.setToolTip(plain_tooltip(f"{name or control.accessibleName()} ({shown})"))
