"""What a person decides about a library that is kept elsewhere, and what is seen of it at each image."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from bucket_hands import FINE, begin, computer, line, name_folder, originals, sync, sync_now, toast
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from imagegen_desktop.core.places import View
from imagegen_desktop.ui.grid.tile_painter import Mark
from imagegen_desktop.ui.inspector.facts import FactName
from imagegen_desktop.ui.stage.stage import Shown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House

    from imagegen_desktop.core.changes import ImageState


def drawn(house: House, count: int) -> list[ImageState]:
    """So many samples."""
    for number in range(count):
        house.generated(f"Picture {number}")
    house.until(lambda: len(house.strip) == count)
    return house.strip


def freed(house: House, state: ImageState) -> None:
    sync(house).errands.free([state])
    house.until(lambda: "are free now" in toast(house) and sync(house).errands._run is None)


def menu_words(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


@pytest.fixture
def pair(sampling: House, nas: Path, elsewhere: Callable[[], None], start: Callable[..., House]) -> tuple[House, House]:
    """Two computers with the same six images."""
    drawn(sampling, 6)
    begin(sampling, nas)
    sync_now(sampling)
    elsewhere()
    there = computer(start)
    name_folder(there, nas)
    there.press("Start syncing")
    there.press("Open the bucket's library here")
    there.until(lambda: sync(there).desk._line is not None)
    # Regular rounds are a minute apart.
    sync_now(there)
    there.until(lambda: len(there.strip) == 6)
    return sampling, there


def trash_all(house: House) -> None:
    organise = house.composition.library_parts.organise
    states = tuple(house.strip)
    house.composition.library_desk.set_field(states, "trashed", True, "Moved to the trash")
    house.until(lambda: house.strip == [])
    assert organise is not None
    sync_now(house)


def test_a_mass_of_deletes_waits_for_an_answer_and_can_be_taken_back_everywhere(pair: tuple[House, House]) -> None:
    here, there = pair
    trash_all(there)
    here.panels.settings_page.sync.now.click()
    here.until(lambda: "6 of 6 images" in here.words(here.panels.notices))
    assert len(here.strip) == 6
    here.press("Keep them all", here.panels.notices)
    here.until(lambda: "They stay" in toast(here))
    here.until(lambda: line(here) == FINE)
    sync_now(here)
    sync_now(there)
    there.until(lambda: len(there.strip) == 6)
    assert len(here.strip) == 6


def test_a_mass_of_deletes_is_done_at_a_word(pair: tuple[House, House]) -> None:
    here, there = pair
    trash_all(there)
    here.panels.settings_page.sync.now.click()
    here.press("Do it", here.panels.notices)
    here.until(lambda: here.strip == [])
    assert "sync deletes" not in here.panels.notices.topics


def test_what_others_made_and_named_appears_by_itself(pair: tuple[House, House]) -> None:
    here, there = pair
    there.generated("From the other computer")
    there.composition.library_desk.set_field((there.strip[0],), "tag/harbour", True, "Tagged")
    there.until(lambda: "harbour" in there.strip[0].tags)
    sync_now(there)
    here.panels.settings_page.sync.now.click()
    here.until(lambda: here.strip[0].record.prompt == "From the other computer")
    here.until(lambda: "harbour" in here.strip[0].tags)
    here.until(lambda: "7" in here.words(here.panels.sidebar))


def test_each_image_tells_where_its_original_lies(sampling: House, nas: Path) -> None:
    drawn(sampling, 2)
    begin(sampling, nas)
    sampling.panels.settings_page.back.click()
    sampling.window.show_library()
    grid = sampling.panels.library_page.grid
    sampling.until(lambda: len(grid.cells) == 2 and grid.state_of(0) is not None)
    places = sync(sampling).places
    sampling.until(lambda: places.place_of(sampling.strip[0].id) is not None)
    assert [grid.mark_of(cell) for cell in range(2)] == [Mark.NONE, Mark.NONE]
    freed(sampling, sampling.strip[0])
    assert [grid.mark_of(cell) for cell in range(2)] == [Mark.ELSEWHERE, Mark.NONE]
    assert "in the bucket alone" in grid.words_of(0)
    grid.press(0)
    table = sampling.panels.inspector.table
    sampling.until(lambda: table.words(FactName.BUCKET) == "In the bucket alone")
    assert not sampling.panels.inspector.folder_button.isEnabled()
    nas.rename(nas.with_name("unplugged"))
    sampling.generated("Waiting")
    sampling.window.show_library()
    sampling.until(lambda: len(grid.cells) == 3 and grid.mark_of(0) is Mark.WAITING)
    assert "waits for the bucket" in grid.words_of(0)
    grid.press(0)
    sampling.until(lambda: table.words(FactName.BUCKET) == "Waits for the bucket")
    index = sampling.composition._library.index
    assert [one.record.prompt for one in index.newest(View(words="is:unsynced"), 9)] == ["Waiting"]
    nas.with_name("unplugged").rename(nas)
    sync_now(sampling)
    assert grid.mark_of(0) is Mark.NONE
    sampling.panels.settings_page.sync.stop.click()
    sampling.until(lambda: not sampling.panels.top_bar.sync_button.isVisible())
    assert grid.mark_of(1) is Mark.NONE


def test_a_menu_offers_what_can_be_done_with_an_image(sampling: House, nas: Path) -> None:
    (state,) = drawn(sampling, 1)
    menus = sampling.composition.library_parts.leaving.menu
    before = menus.build((state,))
    assert "Bucket" not in menu_words(before)
    begin(sampling, nas)
    inner = next(one for one in menus.build((state,)).findChildren(QMenu) if one.title() == "Bucket")
    # A folder gives no links.
    assert menu_words(inner)[0].startswith("Fetch all") or menu_words(inner)[0].startswith("Fetch from")
    assert any(words.startswith("Free ") and "MB here" in words for words in menu_words(inner))
    freed(sampling, state)
    inner = next(one for one in menus.build((state,)).findChildren(QMenu) if one.title() == "Bucket")
    assert menu_words(inner) == ["Fetch from the bucket", "Fetch all that are not here"]
    inner.actions()[0].trigger()
    sampling.until(lambda: "Fetched one original" in toast(sampling))
    assert (sampling.library / state.path).exists()


def test_a_copy_to_the_clipboard_is_of_the_original_and_not_of_the_small_picture(sampling: House, nas: Path) -> None:
    (state,) = drawn(sampling, 1)
    begin(sampling, nas)
    freed(sampling, state)
    QGuiApplication.clipboard().clear()
    sampling.panels.settings_page.back.click()
    sampling.window.copied.emit()
    sampling.until(lambda: toast(sampling) == "Copied the image")
    assert QGuiApplication.clipboard().image().width() == state.record.got.width


def test_an_original_that_can_not_be_had_now_is_told_over_its_small_picture_and_comes_later(
    sampling: House, nas: Path
) -> None:
    first, second = drawn(sampling, 2)
    begin(sampling, nas)
    freed(sampling, second)
    away = nas.rename(nas.with_name("unplugged"))
    sampling.panels.settings_page.back.click()
    sampling.panels.filmstrip.chosen.emit(first.id)
    sampling.panels.filmstrip.chosen.emit(second.id)
    stage = sampling.panels.stage
    sampling.until(lambda: stage._word.isVisible() and "The original is in the bucket" in stage._word.text)
    assert sampling.shown is Shown.FETCHING
    assert "Fetch it now" in sampling.words(stage)
    away.rename(nas)
    sync(sampling).desk.sync_now()
    sampling.until(lambda: sampling.shown is Shown.PICTURE and stage.image_id == second.id)


def test_a_damaged_object_is_told_once_and_nothing_here_is_changed(pair: tuple[House, House], nas: Path) -> None:
    here, there = pair
    journals = nas / "v1" / "journal"
    before = set(journals.rglob("0*"))
    there.generated("Seven")
    sync_now(there)
    new = set(journals.rglob("0*")) - before
    assert new
    for journal in new:
        journal.write_bytes(b"not what it was")
    here.panels.settings_page.sync.now.click()
    here.until(lambda: "can't be read" in here.words(here.panels.notices))
    assert len(here.strip) == 6
    here.press("Close", here.panels.notices)
    sync_now(here)
    assert "sync damage" not in here.panels.notices.topics


def test_two_libraries_at_one_place_stop_both(sampling: House, nas: Path) -> None:
    drawn(sampling, 1)
    begin(sampling, nas)
    mark = next((nas / "v1" / "library").iterdir())
    other = mark.with_name("zzzzzzzzzz")
    other.write_text(json.dumps({"id": "zzzzzzzzzz", "format": 1}), encoding="utf-8")
    sampling.panels.settings_page.sync.now.click()
    sampling.until(lambda: "Two libraries" in sampling.words(sampling.panels.notices))
    mark.unlink()
    sampling.panels.settings_page.sync.now.click()
    sampling.until(lambda: "Another library" in sampling.words(sampling.panels.notices))
    assert len(originals(nas)) == 1
    sampling.press("Stop syncing", sampling.panels.notices)
    sampling.until(lambda: "Nothing was deleted" in toast(sampling))


def test_an_encrypted_place_asks_for_its_passphrase_and_gives_a_note(
    sampling: House, nas: Path, elsewhere: Callable[[], None], start: Callable[..., House]
) -> None:
    drawn(sampling, 1)
    form = sampling.panels.settings_page.bucket
    name_folder(sampling, nas)
    form.encrypt.click()
    form.passphrase.setText("correct horse")
    form.again.setText("correct house")
    sampling.press("Start syncing")
    assert "not the same" in form.status.text()
    form.again.setText("correct horse")
    sampling.press("Start syncing")
    sampling.until(lambda: line(sampling) == FINE)
    assert form.passphrase.text() == form.again.text() == ""
    assert not any(b"Picture 0" in path.read_bytes() for path in nas.rglob("*") if path.is_file())
    flow = sync(sampling).bucket
    texts: list[str] = []
    flow._save_note = texts.append
    sampling.panels.settings_page.sync.note.click()
    sampling.until(lambda: bool(texts))
    assert str(nas) in texts[0]
    assert "correct horse" not in texts[0]
    elsewhere()
    there = computer(start)
    name_folder(there, nas)
    there.press("Start syncing")
    form = there.panels.settings_page.bucket
    there.until(lambda: "is encrypted" in form.status.text())
    assert form.encrypt.isChecked()
    for words, told in (("wrong", "does not open"), ("correct horse", "lies there already")):
        form.passphrase.setText(words)
        form.again.setText(words)
        there.press("Start syncing")
        there.until(lambda told=told: told in form.status.text())
    there.press("Open the bucket's library here")
    there.until(lambda: len(there.strip) == 1)
