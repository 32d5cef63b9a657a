"""Reads one request after another from a connection, and leads each through its door."""

from __future__ import annotations

import hmac
import json
import secrets
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from standin.answers import model_list
from standin.chat import chat_body, read_chat
from standin.exchange import Exchange
from standin.families import Family
from standin.faults import Door, Fault
from standin.gate import StoppedError
from standin.images import answer_images
from standin.noes import wrong_key
from standin.order import read_order
from standin.records import Received
from standin.refusal import Refusal, unknown_parameter
from standin.wire import Wire

if TYPE_CHECKING:
    from standin.server import StandIn

_EXPIRED = b"<?xml version='1.0'?><Error><Code>AuthenticationFailed</Code></Error>"


class _Reader(BaseHTTPRequestHandler):
    """Reads a request whole, whatever its method."""

    protocol_version = "HTTP/1.1"
    server_version = "standin"
    disable_nagle_algorithm = True

    def __init__(self, standin: StandIn, *connection: Any) -> None:
        self.standin = standin
        super().__init__(*connection)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Nothing: StandIn tells what happened in its own line."""

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            parsed: Any = json.loads(body) if body else None
        except ValueError:
            parsed = None
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.serve(Received(self.command, self.path, headers, parsed if isinstance(parsed, dict) else None))

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 (the base class looks for these names)

    def serve(self, received: Received) -> None:
        raise NotImplementedError


class StrayHandler(_Reader):
    """The other origin, to which a redirect leads: it remembers what came."""

    def serve(self, received: Received) -> None:
        self.standin.remember_stray(received)
        Wire(self, self.standin.gate, "stray", 0.0).json(200, {})


class Handler(_Reader):
    def serve(self, received: Received) -> None:
        wire = Wire(self, self.standin.gate, f"req_{secrets.token_hex(16)}", self.standin.delay)
        exchange = Exchange(self.standin, received, wire)
        try:
            said = self._lead(exchange)
        except Refusal as refusal:
            said = f"{refusal.status} {refusal.code or refusal.message}"
            if refusal.plain:
                wire.data(refusal.status, refusal.message.encode(), "text/plain; charset=utf-8")
            else:
                wire.json(refusal.status, self.standin.traits.error_body(refusal), headers=refusal.headers)
        except StoppedError:
            said = "stopped"
            wire.drop()
        except ConnectionError:
            said = "the client went away"
            wire.drop()
        self.standin.tell(exchange.number, received, said)

    def _lead(self, exchange: Exchange) -> str:
        """Answer, and say in a few words how."""
        standin, received = self.standin, exchange.received
        path, _, query = received.path.partition("?")
        traits = standin.traits
        if received.method == "GET" and path.startswith(traits.files):
            return self._file(exchange)
        if traits.key_needed:
            self._check_key(received.headers.get(traits.key_header, ""))
        if traits.query and traits.query.partition("=")[0] not in parse_qs(query):
            raise Refusal(404, "Resource not found", code="404")
        if (received.method, path) == ("GET", traits.list_path):
            return self._models(exchange)
        match (received.method, path.removeprefix(traits.root) if path.startswith(traits.root) else ""):
            case ("POST", "/images/generations"):
                order = read_order(received.json, standin.traits, standin.images_contract)
                fault = standin.take(Door.IMAGES)
                return str(fault) if exchange.answered_early(fault) else answer_images(exchange, order, fault)
            case ("POST", "/chat/completions") if traits.chats:
                return self._chat(exchange)
            case _:
                raise Refusal(404, f"Invalid URL ({received.method} {path})")

    def _check_key(self, authorization: str) -> None:
        expected = f"{self.standin.traits.key_prefix}{self.standin.key}"
        if hmac.compare_digest(authorization.encode(), expected.encode()):
            return
        if self.standin.traits.family is Family.LITELLM:
            if not authorization:
                raise Refusal(500, "Internal Server Error", plain=True)
            raise Refusal(400, "No connected db.", kind="no_db_connection")
        if self.standin.traits.family is Family.AZURE:
            text = "Access denied due to invalid subscription key or wrong API endpoint."
            raise Refusal(401, text, code="401")
        if not authorization:
            text = "You didn't provide an API key. You need to provide your API key in an Authorization header."
            raise Refusal(401, text)
        given = authorization.removeprefix("Bearer ")
        raise wrong_key(f"{given[:5]}***{given[-4:]}")

    def _chat(self, exchange: Exchange) -> str:
        asked = read_chat(exchange.received.json, self.standin.traits, self.standin.chat_contract)
        fault = self.standin.take(Door.CHAT)
        if fault is Fault.UNKNOWN_PARAMETER_EFFORT and "reasoning_effort" in asked:
            raise unknown_parameter("reasoning_effort")
        if exchange.answered_early(fault):
            return str(fault)
        self.standin.gate.pause(self.standin.delay)
        if exchange.answered_late(fault):
            return str(fault)
        body = chat_body(asked, exchange.wire.request_id, empty=fault is Fault.CHAT_EMPTY)
        exchange.wire.json(200, body, fault)
        return _said("200 words", fault)

    def _models(self, exchange: Exchange) -> str:
        fault = self.standin.take(Door.MODELS)
        if exchange.answered_early(fault) or exchange.answered_late(fault):
            return str(fault)
        traits = self.standin.traits
        exchange.wire.json(200, model_list(traits.family, traits.listed), fault)
        return _said("200 models", fault)

    def _file(self, exchange: Exchange) -> str:
        fault = self.standin.take(Door.FILES)
        if exchange.answered_early(fault) or exchange.answered_late(fault):
            return str(fault)
        found = self.standin.open_file(exchange.received.path)
        if isinstance(found, int):
            exchange.wire.data(found, _EXPIRED, "application/xml")
            return f"{found} file"
        exchange.wire.data(200, found.data, found.media_type, fault)
        return _said("200 file", fault)


def _said(words: str, fault: Fault | None) -> str:
    return f"{words} ({fault})" if fault else words
