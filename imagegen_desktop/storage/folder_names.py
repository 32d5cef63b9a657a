"""What lies in a library's folder, told by names: pictures of ours, records, and what was left half written."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imagegen_desktop.storage.files import TEMPORARY_PREFIX
from imagegen_desktop.storage.id_range import PartedIds
from imagegen_desktop.storage.naming import id_in_name
from imagegen_desktop.storage.record_packs import RecordPacks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imagegen_desktop.storage.library_folder import LibraryFolder

# Another process may be writing right now what is younger.
STALE_SECONDS: Final = 3600.0

_RECORD: Final = ".json"
# Digits in the names of the folders of a year and, in these, of a month.
_YEAR, _MONTH = 4, 2
_ID_START: Final = 2


@dataclass(slots=True)
class FolderNames:
    """The ids in the names of pictures, and those of records, in files of their own or in packs.

    `stale` are temporary files that nobody has written to for an hour.
    """

    pictures: PartedIds = field(default_factory=PartedIds)
    records: PartedIds = field(default_factory=PartedIds)
    stale: list[str] = field(default_factory=list)


def read_names(folder: LibraryFolder) -> FolderNames:
    """Pictures first: a file stands before its record, which is looked for later. Raises OSError."""
    found = FolderNames()
    oldest = time.time() - STALE_SECONDS
    for entry in pictures_in(folder):
        if (image_id := id_in_name(entry.name)) is not None:
            found.pictures.add(image_id)
        elif _is_stale(entry, oldest):
            found.stale.append(entry.path)
    for entry in _records_in(folder.records):
        if entry.name.startswith(TEMPORARY_PREFIX):
            if _is_stale(entry, oldest):
                found.stale.append(entry.path)
        elif entry.name.endswith(_RECORD):
            found.records.add(entry.name.removesuffix(_RECORD))
    for image_id in RecordPacks(folder.packs).ids():
        found.records.add(image_id)
    return found


def pictures_in(folder: LibraryFolder) -> Iterator[os.DirEntry[str]]:
    """What lies where pictures of ours do. Raises OSError."""
    for year in _entries(folder.path):
        if _is_number(year.name, _YEAR) and year.is_dir():
            for month in _entries(year.path):
                if _is_number(month.name, _MONTH) and month.is_dir():
                    yield from _entries(month.path)
    yield from _entries(folder.trash)


def _records_in(folder: Path) -> Iterator[os.DirEntry[str]]:
    for entry in _entries(folder):
        if len(entry.name) == _ID_START and entry.is_dir():
            yield from _entries(entry.path)


def _entries(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """One at a time: a list of a hundred thousand takes 25 MB. Nothing in a folder that is gone or may not be read."""
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except (FileNotFoundError, PermissionError):
        return


def _is_number(name: str, digits: int) -> bool:
    return len(name) == digits and name.isascii() and name.isdigit()


def _is_stale(entry: os.DirEntry[str], oldest: float) -> bool:
    if not entry.name.startswith(TEMPORARY_PREFIX):
        return False
    try:
        return entry.stat().st_mtime < oldest
    except FileNotFoundError:
        # Whoever wrote it has just ended.
        return False
