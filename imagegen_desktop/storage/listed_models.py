"""Remembers which models each endpoint listed, so that they are offered at the next start too."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.models import ListedModel
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import storage_errors, write_durably

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.requests import Endpoint

log = logging.getLogger(__name__)


FRESH: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an endpoint listed, and when it was asked."""

    asked: datetime
    models: tuple[ListedModel, ...]


class ListedModels:
    """One small file in the app's data folder: a cache, which may be deleted."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, endpoint: Endpoint) -> tuple[ListedModel, ...]:
        """What the endpoint listed last; nothing where it never did."""
        known = self._read().get(endpoint.secret_name)
        return () if known is None else known.models

    def is_old(self, endpoint: Endpoint, now: datetime) -> bool:
        """Whether the endpoint was last asked more than a day ago, or never."""
        known = self._read().get(endpoint.secret_name)
        return known is None or not timedelta() <= now - known.asked <= FRESH

    def note(self, endpoint: Endpoint, models: tuple[ListedModel, ...], now: datetime) -> None:
        """Raises StorageError, DiskFullError."""
        known = self._read() | {endpoint.secret_name: Listing(asked=now, models=models)}
        with storage_errors():
            write_durably(self._file, encode_readable(known))

    def _read(self) -> dict[str, Listing]:
        try:
            return decode(self._file.read_bytes(), dict[str, Listing])
        except FileNotFoundError:
            return {}
        except (OSError, MalformedError) as error:
            log.info("the list of models can't be read and is made anew: %s", error)
            return {}
