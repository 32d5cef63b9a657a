"""The sizes of a model as a row of chips that read as ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QWidget

from imagegen_desktop.core.models import AUTO, pixels_of, ratio_of
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import SPACE_1

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHIPS = 5
# A ratio of larger numbers tells nobody anything.
ROUNDEST = 21


class SizeChips(QWidget):
    """Emits `chosen(str)`, a size in the service's words. Sizes beyond the fifth stand in a menu."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes: tuple[str, ...] = ()
        self._chips: dict[str, QPushButton] = {}
        self._more: QPushButton | None = None
        self._more_actions: dict[str, QAction] = {}
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_1)
        self.setAccessibleName(self.tr("Size"))

    @property
    def chips(self) -> dict[str, QPushButton]:
        """The chip of each size that has one."""
        return dict(self._chips)

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """All chips in their order, the menu's included."""
        return (*self._chips.values(), *([self._more] if self._more is not None else []))

    def set_sizes(self, sizes: Sequence[str], chosen: str) -> None:
        """Offer `sizes` with `chosen` among them marked. Emits nothing."""
        if tuple(sizes) != self._sizes:
            self._sizes = tuple(sizes)
            self._rebuild()
        self.choose(chosen)
        self.setVisible(len(self._sizes) > 1)

    def choose(self, size: str) -> None:
        chip = self._chips.get(size)
        if self._more is not None:
            action = self._more_actions.get(size)
            if action is not None:
                action.setChecked(True)
                chip = self._more
            self._more.setText(self._label(size) if action is not None else self.tr("More"))
            self._more.setAccessibleName(self._name(size) if action is not None else self.tr("More sizes"))
        if chip is not None:
            chip.setChecked(True)

    def _rebuild(self) -> None:
        for button in self.buttons:
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._chips, self._more, self._more_actions = {}, None, {}
        shown = self._sizes if len(self._sizes) <= MOST_CHIPS else self._sizes[: MOST_CHIPS - 1]
        for size in shown:
            chip = self._chip(self._label(size), self._name(size))
            chip.clicked.connect(self._chip_clicked)
            self._chips[size] = chip
        rest = self._sizes[len(shown) :]
        if rest:
            self._add_more(rest)

    def _add_more(self, sizes: Sequence[str]) -> None:
        self._more = self._chip(self.tr("More"), self.tr("More sizes"))
        menu = QMenu(self._more)
        group = QActionGroup(menu)
        for size in sizes:
            action = menu.addAction(self._name(size))
            action.setCheckable(True)
            action.setData(size)
            group.addAction(action)
            self._more_actions[size] = action
        menu.triggered.connect(self._action_triggered)
        self._more.setMenu(menu)

    def _chip(self, text: str, name: str) -> QPushButton:
        chip = QPushButton(text, self)
        chip.setProperty("kind", "chip")
        chip.setCheckable(True)
        chip.setAccessibleName(name)
        chip.setToolTip(plain_tooltip(name))
        self._group.addButton(chip)
        self._row.addWidget(chip)
        # A layout shows what it is given only later, when the event loop comes round.
        chip.show()
        return chip

    @Slot()
    def _chip_clicked(self) -> None:
        for size, chip in self._chips.items():
            if chip is self.sender():
                self.choose(size)
                self.chosen.emit(size)

    @Slot(QAction)
    def _action_triggered(self, action: QAction) -> None:
        size = str(action.data())
        self.choose(size)
        self.chosen.emit(size)

    def _label(self, size: str) -> str:
        """The ratio; with the width where another size has the same ratio."""
        ratio = ratio_of(size)
        pixels = pixels_of(size)
        if pixels is None:
            return self.tr("Auto") if size == AUTO else size
        if max(int(part) for part in ratio.split(":")) > ROUNDEST:
            return f"{pixels[0]} × {pixels[1]}"
        twins = [other for other in self._sizes if ratio_of(other) == ratio]
        return ratio if len(twins) == 1 else f"{ratio} · {pixels[0]}"

    def _name(self, size: str) -> str:
        """Pixels and ratio: "1536 × 1024, 3:2"."""
        pixels = pixels_of(size)
        if pixels is None:
            return self.tr("Auto: the model chooses the size") if size == AUTO else size
        return f"{pixels[0]} × {pixels[1]}, {ratio_of(size)}"
