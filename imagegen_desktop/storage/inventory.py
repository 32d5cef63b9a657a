"""Compares what a library should hold with the files that lie in its folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.storage.library import Library

PICTURE_ENDINGS: Final = frozenset({f".{kind.value}" for kind in ImageFormat} | {".jpeg", ".jpe", ".jfif", ".apng"})


@dataclass(frozen=True, slots=True)
class Inventory:
    """`missing` are images whose file is not where it should be; `unknown` are pictures that no image of the library owns."""

    present: tuple[ImageState, ...]
    missing: tuple[ImageState, ...]
    unknown: tuple[Path, ...]


def take_inventory(library: Library) -> Inventory:
    """By names alone: no file is opened. Raises StorageError and its family, LibraryMissingError for a folder that is gone."""
    with storage_errors(library.folder.path):
        library.folder.require()
        states = library.index.get(library.index.ids())
        owned = {library.path_of(state): state for state in states}
        found = set(_pictures(library.folder.path))
        # What was added between the two looks is no stranger.
        later = {library.path_of(state) for state in library.index.get(library.index.ids() - {s.id for s in states})}
    present = tuple(state for path, state in owned.items() if path in found or path.exists())
    missing = tuple(state for path, state in owned.items() if path not in found and not path.exists())
    own = library.folder.path / ".imagegen"
    unknown = (path for path in found - owned.keys() - later if not path.is_relative_to(own))
    return Inventory(present, missing, tuple(sorted(unknown)))


def _pictures(top: Path) -> Iterator[Path]:
    trash = top / ".imagegen" / "trash"
    for folder, folders, names in os.walk(top):
        # Of the library's own folder only the trash holds pictures of people; what is hidden is none of its business.
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from _named(Path(folder), names)
    if trash.is_dir():
        yield from _named(trash, os.listdir(trash))  # noqa: PTH208 (names are all that is wanted)


def _named(folder: Path, names: list[str]) -> Iterator[Path]:
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if dot and stem and not name.startswith(TEMPORARY_PREFIX) and f".{ending.lower()}" in PICTURE_ENDINGS:
            yield folder / name
