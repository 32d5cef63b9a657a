"""Remembers what was heard of newer versions, so that nobody can play an older tale, and where news are to be had."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imagegen_desktop.core.updates import UpdateSource
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of newer versions. Times are aware.

    `starts` of the program so far; `looked` when news were last asked for; `issued`, `version` and `page` of the newest news
    that were believed; `put_off` the version that the person does not want to hear of.
    """

    starts: int = 0
    looked: datetime = LONG_AGO
    issued: datetime = LONG_AGO
    version: str = ""
    page: str = ""
    put_off: str = ""


class UpdateMemory:
    """A small file in the data folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> Heard:
        try:
            return decode(self._path.read_bytes(), Heard)
        except FileNotFoundError:
            return Heard()
        except (OSError, MalformedError) as error:
            log.warning("what was heard of newer versions can't be read, and is forgotten: %s", error)
            return Heard()

    def save(self, heard: Heard) -> None:
        """Raises StorageError."""
        with storage_errors():
            write_durably(self._path, encode_readable(heard))


def load_source(resources: Path) -> UpdateSource:
    """Where this build looks for news, and whose signature it believes."""
    return decode((resources / "updates.json").read_bytes(), UpdateSource)
