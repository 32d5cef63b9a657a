"""Where the Tab key goes, for panels that were built after their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterator


def follow(before: QWidget, panel: QWidget) -> None:
    """Have the keys come to what `panel` holds right after what `before` holds. Both are in one window."""
    order = list(_stops(before.window()))
    *_, last = (widget for widget in order if before.isAncestorOf(widget))
    for widget in order:
        if panel.isAncestorOf(widget):
            QWidget.setTabOrder(last, widget)
            last = widget


def _stops(window: QWidget) -> Iterator[QWidget]:
    """All widgets at which the Tab key may stop, in its order."""
    widget = window.nextInFocusChain()
    while widget is not None and widget is not window:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
            yield widget
        widget = widget.nextInFocusChain()
