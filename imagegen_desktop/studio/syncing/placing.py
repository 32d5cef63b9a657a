"""Has files follow what was said elsewhere: to the trash and back, to another name; never over another file."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from imagegen_desktop.core.changes import FILE, ImageState, Wish
from imagegen_desktop.storage.files import make_folder, storage_errors, sync_folder
from imagegen_desktop.studio.syncing.paths import aside, is_portable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from imagegen_desktop.storage.library import Library


class Placing:
    """`discard` moves a file to the system's trash, or says no. Raises StorageError."""

    def __init__(self, library: Library, discard: Callable[[Path], bool]) -> None:
        self._library = library
        self._discard = discard

    def other_names(self, before: Mapping[str, ImageState], after: Mapping[str, ImageState]) -> Iterator[Wish]:
        """New names for what came under one that not every system can hold, or that another picture has here."""
        for image, state in after.items():
            old = before.get(image)
            if state.purged or (old is not None and old.path == state.path):
                continue
            if not is_portable(state.path) or self._is_taken(state):
                yield Wish(image, FILE, aside(state))

    def follow(self, before: Mapping[str, ImageState], after: Mapping[str, ImageState]) -> None:
        """Whatever was done already stays so: it may be called again after a crash."""
        for image, old in before.items():
            new = after.get(image)
            if new is None or new == old:
                continue
            if new.purged:
                self._take_away(old)
            else:
                place = self._library.folder.path / new.path
                self._move(self._library.path_of(old), self._library.trash_path(new) if new.trashed else place)

    def _is_taken(self, state: ImageState) -> bool:
        path = self._library.folder.path / state.path
        return path.is_file() and bool(state.sha256) and self._hash_of(path) != state.sha256

    def _move(self, source: Path, target: Path) -> None:
        if source == target:
            return
        with storage_errors(self._library.folder.path):
            if source.is_file() and not target.exists():
                make_folder(target.parent)
                source.rename(target)
                sync_folder(target.parent)
                sync_folder(source.parent)

    def _take_away(self, state: ImageState) -> None:
        """Deleted for good on another computer: here its file goes to the system's trash, or else stays in quarantine.

        A file that was made another one meanwhile is left where it is.
        """
        path = self._library.path_of(state)
        if not path.is_file() or (state.sha256 and self._hash_of(path) != state.sha256):
            return
        if not self._discard(path):
            self._move(path, self._library.folder.quarantine / path.name)

    def _hash_of(self, path: Path) -> str:
        with storage_errors(self._library.folder.path), path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
