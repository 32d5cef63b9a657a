"""Finding in the whole window: names complete a search, and the best hits come after a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from imagegen_desktop.core.organising import add_tag
from imagegen_desktop.ui.stage.stage import Shown

if TYPE_CHECKING:
    from house import House


def test_a_tag_completes_the_search_and_the_best_hit_is_looked_at(house: House) -> None:
    for number, words in enumerate(("A lighthouse", "A cat in a lighthouse of glass"), start=1):
        house.generated(words)
        house.until(lambda number=number: len(house.strip) == number)
    older = house.strip[1]
    house.composition.library_desk.apply(add_tag((older,), "harbour"), "Tagged")
    field = house.panels.top_bar.search
    house.until(lambda: bool(field._vocabulary.tags))
    house.window.activateWindow()
    field.setFocus()
    house.until(field.hasFocus)
    QTest.keyClicks(field, "harb")
    assert field.offers == ["tag:harbour"]
    QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Escape)
    field.clear()
    QTest.keyClicks(field, "lighthouse")
    # The shorter prompt fits better, though it is the older one.
    house.until(lambda: field.offers == ["A lighthouse", "A cat in a lighthouse of glass"])
    popup = QApplication.activePopupWidget()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    house.until(lambda: house.panels.stage.image_id == older.id and house.shown is Shown.PICTURE)
