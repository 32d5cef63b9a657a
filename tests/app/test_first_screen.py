"""A start in the Library view: as it was left, and its first screen before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from house import write_settings
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, Qt
from PySide6.QtWidgets import QApplication

from imagegen_desktop.app.composition import Composition
from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.core.places import View
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.ui.filmstrip.tile import CELL
from imagegen_desktop.ui.grid.layout import Arrangement
from imagegen_desktop.ui.stage.stage import Shown
from pictures import new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from house import House
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from standin import StandIn

NONE = Qt.KeyboardModifier.NoModifier
MOST_STOPS = 400


def fill_library(count: int) -> None:
    folders = Folders.of_this_user()
    library = open_library(folders.default_library, folders.data)
    for number in range(count):
        data = picture((number * 40 % 256, 80, 120))
        library.add(library.describe(new_image(f"Number {number}", data)), data)


def test_the_window_comes_back_in_the_view_the_size_and_the_arrangement_in_which_it_was_left(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    first = start()
    first.stand()
    assert not first.window.in_library
    first.window.show_library()
    first.panels.library_page.grid.set_edge(208)
    first.panels.library_page.grid.set_arrangement(Arrangement.JUSTIFIED)
    first.close()
    second = start()
    assert second.window.in_library
    page = second.panels.library_page
    assert (page.grid.edge, page.grid.arrangement) == (208, Arrangement.JUSTIFIED)
    assert page.bar._buttons[Arrangement.JUSTIFIED].isChecked()
    assert page.bar._size.value() == 208
    assert not second.panels.filmstrip.isVisible()
    second.stand()
    second.window.show_create()
    second.close()
    third = start()
    assert not third.window.in_library
    third.stand()


def test_what_stands_in_the_windows_file_by_hand_is_passed_over_where_it_makes_no_sense(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    config = Folders.of_this_user().config
    config.mkdir(parents=True, exist_ok=True)
    (config / "window.ini").write_text("[General]\npage=attic\nedge=-3\narrangement=7\ngeometry=@Rect(1 2 3 4)\n")
    house = start()
    assert not house.window.in_library
    assert house.panels.library_page.grid.arrangement is Arrangement.SQUARE
    house.stand()


def begin_in_the_library() -> None:
    settings = QSettings(str(Folders.of_this_user().config / "window.ini"), QSettings.Format.IniFormat)
    settings.setValue("page", "library")
    settings.sync()


def test_keys_money_counts_and_the_sweep_wait_until_the_first_screen_is_full(
    start: Callable[..., House], standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(standin)
    fill_library(5)
    begin_in_the_library()
    order: list[str] = []
    original = Composition._furnish

    def noted(composition: Composition) -> None:
        grid = composition.window.first.library_page.grid
        order.append(f"{len(grid.listing)} listed, {sum(grid._is_shown(one) for one in grid.listing.moments)} shown")
        original(composition)

    monkeypatch.setattr(Composition, "_furnish", noted)
    house = start()
    house.composition.library_desk.swept.connect(lambda _: order.append("swept"))
    house.composition.library_desk.paged.connect(lambda _: order.append("paged"))
    house.until(lambda: {"paged", "swept"} <= set(order))
    assert order[0] == "5 listed, 5 shown"
    house.stand()
    assert house.composition._library is not None
    assert len(house.composition._library.index.listing(View())) == 5


def test_a_library_that_is_gone_is_told_while_the_view_in_which_it_was_left_shows_what_is_remembered(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    fill_library(1)
    begin_in_the_library()
    folder = Folders.of_this_user().default_library
    folder.rename(folder.with_name("Elsewhere"))
    house = start()
    house.stand()
    house.until(lambda: "The library's folder is not there" in house.words(house.panels.notices))
    grid = house.panels.library_page.grid
    house.until(lambda: len(grid.listing) == 1)
    assert house.window.in_library
    assert not folder.exists()


def test_a_library_that_is_gone_and_not_remembered_is_told_on_a_card_outside_the_view_in_which_it_was_left(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    fill_library(1)
    begin_in_the_library()
    folders = Folders.of_this_user()
    folders.default_library.rename(folders.default_library.with_name("Elsewhere"))
    for index in folders.data.glob("index*"):
        index.unlink()
    house = start()
    house.until(lambda: not house.window.in_library)
    house.until(lambda: "The library folder is not there" in house.words(house.panels.stage))
    assert not folders.default_library.exists()


def met_by_tab(house: House, qtbot: QtBot, along: dict[str, QWidget]) -> list[str]:
    """The panels at which the Tab key stops, from the search field on and once around."""
    house.window.activateWindow()
    first = house.panels.top_bar.search
    first.setFocus()
    qtbot.waitUntil(first.hasFocus)
    met: list[str] = []
    for _ in range(MOST_STOPS):
        focused = QApplication.focusWidget()
        assert focused is not None
        met += [name for name, panel in along.items() if panel is focused or panel.isAncestorOf(focused)]
        qtbot.keyClick(
            focused, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier if focused.inherits("QPlainTextEdit") else NONE
        )
        if first.hasFocus():
            break
    return list(dict.fromkeys(met))


@pytest.mark.parametrize("in_library", [False, True])
def test_the_tab_key_goes_through_the_panels_as_they_stand_though_some_were_built_later(
    start: Callable[..., House], standin: StandIn, qtbot: QtBot, *, in_library: bool
) -> None:
    write_settings(standin)
    if in_library:
        fill_library(1)
        begin_in_the_library()
    house = start()
    house.stand()
    panels = house.panels
    along: dict[str, QWidget] = {
        "top bar": panels.top_bar,
        "sidebar": panels.sidebar,
        "spending": panels.spending_page,
        "names": panels.names,
        "card": panels.dock,
    }
    house.window.show_spending()
    panels.names.show()
    assert met_by_tab(house, qtbot, along) == list(along)


def test_the_strip_keeps_its_room_until_it_is_known_whether_anything_is_there(
    qtbot: QtBot, qapp: QApplication, standin: StandIn
) -> None:
    write_settings(standin)
    folders = Folders.of_this_user()
    composition = Composition(qapp, folders, library=folders.default_library)
    window = composition.window
    strip = window.need_create().filmstrip
    assert (strip.window(), strip.maximumHeight()) == (window, CELL.height())
    window.show()
    qtbot.waitUntil(lambda: strip.maximumHeight() == 0)
    window.close()
    composition.shutdown()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_library_that_can_not_be_read_is_told_though_its_parts_come_later(
    start: Callable[..., House], standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(standin)
    fill_library(2)
    begin_in_the_library()
    told: list[object] = []
    original = Composition._furnish

    def failing(composition: Composition) -> None:
        composition.failed.connect(told.append)
        composition.library_desk.failed.emit(StorageError("The disk is asleep"))
        original(composition)

    monkeypatch.setattr(Composition, "_furnish", failing)
    house = start()
    house.stand()
    assert len(told) == 1
    assert house.shown is Shown.ERROR
    assert house.window.in_library


def test_what_is_pressed_before_its_part_stands_is_done_at_once(
    qtbot: QtBot, qapp: QApplication, standin: StandIn
) -> None:
    write_settings(standin)
    fill_library(2)
    begin_in_the_library()
    folders = Folders.of_this_user()
    composition = Composition(qapp, folders, library=folders.default_library)
    window = composition.window
    window.show()
    qtbot.waitUntil(lambda: composition._turns is not None)
    assert composition._work is None
    window.first.top_bar._settings_button.click()
    assert window.in_settings
    assert composition.work.settings_flow is not None
    window.close()
    composition.shutdown()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_window_that_is_closed_before_its_parts_stand_ends_in_order(
    qtbot: QtBot, qapp: QApplication, standin: StandIn
) -> None:
    write_settings(standin)
    fill_library(5)
    begin_in_the_library()
    folders = Folders.of_this_user()
    composition = Composition(qapp, folders, library=folders.default_library)
    furnished: list[bool] = []
    composition.furnished.connect(lambda: furnished.append(True))
    composition.window.show()
    qtbot.waitUntil(lambda: composition._turns is not None)
    composition.window.close()
    composition.shutdown()
    composition.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not furnished
    with pytest.raises(RuntimeError, match="first screen"):
        _ = composition.work


def test_in_the_library_view_nothing_is_decoded_for_the_stage_until_it_is_turned_to(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    fill_library(2)
    begin_in_the_library()
    house = start()
    pictured: list[object] = []
    house.composition.library_desk.pictured.connect(pictured.append)
    house.stand()
    house.until(lambda: len(house.strip) == 2)
    newest = house.strip[0]
    house.until(lambda: house.composition.front.flow.viewed == newest)
    assert house.panels.stage.image_id is None
    assert not pictured
    house.window.show_create()
    house.until(lambda: house.shown is Shown.PICTURE)
    assert house.panels.stage.image_id == newest.id


def test_a_library_that_opens_between_two_turns_meets_all_parts_or_none(
    qtbot: QtBot, qapp: QApplication, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(standin)
    fill_library(2)
    begin_in_the_library()
    halves: list[tuple[bool, bool]] = []
    original = Composition._furnishing

    def watched(composition: Composition) -> Iterator[None]:
        for _ in original(composition):
            halves.append((composition._work is None, composition._library_parts is None))
            yield

    monkeypatch.setattr(Composition, "_furnishing", watched)
    folders = Folders.of_this_user()
    composition = Composition(qapp, folders, library=folders.default_library)
    with qtbot.waitSignal(composition.furnished):
        composition.window.show()
    assert len(halves) > 1
    assert set(halves) == {(True, True)}
    composition.window.close()
    composition.shutdown()
    composition.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
