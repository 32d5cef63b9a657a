"""The panels that a start does without: pages and sheets that a person asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.ui.export_sheet import ExportSheet
from imagegen_desktop.ui.name_sheet import NameSheet
from imagegen_desktop.ui.queue.queue_panel import QueuePanel
from imagegen_desktop.ui.settings.settings_page import SettingsPage
from imagegen_desktop.ui.share_sheet import ShareSheet
from imagegen_desktop.ui.spending.spending_page import SpendingPage
from imagegen_desktop.ui.window_panels import WindowPanels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.models import ModelCatalogue
    from imagegen_desktop.ui.main_window import MainWindow
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons


def furnish(window: MainWindow, catalogue: ModelCatalogue, appearance: Appearance, icons: Icons) -> Iterator[None]:
    """Build them in steps, and give the window all its panels at the end."""
    first, create = window.first, window.need_create()
    settings_page = SettingsPage(catalogue, appearance, icons, first.pages)
    yield
    spending_page = SpendingPage(appearance, icons, first.pages)
    yield
    names, exports, shares = NameSheet(), ExportSheet(), ShareSheet()
    yield
    panels = WindowPanels(
        top_bar=first.top_bar,
        sidebar=first.sidebar,
        pages=first.pages,
        library_page=first.library_page,
        notices=first.notices,
        stage=create.stage,
        filmstrip=create.filmstrip,
        dock=create.dock,
        inspector=create.inspector,
        toast=first.toast,
        settings_page=settings_page,
        spending_page=spending_page,
        names=names,
        exports=exports,
        shares=shares,
        queue=QueuePanel(icons, window.whole),
    )
    window.take_panels(panels)
    yield
