"""What an endpoint lists joins what is known of models."""

from __future__ import annotations

from datetime import date

from imagegen_desktop.core.dialects import Family
from imagegen_desktop.core.model_merge import at_endpoint, first_choice, merged, merged_text
from imagegen_desktop.core.models import ListedModel, ModelSpec, TextModelSpec, cautious_spec
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.sizes import snap
from imagegen_desktop.storage.model_data import load_dialects

KNOWN = (ModelSpec(id="gpt-image-2", label="GPT Image 2"), ModelSpec(id="dall-e-3", label="DALL-E 3"))
WRITERS = (TextModelSpec(id="gpt-6-luna", label="GPT-6 Luna"), TextModelSpec(id="gpt-4o", label="GPT-4o"))
END = date(2027, 3, 1)
DIALECTS = load_dialects(resources_folder())


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


def test_text_models_get_their_ends_from_openai_and_another_server_offers_its_own() -> None:
    listed = (ListedModel(id="gpt-4o", shutdown=END), ListedModel(id="qwen3"), ListedModel(id="sd3", kind="image"))
    assert [(spec.id, spec.shutdown) for spec in merged_text(WRITERS, listed, Family.OPENAI)] == [
        ("gpt-6-luna", None),
        ("gpt-4o", END),
    ]
    assert [spec.id for spec in merged_text(WRITERS, listed, Family.LOCALAI)] == ["gpt-4o", "qwen3"]
    assert merged_text(WRITERS, (), Family.LOCALAI) == WRITERS


def test_where_a_server_lists_its_own_models_the_first_of_them_is_the_one_to_begin_with() -> None:
    assert first_choice(KNOWN, "gpt-image-2") == "gpt-image-2"
    assert first_choice((), "gpt-image-2") == "gpt-image-2"
    own = merged(KNOWN, (ListedModel(id="flux"),), Family.LOCALAI)
    assert first_choice(own, "gpt-image-2") == "flux"


def test_a_model_at_an_endpoint_offers_no_more_than_both_have() -> None:
    spec = ModelSpec(id="flux", label="FLUX", sizes=("512x512",), qualities=("low", "max"), max_count=10)
    together, xai = (at_endpoint(spec, DIALECTS.of(family)) for family in (Family.TOGETHER, Family.XAI))
    assert (together.qualities, together.max_count) == ((), 4)
    assert (xai.qualities, xai.max_count) == (("low",), 10)
    assert together.size_rule is None


def test_of_a_model_that_nobody_describes_the_sizes_are_those_of_the_server() -> None:
    unknown = cautious_spec("sd-cpp-local")
    assert at_endpoint(unknown, DIALECTS.of(Family.OPENAI)).size_rule is None
    drawn = at_endpoint(unknown, DIALECTS.of(Family.SD_CPP))
    assert (snap(512, 768, drawn).size, snap(100, 70, drawn).size) == ("512x768", "128x64")
    assert at_endpoint(unknown, DIALECTS.of(Family.XAI)).size_rule is not None
