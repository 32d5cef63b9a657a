"""An estimate covers pictures and better words together, and is unknown if any part is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.estimate import estimate
from imagegen_desktop.core.models import Pricing
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.price import FREE, dollars_range
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, EnhanceRequest
from pictures import CATALOGUE, ENDPOINT, request

if TYPE_CHECKING:
    from imagegen_desktop.core.requests import GenerationRequest

PRICED = replace(ENDPOINT, pricing=Pricing.OPENAI_LIST)
ENHANCE = EnhanceRequest(prompt="A cat", model="gpt-6-luna", instruction="Better.", endpoint=PRICED)


def words(asked: GenerationRequest, learned: tuple[int, ...] = ()) -> str:
    found = estimate(asked, CATALOGUE, learned)
    return "unknown" if found is None else dollars_range(found)


def test_a_server_of_ones_own_is_free() -> None:
    assert estimate(request(endpoint=replace(ENDPOINT, pricing=Pricing.FREE)), CATALOGUE) == FREE
    assert estimate(request(endpoint=SAMPLE_ENDPOINT, model="sample"), CATALOGUE) == FREE


def test_what_an_endpoint_charges_may_be_unknown() -> None:
    assert estimate(request(), CATALOGUE) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "$0.006"),
        ({"quality": "high"}, "$0.21"),
        ({"quality": "high", "count": 4}, "$0.84"),
        ({"quality": "high", "size": "auto"}, "$0.15 to $0.37"),
        ({"model": "somebody-elses"}, "unknown"),
        ({"quality": "auto"}, "unknown"),
        ({"options": Options(output_format="webp")}, "$0.006"),
        ({"options": Options(output_format="gif")}, "unknown"),
        ({"options": Options(output_format="svg")}, "unknown"),
    ],
)
def test_pictures_cost_what_the_list_says(changes: dict[str, object], expected: str) -> None:
    assert words(request(endpoint=PRICED, **changes)) == expected


def test_own_pictures_tell_more_than_the_list() -> None:
    assert words(request(endpoint=PRICED, quality="high"), (4000, 4000, 4000)) == "$0.12"


def test_better_words_are_in_the_estimate() -> None:
    plain = estimate(request(endpoint=PRICED), CATALOGUE)
    better = estimate(request(endpoint=PRICED, enhance=ENHANCE), CATALOGUE)
    assert plain is not None
    assert better is not None
    assert plain.low < better.low
    # The enhanced prompt is longer than the typed one, and is paid for as well.
    assert better.high - plain.high > Decimal("0.001")


def test_words_that_are_there_already_are_not_paid_for_again() -> None:
    again = request(endpoint=PRICED, enhance=ENHANCE, enhanced_prompt="A cat")
    assert estimate(again, CATALOGUE) == estimate(request(endpoint=PRICED), CATALOGUE)


def test_a_text_model_without_a_price_makes_all_unknown() -> None:
    assert words(request(endpoint=PRICED, enhance=replace(ENHANCE, model="somebody-elses"))) == "unknown"


def test_a_longer_prompt_costs_more() -> None:
    short, long = (estimate(request(prompt, endpoint=PRICED), CATALOGUE) for prompt in ("cat", "cat" * 5000))
    assert short is not None
    assert long is not None
    assert long.high > short.high
