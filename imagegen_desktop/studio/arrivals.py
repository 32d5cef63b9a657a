"""Finds the picture files that a person wants to bring in, in folders of any depth and with links in circles."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.records import ImageFormat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imagegen_desktop.core.cancel import CancelToken

SUFFIXES: Final = frozenset({f".{kind.value}" for kind in ImageFormat} | {".jpeg", ".jpe", ".jfif", ".apng"})
# In this order: JSON says more than text.
SIDECARS: Final = (".json", ".txt")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that may be a picture, and what another program may have written beside it."""

    path: Path
    sidecar: Path | None = None


def gather(paths: Iterable[Path], *, follow_links: bool, cancel: CancelToken) -> tuple[Arrival, ...]:
    """Files as they were named, and the pictures of folders and all that lies in them, each file once, in order of names.

    What is hidden is passed over in folders, and so is what can't be listed; a library's own `.imagegen` is hidden.
    """
    found: dict[Path, Arrival] = {}
    for path in paths:
        # Unlike a Path's own, these say no where the system refuses to tell: the file is then refused with its reason.
        if os.path.isdir(path):  # noqa: PTH112 (said above)
            for arrival in _in_folder(path, follow_links=follow_links, cancel=cancel):
                found.setdefault(arrival.path, arrival)
        else:
            found.setdefault(path, Arrival(path, _beside(path)))
    return tuple(found.values())


def _in_folder(top: Path, *, follow_links: bool, cancel: CancelToken) -> Iterator[Arrival]:
    # A folder is known by what it is, not by how it was reached: links may lead in circles.
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(top, followlinks=follow_links):
        if cancel.cancelled:
            return
        try:
            itself = os.stat(folder)  # noqa: PTH116 (os.walk gives text)
        except OSError:
            folders.clear()
            continue
        if (itself.st_dev, itself.st_ino) in seen:
            folders.clear()
            continue
        seen.add((itself.st_dev, itself.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        by_name = {name.lower(): name for name in names}
        place = Path(folder)
        for name in sorted(names):
            stem, dot, suffix = name.rpartition(".")
            if name.startswith(".") or f".{suffix.lower()}" not in SUFFIXES or not dot:
                continue
            beside = next(
                (by_name[key] for key in (f"{stem}{other}".lower() for other in SIDECARS) if key in by_name), None
            )
            yield Arrival(place / name, place / beside if beside else None)


def _beside(path: Path) -> Path | None:
    besides = (path.with_suffix(suffix) for suffix in SIDECARS)
    return next((beside for beside in besides if os.path.isfile(beside)), None)  # noqa: PTH113 (says no where it is refused)
