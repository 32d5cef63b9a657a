"""A disk that is unplugged: the library can still be looked at, refuses the rest with a sentence, and comes back by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from house import CAT, House

from imagegen_desktop.core.places import Place
from imagegen_desktop.ui.absence_flow import TOPIC
from imagegen_desktop.ui.stage.stage import Shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imagegen_desktop.ui.absence_flow import AbsenceFlow
    from standin import StandIn


@pytest.fixture
def one(house: House) -> House:
    """A library with one cat, whose thumbnail is remembered."""
    house.generated()
    house.until(lambda: len(house.strip) == 1)
    house.until(lambda: bool(house.composition.front._source.get([house.strip[0].id], 512)))
    return house


def absence(house: House) -> AbsenceFlow:
    return house.composition.library_parts.upkeep.absence


def unplug(house: House) -> Path:
    """Its folder is gone, and the window has heard of it."""
    elsewhere = house.library.rename(house.library.with_name("unplugged"))
    absence(house).look()
    house.until(lambda: absence(house).is_gone)
    return elsewhere


def plug_in(house: House, elsewhere: Path) -> None:
    elsewhere.rename(house.library)
    absence(house).look()
    house.until(lambda: not absence(house).is_gone and TOPIC not in house.panels.notices.topics)


def toast(house: House) -> str:
    return house.panels.toast._words.text()


def test_a_disk_that_is_pulled_out_and_comes_back_is_told_in_one_line(one: House) -> None:
    elsewhere = unplug(one)
    assert "The library's folder is not there" in one.words(one.panels.notices)
    assert [state.record.prompt for state in one.strip] == [CAT]
    plug_in(one, elsewhere)
    assert toast(one) == "The library is back."
    one.generated("After it came back")
    one.until(lambda: [state.record.prompt for state in one.strip] == ["After it came back", CAT])


def test_the_watcher_hears_of_a_folder_that_was_renamed(one: House) -> None:
    one.library.rename(one.library.with_name("renamed"))
    one.until(lambda: absence(one).is_gone)


def test_what_would_change_the_library_is_refused_with_a_sentence(one: House) -> None:
    elsewhere = unplug(one)
    one.window.deleted.emit()
    assert toast(one) == "Nothing was changed: the library's folder is not there."
    assert not one.library.exists()
    plug_in(one, elsewhere)
    assert [state.trashed for state in one.strip] == [False]
    one.window.deleted.emit()
    one.until(lambda: not one.strip)
    assert toast(one) == "Moved to the trash"


def test_a_change_that_meets_the_gap_first_tells_it(one: House) -> None:
    elsewhere = one.library.rename(one.library.with_name("unplugged"))
    one.window.favoured.emit()
    one.until(lambda: absence(one).is_gone)
    assert "Nothing was changed" in toast(one)
    plug_in(one, elsewhere)
    assert not one.strip[0].favourite


def test_words_that_were_typed_meanwhile_are_written_when_it_is_back(one: House) -> None:
    one.until(lambda: bool(one.panels.inspector.organise._states))
    elsewhere = unplug(one)
    field = one.panels.inspector.organise.title
    field.setText("My best cat")
    field.editingFinished.emit()
    assert "kept" in toast(one)
    plug_in(one, elsewhere)
    one.until(lambda: one.strip[0].title == "My best cat")


def test_nothing_is_sent_while_it_could_not_be_saved_and_the_words_stay(one: House, standin: StandIn) -> None:
    elsewhere = unplug(one)
    one.generate("Something new")
    assert one.shown is Shown.ERROR
    assert "The library folder is not there" in one.words(one.panels.stage)
    assert one.panels.dock.draft().prompt == "Something new"
    assert len(standin.bill) == 1
    assert not one.library.exists()
    plug_in(one, elsewhere)
    one.panels.dock.box.button.click()
    one.ended(2)
    assert len(standin.bill) == 2


def test_jobs_that_waited_are_held_and_go_on_when_it_is_back(one: House, standin: StandIn) -> None:
    one.composition.work.queue_desk.pause()
    one.generate("Later")
    elsewhere = unplug(one)
    one.composition.work.queue_desk.resume()
    held = one.composition.work.queue_desk.queue.held
    assert held is not None
    assert held.held is not None
    assert "folder is not there" in held.held.words
    assert len(standin.bill) == 1
    plug_in(one, elsewhere)
    one.ended(2)
    assert len(standin.bill) == 2


def test_a_start_without_the_disk_shows_what_is_remembered(one: House, start: Callable[..., House]) -> None:
    one.close()
    elsewhere = one.library.rename(one.library.with_name("unplugged"))
    again = start()
    again.until(lambda: again.shown is Shown.PICTURE)
    assert [state.record.prompt for state in again.strip] == [CAT]
    assert "The library's folder is not there" in again.words(again.panels.notices)
    again.panels.sidebar.places.chosen.emit(Place.FAVOURITES)
    again.until(lambda: not again.strip)
    again.panels.sidebar.places.chosen.emit(Place.ALL)
    again.until(lambda: len(again.strip) == 1)
    again.generate("Something new")
    again.until(lambda: again.shown is Shown.ERROR)
    assert not again.library.exists()
    plug_in(again, elsewhere)
    again.window.favoured.emit()
    again.until(lambda: again.strip[0].favourite)


def test_a_folder_that_is_gone_and_was_never_seen_here_is_told_on_a_card(
    one: House, start: Callable[..., House], standin: StandIn
) -> None:
    one.close()
    one.library.rename(one.library.with_name("unplugged"))
    for index in one.composition.folders.data.glob("index*"):
        index.unlink()
    again = start()
    again.until(lambda: again.shown is Shown.ERROR)
    assert "The library folder is not there" in again.words(again.panels.stage)
    again.press("Choose a folder", again.panels.stage)
    assert again.window.in_settings
    again.generate("Something new")
    assert again.shown is Shown.ERROR
    assert len(standin.bill) == 1
    assert not one.library.exists()


def test_the_line_leads_to_another_folder(one: House, tmp_path: Path) -> None:
    unplug(one)
    one.press("Choose another folder", one.panels.notices)
    assert one.window.in_settings
    one.composition.work.settings_flow.open_library(str(tmp_path / "another"))
    one.until(lambda: TOPIC not in one.panels.notices.topics and not absence(one).is_gone)
    one.generated("Elsewhere")
    assert one.library == tmp_path / "another"
