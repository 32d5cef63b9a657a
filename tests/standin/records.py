"""What the stand-in remembers: each request as it arrived, each bill, and each file behind a URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """One request, read whole. Header names are in lower case; `json` is None where the body is no JSON object."""

    method: str
    path: str
    headers: dict[str, str]
    json: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Billed:
    """An image request for which work was done. `request_number` is its place in `StandIn.requests`, from 0."""

    request_number: int
    model: str
    images: int
    request_id: str


@dataclass(slots=True)
class StoredFile:
    """A picture behind a URL. `failures` is how many more times it answers 500."""

    data: bytes = field(repr=False)
    media_type: str
    expired: bool = False
    failures: int = 0
