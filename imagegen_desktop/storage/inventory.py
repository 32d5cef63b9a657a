"""Compares what a library should hold with the files that lie in its folder."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.storage.files import TEMPORARY_PREFIX, storage_errors
from imagegen_desktop.storage.folder_names import STALE_SECONDS
from imagegen_desktop.storage.naming import id_in_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from imagegen_desktop.storage.library import Library

PICTURE_ENDINGS: Final = frozenset({f".{kind.value}" for kind in ImageFormat} | {".jpeg", ".jpe", ".jfif", ".apng"})


# So many states at once: all of a hundred thousand would take a third of a gigabyte.
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Inventory:
    """`present` are the ids of images whose file is where it should be, `missing` those whose file is not.

    `unknown` are pictures that no image of the library owns.
    """

    present: tuple[str, ...]
    missing: tuple[ImageState, ...]
    unknown: tuple[Path, ...]


def take_inventory(library: Library) -> Inventory:
    """By names alone: no file is opened. Raises StorageError and its family, LibraryMissingError for a folder that is gone."""
    root = library.folder.path
    present: list[str] = []
    missing: list[ImageState] = []
    with storage_errors(root):
        library.folder.require()
        known = library.index.ids()
        strangers = set(_pictures(root))
        # What was added between the two looks is no stranger.
        known |= library.index.ids()
        for state in states_of(library, known):
            path = library.path_of(state)
            inside = path.relative_to(root).as_posix()
            if inside in strangers:
                strangers.discard(inside)
                present.append(state.id)
            elif path.exists():
                present.append(state.id)
            else:
                missing.append(state)
        visible = (root / inside for inside in sorted(strangers) if not inside.startswith("."))
        unknown = tuple(path for path in visible if not _is_on_its_way(path, known))
    return Inventory(tuple(present), tuple(missing), unknown)


def picture_folders(library: Library, most: int) -> tuple[Path, ...]:
    """The folders in which pictures of people lie or may come to lie, those near the top first; `most` at the most.

    Raises StorageError, LibraryMissingError.
    """
    with storage_errors(library.folder.path):
        library.folder.require()
        found: list[Path] = []
        waiting = [library.folder.path]
        while waiting and len(found) < most:
            folder = waiting.pop(0)
            found.append(folder)
            with os.scandir(folder) as entries:
                inside = [one.name for one in entries if one.is_dir(follow_symlinks=False) and one.name[:1] != "."]
            waiting += [folder / name for name in sorted(inside, reverse=True)]
        return tuple(found)


def states_of(library: Library, ids: Iterable[str]) -> Iterator[ImageState]:
    """Those that are known, some at a time, in the order of their ids. Raises StorageError."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield from library.index.get(ordered[start : start + CHUNK])


def _is_on_its_way(path: Path, known: AbstractSet[str]) -> bool:
    """A fresh file with a name of ours, whose record comes in a moment or through a sync client: the sweep sees to it."""
    image_id = id_in_name(path.name)
    if image_id is None or image_id in known:
        return False
    try:
        return path.stat().st_mtime > time.time() - STALE_SECONDS
    except FileNotFoundError:
        return True


def _pictures(top: Path) -> Iterator[str]:
    """Relative to `top` and with forward slashes."""
    trash = top / ".imagegen" / "trash"
    for folder, folders, names in os.walk(top):
        # Of the library's own folder only the trash holds pictures of people; what is hidden is none of its business.
        folders[:] = [name for name in folders if not name.startswith(".")]
        inside = Path(folder).relative_to(top).as_posix()
        yield from _named("" if inside == "." else f"{inside}/", names)
    if trash.is_dir():
        yield from _named(".imagegen/trash/", os.listdir(trash))  # noqa: PTH208 (names are all that is wanted)


def _named(inside: str, names: list[str]) -> Iterator[str]:
    for name in names:
        stem, dot, ending = name.rpartition(".")
        if dot and stem and not name.startswith(TEMPORARY_PREFIX) and f".{ending.lower()}" in PICTURE_ENDINGS:
            yield f"{inside}{name}"
