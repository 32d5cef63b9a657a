"""Where the Tab key goes, for panels that were built after their neighbours."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def follow(before: QWidget, *panels: QWidget) -> None:
    """Have the keys come to what the panels hold right after what `before` holds. All are in one window.

    WORKAROUND for PySide6 (6.11.3): Qt's own chain is not walked, for what `nextInFocusChain` returns becomes a child of what
    was asked, as far as the binding knows, and its wrapper goes when that does: seen here as a crash in a layout.
    """
    *_, last = _stops(before)
    for panel in panels:
        for widget in _stops(panel):
            QWidget.setTabOrder(last, widget)
            last = widget


def _stops(panel: QWidget) -> list[QWidget]:
    """Not in the lists that pop up from it, which are windows of their own."""
    inside = (widget for widget in [panel, *panel.findChildren(QWidget)] if widget.window() is panel.window())
    return [widget for widget in inside if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
