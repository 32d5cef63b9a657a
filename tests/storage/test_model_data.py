"""The shipped data of models and endpoints is whole and does not contradict itself."""

from __future__ import annotations

import pytest

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.models import AUTO, Maker, ModelSpec, TextModelSpec
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.sizes import is_legal
from imagegen_desktop.storage.model_data import load_dialects, load_models

CATALOGUE = load_models(resources_folder())
DIALECTS = load_dialects(resources_folder())
IDS = {spec.id for spec in CATALOGUE.image_models}
BACKGROUNDS, MODERATIONS = {"auto", "opaque", "transparent"}, {"auto", "low"}
QUALITIES = {"auto", "low", "medium", "high", "xhigh", "max", "standard", "hd"}


@pytest.mark.parametrize("spec", CATALOGUE.image_models, ids=lambda spec: spec.id)
def test_what_a_model_offers_is_known_and_its_defaults_are_among_it(spec: ModelSpec) -> None:
    assert spec.default_size in spec.sizes
    assert all(size == AUTO or is_legal(size, spec) for size in spec.sizes)
    assert not spec.qualities or spec.default_quality in spec.qualities
    assert set(spec.qualities) <= QUALITIES
    assert set(spec.backgrounds) <= BACKGROUNDS
    assert set(spec.moderations) <= MODERATIONS
    assert set(spec.formats) <= {"png", "jpeg", "webp", "gif", "svg"}
    assert bool(spec.frames) == ("gif" in spec.formats)
    assert spec.max_count >= 1
    assert bool(spec.max_previews) <= spec.streams


@pytest.mark.parametrize("spec", [one for one in CATALOGUE.image_models if one.shutdown], ids=lambda spec: spec.id)
def test_a_model_that_ends_names_one_that_lives(spec: ModelSpec) -> None:
    successor = CATALOGUE.image_model(spec.successor)
    assert spec.successor in IDS
    assert successor.shutdown is None


def test_prices_are_of_a_day_and_cover_every_quality_that_is_asked_by_name() -> None:
    for spec in CATALOGUE.image_models:
        if spec.price is not None:
            assert spec.price.as_of <= CATALOGUE.as_of
            assert all(fact.low <= fact.high for fact in spec.price.tokens)
            assert {fact.quality for fact in spec.price.tokens} >= {"low", "medium", "high"}


def test_ids_are_told_apart_and_the_defaults_are_among_them() -> None:
    texts: list[TextModelSpec] = list(CATALOGUE.text_models)
    assert len(IDS) == len(CATALOGUE.image_models)
    assert len({spec.id for spec in texts}) == len(texts)
    assert CATALOGUE.default_image_model in IDS
    assert CATALOGUE.default_text_model in {spec.id for spec in texts}
    assert [spec.id for spec in CATALOGUE.of(Maker.SAMPLE)] == ["sample"]


@pytest.mark.parametrize("family", list(Family))
def test_every_family_has_its_dialect_with_its_source(family: Family) -> None:
    dialect = DIALECTS.of(family)
    assert dialect.label
    assert dialect.source
