"""A library that is kept elsewhere too, as a person meets it in the window: begun, told in one line, joined, looked at, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.settings import Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.ui.settings.bucket_form import FOLDER
from imagegen_desktop.ui.stage.stage import Shown
from imagegen_desktop.ui.sync_state import SyncPhase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House

    from imagegen_desktop.app.sync_parts import SyncParts


@pytest.fixture
def nas(tmp_path: Path) -> Path:
    (tmp_path / "nas").mkdir()
    return tmp_path / "nas"


@pytest.fixture
def here(start: Callable[..., House]) -> House:
    return computer(start)


def computer(start: Callable[..., House]) -> House:
    """One that draws samples."""
    SettingsFile(Folders.of_this_user()).save(Settings(maker=Maker.SAMPLE))
    made = start()
    made.stand()
    return made


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From then on what is started is another computer."""

    def move() -> None:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_PICTURES_DIR", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
            folder = tmp_path / "another" / name
            folder.mkdir(parents=True)
            monkeypatch.setenv(name, str(folder))

    return move


def sync(house: House) -> SyncParts:
    return house.composition.library_parts.sync


def line(house: House) -> str:
    """What the top bar says, in full."""
    return house.panels.top_bar.sync_button.accessibleDescription()


def name_folder(house: House, nas: Path) -> None:
    form = house.panels.settings_page.bucket
    sync(house).bucket.open_card()
    form.kind.setCurrentIndex(form.kind.findData(FOLDER))
    form._show_rows()
    form.folder.setText(str(nas))


def begin(house: House, nas: Path) -> None:
    name_folder(house, nas)
    house.press("Start syncing")
    house.until(lambda: line(house) == "Everything in the folder")


def toast(house: House) -> str:
    return house.panels.toast._words.text()


def originals(nas: Path) -> list[Path]:
    return sorted((nas / "v1" / "originals").rglob("*.*"))


def test_nothing_of_it_stands_in_the_bar_before_it_is_set_up(here: House) -> None:
    assert not here.panels.top_bar.sync_button.isVisible()
    assert all(not runner._thread.isRunning() for name, runner in sync(here)._runners.items() if name != "set-up")


def test_a_folder_is_tried_and_begun_with_and_a_new_image_goes_there_by_itself(here: House, nas: Path) -> None:
    form = here.panels.settings_page.bucket
    name_folder(here, nas)
    here.press("Test", form)
    here.until(lambda: "can keep the library" in form.status.text())
    assert any("written" in words for words in form.steps.words)
    assert list(nas.iterdir()) == []
    here.press("Start syncing")
    here.until(lambda: line(here) == "Everything in the folder")
    assert not form.isVisible()
    assert here.panels.settings_page.sync.place.text() == str(nas)
    here.generated()
    here.until(lambda: len(originals(nas)) == 1 and line(here) == "Everything in the folder")
    assert originals(nas)[0].read_bytes() == here.files()[0].read_bytes()
    assert here.panels.top_bar.sync_button.isVisible()


def test_a_second_computer_opens_what_lies_there_and_sees_it_before_it_fetches_it(
    here: House, nas: Path, elsewhere: Callable[[], None], start: Callable[..., House]
) -> None:
    here.generated("A lighthouse at dusk")
    here.until(lambda: len(here.strip) == 1)
    begin(here, nas)
    here.panels.settings_page.sync.now.click()
    here.until(lambda: any((nas / "v1" / "thumbnails").rglob("0*")))
    elsewhere()
    there = computer(start)
    name_folder(there, nas)
    there.press("Start syncing")
    there.press("Open the bucket's library here")
    there.until(lambda: [state.record.prompt for state in there.strip] == ["A lighthouse at dusk"])
    assert there.files() == [] or there.shown in {Shown.FETCHING, Shown.PICTURE}
    there.panels.settings_page.back.click()
    there.window.show_create()
    there.until(lambda: there.shown is Shown.PICTURE)
    assert there.files()[0].read_bytes() == here.files()[0].read_bytes()


def test_a_library_with_images_is_not_mixed_with_another_one(
    here: House, nas: Path, elsewhere: Callable[[], None], start: Callable[..., House]
) -> None:
    begin(here, nas)
    elsewhere()
    there = computer(start)
    there.generated()
    name_folder(there, nas)
    there.press("Start syncing")
    form = there.panels.settings_page.bucket
    there.until(lambda: "Another library lies there" in form.status.text())
    assert not form.join.isVisible()
    assert sync(there).desk.state.phase is SyncPhase.OFF


def test_what_can_not_be_reached_is_told_in_the_line_and_tried_again(here: House, nas: Path) -> None:
    begin(here, nas)
    away = nas.rename(nas.with_name("unplugged"))
    here.generated()
    here.until(lambda: sync(here).desk.state.phase is SyncPhase.OFFLINE and "1 waits" in line(here))
    assert "tried again in" in line(here)
    away.rename(nas)
    here.panels.settings_page.sync.now.click()
    here.until(lambda: line(here) == "Everything in the folder")
    assert len(originals(nas)) == 1


def test_an_original_that_is_looked_at_is_fetched_by_itself_after_room_was_made(here: House, nas: Path) -> None:
    here.generated("One")
    here.generated("Two")
    here.until(lambda: len(here.strip) == 2)
    begin(here, nas)
    first, second = here.strip
    errands = sync(here).errands
    errands.free([second])
    here.until(lambda: "are free now" in here.words(here.panels.notices))
    path = here.library / second.path
    assert not path.exists()
    here.panels.settings_page.back.click()
    here.panels.filmstrip.chosen.emit(first.id)
    here.until(lambda: here.shown is Shown.PICTURE and here.panels.stage.image_id == first.id)
    here.panels.filmstrip.chosen.emit(second.id)
    here.until(lambda: here.shown is Shown.PICTURE and here.panels.stage.image_id == second.id)
    assert path.exists()


def test_an_export_fetches_what_is_not_here(here: House, nas: Path, tmp_path: Path) -> None:
    here.generated("One")
    here.until(lambda: len(here.strip) == 1)
    begin(here, nas)
    (state,) = here.strip
    came = here.files()[0].read_bytes()
    sync(here).errands.free([state])
    here.until(lambda: "are free now" in here.words(here.panels.notices))
    exporting = here.composition.library_parts.leaving.exporting
    exporting._begin_one(state, tmp_path / "copy.png")
    here.until((tmp_path / "copy.png").exists)
    assert (tmp_path / "copy.png").read_bytes() == came


def test_a_pause_holds_images_back_and_a_stop_deletes_nothing(here: House, nas: Path) -> None:
    begin(here, nas)
    card = here.panels.settings_page.sync
    card.pause.click()
    here.until(lambda: line(here).startswith("Paused"))
    here.generated()
    here.until(lambda: line(here).startswith("1 waits for the folder"))
    assert originals(nas) == []
    card.pause.click()
    here.until(lambda: len(originals(nas)) == 1 and line(here) == "Everything in the folder")
    before = sorted(nas.rglob("*"))
    card.stop.click()
    here.until(lambda: "Nothing was deleted" in toast(here))
    assert sorted(nas.rglob("*")) == before
    assert not here.panels.top_bar.sync_button.isVisible()
    assert not here.panels.settings_page.bucket.isHidden()


def test_a_comparison_tells_and_mends_what_is_missing(here: House, nas: Path) -> None:
    here.generated()
    here.until(lambda: len(here.strip) == 1)
    begin(here, nas)
    originals(nas)[0].unlink()
    card = here.panels.settings_page.sync
    card.verify.click()
    here.until(lambda: "Not in the bucket: 1." in card.care.text())
    card.copy_list.click()
    assert here.strip[0].path in QGuiApplication.clipboard().text()
    card.mend.setChecked(True)
    card.verify.click()
    here.until(lambda: "Mended: 1." in card.care.text())
    assert len(originals(nas)) == 1


def test_an_emptied_place_asks_before_anything_is_sent(here: House, nas: Path) -> None:
    here.generated()
    here.until(lambda: len(here.strip) == 1)
    begin(here, nas)
    for path in sorted(nas.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    here.panels.settings_page.sync.now.click()
    here.until(lambda: "it was not before" in here.words(here.panels.notices))
    assert list(nas.iterdir()) == []
    here.press("Send everything again", here.panels.notices)
    here.until(lambda: len(originals(nas)) == 1 and line(here) == "Everything in the folder")


def test_the_next_start_goes_on_with_it(here: House, nas: Path, start: Callable[..., House]) -> None:
    begin(here, nas)
    here.close()
    again = start()
    again.until(lambda: line(again) == "Everything in the folder")
    again.generated()
    again.until(lambda: len(originals(nas)) == 1)
