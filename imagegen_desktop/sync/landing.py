"""Has what comes from elsewhere stand in a file whole, checked and lasting, or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import DiskFullError, StorageError
from imagegen_desktop.core.remote import RemoteDamagedError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def land(pieces: Iterable[bytes], into: Path, *, key: str, sha256: str) -> None:
    """Raises RemoteDamagedError where the hash is not `sha256` (empty for any), StorageError for this side's disk.

    What `pieces` raises leaves nothing behind.
    """
    half = into.parent / f".tmp-{uuid.uuid4().hex}"
    digest = hashlib.sha256()
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        with half.open("xb") as stream:
            for piece in pieces:
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        if sha256 and digest.hexdigest() != sha256:
            raise RemoteDamagedError(f"{key} hashes to {digest.hexdigest()}, not to {sha256}")  # noqa: TRY301 (cleaned up below)
        half.replace(into)
    except BaseException as error:
        half.unlink(missing_ok=True)
        if isinstance(error, OSError):
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            raise (DiskFullError(str(error)) if full else StorageError(str(error))) from error
        raise
    if os.name != "nt":
        descriptor = os.open(into.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
