"""What is done to the library's files by hand is seen while the window is open, and at the next start."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from house import write_settings

from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from pictures import new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House

    from standin import StandIn


@pytest.fixture
def two(start: Callable[..., House], standin: StandIn) -> House:
    """A boat and a cat that were saved a while ago, looked at in the grid."""
    write_settings(standin)
    folders = Folders.of_this_user()
    library = open_library(folders.default_library, folders.data)
    for number, prompt in enumerate(("A boat", "A cat")):
        new = new_image(prompt, picture((number, 9, 9), size=(40, 20 + number)))
        library.add(library.describe(new), new.data)
    house = start()
    house.stand()
    house.window.show_library()
    house.until(lambda: count(house) == 2)
    watcher = house.composition.library_parts.upkeep.outside._watcher
    house.until(lambda: str(house.files()[0].parent) in watcher.directories())
    long_quiet(house)
    return house


def count(house: House) -> int:
    return len(house.panels.library_page.grid.listing)


def long_quiet(house: House) -> None:
    """No program of ours has changed anything for an hour."""
    browsing = house.composition.library_desk.browsing
    assert browsing is not None
    hour_ago = time.time() - 3_600
    browsing.news.touch()
    os.utime(browsing.news, (hour_ago, hour_ago))


def toast(house: House) -> str:
    return house.panels.toast._words.text()


def paths(house: House) -> list[Path]:
    """Where the library says that its files lie."""
    library = house.composition._library
    assert library is not None
    return sorted(library.path_of(state) for state in library.index.get(library.index.ids()))


def test_a_file_that_is_renamed_is_found_again_at_once(two: House) -> None:
    boat, cat = two.files()
    renamed = boat.with_name("my boat.png")
    boat.rename(renamed)
    two.until(lambda: toast(two) == "Moved or renamed, and found again: 1.")
    assert paths(two) == sorted((renamed, cat))
    assert count(two) == 2


def test_a_file_that_was_moved_while_no_window_was_open_is_found_at_the_start(
    two: House, start: Callable[..., House]
) -> None:
    two.close()
    boat, cat = two.files()
    moved = two.library / "boats" / "one.png"
    moved.parent.mkdir()
    boat.rename(moved)
    again = start()
    again.stand()
    again.until(lambda: paths(again) == sorted((moved, cat)))


def test_a_picture_that_is_put_into_the_folder_is_offered_once_and_taken_in(two: House) -> None:
    strange = two.files()[0].with_name("from the camera.png")
    strange.write_bytes(picture((200, 9, 9)))
    two.press("Take them in", two.panels.notices)
    two.until(lambda: count(two) == 3)
    assert strange in paths(two)


def test_a_file_that_is_gone_is_told_and_its_facts_stay(two: House) -> None:
    two.files()[0].unlink()
    two.until(lambda: toast(two) == "No longer in the library's folder: 1.")
    assert count(two) == 2


def test_what_this_program_saves_is_no_news_from_outside(two: House) -> None:
    outside = two.composition.library_parts.upkeep.outside
    library = two.composition._library
    assert library is not None
    new = new_image("A fox", picture((77, 9, 9)))
    library.add(library.describe(new), new.data)
    two.until(outside._timer.isActive)
    two.until(lambda: not outside._timer.isActive() and count(two) == 3)
    assert outside._is_ours()
    assert toast(two) == ""
    assert not two.panels.notices.topics
