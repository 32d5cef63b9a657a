"""The key is in no error, no traceback, no log and no repr, whatever goes wrong and whatever the service sends back."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import pytest
from openai_client import OpenAIClient
from raw_server import RawServer, answer, answering

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ImagegenError
from imagegen_desktop.core.secret import Secret
from imagegen_desktop.core.steps import Lost
from standin import Fault, StandIn

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "sk-canary-7Hq2mZ9xW4"
PROMPT = "a secret wish about xylophones"


def everything_told(error: BaseException) -> str:
    """All that any handler could print: the error, its fields, and every error before it, suppressed or not."""
    told = ["".join(traceback.format_exception(error)), repr(error), str(vars(error))]
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        told += [repr(one), str(one), str(vars(one)) if hasattr(one, "__dict__") else ""]
        request = getattr(one, "request", None) if not isinstance(one, ImagegenError) else None
        if request is not None:
            told.append(str(request.headers.raw))
        waiting += [one.__cause__, one.__context__]
    return "\n".join(told)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.mark.parametrize("fault", list(Fault))
def test_no_fault_tells_the_key(fault: Fault, log: pytest.LogCaptureFixture) -> None:
    told = ""
    with StandIn(key=CANARY, faults=[fault]) as server:
        client = OpenAIClient(server.base_url, key=Secret(CANARY))
        provider = client.provider()
        request = client.request(prompt=PROMPT, partial_images=1, timeout=0.3 if fault is Fault.STALL else 20.0)
        try:
            steps = list(provider.generate(request, CancelToken()))
            told += "".join(everything_told(step.error) for step in steps if isinstance(step, Lost))
        except ImagegenError as error:
            told += everything_told(error)
        assert server.requests[0].headers["authorization"] == f"Bearer {CANARY}"
        told += repr(provider) + str({**vars(provider)})
    assert CANARY not in told
    assert CANARY not in log.text


def test_a_service_that_sends_the_key_back_is_not_quoted() -> None:
    echo = f'{{"error": {{"message": "you sent Authorization: Bearer {CANARY} and {CANARY}", "param": "x"}}}}'.encode()
    with RawServer(answering(answer(echo, status="400 Bad Request"), answer(echo), answer(CANARY.encode()))) as server:
        client = OpenAIClient(f"{server.origin}/v1", key=Secret(CANARY))
        for _ in range(3):
            with pytest.raises(ImagegenError) as caught:
                client.generate()
            assert caught.value.details
            assert CANARY not in caught.value.details
            assert CANARY not in str(caught.value)


def test_a_key_with_a_line_break_inside_is_in_no_cause() -> None:
    client = OpenAIClient("http://127.0.0.1:9/v1", key=Secret(f"{CANARY}\nsk-two"))
    with pytest.raises(ImagegenError) as caught:
        client.generate()
    assert CANARY not in everything_told(caught.value)


def test_nothing_of_the_prompt_is_logged(log: pytest.LogCaptureFixture) -> None:
    with StandIn() as server:
        OpenAIClient(server.base_url).generate(prompt=PROMPT)
    assert log.records
    assert PROMPT not in log.text
