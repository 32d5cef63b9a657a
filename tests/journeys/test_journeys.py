"""A person's way through the window, from a first start to pictures of their own key, with nothing but a screen reader."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from desktop import Desktop
from PIL import Image

from standin import Fault, StandIn

if TYPE_CHECKING:
    from desktop import App

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the accessible tree is read as on a Linux desktop"),
    pytest.mark.timeout(300),
]


def pictures() -> list[Path]:
    """The picture files of the default library, oldest first."""
    library = Path(os.environ["XDG_PICTURES_DIR"]) / "Imagegen"
    return sorted(path for path in library.glob("*/*/*") if path.suffix == ".png")


PROMPT = "A lighthouse on a cliff at dusk"
CARDS = {
    Fault.NO_CREDIT: "The account has no credit left, or has reached its limit",
    Fault.MODERATION: "The service refused this prompt: violence",
    Fault.BAD_KEY: "The service refused the API key",
}


def test_from_the_first_start_to_a_picture_that_is_found_again() -> None:
    with Desktop() as desktop:
        with desktop.open() as app:
            app.sees("Make your first picture", "label")
            app.sees("Add API key", "push button")
            app.finds_every_control_named()
            desktop.photograph("1-empty")
            app.presses("Try with the sample engine")
            app.writes("Prompt", PROMPT)
            app.presses("Enhance", "check box")
            app.sees("Enhance", "check box", state="checked")
            app.presses("Generate 1")
            # A sample is drawn in about a second: what is seen meanwhile is looked at where a service can be held.
            app.hears("Making your picture")
            app.sees(f"Picture: {PROMPT}")
            app.finds_every_control_named()
            (file,) = pictures()
            with Image.open(file) as picture:
                assert (picture.format, picture.size) == ("PNG", (1024, 1024))
            assert app.reads("PROMPT", "text") == PROMPT
            enhanced = app.reads("ENHANCED PROMPT", "text")
            assert enhanced.startswith(PROMPT)
            assert len(enhanced) > len(PROMPT)
            desktop.photograph("3-picture")
            app.closes_the_window()
        with desktop.open() as app:
            app.sees(f"Image 1 of 1: {PROMPT}, sample", "list item", state="selected")
            app.sees(f"Picture: {PROMPT}")
            assert app.reads("Prompt", "text") == PROMPT
            app.sees("Enhance", "check box", state="checked")
            desktop.photograph("4-found-again")
            app.closes_the_window()
        assert pictures() == [file]


def enters_the_key(app: App, standin: StandIn, key: str) -> None:
    """Base URL and key, on the settings page, which is then tested live."""
    app.presses("Settings", "push button")
    app.types("Base URL", standin.base_url)
    app.writes("Key", key)
    app.presses("Save and test")
    app.sees("Key accepted*")


def test_a_key_of_ones_own_makes_pictures_that_can_be_cancelled() -> None:
    with StandIn() as standin, Desktop(keyring=True) as desktop, desktop.open() as app:
        app.sees("Make your first picture", "label")
        enters_the_key(app, standin, standin.key)
        app.sees("In this desktop's keyring*")
        app.finds_every_control_named()
        desktop.photograph("5-settings")
        app.presses("Back")

        standin.hold(after_previews=1)
        app.writes("Prompt", "A cat")
        app.presses("Generate 1")
        app.sees("Making your picture", "label")
        app.sees("Generating...", "push button")
        app.sees("* s", "label")
        app.sees("Picture 1 of 1 is being made: A cat", "list item")
        app.sees("Cancelling now may still be charged", "label")
        app.finds_every_control_named()
        standin.wait_received(1)
        desktop.photograph("6-preview")
        standin.release()
        app.sees("Picture: A cat")
        (file,) = pictures()
        assert file.read_bytes() == standin.images[0]
        desktop.photograph("7-from-the-service")

        standin.hold()
        app.writes("Prompt", "A dog")
        app.presses("Generate 1")
        standin.wait_received(2)
        app.presses("Cancel", "push button")
        app.sees("Cancelled", "label")
        app.hears("Cancelled.*")
        app.sees("*may have been charged*", "label")
        desktop.photograph("8-cancelled")
        standin.release()
        assert pictures() == [file]

        for number, (fault, title) in enumerate(CARDS.items(), start=9):
            standin.add_fault(fault)
            app.presses("Generate 1")
            app.sees(title, "label")
            app.hears(f"{title}.*")
            app.sees("Nothing was charged.", "label")
            app.finds_every_control_named()
            desktop.photograph(f"{number}-{fault}")
        app.presses("Open key settings")
        app.sees("Key", "password text", state="focused")
        app.closes_the_window()
