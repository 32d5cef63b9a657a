"""The library is checked, put in order and changed for another from the settings, while the window works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication

from pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

    from house import House
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.settings.library_section import LibrarySection


@pytest.fixture
def two(house: House) -> House:
    """A library with a boat and a cat, before the open settings."""
    for words in ("A boat", "A cat"):
        house.generated(words)
    house.panels.top_bar.settings_requested.emit()
    return house


def section(house: House) -> LibrarySection:
    return house.panels.settings_page.library


def checked(house: House) -> str:
    house.press("Check all files", section(house))
    house.until(lambda: section(house).verify.isVisible() and bool(section(house).status.text()))
    return section(house).status.text()


def test_a_sound_library_is_told_in_one_line(two: House) -> None:
    assert checked(two) == "All 2 files are as they came."
    assert not section(two).adopt.isVisible()
    assert not section(two).copy_list.isVisible()


def test_what_is_wrong_is_told_and_can_be_copied(two: House) -> None:
    boat, cat = two.files()
    boat.unlink()
    cat.write_bytes(picture())
    words = checked(two)
    assert "Missing: 1." in words
    assert "Changed or unreadable, and left as they are: 1." in words
    assert cat.read_bytes() == picture()
    two.press("Copy the list", section(two))
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("Changed: ")
    assert str(cat) in lines[0]
    assert lines[1].startswith("Missing: ")


def test_pictures_that_lay_in_the_folder_can_be_adopted(two: House) -> None:
    (two.library / "found on a disk.png").write_bytes(picture())
    assert "not in the library: 1." in checked(two)
    two.press("Adopt 1", section(two))
    two.until(lambda: len(two.strip) == 3)
    assert checked(two) == "All 3 files are as they came."


def test_an_index_is_made_again_while_the_window_works_on(two: House) -> None:
    two.press("Rebuild the index", section(two))
    two.until(lambda: "made again" in section(two).status.text())
    assert section(two).status.text().endswith("Images in it: 2.")
    assert [state.record.prompt for state in two.strip] == ["A cat", "A boat"]


def test_a_check_shows_its_cancel_and_ends_with_it(two: House) -> None:
    section(two).verify.setFocus()
    section(two).verify.click()
    assert section(two).cancel.isVisible()
    assert section(two).cancel.hasFocus()
    assert not section(two).verify.isVisible()
    section(two).cancel.click()
    two.until(section(two).verify.isVisible)
    # The cancel may have come too late.
    assert section(two).status.text() in {"Cancelled.", "All 2 files are as they came."}


def test_the_end_of_a_check_is_told_where_the_person_is(two: House, qtbot: QtBot) -> None:
    section(two).verify.click()
    two.panels.settings_page.back.click()
    qtbot.waitUntil(lambda: "All 2 files" in two.panels.toast._words.text())


def test_a_person_goes_from_one_library_to_another_and_back(two: House, tmp_path: Path) -> None:
    assert not section(two).others.isVisible()
    first, second = two.library, tmp_path / "second"
    two.composition.work.settings_flow.open_library(str(second))
    two.until(section(two).others.isVisible)
    assert [section(two).others.itemText(row) for row in range(section(two).others.count())] == [str(first)]
    two.until(lambda: two.composition._library is not None)
    two.press("Open", section(two))
    two.until(lambda: section(two).others.currentText() == str(second))
    two.until(lambda: len(two.strip) == 2)
    assert two.library == first
    assert two.composition.settings.settings.library == str(first)


def test_a_library_that_was_moved_is_offered_once(two: House, tmp_path: Path) -> None:
    old, new = two.library, tmp_path / "moved"
    old.rename(new)
    two.composition.work.settings_flow.open_library(str(new))
    two.until(lambda: two.composition._library is not None and two.composition._library.folder.path == new)
    assert not section(two).others.isVisible()
