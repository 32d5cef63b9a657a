"""A person's way through the window, from a first start to pictures of their own key, with nothing but a screen reader."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from desktop import Desktop
from PIL import Image

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the accessible tree is read as on a Linux desktop"),
    pytest.mark.timeout(300),
]


def pictures() -> list[Path]:
    """The picture files of the default library, oldest first."""
    library = Path(os.environ["XDG_PICTURES_DIR"]) / "Imagegen"
    return sorted(path for path in library.glob("*/*/*") if path.suffix == ".png")


PROMPT = "A lighthouse on a cliff at dusk"


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
            app.sees("Making your picture", "label")
            app.hears("Making your picture")
            app.sees("Generating...", "push button")
            app.sees("* s", "label")
            app.sees(f"Picture 1 of 1 is being made: {PROMPT}", "list item")
            desktop.photograph("2-making")
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
