"""News of a newer version: what they say, what is compared, and when they are not believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from imagegen_desktop.core.errors import ImagegenError

VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})")


class UpdateError(ImagegenError):
    """Nothing was learnt. What is installed works on as it is."""

    default_title = "Whether there is a newer version could not be learnt"
    default_advice = "Try again later."


class UpdateRefusedError(UpdateError):
    default_title = "The news of a newer version were not believed"
    default_advice = "They are not signed by the makers of this program, or older than others that came before."


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSource:
    """`address` is an https address, `public_key` the Ed25519 key that news must be signed with, in base 64."""

    address: str
    public_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateNews:
    """`issued` is when it was signed, aware; `page` the https address where the version is described and fetched."""

    version: str
    issued: datetime
    page: str


def version_numbers(version: str) -> tuple[int, int, int]:
    """0.10.2 is (0, 10, 2). Raises ValueError for any other form."""
    found = VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is no version")
    return int(found[1]), int(found[2]), int(found[3])


def is_newer(version: str, than: str) -> bool:
    return version_numbers(version) > version_numbers(than)
