"""The stage shows one thing at a time, tells the truth about it, and can be worked without a mouse."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from painted import image, plain
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QAccessible, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from imagegen_desktop.core.errors import (
    BadImageError,
    CancelledError,
    ChargeState,
    EnhancementFailedError,
    ImagegenError,
    KeyRefusedError,
    NoCreditError,
    NotReachedError,
    OutcomeUnknownError,
    RateLimitedError,
    Remedy,
    ResultUrlError,
    ServerBrokeError,
)
from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.settings import Theme
from imagegen_desktop.ui.job_progress import JobProgress, Phase
from imagegen_desktop.ui.stage.job_view import JobView
from imagegen_desktop.ui.stage.pill import Pill
from imagegen_desktop.ui.stage.stage import Shown, Stage
from imagegen_desktop.ui.stage.view import View
from imagegen_desktop.ui.stage.words import remedy_words
from imagegen_desktop.ui.text import PlainLabel
from imagegen_desktop.ui.theme.tokens import LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons


SIZE = QSize(880, 580)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stage(appearance: Appearance, icons: Icons, clock: Clock, qtbot: QtBot) -> Iterator[Stage]:
    appearance.choose(Theme.LIGHT)
    appearance.reduce_motion(True)
    made = Stage(appearance, icons, clock=clock)
    qtbot.addWidget(made)
    made.resize(SIZE)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


def job(**changes: Any) -> JobProgress:
    sent = JobProgress(
        job="job0000001",
        prompt="a lighthouse",
        phase=Phase.SENT,
        count=4,
        saved=1,
        width=1536,
        height=1024,
        started=988.0,
    )
    return replace(sent, **changes)


def words(stage: Stage) -> list[str]:
    return [label.text() for label in stage.findChildren(PlainLabel) if label.isVisible()]


def buttons(stage: Stage) -> dict[str, QPushButton]:
    return {button.text(): button for button in stage.findChildren(QPushButton) if button.isVisible()}


def press(stage: Stage, text: str) -> None:
    buttons(stage)[text].click()


# ---- empty ----


def test_the_first_window_offers_a_key_the_sample_engine_and_three_examples(stage: Stage) -> None:
    stage.show_empty(has_key=False)
    assert stage.current is Shown.EMPTY
    assert "Make your first picture" in words(stage)
    assert list(buttons(stage))[-2:] == ["Add API key", "Try with the sample engine"]
    assert len(buttons(stage)) == 5
    heard: list[object] = []
    stage.example_chosen.connect(heard.append)
    stage.add_key_requested.connect(lambda: heard.append("key"))
    stage.sample_requested.connect(lambda: heard.append("sample"))
    for button in buttons(stage).values():
        button.click()
    assert heard[0] == "A misty pine valley at dawn, low sun through the trees"
    assert all(isinstance(prompt, str) and len(prompt) > 20 for prompt in heard[:3])
    assert heard[3:] == ["key", "sample"]


def test_with_a_key_nobody_is_asked_for_one(stage: Stage) -> None:
    stage.show_empty(has_key=True, endpoint_label="api.openai.com")
    assert "Add API key" not in buttons(stage)
    assert "Pictures are made by api.openai.com." in words(stage)


# ---- picture ----


def test_a_picture_stands_whole_above_the_tools(stage: Stage) -> None:
    stage.show_picture(image(1), plain(900, 900))
    assert (stage.current, stage.image_id) == (Shown.PICTURE, image(1).id)
    target = stage.canvas.view.target
    pill = stage.findChild(Pill)
    assert pill is not None
    assert QRectF(stage.rect()).contains(target)
    assert not target.toAlignedRect().intersects(pill.geometry())
    assert target.width() == target.height() > 400


def test_a_picture_is_shown_in_its_own_colours(stage: Stage) -> None:
    stage.show_picture(image(1), plain(600, 300, (12, 200, 99, 255)))
    picture = stage.grab().toImage()
    assert picture.pixelColor(stage.canvas.view.target.center().toPoint()).getRgb() == (12, 200, 99, 255)
    assert picture.pixelColor(3, 3).name().upper() == LIGHT.canvas


def test_a_checkerboard_shows_only_under_transparency(stage: Stage) -> None:
    assert len(seen(stage, image(1), plain(400, 400, (0, 0, 0, 255)))) == 1
    assert seen(stage, image(2), plain(400, 400, (0, 0, 0, 0))) == {"#FFFFFF", "#DDDDDD"}


def seen(stage: Stage, state: ImageState, pixels: Pixels) -> set[str]:
    stage.show_picture(state, pixels)
    shown = stage.grab(stage.canvas.view.target.toRect().adjusted(60, 60, -60, -60)).toImage()
    return {shown.pixelColor(x, y).name().upper() for x in range(40) for y in range(40)}


def test_a_shrunken_picture_is_averaged_not_thinned_out(stage: Stage) -> None:
    """Every eighth column is white: thinning would keep or lose whole columns, averaging gives one dark grey."""
    row = b"".join(bytes([255 if x % 8 == 0 else 0] * 3 + [255]) for x in range(3072))
    stage.show_picture(image(1), Pixels(3072, 1024, row * 1024))
    shown = stage.grab(stage.canvas.view.target.toRect().adjusted(40, 40, -40, -40)).toImage()
    reds = [shown.pixelColor(x, 20).red() for x in range(200)]
    assert max(reds) < 140


def test_a_screen_reader_hears_what_the_picture_is(stage: Stage) -> None:
    stage.show_picture(image(1, prompt="two <b>red</b> boats"), plain(64, 32))
    assert stage.canvas.accessibleName() == "Picture: two <b>red</b> boats"
    assert stage.canvas.accessibleDescription() == "64 × 32 pixels"


def test_the_old_picture_stays_while_the_next_is_opened(stage: Stage) -> None:
    stage.show_picture(image(1), plain(300, 300))
    before = stage.grab().toImage()
    stage.show_opening(image(2))
    assert (stage.current, stage.image_id) == (Shown.OPENING, image(2).id)
    assert stage.grab().toImage() == before


def test_opening_a_picture_from_a_message_keeps_the_message_until_it_is_there(stage: Stage) -> None:
    stage.show_empty(has_key=True)
    stage.show_opening(image(2))
    assert "Make your first picture" in words(stage)
    stage.show_picture(image(2), plain(30, 30))
    assert "Make your first picture" not in words(stage)


def test_a_file_that_is_gone_is_named(stage: Stage) -> None:
    stage.show_missing(image(7))
    assert stage.current is Shown.MISSING
    assert stage.image_id == image(7).id
    assert image(7).record.file in words(stage)


def test_a_new_state_of_the_shown_picture_keeps_its_zoom(stage: Stage) -> None:
    stage.show_picture(image(1), plain(900, 900))
    stage.canvas.zoom_in()
    scale = stage.canvas.view.scale
    stage.show_picture(image(1, favourite=True), plain(900, 900))
    assert stage.canvas.view.scale == scale
    stage.show_picture(image(2), plain(900, 900))
    assert stage.canvas.view.fitted


def test_the_pills_tools_work_and_take_the_keyboard(stage: Stage) -> None:
    stage.show_picture(image(3), plain(900, 900))
    tools = {tool.accessibleName(): tool for tool in stage.findChildren(QToolButton)}
    assert list(tools) == ["Zoom out", "Fit to the window", "Zoom in", "Favourite", "Move to the trash"]
    assert all(tool.focusPolicy() is Qt.FocusPolicy.StrongFocus for tool in tools.values())
    heard: list[tuple[str, object]] = []
    stage.favourite_requested.connect(lambda which: heard.append(("favourite", which)))
    stage.trash_requested.connect(lambda which: heard.append(("trash", which)))
    fitted = stage.canvas.view.scale
    tools["Zoom in"].click()
    assert stage.canvas.view.scale == pytest.approx(fitted * 1.25)
    tools["Zoom out"].click()
    assert stage.canvas.view.fitted
    tools["Favourite"].click()
    tools["Move to the trash"].click()
    assert heard == [("favourite", image(3).id), ("trash", image(3).id)]
    assert not tools["Favourite"].isChecked()
    stage.show_picture(image(3, favourite=True), plain(900, 900))
    assert tools["Favourite"].isChecked()


def test_keys_zoom_pan_and_walk(stage: Stage, qtbot: QtBot) -> None:
    stage.show_picture(image(1), plain(1600, 1600))
    canvas, view = stage.canvas, stage.canvas.view
    steps: list[object] = []
    stage.neighbour_requested.connect(steps.append)
    canvas.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(canvas, key)
    assert steps == [1, -1]
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert view.scale * canvas.devicePixelRatioF() == 1
    left = view.target.left()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert view.target.left() == left - 48
    assert steps == [1, -1]
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert view.scale == pytest.approx(1.25)
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert view.fitted


def test_the_wheel_zooms_around_the_pointer(stage: Stage) -> None:
    stage.show_picture(image(1), plain(1000, 1000))
    view = stage.canvas.view
    at = QPointF(view.target.left() + 100, view.target.top() + 50)
    under = (at - view.target.topLeft()) / view.scale
    turn_wheel(stage.canvas, at, notches=6)
    assert view.scale > 1
    again = (at - view.target.topLeft()) / view.scale
    assert (again - under).manhattanLength() < 2
    turn_wheel(stage.canvas, at, notches=-60)
    assert view.fitted


def turn_wheel(widget: QWidget, at: QPointF, *, notches: int) -> None:
    none, still = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    keys = Qt.KeyboardModifier.NoModifier
    where = QPointF(widget.mapToGlobal(at.toPoint()))
    QApplication.sendEvent(widget, QWheelEvent(at, where, QPoint(), QPoint(0, 120 * notches), none, keys, still, False))


def test_dragging_pans_but_never_past_an_edge(stage: Stage, qtbot: QtBot) -> None:
    stage.show_picture(image(1), plain(2000, 2000))
    canvas, view = stage.canvas, stage.canvas.view
    canvas.actual_pixels()
    left = view.target.left()
    left_button = Qt.MouseButton.LeftButton
    qtbot.mousePress(canvas, left_button, pos=QPoint(400, 300))
    qtbot.mouseMove(canvas, QPoint(430, 310))
    assert view.target.left() == left + 30
    qtbot.mouseMove(canvas, QPoint(4000, 4000))
    qtbot.mouseRelease(canvas, left_button, pos=QPoint(4000, 4000))
    assert view.target.topLeft() == QPointF(0, 0)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_at_actual_size_the_pictures_pixels_are_the_screens(ratio: float) -> None:
    view = View()
    view.show(QSizeF(777, 333))
    view.measure(QRectF(0, 0, 300, 200), QRectF(24, 24, 252, 100), ratio)
    view.zoom_to(view.actual, QPointF(150, 100))
    assert view.target.width() * ratio == pytest.approx(777)
    corner = view.target.topLeft() * ratio
    assert (corner.x(), corner.y()) == (pytest.approx(round(corner.x())), pytest.approx(round(corner.y())))


def test_zooming_has_ends() -> None:
    view = View()
    view.show(QSizeF(100, 100))
    view.measure(QRectF(0, 0, 400, 400), QRectF(24, 24, 352, 300), 1.0)
    assert view.scale == 1.0
    view.zoom_to(1e9, QPointF(200, 200))
    assert math.isclose(view.scale, 32.0)
    view.zoom_to(1e-9, QPointF(200, 200))
    assert view.fitted


# ---- jobs ----


def test_the_skeleton_has_the_final_ratio_as_soon_as_the_job_is_shown(stage: Stage) -> None:
    stage.show_job(job())
    assert stage.current is Shown.JOB
    view = stage.findChild(JobView)
    assert view is not None
    frame = view._frame
    assert frame.width() / frame.height() == pytest.approx(1.5, rel=0.01)
    assert QRect(QPoint(), SIZE).contains(frame.toRect())
    assert stage.grab().toImage().pixelColor(frame.center().toPoint()).name().upper() != LIGHT.canvas


def test_a_job_tells_what_is_done_and_how_long_it_took(stage: Stage, clock: Clock) -> None:
    stage.show_job(job())
    assert {"Making 2 of 4", "12 s", "Cancelling now may still be charged"} <= set(words(stage))
    clock.now += 61
    stage.show_job(job(saved=3))
    assert {"Making 4 of 4", "1 min 13 s"} <= set(words(stage))


def test_the_time_goes_on_by_itself(stage: Stage, clock: Clock, qtbot: QtBot) -> None:
    stage.show_job(job())
    clock.now += 1
    qtbot.waitUntil(lambda: "13 s" in words(stage))


@pytest.mark.parametrize(
    ("changes", "said", "warns"),
    [
        ({"phase": Phase.STARTING}, "Connecting...", False),
        ({"phase": Phase.ENHANCING}, "Enhancing your prompt...", False),
        ({"phase": Phase.SENT, "count": 1, "saved": 0}, "Making your picture", True),
        ({"phase": Phase.SENT, "sample": True}, "Making 2 of 4", False),
        ({"phase": Phase.CANCELLING}, "Cancelling...", False),
    ],
)
def test_a_job_warns_of_a_charge_only_once_there_may_be_one(
    stage: Stage, changes: dict[str, object], said: str, *, warns: bool
) -> None:
    stage.show_job(job(**changes))
    assert said in words(stage)
    assert ("Cancelling now may still be charged" in words(stage)) is warns


def test_cancel_asks_once_and_is_then_off(stage: Stage) -> None:
    heard: list[str] = []
    stage.cancel_requested.connect(lambda: heard.append("cancel"))
    stage.show_job(job())
    press(stage, "Cancel")
    stage.show_job(job(phase=Phase.CANCELLING))
    assert heard == ["cancel"]
    assert not buttons(stage)["Cancel"].isEnabled()


def test_previews_take_the_skeletons_place_one_picture_at_a_time(stage: Stage) -> None:
    stage.show_job(job())
    view = stage.findChild(JobView)
    assert view is not None
    centre = view._frame.center().toPoint()
    assert colour_at(stage, centre) != "#C82828"
    stage.show_preview(plain(96, 64), 1)
    assert colour_at(stage, centre) == "#C82828"
    stage.show_preview(plain(96, 64, (0, 0, 255, 255)), 2)
    assert colour_at(stage, centre) == "#C82828"
    stage.show_job(job(saved=2))
    stage.show_preview(plain(96, 64, (0, 0, 255, 255)), 2)
    assert colour_at(stage, centre) == "#0000FF"
    stage.show_job(job(job="job0000002"))
    assert colour_at(stage, centre) not in {"#0000FF", "#C82828"}


def colour_at(stage: Stage, point: QPoint) -> str:
    image: QImage = stage.grab().toImage()
    return image.pixelColor(point).name().upper()


def test_a_preview_that_comes_too_late_shows_nothing(stage: Stage) -> None:
    stage.show_picture(image(1), plain(40, 40))
    before = stage.grab().toImage()
    stage.show_preview(plain(40, 40, (0, 0, 255, 255)), 0)
    assert stage.grab().toImage() == before


def test_nothing_ticks_or_shimmers_unseen(stage: Stage, appearance: Appearance) -> None:
    appearance.reduce_motion(False)
    stage.show_job(job())
    view = stage.findChild(JobView)
    assert view is not None
    assert (view._tick.isActive(), view._frames.isActive()) == (True, True)
    stage.hide()
    assert (view._tick.isActive(), view._frames.isActive()) == (False, False)
    stage.show()
    appearance.reduce_motion(True)
    stage.show_job(job(saved=2))
    assert (view._tick.isActive(), view._frames.isActive()) == (True, False)
    stage.show_picture(image(1), plain(20, 20))
    assert not view._tick.isActive()


# ---- errors ----


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyRefusedError(), ["Open key settings", "Copy details"]),
        (
            KeyRefusedError(link="https://example.com/keys"),
            ["Open key settings", "Open the page", "Copy details"],
        ),
        (NotReachedError(charge=ChargeState.FREE), ["Generate again", "Open endpoint settings", "Copy details"]),
        (OutcomeUnknownError(charge=ChargeState.UNKNOWN), ["Generate again (may be charged twice)", "Copy details"]),
        (BadImageError(kept="x"), ["Show the kept file", "Generate again", "Copy details"]),
        (EnhancementFailedError(NoCreditError()), ["Send my own words", "Edit prompt", "Copy details"]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_card_offers_what_mends_its_error(stage: Stage, error: ImagegenError, expected: list[str]) -> None:
    stage.show_error(error)
    assert stage.current is Shown.ERROR
    assert list(buttons(stage)) == expected
    chosen: list[object] = []
    stage.remedy_chosen.connect(chosen.append)
    for button in list(buttons(stage).values())[:-1]:
        button.click()
    assert chosen == [remedy for remedy in error.remedies if remedy is not Remedy.OPEN_LINK or error.link]


@pytest.mark.parametrize(
    ("charge", "said"),
    [
        (ChargeState.FREE, "Nothing was charged."),
        (ChargeState.PAID, "This was charged."),
        (ChargeState.UNKNOWN, "It may have been charged."),
    ],
)
def test_a_card_says_whether_it_cost_money(stage: Stage, charge: ChargeState, said: str) -> None:
    stage.show_error(ServerBrokeError(charge=charge))
    assert said in words(stage)


def test_a_card_of_an_error_without_money_says_nothing_of_money(stage: Stage) -> None:
    stage.show_error(NoCreditError())
    assert not any("charged" in text for text in words(stage))


def test_a_card_counts_what_was_saved_all_the_same(stage: Stage) -> None:
    stage.show_error(RateLimitedError(retry_after=20), saved=3, count=4)
    assert "3 of 4 pictures were made and saved. Nothing was charged." in words(stage)
    stage.show_error(RateLimitedError(), saved=1, count=4)
    assert "1 of 4 pictures was made and saved. Nothing was charged." in words(stage)


def test_what_may_be_charged_twice_is_never_urged(stage: Stage) -> None:
    stage.show_error(OutcomeUnknownError(charge=ChargeState.UNKNOWN))
    assert buttons(stage)["Generate again (may be charged twice)"].property("kind") != "primary"
    stage.show_error(RateLimitedError())
    assert buttons(stage)["Generate again"].property("kind") == "primary"


def test_no_remedy_is_a_bare_retry() -> None:
    said = {remedy_words(remedy, charge) for remedy in Remedy for charge in (None, *ChargeState)}
    assert len(said) == len(Remedy) + 1
    assert not {word for word in said if word.lower() in {"retry", "try again"}}


def test_an_errors_link_is_plain_text_of_one_line(stage: Stage) -> None:
    link = "https://files.example.com/<b>" + "x" * 500
    stage.show_error(ResultUrlError(link=link))
    shown = next(label for label in stage.findChildren(PlainLabel) if label.accessibleName() == link)
    assert shown.text().startswith("https://files.example.com/<b>")
    assert shown.sizeHint().width() < 500
    assert stage.minimumSizeHint().width() < 500


def test_copy_details_copies_all_that_the_card_says_and_the_technical_part(stage: Stage) -> None:
    heard: list[str] = []
    stage.copy_details_requested.connect(heard.append)
    stage.show_error(ServerBrokeError("HTTP 502 <html>", charge=ChargeState.UNKNOWN), saved=1, count=2)
    press(stage, "Copy details")
    assert heard[0].splitlines() == [
        "The service failed while it worked on this",
        "It may have been charged: look at your usage page before you generate again.",
        "It may have been charged.",
        "1 of 2 pictures was made and saved.",
        "(ServerBrokeError)",
        "HTTP 502 <html>",
    ]


def test_a_cancelled_job_keeps_the_prompt_and_tells_the_cost(stage: Stage) -> None:
    stage.show_cancelled(CancelledError(charge=ChargeState.UNKNOWN))
    assert stage.current is Shown.CANCELLED
    assert {"Cancelled", "Your prompt is kept.", "It may have been charged."} <= set(words(stage))
    assert list(buttons(stage)) == ["Edit prompt"]


def test_errors_are_announced(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []
    monkeypatch.setattr(stage, "_announce", lambda text, politeness: said.append((text, politeness)))
    stage.show_error(NotReachedError(charge=ChargeState.FREE), saved=1, count=2)
    stage.show_cancelled(CancelledError(charge=ChargeState.FREE))
    stage.show_job(job())
    stage.show_job(job())
    politeness = QAccessible.AnnouncementPoliteness
    assert said == [
        (
            (
                "The service could not be reached. Check the connection and the endpoint's address. Your library works "
                "without them. 1 of 2 pictures was made and saved. Nothing was charged."
            ),
            politeness.Assertive,
        ),
        ("Cancelled. Your prompt is kept. Nothing was charged.", politeness.Polite),
        ("Making 2 of 4", politeness.Polite),
    ]


# ---- all of them ----


def showings() -> dict[str, Callable[[Stage], None]]:
    return {
        "empty": lambda stage: stage.show_empty(has_key=False),
        "picture": lambda stage: stage.show_picture(image(1), plain(900, 500)),
        "missing": lambda stage: stage.show_missing(image(1)),
        "job": lambda stage: stage.show_job(job()),
        "error": lambda stage: stage.show_error(BadImageError(kept="x"), saved=1, count=4),
        "cancelled": lambda stage: stage.show_cancelled(CancelledError(charge=ChargeState.UNKNOWN)),
    }


def test_everything_that_takes_the_focus_has_a_name(stage: Stage, unnamed: Callable[[QWidget], list[str]]) -> None:
    for name, show in showings().items():
        show(stage)
        if name != "missing":
            assert unnamed(stage) == [], name


@pytest.mark.parametrize("size", [QSize(520, 420), SIZE, QSize(1600, 1000)], ids=str)
def test_nothing_is_cut_off_at_any_size(stage: Stage, size: QSize, qtbot: QtBot) -> None:
    stage.resize(size)
    for name, show in showings().items():
        show(stage)
        qtbot.waitUntil(lambda: stage.size() == size)
        stage.grab()
        for child in [*stage.findChildren(PlainLabel), *stage.findChildren(QPushButton)]:
            if child.isVisible():
                place = QRect(child.mapTo(stage, QPoint()), child.size())
                assert QRect(QPoint(), size).contains(place), (name, place)
                needed = child.heightForWidth(child.width()) if child.hasHeightForWidth() else child.sizeHint().height()
                assert child.height() >= needed, (name, child)
