"""What was asked stands beside what came, and what was never sent is not told as if it had been."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.options import Options
from imagegen_desktop.core.records import Asked, Got, ImageFormat
from imagegen_desktop.ui.inspector.facts import Fact, FactName, facts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState

ASKED = Asked(endpoint="http://127.0.0.1:1234/v1", model="sd-cpp-local", size="512x512", quality="high")
GOT = Got(format=ImageFormat.PNG, width=512, height=512, size_bytes=90_000)


def facts(make: Callable[..., ImageState], asked: Asked, got: Got = GOT, **fields: object) -> dict[FactName, Fact]:
    return facts_of(make(asked=asked, got=got, **fields).record)


def test_what_was_left_out_is_told_in_a_persons_words_and_not_as_if_it_had_come(
    make_state: Callable[..., ImageState],
) -> None:
    options = Options(background="transparent", moderation="low")
    told = facts(make_state, replace(ASKED, options=options, left_out=("quality", "background", "moderation", "new")))
    assert told[FactName.QUALITY] == Fact("Asked high, not sent", differs=True)
    assert told[FactName.BACKGROUND] == Fact("Asked transparent, not sent", differs=True)
    assert told[FactName.LEFT_OUT] == Fact("quality, background, moderation, new", differs=True)


def test_what_the_service_named_itself_is_told_whatever_was_sent(make_state: Callable[..., ImageState]) -> None:
    came = replace(GOT, quality="medium", background="opaque")
    options = Options(background="transparent")
    told = facts(make_state, replace(ASKED, options=options, left_out=("quality", "background")), came)
    assert told[FactName.QUALITY] == Fact("Asked high, got medium", differs=True)
    assert told[FactName.BACKGROUND] == Fact("Asked transparent, got opaque", differs=True)


@pytest.mark.parametrize(
    ("wanted", "fact"),
    [
        (None, Fact("9 frames")),
        (9, Fact("9 frames")),
        (12, Fact("Asked 12, got 9 frames", differs=True)),
    ],
)
def test_frames_say_what_was_asked_where_others_came(
    make_state: Callable[..., ImageState], wanted: int | None, fact: Fact
) -> None:
    came = replace(GOT, format=ImageFormat.GIF, frames=9)
    told = facts(make_state, replace(ASKED, options=Options(output_format="gif", frames=wanted)), came)
    assert told[FactName.FRAMES] == fact


def test_a_seed_is_the_makers_own_else_the_one_that_was_sent(make_state: Callable[..., ImageState]) -> None:
    assert facts(make_state, replace(ASKED, seed=7), seed=8)[FactName.SEED].words == "8"
    assert facts(make_state, replace(ASKED, seed=7))[FactName.SEED].words == "7 (asked)"
    assert FactName.SEED not in facts(make_state, replace(ASKED, seed=7, left_out=("seed",)))
