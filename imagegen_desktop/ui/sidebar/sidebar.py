"""The sidebar: the library's places with their counts, and how much the library holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from imagegen_desktop.core.places import Place
from imagegen_desktop.ui.sidebar.places_list import PlacesList
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_4

if TYPE_CHECKING:
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

TEXT_INSET = 18


class Sidebar(QWidget):
    """Emits `place_chosen(Place)`."""

    place_chosen = Signal(object)

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.places = PlacesList(appearance, icons)
        self.places.chosen.connect(self.place_chosen)
        heading = PlainLabel(self.tr("LIBRARY"), kind="caption")
        heading.setContentsMargins(TEXT_INSET, 0, TEXT_INSET, SPACE_1)
        heading.setBuddy(self.places)
        self._summary = PlainLabel(kind="muted")
        self._where = PlainLabel(self.tr("On this computer"), kind="muted")
        for label in (self._summary, self._where):
            label.setContentsMargins(TEXT_INSET, 0, TEXT_INSET, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_4, 0, SPACE_4)
        column.setSpacing(2)
        column.addWidget(heading)
        column.addWidget(self.places)
        column.addStretch(1)
        column.addWidget(self._summary)
        column.addWidget(self._where)
        self.set_counts({}, 0)

    @property
    def summary(self) -> str:
        return self._summary.text()

    def set_counts(self, counts: dict[Place, int], total_bytes: int) -> None:
        """`total_bytes` is the size of all picture files in the library."""
        self.places.set_counts(counts)
        count = counts.get(Place.ALL, 0)
        images = self.tr("1 image") if count == 1 else self.tr("{count} images").format(count=QLocale().toString(count))
        if total_bytes:
            size = QLocale().formattedDataSize(total_bytes, 0, QLocale.DataSizeFormat.DataSizeSIFormat)
            self._summary.setText(f"{images} · {size}")
        else:
            self._summary.setText(images)

    def select(self, place: Place) -> None:
        """Show `place` as chosen. Emits nothing."""
        self.places.select(place)
