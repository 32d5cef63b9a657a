"""Readable names for picture files: a local date, words of the prompt, a short id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.ids import ALPHABET, ID_LENGTH
from imagegen_desktop.core.records import ImageFormat

if TYPE_CHECKING:
    from datetime import datetime

SLUG_LENGTH: Final = 40
_NAME: Final = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}_[a-z0-9-]{{1,{SLUG_LENGTH}}}_(?P<id>[{ALPHABET}]{{{ID_LENGTH}}})\.(?P<format>[a-z]+)"
)


def slug(prompt: str) -> str:
    """Lower-case ASCII letters, digits and dashes, at most 40 characters, never empty; any script is transliterated."""
    from anyascii import anyascii  # noqa: PLC0415 (not before the window shows)

    # A prompt may hold 32,000 characters; a slug is made of its first few.
    # Characters that are words of their own come out of anyascii run together, each with a capital: "MaoGaChuang".
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", anyascii(prompt[:200])).lower())
    text = ""
    for word in words:
        longer = f"{text}-{word}" if text else word[:SLUG_LENGTH]
        if len(longer) > SLUG_LENGTH:
            break
        text = longer
    return text or "image"


def file_name(created: datetime, prompt: str, image_id: str, kind: ImageFormat) -> str:
    """The path in the library: "2026/11/2026-11-22_a-siamese-cat_7f3k9qx2m4.png". The date is the local one of `created`."""
    day = created.astimezone()
    return f"{day:%Y}/{day:%m}/{day:%Y-%m-%d}_{slug(prompt)}_{image_id}.{kind.value}"


def id_in_name(name: str) -> str | None:
    """The image's id in a name of ours; None for any other file, which the app never touches."""
    match = _NAME.fullmatch(name)
    if match is None or match["format"] not in set(ImageFormat):
        return None
    return match["id"]
