"""A library that is kept elsewhere too, as a person meets it in the window: begun, told in one line, joined, looked at, ended."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from bucket_hands import FINE, begin, computer, line, name_folder, originals, sync, sync_now, toast
from PySide6.QtGui import QGuiApplication

from imagegen_desktop.core.remote import KeySource, RemoteSettings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.remotes_file import RemotesFile
from imagegen_desktop.ui.stage.stage import Shown
from imagegen_desktop.ui.sync_state import SyncPhase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from house import House


def test_nothing_of_it_stands_in_the_bar_before_it_is_set_up(sampling: House) -> None:
    assert not sampling.panels.top_bar.sync_button.isVisible()
    assert all(not runner._thread.isRunning() for name, runner in sync(sampling)._runners.items() if name != "set-up")


def test_a_folder_is_tried_and_begun_with_and_a_new_image_goes_there_by_itself(sampling: House, nas: Path) -> None:
    form = sampling.panels.settings_page.bucket
    name_folder(sampling, nas)
    sampling.press("Test", form)
    sampling.until(lambda: "can keep the library" in form.status.text())
    assert any("written" in words for words in form.steps.words)
    assert list(nas.iterdir()) == []
    sampling.press("Start syncing")
    sampling.until(lambda: line(sampling) == FINE)
    assert not form.isVisible()
    assert sampling.panels.settings_page.sync.place.text() == str(nas)
    sampling.generated()
    sampling.until(lambda: len(originals(nas)) == 1 and line(sampling) == FINE)
    assert originals(nas)[0].read_bytes() == sampling.files()[0].read_bytes()
    assert sampling.panels.top_bar.sync_button.isVisible()


def test_what_is_pressed_when_a_result_is_told_is_done_though_the_work_is_not_over_yet(
    sampling: House,
    nas: Path,
    elsewhere: Callable[[], None],
    start: Callable[..., House],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sampling.generated()
    begin(sampling, nas)
    sync_now(sampling)
    elsewhere()
    there = computer(start)
    flow, form = sync(there).bucket, there.panels.settings_page.bucket
    told = flow._tell_other

    def pressed_at_once(*arguments: object, **named: bool) -> None:
        told(*arguments, **named)
        form.join.click()

    monkeypatch.setattr(flow, "_tell_other", pressed_at_once)
    name_folder(there, nas)
    there.press("Start syncing")
    there.until(lambda: len(there.strip) == 1)


def test_a_second_computer_opens_what_lies_there_and_sees_it_before_it_fetches_it(
    sampling: House, nas: Path, elsewhere: Callable[[], None], start: Callable[..., House]
) -> None:
    sampling.generated("A lighthouse at dusk")
    sampling.until(lambda: len(sampling.strip) == 1)
    begin(sampling, nas)
    sampling.panels.settings_page.sync.now.click()
    sampling.until(lambda: any((nas / "v1" / "thumbnails").rglob("0*")))
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
    assert there.files()[0].read_bytes() == sampling.files()[0].read_bytes()


def test_a_library_with_images_is_not_mixed_with_another_one(
    sampling: House, nas: Path, elsewhere: Callable[[], None], start: Callable[..., House]
) -> None:
    begin(sampling, nas)
    elsewhere()
    there = computer(start)
    there.generated()
    name_folder(there, nas)
    there.press("Start syncing")
    form = there.panels.settings_page.bucket
    there.until(lambda: "Another library lies there" in form.status.text())
    assert not form.join.isVisible()
    assert sync(there).desk.state.phase is SyncPhase.OFF


def test_what_can_not_be_reached_is_told_in_the_line_and_tried_again(sampling: House, nas: Path) -> None:
    begin(sampling, nas)
    away = nas.rename(nas.with_name("unplugged"))
    sampling.generated()
    sampling.until(lambda: sync(sampling).desk.state.phase is SyncPhase.OFFLINE and "1 waits" in line(sampling))
    assert "tried again in" in line(sampling)
    # It passes by itself, so the line alone tells it.
    assert not sampling.panels.notices.topics
    assert "Here and in the folder" in sampling.words(sampling.panels.sidebar)
    away.rename(nas)
    sampling.panels.settings_page.sync.now.click()
    sampling.until(lambda: line(sampling) == FINE)
    assert len(originals(nas)) == 1


def test_an_original_that_is_looked_at_is_fetched_by_itself_after_room_was_made(sampling: House, nas: Path) -> None:
    sampling.generated("One")
    sampling.generated("Two")
    sampling.until(lambda: len(sampling.strip) == 2)
    begin(sampling, nas)
    first, second = sampling.strip
    errands = sync(sampling).errands
    errands.free([second])
    sampling.until(lambda: "are free now" in toast(sampling))
    path = sampling.library / second.path
    assert not path.exists()
    sampling.panels.settings_page.back.click()
    sampling.panels.filmstrip.chosen.emit(first.id)
    sampling.until(lambda: sampling.shown is Shown.PICTURE and sampling.panels.stage.image_id == first.id)
    sampling.panels.filmstrip.chosen.emit(second.id)
    sampling.until(lambda: sampling.shown is Shown.PICTURE and sampling.panels.stage.image_id == second.id)
    assert path.exists()


def test_an_export_fetches_what_is_not_here(sampling: House, nas: Path, tmp_path: Path) -> None:
    sampling.generated("One")
    sampling.until(lambda: len(sampling.strip) == 1)
    begin(sampling, nas)
    (state,) = sampling.strip
    came = sampling.files()[0].read_bytes()
    sync(sampling).errands.free([state])
    sampling.until(lambda: "are free now" in toast(sampling))
    exporting = sampling.composition.library_parts.leaving.exporting
    exporting._begin_one(state, tmp_path / "copy.png")
    sampling.until((tmp_path / "copy.png").exists)
    assert (tmp_path / "copy.png").read_bytes() == came


def test_a_pause_holds_images_back_and_a_stop_deletes_nothing(sampling: House, nas: Path) -> None:
    begin(sampling, nas)
    card = sampling.panels.settings_page.sync
    card.pause.click()
    sampling.until(lambda: line(sampling).startswith("Paused"))
    sampling.generated()
    sampling.until(lambda: line(sampling).startswith("1 waits for the folder"))
    assert originals(nas) == []
    card.pause.click()
    sampling.until(lambda: len(originals(nas)) == 1 and line(sampling) == FINE)
    before = sorted(nas.rglob("*"))
    card.stop.click()
    sampling.until(lambda: "Nothing was deleted" in toast(sampling))
    assert sorted(nas.rglob("*")) == before
    assert not sampling.panels.top_bar.sync_button.isVisible()
    assert not sampling.panels.settings_page.bucket.isHidden()


def test_a_comparison_tells_and_mends_what_is_missing(sampling: House, nas: Path) -> None:
    sampling.generated()
    sampling.until(lambda: len(sampling.strip) == 1)
    begin(sampling, nas)
    originals(nas)[0].unlink()
    card = sampling.panels.settings_page.sync
    card.verify.click()
    sampling.until(lambda: "Not in the bucket: 1." in card.care.text())
    card.copy_list.click()
    assert sampling.strip[0].path in QGuiApplication.clipboard().text()
    card.mend.setChecked(True)
    card.verify.click()
    sampling.until(lambda: "Mended: 1." in card.care.text())
    assert len(originals(nas)) == 1


def test_an_emptied_place_asks_before_anything_is_sent(sampling: House, nas: Path) -> None:
    sampling.generated()
    sampling.until(lambda: len(sampling.strip) == 1)
    begin(sampling, nas)
    for path in sorted(nas.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    sampling.panels.settings_page.sync.now.click()
    sampling.until(lambda: "it was not before" in sampling.words(sampling.panels.notices))
    assert list(nas.iterdir()) == []
    sampling.press("Send everything again", sampling.panels.notices)
    sampling.until(lambda: len(originals(nas)) == 1 and line(sampling) == FINE)


def test_the_next_start_goes_on_with_it(sampling: House, nas: Path, start: Callable[..., House]) -> None:
    begin(sampling, nas)
    sampling.close()
    again = start()
    again.until(lambda: line(again) == FINE)
    again.generated()
    again.until(lambda: len(originals(nas)) == 1)


AFTER_THE_START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from imagegen_desktop.app.composition import Composition
from imagegen_desktop.storage.folders import Folders

app = QApplication([])
folders = Folders.of_this_user()
composition = Composition(app, folders, library=folders.default_library)
painted = []
composition.window.painted.connect(lambda: painted.append("boto3" in sys.modules))
def tell(_=None):
    sync = composition.library_parts.sync
    print(painted, "boto3" in sys.modules, sync._runners["syncing"]._thread.isRunning())
    app.quit()
def listen():
    if {is_set_up}:
        composition.library_parts.sync.desk.failed.connect(tell)
    else:
        composition.library_desk.swept.connect(tell)
composition.furnished.connect(listen)
composition.window.show()
app.exec()
composition.shutdown()
"""


@pytest.mark.parametrize(("is_set_up", "told"), [(False, "[False] False False"), (True, "[False] True True")])
def test_boto3_is_loaded_for_those_who_sync_alone_and_after_the_first_paint(is_set_up: bool, told: str) -> None:  # noqa: FBT001 (a case)
    folders = Folders.of_this_user()
    library = open_library(folders.default_library, folders.data)
    if is_set_up:
        # Nobody listens there, and no key is needed to find that out.
        settings = RemoteSettings(
            endpoint="https://127.0.0.1:9", bucket="mine", keys=KeySource.PROFILE, profile="nobody"
        )
        RemotesFile(folders).save(library.id, settings)
    done = subprocess.run(
        [sys.executable, "-c", AFTER_THE_START.replace("{is_set_up}", str(is_set_up))],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == told, done.stdout
