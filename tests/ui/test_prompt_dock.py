"""The prompt card: what is typed, chosen, sent and shown."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from imagegen_desktop.core.models import Maker, ModelCatalogue
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.ui.prompt_dock.controls_row import Lines
from imagegen_desktop.ui.prompt_dock.draft_rules import LONGEST_PROMPT
from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock
from imagegen_desktop.ui.prompt_dock.size_chips import SizeChips

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

CONTROL = Qt.KeyboardModifier.ControlModifier
WORDS = "A lighthouse at dusk"


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(880, 800)
    QVBoxLayout(made).addStretch(1)
    return made


@pytest.fixture
def dock(qtbot: QtBot, window: QWidget, catalogue: ModelCatalogue, appearance: Appearance, icons: Icons) -> PromptDock:
    made = PromptDock(catalogue, appearance, icons)
    layout = window.layout()
    assert layout is not None
    layout.addWidget(made)
    with qtbot.waitExposed(window):
        window.show()
        window.activateWindow()
    made.focus_prompt()
    return made


@pytest.fixture
def drafts(dock: PromptDock) -> list[Draft]:
    told: list[Draft] = []
    dock.draft_changed.connect(told.append)
    return told


@pytest.fixture
def submitted(dock: PromptDock) -> list[Draft]:
    told: list[Draft] = []
    dock.submitted.connect(told.append)
    return told


def test_every_control_has_a_name(dock: PromptDock, window: QWidget, unnamed: Callable[[QWidget], list[str]]) -> None:
    dock.set_running(True)
    assert unnamed(window) == []


def test_a_draft_is_told_at_every_keystroke(qtbot: QtBot, dock: PromptDock, drafts: list[Draft]) -> None:
    qtbot.keyClicks(dock.field, "ab")
    assert [draft.prompt for draft in drafts] == ["a", "ab"]
    assert dock.draft() == drafts[-1]


def test_a_draft_that_is_set_comes_back_and_is_not_told(dock: PromptDock, drafts: list[Draft]) -> None:
    draft = Draft(prompt=WORDS, enhance=True, model="painter-2", size="1536x1024", quality="high", count=3)
    dock.set_draft(draft)
    assert dock.draft() == draft
    assert dock.field.toPlainText() == WORDS
    assert dock.sizes.chips["1536x1024"].isChecked()
    assert dock.options.quality.currentText() == "High"
    assert dock.options.count.currentText() == "×3"
    assert dock.box.button.text() == "Generate 3"
    assert drafts == []


def test_empty_choices_show_the_models_defaults_and_stay_empty(dock: PromptDock) -> None:
    dock.set_draft(Draft(model="painter-2"))
    assert dock.sizes.chips["1024x1024"].isChecked()
    assert dock.options.quality.currentText() == "Low"
    assert (dock.draft().size, dock.draft().quality) == ("", "")


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_control_return_and_control_enter_send_the_draft(
    qtbot: QtBot, dock: PromptDock, submitted: list[Draft], key: Qt.Key
) -> None:
    dock.set_words(WORDS)
    qtbot.keyClick(dock.field, key, CONTROL)
    assert [draft.prompt for draft in submitted] == [WORDS]
    assert dock.field.toPlainText() == WORDS


def test_an_empty_prompt_is_not_sent_but_asked_for(qtbot: QtBot, dock: PromptDock, submitted: list[Draft]) -> None:
    dock.set_words("  \n")
    qtbot.mouseClick(dock.box.button, Qt.MouseButton.LeftButton)
    assert submitted == []
    assert dock.hint.isVisible()
    assert dock.hint.text() == "Write what you want to see"
    assert dock.field.hasFocus()
    qtbot.keyClicks(dock.field, "a")
    assert not dock.hint.isVisible()


def test_a_prompt_too_long_is_said_in_words_and_not_sent(dock: PromptDock, submitted: list[Draft]) -> None:
    dock.set_words("x" * (LONGEST_PROMPT + 1))
    assert "32" in dock.hint.text()
    assert dock.hint.isVisible()
    dock.box.button.click()
    assert submitted == []
    dock.set_words("x" * LONGEST_PROMPT)
    assert not dock.hint.isVisible()
    dock.box.button.click()
    assert len(submitted) == 1


def test_control_e_ticks_enhance_while_the_prompt_has_the_focus(
    qtbot: QtBot, dock: PromptDock, drafts: list[Draft]
) -> None:
    qtbot.keyClick(dock.field, Qt.Key.Key_E, CONTROL)
    assert dock.enhance.isChecked()
    assert drafts[-1].enhance


def test_tab_leaves_the_prompt_for_enhance(qtbot: QtBot, dock: PromptDock) -> None:
    qtbot.keyClick(dock.field, Qt.Key.Key_Tab)
    assert dock.enhance.hasFocus()
    assert dock.field.toPlainText() == ""


def test_tab_goes_as_the_eye_goes_also_after_another_model(
    qtbot: QtBot, dock: PromptDock, catalogue: ModelCatalogue
) -> None:
    dock.set_models(catalogue.of(Maker.SAMPLE), "sample")
    dock.set_models(catalogue.of(Maker.OPENAI), "painter-2")
    dock.set_running(True)
    chip = dock.sizes.chips["1024x1024"]
    options = dock.options
    for stop in (dock.enhance, chip, dock.more, options.model, options.quality, options.count, dock.box.cancel):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        assert stop.hasFocus(), QApplication.focusWidget().accessibleName()


def test_chips_read_as_ratios_and_are_named_by_their_pixels(dock: PromptDock) -> None:
    chips = dock.sizes.chips
    assert [chip.text() for chip in chips.values()] == ["1:1", "3:2", "2:3", "Auto"]
    assert chips["1536x1024"].accessibleName() == "1536 × 1024, 3:2"


def test_a_chip_chooses_a_size_and_only_one_is_chosen(qtbot: QtBot, dock: PromptDock, drafts: list[Draft]) -> None:
    qtbot.mouseClick(dock.sizes.chips["1024x1536"], Qt.MouseButton.LeftButton)
    assert drafts[-1].size == "1024x1536"
    assert [size for size, chip in dock.sizes.chips.items() if chip.isChecked()] == ["1024x1536"]


def test_sizes_beyond_the_fifth_stand_in_a_menu(qtbot: QtBot) -> None:
    chips = SizeChips()
    qtbot.addWidget(chips)
    sizes = ("1024x1024", "1536x1024", "1024x1536", "2048x1152", "2048x2048", "auto")
    chips.set_sizes(sizes, "1024x1024")
    assert list(chips.chips) == list(sizes[:4])
    told: list[str] = []
    chips.chosen.connect(told.append)
    chips._more_actions["2048x2048"].trigger()
    assert told == ["2048x2048"]
    assert chips._more is not None
    assert chips._more.isChecked()
    assert chips._more.text() == "1:1 · 2048"
    assert not chips.chips["1024x1024"].isChecked()


def test_another_model_keeps_the_ratio_and_the_quality_that_it_has(dock: PromptDock, drafts: list[Draft]) -> None:
    dock.set_draft(Draft(prompt=WORDS, model="painter-2", size="1536x1024", quality="high", count=4))
    dock.options.model.activated.emit(dock.options.model.findData("old-painter"))
    assert drafts[-1] == Draft(prompt=WORDS, model="old-painter", size="768x512", quality="high", count=4)


def test_another_model_without_the_ratio_and_quality_takes_its_defaults(dock: PromptDock, drafts: list[Draft]) -> None:
    dock.set_draft(Draft(model="painter-2", size="1024x1536", quality="low"))
    dock.options.model.activated.emit(dock.options.model.findData("old-painter"))
    assert (drafts[-1].size, drafts[-1].quality) == ("", "")
    assert dock.sizes.chips["512x512"].isChecked()
    assert dock.options.quality.currentText() == "HD"


def test_a_model_without_qualities_shows_no_box_for_them_and_any_makes_several_images(
    dock: PromptDock, catalogue: ModelCatalogue
) -> None:
    dock.set_models(catalogue.of(Maker.SAMPLE), "sample")
    assert not dock.options.quality.isVisible()
    assert dock.options.count.isVisible()
    dock.set_models(catalogue.of(Maker.OPENAI), "old-painter")
    assert dock.options.quality.isVisible()
    assert dock.options.count.count() == 10


def test_an_unknown_model_id_can_be_typed_and_gets_cautious_choices(
    qtbot: QtBot, dock: PromptDock, drafts: list[Draft]
) -> None:
    field = dock.options.model.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, "flux-9-local")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert drafts[-1].model == "flux-9-local"
    assert dock.options.model.currentText() == "flux-9-local"
    assert "1536x1024" in dock.sizes.chips


def test_a_typed_label_means_the_models_id(qtbot: QtBot, dock: PromptDock, drafts: list[Draft]) -> None:
    field = dock.options.model.lineEdit()
    field.selectAll()
    qtbot.keyClicks(field, "old painter")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert drafts[-1].model == "old-painter"


def test_the_sample_engine_takes_no_other_id(dock: PromptDock, catalogue: ModelCatalogue) -> None:
    dock.set_models(catalogue.of(Maker.SAMPLE), "sample")
    assert not dock.options.model.isEditable()
    dock.set_draft(Draft(model="painter-2"))
    assert dock.draft().model == "sample"


def test_while_a_job_runs_the_button_says_so_and_cancel_stands_beside_it(
    qtbot: QtBot, dock: PromptDock, submitted: list[Draft]
) -> None:
    dock.set_words(WORDS)
    assert not dock.box.cancel.isVisible()
    dock.set_running(True)
    assert dock.box.button.text() == "Generating..."
    assert not dock.box.button.isEnabled()
    qtbot.keyClick(dock.field, Qt.Key.Key_Return, CONTROL)
    assert submitted == []
    with qtbot.waitSignal(dock.cancel_requested):
        qtbot.mouseClick(dock.box.cancel, Qt.MouseButton.LeftButton)
    dock.set_cancelling()
    assert dock.box.button.text() == "Cancelling..."
    assert not dock.box.cancel.isEnabled()
    dock.set_running(False)
    assert dock.box.button.text() == "Generate 1"
    assert not dock.box.cancel.isVisible()


def test_a_second_return_after_the_click_does_not_cancel(qtbot: QtBot, dock: PromptDock) -> None:
    dock.set_words(WORDS)
    dock.box.button.setFocus()
    dock.set_running(True)
    assert dock.field.hasFocus()
    with qtbot.assertNotEmitted(dock.cancel_requested):
        qtbot.keyClick(dock.field, Qt.Key.Key_Return)


def test_news_of_a_running_job_leaves_the_focus_on_cancel(dock: PromptDock) -> None:
    dock.set_running(True)
    dock.box.cancel.setFocus()
    dock.set_running(True)
    assert dock.box.cancel.hasFocus()
    dock.set_cancelling()
    assert dock.field.hasFocus()


def test_no_button_shows_but_generate_and_cancel(dock: PromptDock) -> None:
    dock.set_running(True)
    shown = [button.text() for button in dock.box.findChildren(QPushButton) if button.isVisible()]
    assert shown == ["Cancel", "Generating..."]


def test_starting_a_job_moves_nothing(dock: PromptDock) -> None:
    dock.set_draft(Draft(prompt=WORDS, count=4))
    before = (dock.sizeHint().height(), dock.controls.lines, dock.box.button.width())
    dock.set_running(True)
    dock.layout().activate()
    assert (dock.sizeHint().height(), dock.controls.lines, dock.box.button.width()) == before


def test_without_a_key_the_button_leads_to_it(qtbot: QtBot, dock: PromptDock, submitted: list[Draft]) -> None:
    dock.set_words(WORDS)
    dock.set_key_missing(True)
    assert dock.box.button.text() == "Add API key"
    with qtbot.waitSignal(dock.add_key_requested):
        qtbot.mouseClick(dock.box.button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dock.add_key_requested):
        qtbot.keyClick(dock.field, Qt.Key.Key_Return, CONTROL)
    assert submitted == []


def test_words_put_in_can_be_taken_back(dock: PromptDock, drafts: list[Draft]) -> None:
    dock.set_words("my own words")
    dock.set_words("better words")
    assert drafts[-1].prompt == "better words"
    dock.field.undo()
    assert dock.field.toPlainText() == "my own words"


def test_pasted_markup_comes_in_as_plain_words(dock: PromptDock) -> None:
    mime = QMimeData()
    mime.setHtml("<b>bold</b> cat")
    mime.setText("bold cat")
    # Not by way of the clipboard: it owns what it was given, and the collector took the process down in a later test.
    dock.field.insertFromMimeData(mime)
    assert dock.field.toPlainText() == "bold cat"


def test_a_dropped_file_is_left_to_the_window(dock: PromptDock) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/tmp/cat.png")])  # noqa: S108 (never opened)
    assert not dock.field.canInsertFromMimeData(mime)


def test_the_prompt_grows_with_its_words_up_to_a_share_of_the_window(dock: PromptDock, window: QWidget) -> None:
    low = dock.field.height()
    dock.set_words("word " * 120)
    middle = dock.field.height()
    dock.set_words("word " * 4000)
    high = dock.field.height()
    assert low < middle < high
    assert high == int(window.height() * 0.4)
    window.resize(880, 600)
    assert dock.field.height() == int(window.height() * 0.4)


DEATH = """
import gc, sys, weakref
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.model_data import load_models
from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock
from imagegen_desktop.ui.theme.appearance import Appearance
from imagegen_desktop.ui.theme.icons import Icons

app = QApplication(sys.argv[:1])
resources = resources_folder()
appearance = Appearance(app, resources)
window = QWidget()
layout = QVBoxLayout(window)
dock = PromptDock(load_models(resources), appearance, Icons(resources / "icons", appearance))
layout.addWidget(dock)
window.show()
app.sendPostedEvents()
dock.focus_prompt()
gone = weakref.ref(dock.field)
del dock, layout, window
gc.collect()
print("gone" if gone() is None else "still there")
appearance.shutdown()
"""


def test_a_card_with_the_focus_dies_quietly_with_its_window() -> None:
    """In a process of its own: where the field kept its window, the collector took the process down."""
    ended = subprocess.run([sys.executable, "-c", DEATH], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "gone"), ended.stderr


@pytest.mark.parametrize(("width", "lines"), [(1400, Lines.ONE), (800, Lines.TWO), (520, Lines.THREE)])
def test_a_narrow_card_wraps_and_nothing_is_cut_off(
    qtbot: QtBot, dock: PromptDock, window: QWidget, width: int, lines: Lines
) -> None:
    dock.set_running(True)
    window.resize(width, 800)
    qtbot.waitUntil(lambda: dock.controls.lines is lines)
    controls = (dock.enhance, dock.sizes, dock.options.model, dock.options.count, dock.box.cancel, dock.box.button)
    qtbot.waitUntil(lambda: all(_is_whole(control, dock) for control in controls))
    assert window.width() == width


def _is_whole(control: QWidget, dock: PromptDock) -> bool:
    corner = control.mapTo(dock, control.rect().bottomRight())
    return dock.rect().contains(corner) and control.width() >= control.minimumSizeHint().width()
