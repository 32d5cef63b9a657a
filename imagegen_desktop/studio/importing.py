"""Takes pictures into the library: copied, moved, or adopted where they lie."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.imaging.foreign.reading import look
from imagegen_desktop.storage.files import make_folder, storage_errors, sync_folder
from imagegen_desktop.storage.incoming import (
    Copied,
    StoppedError,
    UnreadableError,
    copy_hashed,
    hash_of,
    open_plain,
    reason,
)
from imagegen_desktop.studio.arrivals import Arrival, gather
from imagegen_desktop.studio.import_records import Moments, Named, id_for, name_bytes, name_file
from imagegen_desktop.studio.import_steps import (
    Duplicate,
    Found,
    HashesFollowed,
    Imported,
    ImportStep,
    Progress,
    Refused,
    Way,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.storage.library import Library

# One sync for so many records.
CHUNK: Final = 500
# Copies are large: the person sees them come, and a cancel waits for no more than these.
COPIES: Final = 64
# Several syncs of the disk at once cost little more than one.
THREADS: Final = 4


@dataclass(slots=True)
class _Count:
    """How far one import is."""

    of: int
    done: int = 0
    skipped: int = 0
    failed: int = 0

    def told(self, step: ImportStep) -> ImportStep:
        self.skipped += isinstance(step, Duplicate)
        self.failed += isinstance(step, Refused)
        return step

    def progress(self) -> Progress:
        return Progress(self.done, self.of, self.skipped, self.failed)


class Importing:
    """The use cases on one open library. Each raises StorageError and its family for the library's side alone.

    What one file is at fault of is a step, and the rest goes on. A cancel, or the end of the program at any moment, leaves
    whole images and nothing else; what was imported stays.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def files(self, paths: Sequence[Path], way: Way, cancel: CancelToken) -> Iterator[ImportStep]:
        """Bring in files and folders. In place, only what lies inside the library's folder can be taken."""
        arrivals = gather(paths, follow_links=way is not Way.IN_PLACE, cancel=cancel)
        yield Found(len(arrivals))
        if not arrivals or cancel.cancelled:
            return
        if way is Way.IN_PLACE:
            yield from self._adopt(arrivals, cancel)
            yield from self.hashes(cancel)
        else:
            yield from self._copy(arrivals, way, cancel)

    def pictures(self, data: Sequence[tuple[str, bytes]], cancel: CancelToken) -> Iterator[ImportStep]:
        """Bring in bytes, such as what was pasted or dropped by a browser, each with the name it came by, or none."""
        count, hashes = _Count(len(data)), {sha: state.id for sha, state in self._hashed()}
        yield Found(len(data))
        moments = Moments()
        for name, content in data:
            if cancel.cancelled:
                break
            count.done += 1
            try:
                named = name_bytes(content, name, moments)
            except UndecodableError as error:
                yield count.told(Refused(Path(name), str(error)))
                continue
            sha256 = named.record.sha256
            if sha256 in hashes:
                yield count.told(Duplicate(Path(name), hashes[sha256]))
                continue
            hashes[sha256] = named.record.id
            yield Imported((self._library.add(named.record, content),))
        yield count.progress()

    def hashes(self, cancel: CancelToken) -> Iterator[ImportStep]:
        """Hash what was adopted before it was hashed, also in an earlier run, and tell which of it is there twice."""
        by_hash = dict(self._hashed())
        unhashed = (state for state in self._states() if not state.sha256 and not state.trashed)
        waiting = sorted(unhashed, key=lambda state: (state.record.created, state.path))
        done = 0
        with ThreadPoolExecutor(2, "hashing") as pool:
            while chunk := waiting[done : done + CHUNK]:
                found: dict[str, str] = {}
                twins: list[Duplicate] = []
                futures = [pool.submit(hash_of, self._library.path_of(state), cancel) for state in chunk]
                for state, future in zip(chunk, futures, strict=True):
                    try:
                        sha256 = future.result()
                    except StoppedError:
                        continue
                    except UnreadableError as error:
                        yield Refused(self._library.path_of(state), str(error))
                        continue
                    found[state.id] = sha256
                    first = by_hash.setdefault(sha256, state)
                    if first.id != state.id:
                        twins.append(Duplicate(self._library.path_of(state), first.id))
                self._library.note_hashes(found)
                yield from twins
                if cancel.cancelled:
                    return
                done += len(chunk)
                yield HashesFollowed(done, len(waiting))

    # ---- in place ----

    def _adopt(self, arrivals: tuple[Arrival, ...], cancel: CancelToken) -> Iterator[ImportStep]:
        adopting = _Adopting(self._library.folder.path, self._states())
        count, pack = _Count(len(arrivals)), self._library.packing()
        left = iter(arrivals)
        # While one chunk waits for the disk, the next one is read.
        with ThreadPoolExecutor(1, "adopting") as pool:
            writing: Future[tuple[ImageState, ...]] | None = None
            while not cancel.cancelled and (chunk := tuple(islice(left, CHUNK))):
                records: list[ImageRecord] = []
                for arrival in chunk:
                    result = adopting.adopted(arrival)
                    if isinstance(result, Duplicate | Refused):
                        yield count.told(result)
                    else:
                        records.append(result)
                if writing is not None:
                    yield Imported(writing.result())
                    yield count.progress()
                count.done += len(chunk)
                writing = pool.submit(self._library.add_many, records, pack) if records else None
            if writing is not None:
                yield Imported(writing.result())
            yield count.progress()

    # ---- copies ----

    def _copy(self, arrivals: tuple[Arrival, ...], way: Way, cancel: CancelToken) -> Iterator[ImportStep]:
        hashes = {sha: state.id for sha, state in self._hashed()}
        count, pack = _Count(len(arrivals)), self._library.packing()
        moments = Moments()
        left = iter(arrivals)
        with ThreadPoolExecutor(THREADS, "copying") as pool:
            while not cancel.cancelled and (chunk := tuple(islice(left, COPIES))):
                named: list[tuple[Named, Path]] = []
                for arrival in chunk:
                    try:
                        with open_plain(arrival.path) as stream:
                            named.append((name_file(look(stream), arrival, stream.fileno(), moments), arrival.path))
                    except (UndecodableError, UnreadableError) as error:
                        yield count.told(Refused(arrival.path, str(error)))
                    except OSError as error:
                        yield count.told(Refused(arrival.path, reason(error)))
                copying = _Copying(self._library, hashes, cancel)
                futures = [(one, source, pool.submit(copying.copy, one.record, source)) for one, source in named]
                steps, failure = copying.settle(futures)
                states = self._library.add_many(copying.records, pack) if copying.records else ()
                if way is Way.MOVE:
                    steps += copying.take_away()
                count.done += len(chunk) if not cancel.cancelled else len(states) + len(steps)
                for step in steps:
                    yield count.told(step)
                if states:
                    yield Imported(states)
                yield count.progress()
                if failure is not None:
                    raise failure

    # ---- what is known ----

    def _states(self) -> tuple[ImageState, ...]:
        return self._library.index.get(self._library.index.ids())

    def _hashed(self) -> Iterator[tuple[str, ImageState]]:
        return ((state.sha256, state) for state in self._states() if state.sha256)


class _Adopting:
    """Makes records of files that stay where they lie in the library at `root`."""

    def __init__(self, root: Path, states: Iterable[ImageState]) -> None:
        self._root = root
        self._inside = root.resolve()
        self._known = {state.path: state.id for state in states}
        self._ids = set(self._known.values())
        self._moments = Moments()

    def adopted(self, arrival: Arrival) -> ImageRecord | Duplicate | Refused:
        file = arrival.path
        try:
            place = _place_inside(file, self._root, self._inside)
            if place in self._known:
                return Duplicate(file, self._known[place])
            with open_plain(file) as stream:
                image_id = id_for(file.name, self._ids)
                record = name_file(look(stream), arrival, stream.fileno(), self._moments, image_id, place).record
        except (UndecodableError, UnreadableError) as error:
            return Refused(file, str(error))
        except OSError as error:
            return Refused(file, reason(error))
        self._known[place] = record.id
        self._ids.add(record.id)
        return record


class _Copying:
    """The copies of one chunk: made on several threads, named on the one that asks."""

    def __init__(self, library: Library, hashes: dict[str, str], cancel: CancelToken) -> None:
        self._library = library
        self._hashes = hashes
        self._cancel = cancel
        self.records: list[ImageRecord] = []
        self._sources: list[tuple[Path, Named]] = []

    def copy(self, record: ImageRecord, source: Path) -> Copied:
        folder = (self._library.folder.path / record.file).parent
        with storage_errors(self._library.folder.path):
            make_folder(folder)
        return copy_hashed(source, folder, lambda sha256: sha256 not in self._hashes, self._cancel)

    def settle(
        self, futures: Iterable[tuple[Named, Path, Future[Copied]]]
    ) -> tuple[list[ImportStep], StorageError | None]:
        """Give the copies their names, and say what became no image; the failure is the disk's, after which all ends."""
        steps: list[ImportStep] = []
        failure: StorageError | None = None
        folders: set[Path] = set()
        for named, source, future in futures:
            try:
                copied = future.result()
                first = self._hashes.get(copied.sha256)
                if copied.path is None or first is not None:
                    if copied.path is not None:
                        copied.path.unlink(missing_ok=True)
                    steps.append(Duplicate(source, first or ""))
                    continue
                record = replace(
                    named.record, sha256=copied.sha256, got=replace(named.record.got, size_bytes=copied.size)
                )
                target = self._library.folder.path / record.file
                with storage_errors(self._library.folder.path):
                    copied.path.replace(target)
            except StoppedError:
                continue
            except UnreadableError as error:
                steps.append(Refused(source, str(error)))
            except StorageError as error:
                failure = failure or error
            else:
                self._hashes[record.sha256] = record.id
                self.records.append(record)
                self._sources.append((source, replace(named, record=record)))
                folders.add(target.parent)
        with storage_errors(self._library.folder.path):
            for folder in folders:
                sync_folder(folder)
        return steps, failure

    def take_away(self) -> list[ImportStep]:
        """Remove the sources whose copies, read again, are what they were; the others stay and are told."""
        steps: list[ImportStep] = []
        for source, named in self._sources:
            try:
                status = source.stat()
                if (status.st_size, status.st_mtime_ns) != named.seen:
                    steps.append(
                        Refused(source, "The picture is in the library; its file changed meanwhile and was left.")
                    )
                elif hash_of(self._library.folder.path / named.record.file, CancelToken()) != named.record.sha256:
                    steps.append(Refused(source, "The copy in the library is not what was written; the file was left."))
                else:
                    source.unlink()
            except (OSError, UnreadableError) as error:
                steps.append(
                    Refused(source, f"The picture is in the library, but the file could not be removed: {error}")
                )
        return steps


def _place_inside(file: Path, root: Path, inside: Path) -> str:
    """Where `file` lies in the library, with forward slashes. Raises UnreadableError for what lies elsewhere."""
    if file.is_symlink():
        raise UnreadableError("It is a link to a file elsewhere: copy it instead.")
    # As text where that suffices: thousands of these are asked for in a second.
    text, top = os.fspath(file), os.path.join(os.fspath(root), "")  # noqa: PTH118 (said above)
    if text.startswith(top) and ".." not in file.parts:
        place = text[len(top) :].replace(os.sep, "/")
    elif file.resolve().is_relative_to(inside):
        place = file.resolve().relative_to(inside).as_posix()
    else:
        raise UnreadableError("It does not lie in the library's folder: copy or move it instead.")
    if place.startswith(".imagegen/"):
        raise UnreadableError("It belongs to the library itself.")
    return place
