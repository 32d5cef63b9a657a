"""Prices are what the list says, costs are what the count comes to, and what is unknown is never 0."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.price import (
    dollars,
    dollars_range,
    enhancement_price,
    picture_cost,
    picture_price,
    words_cost,
)
from imagegen_desktop.core.records import Usage
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.model_data import load_models

if TYPE_CHECKING:
    from imagegen_desktop.core.models import ModelSpec

CATALOGUE = load_models(resources_folder())


def spec(model: str) -> ModelSpec:
    return CATALOGUE.image_model(model)


def price(model: str, quality: str, size: str, *, learned: tuple[int, ...] = (), previews: int = 0) -> str:
    found = picture_price(spec(model), quality=quality, size=size, prompt_length=0, previews=previews, learned=learned)
    return dollars_range(found) if found else "unknown"


@pytest.mark.parametrize(
    ("model", "quality", "size", "expected"),
    [
        ("gpt-image-2", "high", "1024x1024", "$0.21"),
        ("gpt-image-2", "high", "1536x1024", "$0.16"),
        ("gpt-image-2", "low", "1024x1024", "$0.006"),
        ("gpt-image-2.6-flare", "low", "1536x1024", "$0.02"),
        ("gpt-image-2.6-flare", "high", "1536x1024", "$0.04"),
        ("gpt-image-2.6-flare", "low", "1024x1024", "$0.02"),
        ("gpt-image-2.6-flare", "medium", "1024x1024", "$0.02 to $0.04"),
        ("gpt-image-1.5", "high", "1536x1024", "$0.20"),
        ("gpt-image-2.6-flare", "max", "1024x1024", "unknown"),
        ("sample", "", "1024x1024", "unknown"),
        ("somebody-elses-model", "low", "1024x1024", "unknown"),
    ],
)
def test_the_price_before_is_what_the_list_says(model: str, quality: str, size: str, expected: str) -> None:
    assert price(model, quality, size) == expected


def test_previews_raise_only_the_upper_end() -> None:
    assert price("gpt-image-2.6-flare", "high", "1536x1024", previews=3) == "$0.04 to $0.05"


def test_three_pictures_of_ones_own_replace_the_list() -> None:
    assert price("gpt-image-2.6-flare", "max", "1024x1024", learned=(5000, 5200)) == "unknown"
    assert price("gpt-image-2.6-flare", "max", "1024x1024", learned=(5000, 5200, 5100)) == "$0.15 to $0.16"


def test_an_outlier_does_not_widen_the_learned_range_for_ever() -> None:
    assert price("gpt-image-2.6-flare", "low", "1024x1024", learned=(700, 700, 700, 700, 90_000)) == "$0.02 to $0.04"


def test_the_cost_after_follows_the_count() -> None:
    usage = Usage(
        input_tokens=50,
        input_text_tokens=40,
        input_image_tokens=10,
        output_tokens=1000,
        output_image_tokens=1000,
        total_tokens=1050,
    )
    assert picture_cost(usage, spec("gpt-image-2").price) == Decimal("0.03028")


def test_output_without_details_is_all_image() -> None:
    """A client that took it for text billed a third (BerriAI/litellm#31142)."""
    usage = Usage(input_tokens=10, input_text_tokens=10, output_tokens=664, total_tokens=674)
    assert picture_cost(usage, spec("gpt-image-2.6-flare").price) == Decimal("0.01997")


def test_the_models_own_words_cost_what_words_cost() -> None:
    usage = Usage(
        input_tokens=0, output_tokens=1100, output_image_tokens=1000, output_text_tokens=100, total_tokens=1100
    )
    assert picture_cost(usage, spec("gpt-image-1.5").price) == Decimal("0.033")


@pytest.mark.parametrize("usage", [None, Usage()])
def test_no_count_or_one_of_zeros_is_unknown(usage: Usage | None) -> None:
    assert picture_cost(usage, spec("gpt-image-2").price) is None


def test_a_model_without_a_price_has_no_cost() -> None:
    assert picture_cost(Usage(output_tokens=9, total_tokens=9), None) is None
    assert words_cost(100, 100, None) is None


def test_an_enhancement_is_a_part_of_a_cent() -> None:
    found = enhancement_price(CATALOGUE.text_model("gpt-6-luna").price, prompt_length=5, instruction_length=300)
    assert found is not None
    assert found.high < Decimal("0.001")
    assert enhancement_price(CATALOGUE.text_model("unheard-of").price, prompt_length=5, instruction_length=5) is None


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("0", "$0.00"),
        ("0.0001", "less than $0.001"),
        ("0.0049", "$0.005"),
        ("0.0211", "$0.02"),
        ("12", "$12.00"),
        ("1234.5", "$1,234.50"),
    ],
)
def test_amounts_are_written_as_people_read_them(amount: str, expected: str) -> None:
    assert dollars(Decimal(amount)) == expected


@given(st.decimals(min_value="0.0001", max_value=100, places=6))
def test_an_amount_is_never_written_as_nothing(amount: Decimal) -> None:
    assert dollars(amount) != "$0.00"


def test_every_model_that_costs_money_has_a_price_for_its_default_quality() -> None:
    for model in CATALOGUE.image_models:
        if model.price is not None:
            assert price(model.id, model.default_quality, model.default_size) != "unknown"


def test_what_an_svgs_author_took_is_added_at_its_own_price_or_the_cost_is_not_known() -> None:
    usage = Usage(input_tokens=10, output_tokens=1000, total_tokens=1010, author="gpt-6-luna")
    drawn = replace(usage, author_input_tokens=1_000_000, author_output_tokens=100_000)
    price, author = spec("gpt-image-2.6-flare").price, CATALOGUE.text_model("gpt-6-luna").price
    plain = picture_cost(usage, price, author)
    assert plain is not None
    assert picture_cost(drawn, price, author) == plain + Decimal("0.15")
    assert picture_cost(drawn, price, None) is None
