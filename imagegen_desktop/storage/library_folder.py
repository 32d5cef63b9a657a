"""The layout of a library folder, and what it takes to open or make one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imagegen_desktop.core.errors import LibraryFormatError, LibraryMissingError, StorageError
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.storage.change_log import ChangeLog
from imagegen_desktop.storage.codec import MalformedError, decode, encode_readable
from imagegen_desktop.storage.files import make_folder, storage_errors, write_durably
from imagegen_desktop.storage.index import Index
from imagegen_desktop.storage.library import Library
from imagegen_desktop.storage.library_formats import STEPS, bring_up_to_date, newest_format

if TYPE_CHECKING:
    from imagegen_desktop.storage.library_formats import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryMark:
    """The content of `library.json`."""

    id: str
    format: int


@dataclass(frozen=True, slots=True)
class LibraryFolder:
    """Where things lie in a library. `news` is a file outside it, touched whenever this computer changed something."""

    path: Path
    id: str
    news: Path

    @property
    def _own(self) -> Path:
        return self.path / ".imagegen"

    @property
    def mark(self) -> Path:
        return self._own / "library.json"

    @property
    def is_there(self) -> bool:
        return self.mark.exists()

    def require(self) -> None:
        """Before anything is written: where a disk was unplugged, folders of the same name must not be made in its place.

        Raises LibraryMissingError.
        """
        if not self.is_there:
            raise LibraryMissingError(str(self.path))

    @property
    def records(self) -> Path:
        return self._own / "records"

    @property
    def packs(self) -> Path:
        return self.records / "packs"

    @property
    def log(self) -> Path:
        return self._own / "log"

    @property
    def trash(self) -> Path:
        return self._own / "trash"

    @property
    def quarantine(self) -> Path:
        return self._own / "quarantine"

    def record_path(self, image_id: str) -> Path:
        return self.records / image_id[:2] / f"{image_id}.json"

    def announce(self) -> None:
        """Let other processes of this computer see that the library changed."""
        self.news.touch()


def open_library(path: Path, data: Path, steps: tuple[Step, ...] = STEPS) -> Library:
    """Open the library at `path`, or make one there if there never was one.

    `data` is the app's data folder; `steps` bring a library of an older format up to date. Raises LibraryMissingError where
    this computer had a library at `path` that is not there now (an unplugged disk: a new one in its place would hide it),
    LibraryFormatError, StorageError.
    """
    path = path.absolute()
    mark_file = path / ".imagegen" / "library.json"
    known = KnownLibraries(data / "libraries.json")
    with storage_errors():
        if mark_file.exists():
            mark = _up_to_date(mark_file, data, steps)
        elif known.has(path):
            raise LibraryMissingError(str(path))
        else:
            mark = LibraryMark(id=new_id(), format=newest_format(steps))
            write_durably(mark_file, encode_readable(mark))
        known.note(path, mark.id)
        data.mkdir(parents=True, exist_ok=True)
        folder = LibraryFolder(path, mark.id, data / f"news-{mark.id}")
        folder.announce()
        device = _device(data / "device.json")
    changes = ChangeLog(folder.log, device=device, lock=data / f"log-{mark.id}.lock")
    return Library(folder, changes=changes, index=Index(data / f"index-{mark.id}.sqlite"))


def cached_library(path: Path, data: Path) -> Library | None:
    """A library whose folder is not there now, from what this computer remembers of it: it can be looked at, not changed.

    None where nothing is remembered. Raises StorageError.
    """
    path = path.absolute()
    with storage_errors():
        known = KnownLibraries(data / "libraries.json").id_of(path)
        index = data / f"index-{known}.sqlite"
        if known is None or not index.exists():
            return None
        device = _device(data / "device.json")
    folder = LibraryFolder(path, known, data / f"news-{known}")
    changes = ChangeLog(folder.log, device=device, lock=data / f"log-{known}.lock")
    return Library(folder, changes=changes, index=Index(index))


def found_library(path: Path, data: Path, library_id: str) -> Library:
    """Open the library `library_id` at `path`: what lies there already, or a new one in an empty or new folder.

    Raises StorageError where another library lies there, or pictures that belong to none.
    """
    path = path.absolute()
    mark_file = path / ".imagegen" / "library.json"
    with storage_errors():
        if mark_file.exists():
            if _read_mark(mark_file).id != library_id:
                raise StorageError(
                    str(path),
                    title="This folder holds another library",
                    advice="Choose an empty folder for the library of the bucket.",
                )
        elif path.is_dir() and any(path.iterdir()):
            raise StorageError(
                str(path),
                title="This folder is not empty",
                advice="Choose an empty folder for the library of the bucket.",
            )
        else:
            write_durably(mark_file, encode_readable(LibraryMark(id=library_id, format=newest_format(STEPS))))
    return open_library(path, data)


def become(library: Library, library_id: str) -> None:
    """Give a library without images the id of another one, so that it can take that one's. It must be opened again.

    Raises StorageError where it has images.
    """
    content = library.reread()
    if content.states or library.index.ids():
        raise StorageError(title="This library has pictures of its own", advice="Choose an empty folder instead.")
    mark_file = library.folder.mark
    with storage_errors(library.folder.path):
        mark = _read_mark(mark_file)
        write_durably(mark_file, encode_readable(LibraryMark(id=library_id, format=mark.format)))


def _up_to_date(mark_file: Path, data: Path, steps: tuple[Step, ...]) -> LibraryMark:
    mark = _read_mark(mark_file)
    newest = newest_format(steps)
    if mark.format < newest:
        from filelock import FileLock  # noqa: PLC0415 (not before the window shows)

        data.mkdir(parents=True, exist_ok=True)
        with FileLock(data / f"format-{mark.id}.lock"):
            # Another program of this computer may have done it meanwhile.
            mark = _read_mark(mark_file)

            def write_mark(number: int) -> None:
                write_durably(mark_file, encode_readable(LibraryMark(id=mark.id, format=number)))

            bring_up_to_date(mark_file.parent, mark.format, write_mark, steps)
            mark = _read_mark(mark_file)
    if mark.format > newest:
        raise LibraryFormatError(f"{mark_file} has format {mark.format}; this version knows {newest}")
    return mark


def _read_mark(mark_file: Path) -> LibraryMark:
    try:
        mark = decode(mark_file.read_bytes(), LibraryMark)
        if mark.format < 1:
            raise MalformedError(f"there is no format {mark.format}")  # noqa: TRY301 (told as what can't be read)
    except MalformedError as error:
        raise StorageError(
            f"{mark_file}: {error}",
            title="The library's own mark can't be read",
            advice="Put back .imagegen/library.json from a backup, or choose another folder. Nothing was changed.",
        ) from error
    return mark


def _device(file: Path) -> str:
    """This computer's short random name, made at the first use."""
    try:
        return decode(file.read_bytes(), DeviceMark).id
    except FileNotFoundError:
        make_folder(file.parent)
        mark = DeviceMark(id=new_id())
        write_durably(file, encode_readable(mark))
        return mark.id


@dataclass(frozen=True, slots=True)
class DeviceMark:
    id: str


@dataclass(frozen=True, slots=True)
class KnownLibraries:
    """Which folders held a library, so that one that vanished is told from one that never was."""

    file: Path

    def has(self, path: Path) -> bool:
        return str(path) in self._read()

    def id_of(self, path: Path) -> str | None:
        return self._read().get(str(path))

    def folders(self) -> tuple[Path, ...]:
        """All that were ever opened, the one that was opened first at the front."""
        return tuple(Path(name) for name in self._read())

    def others(self, opened: Path) -> tuple[Path, ...]:
        """Where other libraries than the one at `opened` stand, as far as this computer knows; no disk is asked.

        Of several places that one library had, only the last is told.
        """
        known = self._read()
        last = {library_id: path for path, library_id in known.items()}
        last.pop(known.get(str(opened.absolute()), ""), None)
        return tuple(Path(path) for path in last.values())

    def note(self, path: Path, library_id: str) -> None:
        known = self._read()
        if known.get(str(path)) != library_id:
            write_durably(self.file, encode_readable(known | {str(path): library_id}))

    def _read(self) -> dict[str, str]:
        try:
            return decode(self.file.read_bytes(), dict[str, str])
        except (FileNotFoundError, MalformedError):
            # Without the list a vanished library is merely not told from a new one.
            return {}
