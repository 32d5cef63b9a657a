"""The stand-in API server answers as its makers say: seen through the real SDK and through bare HTTP."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import threading
from collections.abc import Iterable  # noqa: TC003 (the contract reads it at run time)
from typing import TYPE_CHECKING, Any, Literal, Required, TypedDict

import httpx2
import openai
import pytest
from openai.types import ImagesResponse, Model
from openai.types.chat import ChatCompletion
from PIL import Image, ImageSequence

from standin import Door, Family, Fault, StandIn
from standin.contract import Contract
from standin.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

FLARE = "gpt-image-2.6-flare"
ASK: dict[str, Any] = {"model": FLARE, "prompt": "A cat", "size": "1024x1024", "quality": "low"}
STREAM: dict[str, Any] = {**ASK, "stream": True, "partial_images": 2}
CHAT: dict[str, Any] = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "A cat"}]}
IMAGES_PATH = "/images/generations"


def http(server: StandIn, *, key: str = "sk-test") -> httpx2.Client:
    return httpx2.Client(
        base_url=server.base_url, headers={"Authorization": f"Bearer {key}"}, timeout=20, trust_env=False
    )


def sdk(server: StandIn, *, key: str = "sk-test") -> openai.OpenAI:
    return openai.OpenAI(base_url=server.base_url, api_key=key, max_retries=0, timeout=20)


def post(server: StandIn, path: str, body: dict[str, Any]) -> httpx2.Response:
    with http(server) as client:
        return client.post(path, json=body)


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def events(text: str) -> list[dict[str, Any]]:
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn() as started:
        yield started


# ---- what it answers ----


def test_the_sdk_gets_the_pictures_that_were_made_and_billed(server: StandIn) -> None:
    with sdk(server) as client:
        answer = client.images.generate(**ASK, n=2)
    ImagesResponse.model_validate(answer.model_dump())
    decoded = [base64.b64decode(image.b64_json or "") for image in answer.data or []]
    assert [sha(data) for data in decoded] == [sha(data) for data in server.images]
    assert len(set(decoded)) == 2
    assert Image.open(io.BytesIO(decoded[0])).size == (1024, 1024)
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens > 0
    [billed] = server.bill
    assert (billed.request_number, billed.model, billed.images) == (0, FLARE, 2)
    assert billed.request_id == answer._request_id


def test_a_stream_brings_each_pictures_previews_and_then_the_picture(server: StandIn) -> None:
    with sdk(server) as client:
        came = [event.model_dump() for event in client.images.generate(**STREAM, n=2)]
    kinds = [(event["type"].rpartition(".")[2], event.get("partial_image_index")) for event in came]
    one = [("partial_image", 0), ("partial_image", 1), ("completed", None)]
    assert kinds == one + one
    finished = [base64.b64decode(event["b64_json"]) for event in came if event["type"].endswith("completed")]
    assert finished == server.images
    assert "output_tokens_details" not in came[2]["usage"]


@pytest.mark.parametrize(("name", "pillow"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("gif", "GIF")])
@pytest.mark.parametrize("at_least", [0, 300_001])
def test_each_format_is_a_picture_of_the_asked_size_and_length(name: str, pillow: str, at_least: int) -> None:
    with StandIn(image_bytes=at_least) as server:
        body = post(server, IMAGES_PATH, {**ASK, "size": "1536x864", "output_format": name}).json()
    data = base64.b64decode(body["data"][0]["b64_json"])
    assert len(data) >= at_least
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert (picture.format, picture.size) == (pillow, (1536, 864))


def test_a_gif_has_the_frames_that_were_asked_for(server: StandIn) -> None:
    order = {**ASK, "output_format": "gif", "frame_count": 5, "frame_duration_ms": 120}
    data = base64.b64decode(post(server, IMAGES_PATH, order).json()["data"][0]["b64_json"])
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.info["duration"] == 120
        assert len(list(ImageSequence.Iterator(picture))) == 5


def test_an_svg_is_a_drawing_whose_author_is_counted_apart(server: StandIn) -> None:
    order = {**ASK, "output_format": "svg", "svg": {"model": "gpt-6-luna", "reasoning": {"effort": "low"}}}
    body = post(server, IMAGES_PATH, order).json()
    assert base64.b64decode(body["data"][0]["b64_json"]).startswith(b"<svg ")
    assert body["svg_usage"]["model"] == "gpt-6-luna"
    assert body["output_format"] == "svg"


def test_the_classic_contract_answers_with_a_url_that_expires() -> None:
    with StandIn(family=Family.CLASSIC) as server, sdk(server) as client:
        answer = client.images.generate(model="dall-e-3", prompt="A cat", n=1, size="1024x1024", quality="hd")
        [image] = answer.data or []
        assert image.revised_prompt
        assert image.b64_json is None
        with httpx2.Client(trust_env=False) as bare:
            fetched = bare.get(image.url or "")
            assert fetched.content == server.images[0]
            assert fetched.headers["content-type"] == "image/png"
            server.expire_urls()
            assert bare.get(image.url or "").status_code == 403
        asked_plain = client.images.generate(model="dall-e-3", prompt="A cat", response_format="b64_json")
        assert base64.b64decode((asked_plain.data or [])[0].b64_json or "") == server.images[1]


def test_the_text_model_answers_better_words_that_contain_the_old(server: StandIn) -> None:
    with sdk(server) as client:
        known = client.chat.completions.create(**CHAT, reasoning_effort="none", max_completion_tokens=400)
        ChatCompletion.model_validate(known.model_dump())
        other = client.chat.completions.create(
            model="gpt-4o",
            messages=[{"role": "system", "content": "Rewrite"}, {"role": "user", "content": "Two red boats"}],
        )
    assert known.choices[0].message.content == "A fluffy siamese cat sitting on a velvet sofa, cinematic lighting, 8k"
    assert "Two red boats" in (other.choices[0].message.content or "")
    assert server.bill == []


def test_the_models_are_listed_as_the_sdk_reads_them(server: StandIn) -> None:
    with sdk(server) as client:
        models = list(client.models.list())
    assert FLARE in {Model.model_validate(model.model_dump()).id for model in models}
    assert "dall-e-3" not in {model.id for model in models}


def test_requests_are_remembered_as_they_arrived(server: StandIn) -> None:
    post(server, IMAGES_PATH, ASK)
    [received] = server.requests
    assert (received.method, received.path, received.json) == ("POST", "/v1/images/generations", ASK)
    assert received.headers["authorization"] == "Bearer sk-test"


# ---- what it refuses ----


@pytest.mark.parametrize(
    ("change", "status", "code", "param"),
    [
        ({"response_format": "b64_json"}, 400, "unknown_parameter", "response_format"),
        ({"style": "vivid"}, 400, "unknown_parameter", "style"),
        ({"seed": 4}, 400, "unknown_parameter", "seed"),
        ({"n": None}, 400, "invalid_type", "n"),
        ({"n": "2"}, 400, "invalid_type", "n"),
        ({"n": 11}, 400, "integer_above_max_value", "n"),
        ({"quality": "ultra"}, 400, "invalid_value", "quality"),
        ({"quality": "hd"}, 400, "invalid_value", "quality"),
        ({"quality": "max", "model": "gpt-image-2"}, 400, "invalid_value", "quality"),
        ({"size": "1792x936"}, 400, "invalid_value", "size"),
        ({"size": "3840x1024"}, 400, "invalid_value", "size"),
        ({"size": "4096x2048"}, 400, "invalid_value", "size"),
        ({"size": "512x512"}, 400, "invalid_value", "size"),
        ({"size": "2048x1152", "model": "gpt-image-1.5"}, 400, "invalid_value", "size"),
        ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_value", "background"),
        ({"output_compression": 50}, 400, "invalid_value", "output_compression"),
        ({"partial_images": 2}, 400, "invalid_value", "partial_images"),
        ({"complexity": "low", "model": "gpt-image-2.5-flare"}, 400, "unknown_parameter", "complexity"),
        ({"stream": True, "output_format": "gif"}, 400, "invalid_value", "stream"),
        ({"n": 2, "output_format": "svg"}, 400, "invalid_value", "n"),
        ({"stream": True, "output_format": "svg"}, 400, "invalid_value", "stream"),
        ({"output_compression": 50, "output_format": "svg"}, 400, "invalid_value", "output_compression"),
        ({"svg": {"model": "gpt-6-sol"}}, 400, "invalid_value", "svg"),
        ({"output_format": "svg", "model": "gpt-image-2"}, 400, "invalid_value", "output_format"),
        ({"model": "dall-e-3"}, 404, "model_not_found", None),
        ({"model": "gpt-image-1"}, 404, "model_not_found", None),
        ({"prompt": ""}, 400, "invalid_value", "prompt"),
        ({"prompt": "a" * 32_001}, 400, "string_above_max_length", "prompt"),
    ],
)
def test_a_wrong_parameter_is_named_and_nothing_is_billed(
    server: StandIn, change: dict[str, Any], status: int, code: str, param: str | None
) -> None:
    answer = post(server, IMAGES_PATH, {**ASK, **change})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (status, code, param)
    assert set(error) == {"message", "type", "param", "code"}
    assert answer.headers["x-request-id"].startswith("req_")
    assert server.bill == []


def test_the_size_rule_is_told_in_the_services_words(server: StandIn) -> None:
    answer = post(server, IMAGES_PATH, {**ASK, "size": "1792x936"})
    told = "Invalid size '1792x936'. Width and height must both be divisible by 16."
    assert answer.json()["error"]["message"] == told


@pytest.mark.parametrize("key", ["prompt", "model"])
def test_a_missing_parameter_is_refused(server: StandIn, key: str) -> None:
    answer = post(server, IMAGES_PATH, {name: value for name, value in ASK.items() if name != key})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, key)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"max_tokens": 100}, "max_tokens"),
        ({"temperature": 0.7}, "temperature"),
        ({"prompt": "A cat"}, "prompt"),
        ({"reasoning_effort": "hardly"}, "reasoning_effort"),
        ({"model": "gpt-4o", "reasoning_effort": "none"}, "reasoning_effort"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": "A cat", "mood": "good"}]}, "messages[0].mood"),
    ],
)
def test_a_wrong_chat_parameter_is_named(server: StandIn, change: dict[str, Any], param: str) -> None:
    answer = post(server, "/chat/completions", {**CHAT, **change})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize(("method", "path"), [("POST", IMAGES_PATH), ("POST", "/chat/completions"), ("GET", "/models")])
def test_a_wrong_key_opens_no_door(server: StandIn, method: str, path: str) -> None:
    with http(server, key="sk-other") as client:
        answer = client.request(method, path, json=ASK if path == IMAGES_PATH else CHAT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")
    assert "sk-other" not in answer.text


def test_an_unknown_address_is_told_in_json(server: StandIn) -> None:
    answer = post(server, "/pictures", {})
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")


class Tomorrow(TypedDict, total=False):
    prompt: Required[str]
    mood: Literal["calm", "wild"] | None
    moods: Iterable[str]


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({"prompt": "A", "mood": "calm", "moods": ["x"]}, "", None),
        ({"prompt": "A", "mood": "sad"}, "invalid_value", "mood"),
        ({"prompt": "A", "mood": None}, "invalid_type", "mood"),
        ({"prompt": "A", "moods": [1]}, "invalid_type", "moods"),
        ({"prompt": "A", "size": "auto"}, "unknown_parameter", "size"),
        ({"mood": "calm"}, "missing_required_parameter", "prompt"),
    ],
)
def test_the_rules_follow_the_types_of_whatever_sdk_is_installed(
    body: dict[str, Any], code: str, param: str | None
) -> None:
    contract = Contract(Tomorrow)
    if not code:
        contract.check(body)
        assert contract.keys == set(body)
        return
    with pytest.raises(Refusal) as raised:
        contract.check(body)
    assert (raised.value.status, raised.value.code, raised.value.param) == (400, code, param)


# ---- the families ----


def test_localai_gives_relative_urls_and_counts_nothing() -> None:
    with StandIn(family=Family.LOCALAI, relative_urls=True) as server:
        body = post(server, IMAGES_PATH, {**ASK, "n": None, "mode": 1}).json()
        assert body["data"][0]["url"].startswith("/generated-images/")
        assert body["usage"]["total_tokens"] == 0
        assert httpx2.get(server.origin + body["data"][0]["url"], trust_env=False).content == server.images[0]


def test_sd_server_needs_no_key_ignores_what_it_does_not_know_and_breaks_at_null() -> None:
    with StandIn(family=Family.SDCPP) as server, httpx2.Client(base_url=server.base_url, trust_env=False) as client:
        body = client.post(IMAGES_PATH, json={**STREAM, "size": "100x70", "response_format": "url"}).json()
        assert set(body) == {"created", "data"}
        with Image.open(io.BytesIO(base64.b64decode(body["data"][0]["b64_json"]))) as picture:
            assert picture.size == (128, 128)
        assert client.post(IMAGES_PATH, json={}).json() == {"error": "prompt required"}
        assert client.post(IMAGES_PATH, json={**ASK, "n": None}).status_code == 500
        assert set(client.get("/models").json()) == {"data"}
        assert client.post("/chat/completions", json=CHAT).status_code == 404


def test_vllm_omni_tells_errors_in_detail() -> None:
    with StandIn(family=Family.VLLM_OMNI) as server:
        answer = post(server, IMAGES_PATH, {**ASK, "response_format": "url"})
        assert (answer.status_code, set(answer.json())) == (400, {"detail"})
        assert "b64_json" in post(server, IMAGES_PATH, {**ASK, "seed": 4}).json()["data"][0]


def test_litellm_bills_a_stream_and_then_fails() -> None:
    with StandIn(family=Family.LITELLM) as server:
        answer = post(server, IMAGES_PATH, STREAM)
        assert (answer.status_code, answer.json()["error"]["code"]) == (500, "500")
        assert len(server.bill) == 1
        assert post(server, IMAGES_PATH, ASK).json()["usage"]["total_tokens"] == 0


# ---- holding, stopping ----


def test_a_held_request_is_billed_only_when_it_goes_on(server: StandIn) -> None:
    server.hold()
    answers: list[httpx2.Response] = []
    asking = threading.Thread(target=lambda: answers.append(post(server, IMAGES_PATH, ASK)))
    asking.start()
    server.wait_received(1)
    assert server.bill == []
    server.release()
    asking.join()
    assert (answers[0].status_code, len(server.bill)) == (200, 1)


def test_a_stream_can_be_held_after_its_first_preview(server: StandIn) -> None:
    server.hold(after_previews=1)
    with http(server) as client, client.stream("POST", IMAGES_PATH, json=STREAM) as answer:
        lines = answer.iter_lines()
        assert next(lines) == "event: image_generation.partial_image"
        assert len(server.bill) == 1
        server.release()
        assert "event: image_generation.completed" in list(lines)


@pytest.mark.parametrize("fault", [None, Fault.STALL, Fault.HUGE_BODY, Fault.SLOW_DRIP])
def test_no_thread_is_left_though_clients_hang(fault: Fault | None) -> None:
    before = set(threading.enumerate())
    with StandIn(faults=[fault] if fault else [], image_bytes=2_000_000) as server:
        if fault is None:
            server.hold()
        silent = socket.create_connection(("127.0.0.1", int(server.origin.rpartition(":")[2])))
        asking = socket.create_connection(("127.0.0.1", int(server.origin.rpartition(":")[2])))
        body = json.dumps(ASK).encode()
        head = f"POST /v1{IMAGES_PATH} HTTP/1.1\r\nAuthorization: Bearer sk-test\r\nContent-Length: {len(body)}\r\n\r\n"
        asking.sendall(head.encode() + body)
        server.wait_received(1)
    silent.close()
    asking.close()
    assert set(threading.enumerate()) == before


def test_a_stalled_text_model_goes_on_at_the_release(server: StandIn) -> None:
    server.add_fault(Fault.STALL, on=Door.CHAT)
    answers: list[httpx2.Response] = []
    asking = threading.Thread(target=lambda: answers.append(post(server, "/chat/completions", CHAT)))
    asking.start()
    server.wait_received(1, on=Door.CHAT)
    server.release()
    asking.join()
    assert answers[0].status_code == 200


def test_waiting_for_a_request_that_never_comes_fails(server: StandIn) -> None:
    with pytest.raises(TimeoutError):
        server.wait_received(1, timeout=0.01)
