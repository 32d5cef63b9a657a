"""A person's way through the library by keys alone, with a screen reader that tells where they are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from desktop import Desktop

from imagegen_desktop.core.places import View
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from pictures import new_image, picture

if TYPE_CHECKING:
    from imagegen_desktop.storage.library import Library

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the accessible tree is read as on a Linux desktop"),
    pytest.mark.timeout(300),
]

PROMPTS = ("A lighthouse", "A boat", "A fox", "A fern")


@pytest.fixture
def library() -> Library:
    """A fern, a fox, a boat and a lighthouse, the newest first."""
    folders = Folders.of_this_user()
    made = open_library(folders.default_library, folders.data)
    for number, prompt in enumerate(PROMPTS):
        new = new_image(prompt, picture((40 * number, 90, 120), size=(600, 400)))
        made.add(made.describe(new), new.data)
    return made


def test_keys_alone_choose_rate_tag_search_and_put_into_the_trash_and_the_reader_hears_each_image(
    library: Library,
) -> None:
    with Desktop() as desktop, desktop.open() as app:
        app.sees("Picture: A fern")
        app.keys("ctrl+2")
        app.sees("4 images", "label")
        app.sees("Image 1 of 4: A fern", "list item", state="focused")
        app.sees("Image 4 of 4: A lighthouse", "list item")
        app.finds_every_control_named()
        app.keys("Right", "shift+Right")
        app.sees("Image 3 of 4: A boat", "list item", state="focused")
        for name in ("Image 2 of 4: A fox", "Image 3 of 4: A boat"):
            app.sees(name, "list item", state="selected")
        app.keys("4")
        app.sees("Image 2 of 4: A fox, rated 4 of 5", "list item")
        app.hears("Rated: 2 images*")
        app.keys("f")
        app.sees("Image 3 of 4: A boat, favourite, rated 4 of 5", "list item")
        desktop.photograph("l1-chosen")

        app.keys("Home", "Delete")
        app.sees("Image 1 of 3: A fox*", "list item", state="focused")
        app.keys("ctrl+z")
        app.hears("Taken back: Moved to the trash")
        app.sees("Image 1 of 4: A fern", "list item")

        app.keys("ctrl+f")
        app.sees("Search*", "text", state="focused")
        app.types_here("rating>=4")
        app.sees("Image 1 of 2: A fox*", "list item")
        app.sees_no_longer("*A fern", "list item")
        app.keys("Escape", "Escape")
        app.sees("Image 4 of 4: A lighthouse", "list item")
        desktop.photograph("l2-found-again")

        app.keys("ctrl+2", "End", "Return")
        app.sees("Picture: A lighthouse")
        app.closes_the_window()
    assert [state.rating for state in library.index.newest(View(), 9)] == [0, 4, 4, 0]
