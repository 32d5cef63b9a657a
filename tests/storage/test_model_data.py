"""The shipped data of models and endpoints is whole and does not contradict itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.models import AUTO, ListedModel, Maker, ModelSpec, TextModelSpec
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.sizes import is_legal
from imagegen_desktop.storage.codec import MalformedError
from imagegen_desktop.storage.listed_models import ListedModels
from imagegen_desktop.storage.model_data import load_dialects, load_models, load_own_models

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = load_models(resources_folder())
DIALECTS = load_dialects(resources_folder())
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
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


def test_a_persons_own_file_changes_a_model_field_by_field_and_adds_others(tmp_path: Path) -> None:
    own = tmp_path / "models.json"
    assert load_own_models(resources_folder(), own) == CATALOGUE
    own.write_text(
        '{"default_image_model": "flux", "image_models": [{"id": "gpt-image-2", "max_count": 4},'
        ' {"id": "flux", "sizes": ["512x512"], "default_size": "512x512"}]}'
    )
    changed = load_own_models(resources_folder(), own)
    assert changed.default_image_model == "flux"
    assert changed.image_model("flux").sizes == ("512x512",)
    assert changed.image_model("gpt-image-2").max_count == 4
    assert changed.image_model("gpt-image-2").qualities == CATALOGUE.image_model("gpt-image-2").qualities


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"image_models": [{}]}', '{"image_models": 3}', '{"image_models": [{"id": "x", "sizes": 7}]}']
)
def test_a_file_that_does_not_fit_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    own = tmp_path / "models.json"
    own.write_text(text)
    with pytest.raises(MalformedError, match=r"models\.json"):
        load_own_models(resources_folder(), own)


def test_what_an_endpoint_listed_is_remembered_and_a_broken_memory_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "listed.json"
    ListedModels(file).note(SAMPLE_ENDPOINT, (ListedModel(id="a"), ListedModel(id="b", kind="image")), NOON)
    assert ListedModels(file).of(SAMPLE_ENDPOINT) == (ListedModel(id="a"), ListedModel(id="b", kind="image"))
    file.write_text("{")
    assert ListedModels(file).of(SAMPLE_ENDPOINT) == ()


def test_a_list_is_old_after_a_day_and_where_there_is_none(tmp_path: Path) -> None:
    listed = ListedModels(tmp_path / "listed.json")
    assert listed.is_old(SAMPLE_ENDPOINT, NOON)
    listed.note(SAMPLE_ENDPOINT, (ListedModel(id="a"),), NOON)
    assert not listed.is_old(SAMPLE_ENDPOINT, NOON + timedelta(hours=24))
    assert listed.is_old(SAMPLE_ENDPOINT, NOON + timedelta(hours=25))
    # A clock that was set back must not make it young for ever.
    assert listed.is_old(SAMPLE_ENDPOINT, NOON - timedelta(hours=1))
