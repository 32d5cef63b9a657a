"""Pictures come into the library through the window: dropped, pasted, chosen, or adopted where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QLocale, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def looked(start: Callable[..., House]) -> House:
    """An empty library, looked at in the grid."""
    house = start()
    house.stand()
    house.window.show_library()
    house.until(house.panels.library_page.adopt_button.isVisible)
    return house


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two pictures, one of them in a folder of its own, and what is none."""
    made = tmp_path / "holiday"
    (made / "sea").mkdir(parents=True)
    told = PngInfo()
    told.add_text("parameters", "A lighthouse at dusk\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 24x16")
    Image.new("RGB", (24, 16)).save(made / "lighthouse.png", pnginfo=told)
    (made / "sea" / "wave.png").write_bytes(picture((1, 2, 3)))
    (made / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
    (made / "letter.txt").write_text("Dear all")
    return made


def drop(house: House, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(house.window, QDragEnterEvent(QPoint(300, 300), *how))
    QApplication.sendEvent(house.window, QDropEvent(QPointF(300, 300), *how))


def choose_from_menu(house: House, number: int) -> None:
    house.panels.library_page.import_menu.actions()[number].trigger()


def choose_in_dialog(house: House, path: Path) -> None:
    house.until(lambda: any(one.isVisible() for one in house.window.findChildren(QFileDialog)))
    dialog = next(one for one in house.window.findChildren(QFileDialog) if one.isVisible())
    dialog.filesSelected.emit([str(path)])
    dialog.reject()


def count(house: House) -> int:
    return len(house.panels.library_page.grid.listing)


def prompts(house: House) -> set[str]:
    return {state.record.prompt for state in house.strip}


def test_a_dropped_folder_is_copied_when_asked_and_what_could_not_come_is_told(looked: House, folder: Path) -> None:
    drop(looked, folder)
    assert "becomes a library of its own" in looked.words(looked.panels.notices)
    looked.press("Copy", looked.panels.notices)
    looked.until(lambda: count(looked) == 2)
    looked.until(lambda: "Imported 2, 1 could not be taken." in looked.words(looked.panels.notices))
    looked.until(lambda: "A lighthouse at dusk" in prompts(looked))
    assert len(looked.files()) == 2
    assert len(list(folder.rglob("*.png"))) == 3
    looked.press("Copy the list", looked.panels.notices)
    assert QGuiApplication.clipboard().text().startswith(f"{folder / 'broken.png'}: ")


def test_a_chosen_folder_is_moved_when_asked(looked: House, folder: Path) -> None:
    choose_from_menu(looked, 1)
    choose_in_dialog(looked, folder)
    looked.press("Move", looked.panels.notices)
    looked.until(lambda: count(looked) == 2)
    looked.until(lambda: [path.name for path in folder.rglob("*.png")] == ["broken.png"])


def test_chosen_pictures_that_are_there_already_are_counted(looked: House, folder: Path) -> None:
    for words in ("Imported 1.", "Imported 0, 1 were there already."):
        choose_from_menu(looked, 0)
        choose_in_dialog(looked, folder / "lighthouse.png")
        looked.press("Copy", looked.panels.notices)
        looked.until(lambda words=words: looked.panels.toast._words.text() == words)
    assert count(looked) == 1


def test_a_folder_is_opened_as_a_library_and_its_pictures_stay_where_they_lie(looked: House, folder: Path) -> None:
    before = looked.library
    drop(looked, folder)
    looked.press("Open as a library", looked.panels.notices)
    looked.until(lambda: looked.library == folder and count(looked) == 2)
    assert (folder / "sea" / "wave.png").read_bytes() == picture((1, 2, 3))
    assert not looked.files()
    assert list(before.glob("[0-9]*")) == []
    assert looked.composition.settings.settings.library == str(folder)


def test_an_empty_library_takes_in_what_lies_in_its_folder(looked: House) -> None:
    (looked.library / "old").mkdir()
    (looked.library / "old" / "wave.png").write_bytes(picture())
    looked.press("Take in what lies in its folder")
    looked.until(lambda: count(looked) == 1)
    assert (looked.library / "old" / "wave.png").exists()


def test_a_pasted_picture_comes_at_once_and_pasted_files_are_asked_about(looked: House, folder: Path) -> None:
    looked.window.activateWindow()
    looked.until(looked.window.isActiveWindow)
    looked.panels.library_page.import_button.setFocus()
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(looked.window, Qt.Key.Key_V, CONTROL)
    looked.until(lambda: count(looked) == 1)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / "lighthouse.png"))])
    QGuiApplication.clipboard().setMimeData(data)
    QTest.keyClick(looked.window, Qt.Key.Key_V, CONTROL)
    looked.press("Copy", looked.panels.notices)
    looked.until(lambda: count(looked) == 2)


def test_an_import_shows_how_far_it_is_and_ends_with_its_cancel(looked: House, tmp_path: Path) -> None:
    many = tmp_path / "many"
    many.mkdir()
    for number in range(1500):
        (many / f"{number:04}.png").write_bytes(picture((number % 256, number // 256, 9)))
    drop(looked, many)
    looked.press("Copy", looked.panels.notices)
    # A second one does not begin meanwhile.
    drop(looked, many)
    looked.until(lambda: "An import is running" in looked.panels.toast._words.text())
    looked.until(lambda: f" of {QLocale().toString(1500)}." in looked.words(looked.panels.notices))
    looked.press("Cancel", looked.panels.notices)
    looked.until(lambda: "cancelled" in looked.panels.toast._words.text())
    looked.until(lambda: count(looked) == len(looked.files()))
    assert 0 < count(looked) < 1500
