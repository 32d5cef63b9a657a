"""From the click to the file: what the window shows of a job, and what lies on the disk when it says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from house import CAT, House, sha256, write_settings
from PySide6.QtWidgets import QLabel

from imagegen_desktop.core.errors import ChargeState, OutcomeUnknownError
from imagegen_desktop.core.jobs import JobState
from imagegen_desktop.core.settings import Draft
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.settings_file import SettingsFile
from imagegen_desktop.ui.job_progress import Phase
from imagegen_desktop.ui.stage.stage import Shown
from standin import Door, Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from standin import StandIn

FLUFFY = "A fluffy siamese cat sitting on a velvet sofa, cinematic lighting, 8k"


def orders(standin: StandIn) -> list[dict[str, Any]]:
    """The bodies of the requests for images."""
    return [request.json or {} for request in standin.requests if request.path == "/v1/images/generations"]


# ---- pictures ----


def test_a_current_model_streams_previews_and_the_file_is_the_answer_byte_for_byte(
    house: House, standin: StandIn
) -> None:
    end = house.generated()
    assert end.error is None
    assert len(house.previews) == 2
    (order,) = orders(standin)
    assert (order["stream"], order["model"], order["prompt"]) == (True, "gpt-image-2.6-flare", CAT)
    assert house.hashes() == {sha256(data) for data in standin.images}
    house.until(lambda: house.shown is Shown.PICTURE and len(house.strip) == 1)
    (state,) = house.strip
    assert house.panels.stage.image_id == state.id
    assert state.record.prompt == CAT
    assert house.jobs() == [(JobState.SAVED, ChargeState.PAID)]
    assert len(standin.bill) == 1


def test_the_classic_contract_still_makes_pictures(start: Callable[..., House], classic: StandIn) -> None:
    write_settings(classic, image_model="dall-e-3")
    house = start()
    house.stand()
    house.enter_key(classic.key)
    assert house.generated().error is None
    (order,) = orders(classic)
    assert (order["model"], order["n"], order["size"]) == ("dall-e-3", 1, "1024x1024")
    assert "stream" not in order
    assert [request.method for request in classic.requests if request.path.startswith("/files/")] == ["GET"]
    assert house.hashes() == {sha256(data) for data in classic.images}
    classic.expire_urls()
    house.until(lambda: len(house.strip) == 1)
    (state,) = house.strip
    assert state.record.revised_prompt
    house.until(lambda: state.record.revised_prompt in house.panels.inspector.revised.text.toPlainText())


def test_a_picture_behind_a_url_that_failed_once_is_fetched_again_without_a_second_bill(
    house: House, standin: StandIn
) -> None:
    standin.add_fault(Fault.URL_FAILS_ONCE)
    assert house.generated().error is None
    assert house.hashes() == {sha256(data) for data in standin.images}
    assert len(standin.bill) == 1


def test_several_pictures_come_one_by_one_and_all_are_kept(house: House, standin: StandIn) -> None:
    house.panels.dock.options.count_chosen.emit(3)
    house.generate()
    assert len(house.panels.filmstrip._film.running) == 3
    house.ended()
    assert len(house.kept) == 3
    assert house.hashes() == {sha256(data) for data in standin.images}
    house.until(lambda: len(house.strip) == 3)
    assert "3" in house.panels.sidebar.summary


# ---- the click ----


def test_the_skeleton_stands_before_the_click_returns(house: House, standin: StandIn) -> None:
    standin.hold()
    house.generate()
    # No event was handled since the click.
    assert house.shown is Shown.JOB
    assert [running.progress.prompt for running in house.panels.filmstrip._film.running] == [CAT]
    assert house.panels.dock.box.button.text() == "Generating..."
    assert house.panels.dock.box.cancel.isVisible()
    standin.release()
    house.ended()
    assert not house.panels.filmstrip._film.running


def test_the_same_card_is_not_sent_twice_while_it_is_made(house: House, standin: StandIn) -> None:
    standin.hold()
    house.generate()
    house.received(standin)
    assert not house.panels.dock.box.button.isEnabled()
    house.panels.dock.box.button.click()
    house.panels.dock._submit()
    standin.release()
    house.ended()
    assert len(orders(standin)) == 1
    assert len(house.ends) == 1


def test_whoever_looks_at_another_picture_keeps_it_and_is_told(house: House, standin: StandIn) -> None:
    house.generated("An old boat")
    house.until(lambda: len(house.strip) == 1)
    boat = house.strip[0].id
    standin.hold()
    house.generate()
    house.received(standin, 2)
    house.panels.filmstrip.chosen.emit(boat)
    house.until(lambda: house.panels.stage.image_id == boat and house.shown is Shown.PICTURE)
    standin.release()
    house.ended(2)
    house.until(lambda: len(house.strip) == 2)
    assert house.panels.stage.image_id == boat
    assert "Your new picture is saved" in house.words(house.panels.toast)


# ---- cancel ----


def test_a_cancel_after_the_request_left_ends_it_and_says_that_it_may_be_charged(
    house: House, standin: StandIn
) -> None:
    standin.hold()
    house.generate()
    house.received(standin)
    house.until(lambda: house.composition.work.queue_desk.flights[0].phase is Phase.SENT)
    assert "Cancelling now may still be charged" in house.words(house.panels.stage)
    house.press("Cancel", house.panels.stage)
    end = house.ended()
    assert end.error is not None
    assert house.shown is Shown.CANCELLED
    assert "It may have been charged." in house.words(house.panels.stage)
    assert house.jobs() == [(JobState.CANCELLED, ChargeState.UNKNOWN)]
    assert house.files() == []
    assert house.panels.dock.draft().prompt == CAT


def test_a_cancel_before_anything_left_costs_nothing(house: House, standin: StandIn) -> None:
    house.generate()
    # The worker's thread has not come to the request: no event was handled since the click.
    house.panels.dock.box.cancel.click()
    house.ended()
    assert house.shown is Shown.CANCELLED
    assert house.files() == []
    assert "It may have been charged." not in house.words(house.panels.stage) or standin.requests
    assert all(charge is not ChargeState.PAID for _, charge in house.jobs())


def test_after_a_cancel_the_next_picture_comes(house: House, standin: StandIn) -> None:
    standin.hold()
    house.generate()
    house.received(standin)
    house.composition.work.escape()
    house.ended()
    standin.release()
    assert house.generated().error is None
    house.until(lambda: house.shown is Shown.PICTURE)
    assert len(house.files()) == 1


# ---- enhancement ----


def tick_enhance(house: House) -> None:
    house.panels.dock.enhance.click()
    assert house.panels.dock.draft().enhance


def test_the_enhanced_words_are_sent_and_the_typed_ones_stay(house: House, standin: StandIn) -> None:
    tick_enhance(house)
    assert house.generated().error is None
    (order,) = orders(standin)
    assert order["prompt"] == FLUFFY
    house.until(lambda: len(house.strip) == 1)
    (state,) = house.strip
    assert (state.record.prompt, state.record.enhanced_prompt) == (CAT, FLUFFY)
    house.until(lambda: house.panels.inspector.enhanced.text.toPlainText() == FLUFFY)
    assert house.panels.inspector.prompt.text.toPlainText() == CAT
    assert house.panels.dock.draft().prompt == CAT


def test_where_the_words_cannot_be_enhanced_no_picture_is_asked_for_until_the_person_says_so(
    house: House, standin: StandIn
) -> None:
    standin.add_fault(Fault.CHAT_FAILS)
    tick_enhance(house)
    end = house.generated()
    assert end.error is not None
    assert house.shown is Shown.ERROR
    assert "no picture was asked for" in house.words(house.panels.stage)
    assert orders(standin) == []
    house.press("Send my own words", house.panels.stage)
    assert house.ended(2).error is None
    (order,) = orders(standin)
    assert order["prompt"] == CAT
    assert sum(1 for request in standin.requests if request.path == "/v1/chat/completions") == 1
    assert house.panels.dock.draft().enhance


# ---- what goes wrong ----


@pytest.mark.parametrize(
    ("fault", "title", "charge"),
    [
        (Fault.NO_CREDIT, "no credit left", ChargeState.FREE),
        (Fault.MODERATION, "refused this prompt: violence", ChargeState.FREE),
        (Fault.BAD_KEY, "refused the API key", ChargeState.FREE),
        (Fault.NOT_VERIFIED, "not verified", ChargeState.FREE),
        (Fault.MODEL_GONE, "does not exist", ChargeState.FREE),
        (Fault.DROP_AFTER_WORK, "connection broke", ChargeState.UNKNOWN),
        (Fault.CUT_STREAM_MIDDLE, "connection broke", ChargeState.UNKNOWN),
        (Fault.HTML_FROM_PROXY, "gateway between here", ChargeState.UNKNOWN),
    ],
)
def test_what_went_wrong_stands_on_a_card(
    house: House, standin: StandIn, fault: Fault, title: str, charge: ChargeState
) -> None:
    standin.add_fault(fault)
    end = house.generated()
    assert end.error is not None
    assert house.shown is Shown.ERROR
    said = house.words(house.panels.stage)
    assert title in said
    assert {ChargeState.FREE: "Nothing was charged.", ChargeState.UNKNOWN: "It may have been charged."}[charge] in said
    ends = {ChargeState.FREE: JobState.FAILED, ChargeState.UNKNOWN: JobState.UNKNOWN}
    assert house.jobs() == [(ends[charge], charge)]
    assert house.panels.dock.draft().prompt == CAT
    assert house.panels.dock.box.button.isEnabled()
    # The card goes when the next picture comes.
    assert house.generated().error is None
    house.until(lambda: house.shown is Shown.PICTURE)


def test_what_is_no_picture_is_kept_and_shown_where(house: House, standin: StandIn) -> None:
    standin.add_fault(Fault.NOT_AN_IMAGE)
    assert house.generated().error is not None
    assert "not a picture that can be opened" in house.words(house.panels.stage)
    kept = [path for path in (house.library / ".imagegen" / "quarantine").rglob("*") if path.is_file()]
    assert standin.images[0] in [path.read_bytes() for path in kept]


def test_one_picture_of_several_that_got_lost_does_not_hide_the_others(house: House, standin: StandIn) -> None:
    standin.add_fault(Fault.PARTIAL_N)
    house.panels.dock.options.count_chosen.emit(2)
    end = house.generated()
    house.until(lambda: len(house.strip) == 1)
    assert len(house.files()) == 1
    assert end.error is None or "1 of 2" in house.words(house.panels.stage)


def test_a_refused_key_leads_to_the_field_for_another(house: House, standin: StandIn) -> None:
    standin.add_fault(Fault.BAD_KEY)
    house.generated()
    house.press("Open key settings", house.panels.stage)
    assert house.window.in_settings
    assert house.panels.settings_page.key.field.hasFocus()


def test_generate_again_sends_the_same_words(house: House, standin: StandIn) -> None:
    standin.add_fault(Fault.DROP_AFTER_WORK)
    house.generated()
    house.type("Something else, half typed")
    house.press("Generate again (price unknown; the first try may have been charged)", house.panels.stage)
    assert house.ended(2).error is None
    assert [order["prompt"] for order in orders(standin)] == [CAT, CAT]


def test_without_a_key_the_card_leads_to_the_settings_and_nothing_is_sent(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    house = start()
    house.stand()
    house.generated()
    assert house.shown is Shown.ERROR
    assert "key" in house.words(house.panels.stage)
    assert standin.bill == []


# ---- started with words ----


def test_a_start_with_words_generates_them_at_once_with_the_sample_engine_where_there_is_no_key(
    start: Callable[..., House],
) -> None:
    house = start(prompt="A paper-cut city at night")
    assert house.ended().error is None
    house.until(lambda: len(house.strip) == 1)
    (state,) = house.strip
    assert state.record.prompt == "A paper-cut city at night"
    assert state.record.is_sample
    assert house.jobs() == [(JobState.SAVED, ChargeState.FREE)]


def test_words_typed_before_are_not_lost_when_the_model_of_the_draft_is_unknown(
    start: Callable[..., House], standin: StandIn
) -> None:
    write_settings(standin)
    SettingsFile(Folders.of_this_user()).save_draft(replace(Draft(prompt=CAT), model="my-own-model", count=4))
    house = start()
    house.stand()
    assert house.panels.dock.draft().prompt == CAT
    assert house.panels.dock.draft().model == "my-own-model"
    house.enter_key(standin.key)
    house.press("Generate 4", house.panels.dock)
    house.ended(4)
    sent = [(request.json["model"], request.json["n"]) for request in standin.requests if request.json]
    assert sent == [("my-own-model", 1)] * 4, "of a model that is not known, one picture is asked for at a time"
    standin.wait_received(1, on=Door.IMAGES)


def test_a_preview_of_a_lost_picture_is_kept_and_never_called_a_picture(house: House, standin: StandIn) -> None:
    standin.add_fault(Fault.CUT_STREAM_MIDDLE)
    end = house.generated()
    assert isinstance(end.error, OutcomeUnknownError)
    assert end.progress.saved == 0
    (kept,) = house.kept
    assert kept.state.record.is_preview
    assert "pictures was made" not in " ".join(label.text() for label in house.panels.stage.findChildren(QLabel))
    house.panels.inspector.show_state(kept.state, file=None)
    assert house.panels.inspector.badge.text() == "Preview"
