"""Images leave the library through the window: by the menu, the clipboard, the export sheet; and the trash is emptied."""

from __future__ import annotations

import zipfile
from array import array
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from imagegen_desktop.core.exporting import Container, Metadata
from imagegen_desktop.core.places import Place
from imagegen_desktop.imaging.decode import measure
from imagegen_desktop.imaging.foreign.reading import read
from imagegen_desktop.ui import trash_flow

if TYPE_CHECKING:
    from pathlib import Path

    from house import House
    from PySide6.QtWidgets import QWidget

    from imagegen_desktop.ui.export_sheet import ExportSheet

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def two(house: House) -> House:
    """A library with a boat and a cat, looked at in the grid, the cat chosen."""
    for number, words in enumerate(("A boat", "A cat"), start=1):
        house.generated(words)
        house.until(lambda number=number: len(house.strip) == number)
    house.window.show_library()
    grid = house.panels.library_page.grid
    house.until(lambda: len(grid.listing) == 2)
    grid.press(0)
    house.until(lambda: len(house.composition.front.chosen()) == 1)
    return house


def menu_of(house: House) -> QMenu:
    menus = [menu for menu in house.window.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    return menus[0]


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def pick(menu: QMenu, words: str) -> None:
    action = next(action for action in menu.actions() if action.text() == words)
    action.trigger()
    menu.close()


def ask_for_menu(widget: QWidget) -> None:
    """As the menu key does."""
    place = QPoint(5, 5)
    QApplication.sendEvent(
        widget, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, widget.mapToGlobal(place))
    )


def choose_in_dialog(house: House, path: Path) -> None:
    house.until(lambda: any(one.isVisible() for one in house.window.findChildren(QFileDialog)))
    dialog = next(one for one in house.window.findChildren(QFileDialog) if one.isVisible())
    dialog.filesSelected.emit([str(path)])
    dialog.reject()


def sheet_of(house: House) -> ExportSheet:
    house.window.activateWindow()
    house.until(house.window.isActiveWindow)
    QTest.keyClick(house.window, Qt.Key.Key_E, CONTROL | SHIFT)
    house.until(house.panels.exports.isVisible)
    return house.panels.exports


# ---- the menu ----


def test_the_menu_of_an_image_holds_what_can_be_done_with_it(two: House) -> None:
    ask_for_menu(two.panels.library_page.grid.viewport())
    menu = menu_of(two)
    assert texts(menu) == [
        "Open",
        "Reuse all its settings",
        "Reuse its prompt",
        "Reuse its size",
        "Make another like it",
        "Add to favourites",
        "Stars",
        "Reject",
        "Albums",
        "Copy the image",
        "Copy its prompt",
        "Save a copy as…",
        "Export…",
        "Show in folder",
        "Move to the trash",
    ]
    pick(menu, "Add to favourites")
    two.until(lambda: two.composition.front.chosen()[0].favourite)


def test_a_stack_is_laid_out_and_gathered_from_the_menu(two: House) -> None:
    grid = two.panels.library_page.grid
    listing = grid.listing
    assert "Gather the stack" not in texts(menu_at(two, 0))
    grid.set_listing(replace(listing, stacks=array("q", [7, 7])))
    pick(menu_at(two, 0), "Lay its 2 images out")
    assert len(grid.cells) == 2
    pick(menu_at(two, 1), "Gather the stack")
    assert len(grid.cells) == 1


def menu_at(house: House, cell: int) -> QMenu:
    """The menu of a cell, in place of any that is open."""
    for menu in house.window.findChildren(QMenu):
        menu.close()
    grid = house.panels.library_page.grid
    grid.press(cell)
    house.until(lambda: bool(house.composition.front.chosen()))
    return house.composition.library_parts.leaving.menu.build(house.composition.front.chosen())


def test_the_same_menu_opens_on_the_stage_and_in_the_strip(two: House) -> None:
    two.window.show_create()
    two.until(lambda: two.panels.stage.image_id is not None)
    for widget in (two.panels.stage, two.panels.filmstrip):
        ask_for_menu(widget)
        menu = menu_of(two)
        assert "Export…" in texts(menu)
        # There it is looked at already.
        assert "Open" not in texts(menu)
        menu.close()


def test_a_letter_reuses_the_image_that_is_chosen_in_the_grid(two: House) -> None:
    grid = two.panels.library_page.grid
    grid.press(1)
    two.until(lambda: two.composition.front.chosen()[0].record.prompt == "A boat")
    QTest.keyClick(grid, Qt.Key.Key_P)
    assert two.panels.dock.draft().prompt == "A boat"


def test_albums_are_made_and_filled_from_the_menu(two: House) -> None:
    ask_for_menu(two.panels.library_page.grid.viewport())
    albums = next(action.menu() for action in menu_of(two).actions() if action.text() == "Albums")
    assert isinstance(albums, QMenu)
    pick(albums, "New album…")
    menu_of(two).close()
    two.panels.names.field.setText("Work")
    two.panels.names.save.click()
    two.until(lambda: bool(two.composition.front.chosen()[0].albums))


# ---- the clipboard ----


def test_a_copied_image_is_pixels_and_a_file(two: House) -> None:
    QGuiApplication.clipboard().setText("before")
    two.panels.library_page.grid.setFocus()
    QTest.keyClick(two.panels.library_page.grid, Qt.Key.Key_C, CONTROL)
    clipboard = QGuiApplication.clipboard()
    two.until(lambda: clipboard.mimeData().hasImage())
    state = two.composition.front.chosen()[0]
    assert clipboard.image().width() == state.record.got.width
    (url,) = clipboard.mimeData().urls()
    assert url.toLocalFile() == str(two.library / state.path)


def test_a_dragged_image_is_a_file_and_pixels_and_several_are_files(two: House) -> None:
    grid = two.panels.library_page.grid
    assert grid.drag_data is not None
    one = grid.drag_data(grid.selection.moments)
    assert one is not None
    (state,) = two.composition.front.chosen()
    path = two.library / state.path
    assert [url.toLocalFile() for url in one.urls()] == [str(path)]
    assert one.imageData().size().toTuple() == (state.record.got.width, state.record.got.height)
    grid.select_all()
    two.until(lambda: len(two.composition.front.chosen()) == 2)
    both = grid.drag_data(grid.selection.moments)
    assert both is not None
    assert (len(both.urls()), both.hasImage()) == (2, False)
    path.rename(path.with_suffix(".gone"))
    assert one.imageData() is None


def test_the_prompt_of_the_chosen_image_is_copied(two: House) -> None:
    QTest.keyClick(two.window, Qt.Key.Key_C, CONTROL | SHIFT)
    assert QGuiApplication.clipboard().text() == "A cat"


# ---- export ----


def test_the_sheet_says_what_it_will_do(two: House) -> None:
    sheet = sheet_of(two)
    assert sheet.title.text() == "Export this image"
    assert not sheet.format.isEnabled()
    assert "Byte for byte" in sheet.told.text()
    assert "a-cat" in sheet.example.text()
    sheet.metadata.setCurrentIndex(sheet.metadata.findData(Metadata.FULL))
    sheet.metadata.activated.emit(1)
    assert sheet.format.isEnabled()
    assert "written into each copy" in sheet.told.text()
    sheet.pattern.setText("{nonsense}")
    sheet.pattern.textEdited.emit("{nonsense}")
    assert not sheet.export.isEnabled()
    assert "{date}" in sheet.told.text()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_chosen_images_leave_with_their_words_in_them(two: House, tmp_path: Path) -> None:
    two.panels.library_page.grid.select_all()
    two.until(lambda: len(two.composition.front.chosen()) == 2)
    sheet = sheet_of(two)
    assert sheet.title.text() == "Export 2 images"
    sheet.metadata.setCurrentIndex(sheet.metadata.findData(Metadata.FULL))
    sheet.metadata.activated.emit(1)
    sheet.export.click()
    choose_in_dialog(two, tmp_path / "out")
    two.until(lambda: "Exported to" in two.words(two.panels.notices))
    prompts = {read(file.read_bytes()).prompt for file in (tmp_path / "out").iterdir()}
    assert prompts == {"A boat", "A cat"}
    two.press("Close", two.panels.notices)
    assert not two.panels.notices.isVisible()


def test_a_zip_a_contact_sheet_and_the_records(two: House, tmp_path: Path) -> None:
    for button, name in (("Contact sheet…", "sheet.pdf"), ("Records…", "records.json")):
        two.press(button, sheet_of(two))
        choose_in_dialog(two, tmp_path / name)
        two.until(lambda: "Exported to" in two.words(two.panels.notices))
        two.press("Close", two.panels.notices)
        assert (tmp_path / name).stat().st_size > 100
    sheet = sheet_of(two)
    sheet.container.setCurrentIndex(sheet.container.findData(Container.ZIP))
    sheet.container.activated.emit(1)
    sheet.export.click()
    choose_in_dialog(two, tmp_path / "images.zip")
    two.until(lambda: "Exported to" in two.words(two.panels.notices))
    with zipfile.ZipFile(tmp_path / "images.zip") as archive:
        assert len(archive.namelist()) == 1


def test_a_copy_is_saved_in_the_format_of_its_ending(two: House, tmp_path: Path) -> None:
    QTest.keyClick(two.window, Qt.Key.Key_S, CONTROL | SHIFT)
    choose_in_dialog(two, tmp_path / "mine.webp")
    two.until(lambda: "Exported to" in two.words(two.panels.notices))
    assert measure((tmp_path / "mine.webp").read_bytes()).format == "webp"


def test_what_could_not_leave_is_told(two: House, tmp_path: Path) -> None:
    (two.library / two.composition.front.chosen()[0].path).unlink()
    sheet_of(two).export.click()
    choose_in_dialog(two, tmp_path / "out")
    two.until(lambda: "1 could not be copied" in two.words(two.panels.notices))


# ---- the trash ----


@pytest.fixture
def in_trash(two: House) -> House:
    """The cat is in the trash, and the trash is looked at."""
    QTest.keyClick(two.panels.library_page.grid, Qt.Key.Key_Delete)
    two.until(lambda: len(two.panels.library_page.grid.listing) == 1)
    assert not two.panels.library_page.empty_button.isVisible()
    two.panels.sidebar.places.chosen.emit(Place.TRASH)
    two.until(two.panels.library_page.empty_button.isVisible)
    grid = two.panels.library_page.grid
    two.until(lambda: (state := grid.state_of(0)) is not None and state.trashed)
    return two


def trashed_files(house: House) -> list[Path]:
    return list((house.library / ".imagegen" / "trash").iterdir())


def test_the_trash_is_emptied_after_a_word_into_the_systems_trash(
    in_trash: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    (file,) = trashed_files(in_trash)
    in_trash.press("Empty the trash", in_trash.panels.library_page)
    assert "Its one image leaves the library for good" in in_trash.words(in_trash.panels.notices)
    assert trashed_files(in_trash) == [file]
    in_trash.press("Cancel", in_trash.panels.notices)
    assert trashed_files(in_trash) == [file]
    in_trash.press("Empty the trash", in_trash.panels.library_page)
    in_trash.press("Delete for good", in_trash.panels.notices)
    in_trash.until(lambda: not len(in_trash.panels.library_page.grid.listing))
    assert trashed_files(in_trash) == []
    assert len(in_trash.files()) == 1
    words = "The image left the library; its file is in the system's trash"
    in_trash.until(lambda: in_trash.panels.toast._words.text() == words)
    assert [path.name for path in (tmp_path / "share" / "Trash" / "files").iterdir()] == [file.name]


def test_one_image_of_the_trash_is_deleted_from_its_menu_where_the_system_has_no_trash(
    in_trash: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trash_flow, "QFile", NoTrash)
    grid = in_trash.panels.library_page.grid
    grid.press(0)
    in_trash.until(lambda: [one.trashed for one in in_trash.composition.front.chosen()] == [True])
    ask_for_menu(grid.viewport())
    menu = menu_of(in_trash)
    assert "Move to the trash" not in texts(menu)
    pick(menu, "Delete for good…")
    in_trash.press("Delete for good", in_trash.panels.notices)
    in_trash.until(lambda: not len(grid.listing))
    assert trashed_files(in_trash) == []


class NoTrash:
    """A system that has none."""

    def __init__(self, _name: str) -> None:
        pass

    def moveToTrash(self) -> bool:
        return False
