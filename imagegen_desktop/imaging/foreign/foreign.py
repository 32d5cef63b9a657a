"""What another program said of its picture, in this program's words, each cut to a length that can be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

PROMPT_LENGTH: Final = 32_000
WORD_LENGTH: Final = 300
MOST_EXTRAS: Final = 40
# Services of today take seeds of up to 64 bits.
LARGEST_SEED: Final = 2**64 - 1
LARGEST_STEPS: Final = 1_000_000
LARGEST_EDGE: Final = 1_000_000
_OLDEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
# What is neither a line end nor a tab but moves the cursor, and halves of characters, which no file may hold.
_UNPRINTED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MOMENT: Final = re.compile(
    r"(\d{4})[-:/](\d{2})[-:/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """All fields may be empty. `size` is "1024x768", as it was asked for; `source` names the program that wrote it.

    `extras` are further settings as (name, value). `digital_source_type` is the last part of the IPTC's address, such as
    "trainedAlgorithmicMedia". `has_content_credential` tells that there is a C2PA manifest, not that it is valid.
    """

    prompt: str = ""
    negative: str = ""
    model: str = ""
    seed: int | None = None
    steps: int | None = None
    sampler: str = ""
    guidance: float | None = None
    size: str = ""
    source: str = ""
    extras: tuple[tuple[str, str], ...] = ()
    created: datetime | None = None
    digital_source_type: str = ""
    has_content_credential: bool = False

    @property
    def says_something(self) -> bool:
        """Whether there is a prompt or a setting, so that no other place needs to be asked."""
        return bool(self.prompt or self.model or self.seed is not None or self.steps is not None)


def prose(value: object) -> str:
    """Text of several lines, cut at `PROMPT_LENGTH`; empty for all that is not text."""
    return _clean(value, PROMPT_LENGTH) if isinstance(value, str) else ""


def word(value: object) -> str:
    """A short text in one line; numbers become text, everything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, int) and abs(value) > LARGEST_SEED:
        return ""
    text = str(value)
    # Nearly all are plain already, and a bulk has hundreds of thousands of them.
    if len(text) <= WORD_LENGTH and text.isascii() and text.isalnum():
        return text
    return " ".join(_clean(text, WORD_LENGTH).split())


def model_word(value: object) -> str:
    """A model's name without the folders of the computer that it lay on."""
    name = word(value)
    return name if name.startswith("http") else name.replace("\\", "/").rpartition("/")[2]


def whole(value: object, most: int = LARGEST_SEED) -> int | None:
    """A number from 0 to `most`, also where it stands as text."""
    if isinstance(value, float) and value.is_integer() and 0 <= value <= most:
        return int(value)
    if isinstance(value, str) and len(value) <= len(str(most)) and value.isascii() and value.isdecimal():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def decimal(value: object) -> float | None:
    """A finite number of at most 10,000, also where it stands as text."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,5}(\.\d{1,9})?", value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 10_000 else None  # noqa: PLR2004 (said above)


def edges(width: object, height: object) -> str:
    """Such as "1024x768", or nothing where one of them is no number of pixels."""
    wide, high = whole(width, LARGEST_EDGE), whole(height, LARGEST_EDGE)
    return f"{wide}x{high}" if wide and high else ""


def size_word(value: object) -> str:
    """A size that stands as text, such as "512 x 768"."""
    match = re.fullmatch(r"\s*(\d{1,7})\s*[xX×]\s*(\d{1,7})\s*", value) if isinstance(value, str) else None
    return edges(match[1], match[2]) if match else ""


def moment(value: object) -> datetime | None:
    """A date with or without a time of the day, as Exif, XMP and most programs write it; local where no zone is said.

    None for what is before 1980 or in the future: clocks that were never set.
    """
    match = _MOMENT.match(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    zone = match[7]
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (its zone follows)
        if zone:
            text = "+0000" if zone == "Z" else zone.replace(":", "")
            local = local.replace(tzinfo=datetime.strptime(text, "%z").tzinfo)
        found = local.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        # A 13th month, or a time that the system's calendar does not reach.
        return None
    return found if _OLDEST <= found <= datetime.now(UTC) else None


def _clean(text: str, length: int) -> str:
    text = text[:length]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return (_UNPRINTED.sub("", text) if _UNPRINTED.search(text) else text).strip()
