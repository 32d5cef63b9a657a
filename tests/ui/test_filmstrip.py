"""The filmstrip keeps its place and its choice, and asks only for what is seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from painted import image, plain
from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QWheelEvent
from PySide6.QtWidgets import QApplication

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.ui.filmstrip.filmstrip import Filmstrip
from imagegen_desktop.ui.filmstrip.model import FilmModel, Role
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget
    from pytestqt.modeltest import ModelTester
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

RED = "#C82828"


def images(count: int) -> list[ImageState]:
    """Newest first: the highest number."""
    return [image(number) for number in range(count, 0, -1)]


def job(count: int = 2, saved: int = 0, width: int = 1024, height: int = 1024) -> JobProgress:
    return JobProgress(
        job="job0000001",
        prompt="a lighthouse",
        phase=Phase.SENT,
        count=count,
        saved=saved,
        width=width,
        height=height,
        started=0.0,
    )


class Ear:
    """What the filmstrip told."""

    def __init__(self, strip: Filmstrip) -> None:
        self.chosen: list[str] = []
        self.wanted: list[list[str]] = []
        strip.chosen.connect(self.chosen.append)
        strip.thumbnails_wanted.connect(self.wanted.append)


@pytest.fixture
def strip(appearance: Appearance, icons: Icons, qtbot: QtBot) -> Iterator[Filmstrip]:
    appearance.choose(Theme.LIGHT)
    appearance.reduce_motion(True)
    made = Filmstrip(appearance, icons)
    qtbot.addWidget(made)
    made.resize(800, made.height())
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


@pytest.fixture
def ear(strip: Filmstrip) -> Ear:
    return Ear(strip)


def place(strip: Filmstrip, state: ImageState) -> QRect:
    return strip.visualRect(strip._film.index_of(state.id))


def colour_at(strip: Filmstrip, point: QPoint) -> str:
    return strip.grab().toImage().pixelColor(point).name().upper()


def test_what_is_seen_is_asked_for_once_newest_first(strip: Filmstrip, ear: Ear, qtbot: QtBot) -> None:
    states = images(100)
    strip.set_states(states)
    strip.set_states(states)
    qtbot.waitUntil(lambda: bool(ear.wanted))
    assert ear.wanted == [[state.id for state in states[:12]]]


def test_scrolling_asks_for_what_comes_into_view(strip: Filmstrip, ear: Ear, qtbot: QtBot) -> None:
    states = images(100)
    strip.set_states(states)
    qtbot.waitUntil(lambda: bool(ear.wanted))
    for number, state in enumerate(states[:12]):
        strip.set_thumbnail(state.id, plain(16, 16)) if number != 11 else None
    strip.horizontalScrollBar().setValue(80 * 10)
    qtbot.waitUntil(lambda: len(ear.wanted) > 1)
    assert ear.wanted[-1] == [state.id for state in states[11:22]]


def test_nothing_is_asked_for_while_hidden(strip: Filmstrip, ear: Ear, qtbot: QtBot) -> None:
    strip.hide()
    strip.set_states(images(5))
    qtbot.waitUntil(lambda: not strip._ask.isActive())
    assert ear.wanted == []
    strip.show()
    qtbot.waitUntil(lambda: len(ear.wanted) == 1)


def test_a_thumbnail_is_painted_without_a_tint_and_ringed_when_chosen(strip: Filmstrip) -> None:
    states = images(3)
    strip.set_states(states)
    for state in states:
        strip.set_thumbnail(state.id, plain(128, 128))
    strip.select(states[1].id)
    rect = place(strip, states[1])
    assert colour_at(strip, rect.center()) == RED
    # The picture ends 34 px from the middle; the ring lies 3 px outside it.
    assert colour_at(strip, QPoint(rect.center().x(), rect.center().y() - 37)) == LIGHT.accent
    other = place(strip, states[0])
    assert colour_at(strip, QPoint(other.center().x(), other.center().y() - 37)) != LIGHT.accent


def test_a_thumbnail_of_an_image_that_is_gone_is_let_go(strip: Filmstrip) -> None:
    strip.set_states(images(2))
    strip.set_thumbnail("image99999", plain(8, 8))
    strip.set_thumbnail(image(1).id, plain(8, 8))
    strip.set_states([image(2)])
    assert strip._film._thumbnails == {}


def test_large_thumbnails_are_kept_small(strip: Filmstrip) -> None:
    strip.set_states(images(1))
    strip.set_thumbnail(image(1).id, plain(512, 256))
    pixmap = strip._film.index_of(image(1).id).data(Role.THUMBNAIL)
    assert (pixmap.width(), pixmap.height()) == (136 * strip.devicePixelRatioF(), 68 * strip.devicePixelRatioF())


def test_a_click_and_the_keys_choose(strip: Filmstrip, ear: Ear, qtbot: QtBot) -> None:
    states = images(30)
    strip.set_states(states)
    strip.setFocus()
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place(strip, states[2]).center())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(strip, key)
    expected = [states[2], states[3], states[2], states[-1], states[0]]
    assert ear.chosen == [state.id for state in expected]
    assert strip.selected_id == states[0].id


def test_a_tile_of_what_is_made_is_chosen_by_click_and_key_and_told_apart_from_a_picture(
    strip: Filmstrip, ear: Ear, qtbot: QtBot
) -> None:
    strip.set_states(images(3))
    strip.set_running([job(count=2)])
    followed: list[object] = []
    strip.job_chosen.connect(followed.append)
    strip.setFocus()
    strip.select(image(2).id)
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert ear.chosen == [image(3).id]
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert followed == [job().job]
    assert strip.selected_id is None
    strip.select(image(2).id)
    qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert followed == [job().job] * 2
    assert ear.chosen == [image(3).id]


def test_the_ring_stays_on_the_followed_job_while_others_come_and_end(strip: Filmstrip, ear: Ear) -> None:
    strip.set_states(images(3))
    one, two = job(), replace(job(), job="another000")
    strip.set_running([one, two])
    strip.select_job(two.job)
    strip.set_running([two])
    assert strip._film.job_at(strip.currentIndex()) == two.job
    strip.set_running([])
    assert not strip.selectedIndexes()
    assert ear.chosen == []


def test_a_choice_through_the_accessible_tree_is_heard(strip: Filmstrip, ear: Ear) -> None:
    states = images(4)
    strip.set_states(states)
    model = strip.selectionModel()
    model.select(strip._film.index_of(states[2].id), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    assert ear.chosen == [states[2].id]
    assert strip.selected_id == states[2].id


def test_selecting_by_program_tells_nobody(strip: Filmstrip, ear: Ear) -> None:
    strip.set_states(images(50))
    strip.select(image(1).id)
    assert strip.selected_id == image(1).id
    assert strip.viewport().rect().contains(place(strip, image(1)).center())
    strip.select(None)
    assert strip.selected_id is None
    assert strip.selectionModel().selectedIndexes() == []
    strip.select("image99999")
    assert strip.selected_id is None
    assert ear.chosen == []


def test_a_step_goes_to_the_neighbour_and_stops_at_the_ends(strip: Filmstrip, ear: Ear) -> None:
    strip.set_states(images(3))
    for by in (1, 1, 1, 1, -1):
        strip.step(by)
    assert ear.chosen == [image(3).id, image(2).id, image(1).id, image(2).id]


def test_the_choice_stays_when_images_come_go_and_change(strip: Filmstrip, ear: Ear) -> None:
    strip.set_states(images(10))
    strip.select(image(5).id)
    strip.set_states([image(11), *images(10)])
    strip.set_states([state for state in images(11) if state.id != image(7).id])
    strip.set_states([replace(state, favourite=True) for state in images(11)])
    assert strip.selected_id == image(5).id
    assert [index.row() for index in strip.selectionModel().selectedIndexes()] == [6]
    strip.set_states([state for state in images(11) if state.id != image(5).id])
    assert strip.selected_id is None
    assert strip.selectionModel().selectedIndexes() == []
    assert ear.chosen == []


@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
def test_what_is_looked_at_stays_in_its_place_when_images_come_and_go(
    strip: Filmstrip, ear: Ear, qtbot: QtBot, direction: Qt.LayoutDirection
) -> None:
    strip.setLayoutDirection(direction)
    strip.set_states(images(60))
    qtbot.waitUntil(lambda: strip.horizontalScrollBar().maximum() > 2000)
    strip.horizontalScrollBar().setValue(1234)
    before = place(strip, image(40))
    assert before.left() == (366 if direction is Qt.LayoutDirection.LeftToRight else 354)
    qtbot.waitUntil(lambda: bool(ear.wanted) and ear.wanted[-1][0] == image(45).id)
    strip.set_states([image(62), image(61), *images(60)])
    strip.set_running([job(count=3)])
    assert place(strip, image(40)) == before
    strip.set_running([])
    strip.set_states([state for state in images(62) if state.id != image(58).id])
    assert place(strip, image(40)) == before


def test_who_looks_at_the_newest_sees_what_comes(strip: Filmstrip) -> None:
    strip.set_states(images(60))
    strip.set_states([image(61), *images(60)])
    assert place(strip, image(61)).left() == 0


def test_tiles_of_what_is_made_come_first_in_the_ratio_asked_for(strip: Filmstrip) -> None:
    strip.set_states(images(3))
    strip.set_running([job(count=4, saved=3, width=1536, height=1024)])
    assert place(strip, image(3)).left() == 80
    middle = strip.height() // 2
    assert colour_at(strip, QPoint(40, middle)) != LIGHT.window
    assert colour_at(strip, QPoint(40, middle - 30)) == LIGHT.window
    strip.set_running([job(count=4, saved=3, width=1024, height=1024)])
    assert colour_at(strip, QPoint(40, middle - 30)) != LIGHT.window


def test_a_favourite_and_a_sample_carry_their_marks(strip: Filmstrip) -> None:
    strip.set_states([image(3), image(2, favourite=True), image(1, sample=True)])
    for number in (1, 2, 3):
        strip.set_thumbnail(image(number).id, plain(68, 68))
    none, heart, sample = (strip.grab(place(strip, image(number))).toImage() for number in (3, 2, 1))
    upper, lower = QPoint(74 - 12, 10 + 6), QPoint(6 + 6, 78 - 6)
    for point in (upper, lower):
        assert none.pixelColor(point).name().upper() == RED
    assert heart.pixelColor(upper).lightness() < 60
    assert sample.pixelColor(lower).lightness() < 60


def test_a_screen_reader_hears_number_words_and_marks(
    strip: Filmstrip, unnamed: Callable[[QWidget], list[str]]
) -> None:
    strip.set_states([image(2, favourite=True, sample=True), image(1)])
    strip.set_running([job(count=3, saved=1)])
    list_interface = QAccessible.queryAccessibleInterface(strip)
    names = [list_interface.child(row).text(QAccessible.Text.Name) for row in range(list_interface.childCount())]
    assert list_interface.text(QAccessible.Text.Name) == "Latest images"
    assert names == [
        "Picture 2 of 3 is being made: a lighthouse",
        "Picture 3 of 3 is being made: a lighthouse",
        "Image 1 of 2: a lighthouse at dusk, favourite, sample",
        "Image 2 of 2: a lighthouse at dusk",
    ]
    assert unnamed(strip) == []


def test_a_prompt_that_looks_like_markup_is_shown_as_it_stands(strip: Filmstrip) -> None:
    strip.set_states([image(1, prompt="<img src=x>" + "y" * 500)])
    tip = strip._film.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("<qt>&lt;img src=x&gt;yyy")
    assert len(tip) < 300


def test_an_upright_wheel_moves_the_row(strip: Filmstrip, qtbot: QtBot) -> None:
    strip.set_states(images(60))
    qtbot.waitUntil(lambda: strip.horizontalScrollBar().maximum() > 2000)
    at = QPointF(400, 40)
    none, still = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turn = QWheelEvent(at, at, QPoint(), QPoint(0, -120), none, Qt.KeyboardModifier.NoModifier, still, False)
    QApplication.sendEvent(strip.viewport(), turn)
    assert strip.horizontalScrollBar().value() == 60


def test_skeletons_move_only_while_seen_and_wanted(strip: Filmstrip, appearance: Appearance) -> None:
    appearance.reduce_motion(False)
    strip.set_running([job()])
    assert strip._frames.isActive()
    strip.hide()
    assert not strip._frames.isActive()
    strip.show()
    assert strip._frames.isActive()
    strip.set_running([])
    assert not strip._frames.isActive()


def test_an_unchanged_list_changes_no_row(strip: Filmstrip) -> None:
    """It is handed over at every change of anything: 500 rows that stay must cost next to nothing."""
    strip.set_states(images(500))
    told: list[str] = []
    model = strip._film
    model.dataChanged.connect(lambda *_: told.append("changed"))
    model.rowsInserted.connect(lambda *_: told.append("inserted"))
    model.rowsRemoved.connect(lambda *_: told.append("removed"))
    strip.set_states(images(500))
    assert told == []
    strip.set_states([*images(500)[:7], replace(images(500)[7], favourite=True), *images(500)[8:]])
    assert told == ["changed"]


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model = FilmModel()
    qtmodeltester.check(model)
    model.set_running([job(count=3)])
    model.set_states(images(5))
    model.set_states([image(9), *images(4)])
    model.set_running([job(count=3, saved=2)])
    model.set_states([])
    model.set_running([])
    qtmodeltester.check(model)


numbers = st.lists(st.integers(1, 12), unique=True).map(lambda them: sorted(them, reverse=True))


@given(st.lists(st.tuples(numbers, st.sets(st.integers(1, 12))), min_size=1, max_size=5))
def test_whatever_comes_and_goes_the_rows_are_the_states(turns: list[tuple[list[int], set[int]]]) -> None:
    model = FilmModel()
    model.set_running([job(count=2)])
    rows = model.rowCount()
    tally = {"rows": rows}
    model.rowsInserted.connect(lambda _parent, first, last: tally.update(rows=tally["rows"] + last - first + 1))
    model.rowsRemoved.connect(lambda _parent, first, last: tally.update(rows=tally["rows"] - last + first - 1))
    for present, favourites in turns:
        states = [image(number, favourite=number in favourites) for number in present]
        model.set_states(states)
        assert [model.index(row).data(Role.ROW) for row in range(2, model.rowCount())] == states
        assert [model.index_of(state.id).row() for state in states] == list(range(2, 2 + len(states)))
        assert tally["rows"] == model.rowCount()
