"""Every parameter of the SDK's `images.generate` is offered, or there is a sentence that says why not."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import get_type_hints

from openai.resources.images import Images
from openai.types import image_generate_params

from imagegen_desktop.core.dialects import NOT_OFFERED, Family, Parameter
from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.storage.model_data import load_dialects

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "endpoints.md"
# Sent with every request, or with a stream.
ALWAYS = frozenset({"prompt", "model"})
WITH_A_STREAM = frozenset({"partial_images"})
# Not of OpenAI's API, but of the servers that are like it.
OF_OTHERS = frozenset({Parameter.SEED})


def of_the_sdk() -> set[str]:
    typed = (
        image_generate_params.ImageGenerateParamsNonStreaming,
        image_generate_params.ImageGenerateParamsStreaming,
    )
    hinted = {name for shape in typed for name in get_type_hints(shape)}
    return hinted | (set(inspect.signature(Images.generate).parameters) - {"self"})


def offered() -> set[str]:
    return {one.value for one in Parameter if one not in OF_OTHERS}


def test_every_parameter_of_the_sdk_is_offered_or_has_its_reason() -> None:
    assert of_the_sdk() == offered() | ALWAYS | WITH_A_STREAM | NOT_OFFERED.keys()


def test_nothing_is_both_offered_and_explained_away() -> None:
    assert not NOT_OFFERED.keys() & (offered() | ALWAYS | WITH_A_STREAM)


def test_openai_gets_every_parameter_that_its_sdk_has() -> None:
    assert set(load_dialects(resources_folder()).of(Family.OPENAI).parameters) == set(Parameter) - OF_OTHERS


def test_every_reason_is_a_sentence_and_stands_in_the_document() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, reason in NOT_OFFERED.items():
        assert reason.endswith(".")
        assert f"| `{name}` | {reason} |" in text


def test_the_document_tells_of_every_family_what_it_is_sent() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for dialect in load_dialects(resources_folder()).dialects:
        row = next(line for line in text.splitlines() if line.startswith(f"| {dialect.label} |"))
        for parameter in Parameter:
            assert (f"`{parameter.value}`" in row.split("|")[2]) is dialect.takes(parameter)
