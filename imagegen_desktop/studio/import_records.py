"""Makes the record of a picture that comes from elsewhere, of what its bytes and the text beside it say."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from imagegen_desktop import __version__
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import Asked, Got, ImageRecord, Origin
from imagegen_desktop.imaging.foreign.reading import LARGEST_SIDECAR, Looked, joined, look, sidecar
from imagegen_desktop.storage.naming import file_name, id_in_name

if TYPE_CHECKING:
    from collections.abc import Container

    from imagegen_desktop.imaging.foreign.foreign import Foreign
    from imagegen_desktop.studio.arrivals import Arrival

# Before that there was neither a PNG nor a JPEG: such a date is of a clock that was never set.
_OLDEST: Final = datetime(1980, 1, 1, tzinfo=UTC)
LONGEST_NAME: Final = 255


class Moments:
    """Makes the dates of one bulk differ, by microseconds: thousands of files unpacked at once have one and the same."""

    def __init__(self) -> None:
        self._next: dict[datetime, int] = {}

    def unlike_others(self, moment: datetime) -> datetime:
        count = self._next.get(moment, 0)
        self._next[moment] = count + 1
        return moment + timedelta(microseconds=count)


@dataclass(frozen=True, slots=True)
class Named:
    """The record of a picture; `seen` is size and time of change of the file it was made of."""

    record: ImageRecord
    seen: tuple[int, int]


def id_for(name: str, taken: Container[str]) -> str:
    """The id of a file that stays where it lies: a name of ours keeps its own, unless another image has it."""
    image_id = id_in_name(name)
    return new_id() if image_id is None or image_id in taken else image_id


def name_file(  # noqa: PLR0917 (what is known of one file)
    looked: Looked, arrival: Arrival, descriptor: int, moments: Moments, image_id: str = "", place: str = ""
) -> Named:
    """A record without a hash, of a file that lies at `place` in the library, or else gets a name of ours. Raises OSError."""
    status = os.fstat(descriptor)
    beside = arrival.sidecar
    foreign = looked.foreign
    if beside is not None:
        with beside.open("rb") as stream:
            said = sidecar(stream.read(LARGEST_SIDECAR + 1))
        foreign = joined(foreign, said) if said else foreign
    created = moments.unlike_others(foreign.created or _changed(status.st_mtime))
    record = _record(looked, foreign, arrival.path.name, created, status.st_size, image_id, place)
    return Named(record, (status.st_size, status.st_mtime_ns))


def name_bytes(data: bytes, name: str, moments: Moments) -> Named:
    """A record with its hash, dated by what the picture says, else now. Raises UndecodableError."""
    looked = look(BytesIO(data))
    created = moments.unlike_others(looked.foreign.created or datetime.now(UTC))
    record = _record(looked, looked.foreign, name, created, len(data))
    return Named(replace(record, sha256=hashlib.sha256(data).hexdigest()), (len(data), 0))


def _changed(seconds: float) -> datetime:
    """A file's time of change, as far as it can be true."""
    return datetime.fromtimestamp(min(max(seconds, _OLDEST.timestamp()), time.time()), UTC)


def _record(  # noqa: PLR0917 (what is known of one file)
    looked: Looked, foreign: Foreign, name: str, created: datetime, size: int, image_id: str = "", place: str = ""
) -> ImageRecord:
    image_id = image_id or new_id()
    asked = None
    if foreign.model or foreign.seed is not None or foreign.size:
        asked = Asked(endpoint="", model=foreign.model, size=foreign.size, seed=foreign.seed)
    named_settings = (
        ("Steps", "" if foreign.steps is None else str(foreign.steps)),
        ("Sampler", foreign.sampler),
        ("Guidance", "" if foreign.guidance is None else f"{foreign.guidance:g}"),
    )
    # Not every system's file names are text.
    original_name = name.encode("utf-8", "replace").decode()[:LONGEST_NAME]
    return ImageRecord(
        id=image_id,
        file=place or file_name(created, foreign.prompt or PurePath(original_name).stem, image_id, looked.format),
        sha256="",
        created=created,
        origin=Origin.IMPORTED,
        prompt=foreign.prompt,
        asked=asked,
        got=Got(format=looked.format, width=looked.width, height=looked.height, size_bytes=size),
        seed=foreign.seed,
        app_version=__version__,
        negative_prompt=foreign.negative,
        original_name=original_name,
        foreign=foreign.source,
        settings=tuple(pair for pair in named_settings if pair[1]) + foreign.extras,
        source_type=foreign.digital_source_type,
        content_credential=foreign.has_content_credential,
    )
