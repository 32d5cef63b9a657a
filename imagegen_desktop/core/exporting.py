"""What a copy that leaves the library looks like: its format, its size, its name, and what it tells of itself."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum, auto
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagegen_desktop.core.changes import ImageState


class Metadata(StrEnum):
    """What a copy tells. ORIGINAL is the very bytes that came; FULL embeds prompt and settings; NONE embeds nothing."""

    ORIGINAL = auto()
    FULL = auto()
    NONE = auto()


class CopyFormat(StrEnum):
    """KEEP is the format that the original has."""

    KEEP = auto()
    PNG = auto()
    JPEG = auto()
    WEBP = auto()


class Container(StrEnum):
    FOLDER = auto()
    ZIP = auto()


class ExportFault(StrEnum):
    """Why a choice can't be carried out."""

    ORIGINAL_IS_NOT_CHANGED = auto()
    NAME_IS_EMPTY = auto()
    NAME_HAS_UNKNOWN_WORD = auto()


DEFAULT_PATTERN: Final = "{date}_{slug}_{id}"
LONGEST_NAME: Final = 150
WORDS: Final = ("date", "time", "slug", "title", "model", "size", "id", "n")

_WORD: Final = re.compile(r"\{(\w*)\}")
# What Windows, macOS or a FAT disk can't hold in a name, and the separators.
_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoice:
    """`quality` is 1 to 100 for JPEG and WebP; `longest_edge` is in pixels, None for the original's; `pattern` see `name_for`."""

    metadata: Metadata = Metadata.ORIGINAL
    format: CopyFormat = CopyFormat.KEEP
    quality: int = 90
    longest_edge: int | None = None
    pattern: str = DEFAULT_PATTERN
    container: Container = Container.FOLDER

    @property
    def keeps_bytes(self) -> bool:
        return self.metadata is Metadata.ORIGINAL

    @property
    def ends_credential(self) -> bool:
        """Whether a content credential (C2PA) of an original does not hold for the copy: it signs every byte."""
        return not self.keeps_bytes


def fault_in(choice: ExportChoice) -> ExportFault | None:
    """What is wrong with a choice; None if it can be carried out."""
    if choice.keeps_bytes and (choice.format is not CopyFormat.KEEP or choice.longest_edge is not None):
        return ExportFault.ORIGINAL_IS_NOT_CHANGED
    if not choice.pattern.strip():
        return ExportFault.NAME_IS_EMPTY
    unknown = [word for word in _WORD.findall(choice.pattern) if word not in WORDS]
    return ExportFault.NAME_HAS_UNKNOWN_WORD if unknown else None


def name_for(pattern: str, state: ImageState, number: int) -> str:
    """A file's name without its ending, legal on Windows, macOS and Linux, never empty.

    The words of a pattern: {date} and {time} (local, when the picture was made), {slug} (the prompt's first words as they stand
    in the original's name), {title} (the person's own, else the slug), {model}, {size} (pixels), {id}, {n} (the number within
    one export, from 1). Any other word stays as it stands.
    """
    moment = state.record.created.astimezone()
    slug = _slug_of(state)
    values = {
        "date": f"{moment:%Y-%m-%d}",
        "time": f"{moment:%H-%M-%S}",
        "slug": slug,
        "title": state.title or slug,
        "model": state.record.asked.model if state.record.asked else state.record.foreign or "image",
        "size": f"{state.record.got.width}x{state.record.got.height}",
        "id": state.id,
        "n": str(number),
    }
    return legal_name(_WORD.sub(lambda match: values.get(match[1], match[0]), pattern))


def legal_name(text: str) -> str:
    """`text` as the stem of a file's name that every system takes: at most 150 bytes of UTF-8, never empty."""
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(" " if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign for sign in plain)
    plain = " ".join(_FORBIDDEN.sub("-", plain).split()).strip(". ")
    if _RESERVED.fullmatch(plain):
        plain = f"{plain}_" if "." not in plain else f"_{plain}"
    short = plain.encode()[:LONGEST_NAME].decode(errors="ignore").strip(". ")
    return short or "image"


def unused_name(stem: str, ending: str, taken: Iterable[str]) -> str:
    """`stem.ending`, or with a number behind it if `taken` has it: names that differ by case alone are the same on some disks."""
    used = {name.casefold() for name in taken}
    name, number = f"{stem}.{ending}", 1
    while name.casefold() in used:
        number += 1
        name = f"{stem} ({number}).{ending}"
    return name


def _slug_of(state: ImageState) -> str:
    stem = PurePosixPath(state.record.file).stem
    words = re.fullmatch(r"\d{4}-\d{2}-\d{2}_(?P<slug>.+)_[^_]+", stem)
    return words["slug"] if words else stem
