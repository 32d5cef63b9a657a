"""Links to pictures that were made and paid for, but could not be fetched: kept until they are, or are dismissed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

# What services say of their own links, where the link itself tells nothing.
USUAL: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLink:
    """`position` counts the images of its job from 0; `reason` is a sentence. `assumed`: the link itself tells no end.

    The address works like a key to the picture for whoever has it: it is shown and copied by the person alone.
    """

    job: str
    position: int
    library: str
    url: str = field(repr=False)
    reason: str
    found: datetime
    expires: datetime
    assumed: bool

    def has_expired(self, now: datetime) -> bool:
        return now >= self.expires


def expiry_of(url: str, found: datetime) -> tuple[datetime, bool]:
    """When a link ends, and whether that is only assumed.

    Known are Amazon's and Google's `X-Amz-`/`X-Goog-Date` with `-Expires` (seconds after it), `Expires` (seconds since 1970)
    as of older presigned links and CloudFront, and Azure's `se` (an ISO time).
    """
    try:
        told = {name.lower(): values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    except ValueError:
        told = {}
    for vendor in ("x-amz-", "x-goog-"):
        end = _after(told.get(f"{vendor}date", ""), told.get(f"{vendor}expires", ""))
        if end is not None:
            return end, False
    end = _epoch(told.get("expires", "")) or _iso(told.get("se", ""))
    return (end, False) if end is not None else (found + USUAL, True)


def _after(start: str, seconds: str) -> datetime | None:
    try:
        return datetime.strptime(start, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) + timedelta(seconds=int(seconds))
    except (ValueError, OverflowError):
        return None


def _epoch(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        return None
    return end if end.tzinfo is not None else end.replace(tzinfo=UTC)
