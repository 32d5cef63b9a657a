"""What an endpoint lists joins what is known of models."""

from __future__ import annotations

from datetime import date

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.model_merge import merged
from imagegen_desktop.core.models import ListedModel, ModelSpec

KNOWN = (ModelSpec(id="gpt-image-2", label="GPT Image 2"), ModelSpec(id="dall-e-3", label="DALL-E 3"))
END = date(2027, 3, 1)


def test_openai_adds_its_image_models_and_their_ends_and_takes_nothing_away() -> None:
    listed = (ListedModel(id="gpt-image-2", shutdown=END), ListedModel(id="gpt-image-9"), ListedModel(id="gpt-6-luna"))
    found = merged(KNOWN, listed, Family.OPENAI)
    assert [(spec.id, spec.shutdown) for spec in found] == [
        ("gpt-image-2", END),
        ("dall-e-3", None),
        ("gpt-image-9", None),
    ]


def test_another_server_offers_what_it_lists_and_is_told_to_make_pictures() -> None:
    listed = (ListedModel(id="flux"), ListedModel(id="dall-e-3"), ListedModel(id="llama", kind="LLM"))
    assert [spec.id for spec in merged(KNOWN, listed, Family.LOCALAI)] == ["dall-e-3", "flux"]


def test_without_a_list_the_known_ones_are_offered() -> None:
    assert merged(KNOWN, (), Family.LOCALAI) == KNOWN
    assert merged(KNOWN, (ListedModel(id="llama", kind="LLM"),), Family.XINFERENCE) == KNOWN
