"""Keeps where each library is kept elsewhere, as a small JSON file without a secret."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably

if TYPE_CHECKING:
    from imagegen_desktop.storage.folders import Folders

log = logging.getLogger(__name__)


class RemotesFile:
    """`buckets.json` in the configuration folder: settings by the library's id. Raises StorageError."""

    def __init__(self, folders: Folders) -> None:
        self.path = folders.config / "buckets.json"

    def load(self, library: str) -> RemoteSettings | None:
        """None where this library is kept nowhere else."""
        return self._read().get(library)

    def save(self, library: str, settings: RemoteSettings | None) -> None:
        """None: from now on it is kept nowhere else."""
        known = self._read()
        known.pop(library, None)
        with storage_errors():
            write_durably(self.path, encode_readable(known if settings is None else known | {library: settings}))

    def _read(self) -> dict[str, RemoteSettings]:
        with storage_errors():
            try:
                return decode(self.path.read_bytes(), dict[str, RemoteSettings])
            except FileNotFoundError:
                return {}
            except MalformedError as error:
                aside = self.path.with_suffix(".broken.json")
                log.warning("%s is broken and was put aside as %s: %s", self.path.name, aside.name, error)
                self.path.replace(aside)
                return {}
