"""Pages of which one is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtCore import QSize


class PageStack(QStackedWidget):
    """Needs as much room as the page that is shown. Qt's own keeps room for the largest, which a small screen has not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()  # pyright: ignore[reportUnnecessaryComparison] (the stub leaves None out)
