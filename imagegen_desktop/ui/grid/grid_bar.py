"""The bar over the grid: how many images, which arrangement, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSlider, QWidget

from imagegen_desktop.ui.grid.layout import LARGEST, SMALLEST, Arrangement
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import SPACE_1, SPACE_3, SPACE_4

if TYPE_CHECKING:
    from imagegen_desktop.ui.grid.grid import ImageGrid

HEIGHT: Final = 44
STEP: Final = 16
SLIDER: Final = 140


class GridBar(QWidget):
    """Emits `arrangement_chosen(Arrangement)` and `edge_chosen(int)`, logical pixels, when the person chose; not when set."""

    arrangement_chosen = Signal(object)
    edge_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._count = PlainLabel(kind="muted")
        self._count.setFont(tabular(self._count.font()))
        self._buttons = {
            Arrangement.SQUARE: self._segment(self.tr("Square"), self.tr("Equal cells")),
            Arrangement.JUSTIFIED: self._segment(self.tr("Rows"), self.tr("Rows that the pictures fill")),
        }
        self._size = QSlider(Qt.Orientation.Horizontal)
        self._size.setRange(SMALLEST, LARGEST)
        self._size.setSingleStep(STEP)
        self._size.setPageStep(4 * STEP)
        self._size.setFixedWidth(SLIDER)
        self._size.setAccessibleName(self.tr("Size of the thumbnails"))
        self._size.setToolTip(self.tr("Size of the thumbnails"))
        self._size.valueChanged.connect(self._size_changed)
        self._lay_out()
        self.set_arrangement(Arrangement.SQUARE)
        self.set_counts(0, 0)

    def join(self, grid: ImageGrid) -> None:
        """Have the bar steer the grid and tell of it. Both live in the same window."""
        self.arrangement_chosen.connect(grid.set_arrangement)
        self.edge_chosen.connect(grid.set_edge)
        grid.edge_changed.connect(self.set_edge)
        self.set_arrangement(grid.arrangement)
        self.set_edge(grid.edge)

    @Slot(object)
    def set_edge(self, edge: int) -> None:
        with QSignalBlocker(self._size):
            self._size.setValue(edge)

    def set_arrangement(self, arrangement: Arrangement) -> None:
        self._buttons[arrangement].setChecked(True)

    def set_counts(self, images: int | None, selected: int) -> None:
        """Such as "1,204 images, 3 selected"; nothing where it is not known yet how many there are."""
        if images is None:
            self._count.setText("")
            return
        words = self.tr("1 image") if images == 1 else self.tr("{images} images")
        if selected:
            words = self.tr("{all}, {selected} selected").replace("{all}", words)
        locale = self.locale()
        self._count.setText(words.format(images=locale.toString(images), selected=locale.toString(selected)))

    def _segment(self, text: str, meaning: str) -> QPushButton:
        button = QPushButton(text)
        button.setProperty("kind", "segment")
        button.setCheckable(True)
        button.setAccessibleDescription(meaning)
        return button

    def _lay_out(self) -> None:
        segments = QFrame()
        segments.setProperty("kind", "segments")
        row = QHBoxLayout(segments)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        group = QButtonGroup(self)
        for button in self._buttons.values():
            row.addWidget(button)
            group.addButton(button)
            button.clicked.connect(self._clicked)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(SPACE_4, SPACE_1, SPACE_4, SPACE_1)
        outer.setSpacing(SPACE_3)
        outer.addWidget(self._count)
        outer.addStretch(1)
        outer.addWidget(segments)
        outer.addWidget(self._size)

    def sizeHint(self) -> QSize:
        return QSize(480, HEIGHT)

    @Slot()
    def _clicked(self) -> None:
        chosen = next(arrangement for arrangement, button in self._buttons.items() if button.isChecked())
        self.arrangement_chosen.emit(chosen)

    @Slot(int)
    def _size_changed(self, value: int) -> None:
        self.edge_chosen.emit(value)
