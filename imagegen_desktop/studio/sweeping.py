"""Compares a library's folder with its index, and mends what a crash left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagegen_desktop.core.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.ledger import Ledger
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.storage.sweep import SweepReport


def sweeping(library: Library, ledger: Ledger, cancel: CancelToken) -> Iterator[SweepReport]:
    """Raises StorageError and its family."""
    if not cancel.cancelled:
        yield library.sweep(ledger.record_of, utc_now())
