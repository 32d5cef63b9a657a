"""The window's panels by name, for those who join them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget

    from imagegen_desktop.ui.export_sheet import ExportSheet
    from imagegen_desktop.ui.filmstrip.filmstrip import Filmstrip
    from imagegen_desktop.ui.inspector.inspector import Inspector
    from imagegen_desktop.ui.library_page import LibraryPage
    from imagegen_desktop.ui.name_sheet import NameSheet
    from imagegen_desktop.ui.notices import NoticeBoard
    from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock
    from imagegen_desktop.ui.queue.queue_panel import QueuePanel
    from imagegen_desktop.ui.settings.settings_page import SettingsPage
    from imagegen_desktop.ui.share_sheet import ShareSheet
    from imagegen_desktop.ui.sidebar.sidebar import Sidebar
    from imagegen_desktop.ui.spending.spending_page import SpendingPage
    from imagegen_desktop.ui.stage.stage import Stage
    from imagegen_desktop.ui.toast import Toast
    from imagegen_desktop.ui.top_bar.top_bar import TopBar


@dataclass(frozen=True, slots=True)
class FirstPanels:
    """What is seen of the window first. `pages` shows the library, and later the stage, the settings or what was spent."""

    top_bar: TopBar
    sidebar: Sidebar
    pages: QStackedWidget
    library_page: LibraryPage
    notices: NoticeBoard
    toast: Toast


@dataclass(frozen=True, slots=True)
class CreatePanels:
    """What pictures are made with, and looked at one by one."""

    stage: Stage
    filmstrip: Filmstrip
    dock: PromptDock
    inspector: Inspector


@dataclass(frozen=True, slots=True)
class WindowPanels(FirstPanels):
    """All of them: what a person asks for is built when the first screen stands."""

    stage: Stage
    filmstrip: Filmstrip
    dock: PromptDock
    inspector: Inspector
    settings_page: SettingsPage
    spending_page: SpendingPage
    names: NameSheet
    exports: ExportSheet
    shares: ShareSheet
    queue: QueuePanel
