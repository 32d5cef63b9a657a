"""What every maker of pictures and words keeps to, whoever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import CancelledError, ChargeState
from imagegen_desktop.core.models import Maker
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, Endpoint, EnhanceRequest, GenerationRequest
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.steps import GeneratedImage, Preview, Provider, Sent
from imagegen_desktop.imaging.sniff import dimensions, sniff
from imagegen_desktop.providers.openai_provider import OpenAIProvider
from imagegen_desktop.providers.sample import SampleProvider
from imagegen_desktop.storage.model_data import load_dialects, load_models
from standin import Family, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A provider, and a request that it can fulfil."""

    provider: Provider
    request: GenerationRequest
    text_model: str

    @property
    def enhancement(self) -> EnhanceRequest:
        return EnhanceRequest(
            prompt="a lighthouse", model=self.text_model, instruction="Better.", endpoint=self.request.endpoint
        )


def asking(
    endpoint: Endpoint, model: str, *, quality: str = "", previews: int = 0, count: int = 1
) -> GenerationRequest:
    return GenerationRequest(
        id="0123456789",
        created=datetime.now(UTC),
        prompt="a lighthouse at dusk",
        endpoint=endpoint,
        model=model,
        size="1024x1024",
        quality=quality,
        count=count,
        partial_images=previews,
        timeout=60.0,
    )


def through(server: StandIn, model: str, *, quality: str, previews: int, count: int) -> Made:
    endpoint = Endpoint(maker=Maker.OPENAI, base_url=server.base_url)
    resources = resources_folder()
    provider = OpenAIProvider(
        endpoint,
        Secret("sk-test"),
        catalogue=load_models(resources),
        dialects=load_dialects(resources),
        environ={},
        app_version="0.0",
    )
    asked = asking(endpoint, model, quality=quality, previews=previews, count=count)
    return Made(provider=provider, request=asked, text_model="gpt-6-luna")


@pytest.fixture(params=["sample", "openai", "openai streaming", "classic", "localai", "sdcpp", "vllm-omni"])
def made(request: pytest.FixtureRequest) -> Iterator[Made]:
    match request.param:
        case "sample":
            asked = asking(SAMPLE_ENDPOINT, "sample", previews=2, count=2)
            yield Made(provider=SampleProvider(), request=asked, text_model="sample")
        case "openai":
            with StandIn() as server:
                yield through(server, "gpt-image-2.6-flare", quality="low", previews=0, count=2)
        case "openai streaming":
            with StandIn() as server:
                yield through(server, "gpt-image-2.6-flare", quality="low", previews=2, count=2)
        case "classic":
            with StandIn(family=Family.CLASSIC) as server:
                yield through(server, "dall-e-3", quality="standard", previews=0, count=1)
        case name:
            with StandIn(family=Family[name.upper().replace("-", "_")]) as server:
                yield through(server, "gpt-image-2.6-flare", quality="low", previews=1, count=2)


def test_it_is_a_provider(made: Made) -> None:
    provider: Provider = made.provider
    assert all(callable(getattr(provider, name)) for name in ("generate", "enhance", "list_models"))


def test_sent_comes_once_and_before_everything_else(made: Made) -> None:
    steps = list(made.provider.generate(made.request, CancelToken()))
    assert isinstance(steps[0], Sent)
    assert sum(isinstance(step, Sent) for step in steps) == 1


def test_every_position_gets_one_picture_of_the_size_asked_for(made: Made) -> None:
    steps = list(made.provider.generate(made.request, CancelToken()))
    pictures = [step for step in steps if isinstance(step, GeneratedImage)]
    assert sorted(picture.position for picture in pictures) == list(range(made.request.count))
    for picture in pictures:
        assert sniff(picture.data) is not None
        assert dimensions(picture.data) == (1024, 1024)


def test_previews_come_before_their_picture_and_are_pictures(made: Made) -> None:
    finished: set[int] = set()
    for step in made.provider.generate(made.request, CancelToken()):
        if isinstance(step, Preview):
            assert step.position not in finished
            assert sniff(step.data) is not None
        if isinstance(step, GeneratedImage):
            finished.add(step.position)
    assert finished


def test_nothing_happens_before_the_first_step_is_asked_for(made: Made) -> None:
    cancel = CancelToken()
    steps = made.provider.generate(made.request, cancel)
    cancel.cancel()
    with pytest.raises(CancelledError) as caught:
        list(steps)
    assert caught.value.charge is ChargeState.FREE


def test_a_cancelled_token_stops_words_and_lists_too(made: Made) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        made.provider.enhance(made.enhancement, cancel)
    with pytest.raises(CancelledError):
        made.provider.list_models(cancel)


def test_a_generation_can_be_left_in_the_middle(made: Made) -> None:
    steps = made.provider.generate(made.request, CancelToken())
    assert isinstance(next(iter(steps)), Sent)
    steps.close()
    assert list(steps) == []


def test_models_are_listed_by_name(made: Made) -> None:
    models = made.provider.list_models(CancelToken())
    assert models
    assert all(model.id for model in models)


def test_words_are_bettered_and_keep_what_was_written(made: Made) -> None:
    if made.provider.list_models(CancelToken())[0].id == "sd-cpp-local":
        pytest.skip("sd-server has no text model")
    words = made.provider.enhance(made.enhancement, CancelToken()).words
    assert "lighthouse" in words
    assert words != "a lighthouse"
    assert words == words.strip()
