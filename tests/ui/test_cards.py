"""The first window invites, and an error's card tells what happened, what it cost, and what to do."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PySide6.QtGui import QAccessible
from staged import buttons, job, press, words

from imagegen_desktop.core.errors import (
    BadAnswerError,
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
from imagegen_desktop.core.price import FREE, PriceRange
from imagegen_desktop.ui.stage.stage import Shown, Stage
from imagegen_desktop.ui.stage.words import remedy_words
from imagegen_desktop.ui.text import PlainLabel


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


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (KeyRefusedError(), ["Open key settings", "Copy details"]),
        (
            KeyRefusedError(link="https://example.com/keys"),
            ["Open key settings", "Open the page", "Copy details"],
        ),
        (
            NotReachedError(charge=ChargeState.FREE),
            ["Generate again (price unknown)", "Open endpoint settings", "Copy details"],
        ),
        (
            OutcomeUnknownError(charge=ChargeState.UNKNOWN),
            ["Generate again (price unknown; the first try may have been charged)", "Copy details"],
        ),
        (
            BadImageError(kept="x"),
            ["Show the kept file", "Generate again (price unknown; the first try was charged)", "Copy details"],
        ),
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
    price = PriceRange(low=Decimal("0.17"), high=Decimal("0.172"))
    stage.show_error(OutcomeUnknownError(charge=ChargeState.UNKNOWN), estimate=price)
    again = buttons(stage)["Generate again (about $0.17; the first try may have been charged)"]
    assert again.property("kind") != "primary"
    stage.show_error(RateLimitedError(), estimate=price)
    assert buttons(stage)["Generate again (about $0.17)"].property("kind") == "primary"


def test_a_card_says_once_that_it_may_have_been_charged(stage: Stage) -> None:
    for error in (OutcomeUnknownError, ServerBrokeError, BadAnswerError):
        stage.show_error(error(charge=ChargeState.UNKNOWN))
        assert sum("may have been charged" in text for text in words(stage)) == 1


def test_no_remedy_is_a_bare_retry() -> None:
    said = {remedy_words(remedy, charge) for remedy in Remedy for charge in (None, *ChargeState)}
    assert len(said) == len(Remedy) + 2
    assert not {word for word in said if word.lower() in {"retry", "try again", "generate again"}}
    assert remedy_words(Remedy.GENERATE_AGAIN, ChargeState.FREE, FREE) == "Generate again (free)"


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
        "Such failures often pass. The service's usage page tells whether it was charged.",
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
