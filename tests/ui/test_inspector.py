"""The inspector: what it says of an image, and what its buttons ask for."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QScrollArea

from imagegen_desktop.core.opening import Theme
from imagegen_desktop.core.records import Asked, Got, ImageFormat, Origin, Usage
from imagegen_desktop.ui.inspector.facts import Fact, FactName, facts_of, quality_fact, size_fact
from imagegen_desktop.ui.inspector.inspector import Inspector, title_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

FILE = Path("/pictures/ridge.png")


def asked(size: str = "1024x1024", quality: str = "", count: int = 1) -> Asked:
    return Asked(endpoint="https://example.org/v1", model="painter", size=size, quality=quality, count=count)


def got(width: int = 1024, height: int = 1024, quality: str = "") -> Got:
    return Got(format=ImageFormat.PNG, width=width, height=height, size_bytes=1_400_000, quality=quality)


@pytest.fixture
def inspector(qtbot: QtBot, appearance: Appearance, icons: Icons) -> Inspector:
    made = Inspector(appearance, icons)
    qtbot.addWidget(made)
    made.resize(276, 860)
    made.show()
    return made


def test_every_control_has_a_name(
    inspector: Inspector, make_state: Callable[..., ImageState], unnamed: Callable[[QWidget], list[str]]
) -> None:
    inspector.show_state(make_state(enhanced_prompt="better", revised_prompt="used", seed=7), file=FILE)
    assert unnamed(inspector) == []


def test_with_nothing_chosen_it_says_what_to_do(inspector: Inspector) -> None:
    inspector.show_state(None, file=None)
    assert inspector.empty.isVisible()
    assert inspector.empty.text() == "Choose an image to see its prompt, model and file."
    assert not inspector.use_button.isVisible()
    assert not inspector.folder_button.isVisible()


def test_a_prompt_that_is_not_there_has_no_section(inspector: Inspector, make_state: Callable[..., ImageState]) -> None:
    inspector.show_state(make_state(enhanced_prompt="better words"), file=FILE)
    assert inspector.prompt.isVisible()
    assert inspector.enhanced.isVisible()
    assert inspector.enhanced.text.toPlainText() == "better words"
    assert not inspector.revised.isVisible()
    inspector.show_state(make_state(revised_prompt="what it used"), file=FILE)
    assert not inspector.enhanced.isVisible()
    assert inspector.revised.isVisible()


def test_prompts_are_read_but_not_changed_and_tab_reaches_them(
    qtbot: QtBot, inspector: Inspector, make_state: Callable[..., ImageState]
) -> None:
    inspector.show_state(make_state(prompt="<img src='file:///etc/passwd'> cat"), file=FILE)
    field = inspector.prompt.text
    qtbot.keyClicks(field, "x")
    assert field.toPlainText() == "<img src='file:///etc/passwd'> cat"
    assert field.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert field.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard


def test_tab_goes_from_the_prompts_to_the_buttons_to_the_facts(
    qtbot: QtBot, inspector: Inspector, make_state: Callable[..., ImageState]
) -> None:
    inspector.show_state(make_state(enhanced_prompt="better"), file=FILE)
    inspector.activateWindow()
    inspector.prompt.text.setFocus()
    stops = (inspector.prompt.copy, inspector.enhanced.text, inspector.enhanced.copy, inspector.use_button)
    for stop in (*stops, inspector.again_button, inspector.copy_button, inspector.table.stops[0]):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert stop.hasFocus()


def test_only_a_sample_is_called_a_sample(inspector: Inspector, make_state: Callable[..., ImageState]) -> None:
    inspector.show_state(make_state(origin=Origin.SAMPLE), file=FILE)
    assert inspector.badge.isVisible()
    assert inspector.badge_words.text() == "Drawn on this computer; not made by an AI model"
    inspector.show_state(make_state(), file=FILE)
    assert not inspector.badge.isVisible()


def test_the_buttons_ask_for_what_they_say(
    qtbot: QtBot, inspector: Inspector, make_state: Callable[..., ImageState]
) -> None:
    state = make_state(enhanced_prompt="better words")
    inspector.show_state(state, file=FILE)
    copied: list[object] = []
    used: list[object] = []
    shown: list[object] = []
    inspector.copy_requested.connect(copied.append)
    inspector.use_prompt_requested.connect(used.append)
    inspector.show_in_folder_requested.connect(shown.append)
    for button in (
        inspector.copy_button,
        inspector.enhanced.copy,
        inspector.use_button,
        inspector.folder_button,
    ):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert copied == [state.record.prompt, "better words"]
    assert used == [state]
    assert shown == [state]


def test_a_file_that_is_not_there_cannot_be_shown(inspector: Inspector, make_state: Callable[..., ImageState]) -> None:
    inspector.show_state(make_state(), file=None)
    assert not inspector.folder_button.isEnabled()


def test_a_title_is_the_persons_else_the_first_words(make_state: Callable[..., ImageState]) -> None:
    assert title_of(make_state(title="Ridge")) == "Ridge"
    assert title_of(make_state(prompt="A cat.")) == "A cat"
    assert title_of(make_state(prompt="one two three four five six seven")) == "one two three four five six…"
    assert title_of(make_state(prompt="w" * 200)) == "w" * 48 + "…"
    assert title_of(make_state(prompt="")) == "2026-11-22_a-ridge_7f3k9q0000.png"
    assert title_of(make_state(prompt="", original_name="holiday.png")) == "holiday.png"


@pytest.mark.parametrize(
    ("wanted", "came", "fact"),
    [
        (None, got(), Fact("1024 × 1024")),
        (asked(), got(), Fact("1024 × 1024")),
        (asked("auto"), got(1536, 1024), Fact("1536 × 1024 (asked auto)")),
        (asked("1024x1024"), got(1536, 1024), Fact("Asked 1024 × 1024, got 1536 × 1024", differs=True)),
    ],
)
def test_a_size_says_what_was_asked_where_something_else_came(wanted: Asked | None, came: Got, fact: Fact) -> None:
    assert size_fact(wanted, came) == fact


@pytest.mark.parametrize(
    ("wanted", "came", "fact"),
    [
        ("", "", Fact("")),
        ("low", "", Fact("low")),
        ("", "medium", Fact("medium")),
        ("low", "low", Fact("low")),
        ("auto", "medium", Fact("medium (asked auto)")),
        ("high", "low", Fact("Asked high, got low", differs=True)),
    ],
)
def test_a_quality_says_what_was_asked_where_something_else_came(wanted: str, came: str, fact: Fact) -> None:
    assert quality_fact(asked(quality=wanted), got(quality=came)) == fact


def test_only_what_is_known_has_a_row(inspector: Inspector, make_state: Callable[..., ImageState]) -> None:
    inspector.show_state(make_state(), file=FILE)
    for name in (FactName.SEED, FactName.TOOK, FactName.TOKENS, FactName.COUNT):
        assert inspector.table.words(name) == ""
    assert inspector.table.words(FactName.COST) == "unknown"
    full = make_state(
        seed=418207,
        took=12.34,
        usage=Usage(total_tokens=900),
        asked=asked(count=4),
        position=1,
        cost=Decimal("0.042"),
    )
    inspector.show_state(full, file=FILE)
    assert inspector.table.words(FactName.SEED) == "418207"
    assert inspector.table.words(FactName.TOOK) == "12.3 s"
    assert inspector.table.words(FactName.TOKENS) == "900 tokens"
    assert inspector.table.words(FactName.COUNT) == "Image 2 of 4"
    assert inspector.table.words(FactName.COST) == "$0.04"
    assert inspector.table.words(FactName.FILE_SIZE) == "1.4 MB, PNG"
    assert inspector.table.words(FactName.FILE) == "2026-11-22_a-ridge_7f3k9q0000.png"


def test_an_imported_picture_says_what_its_maker_told_and_whether_it_is_signed(
    inspector: Inspector, make_state: Callable[..., ImageState]
) -> None:
    told = make_state(
        origin=Origin.IMPORTED,
        asked=Asked(endpoint="", model="dream_v8", size="512x768"),
        negative_prompt="blurry, ugly",
        foreign="ComfyUI",
        settings=(("Steps", "20"), ("Sampler", "Euler a")),
        source_type="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
        content_credential=True,
        original_name="00012.png",
    )
    inspector.show_state(told, file=FILE)
    assert inspector.negative.text.toPlainText() == "blurry, ugly"
    words = inspector.table.words
    assert words(FactName.MADE_WITH) == "ComfyUI"
    assert words(FactName.SETTINGS) == "Steps: 20\nSampler: Euler a"
    assert words(FactName.SOURCE) == "trainedAlgorithmicMedia"
    assert "C2PA" in words(FactName.CREDENTIAL)
    assert words(FactName.CAME_AS) == "00012.png"
    assert FactName.ENDPOINT not in facts_of(told.record)
    assert FactName.COST not in facts_of(told.record)
    inspector.show_state(make_state(), file=FILE)
    assert not inspector.negative.isVisible()
    assert words(FactName.CREDENTIAL) == ""


def test_an_animation_says_how_many_frames_it_has(make_state: Callable[..., ImageState]) -> None:
    assert FactName.FRAMES not in facts_of(make_state().record)
    moving = Got(format=ImageFormat.GIF, width=512, height=512, size_bytes=9, frames=9)
    assert facts_of(make_state(got=moving).record)[FactName.FRAMES] == Fact("9 frames")
    large = Got(format=ImageFormat.GIF, width=4000, height=4000, size_bytes=9, frames=9)
    assert facts_of(make_state(got=large).record)[FactName.FRAMES] == Fact("9 frames, too large to play")


def test_the_date_is_this_computers(make_state: Callable[..., ImageState]) -> None:
    moment = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
    words = facts_of(make_state(created=moment).record)[FactName.MADE].words
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    assert words.startswith(f"{local.date().day()} Nov 2026")


def test_a_difference_is_marked_in_both_themes(
    inspector: Inspector, appearance: Appearance, make_state: Callable[..., ImageState]
) -> None:
    inspector.show_state(make_state(got=got(1536, 1024)), file=FILE)
    value = inspector.table._rows[FactName.SIZE][1]
    plain = inspector.table._rows[FactName.MODEL][1]
    for theme in (Theme.LIGHT, Theme.DARK):
        appearance.choose(theme)
        value.ensurePolished()
        assert value.palette().color(QPalette.ColorRole.Text).name().upper() == appearance.tokens.warn
        assert plain.palette().color(QPalette.ColorRole.Text).name().upper() == appearance.tokens.text


def test_a_long_name_is_broken_and_never_widens_the_panel(
    inspector: Inspector, make_state: Callable[..., ImageState]
) -> None:
    inspector.show_state(make_state(file="2026/11/" + "w" * 120 + ".png", prompt="x" * 400), file=FILE)
    area = inspector.findChild(QScrollArea)
    assert area is not None
    content = area.widget()
    assert content.minimumSizeHint().width() <= 276
    field = inspector.prompt.text
    assert field.heightForWidth(240) > field.heightForWidth(2000)


def test_a_small_panel_scrolls(qtbot: QtBot, inspector: Inspector, make_state: Callable[..., ImageState]) -> None:
    inspector.show_state(make_state(enhanced_prompt="word " * 200), file=FILE)
    inspector.resize(276, 300)
    area = inspector.findChild(QScrollArea)
    assert area is not None
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert inspector.folder_button.isVisible()
