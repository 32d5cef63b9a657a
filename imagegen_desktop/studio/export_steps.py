"""What an export tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.remote import RemoteError


@dataclass(frozen=True, slots=True)
class Exported:
    """A copy of the image stands; in a zip, `path` is its name there."""

    state: ImageState
    path: Path


@dataclass(frozen=True, slots=True)
class NotExported:
    """No copy was made of the image; `reason` is a sentence."""

    state: ImageState
    reason: str


@dataclass(frozen=True, slots=True)
class OriginalsFetched:
    """`done` of `of` originals that lie in the bucket alone were fetched, before any copy is made; `error` ended it early."""

    done: int
    of: int
    error: RemoteError | None = None


@dataclass(frozen=True, slots=True)
class ExportProgress:
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class ExportDone:
    """`place` is the folder, the zip or the file that stands now; `copies` were made, of `failed` none."""

    place: Path
    copies: int
    failed: int


ExportStep = Exported | NotExported | ExportProgress | ExportDone
