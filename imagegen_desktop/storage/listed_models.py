"""Remembers which models each endpoint listed, so that they are offered at the next start too."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from imagegen_desktop.core.models import ListedModel
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.requests import Endpoint

log = logging.getLogger(__name__)


class ListedModels:
    """One small file in the app's data folder: a cache, which may be deleted."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, endpoint: Endpoint) -> tuple[ListedModel, ...]:
        """What the endpoint listed last; nothing where it never did."""
        return self._read().get(endpoint.secret_name, ())

    def note(self, endpoint: Endpoint, models: tuple[ListedModel, ...]) -> None:
        """Raises StorageError, DiskFullError."""
        known = self._read()
        if known.get(endpoint.secret_name) != models:
            with storage_errors():
                write_durably(self._file, encode_readable(known | {endpoint.secret_name: models}))

    def _read(self) -> dict[str, tuple[ListedModel, ...]]:
        try:
            return decode(self._file.read_bytes(), dict[str, tuple[ListedModel, ...]])
        except FileNotFoundError:
            return {}
        except (OSError, MalformedError) as error:
            log.info("the list of models can't be read and is made anew: %s", error)
            return {}
