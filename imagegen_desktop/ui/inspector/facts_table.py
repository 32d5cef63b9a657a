"""The facts of an image as a table of names and words; a difference between asked and got is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QWidget

from imagegen_desktop.ui.inspector.facts import Fact, FactName
from imagegen_desktop.ui.inspector.read_only_text import ReadOnlyText
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.fonts import tabular
from imagegen_desktop.ui.theme.tokens import SPACE_2, SPACE_3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imagegen_desktop.ui.theme.appearance import Appearance

# What people copy by hand; Tab reaches these, a click reaches all.
TAB_STOPS = frozenset({FactName.MODEL, FactName.SEED, FactName.FILE})


class FactsTable(QWidget):
    """Its rows are made once; showing another image only changes their words."""

    def __init__(self, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._rows: dict[FactName, tuple[PlainLabel, ReadOnlyText]] = {}
        self._differing: frozenset[FactName] = frozenset()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_3)
        grid.setVerticalSpacing(SPACE_2)
        grid.setColumnStretch(1, 1)
        names = {
            FactName.MODEL: self.tr("Model"),
            FactName.ENDPOINT: self.tr("Endpoint"),
            FactName.SIZE: self.tr("Size"),
            FactName.FRAMES: self.tr("Animated"),
            FactName.QUALITY: self.tr("Quality"),
            FactName.BACKGROUND: self.tr("Background"),
            FactName.LEFT_OUT: self.tr("Left out"),
            FactName.COUNT: self.tr("Count"),
            FactName.SEED: self.tr("Seed"),
            FactName.MADE: self.tr("Made"),
            FactName.TOOK: self.tr("Took"),
            FactName.TOKENS: self.tr("Usage"),
            FactName.COST: self.tr("Cost"),
            FactName.MADE_WITH: self.tr("Made with"),
            FactName.SETTINGS: self.tr("Settings"),
            FactName.SOURCE: self.tr("Source"),
            FactName.CREDENTIAL: self.tr("Credential"),
            FactName.CAME_AS: self.tr("Came as"),
            FactName.FILE: self.tr("File"),
            FactName.FILE_SIZE: self.tr("File size"),
            FactName.BUCKET: self.tr("Bucket"),
        }
        for number, (fact, name) in enumerate(names.items()):
            label = PlainLabel(name, kind="muted")
            value = ReadOnlyText(name, tab_stop=fact in TAB_STOPS)
            value.setFont(tabular(value.font()))
            label.setBuddy(value)
            grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, number, 1)
            self._rows[fact] = (label, value)
        appearance.changed.connect(self._recolour)

    def show_facts(self, facts: Mapping[FactName, Fact]) -> None:
        self._differing = frozenset(name for name, fact in facts.items() if fact.differs)
        for name, (label, value) in self._rows.items():
            fact = facts.get(name)
            value.setPlainText(fact.words if fact is not None else "")
            label.setVisible(fact is not None)
            value.setVisible(fact is not None)
        self._recolour(None)

    @property
    def stops(self) -> tuple[ReadOnlyText, ...]:
        """What Tab reaches, in the order of the rows."""
        return tuple(value for name, (_, value) in self._rows.items() if name in TAB_STOPS)

    def words(self, name: FactName) -> str:
        """What a row says; empty where there is no such row."""
        return self._rows[name][1].toPlainText()

    @Slot(object)
    def _recolour(self, tokens: object) -> None:
        del tokens
        warn = self._appearance.tokens.warn
        for name, (_, value) in self._rows.items():
            differs = name in self._differing
            value.setStyleSheet(f"color: {warn};" if differs else "")
            palette = QPalette(value.palette())
            palette.setColor(QPalette.ColorRole.Text, QColor(warn if differs else self._appearance.tokens.text))
            value.setPalette(palette)
