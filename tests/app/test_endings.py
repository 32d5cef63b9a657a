"""A model that has ended: in the settings, in an old record, and in what a service answers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from house import write_settings

from imagegen_desktop.core.records import Asked
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.ui.reuse import Reuse
from imagegen_desktop.ui.stage.stage import Shown
from pictures import new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from house import House

    from standin import StandIn

GONE = "GPT Image 1 was shut down on 23 October 2026."
HEIR = "gpt-image-2.6-sunburst"


def keep_old_image(standin: StandIn) -> None:
    """An image that was made while its model lived."""
    folders = Folders.of_this_user()
    library = open_library(folders.default_library, folders.data)
    data = picture((20, 80, 120))
    asked = Asked(endpoint=standin.base_url, model="gpt-image-1", size="1536x1024", quality="high")
    library.add(library.describe(replace(new_image("Old cat", data), asked=asked)), data)


def test_a_dead_model_in_the_settings_is_told_there_and_on_the_card_and_one_click_mends_both(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin, image_model="gpt-image-1", text_model="gpt-6-luna")
    house = start()
    house.stand()
    house.enter_key(standin.key)
    dock, models = house.panels.dock, house.panels.settings_page.models
    assert dock.farewell.words.text() == GONE
    house.composition.work.settings_flow._toggle()
    assert models.image_farewell.isVisible()
    assert models.image_farewell.words.text() == GONE
    assert not models.text_farewell.isVisible()
    house.press("Use GPT Image 2.6 Sunburst", models)
    assert not models.image_farewell.isVisible()
    assert house.composition.settings.settings.current.image_model == HEIR
    assert dock.draft().model == HEIR
    assert dock.farewell.isHidden()


def test_another_one_of_an_image_whose_model_is_gone_is_not_sent_but_put_on_the_card_with_the_successor(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    keep_old_image(standin)
    house = start()
    house.stand()
    house.enter_key(standin.key)
    house.until(lambda: house.shown is Shown.PICTURE)
    house.composition.work.reuse_flow.reuse(Reuse.AGAIN)
    assert house.panels.toast._words.text() == f"Nothing was sent: {GONE}"
    dock = house.panels.dock
    assert (dock.draft().prompt, dock.draft().size, dock.draft().quality) == ("Old cat", "1536x1024", "high")
    assert dock.farewell.isVisible()
    house.press("Use GPT Image 2.6 Sunburst", dock)
    assert (dock.draft().prompt, dock.draft().model, dock.draft().size) == ("Old cat", HEIR, "1536x1024")
    assert not standin.bill
    dock.box.button.click()
    house.ended()
    assert [one.json["model"] for one in standin.requests if one.json] == [HEIR]


def test_a_service_that_says_that_the_model_is_gone_is_shown_with_the_successor(house: House, standin: StandIn) -> None:
    house.panels.dock.options.model.choose("gpt-image-1")
    house.panels.dock.options.model.chosen.emit("gpt-image-1")
    house.generated("A cat in a box")
    assert house.shown is Shown.ERROR
    assert GONE in house.words(house.panels.stage)
    assert "Nothing was charged" in house.words(house.panels.stage)
    house.type("Other words meanwhile")
    house.press("Use GPT Image 2.6 Sunburst", house.panels.stage)
    draft = house.panels.dock.draft()
    assert (draft.prompt, draft.model) == ("A cat in a box", HEIR)
    assert not standin.bill
