"""The finer choices of the prompt card: offered where they can be had, told where they can't, remembered meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.models import cautious_spec
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.storage.model_data import load_dialects, load_models
from imagegen_desktop.ui.prompt_dock.prompt_dock import PromptDock

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QComboBox, QWidget
    from pytestqt.qtbot import QtBot

    from imagegen_desktop.ui.theme.appearance import Appearance
    from imagegen_desktop.ui.theme.icons import Icons

CATALOGUE = load_models(resources_folder())
DIALECTS = load_dialects(resources_folder())
FLARE = "gpt-image-2.6-flare"


@pytest.fixture
def dock(qtbot: QtBot, appearance: Appearance, icons: Icons) -> PromptDock:
    made = PromptDock(CATALOGUE, appearance, icons, today=lambda: date(2026, 11, 23))
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    made.set_draft(Draft(prompt="A cat", model=FLARE))
    made.more.click()
    return made


def choose(box: QComboBox, word: str) -> None:
    index = box.findData(word)
    assert index >= 0, word
    box.setCurrentIndex(index)
    box.activated.emit(index)


def offered(box: QComboBox) -> list[str]:
    return [box.itemData(index) for index in range(1, box.count())] if box.isVisible() else []


def test_every_control_has_a_name(dock: PromptDock, unnamed: Callable[[QWidget], list[str]]) -> None:
    choose(dock.details.format, "gif")
    assert unnamed(dock) == []


def test_a_model_offers_what_its_data_say(dock: PromptDock) -> None:
    details = dock.details
    assert offered(details.format) == ["png", "jpeg", "webp", "gif", "svg"]
    assert offered(details.background) == ["auto", "opaque", "transparent"]
    assert offered(details.complexity) == ["low", "medium", "high"]
    assert offered(details.previews) == ["0", "1", "2", "3"]
    assert offered(details.style_box) == []
    dock.options.model.chosen.emit("gpt-image-1.5")
    assert offered(details.format) == ["png", "jpeg", "webp"]
    assert offered(details.complexity) == []
    assert not details.width_box.isVisible()
    dock.options.model.chosen.emit("dall-e-3")
    assert offered(details.style_box) == ["vivid", "natural"]
    assert offered(details.format) == []


def test_what_the_endpoint_does_not_take_vanishes(dock: PromptDock) -> None:
    dock.set_dialect(DIALECTS.of(Family.AZURE))
    assert offered(dock.details.format) == ["png", "jpeg"]
    assert offered(dock.details.complexity) == []
    dock.set_dialect(DIALECTS.of(Family.LOCALAI))
    assert offered(dock.details.format) == []
    assert offered(dock.details.background) == []


def test_choices_are_in_the_draft_and_on_the_button(dock: PromptDock) -> None:
    choose(dock.details.format, "webp")
    choose(dock.details.background, "transparent")
    dock.details.compression.setValue(70)
    choose(dock.details.previews, "0")
    assert dock.draft().options == Options(output_format="webp", background="transparent", compression=70, previews=0)
    assert dock.more.text() == "Options: webp, transparent, 70 %"


def test_a_choice_that_a_model_lacks_comes_back_with_one_that_has_it(dock: PromptDock) -> None:
    choose(dock.details.complexity, "high")
    dock.options.model.chosen.emit("gpt-image-2")
    choose(dock.details.background, "opaque")
    dock.options.model.chosen.emit(FLARE)
    assert dock.draft().options == Options(background="opaque", complexity="high")
    assert dock.details.complexity.currentData() == "high"


def test_a_gif_has_frames_and_no_previews(dock: PromptDock) -> None:
    choose(dock.details.format, "gif")
    assert dock.details.frames.isVisible()
    assert dock.details.frames.value() == 9
    assert not dock.details.previews.isVisible()
    dock.details.frames.setValue(12)
    dock.details.frame_ms.setValue(100)
    options = dock.draft().options
    assert (options.frames, options.frame_ms) == (12, 100)


def test_a_combination_that_can_not_be_is_told_mended_by_a_button_and_never_sent(
    qtbot: QtBot, dock: PromptDock
) -> None:
    sent: list[Draft] = []
    dock.submitted.connect(sent.append)
    choose(dock.details.format, "jpeg")
    choose(dock.details.background, "transparent")
    assert dock.conflict.isVisible()
    assert dock.conflict.words.text() == "A transparent background needs PNG or WebP."
    qtbot.mouseClick(dock.box.button, Qt.MouseButton.LeftButton)
    assert sent == []
    assert dock.conflict.button.hasFocus()
    qtbot.mouseClick(dock.conflict.button, Qt.MouseButton.LeftButton)
    assert not dock.conflict.isVisible()
    assert dock.draft().options.output_format == "png"
    assert dock.details.format.currentData() == "png"
    qtbot.mouseClick(dock.box.button, Qt.MouseButton.LeftButton)
    assert [draft.options.background for draft in sent] == ["transparent"]


def test_a_custom_size_is_snapped_with_a_word(qtbot: QtBot, dock: PromptDock) -> None:
    dock.details.width_box.setValue(1000)
    dock.details.height_box.setValue(1000)
    qtbot.mouseClick(dock.details.take_size, Qt.MouseButton.LeftButton)
    assert dock.draft().size == "1008x1008"
    assert dock.details.notice.text() == "1000 × 1000 became 1008 × 1008: both edges are multiples of 16."
    assert dock.sizes.chips["1008x1008"].isChecked()


def test_a_use_chooses_a_size(dock: PromptDock) -> None:
    choose(dock.details.use, "story")
    width, _, height = dock.draft().size.partition("x")
    assert int(width) / int(height) == pytest.approx(9 / 16, rel=0.02)


def test_a_use_that_a_model_has_no_size_for_is_answered_with_the_nearest_and_a_word(dock: PromptDock) -> None:
    choose(dock.details.use, "story")
    assert dock.details.notice.isHidden()
    dock.options.model.chosen.emit("gpt-image-1.5")
    choose(dock.details.use, "story")
    assert dock.draft().size == "1024x1536"
    assert dock.details.notice.text() == "Story 9:16 became 1024 × 1536: the model has only its named sizes."
    choose(dock.details.use, "square")
    assert dock.details.notice.isHidden()


def test_a_size_far_beyond_is_said_to_be_experimental(qtbot: QtBot, dock: PromptDock) -> None:
    dock.details.width_box.setValue(3840)
    dock.details.height_box.setValue(2160)
    qtbot.mouseClick(dock.details.take_size, Qt.MouseButton.LeftButton)
    assert dock.draft().size == "3840x2160"
    assert "experimental" in dock.details.notice.text()


def test_a_model_that_ends_soon_says_so_and_offers_its_successor(qtbot: QtBot, dock: PromptDock) -> None:
    assert not dock.farewell.isVisible()
    dock.set_draft(replace(dock.draft(), model="gpt-image-1-mini"))
    assert dock.farewell.words.text() == "GPT Image 1 mini ends on 1 December 2026 (in 8 days)."
    qtbot.mouseClick(dock.farewell.button, Qt.MouseButton.LeftButton)
    assert dock.draft().model == FLARE
    assert not dock.farewell.isVisible()


def test_a_model_that_is_gone_says_so_but_not_where_another_server_has_it(dock: PromptDock) -> None:
    dock.set_draft(replace(dock.draft(), model="dall-e-3"))
    assert dock.farewell.words.text().startswith("DALL-E 3 (compatible servers) was shut down on 12 May 2026")
    dock.set_dialect(DIALECTS.of(Family.LOCALAI))
    assert not dock.farewell.isVisible()


def test_a_model_that_ends_without_a_known_successor_offers_the_default(qtbot: QtBot, dock: PromptDock) -> None:
    listed = replace(cautious_spec("gpt-image-9"), shutdown=date(2026, 12, 2))
    dock.set_models((*CATALOGUE.image_models, listed), "gpt-image-9")
    assert dock.farewell.words.text() == "gpt-image-9 ends on 2 December 2026 (in 9 days)."
    assert dock.farewell.button.text() == "Use GPT Image 2.6 Flare"
    qtbot.mouseClick(dock.farewell.button, Qt.MouseButton.LeftButton)
    assert dock.draft().model == FLARE


def test_a_drawing_has_an_author_and_with_one_an_effort(qtbot: QtBot, dock: PromptDock) -> None:
    details = dock.details
    choose(details.format, "svg")
    assert details.svg_model.isVisible()
    assert offered(details.svg_effort) == []
    qtbot.keyClicks(details.svg_model, "gpt-6-sol")
    qtbot.keyClick(details.svg_model, Qt.Key.Key_Return)
    assert offered(details.svg_effort) == ["none", "minimal", "low", "medium", "high", "xhigh", "max"]
    choose(details.svg_effort, "high")
    assert dock.draft().options == Options(output_format="svg", svg_model="gpt-6-sol", svg_effort="high")
    choose(details.format, "png")
    assert not details.svg_model.isVisible()
    assert dock.draft().options.svg_effort == "high"


def test_qualities_go_up_to_the_highest_that_model_and_endpoint_have(dock: PromptDock) -> None:
    def qualities() -> list[str]:
        box = dock.options.quality
        return [box.itemData(index) for index in range(box.count())] if box.isVisible() else []

    assert qualities() == ["auto", "low", "medium", "high", "xhigh", "max"]
    dock.options.model.chosen.emit("gpt-image-2")
    assert qualities() == ["auto", "low", "medium", "high"]
    dock.set_dialect(DIALECTS.of(Family.XAI))
    assert qualities() == ["low", "medium", "high"]
    dock.set_dialect(DIALECTS.of(Family.TOGETHER))
    assert qualities() == []


def test_a_custom_size_at_ones_own_server_obeys_that_servers_rule_and_says_it(qtbot: QtBot, dock: PromptDock) -> None:
    dock.set_dialect(DIALECTS.of(Family.SD_CPP))
    dock.set_models((cautious_spec("sd-cpp-local"),), "sd-cpp-local")
    details = dock.details
    for wish, size, words in (
        ((512, 768), "512x768", ""),
        ((500, 700), "512x704", "500 × 700 became 512 × 704: both edges are multiples of 64."),
        ((4096, 100), "4096x512", "4096 × 100 became 4096 × 512: the longer edge is at most 8 times the shorter."),
    ):
        details.width_box.setValue(wish[0])
        details.height_box.setValue(wish[1])
        qtbot.mouseClick(details.take_size, Qt.MouseButton.LeftButton)
        assert dock.draft().size == size
        assert details.notice.text() == words
        assert f"{details.width_box.value()}x{details.height_box.value()}" == size


def test_a_chip_shows_its_pixels_in_the_fields_for_a_size_of_ones_own(dock: PromptDock) -> None:
    dock.sizes.chips["1024x1536"].click()
    assert (dock.details.width_box.value(), dock.details.height_box.value()) == (1024, 1536)
