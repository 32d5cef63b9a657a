"""Reads one request after another from a connection, and leads each through its door."""

from __future__ import annotations

import hmac
import json
import secrets
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, NoReturn

from standin import answers
from standin.chat import chat_body, read_chat
from standin.families import CHAT_MODELS, Family
from standin.faults import Door, Fault, refusal_of, wrong_key
from standin.gate import StoppedError
from standin.images import answer_images
from standin.order import read_order
from standin.records import Received
from standin.refusal import Refusal, unknown_parameter
from standin.wire import HTML, Wire

if TYPE_CHECKING:
    from standin.server import StandIn

LOGIN_PAGE = b"<!doctype html><title>Sign in</title><h1>Welcome to the guest network</h1><form>...</form>"
BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "standin"
    disable_nagle_algorithm = True

    def __init__(self, standin: StandIn, *connection: Any) -> None:
        self.standin = standin
        super().__init__(*connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Nothing: StandIn tells what happened in its own line."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _serve(self) -> None:
        received = self._read()
        request_id = f"req_{secrets.token_hex(16)}"
        wire = Wire(self, self.standin.gate, request_id, self.standin.delay)
        number = self.standin.remember(received)
        said = ""
        try:
            said = self._lead(received, number, request_id, wire)
        except Refusal as refusal:
            said = f"{refusal.status} {refusal.code or refusal.message}"
            wire.json(refusal.status, self.standin.traits.error_body(refusal), headers=refusal.headers)
        except StoppedError:
            said = "stopped"
            wire.drop()
        except ConnectionError:
            said = "the client went away"
            wire.drop()
        self.standin.tell(number, received, said)

    def _read(self) -> Received:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            parsed = json.loads(body) if body else None
        except ValueError:
            parsed = None
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Received(self.command, self.path, headers, parsed if isinstance(parsed, dict) else None)

    def _lead(self, received: Received, number: int, request_id: str, wire: Wire) -> str:
        """Answer, and say in a few words how."""
        standin = self.standin
        if received.method == "GET" and received.path.startswith("/files/"):
            return self._file(received, wire)
        if standin.traits.key_needed:
            self._check_key(received.headers.get("authorization", ""))
        match (received.method, received.path.partition("?")[0]):
            case ("POST", "/v1/images/generations"):
                order = read_order(received.json, standin.traits, standin.images_contract)
                fault = standin.take(Door.IMAGES)
                if self._answered_early(fault, wire):
                    return str(fault)
                return answer_images(standin, order, fault, number, request_id, wire)
            case ("POST", "/v1/chat/completions") if standin.traits.family is not Family.SDCPP:
                return self._chat(received.json, request_id, wire)
            case ("GET", "/v1/models"):
                return self._models(wire)
            case (method, path):
                raise Refusal(404, f"Invalid URL ({method} {path})")

    def _check_key(self, authorization: str) -> None:
        expected = f"Bearer {self.standin.key}"
        if hmac.compare_digest(authorization.encode(), expected.encode()):
            return
        if self.standin.traits.family is Family.LITELLM:
            raise Refusal(400, "No connected db.", kind="no_db_connection")
        if not authorization:
            text = "You didn't provide an API key. You need to provide your API key in an Authorization header."
            raise Refusal(401, text)
        given = authorization.removeprefix("Bearer ")
        raise wrong_key(f"{given[:5]}***{given[-4:]}")

    def _answered_early(self, fault: Fault | None, wire: Wire) -> bool:
        """Whether the fault answers before any work is done. Raises Refusal for those that refuse."""
        if fault is None:
            return False
        refusal = refusal_of(fault)
        if refusal is not None:
            raise refusal
        match fault:
            case Fault.DROP_BEFORE_WORK:
                wire.drop()
            case Fault.HTML_200:
                wire.data(200, LOGIN_PAGE, HTML)
            case Fault.REDIRECT:
                place = self.standin.elsewhere + self.path
                wire.json(307, {}, headers={"location": place})
            case _:
                return False
        return True

    def _answered_late(self, fault: Fault | None, wire: Wire) -> bool:
        """Whether the fault takes the place of the answer after the work."""
        match fault:
            case Fault.DROP_AFTER_WORK:
                wire.drop()
            case Fault.HTML_FROM_PROXY:
                wire.data(502, BAD_GATEWAY, HTML)
            case Fault.STALL:
                self.standin.gate.await_release()
                return False
            case _:
                return False
        return True

    def _chat(self, body: dict[str, Any] | None, request_id: str, wire: Wire) -> str:
        read_chat(body, self.standin.traits, self.standin.chat_contract)
        fault = self.standin.take(Door.CHAT)
        asked = body or _absent()
        if fault is Fault.UNKNOWN_PARAMETER_EFFORT and "reasoning_effort" in asked:
            raise unknown_parameter("reasoning_effort")
        if self._answered_early(fault, wire):
            return str(fault)
        self.standin.gate.pause(self.standin.delay)
        if self._answered_late(fault, wire):
            return str(fault)
        wire.json(200, chat_body(asked, request_id, empty=fault is Fault.CHAT_EMPTY), fault)
        return f"200 words {fault or ''}"

    def _models(self, wire: Wire) -> str:
        fault = self.standin.take(Door.MODELS)
        if self._answered_early(fault, wire) or self._answered_late(fault, wire):
            return str(fault)
        traits = self.standin.traits
        names = (*traits.models, *traits.chat_models) or self._local_names()
        wire.json(200, answers.model_list(names, as_object=traits.listed_as_object), fault)
        return f"200 models {fault or ''}"

    def _local_names(self) -> tuple[str, ...]:
        return ("sd-cpp-local",) if self.standin.traits.family is Family.SDCPP else ("stablediffusion", CHAT_MODELS[-1])

    def _file(self, received: Received, wire: Wire) -> str:
        found = self.standin.open_file(received.path)
        fault = self.standin.take(Door.FILES)
        if self._answered_early(fault, wire) or self._answered_late(fault, wire):
            return str(fault)
        if isinstance(found, int):
            words = b"<?xml version='1.0'?><Error><Code>AuthenticationFailed</Code></Error>"
            wire.data(found, words, "application/xml")
            return str(found)
        wire.data(200, found.data, found.media_type, fault)
        return f"200 file {fault or ''}"


def _absent() -> NoReturn:
    raise Refusal(400, "We could not parse the JSON body of your request.")


class StrayHandler(BaseHTTPRequestHandler):
    """The other origin, to which a redirect leads: it remembers what came."""

    protocol_version = "HTTP/1.1"

    def __init__(self, standin: StandIn, *connection: Any) -> None:
        self.standin = standin
        super().__init__(*connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Nothing: what came is in `StandIn.strayed`."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        parsed = json.loads(body) if body else None
        self.standin.remember_stray(Received(self.command, self.path, headers, parsed))
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET
