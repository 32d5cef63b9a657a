"""Servers of one's own in the window: what the free test learns, what the card then offers, and two of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.settings import Profile, Settings
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.ui.reuse import Reuse
from imagegen_desktop.ui.stage.stage import Shown
from standin import Door, Fault, StandIn
from standin import Family as Played

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from house import House


@pytest.fixture
def desk() -> Iterator[StandIn]:
    """A stable-diffusion.cpp server, which needs no key."""
    with StandIn(family=Played.SDCPP) as running:
        yield running


def save(*profiles: Profile) -> None:
    SettingsFile(Folders.of_this_user()).save(Settings(profiles=profiles, profile=profiles[0].id))


def at(server: StandIn, family: Family, name: str) -> Profile:
    return Profile(id=name, name=name, base_url=server.base_url, family=family)


def learned(house: House) -> str:
    """What the free test says."""
    page = house.panels.settings_page
    house.composition.work.settings_flow._add_key()
    page.key.save.click()
    house.until(lambda: page.key.test.text() and page.key.save.isEnabled())
    page.back.click()
    return page.key.test.text()


def test_the_free_test_says_what_it_learned_and_the_card_offers_it(start: Callable[..., House], desk: StandIn) -> None:
    save(at(desk, Family.SD_CPP, "desk"))
    house = start()
    house.stand()
    assert house.panels.dock.draft().model == "gpt-image-2.6-flare"
    assert learned(house) == "It answers without a key. One model is listed: sd-cpp-local."
    house.until(lambda: house.panels.dock.draft().model == "sd-cpp-local")
    assert house.panels.settings_page.models.image_model.model_id == "sd-cpp-local"
    assert house.panels.dock.options.quality.isHidden()
    assert not desk.bill


def test_what_nobody_chose_is_not_told_as_left_out_and_another_one_is_another_picture(
    start: Callable[..., House], desk: StandIn
) -> None:
    save(at(desk, Family.SD_CPP, "desk"))
    house = start()
    house.stand()
    learned(house)
    house.until(lambda: house.panels.dock.draft().model == "sd-cpp-local")
    house.generated()
    house.until(lambda: len(house.strip) == 1)
    asked = house.strip[0].record.asked
    assert asked is not None
    assert (asked.left_out, asked.quality, asked.size) == ((), "", "1024x1024")
    house.composition.work.reuse_flow.reuse(Reuse.AGAIN)
    house.ended(2)
    first, second = desk.images
    assert first != second


def test_a_typed_model_stays_although_the_server_does_not_list_it(start: Callable[..., House], desk: StandIn) -> None:
    save(at(desk, Family.SD_CPP, "desk"))
    house = start()
    house.stand()
    house.panels.dock.options.model.chosen.emit("my-own-mix")
    house.panels.dock.options.model.choose("my-own-mix")
    learned(house)
    house.until(lambda: "sd-cpp-local" in {spec.id for spec in house.panels.dock._specs})
    assert house.panels.dock.draft().model == "my-own-mix"


def test_two_endpoints_are_asked_at_once_and_each_gets_its_own_way(start: Callable[..., House], desk: StandIn) -> None:
    with StandIn(family=Played.LOCALAI) as other:
        here, there = at(desk, Family.SD_CPP, "desk"), at(other, Family.LOCALAI, "other")
        save(here, there)
        house = start()
        house.stand()
        page, dock = house.panels.settings_page, house.panels.dock
        desk.hold()
        other.hold()
        dock.options.model.chosen.emit("sd-cpp-local")
        house.generate("At the desk")
        house.received(desk)
        page.maker.chooser.setCurrentIndex(1)
        page.maker.chooser.activated.emit(1)
        dock.options.model.chosen.emit("stablediffusion")
        house.generate("At the other")
        house.received(other)
        running = {flight.prompt for flight in house.composition.work.queue_desk.flights}
        assert running == {"At the desk", "At the other"}
        desk.release()
        other.release()
        house.ended(2)
        house.until(lambda: len(house.strip) == 2)
        made = {one.record.prompt: one.record.asked.endpoint for one in house.strip if one.record.asked}
        assert made == {"At the desk": desk.base_url, "At the other": other.base_url}
        assert "response_format" not in (desk.requests[-1].json or {})
        assert (other.requests[0].json or {})["response_format"] == "b64_json"


def test_what_a_server_lists_is_asked_again_after_a_picture_but_not_after_each(
    start: Callable[..., House], desk: StandIn
) -> None:
    save(at(desk, Family.SD_CPP, "desk"))
    house = start()
    house.stand()
    assert not desk.requests
    house.generated()
    house.until(lambda: "sd-cpp-local" in {spec.id for spec in house.panels.dock._specs})
    house.generated("Another cat")
    house.until(lambda: len(house.strip) == 2)
    house.close()
    again = start()
    again.stand()
    again.generated("A third cat")
    again.until(lambda: len(again.strip) == 3)
    assert [one.path for one in desk.requests].count("/v1/models") == 1
    assert again.panels.dock.draft().model == "sd-cpp-local"


def test_a_server_that_lists_nothing_is_not_complained_of(start: Callable[..., House], desk: StandIn) -> None:
    desk.add_fault(Fault.SERVER_ERROR, on=Door.MODELS)
    save(at(desk, Family.SD_CPP, "desk"))
    house = start()
    house.stand()
    house.generated()
    house.until(lambda: "/v1/models" in {one.path for one in desk.requests})
    house.generated("Another cat")
    assert house.shown is Shown.PICTURE
    assert house.panels.toast.isHidden() or "models" not in house.panels.toast._words.text()
