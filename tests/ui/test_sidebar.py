"""The sidebar: places, counts, and how a place is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from imagegen_desktop.core.places import Place, View
from imagegen_desktop.ui.sidebar.places_list import COUNT_ROLE, PlacesList
from imagegen_desktop.ui.sidebar.sidebar import Sidebar

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons


@pytest.fixture
def sidebar(qtbot: QtBot, appearance: Appearance, icons: Icons) -> Sidebar:
    made = Sidebar(appearance, icons)
    qtbot.addWidget(made)
    made.resize(204, 400)
    made.show()
    return made


@pytest.fixture
def chosen(sidebar: Sidebar) -> list[Place]:
    places: list[Place] = []
    sidebar.view_chosen.connect(lambda view: places.append(view.place))
    return places


def test_every_control_has_a_name(sidebar: Sidebar, unnamed: Callable[[QWidget], list[str]]) -> None:
    assert unnamed(sidebar) == []


def test_arrow_keys_choose_a_place(qtbot: QtBot, sidebar: Sidebar, chosen: list[Place]) -> None:
    qtbot.keyClick(sidebar.places, Qt.Key.Key_Down)
    qtbot.keyClick(sidebar.places, Qt.Key.Key_Down)
    assert chosen == [Place.FAVOURITES, Place.RECENT]
    assert all(isinstance(place, Place) for place in chosen)


def test_a_click_on_the_chosen_place_tells_it_again(qtbot: QtBot, sidebar: Sidebar, chosen: list[Place]) -> None:
    row = sidebar.places.visualItemRect(sidebar.places.item(0)).center()
    qtbot.mouseClick(sidebar.places.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert chosen == [Place.ALL]


def test_a_click_on_another_place_tells_it_once(qtbot: QtBot, sidebar: Sidebar, chosen: list[Place]) -> None:
    row = sidebar.places.visualItemRect(sidebar.places.item(4)).center()
    qtbot.mouseClick(sidebar.places.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert chosen == [Place.TRASH]


def test_selecting_from_outside_is_silent(sidebar: Sidebar, chosen: list[Place]) -> None:
    sidebar.select(View(place=Place.TRASH))
    assert sidebar.places.currentRow() == 4
    assert chosen == []


def test_counts_are_heard_with_the_place(sidebar: Sidebar) -> None:
    sidebar.set_counts({Place.ALL: 14, Place.FAVOURITES: 1}, 52_000_000)
    names = [sidebar.places.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(5)]
    assert names == [
        "All images, 14 images",
        "Favourites, 1 image",
        "Recent, 0 images",
        "Rejected, 0 images",
        "Trash, 0 images",
    ]


def test_the_footer_says_how_much_the_library_holds(sidebar: Sidebar) -> None:
    # Nothing is said before it is known.
    assert sidebar.summary == ""
    assert sidebar.places.item(0).data(COUNT_ROLE) is None
    sidebar.set_counts({}, 0)
    assert sidebar.summary == "0 images"
    sidebar.set_counts({Place.ALL: 14}, 52_000_000)
    assert sidebar.summary == "14 images · 52 MB"
    sidebar.set_counts({Place.ALL: 1}, 900)
    assert sidebar.summary.startswith("1 image · ")


def test_a_place_under_the_mouse_is_raised(qtbot: QtBot, sidebar: Sidebar) -> None:
    places = sidebar.findChild(PlacesList)
    assert places is not None
    favourites = places.visualItemRect(places.item(list(Place).index(Place.FAVOURITES)))
    before = places.viewport().grab(favourites).toImage()
    qtbot.mouseMove(places.viewport(), favourites.center())
    qtbot.waitUntil(lambda: places.viewport().grab(favourites).toImage() != before)
