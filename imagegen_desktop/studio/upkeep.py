"""Looks after a library: makes its index again, re-reads its files, and finds again what was moved by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.changes import FILE, ImageState, Wish
from imagegen_desktop.core.errors import CancelledError
from imagegen_desktop.storage.incoming import StoppedError, UnreadableError, hash_of
from imagegen_desktop.storage.inventory import picture_folders, states_of, take_inventory
from imagegen_desktop.storage.mending import mend_records
from imagegen_desktop.studio.upkeep_steps import (
    Altered,
    FoundAgain,
    Hashed,
    Missing,
    Places,
    Rebuilt,
    Unknown,
    UpkeepProgress,
    UpkeepStep,
    Verified,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from imagegen_desktop.core.albums import Shelf
    from imagegen_desktop.core.cancel import CancelToken
    from imagegen_desktop.storage.inventory import Inventory
    from imagegen_desktop.storage.library import Library

# Images between two words of progress.
_OFTEN: Final = 50
# Systems watch some hundred folders at no cost; those of the latest months come first.
MOST_PLACES: Final = 200


class Upkeep:
    """The use cases on one open library. Each raises StorageError and its family for the library's folder as a whole.

    `noted` gives the record that the ledger noted for an image, if it did: the last resort for one that can't be read.
    """

    def __init__(self, library: Library, noted: Callable[[str], bytes | None] = lambda _image: None) -> None:
        self._library = library
        self._noted = noted

    def rebuild(self, cancel: CancelToken) -> Iterator[UpkeepStep]:
        """Make the index again from the folder alone. A cancel leaves the one that was."""
        counted: list[int] = []

        def read() -> tuple[Iterator[ImageState], Shelf]:
            content = self._library.reread()
            if self._library.index.ids() - content.states.keys():
                # What the index knows and the folder does not tell may be a record that can't be read.
                list(mend_records(self._library, self._noted, cancel))
                content = self._library.reread()
            counted.append(len(content.states))
            return _until_cancelled(content.states.values(), cancel), content.shelf

        try:
            self._library.index.replace(read)
        except CancelledError:
            return
        self._library.folder.announce()
        yield Rebuilt(counted[0])

    def verify(self, cancel: CancelToken) -> Iterator[UpkeepStep]:
        """Read every record and original again, compare it with the hash of what came; find again what was moved.

        Nothing is deleted or overwritten. A cancel ends without `Verified`.
        """
        torn = yield from self._mend(cancel)
        inventory = take_inventory(self._library)
        of, read, altered, sound = len(inventory.present), 0, 0, 0
        hashes: dict[str, str] = {}
        yield UpkeepProgress(0, of)
        for done, state in enumerate(states_of(self._library, inventory.present), 1):
            path = self._library.path_of(state)
            try:
                sha256 = hash_of(path, cancel)
            except StoppedError:
                break
            except UnreadableError as error:
                altered += 1
                yield Altered(state, path, str(error))
                continue
            read += state.record.got.size_bytes
            if not state.sha256:
                hashes[state.id] = sha256
            elif sha256 != state.sha256:
                altered += 1
                yield Altered(state, path, "Its bytes are other ones than those that came. The file was left as it is.")
                continue
            sound += 1
            if done % _OFTEN == 0 or done == of:
                yield UpkeepProgress(done, of, read)
        if hashes:
            self._library.note_hashes(hashes)
            yield Hashed(len(hashes))
        if cancel.cancelled:
            return
        strays = yield from self._strays(inventory, cancel)
        if not cancel.cancelled:
            yield replace(strays, sound=sound + strays.found_again, altered=altered, torn=torn)

    def look(self, cancel: CancelToken) -> Iterator[UpkeepStep]:
        """After files were changed by hand: find again what was moved, and tell what is missing and what is new.

        Only files are read that no image owns and that are as large as a missing one.
        """
        inventory = take_inventory(self._library)
        strays = yield from self._strays(inventory, cancel)
        if not cancel.cancelled:
            yield replace(strays, sound=len(inventory.present) + strays.found_again)

    def places(self, cancel: CancelToken) -> Iterator[Places]:
        """Where to watch for changes by hand."""
        if not cancel.cancelled:
            yield Places(picture_folders(self._library, MOST_PLACES))

    # ---- own ----

    def _mend(self, cancel: CancelToken) -> Generator[UpkeepStep, None, int]:
        """Gives how many records can't be read and were not mended."""
        torn = 0
        mended: set[str] = set()
        for record in mend_records(self._library, self._noted, cancel):
            yield record
            torn += not record.mended
            if record.mended:
                mended.add(record.path.stem)
        if lost := mended - self._library.index.ids():
            self._library.index.put(state for state in self._library.reread().states.values() if state.id in lost)
        return torn

    def _strays(self, inventory: Inventory, cancel: CancelToken) -> Generator[UpkeepStep, None, Verified]:
        """Bring missing images and unknown files together by hash. Gives how many of these there are."""
        wanted: dict[str, list[ImageState]] = {}
        for state in inventory.missing:
            if state.sha256 and not state.trashed:
                wanted.setdefault(state.sha256, []).append(state)
        sizes = {state.record.got.size_bytes for states in wanted.values() for state in states}
        found: list[tuple[ImageState, Path]] = []
        unknown: list[Path] = []
        for path in inventory.unknown:
            states = wanted.get(self._hash(path, sizes, cancel))
            if states:
                found.append((states.pop(), path))
            else:
                unknown.append(path)
        if found and not cancel.cancelled:
            root = self._library.folder.path
            wishes = [Wish(state.id, FILE, path.relative_to(root).as_posix()) for state, path in found]
            changed = {state.id: state for state in self._library.apply(wishes).states}
            for state, path in found:
                yield FoundAgain(changed.get(state.id, state), path)
        again = {state.id for state, _ in found}
        gone = [state for state in inventory.missing if state.id not in again]
        elsewhere = self._library.index.held(state.id for state in gone)
        for state in gone:
            if state.id not in elsewhere:
                yield Missing(state)
        if unknown:
            yield Unknown(tuple(unknown))
        return Verified(
            0, len(gone) - len(elsewhere), found_again=len(found), unknown=len(unknown), elsewhere=len(elsewhere)
        )

    def _hash(self, path: Path, sizes: AbstractSet[int], cancel: CancelToken) -> str:
        """Empty for what can't be one of these sizes; only others are read."""
        try:
            return hash_of(path, cancel) if path.stat().st_size in sizes else ""
        except (OSError, StoppedError, UnreadableError):
            # What can't be read is at least told as unknown.
            return ""


def _until_cancelled(states: Iterable[ImageState], cancel: CancelToken) -> Iterator[ImageState]:
    """Passes states on. Raises CancelledError."""
    for state in states:
        if cancel.cancelled:
            raise CancelledError
        yield state
