"""A person brings order into the library through the window: stars, tags, albums, the trash; and takes it all back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from house import write_settings
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from imagegen_desktop.core.places import Place
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.ui.sidebar.row_tree import IDS_MIME
from pictures import new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from house import House

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.grid.grid import ImageGrid
    from imagegen_desktop.ui.sidebar.row_tree import RowTree
    from standin import StandIn

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PROMPTS = ("A lighthouse", "A boat", "A fox", "A fern")


@pytest.fixture
def four(start: Callable[..., House], standin: StandIn) -> House:
    """Four pictures, looked at in the grid, the newest first: a fern, a fox, a boat and a lighthouse."""
    write_settings(standin)
    folders = Folders.of_this_user()
    library = open_library(folders.default_library, folders.data)
    for number, prompt in enumerate(PROMPTS):
        new = replace(new_image(prompt, picture((number, 9, 9))), cost=Decimal("0.02"))
        library.add(library.describe(new), new.data)
    house = start()
    house.stand()
    house.window.show_library()
    house.window.activateWindow()
    house.until(lambda: len(grid_of(house).listing) == 4 and house.window.isActiveWindow())
    grid_of(house).setFocus()
    return house


def grid_of(house: House) -> ImageGrid:
    return house.panels.library_page.grid


def states(house: House) -> list[ImageState]:
    """As the grid knows them, in its order."""
    grid = grid_of(house)
    known = [grid.state_of(cell) for cell in range(len(grid.cells))]
    return [state for state in known if state is not None]


def key(house: House, code: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(grid_of(house), code, keys)


def choose_two(house: House) -> None:
    """The fern and the fox, by keys alone."""
    key(house, Qt.Key.Key_Home)
    key(house, Qt.Key.Key_Right, SHIFT)
    house.until(lambda: len(house.composition.front.chosen()) == 2)


def toast(house: House) -> str:
    return house.panels.toast._words.text()


def undo(house: House, words: str) -> None:
    key(house, Qt.Key.Key_Z, CONTROL)
    house.until(lambda: toast(house) == f"Taken back: {words}")


def answer(house: House, name: str) -> None:
    house.until(house.panels.names.isVisible)
    house.panels.names.field.setText(name)
    house.press("Save", house.panels.names)


def tags_of(house: House) -> list[set[str]]:
    return [set(state.tags) for state in states(house)]


def rows(tree: RowTree) -> dict[str, tuple[int, str]]:
    """Each row's count, and the name of the row that it lies in."""
    names = {row.key: row.name for row in tree.rows}
    return {row.name: (row.count, names.get(row.parent, "")) for row in tree.rows}


def pick(house: House, tree: RowTree, name: str, *path: str) -> None:
    """Choose from the menu of a row, and from the menus within it."""
    row = next(row for row in tree.rows if row.name == name)
    tree.menu_requested.emit(row.key, tree.mapToGlobal(tree.rect().center()))
    menus = [menu for menu in house.window.findChildren(QMenu) if menu.isVisible()]
    assert len(menus) == 1
    actions = menus[0].actions()
    for words in path[:-1]:
        inner = next(action for action in actions if action.text() == words).menu()
        assert isinstance(inner, QMenu)
        actions = inner.actions()
    next(action for action in actions if action.text() == path[-1]).trigger()
    menus[0].close()


def test_several_are_changed_at_once_seen_at_once_and_taken_back_with_words(four: House) -> None:
    choose_two(four)
    assert "2 images" in four.panels.inspector.title.text()
    key(four, Qt.Key.Key_4)
    four.until(lambda: [state.rating for state in states(four)] == [4, 4, 0, 0])
    assert toast(four) == "Rated: 2 images"
    key(four, Qt.Key.Key_F)
    four.until(lambda: [state.favourite for state in states(four)] == [True, True, False, False])
    key(four, Qt.Key.Key_X)
    four.until(lambda: [state.rejected for state in states(four)] == [True, True, False, False])
    assert "2 images" in four.panels.inspector.title.text()
    for words in ("Rejected", "Added to favourites", "Rated"):
        undo(four, words)
    four.until(lambda: not any(one.rating or one.favourite or one.rejected for one in states(four)))


def test_the_inspector_is_the_grids_in_the_library_and_the_stages_elsewhere(four: House) -> None:
    four.until(lambda: four.composition.front.flow.viewed == states(four)[0])
    grid_of(four).press(3)
    four.until(lambda: four.panels.inspector.title.text() == "A lighthouse")
    key(four, Qt.Key.Key_F)
    four.until(lambda: states(four)[3].favourite)
    assert four.panels.inspector.title.text() == "A lighthouse"
    four.window.show_create()
    assert four.panels.inspector.title.text() == "A fern"
    four.window.show_library()
    four.until(lambda: four.panels.inspector.title.text() == "A lighthouse")


def test_what_another_program_changes_is_seen(four: House) -> None:
    grid_of(four).press(0)
    four.until(lambda: len(four.composition.front.chosen()) == 1)
    folders = Folders.of_this_user()
    elsewhere = open_library(folders.default_library, folders.data)
    elsewhere.change([states(four)[0].id], "rating", 3)
    four.until(lambda: states(four)[0].rating == 3)
    four.until(lambda: four.composition.front.chosen()[0].rating == 3)


def test_tags_are_put_on_renamed_merged_coloured_and_taken_off(four: House) -> None:
    choose_two(four)
    field = four.panels.inspector.organise.tags.field
    field.setText("Wild, north")
    QTest.keyClick(field, Qt.Key.Key_Return)
    four.until(lambda: tags_of(four) == [{"Wild", "north"}, {"Wild", "north"}, set(), set()])
    tree = four.panels.sidebar.tags
    four.until(lambda: rows(tree) == {"north": (2, ""), "Wild": (2, "")})
    pick(four, tree, "Wild", "Rename or merge…")
    answer(four, "north")
    four.until(lambda: tags_of(four)[:2] == [{"north"}, {"north"}])
    pick(four, tree, "north", "Colour", "Blue")
    four.until(lambda: [row.colour for row in tree.rows] == ["#2F86C9"])
    pick(four, tree, "north", "Remove the tag from all images")
    four.until(lambda: tags_of(four) == [set()] * 4 and not tree.rows)
    for words in ("Removed the tag north", "Coloured the tag north", "Renamed the tag to north"):
        undo(four, words)
    four.until(lambda: tags_of(four)[:2] == [{"Wild", "north"}] * 2)


def test_albums_lie_in_albums_and_an_image_in_several(four: House) -> None:
    tree = four.panels.sidebar.albums
    for name in ("Series", "Drafts"):
        four.panels.sidebar.add_album.click()
        answer(four, name)
        four.until(lambda name=name: name in rows(tree))
    pick(four, tree, "Drafts", "Move into", "Series")
    four.until(lambda: rows(tree) == {"Series": (0, ""), "Drafts": (0, "Series")})
    choose_two(four)
    for name in ("Series", "Drafts"):
        drop_on(tree, name, (state.id for state in states(four)[:2]))
        four.until(lambda name=name: rows(tree)[name][0] == 2)
    assert {len(state.albums) for state in states(four)[:2]} == {2}
    pick(four, tree, "Series", "Delete the album, keep its images")
    four.until(lambda: rows(tree) == {"Drafts": (2, "")})
    undo(four, "Deleted the album Series")
    four.until(lambda: rows(tree) == {"Series": (2, ""), "Drafts": (2, "Series")})
    four.composition.work.spending_flow.open()
    four.until(lambda: four.panels.spending_page.albums.rows()[:1] == [("Series", "2", "", "$0.04")])
    assert four.panels.spending_page.albums.rows()[1:] == [("Series / Drafts", "2", "", "$0.04")]


def drop_on(tree: RowTree, name: str, ids: Iterable[str]) -> None:
    place = tree.visualItemRect(tree._items[next(row.key for row in tree.rows if row.name == name)]).center()
    data = QMimeData()
    data.setData(IDS_MIME, "\n".join(ids).encode())
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tree.viewport(), QDragEnterEvent(place, *how))
    QApplication.sendEvent(tree.viewport(), QDropEvent(QPointF(place), *how))


def test_a_search_is_kept_as_an_album_that_fills_itself(four: House) -> None:
    four.panels.top_bar.search.setText("boat OR fox")
    four.until(lambda: len(grid_of(four).listing) == 2)
    four.press("Save this search")
    answer(four, "Boats")
    tree = four.panels.sidebar.albums
    four.until(lambda: rows(tree) == {"Boats": (2, "")})
    four.panels.top_bar.search.clear()
    tree.chosen.emit(tree.rows[0].key)
    four.until(lambda: [state.record.prompt for state in states(four)] == ["A fox", "A boat"])


def test_rejects_are_swept_into_the_trash_and_come_back(four: House) -> None:
    choose_two(four)
    key(four, Qt.Key.Key_X)
    four.until(lambda: all(state.rejected for state in states(four)[:2]))
    four.panels.sidebar.places.chosen.emit(Place.REJECTED.value)
    four.until(lambda: len(grid_of(four).listing) == 2)
    four.press("Move rejects to the trash")
    four.until(lambda: "No rejects" in four.words(four.panels.library_page))
    four.panels.sidebar.places.chosen.emit(Place.TRASH.value)
    four.until(lambda: len(grid_of(four).listing) == 2)
    assert len(four.files()) == 2
    undo(four, "Moved all rejects to the trash")
    four.until(lambda: "The trash is empty" in four.words(four.panels.library_page))
    assert len(four.files()) == 4


def test_a_title_and_a_note_are_written_for_all_that_is_chosen(four: House) -> None:
    choose_two(four)
    section = four.panels.inspector.organise
    section.title.setText("North")
    section.title.editingFinished.emit()
    four.until(lambda: [state.title for state in states(four)] == ["North", "North", "", ""])
    section.note.setPlainText("For print")
    section.note.left.emit()
    four.until(lambda: [state.note for state in states(four)] == ["For print", "For print", "", ""])
    undo(four, "Changed the details")
    undo(four, "Changed the details")
    four.until(lambda: [state.title for state in states(four)] == [""] * 4)
