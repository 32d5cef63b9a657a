"""Judges paths that came from elsewhere: what leads out of a library is refused, what not every system can hold is renamed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import ImageFormat

if TYPE_CHECKING:
    from imagegen_desktop.core.changes import ImageState

LONGEST_PATH: Final = 1000
# Of a file's name and of each folder's, in UTF-8.
LONGEST_PART: Final = 255
_KEPT: Final = 100
_ENDINGS: Final = frozenset({kind.value for kind in ImageFormat} | {"jpeg", "jpe", "jfif", "apng"})
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_RESERVED: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]")
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|com[¹²³]|lpt[¹²³])(?:\..*)?", re.IGNORECASE)


def is_inside(path: str) -> bool:
    """Whether it names a picture within a library's folder, on whatever system, and nothing that is hidden there."""
    parts = path.split("/")
    return (
        0 < len(path) <= LONGEST_PATH
        and "\\" not in path
        and "\0" not in path
        and _DRIVE.match(path) is None
        and all(part and not part.startswith(".") for part in parts)
        and path.rpartition(".")[2].lower() in _ENDINGS
    )


def is_portable(path: str) -> bool:
    """Whether every system can hold a file of this name."""
    return all(_is_portable(part) for part in path.split("/"))


def aside(state: ImageState) -> str:
    """Another path for the image, with its id in it: every system can hold it, and no other image has it."""
    *folders, name = state.path.split("/")
    stem, _, ending = name.rpartition(".")
    return "/".join([*map(_cleaned, folders), f"{_cleaned(stem)}_{state.id}.{ending}"])


def _is_portable(part: str) -> bool:
    return (
        _RESERVED.search(part) is None
        and _DEVICES.fullmatch(part) is None
        and part == part.strip(" ").rstrip(".")
        and len(part.encode()) <= LONGEST_PART
    )


def _cleaned(part: str) -> str:
    if _is_portable(part):
        return part if len(part.encode()) <= _KEPT else _shortened(part)
    text = _shortened(_RESERVED.sub("-", part)).strip(" ").rstrip(". ") or "-"
    return f"_{text}" if _DEVICES.fullmatch(text) else text


def _shortened(part: str) -> str:
    return part.encode()[:_KEPT].decode(errors="ignore").rstrip(". ")
