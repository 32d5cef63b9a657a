"""Writes records again that can't be read any more, from what this computer still knows of their images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen_desktop.core.records import ImageRecord
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably
from imagegen_desktop.storage.record_packs import RecordPacks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.library import Library


@dataclass(frozen=True, slots=True)
class TornRecord:
    """The record at `path` could not be read. If it was `mended` it can be again, and its old bytes lie in the quarantine."""

    path: Path
    mended: bool


def mend_records(library: Library, noted: Callable[[str], bytes | None], cancel: CancelToken) -> Iterator[TornRecord]:
    """Look at every record's file, and mend those that can't be read.

    `noted` gives the record that was noted for an image before its file was written, if there is one. The index is not
    changed. Raises StorageError and its family.
    """
    folder = library.folder
    with storage_errors(folder.path):
        folder.require()
        files = sorted(folder.records.glob("??/*.json"))
    for path in files:
        if cancel.cancelled:
            return
        with storage_errors(folder.path):
            data = path.read_bytes()
            if _is_record(data):
                continue
            known = _known(library, path.stem, noted)
            if known is not None:
                write_durably(folder.quarantine / f"{path.stem}.record", data)
                write_durably(path, encode_readable(known))
        yield TornRecord(path, mended=known is not None)


def _is_record(data: bytes) -> bool:
    try:
        decode(data, ImageRecord)
    except MalformedError:
        return False
    return True


def _known(library: Library, image_id: str, noted: Callable[[str], bytes | None]) -> ImageRecord | None:
    """What the index holds, which was read from that very file once; else a pack's line, else the ledger's note."""
    for state in library.index.get([image_id]):
        return state.record
    for record in RecordPacks(library.folder.packs).read():
        if record.id == image_id:
            return record
    kept = noted(image_id)
    return decode(kept, ImageRecord) if kept is not None else None
