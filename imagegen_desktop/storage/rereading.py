"""Reads a library's folder from scratch: records, packs and logs, folded into the state of each image."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagegen_desktop.core.albums import Shelf, fold_shelf
from imagegen_desktop.core.changes import ImageState, fold
from imagegen_desktop.core.records import ImageRecord
from imagegen_desktop.storage.codec import MalformedError, decode
from imagegen_desktop.storage.files import storage_errors
from imagegen_desktop.storage.id_range import IdSet
from imagegen_desktop.storage.record_packs import RecordPacks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.storage.change_log import ChangeLog
    from imagegen_desktop.storage.library_folder import LibraryFolder

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FolderContent:
    """What a folder tells: images by their ids, without those that were purged, and the albums and tags' colours."""

    states: dict[str, ImageState]
    shelf: Shelf


def read_folder(folder: LibraryFolder, changes: ChangeLog) -> FolderContent:
    """Raises OSError, StorageError. A record that can't be read is passed over and logged."""
    packed = {record.id: record for record in RecordPacks(folder.packs).read()}
    records = packed | {record.id: record for record in read_records(sorted(folder.records.glob("??/*.json")))}
    lines = tuple(changes.read())
    states = fold(records.values(), lines)
    return FolderContent({one: state for one, state in states.items() if not state.purged}, fold_shelf(lines))


def read_some(folder: LibraryFolder, changes: ChangeLog, ids: Collection[str]) -> dict[str, ImageState]:
    """The states of these images, also of those that were purged. Raises StorageError."""
    wanted = IdSet(frozenset(ids))
    with storage_errors(folder.path):
        packed = {record.id: record for record in RecordPacks(folder.packs).read(wanted)}
        records = packed | {record.id: record for record in read_records(map(folder.record_path, sorted(wanted.ids)))}
    return fold(records.values(), changes.read(wanted))


def read_records(files: Iterable[Path]) -> Iterator[ImageRecord]:
    """Those that are there and can be read; others of them are logged. Raises OSError."""
    for path in files:
        try:
            yield decode(path.read_bytes(), ImageRecord)
        except FileNotFoundError:
            continue
        except MalformedError as error:
            log.warning("the record %s can't be read and is left as it is: %s", path.name, error)
