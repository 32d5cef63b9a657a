"""What an error says of the charge agrees with the service's own bill, and nothing is ever sent twice."""

from __future__ import annotations

import socket
import threading

import pytest
from openai_client import OpenAIClient, cancelled_while
from raw_server import RawServer, answer, answering, read_request

from imagegen_desktop.core import errors
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import CancelledError, ChargeState, ImagegenError
from imagegen_desktop.core.steps import Sent
from imagegen_desktop.providers import wire
from standin import Fault, StandIn

FREE, PAID, UNKNOWN = ChargeState.FREE, ChargeState.PAID, ChargeState.UNKNOWN

OUTCOMES = {
    Fault.DROP_BEFORE_WORK: (errors.OutcomeUnknownError, UNKNOWN),
    Fault.DROP_AFTER_WORK: (errors.OutcomeUnknownError, UNKNOWN),
    Fault.CUT_BODY: (errors.OutcomeUnknownError, UNKNOWN),
    Fault.CUT_STREAM: (errors.OutcomeUnknownError, UNKNOWN),
    Fault.CUT_STREAM_MIDDLE: (errors.OutcomeUnknownError, UNKNOWN),
    Fault.ERROR_IN_STREAM: (errors.ServerBrokeError, UNKNOWN),
    Fault.BAD_JSON: (errors.BadAnswerError, PAID),
    Fault.EMPTY_DATA: (errors.BadAnswerError, PAID),
    Fault.BAD_BASE64: (errors.BadAnswerError, PAID),
    Fault.HTML_FROM_PROXY: (errors.ServerBrokeError, UNKNOWN),
    Fault.HTML_200: (errors.NotCompatibleError, UNKNOWN),
    Fault.RATE_LIMIT: (errors.RateLimitedError, FREE),
    Fault.SLOW_DOWN: (errors.RateLimitedError, FREE),
    Fault.NO_CREDIT: (errors.NoCreditError, FREE),
    Fault.HARD_LIMIT: (errors.NoCreditError, FREE),
    Fault.SPEND_LIMIT: (errors.NoCreditError, FREE),
    Fault.MODERATION: (errors.PromptRefusedError, FREE),
    Fault.MODERATION_OUTPUT: (errors.PromptRefusedError, FREE),
    Fault.NOT_VERIFIED: (errors.NotVerifiedError, FREE),
    Fault.BAD_KEY: (errors.KeyRefusedError, FREE),
    Fault.IP_NOT_ALLOWED: (errors.AddressNotAllowedError, FREE),
    Fault.MODEL_GONE: (errors.ModelGoneError, FREE),
    Fault.SERVER_ERROR: (errors.ServerBrokeError, UNKNOWN),
    Fault.REDIRECT: (errors.NotCompatibleError, FREE),
    Fault.GZIP_BOMB: (errors.BadAnswerError, UNKNOWN),
    Fault.HUGE_BODY: (errors.BadAnswerError, UNKNOWN),
    Fault.URL_EXPIRED: (errors.ResultUrlError, PAID),
}
STREAMED = {Fault.CUT_STREAM, Fault.CUT_STREAM_MIDDLE, Fault.ERROR_IN_STREAM}


@pytest.mark.parametrize("fault", OUTCOMES)
def test_each_fault_has_its_error_its_charge_and_one_request(fault: Fault) -> None:
    kind, charge = OUTCOMES[fault]
    with StandIn(faults=[fault]) as server:
        client = OpenAIClient(server.base_url)
        steps = client.provider().generate(client.request(partial_images=1 if fault in STREAMED else 0), CancelToken())
        assert isinstance(next(steps), Sent)
        with pytest.raises(ImagegenError) as caught:
            list(steps)
        assert type(caught.value) is kind
        assert caught.value.charge is charge
        assert caught.value.title
        assert caught.value.advice
        assert caught.value.details
        assert len([one for one in server.requests if one.method == "POST"]) == 1
        if charge is FREE:
            assert not server.bill
        if charge is PAID:
            assert len(server.bill) == 1


@pytest.mark.parametrize("fault", [Fault.STALL, Fault.SLOW_DRIP])
def test_the_time_limit_holds_for_the_whole_answer(fault: Fault) -> None:
    """A server that says nothing, and one that sends a byte now and then: neither can hold the line longer."""
    with StandIn(faults=[fault]) as server, pytest.raises(errors.OutcomeUnknownError) as caught:
        OpenAIClient(server.base_url).generate(timeout=0.3)
    assert caught.value.charge is UNKNOWN
    assert "within" in caught.value.title


def test_a_whole_answer_that_ends_with_the_connection_is_not_mistaken_for_a_cut_one() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n"
    with RawServer(answering(head + b'{"data": [{"b64_json": "MDEy"}]}', head + b'{"data": [{"b64_js')) as server:
        client = OpenAIClient(f"{server.origin}/v1")
        assert len(client.generate()) == 2
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            client.generate()
    assert caught.value.charge is UNKNOWN


def test_an_error_in_an_answer_that_says_200_is_told_as_the_service_words_it() -> None:
    body = b'{"error": {"message": "no credit", "code": "insufficient_quota"}}'
    with RawServer(answering(answer(body))) as server, pytest.raises(errors.NoCreditError) as caught:
        OpenAIClient(f"{server.origin}/v1").generate()
    assert caught.value.charge is UNKNOWN


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"data": 7}', b"7", b'"text"', b"", b'{"data": [7]}', b"\xff\xfe"])
def test_an_answer_that_makes_no_sense_is_a_bad_answer_that_was_paid(body: bytes) -> None:
    with RawServer(answering(answer(body))) as server, pytest.raises(errors.BadAnswerError) as caught:
        OpenAIClient(f"{server.origin}/v1").generate()
    assert caught.value.charge is PAID
    assert len(caught.value.details) < 1000


def test_where_nothing_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = OpenAIClient(f"http://127.0.0.1:{port}/v1")
    steps = client.provider().generate(client.request(), CancelToken())
    with pytest.raises(errors.NotReachedError) as caught:
        next(steps)
    assert caught.value.charge is FREE


def test_a_host_name_that_can_not_exist_is_told_as_such() -> None:
    # A label may have 63 letters: this fails without a name server.
    with pytest.raises(errors.NotReachedError) as caught:
        OpenAIClient(f"http://{'a' * 64}.test/v1").generate()
    assert caught.value.charge is FREE
    assert "not found" in caught.value.title


def test_a_connection_closed_during_the_send_is_unknown() -> None:
    """The first byte was handed over; what became of it can't be known."""
    with RawServer(lambda _: None) as server, pytest.raises(errors.OutcomeUnknownError) as caught:
        OpenAIClient(f"{server.origin}/v1").generate(prompt="long " * 200_000)
    assert caught.value.charge is UNKNOWN


def test_a_refusal_that_comes_before_the_whole_request_was_read_is_heard() -> None:
    def refuse_early(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(answer(b'{"error": "too long"}', status="413 Content Too Large"))
        read_request(connection)

    with RawServer(refuse_early) as server, pytest.raises(errors.BadRequestError) as caught:
        OpenAIClient(f"{server.origin}/v1").generate(prompt="long " * 200_000)
    assert caught.value.charge is FREE
    assert "too long" in caught.value.details


# ---- cancel ----


class GlancingToken(CancelToken):
    """Cancels itself at the n-th look at it: a person's click at just that moment."""

    def __init__(self, glances: int) -> None:
        super().__init__()
        self._left = glances

    @property
    def cancelled(self) -> bool:
        self._left -= 1
        if self._left == 0:
            self.cancel()
        return super().cancelled


def signalling(moment: threading.Event, *sent_first: bytes) -> RawServer:
    """Reads the request, sends a part of an answer, says so, and then nothing more until the client goes."""

    def handle(connection: socket.socket) -> None:
        read_request(connection)
        for piece in sent_first:
            connection.sendall(piece)
        moment.set()
        connection.recv(1)

    return RawServer(handle)


def test_a_cancel_before_anything_is_free_and_reaches_no_server() -> None:
    cancel = CancelToken()
    cancel.cancel()
    with StandIn() as server:
        with pytest.raises(CancelledError) as caught:
            OpenAIClient(server.base_url).generate(cancel)
        assert caught.value.charge is FREE
        assert not server.requests


def test_a_cancel_between_sent_and_the_first_byte_is_free() -> None:
    cancel = CancelToken()
    with StandIn() as server:
        client = OpenAIClient(server.base_url)
        steps = client.provider().generate(client.request(), cancel)
        assert isinstance(next(steps), Sent)
        cancel.cancel()
        with pytest.raises(CancelledError) as caught:
            next(steps)
        assert caught.value.charge is FREE
        assert not server.requests


def test_a_cancel_ends_the_wait_for_the_answer_and_is_unknown() -> None:
    moment = threading.Event()
    with signalling(moment) as server:
        error = cancelled_while(OpenAIClient(f"{server.origin}/v1"), moment, timeout=600.0)
    assert error.charge is UNKNOWN
    assert "already out" in error.advice


@pytest.mark.parametrize("kind", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("end", ["content-length: 999\r\n", "transfer-encoding: chunked\r\n", ""])
def test_a_cancel_in_the_middle_of_an_answer_is_unknown_however_its_end_is_told(kind: str, end: str) -> None:
    moment = threading.Event()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n{end}\r\n".encode()
    with signalling(moment, head, b'5\r\n{"dat\r\n') as server:
        error = cancelled_while(OpenAIClient(f"{server.origin}/v1"), moment, timeout=600.0)
    assert error.charge is UNKNOWN


def test_a_cancel_ends_a_tls_handshake_and_is_free() -> None:
    moment = threading.Event()

    def half_a_handshake(connection: socket.socket) -> None:
        connection.recv(1024)
        moment.set()
        connection.recv(65536)

    with RawServer(half_a_handshake) as server:
        error = cancelled_while(OpenAIClient(f"https://127.0.0.1:{server.port}/v1"), moment, timeout=600.0)
    assert error.charge is FREE


def test_a_cancel_ends_a_send_that_nobody_reads() -> None:
    moment = threading.Event()
    done = threading.Event()

    def not_reading(connection: socket.socket) -> None:
        connection.recv(1)
        moment.set()
        done.wait(20)

    with RawServer(not_reading) as server:
        # Far more than any system keeps in its buffers: the send can't end.
        error = cancelled_while(OpenAIClient(f"{server.origin}/v1"), moment, timeout=600.0, prompt="x" * 50_000_000)
        done.set()
    assert error.charge is UNKNOWN


def test_a_cancel_ends_the_opening_of_a_connection_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    # A socket of which the system never says that it is open.
    monkeypatch.setattr(wire.selectors.DefaultSelector, "select", lambda *_: [])
    with StandIn() as server:
        with pytest.raises(CancelledError) as caught:
            OpenAIClient(server.base_url).generate(GlancingToken(6), timeout=600.0)
        assert caught.value.charge is FREE
        assert not server.requests


def test_a_cancel_ends_the_look_up_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()

    def slow_name_server(*_: object, **__: object) -> list[object]:
        answered.wait(20)
        return []

    monkeypatch.setattr(wire.socket, "getaddrinfo", slow_name_server)
    with pytest.raises(CancelledError) as caught:
        OpenAIClient("http://images.test/v1").generate(GlancingToken(5), timeout=600.0)
    answered.set()
    assert caught.value.charge is FREE


def test_a_cancel_while_a_finished_picture_is_fetched_says_paid_and_gives_the_link() -> None:
    moment = threading.Event()
    with signalling(moment) as files:
        link = f"{files.origin}/1.png"
        with RawServer(answering(answer(f'{{"data": [{{"url": "{link}"}}]}}'.encode()))) as server:
            error = cancelled_while(OpenAIClient(f"{server.origin}/v1"), moment)
    assert error.charge is PAID
    assert error.link == link


def test_an_abandoned_generation_closes_its_connection() -> None:
    closed = threading.Event()

    def until_gone(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
            b'data: {"type": "image_generation.partial_image", "b64_json": "MDEy"}\n\n'
        )
        if not connection.recv(1):
            closed.set()

    with RawServer(until_gone) as server:
        client = OpenAIClient(f"{server.origin}/v1")
        steps = client.provider().generate(client.request(partial_images=1), CancelToken())
        next(steps)
        next(steps)
        steps.close()
        assert closed.wait(20)
