"""Every family of servers is spoken to in its own way: what arrives there, and what comes of the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from family_cases import CASES, Stage, asked, only, provider

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.dialects import Family, Parameter, family_of
from imagegen_desktop.core.errors import BadRequestError, ChargeState, ImagegenError, KeyRefusedError, NoKeyError
from imagegen_desktop.core.models import ModelCatalogue, ModelSpec
from imagegen_desktop.core.options import Options
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.settings import Profile
from imagegen_desktop.core.steps import GeneratedImage, Sent
from imagegen_desktop.imaging.sniff import dimensions
from imagegen_desktop.storage.model_data import load_dialects
from standin import Family as Played
from standin import Fault, StandIn
from standin.chat import TAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

DIALECTS = load_dialects(resources_folder())
OPENAI_MODEL = "gpt-image-2.6-flare"
MODELS = ModelCatalogue(
    as_of=date(2026, 11, 22),
    default_image_model=OPENAI_MODEL,
    default_text_model="gpt-6-luna",
    image_models=(
        ModelSpec(
            id=OPENAI_MODEL,
            label="Flare",
            sizes=("1024x1024", "1536x1024", "auto"),
            qualities=("low", "medium", "high"),
            backgrounds=("auto", "opaque", "transparent"),
            formats=("png", "jpeg", "webp", "gif", "svg"),
            compresses=True,
            moderations=("auto", "low"),
            complexities=("low", "medium", "high"),
            max_count=10,
            streams=True,
            max_previews=3,
        ),
    ),
)
# Everything at once, as far as one picture can have it.
WISHES = Options(background="opaque", output_format="jpeg", compression=30, moderation="low", complexity="low")


@pytest.fixture(params=list(Family))
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    case = CASES[request.param]
    with StandIn(family=case.played) as server:
        yield Stage(case=case, server=server, profile=Profile(base_url=server.base_url, family=request.param))


def test_a_picture_comes_with_the_bytes_that_the_server_made(stage: Stage) -> None:
    pictures = [step for step in stage.generate() if isinstance(step, GeneratedImage)]
    assert [picture.data for picture in pictures] == stage.server.images
    assert dimensions(pictures[0].data) == stage.case.size


def test_each_server_gets_what_it_takes_and_nothing_else(stage: Stage) -> None:
    stage.generate(options=WISHES, partial_images=2, seed=7)
    body = asked(stage)
    assert body.pop("model") == stage.case.model
    assert body.pop("prompt").startswith("a lighthouse")
    assert body == stage.case.body


def test_what_was_chosen_is_either_sent_or_told_as_left_out(stage: Stage) -> None:
    steps = stage.generate(options=replace(WISHES, previews=2), partial_images=2, seed=7)
    dialect = DIALECTS.of(stage.profile.endpoint.family)
    assert isinstance(steps[0], Sent)
    chosen = {"n", "size", "quality", "background", "output_format", "output_compression", "moderation", "complexity"}
    lacking = {name for name in chosen | {"stream", "seed"} if not dialect.takes(Parameter(name))}
    assert set(steps[0].left_out) == lacking


def test_previews_that_nobody_chose_are_not_told_as_left_out(stage: Stage) -> None:
    sent = stage.generate(partial_images=2)[0]
    assert "stream" not in sent.left_out


def test_no_key_is_sent_whose_value_is_nothing(stage: Stage) -> None:
    stage.generate(quality="", size="")
    assert None not in asked(stage).values()
    assert "" not in asked(stage).values()


def test_a_seed_arrives_where_the_server_has_seeds(stage: Stage) -> None:
    if not stage.case.seeds:
        pytest.skip("this server has no seeds")
    for seed in (7, 7, 8):
        stage.generate(seed=seed)
    first, again, other = stage.server.images
    assert first == again
    assert first != other


def test_several_pictures_come_from_one_request(stage: Stage) -> None:
    steps = stage.generate(count=2)
    assert [step.position for step in steps if isinstance(step, GeneratedImage)] == [0, 1]
    assert len(stage.server.bill) == 1


def test_previews_are_asked_for_only_where_they_come(stage: Stage) -> None:
    stage.generate(partial_images=2)
    dialect = DIALECTS.of(stage.profile.endpoint.family)
    assert ("stream" in asked(stage)) is dialect.takes(Parameter.STREAM)


# ---- keys, lists, words, errors ----


def test_the_key_is_where_the_server_looks_for_it_and_nowhere_else(stage: Stage) -> None:
    stage.generate()
    stage.provider.list_models(CancelToken())
    for received in stage.server.requests:
        found = {name: value for name, value in received.headers.items() if "sk-test" in value}
        # A picture's link is fetched without the key.
        fetched = received.path.startswith(stage.server.traits.files)
        assert found == ({} if fetched else {stage.case.key_header: stage.case.key})
        assert "sk-test" not in received.path


def test_a_server_without_keys_is_asked_without_one(stage: Stage) -> None:
    if stage.server.traits.key_needed:
        pytest.skip("this server wants a key")
    list(provider(stage.profile, key="").generate(stage.request(), CancelToken()))
    assert not {"authorization", "api-key"} & set(stage.server.requests[0].headers)


def test_a_missing_key_is_told_as_such(stage: Stage) -> None:
    if not stage.server.traits.key_needed or stage.case.played is Played.LITELLM:
        pytest.skip("this server needs no key, or does not tell that it lacks one")
    with pytest.raises(NoKeyError):
        list(provider(stage.profile, key="").generate(stage.request(), CancelToken()))


def test_a_wrong_key_is_told_as_such(stage: Stage) -> None:
    if not stage.server.traits.key_needed:
        pytest.skip("this server needs no key")
    with pytest.raises(KeyRefusedError) as caught:
        list(provider(stage.profile, key="sk-wrong-one").generate(stage.request(), CancelToken()))
    assert "sk-wrong-one" not in caught.value.details


def test_the_models_are_listed_whatever_the_list_looks_like(stage: Stage) -> None:
    listed = stage.provider.list_models(CancelToken())
    assert [model.id for model in listed] == list(stage.server.traits.listed)


def test_words_are_bettered_where_the_server_has_a_text_model(stage: Stage) -> None:
    if not stage.case.words:
        pytest.skip("this server has no text model")
    assert stage.enhance() == f"a lighthouse{TAIL}"
    dialect = DIALECTS.of(stage.profile.endpoint.family)
    bodies = [received.json or {} for received in stage.server.requests]
    assert dialect.token_limit in bodies[0]
    assert ("reasoning_effort" in bodies[0]) is dialect.takes_effort


def test_a_refusal_is_told_in_the_servers_own_words_and_free(stage: Stage) -> None:
    with pytest.raises(ImagegenError) as caught:
        stage.generate(prompt="")
    assert caught.value.charge is not ChargeState.PAID
    assert "prompt" in caught.value.details.lower()
    assert not stage.server.bill


def test_a_fault_of_the_server_is_told_and_may_have_cost(stage: Stage) -> None:
    stage.server.add_fault(Fault.SERVER_ERROR)
    with pytest.raises(ImagegenError) as caught:
        stage.generate()
    assert caught.value.charge is ChargeState.UNKNOWN
    assert "had an error" in caught.value.details


def test_every_family_has_a_dialect_and_a_case() -> None:
    assert {dialect.family for dialect in DIALECTS.dialects} == set(Family) == set(CASES)


def test_the_example_address_of_a_service_tells_its_family() -> None:
    told = {one.family: family_of(one.base_url) for one in DIALECTS.dialects if one.base_url.startswith("https")}
    assert told == {family: family for family in told}
    assert set(told) == {Family.OPENAI, Family.AZURE, Family.XAI, Family.TOGETHER}


# ---- single families ----


def test_openai_tells_when_a_model_ends() -> None:
    stage = only(Family.OPENAI)
    ends = {model.id: model.shutdown for model in stage.provider.list_models(CancelToken())}
    stage.server.stop()
    assert ends["gpt-image-1.5"] == date(2026, 12, 1)
    assert ends["gpt-image-2.6-flare"] is None


def test_a_format_that_azure_lacks_is_left_out_and_told() -> None:
    stage = only(Family.AZURE)
    steps = stage.generate(options=Options(output_format="webp", compression=10))
    stage.server.stop()
    assert steps[0].left_out == ("output_format", "output_compression")
    assert isinstance(steps[-1], GeneratedImage)


def test_azure_is_asked_with_the_version_that_stands_in_its_address() -> None:
    stage = only(Family.AZURE)
    stage.generate()
    stage.provider.list_models(CancelToken())
    stage.server.stop()
    paths = [received.path for received in stage.server.requests]
    assert paths == ["/openai/v1/images/generations?api-version=preview", "/openai/v1/models?api-version=preview"]


def test_a_server_that_gives_fewer_bytes_of_size_than_asked_is_believed_by_its_picture() -> None:
    stage = only(Family.SD_CPP)
    steps = stage.generate(size="1000x700")
    stage.server.stop()
    assert dimensions(steps[-1].data) == (1024, 704)


def test_a_picture_on_the_servers_own_disk_is_told_as_a_link_that_failed() -> None:
    stage = only(Family.XINFERENCE)
    bare = replace(DIALECTS.of(Family.XINFERENCE), response_format="")
    with pytest.raises(ImagegenError) as caught:
        list(provider(replace(stage.profile, own_dialect=bare)).generate(stage.request(), CancelToken()))
    stage.server.stop()
    assert caught.value.charge is ChargeState.PAID
    assert "/srv/.xinference/image/" in caught.value.link + caught.value.details


def test_a_family_of_ones_own_goes_before_what_is_known() -> None:
    stage = only(Family.SGLANG)
    own = replace(DIALECTS.of(Family.SGLANG), parameters=(Parameter.SEED,), list_path="")
    profile = replace(stage.profile, own_dialect=own)
    list(provider(profile).generate(stage.request(seed=3), CancelToken()))
    with pytest.raises(ImagegenError) as caught:
        provider(profile).list_models(CancelToken())
    stage.server.stop()
    assert set(asked(stage)) == {"model", "prompt", "seed", "response_format"}
    assert "no list of models" in caught.value.title


def test_fields_of_ones_own_come_last_and_as_they_are() -> None:
    stage = only(Family.VLLM_OMNI)
    profile = replace(
        stage.profile, extra_body='{"num_inference_steps": 20, "size": "512x512", "negative_prompt": null}'
    )
    steps = list(provider(profile).generate(stage.request(endpoint=profile.endpoint), CancelToken()))
    stage.server.stop()
    body = asked(stage)
    assert (body["num_inference_steps"], body["size"], body["negative_prompt"]) == (20, "512x512", None)
    assert isinstance(steps[-1], GeneratedImage)


@pytest.mark.parametrize("text", ["{", "[1]", "steps=20", "[" * 100_000])
def test_broken_fields_of_ones_own_are_told_before_anything_is_sent(text: str) -> None:
    stage = only(Family.VLLM_OMNI)
    profile = replace(stage.profile, extra_body=text)
    with pytest.raises(BadRequestError) as caught:
        list(provider(profile).generate(stage.request(endpoint=profile.endpoint), CancelToken()))
    stage.server.stop()
    assert caught.value.charge is ChargeState.FREE
    assert "extra fields" in caught.value.title
    assert not stage.server.requests


# ---- headers of one's own ----


def test_headers_of_ones_own_are_sent_with_every_request() -> None:
    stage = only(Family.OPENAI)
    own = provider(stage.profile, headers={"X-Team": Secret("canary-team"), "Helicone-Auth": Secret("Bearer canary")})
    list(own.generate(stage.request(), CancelToken()))
    own.list_models(CancelToken())
    stage.server.stop()
    for received in stage.server.requests:
        assert received.headers["x-team"] == "canary-team"
        assert received.headers["helicone-auth"] == "Bearer canary"
        assert received.headers["authorization"] == "Bearer sk-test"


def test_a_header_with_the_keys_name_takes_its_place() -> None:
    stage = only(Family.AZURE)
    own = provider(stage.profile, key="sk-other", headers={"api-key": Secret("sk-test")})
    steps = list(own.generate(stage.request(), CancelToken()))
    stage.server.stop()
    assert isinstance(steps[-1], GeneratedImage)


def test_no_error_quotes_a_header_of_ones_own() -> None:
    stage = only(Family.OPENAI)
    own = provider(stage.profile, headers={"X-Team": Secret("gpt-image-9-canary")})
    with pytest.raises(ImagegenError) as caught:
        list(own.generate(stage.request(model="gpt-image-9-canary"), CancelToken()))
    stage.server.stop()
    assert "canary" not in caught.value.details
    assert "***" in caught.value.details
    assert "canary" not in repr(own.__dict__)


@pytest.mark.parametrize(
    ("name", "value"),
    [("Host", "x"), ("bad name", "x"), ("", "x"), ("X-A", "one\ntwo"), ("X-A", "ключ"), ("Content-Length", "0")],
)
def test_a_header_that_no_request_can_carry_is_refused_unsent_and_unquoted(name: str, value: str) -> None:
    stage = only(Family.OPENAI)
    with pytest.raises(BadRequestError) as caught:
        list(provider(stage.profile, headers={name: Secret(value)}).generate(stage.request(), CancelToken()))
    stage.server.stop()
    assert caught.value.charge is ChargeState.FREE
    assert not stage.server.requests
    assert value == "x" or value not in caught.value.details


# ---- all forms in which servers complain ----


def test_an_answer_in_json_to_a_request_for_a_stream_is_a_picture_all_the_same() -> None:
    stage = only(Family.OPENAI, Fault.IGNORES_STREAM)
    steps = stage.generate(partial_images=2)
    stage.server.stop()
    assert asked(stage)["stream"] is True
    assert [type(step) for step in steps] == [Sent, GeneratedImage]


def test_litellm_without_a_key_is_told_in_its_bare_words() -> None:
    stage = only(Family.LITELLM)
    with pytest.raises(ImagegenError) as caught:
        list(provider(stage.profile, key="").generate(stage.request(), CancelToken()))
    stage.server.stop()
    assert "Internal Server Error" in caught.value.details
    assert "No key was sent" in caught.value.advice


def test_a_fault_of_a_server_that_got_its_key_is_not_laid_to_the_key() -> None:
    stage = only(Family.LITELLM, Fault.SERVER_ERROR)
    with pytest.raises(ImagegenError) as caught:
        stage.generate()
    stage.server.stop()
    assert "No key was sent" not in caught.value.advice


def test_the_fields_of_a_body_are_json_that_any_server_reads() -> None:
    stage = only(Family.XINFERENCE)
    stage.generate(seed=11)
    stage.server.stop()
    assert json.loads(asked(stage)["kwargs"]) == {"seed": 11}
