"""What was made is found again: after a restart, by its words, as a favourite, in the trash, and when another process made it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from house import CAT, House, write_settings

from imagegen_desktop.core.places import Place
from imagegen_desktop.core.settings import OPENAI_URL
from imagegen_desktop.ui.stage.stage import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from standin import StandIn


@pytest.fixture
def three(house: House) -> House:
    """A library with a boat, a cat and a tower, the tower newest and on the stage."""
    for number, words in enumerate(("An old boat", CAT, "A tower of glass"), start=1):
        house.generated(words)
        house.until(lambda number=number: len(house.strip) == number)
    house.until(lambda: house.shown is Shown.PICTURE)
    return house


def prompts(house: House) -> list[str]:
    return [state.record.prompt for state in house.strip]


def test_all_is_there_after_a_restart_with_the_draft(three: House, start: Callable[..., House]) -> None:
    three.panels.dock.enhance.click()
    three.type("Half a thou")
    three.close()
    again = start()
    again.stand()
    again.until(lambda: again.shown is Shown.PICTURE)
    assert prompts(again) == ["A tower of glass", CAT, "An old boat"]
    assert again.panels.stage.image_id == again.strip[0].id
    draft = again.panels.dock.draft()
    assert (draft.prompt, draft.enhance) == ("Half a thou", True)
    assert again.panels.dock.field.toPlainText() == "Half a thou"


def test_the_last_keystroke_before_the_window_closes_is_kept(house: House, start: Callable[..., House]) -> None:
    for words in ("A", "A d", "A dog"):
        house.type(words)
    house.close()
    again = start()
    again.stand()
    assert again.panels.dock.draft().prompt == "A dog"


def test_a_search_shows_what_matches_and_its_end_shows_all(three: House) -> None:
    three.panels.top_bar.search.setText("glass")
    three.until(lambda: prompts(three) == ["A tower of glass"])
    three.panels.top_bar.search.setText("zebra")
    three.until(lambda: three.shown is Shown.EMPTY)
    assert "No image matches" in three.words(three.panels.stage)
    three.press("Clear the search", three.panels.stage)
    three.until(lambda: len(prompts(three)) == 3 and three.shown is Shown.PICTURE)
    assert three.panels.top_bar.search.text() == ""


def test_a_favourite_stands_in_its_place_and_goes_with_an_undo(three: House) -> None:
    tower = three.strip[0].id
    three.window.favoured.emit()
    three.until(lambda: three.strip[0].favourite)
    three.panels.sidebar.places.chosen.emit(Place.FAVOURITES)
    three.until(lambda: [state.id for state in three.strip] == [tower])
    three.window.undone.emit()
    three.until(lambda: three.shown is Shown.EMPTY)
    assert "No favourites yet" in three.words(three.panels.stage)


def test_what_goes_to_the_trash_can_be_put_back(three: House, start: Callable[..., House]) -> None:
    files = three.files()
    three.window.deleted.emit()
    three.until(lambda: prompts(three) == [CAT, "An old boat"])
    # The next older picture takes its place on the stage.
    three.until(lambda: three.panels.stage.image_id == three.strip[0].id)
    three.press("Undo", three.panels.toast)
    three.until(lambda: len(three.strip) == 3)
    assert three.files() == files
    gone = three.panels.stage.image_id
    three.window.deleted.emit()
    three.until(lambda: len(three.strip) == 2)
    three.close()
    again = start()
    again.stand()
    again.until(lambda: len(again.strip) == 2)
    again.panels.sidebar.places.chosen.emit(Place.TRASH)
    again.until(lambda: [state.id for state in again.strip] == [gone])
    again.window.deleted.emit()
    again.until(lambda: not again.strip)
    again.panels.sidebar.places.chosen.emit(Place.ALL)
    again.until(lambda: len(again.strip) == 3)
    assert again.files() == files


def test_the_arrow_keys_go_through_the_pictures(three: House) -> None:
    three.window.stepped.emit(1)
    three.until(lambda: three.panels.stage.image_id == three.strip[1].id and three.shown is Shown.PICTURE)
    assert three.panels.inspector.prompt.text.toPlainText() == CAT
    three.window.stepped.emit(-1)
    three.until(lambda: three.panels.stage.image_id == three.strip[0].id)


def test_a_file_that_somebody_took_away_is_told_and_its_facts_stay(three: House) -> None:
    state = three.strip[1]
    (three.library / state.record.file).unlink()
    three.window.stepped.emit(1)
    three.until(lambda: three.shown is Shown.MISSING)
    assert "The picture's file is not there" in three.words(three.panels.stage)
    assert three.panels.inspector.prompt.text.toPlainText() == CAT


def test_what_the_command_line_saves_meanwhile_stands_in_the_open_window(house: House) -> None:
    house.until(lambda: house.shown is Shown.EMPTY)
    command = [sys.executable, "-m", "imagegen_desktop", "generate", "A red kite", "--library", str(house.library)]
    environment = os.environ | {"QT_QPA_PLATFORM": ""}
    # Its settings name the stand-in, which has no key for it here.
    environment["XDG_CONFIG_HOME"] = str(Path(environment["HOME"]) / "another")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    house.until(lambda: prompts(house) == ["A red kite"])
    house.until(lambda: house.shown is Shown.PICTURE)


def test_who_looks_for_pictures_while_the_settings_are_open_sees_them(three: House) -> None:
    three.composition.work.settings_flow._add_key()
    three.panels.sidebar.places.chosen.emit(Place.ALL)
    assert not three.window.in_settings
    three.composition.work.settings_flow._add_key()
    three.panels.top_bar.search.setText("cat")
    assert not three.window.in_settings
    three.until(lambda: prompts(three) == [CAT])
    three.composition.work.settings_flow._add_key()
    three.panels.dock.box.button.click()
    assert not three.window.in_settings
    assert three.shown is Shown.JOB
    three.ended(4)


def test_another_library_folder_is_opened_at_once(three: House, tmp_path: Path) -> None:
    three.composition.work.settings_flow.open_library(str(tmp_path / "other"))
    three.until(lambda: three.shown is Shown.EMPTY and not three.strip)
    three.generated("In the other")
    three.until(lambda: prompts(three) == ["In the other"])
    assert three.library == tmp_path / "other"
    assert len(three.files()) == 1


def test_a_lost_index_is_made_anew_from_the_folder(three: House, start: Callable[..., House]) -> None:
    three.close()
    indexes = list(three.composition.folders.data.glob("index*"))
    assert indexes
    for index in indexes:
        index.unlink()
    again = start()
    again.until(lambda: prompts(again) == ["A tower of glass", CAT, "An old boat"])


def test_the_empty_library_offers_to_add_the_missing_key(start: Callable[..., House], standin: StandIn) -> None:
    write_settings(standin, base_url=OPENAI_URL)
    house = start()
    house.stand()
    house.until(lambda: "Add API key" in house.words(house.panels.stage))
    house.press("Try with the sample engine", house.panels.stage)
    house.until(lambda: "Add API key" not in house.words(house.panels.stage))
    assert house.panels.dock.box.button.text() == "Generate 1"
