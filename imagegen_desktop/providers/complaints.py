"""Reads what a service says is wrong, in whichever form it says it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_SHOWN: Final = 600
_TAGS: Final = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<[^>]*>")
_PAGE: Final = re.compile(r"(?i)\s*(<!doctype html|<html|<head|<body)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """An error in the service's own words; what it did not say is empty.

    `status` is None for an error event inside a stream. `is_page` is True for a web page, which no API sends.
    `retry_after` is in seconds.
    """

    status: int | None
    message: str = ""
    code: str = ""
    kind: str = ""
    parameter: str = ""
    categories: tuple[str, ...] = ()
    stage: str = "unknown"
    retry_after: float | None = None
    request_id: str = ""
    is_page: bool = False

    @property
    def details(self) -> str:
        """Lines to be copied into a report. May still hold secrets that the service repeated."""
        facts = {
            "HTTP status": "" if self.status is None else str(self.status),
            "code": self.code,
            "type": self.kind,
            "parameter": self.parameter,
            "request id": self.request_id,
        }
        return "\n".join([self.message or "(no message)", *(f"{name}: {fact}" for name, fact in facts.items() if fact)])


def complaint_from_body(status: int, headers: Mapping[str, str], text: str, now: datetime) -> Complaint:
    """Understands {"error": {...}}, {"error": "..."}, {"detail": ...}, {"message": ...}, web pages and plain text.

    `headers` are looked up in small letters. The forms are those of OpenAI, sd-server, vLLM-Omni, Xinference and proxies.
    """
    wait = seconds_to_wait(headers, now)
    request_id = request_id_of(headers)
    onward = urlsplit(headers.get("location", "")).netloc
    if onward and status < 400:  # noqa: PLR2004 (a redirect)
        return Complaint(status=status, message=f"sent on to {onward}", request_id=request_id)
    try:
        body: object = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        page = looks_like_a_page(headers.get("content-type", ""), text)
        return Complaint(status=status, message=plain_text(text), retry_after=wait, request_id=request_id, is_page=page)
    return complaint_from_object(cast("dict[str, Any]", body), status=status, retry_after=wait, request_id=request_id)


def complaint_from_object(
    body: Mapping[str, Any], *, status: int | None, retry_after: float | None = None, request_id: str = ""
) -> Complaint:
    """The complaint in a JSON object: in its "error", "detail" or "message", or the object itself."""
    error = body.get("error") or _fastapi(body.get("detail")) or body
    if not isinstance(error, dict):
        return Complaint(status=status, message=_brief(error), retry_after=retry_after, request_id=request_id)
    fields = cast("dict[str, Any]", error)
    told = fields.get("moderation_details")
    moderation = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    listed = moderation.get("categories")
    return Complaint(
        status=status,
        message=_brief(fields.get("message") or fields.get("error") or fields.get("msg") or ""),
        code=_brief(fields.get("code") or ""),
        kind=_brief(fields.get("type") or ""),
        parameter=_brief(fields.get("param") or ""),
        categories=tuple(_brief(item) for item in cast("list[object]", listed)) if isinstance(listed, list) else (),
        stage=_brief(moderation.get("moderation_stage") or "unknown"),
        retry_after=retry_after,
        request_id=request_id,
    )


def _fastapi(detail: object) -> object:
    """FastAPI's list of what is wrong with which field, as a line each; anything else as it is."""
    if not isinstance(detail, list):
        return detail
    return "\n".join(_wrong_field(entry) for entry in cast("list[object]", detail))


def _wrong_field(entry: object) -> str:
    if not isinstance(entry, dict):
        return _brief(entry)
    fields = cast("dict[str, Any]", entry)
    place = fields.get("loc")
    # The first part is where the field stands, which is always the body.
    named = [str(part) for part in cast("list[object]", place)[1:]] if isinstance(place, list) else []
    return ": ".join(filter(None, (".".join(named), _brief(fields.get("msg") or fields))))


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """`Retry-After` as seconds, from a number or a date (RFC 9110, 10.2.3); None where it is missing or makes no sense."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return seconds if 0 <= seconds < float("inf") else None


def request_id_of(headers: Mapping[str, str]) -> str:
    """The name under which the service, or LiteLLM before it, finds this request in its log; empty if it gave none."""
    return headers.get("x-request-id", "") or headers.get("x-litellm-call-id", "")


def looks_like_a_page(content_type: str, text: str) -> bool:
    return "html" in content_type.lower() or _PAGE.match(text) is not None


def plain_text(text: str) -> str:
    """The first words of a web page or of any text, without its tags."""
    return " ".join(_TAGS.sub(" ", text[: 16 * _SHOWN]).split())[:_SHOWN]


def _brief(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_SHOWN]
