"""The faults that the stand-in can be told to have, what each does, and the queue in which they wait."""

from __future__ import annotations

import threading
from enum import StrEnum, auto
from typing import Final


class Door(StrEnum):
    """The kinds of request that a fault can wait for."""

    IMAGES = auto()
    CHAT = auto()
    MODELS = auto()
    FILES = auto()


class Fault(StrEnum):
    DROP_BEFORE_WORK = auto()
    DROP_AFTER_WORK = auto()
    CUT_BODY = auto()
    CUT_STREAM = auto()
    CUT_STREAM_MIDDLE = auto()
    ERROR_IN_STREAM = auto()
    BAD_JSON = auto()
    EMPTY_DATA = auto()
    HTML_FROM_PROXY = auto()
    HTML_200 = auto()
    RATE_LIMIT = auto()
    SLOW_DOWN = auto()
    NO_CREDIT = auto()
    HARD_LIMIT = auto()
    SPEND_LIMIT = auto()
    MODERATION = auto()
    MODERATION_OUTPUT = auto()
    NOT_VERIFIED = auto()
    BAD_KEY = auto()
    IP_NOT_ALLOWED = auto()
    MODEL_GONE = auto()
    SERVER_ERROR = auto()
    SLOW_DRIP = auto()
    STALL = auto()
    REDIRECT = auto()
    GZIP_BOMB = auto()
    HUGE_BODY = auto()
    NOT_AN_IMAGE = auto()
    WRONG_FORMAT = auto()
    TRUNCATED_IMAGE = auto()
    BAD_BASE64 = auto()
    B64_WITH_PREFIX = auto()
    IGNORES_STREAM = auto()
    URL_EXPIRED = auto()
    URL_FAILS_ONCE = auto()
    URL_NOT_AN_IMAGE = auto()
    URL_IS_DATA = auto()
    PARTIAL_N = auto()
    UNKNOWN_PARAMETER_EFFORT = auto()
    CHAT_EMPTY = auto()
    CHAT_FAILS = auto()

    @property
    def meaning(self) -> str:
        return MEANINGS[self]

    @property
    def answers_by_url(self) -> bool:
        """Whether the picture comes by URL whatever was asked, so that the URL can have the fault."""
        return self in {Fault.URL_EXPIRED, Fault.URL_FAILS_ONCE, Fault.URL_NOT_AN_IMAGE, Fault.URL_IS_DATA}


MEANINGS: Final = {
    Fault.DROP_BEFORE_WORK: "reads the request and closes the connection; nothing is billed",
    Fault.DROP_AFTER_WORK: "does the work and bills it, then closes the connection without a byte",
    Fault.CUT_BODY: "bills, then closes the connection in the middle of the JSON body",
    Fault.CUT_STREAM: "bills and sends previews, then ends the stream in good order without the picture",
    Fault.CUT_STREAM_MIDDLE: "bills, then closes the connection inside the last event's base64",
    Fault.ERROR_IN_STREAM: "bills and sends previews, then an error event instead of the picture",
    Fault.BAD_JSON: "bills, then answers 200 with JSON that is broken",
    Fault.EMPTY_DATA: "bills, then answers 200 with an empty list of pictures",
    Fault.HTML_FROM_PROXY: "does the work and bills it, but a proxy answers 502 with a web page",
    Fault.HTML_200: "a login page answers 200 in place of the service; nothing is billed",
    Fault.RATE_LIMIT: "429 rate_limit_exceeded with Retry-After: 2",
    Fault.SLOW_DOWN: "429 slow_down",
    Fault.NO_CREDIT: "429 credit_balance_exhausted",
    Fault.HARD_LIMIT: "400 billing_hard_limit_reached",
    Fault.SPEND_LIMIT: "429 organization_spend_limit_exceeded",
    Fault.MODERATION: "400 moderation_blocked at the prompt",
    Fault.MODERATION_OUTPUT: "400 moderation_blocked at the finished picture; nothing is billed",
    Fault.NOT_VERIFIED: "403, the organisation is not verified",
    Fault.BAD_KEY: "401 invalid_api_key",
    Fault.IP_NOT_ALLOWED: "401, the network address is not on the list",
    Fault.MODEL_GONE: "404 model_not_found",
    Fault.SERVER_ERROR: "500 with a JSON error; nothing is billed",
    Fault.SLOW_DRIP: "bills and answers in 64 small pieces with pauses",
    Fault.STALL: "does the work and bills it, then says nothing until release() or the stop",
    Fault.REDIRECT: "307 to another origin, which remembers what came",
    Fault.GZIP_BOMB: "bills, then sends 256 MiB of JSON as a small gzip that nobody asked for",
    Fault.HUGE_BODY: "bills, then sends a body that never ends",
    Fault.NOT_AN_IMAGE: "bills, then sends text as the picture",
    Fault.WRONG_FORMAT: "bills, then sends WebP where another format was asked for (PNG where WebP was)",
    Fault.TRUNCATED_IMAGE: "bills, then sends the first half of the picture",
    Fault.BAD_BASE64: "bills, then sends base64 with signs that are none",
    Fault.B64_WITH_PREFIX: "puts a data: prefix before the base64",
    Fault.IGNORES_STREAM: "answers a stream request with plain JSON",
    Fault.URL_EXPIRED: "answers by a URL that has expired",
    Fault.URL_FAILS_ONCE: "answers by a URL that fails with 500 once",
    Fault.URL_NOT_AN_IMAGE: "answers by a URL behind which a web page stands",
    Fault.URL_IS_DATA: "answers by a data: URI in the field url",
    Fault.PARTIAL_N: "makes and bills one picture fewer than asked for (never fewer than one)",
    Fault.UNKNOWN_PARAMETER_EFFORT: "chat: 400 unknown_parameter if reasoning_effort is sent",
    Fault.CHAT_EMPTY: "chat: answers without words",
    Fault.CHAT_FAILS: "chat: 500",
}

CHAT_ONLY: Final = frozenset({Fault.UNKNOWN_PARAMETER_EFFORT, Fault.CHAT_EMPTY, Fault.CHAT_FAILS})

# What concerns the key and not the single request.
ACCOUNT: Final = frozenset({Fault.BAD_KEY, Fault.IP_NOT_ALLOWED})

# What spoils any answer, whatever was asked for.
ANYWHERE: Final = frozenset(
    {
        Fault.DROP_BEFORE_WORK,
        Fault.DROP_AFTER_WORK,
        Fault.CUT_BODY,
        Fault.BAD_JSON,
        Fault.HTML_FROM_PROXY,
        Fault.HTML_200,
        Fault.RATE_LIMIT,
        Fault.SLOW_DOWN,
        Fault.NO_CREDIT,
        Fault.HARD_LIMIT,
        Fault.SPEND_LIMIT,
        Fault.MODERATION,
        Fault.BAD_KEY,
        Fault.IP_NOT_ALLOWED,
        Fault.NOT_VERIFIED,
        Fault.MODEL_GONE,
        Fault.SERVER_ERROR,
        Fault.SLOW_DRIP,
        Fault.STALL,
        Fault.REDIRECT,
        Fault.GZIP_BOMB,
        Fault.HUGE_BODY,
    }
)


class FaultQueue:
    """Faults wait in order at each door; every request takes the first of its door. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[Door, list[tuple[Fault, int | None]]] = {door: [] for door in Door}

    def add(self, fault: Fault, times: int | None, door: Door | None) -> None:
        """Raises ValueError where the fault means nothing at the door, or could never be taken."""
        at = door or (Door.CHAT if fault in CHAT_ONLY else Door.IMAGES)
        if fault not in ANYWHERE and at is not (Door.CHAT if fault in CHAT_ONLY else Door.IMAGES):
            raise ValueError(f"{fault} means nothing for a request at the door {at}")
        if times is not None and times < 1:
            raise ValueError(f"{fault} cannot happen {times} times")
        with self._lock:
            self._waiting[at].append((fault, times))

    def take(self, door: Door) -> Fault | None:
        with self._lock:
            waiting = self._waiting[door]
            if not waiting:
                return None
            fault, times = waiting[0]
            if times is not None:
                waiting[:1] = [(fault, times - 1)] if times > 1 else []
            return fault
