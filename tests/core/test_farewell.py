"""When a model ends, and what takes its place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.farewell import farewell, heir
from imagegen_desktop.core.models import ModelSpec, TextModelSpec
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.model_data import load_models

END = date(2026, 12, 1)
OLD = ModelSpec(id="old", label="Old", shutdown=END, successor="middle")
CATALOGUE = load_models(resources_folder())


@pytest.mark.parametrize(("days", "told"), [(31, False), (30, True), (1, True), (0, True), (-200, True)])
def test_it_is_told_from_thirty_days_before(days: int, told: bool) -> None:  # noqa: FBT001 (a case)
    found = farewell(OLD, Family.OPENAI, END - timedelta(days=days))
    assert (found is not None) is told
    if found is not None:
        assert (found.days, found.is_over) == (days, days <= 0)


def test_a_text_model_ends_as_well() -> None:
    spec = TextModelSpec(id="o3", label="o3", shutdown=END)
    assert farewell(spec, Family.OPENAI, END) is not None
    assert farewell(spec, Family.LOCALAI, END) is None


def test_a_successor_that_has_ended_too_hands_on_to_its_own() -> None:
    told = farewell(OLD, Family.OPENAI, END)
    assert told is not None
    middle = ModelSpec(id="middle", label="Middle", shutdown=END, successor="new")
    new = ModelSpec(id="new", label="New")
    assert heir(told, (OLD, middle, new), "default", END) == "new"
    assert heir(told, (OLD, middle, new), "default", END - timedelta(days=1)) == "middle"


def test_without_a_living_successor_the_default_is_offered_but_never_the_model_itself() -> None:
    told = farewell(OLD, Family.OPENAI, END)
    assert told is not None
    loop = ModelSpec(id="middle", label="Middle", shutdown=END, successor="old")
    assert heir(told, (OLD, loop), "default", END) == "default"
    assert heir(told, (OLD, loop), "old", END) == ""


def test_every_shipped_model_that_ends_has_a_living_one_in_its_place() -> None:
    for specs, default in (
        (CATALOGUE.image_models, CATALOGUE.default_image_model),
        (CATALOGUE.text_models, CATALOGUE.default_text_model),
    ):
        alive = {spec.id for spec in specs if spec.shutdown is None}
        for spec in specs:
            if spec.shutdown is not None:
                told = farewell(spec, Family.OPENAI, spec.shutdown)
                assert told is not None
                assert heir(told, specs, default, spec.shutdown) in alive
