"""The tools that float under the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import ICON_TOOL, SPACE_1, SPACE_2

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.icons import Icons


class Pill(QFrame):
    zoom_out = Signal()
    fit = Signal()
    zoom_in = Signal()
    favourite = Signal()
    trash = Signal()
    play = Signal()

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self._icons = icons
        self.setProperty("kind", "pill")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACE_2, SPACE_1, SPACE_2, SPACE_1)
        self._row.setSpacing(SPACE_1)
        self._button("zoom-out", self.tr("Zoom out"), "-").clicked.connect(self.zoom_out)
        self._button("scan", self.tr("Fit to the window"), "0").clicked.connect(self.fit)
        self._button("zoom-in", self.tr("Zoom in"), "+").clicked.connect(self.zoom_in)
        self._play = self._button("pause", self.tr("Pause"))
        self._play.clicked.connect(self.play)
        self._play.hide()
        self._heart = self._button("heart", self.tr("Favourite"))
        self._heart.setCheckable(True)
        # The heart shows what is kept, not what was clicked: the new state comes back through show_favourite.
        self._heart.clicked.connect(self._heart_clicked)
        self._button("trash-2", self.tr("Move to the trash")).clicked.connect(self.trash)
        self._is_favourite = False

    def show_favourite(self, favourite: bool) -> None:  # noqa: FBT001 (a state, not a mode)
        self._is_favourite = favourite
        self._heart.setChecked(favourite)
        self._heart.setIcon(self._icons.icon("heart-filled", "accent_text") if favourite else self._icons.icon("heart"))

    def show_playing(self, playing: bool | None) -> None:  # noqa: FBT001 (a state, not a mode)
        """None for a picture that does not move."""
        self._play.setVisible(playing is not None)
        name = self.tr("Pause") if playing else self.tr("Play")
        self._play.setIcon(self._icons.icon("pause" if playing else "play"))
        self._play.setAccessibleName(name)
        self._play.setToolTip(plain_tooltip(name))

    def _heart_clicked(self) -> None:
        self._heart.setChecked(self._is_favourite)
        self.favourite.emit()

    def _button(self, icon: str, name: str, key: str = "") -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "quiet")
        button.setIcon(self._icons.icon(icon))
        button.setIconSize(QSize(ICON_TOOL, ICON_TOOL))
        button.setAccessibleName(name)
        button.setToolTip(plain_tooltip(f"{name} ({key})" if key else name))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._row.addWidget(button)
        return button
