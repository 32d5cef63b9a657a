"""The sample engine behind the Provider protocol: previews, seeds, sizes, cancel, all of it free."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PIL import Image

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import BadRequestError, CancelledError, ChargeState
from imagegen_desktop.core.requests import SAMPLE_ENDPOINT, EnhanceRequest, GenerationRequest
from imagegen_desktop.core.steps import GeneratedImage, Preview, ProviderStep, Sent
from imagegen_desktop.providers.sample import SampleProvider

REQUEST = GenerationRequest(
    id="job1",
    created=datetime(2026, 11, 22, tzinfo=UTC),
    prompt="a lighthouse at dusk",
    endpoint=SAMPLE_ENDPOINT,
    model="sample",
    size="128x96",
)


def steps_of(request: GenerationRequest) -> list[ProviderStep]:
    return list(SampleProvider().generate(request, CancelToken()))


def pictures(request: GenerationRequest) -> list[GeneratedImage]:
    return [step for step in steps_of(request) if isinstance(step, GeneratedImage)]


def test_sent_comes_first_then_two_previews_and_the_picture_of_each_position() -> None:
    steps = steps_of(replace(REQUEST, count=2))
    assert isinstance(steps[0], Sent)
    told = [(type(step).__name__, getattr(step, "position", None), getattr(step, "number", None)) for step in steps[1:]]
    assert told == [
        (kind, position, number)
        for position in (0, 1)
        for kind, number in (("Preview", 0), ("Preview", 1), ("GeneratedImage", None))
    ]


def test_previews_and_pictures_decode() -> None:
    for step in steps_of(REQUEST):
        if isinstance(step, Preview | GeneratedImage):
            with Image.open(io.BytesIO(step.data)) as picture:
                picture.load()
                assert picture.format == "PNG"


def test_the_picture_tells_its_size_and_the_seed_that_makes_it_again() -> None:
    images = pictures(replace(REQUEST, count=3))
    assert len({image.data for image in images}) == 3
    assert {image.size for image in images} == {"128x96"}
    for image in images:
        again = pictures(replace(REQUEST, seed=image.seed))
        assert [(one.data, one.seed) for one in again] == [(image.data, image.seed)]


def test_without_a_seed_generating_again_gives_a_new_picture() -> None:
    assert pictures(REQUEST)[0].data != pictures(REQUEST)[0].data


def test_a_given_seed_is_kept_for_the_first_picture() -> None:
    assert pictures(replace(REQUEST, seed=42, count=2))[0].seed == 42


def test_the_enhanced_words_are_what_is_painted() -> None:
    plain = pictures(replace(REQUEST, seed=1))[0]
    enhanced = pictures(replace(REQUEST, seed=1, prompt="x", enhanced_prompt=REQUEST.prompt))[0]
    assert plain.data == enhanced.data


def test_auto_is_a_square_of_1024() -> None:
    image = pictures(replace(REQUEST, size="auto", prompt="bauhaus"))[0]
    assert image.size == "1024x1024"
    with Image.open(io.BytesIO(image.data)) as picture:
        assert picture.size == (1024, 1024)


@pytest.mark.parametrize("size", ["wide", "4000x100", "3840x3840", "0x5"])
def test_a_size_that_cannot_be_painted_is_refused_before_anything_is_sent(size: str) -> None:
    steps = SampleProvider().generate(replace(REQUEST, size=size), CancelToken())
    with pytest.raises(BadRequestError) as caught:
        next(steps)
    assert caught.value.parameter == "size"
    assert caught.value.charge is ChargeState.FREE


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_a_cancel_between_any_two_steps_ends_it_free(after: int) -> None:
    cancel = CancelToken()
    steps = SampleProvider().generate(replace(REQUEST, count=2), cancel)
    for _ in range(after):
        next(steps)
    cancel.cancel()
    with pytest.raises(CancelledError) as caught:
        next(steps)
    assert caught.value.charge is ChargeState.FREE


def test_it_lists_one_model() -> None:
    assert [model.id for model in SampleProvider().list_models(CancelToken())] == ["sample"]


def test_enhancing_keeps_the_words_and_adds_to_them() -> None:
    request = EnhanceRequest(prompt="A cat", model="", instruction="", endpoint=SAMPLE_ENDPOINT)
    assert SampleProvider().enhance(request, CancelToken()).words.startswith("A cat, ")


def test_importing_the_provider_brings_in_neither_numpy_nor_pillow() -> None:
    code = "import sys; import imagegen_desktop.providers.sample; print({'numpy', 'PIL'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"
