"""The tags of the chosen images: a chip each, and a field that adds one and completes its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal, Slot
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.organising import tag_name
from imagegen_desktop.ui.flow_layout import FlowLayout
from imagegen_desktop.ui.text import plain_tooltip
from imagegen_desktop.ui.theme.tokens import ICON_CHIP, SPACE_2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imagegen_desktop.ui.theme.icons import Icons


class TagChips(QWidget):
    """Emits `added(tag)` and `removed(tag)`."""

    added = Signal(object)
    removed = Signal(object)

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._chips: dict[str, QPushButton] = {}
        self._known = QStringListModel(self)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Add a tag"))
        self.field.setAccessibleName(self.tr("Add a tag"))
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        popup = QListView()
        popup.setProperty("kind", "offers")
        popup.setAccessibleName(self.tr("Known tags"))
        completer.setPopup(popup)
        self.field.setCompleter(completer)
        self.field.returnPressed.connect(self._add)
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_2)
        column.addWidget(self._holder)
        column.addWidget(self.field)
        self.show_tags((), ())

    def set_known(self, tags: Iterable[str]) -> None:
        """The names that the field completes."""
        self._known.setStringList(sorted(tags, key=str.casefold))

    def show_tags(self, everywhere: Sequence[str], somewhere: Sequence[str]) -> None:
        """`everywhere`: all chosen images have it; `somewhere`: only some of them."""
        for chip in self._chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = {}
        for tag in (*everywhere, *somewhere):
            self._chips[tag] = self._chip(tag, partly=tag not in everywhere)
            self._flow.addWidget(self._chips[tag])
        self._holder.setVisible(bool(self._chips))

    @property
    def chips(self) -> dict[str, QPushButton]:
        return self._chips

    def _chip(self, tag: str, *, partly: bool) -> QPushButton:
        words = tag.replace("&", "&&")
        chip = QPushButton(words if not partly else self.tr("{tag} (some)").format(tag=words))
        chip.setProperty("kind", "chip")
        chip.setIcon(self._icons.icon("x", "text2"))
        chip.setIconSize(QSize(ICON_CHIP - 4, ICON_CHIP - 4))
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        words = self.tr("Remove the tag {tag}").format(tag=tag)
        chip.setAccessibleName(words)
        chip.setToolTip(plain_tooltip(words))
        chip.clicked.connect(lambda _checked=False, tag=tag: self.removed.emit(tag))
        return chip

    @Slot()
    def _add(self) -> None:
        names = [tag_name(part) for part in self.field.text().split(",")]
        self.field.clear()
        for name in names:
            if name:
                self.added.emit(name)
