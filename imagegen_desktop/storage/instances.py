"""Tells which running programs there are, so that nobody takes a job from one that is alive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from imagegen_desktop.core.ids import new_id
from imagegen_desktop.storage.files import storage_errors

if TYPE_CHECKING:
    from pathlib import Path


class Instances:
    """One lock file for each running program. The system frees a lock when its holder dies, however it dies."""

    def __init__(self, folder: Path) -> None:
        """Raises StorageError."""
        self._folder = folder
        self.own = new_id()
        with storage_errors():
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(self._path(self.own))
            self._lock.acquire()

    def is_alive(self, owner: str) -> bool:
        """Whether the program of that name runs, this one included."""
        if owner == self.own:
            return True
        path = self._path(owner)
        if not owner or not path.exists():
            return False
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        lock.release()
        path.unlink(missing_ok=True)
        return False

    def shutdown(self) -> None:
        self._lock.release()
        self._path(self.own).unlink(missing_ok=True)

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"
