"""The text model's words, and the list of models that tests an address and its key."""

from __future__ import annotations

import json
import socket

import pytest
from openai_client import OpenAIClient
from raw_server import RawServer, answer, answering

from imagegen_desktop.core import errors
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import ChargeState, ImagegenError
from imagegen_desktop.core.secret import Secret
from standin import Family, Fault, StandIn
from standin.faults import Door


def chat(content: object, **message: object) -> bytes:
    choice = {"message": {"content": content, **message}, "finish_reason": message.pop("finish_reason", "stop")}
    return answer(json.dumps({"choices": [choice]}).encode())


def models(client: OpenAIClient, **settings: object) -> tuple[str, ...]:
    return tuple(model.id for model in client.provider(**settings).list_models(CancelToken()))


# ---- enhancement ----


def test_a_prompt_comes_back_bettered() -> None:
    with StandIn() as server:
        words = OpenAIClient(server.base_url).enhance()
    assert words == "A fluffy siamese cat sitting on a velvet sofa, cinematic lighting, 8k"


def test_only_what_is_needed_is_asked() -> None:
    with StandIn() as server:
        OpenAIClient(server.base_url).enhance()
        OpenAIClient(server.base_url).enhance(effort="none")
        plain, with_effort = (received.json for received in server.requests)
    assert plain == {
        "model": "gpt-6-luna",
        "messages": [{"role": "system", "content": "Make it better."}, {"role": "user", "content": "A cat"}],
        "max_completion_tokens": 2000,
    }
    assert with_effort == {**plain, "reasoning_effort": "none"}


def test_an_effort_that_the_service_does_not_know_is_left_out() -> None:
    with StandIn(faults=[Fault.UNKNOWN_PARAMETER_EFFORT]) as server:
        assert OpenAIClient(server.base_url).enhance(effort="none").startswith("A fluffy")
        first, second = (received.json for received in server.requests)
    assert first is not None
    assert second is not None
    assert set(first) - set(second) == {"reasoning_effort"}


@pytest.mark.parametrize(
    "refusal",
    [
        b'{"error": {"message": "no", "code": "unsupported_parameter", "param": "max_completion_tokens"}}',
        b'{"error": {"message": "litellm: Unknown parameter max_completion_tokens", "code": "400"}}',
        b'{"detail": [{"loc": ["body", "max_completion_tokens"], "msg": "extra fields not permitted"}]}',
        b'{"error": "max_completion_tokens?"}',
    ],
)
def test_an_older_server_is_asked_with_the_older_word(refusal: bytes) -> None:
    heard: list[bytes] = []
    turned_down = answer(refusal, status="400 Bad Request")
    with RawServer(answering(turned_down, chat("a better cat"), heard=heard)) as server:
        assert OpenAIClient(f"{server.origin}/v1").enhance() == "a better cat"
    sent = json.loads(heard[1].partition(b"\r\n\r\n")[2])
    assert sent["max_tokens"] == 2000
    assert "max_completion_tokens" not in sent


def test_a_server_that_refuses_everything_is_asked_four_times_at_most() -> None:
    heard: list[bytes] = []
    everything = b'{"error": "reasoning_effort, max_completion_tokens and max_tokens are unknown"}'
    handler = answering(answer(everything, status="400 Bad Request"), heard=heard)
    with RawServer(handler) as server, pytest.raises(errors.BadRequestError) as caught:
        OpenAIClient(f"{server.origin}/v1").enhance(effort="low")
    assert len(heard) == 4
    assert caught.value.charge is ChargeState.FREE


def test_another_refusal_is_not_asked_again() -> None:
    heard: list[bytes] = []
    refusal = answer(b'{"error": {"message": "no", "param": "messages"}}', status="400 Bad Request")
    with RawServer(answering(refusal, heard=heard)) as server, pytest.raises(errors.BadRequestError) as caught:
        OpenAIClient(f"{server.origin}/v1").enhance()
    assert len(heard) == 1
    assert caught.value.parameter == "messages"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("  a cat \n", "a cat"),
        ('"a cat"', "a cat"),
        ("\u201ca cat\u201d", "a cat"),
        ('"a" and "b"', '"a" and "b"'),
        ('a "cat"', 'a "cat"'),
        ("a\x00 c\x1bat", "a cat"),
        ("<b>cat</b>", "<b>cat</b>"),
        ([{"type": "text", "text": "a "}, {"type": "text", "text": "cat"}], "a cat"),
    ],
)
def test_the_words_are_plain_and_bare(said: object, kept: str) -> None:
    with RawServer(answering(chat(said))) as server:
        assert OpenAIClient(f"{server.origin}/v1").enhance() == kept


def test_a_flood_of_words_is_cut_at_a_word() -> None:
    with RawServer(answering(chat("many " * 10_000))) as server:
        words = OpenAIClient(f"{server.origin}/v1").enhance()
    assert len(words) <= 4000
    assert words.endswith("many")


@pytest.mark.parametrize("body", [chat(""), chat(None), chat('""'), answer(b'{"choices": []}'), answer(b"[]")])
def test_an_answer_without_words_is_an_error_that_was_paid(body: bytes) -> None:
    with RawServer(answering(body)) as server, pytest.raises(errors.BadAnswerError) as caught:
        OpenAIClient(f"{server.origin}/v1").enhance()
    assert caught.value.charge is ChargeState.PAID


def test_a_model_that_thought_away_its_answer_is_told_as_such() -> None:
    with (
        RawServer(answering(chat("", finish_reason="length"))) as server,
        pytest.raises(errors.BadAnswerError) as caught,
    ):
        OpenAIClient(f"{server.origin}/v1").enhance()
    assert "used up" in caught.value.title


def test_a_refusal_in_the_answer_is_the_text_models_own_words() -> None:
    handler = answering(chat(None, refusal="I can't help with that."))
    with RawServer(handler) as server, pytest.raises(errors.PromptRefusedError) as caught:
        OpenAIClient(f"{server.origin}/v1").enhance()
    assert caught.value.details == "I can't help with that."
    assert caught.value.charge is ChargeState.PAID


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.CHAT_EMPTY, errors.BadAnswerError),
        (Fault.CHAT_FAILS, errors.ServerBrokeError),
        (Fault.CUT_BODY, errors.OutcomeUnknownError),
        (Fault.BAD_JSON, errors.BadAnswerError),
        (Fault.HTML_200, errors.NotCompatibleError),
        (Fault.NO_CREDIT, errors.NoCreditError),
    ],
)
def test_a_failed_enhancement_asks_once(fault: Fault, kind: type[ImagegenError]) -> None:
    with StandIn() as server:
        server.add_fault(fault, on=Door.CHAT)
        with pytest.raises(kind):
            OpenAIClient(server.base_url).enhance()
        assert len(server.requests) == 1


# ---- the list of models ----


def test_the_models_are_listed_with_the_key() -> None:
    with StandIn() as server:
        names = models(OpenAIClient(server.base_url))
        assert "gpt-image-2.6-flare" in names
        assert server.requests[0].path == "/v1/models"
        assert server.requests[0].headers["authorization"] == "Bearer sk-test"
        assert not server.bill


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b'{"data": [{"id": "a"}, {"id": "b"}, {"id": "a"}]}', ("a", "b")),
        (b'[{"id": "a"}]', ("a",)),
        (b'["a"]', ("a",)),
        (b'{"models": [{"name": "a"}, {}, 7]}', ("a",)),
        (b'{"data": []}', ()),
    ],
)
def test_lists_of_all_shapes_are_read(body: bytes, names: tuple[str, ...]) -> None:
    with RawServer(answering(answer(body))) as server:
        assert models(OpenAIClient(f"{server.origin}/v1")) == names


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.BAD_KEY, errors.KeyRefusedError),
        (Fault.IP_NOT_ALLOWED, errors.AddressNotAllowedError),
        (Fault.HTML_200, errors.NotCompatibleError),
        (Fault.HTML_FROM_PROXY, errors.ServerBrokeError),
        (Fault.BAD_JSON, errors.NotCompatibleError),
        (Fault.DROP_BEFORE_WORK, errors.NotReachedError),
        (Fault.CUT_BODY, errors.NotReachedError),
        (Fault.REDIRECT, errors.NotCompatibleError),
    ],
)
def test_what_stands_in_the_way_of_the_list_is_told_apart(fault: Fault, kind: type[ImagegenError]) -> None:
    with StandIn() as server:
        server.add_fault(fault, on=Door.MODELS)
        with pytest.raises(kind) as caught:
            models(OpenAIClient(server.base_url))
    assert caught.value.charge is None
    assert "charged" not in caught.value.advice


@pytest.mark.parametrize(
    "body",
    [
        answer(b"<html><title>Welcome</title></html>", kind="text/html"),
        answer(b'{"hello": "world"}'),
        answer(b"nothing here", status="404 Not Found", kind="text/plain"),
        answer(b"<html>not here</html>", status="404 Not Found", kind="text/html"),
        answer(b'{"detail": "Not Found"}', status="404 Not Found"),
    ],
)
def test_an_address_that_is_no_such_api_is_told_as_such(body: bytes) -> None:
    with RawServer(answering(body)) as server, pytest.raises(errors.NotCompatibleError):
        models(OpenAIClient(f"{server.origin}/v1"))


def test_a_wrong_key_and_a_missing_one_are_told_apart() -> None:
    with StandIn() as server:
        client = OpenAIClient(server.base_url)
        with pytest.raises(errors.KeyRefusedError):
            models(client, key=Secret("sk-wrong"))
        with pytest.raises(errors.NoKeyError):
            models(client, key=None)


def test_a_server_on_this_computer_lists_without_a_key() -> None:
    with StandIn(family=Family.SDCPP) as server:
        assert models(OpenAIClient(server.base_url), key=None) == ("sd-cpp-local",)


def test_nobody_there_is_told_as_such() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(errors.NotReachedError) as caught:
        models(OpenAIClient(f"http://127.0.0.1:{port}/v1"))
    assert "127.0.0.1" in caught.value.title
    assert caught.value.charge is None
