"""Records of a bulk, many in one file: one sync for each chunk instead of three for each image."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import ImageRecord
from imagegen_desktop.storage.codec import MalformedError, decode, encode
from imagegen_desktop.storage.files import append_durably, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from imagegen_desktop.storage.id_range import IdSet

log = logging.getLogger(__name__)

T = TypeVar("T")

# A pack is written once and read as a whole: this many keep it at some megabytes.
RECORDS_OF_A_PACK: Final = 5_000
# How a line of ours begins.
_START: Final = b'{"id":"'


class RecordPacks:
    """The files `<folder>/<id>.jsonl`, one record a line. Each writer begins files of its own. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def writer(self) -> PackWriter:
        """For one bulk in one process."""
        return PackWriter(self.folder)

    def read(self, ids: IdSet | None = None) -> Iterator[ImageRecord]:
        """The records of all packs, or some of them. A torn last line, which was never acknowledged, is passed over."""
        return (record for record in self._lines(ImageRecord, ids) if ids is None or ids.holds(record.id))

    def ids(self, ids: IdSet | None = None) -> Iterator[str]:
        """Of the same, a third as dear."""
        return (line.id for line in self._lines(_Known, ids) if ids is None or ids.holds(line.id))

    def _lines(self, kind: type[T], ids: IdSet | None) -> Iterator[T]:
        files = sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []
        for file in files:
            with file.open("rb") as lines:
                for line in lines:
                    if ids is not None and not ids.may_hold(line, _START):
                        continue
                    if not line.strip():
                        continue
                    try:
                        yield decode(line, kind)
                    except MalformedError as error:
                        log.info("a line of the pack %s is no record and is passed over: %s", file.name, error)


@dataclass(frozen=True, slots=True)
class _Known:
    """As much of a record as tells whose it is."""

    id: str
    file: str
    sha256: str


class PackWriter:
    """Appends chunks of records, and begins a new file when one has enough."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: Path | None = None
        self._count = 0

    def append(self, records: Iterable[ImageRecord]) -> None:
        """When this returns the records outlive a power cut. Raises OSError."""
        lines = [encode(record) + b"\n" for record in records]
        if not lines:
            return
        make_folder(self._folder)
        if self._file is None or self._count >= RECORDS_OF_A_PACK:
            self._file, self._count = self._folder / f"{new_id()}.jsonl", 0
        append_durably(self._file, b"".join(lines))
        self._count += len(lines)
