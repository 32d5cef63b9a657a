"""Each fault of the stand-in does what its meaning says, and the command line shows them."""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx2
import openai
import pytest
from PIL import Image, UnidentifiedImageError

from standin import Door, Fault, StandIn
from standin.wire import BOMB_BLOCK, BOMB_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Callable

    Check = Callable[[StandIn], None]

ASK: Final[dict[str, Any]] = {"model": "gpt-image-2.6-flare", "prompt": "A cat", "size": "1024x1024", "quality": "low"}
STREAM: Final[dict[str, Any]] = {**ASK, "stream": True, "partial_images": 2}
CHAT: Final[dict[str, Any]] = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "A cat"}]}
IMAGES: Final = "/images/generations"


def http(server: StandIn) -> httpx2.Client:
    headers = {"Authorization": "Bearer sk-test", "Accept-Encoding": "identity"}
    return httpx2.Client(base_url=server.base_url, headers=headers, timeout=20, trust_env=False)


def post(server: StandIn, body: dict[str, Any], path: str = IMAGES) -> httpx2.Response:
    with http(server) as client:
        return client.post(path, json=body)


def fetch(url: str) -> httpx2.Response:
    with httpx2.Client(trust_env=False) as client:
        return client.get(url)


def sdk_events(server: StandIn, **more: Any) -> list[str]:
    with openai.OpenAI(base_url=server.base_url, api_key="sk-test", max_retries=0, timeout=20) as client:
        return [event.type.rpartition(".")[2] for event in client.images.generate(**{**STREAM, **more})]


def first_picture(answer: httpx2.Response) -> bytes:
    return base64.b64decode(answer.json()["data"][0]["b64_json"], validate=True)


# ---- one check for each fault ----


def refused(status: int, code: str | None, body: dict[str, Any] = ASK, path: str = IMAGES) -> Check:
    def check(server: StandIn) -> None:
        answer = post(server, body, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
        assert server.bill == []

    return check


def rate_limited(server: StandIn) -> None:
    answer = post(server, ASK)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert answer.json()["error"]["code"] == "rate_limit_exceeded"
    assert server.bill == []


def moderated(stage: str) -> Check:
    def check(server: StandIn) -> None:
        error = post(server, ASK).json()["error"]
        assert (error["code"], error["type"]) == ("moderation_blocked", "image_generation_user_error")
        assert error["moderation_details"]["moderation_stage"] == stage
        assert error["moderation_details"]["categories"]
        assert server.bill == []

    return check


def unverified(server: StandIn) -> None:
    answer = post(server, ASK)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, None)
    assert "Your organization must be verified" in answer.text


def broken_off(body: dict[str, Any], billed: int) -> Check:
    def check(server: StandIn) -> None:
        with pytest.raises(httpx2.RemoteProtocolError):
            post(server, body)
        assert len(server.bill) == billed

    return check


def stream_ends_early(server: StandIn) -> None:
    assert sdk_events(server) == ["partial_image", "partial_image"]
    assert len(server.bill) == 1


def stream_cut_in_the_middle(server: StandIn) -> None:
    seen: list[bytes] = []
    # The first bytes of the last event come, its end does not.
    with http(server) as client, client.stream("POST", IMAGES, json=STREAM) as answer:
        pieces = answer.iter_raw()
        with pytest.raises(httpx2.RemoteProtocolError):
            seen.extend(pieces)
    last = b"".join(seen).rpartition(b"\n\n")[2]
    assert last.startswith(b"event: image_generation.completed")
    assert b'"b64_json": "iVBOR' in last
    assert len(server.bill) == 1


def error_event(server: StandIn) -> None:
    with pytest.raises(openai.APIError, match="had an error") as raised:
        sdk_events(server)
    assert not isinstance(raised.value, openai.APIStatusError)
    assert len(server.bill) == 1


def json_broken(server: StandIn) -> None:
    answer = post(server, ASK)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert len(server.bill) == 1


def data_empty(server: StandIn) -> None:
    assert post(server, ASK).json()["data"] == []
    assert len(server.bill) == 1


def page(status: int, words: str, billed: int) -> Check:
    def check(server: StandIn) -> None:
        answer = post(server, ASK)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, "text/html")
        assert words in answer.text
        assert len(server.bill) == billed

    return check


def drips(server: StandIn) -> None:
    with http(server) as client, client.stream("POST", IMAGES, json=ASK) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 5
    assert base64.b64decode(json.loads(b"".join(pieces))["data"][0]["b64_json"]) == server.images[0]


def stalls(server: StandIn) -> None:
    with http(server) as client, pytest.raises(httpx2.ReadTimeout):
        client.post(IMAGES, json=ASK, timeout=httpx2.Timeout(20, read=0.05))
    server.wait_received(1)


def redirects(server: StandIn) -> None:
    answer = post(server, ASK)
    assert (answer.status_code, answer.next_request is not None) == (307, True)
    assert server.strayed == []
    with http(server) as client:
        server.add_fault(Fault.REDIRECT)
        client.post(IMAGES, json=ASK, follow_redirects=True)
    assert [stray.json for stray in server.strayed] == [ASK]
    assert server.bill == []


def bombs(server: StandIn) -> None:
    unpacker = zlib.decompressobj(31)
    wire = plain = 0
    with http(server) as client, client.stream("POST", IMAGES, json=ASK) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        for piece in answer.iter_raw():
            wire += len(piece)
            plain += len(unpacker.decompress(piece))
    assert unpacker.eof
    assert plain > BOMB_BLOCK * BOMB_BLOCKS > wire * 100


def never_ends(server: StandIn) -> None:
    came = 0
    with http(server) as client, client.stream("POST", IMAGES, json=ASK) as answer:
        for piece in answer.iter_raw():
            came += len(piece)
            if came > 5_000_000:
                break
    assert came > 5_000_000


def no_image(server: StandIn) -> None:
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(first_picture(post(server, ASK))))


def other_format(server: StandIn) -> None:
    answer = post(server, ASK)
    assert answer.json()["output_format"] == "png"
    with Image.open(io.BytesIO(first_picture(answer))) as picture:
        assert picture.format == "WEBP"


def half_a_picture(server: StandIn) -> None:
    data = first_picture(post(server, ASK))
    assert data == server.images[0]
    with Image.open(io.BytesIO(data)) as picture, pytest.raises(OSError, match="truncated"):
        picture.load()


def base64_broken(server: StandIn) -> None:
    text = post(server, ASK).json()["data"][0]["b64_json"]
    for strict in (True, False):
        with pytest.raises(binascii.Error):
            base64.b64decode(text, validate=strict)


def prefixed(server: StandIn) -> None:
    text = post(server, ASK).json()["data"][0]["b64_json"]
    head, _, rest = text.partition(",")
    assert (head, base64.b64decode(rest)) == ("data:image/png;base64", server.images[0])


def stream_ignored(server: StandIn) -> None:
    answer = post(server, STREAM)
    assert answer.headers["content-type"] == "application/json"
    assert first_picture(answer) == server.images[0]


def url_statuses(*statuses: int) -> Check:
    def check(server: StandIn) -> None:
        url = post(server, ASK).json()["data"][0]["url"]
        assert [fetch(url).status_code for _ in statuses] == list(statuses)
        assert len(server.bill) == 1

    return check


def url_to_a_page(server: StandIn) -> None:
    fetched = fetch(post(server, STREAM).json()["data"][0]["url"])
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "text/html")
    assert fetched.content.startswith(b"<!doctype html>")


def url_is_data(server: StandIn) -> None:
    head, _, rest = post(server, ASK).json()["data"][0]["url"].partition(",")
    assert (head, base64.b64decode(rest)) == ("data:image/png;base64", server.images[0])


def fewer(server: StandIn) -> None:
    assert len(post(server, {**ASK, "n": 3}).json()["data"]) == 2
    assert server.bill[0].images == len(server.images) == 2
    server.add_fault(Fault.PARTIAL_N)
    assert sdk_events(server, n=2, partial_images=0) == ["completed"]


def effort_unknown(server: StandIn) -> None:
    error = post(server, {**CHAT, "reasoning_effort": "none"}, "/chat/completions").json()["error"]
    assert (error["code"], error["param"]) == ("unknown_parameter", "reasoning_effort")
    assert post(server, CHAT, "/chat/completions").status_code == 200


def words_empty(server: StandIn) -> None:
    assert post(server, CHAT, "/chat/completions").json()["choices"][0]["message"]["content"] == ""


CHECKS: Final[dict[Fault, Check]] = {
    Fault.DROP_BEFORE_WORK: broken_off(ASK, billed=0),
    Fault.DROP_AFTER_WORK: broken_off(ASK, billed=1),
    Fault.CUT_BODY: broken_off(ASK, billed=1),
    Fault.CUT_STREAM: stream_ends_early,
    Fault.CUT_STREAM_MIDDLE: stream_cut_in_the_middle,
    Fault.ERROR_IN_STREAM: error_event,
    Fault.BAD_JSON: json_broken,
    Fault.EMPTY_DATA: data_empty,
    Fault.HTML_FROM_PROXY: page(502, "Bad Gateway", billed=1),
    Fault.HTML_200: page(200, "Sign in", billed=0),
    Fault.RATE_LIMIT: rate_limited,
    Fault.SLOW_DOWN: refused(429, "slow_down"),
    Fault.NO_CREDIT: refused(429, "credit_balance_exhausted"),
    Fault.HARD_LIMIT: refused(400, "billing_hard_limit_reached"),
    Fault.SPEND_LIMIT: refused(429, "organization_spend_limit_exceeded"),
    Fault.MODERATION: moderated("input"),
    Fault.MODERATION_OUTPUT: moderated("output"),
    Fault.NOT_VERIFIED: unverified,
    Fault.BAD_KEY: refused(401, "invalid_api_key"),
    Fault.IP_NOT_ALLOWED: refused(401, None),
    Fault.MODEL_GONE: refused(404, "model_not_found"),
    Fault.SERVER_ERROR: refused(500, None),
    Fault.SLOW_DRIP: drips,
    Fault.STALL: stalls,
    Fault.REDIRECT: redirects,
    Fault.GZIP_BOMB: bombs,
    Fault.HUGE_BODY: never_ends,
    Fault.NOT_AN_IMAGE: no_image,
    Fault.WRONG_FORMAT: other_format,
    Fault.TRUNCATED_IMAGE: half_a_picture,
    Fault.BAD_BASE64: base64_broken,
    Fault.B64_WITH_PREFIX: prefixed,
    Fault.IGNORES_STREAM: stream_ignored,
    Fault.URL_EXPIRED: url_statuses(403, 403),
    Fault.URL_FAILS_ONCE: url_statuses(500, 200),
    Fault.URL_NOT_AN_IMAGE: url_to_a_page,
    Fault.URL_IS_DATA: url_is_data,
    Fault.PARTIAL_N: fewer,
    Fault.UNKNOWN_PARAMETER_EFFORT: effort_unknown,
    Fault.CHAT_EMPTY: words_empty,
    Fault.CHAT_FAILS: refused(500, None, CHAT, "/chat/completions"),
}


@pytest.mark.parametrize("fault", list(Fault))
def test_the_fault_does_what_its_meaning_says(fault: Fault) -> None:
    assert fault.meaning
    with StandIn(faults=[fault]) as server:
        CHECKS[fault](server)


def test_faults_come_in_order_and_then_all_is_well() -> None:
    with StandIn(faults=[Fault.SERVER_ERROR, Fault.NOT_VERIFIED]) as server:
        server.add_fault(Fault.SLOW_DOWN, times=2)
        assert [post(server, ASK).status_code for _ in range(5)] == [500, 403, 429, 429, 200]


def test_a_fault_for_ever_stays_at_its_own_door() -> None:
    with StandIn() as server:
        server.add_fault(Fault.IP_NOT_ALLOWED, times=None, on=Door.MODELS)
        with http(server) as client:
            answers = [client.get("/models").status_code for _ in range(3)]
        assert answers == [401, 401, 401]
        assert post(server, ASK).status_code == 200


def test_a_fault_that_means_nothing_at_a_door_is_not_taken() -> None:
    with StandIn() as server, pytest.raises(ValueError, match="means nothing"):
        server.add_fault(Fault.CUT_STREAM, on=Door.FILES)


def test_broken_json_in_a_stream_is_an_event_that_cannot_be_read() -> None:
    with StandIn(faults=[Fault.BAD_JSON]) as server, pytest.raises(json.JSONDecodeError):
        sdk_events(server)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no Ctrl+C to a single program")
def test_the_command_line_tells_its_address_and_every_request() -> None:
    command = [
        sys.executable,
        "-m",
        "standin",
        "--port",
        "0",
        "--delay",
        "0",
        "--fault",
        "cut_stream",
        "models:server_error",
    ]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        said: list[str] = []
        while not said or not said[-1].startswith("It plays"):
            line = running.stdout.readline()
            assert line, said
            said.append(line)
        told = "".join(said)
        base_url = next(line.split()[-1] for line in said if line.startswith("Base URL"))
        with httpx2.Client(base_url=base_url, headers={"Authorization": "Bearer sk-test"}, trust_env=False) as client:
            assert "completed" not in client.post(IMAGES, json=STREAM).text
            assert client.get("/models").status_code == 500
            assert client.get("/models").status_code == 200
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=30)
    assert running.returncode == 0
    assert all(f"  {fault} " in told for fault in Fault)
    assert "sk-test" in told
    assert "#0 POST /v1/images/generations -> stream gpt-image-2.6-flare 1024x1024, billed 1 (cut_stream)" in rest
    assert "1 requests were billed, 1 pictures." in rest
