"""The pictures of an answer arrive, in whichever form the service sends them."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from openai_client import OpenAIClient
from raw_server import RawServer, answer, answering

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import BadAnswerError, ChargeState, OutcomeUnknownError, ResultUrlError
from imagegen_desktop.core.steps import GeneratedImage, Lost, Preview, Sent
from standin import Family, Fault, StandIn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imagegen_desktop.core.steps import ProviderStep


def images(steps: Sequence[ProviderStep]) -> list[GeneratedImage]:
    return [step for step in steps if isinstance(step, GeneratedImage)]


def test_a_picture_arrives_byte_for_byte_with_what_the_service_said_of_it() -> None:
    with StandIn() as server:
        steps = OpenAIClient(server.base_url).generate()
        assert [type(step) for step in steps] == [Sent, GeneratedImage]
        (image,) = images(steps)
        assert [image.data] == server.images
        assert (image.position, image.size, image.quality, image.background) == (0, "1024x1024", "low", "opaque")
        assert image.usage is not None
        assert image.usage.output_tokens == image.usage.output_image_tokens
        assert image.usage.output_tokens > 0
        assert image.service_request_id == server.bill[0].request_id


def test_only_keys_that_are_set_leave() -> None:
    with StandIn() as server:
        OpenAIClient(server.base_url).generate()
        assert server.requests[0].json == {
            "model": "gpt-image-2.6-flare",
            "prompt": "a cat",
            "n": 1,
            "size": "1024x1024",
            "quality": "low",
        }


def test_size_and_quality_stay_away_where_the_request_has_none_and_a_seed_always_does() -> None:
    with StandIn(family=Family.SDCPP) as server:
        OpenAIClient(server.base_url).generate(size="", quality="", seed=7, enhanced_prompt="a better cat")
        assert server.requests[0].json == {"model": "gpt-image-2.6-flare", "prompt": "a better cat", "n": 1}


def test_the_classic_contract_of_a_link_that_expires_is_fetched_at_once() -> None:
    with StandIn(family=Family.CLASSIC) as server:
        steps = OpenAIClient(server.base_url).generate(model="dall-e-3", quality="standard")
        server.expire_urls()
        (image,) = images(steps)
        assert [image.data] == server.images
        assert image.revised_prompt
        assert image.usage is None
        assert (server.requests[0].method, server.requests[0].path) == ("POST", "/v1/images/generations")
        assert server.requests[1].method == "GET"


def test_a_link_is_fetched_bare() -> None:
    with StandIn(family=Family.CLASSIC) as server:
        OpenAIClient(server.base_url).generate(model="dall-e-3", quality="standard")
        fetched = server.requests[1].headers
        assert set(fetched) == {"host", "accept", "accept-encoding", "user-agent", "connection"}
        assert fetched["accept-encoding"] == "identity"


def test_a_link_relative_to_the_endpoint_is_followed() -> None:
    with StandIn(family=Family.LOCALAI, relative_urls=True) as server:
        steps = OpenAIClient(server.base_url).generate(count=2, model="stablediffusion")
        assert [image.data for image in images(steps)] == server.images
        assert [image.usage for image in images(steps)] == [None, None]


@pytest.mark.parametrize("fault", [Fault.B64_WITH_PREFIX, Fault.URL_IS_DATA, Fault.URL_FAILS_ONCE])
def test_other_forms_of_the_same_picture_are_understood(fault: Fault) -> None:
    with StandIn(faults=[fault]) as server:
        steps = OpenAIClient(server.base_url).generate()
        assert [image.data for image in images(steps)] == server.images
        assert len(server.bill) == 1


@pytest.mark.parametrize("fault", [Fault.NOT_AN_IMAGE, Fault.TRUNCATED_IMAGE, Fault.WRONG_FORMAT])
def test_bytes_that_are_no_picture_are_handed_on_as_they_are(fault: Fault) -> None:
    with StandIn(faults=[fault]) as server:
        assert [image.data for image in images(OpenAIClient(server.base_url).generate())] == server.images


def test_previews_come_before_their_picture_and_pictures_one_after_another() -> None:
    with StandIn() as server:
        steps = OpenAIClient(server.base_url).generate(partial_images=2, count=2)
        told = [(type(step), getattr(step, "position", None), getattr(step, "number", None)) for step in steps]
        assert told == [
            (Sent, None, None),
            (Preview, 0, 0),
            (Preview, 0, 1),
            (GeneratedImage, 0, None),
            (Preview, 1, 0),
            (Preview, 1, 1),
            (GeneratedImage, 1, None),
        ]
        assert [image.data for image in images(steps)] == server.images
        assert all(image.usage for image in images(steps))


def test_a_preview_is_shown_while_the_service_still_works() -> None:
    with StandIn() as server:
        server.hold(after_previews=1)
        client = OpenAIClient(server.base_url)
        steps = client.provider().generate(client.request(partial_images=2), CancelToken())
        assert isinstance(next(steps), Sent)
        assert isinstance(next(steps), Preview)
        server.release()
        assert [type(step) for step in steps] == [Preview, GeneratedImage]


def test_no_stream_is_asked_of_a_model_that_has_none() -> None:
    with StandIn(family=Family.LITELLM) as server:
        OpenAIClient(server.base_url).generate(partial_images=2, model="gpt-image-1.5")
        sent = server.requests[0].json
        assert sent is not None
        assert not {"stream", "partial_images"} & set(sent)


def test_an_endpoint_that_ignores_stream_loses_no_picture() -> None:
    with StandIn(faults=[Fault.IGNORES_STREAM]) as server:
        steps = OpenAIClient(server.base_url).generate(partial_images=2)
        assert [image.data for image in images(steps)] == server.images


def test_a_stream_that_calls_itself_json_loses_no_picture() -> None:
    event = json.dumps({"type": "image_generation.completed", "b64_json": base64.b64encode(b"picture").decode()})
    with RawServer(answering(answer(f"data: {event}\n\n".encode()))) as server:
        (image,) = images(OpenAIClient(f"{server.origin}/v1").generate())
        assert image.data == b"picture"


def test_fewer_pictures_than_asked_for_are_kept_and_the_others_told_lost() -> None:
    with StandIn(faults=[Fault.PARTIAL_N]) as server:
        steps = OpenAIClient(server.base_url).generate(count=3)
        assert [image.data for image in images(steps)] == server.images
        lost = [step for step in steps if isinstance(step, Lost)]
        assert [step.position for step in lost] == [2]
        assert lost[0].error.charge is ChargeState.PAID


def test_one_spoilt_picture_does_not_take_the_others_with_it() -> None:
    body = json.dumps({"data": [{"b64_json": "!!"}, {"b64_json": base64.b64encode(b"second").decode()}]}).encode()
    with RawServer(answering(answer(body))) as server:
        steps = OpenAIClient(f"{server.origin}/v1").generate(count=2)
        (image,) = images(steps)
        assert (image.position, image.data) == (1, b"second")
        (lost,) = [step for step in steps if isinstance(step, Lost)]
        assert lost.position == 0
        assert isinstance(lost.error, BadAnswerError)
        assert lost.error.charge is ChargeState.PAID


def test_one_link_that_fails_does_not_take_the_others_with_it() -> None:
    with RawServer(answering(answer(b"gone", status="404 Not Found"))) as files:
        dead = f"{files.origin}/1.png"
        data = [{"url": dead}, {"b64_json": base64.b64encode(b"second").decode()}]
        with RawServer(answering(answer(json.dumps({"data": data}).encode()))) as server:
            steps = OpenAIClient(f"{server.origin}/v1").generate(count=2)
    (lost,) = [step for step in steps if isinstance(step, Lost)]
    assert isinstance(lost.error, ResultUrlError)
    assert lost.error.link == dead
    assert [image.data for image in images(steps)] == [b"second"]


def test_when_all_links_fail_none_of_them_is_forgotten() -> None:
    with RawServer(answering(answer(b"gone", status="404 Not Found"))) as files:
        links = [f"{files.origin}/{name}.png" for name in "ab"]
        with RawServer(answering(answer(json.dumps({"data": [{"url": link} for link in links]}).encode()))) as server:
            client = OpenAIClient(f"{server.origin}/v1")
            with pytest.raises(ResultUrlError) as caught:
                client.generate(count=2)
    assert caught.value.link == links[0]
    assert all(link in caught.value.details for link in links)
    assert caught.value.charge is ChargeState.PAID


def test_a_stream_cut_after_a_picture_keeps_it_and_tells_the_rest_lost() -> None:
    event = json.dumps({"type": "image_generation.completed", "b64_json": base64.b64encode(b"first").decode()})
    body = f"data: {event}\n\n".encode()
    cut = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n" + body
    with RawServer(answering(cut)) as server:
        steps = OpenAIClient(f"{server.origin}/v1").generate(count=2, partial_images=1)
    assert [image.data for image in images(steps)] == [b"first"]
    (lost,) = [step for step in steps if isinstance(step, Lost)]
    assert lost.position == 1
    assert isinstance(lost.error, OutcomeUnknownError)
    assert lost.error.charge is ChargeState.UNKNOWN


def test_base64_with_line_breaks_and_without_padding_is_read() -> None:
    encoded = base64.encodebytes(b"0123456789" * 30).decode().rstrip("=\n")
    with RawServer(answering(answer(json.dumps({"data": [{"b64_json": encoded}]}).encode()))) as server:
        (image,) = images(OpenAIClient(f"{server.origin}/v1").generate())
    assert image.data == b"0123456789" * 30


def test_the_sink_sees_the_whole_answer_before_a_picture_is_made_of_it() -> None:
    told: list[str] = []
    pieces: list[bytes] = []

    class Sink:
        def answered(self, status: int, content_type: str) -> None:
            told.append(f"{status} {content_type}")

        def arrived(self, piece: bytes) -> None:
            pieces.append(piece)

        def close(self) -> None:
            told.append("closed")

        def ended(self) -> None:
            told.append("ended")

    body = json.dumps({"data": [{"b64_json": "!!"}]}).encode()
    with RawServer(answering(answer(body))) as server:
        client = OpenAIClient(f"{server.origin}/v1", new_sink=lambda _: Sink())
        with pytest.raises(BadAnswerError):
            client.generate()
    assert told == ["200 application/json", "ended", "closed"]
    assert b"".join(pieces) == body
