"""Computers that share a library: real folders, books and locks, over one place elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.sync_book import SyncBook
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.syncing.counterpart import Counterpart
from imagegen_desktop.studio.syncing.joining import join
from imagegen_desktop.studio.syncing.syncing import Syncing
from pictures import NOON, new_image, picture

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from imagegen_desktop.core.changes import FieldValue, ImageState
    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.storage.library import Library
    from imagegen_desktop.studio.syncing.steps import SyncStep
    from imagegen_desktop.sync.remote import RemoteStore

T = TypeVar("T")
PLACE = "elsewhere"


@dataclass(slots=True)
class SystemTrash:
    """`taken` are the bytes of files that came; it says no while it is not `there`."""

    there: bool = True
    taken: list[bytes] = field(default_factory=list)

    def discard(self, path: Path) -> bool:
        if self.there:
            self.taken.append(path.read_bytes())
            path.unlink()
        return self.there


class Computer:
    """Its library lies in `top`/library, its own data in `top`/data; `now` is what its clock says, in milliseconds."""

    def __init__(self, top: Path, store: RemoteStore, *, joins: bool = False, pictures: bool = False) -> None:
        self.top = top
        self.store = store
        self.trash = SystemTrash()
        self.now: int | None = None
        self._pictures = pictures
        self._drawn = 0
        if joins:
            join(store, top / "library", top / "data")
        self.open()
        if joins:
            self.book.mark()

    def open(self) -> None:
        """As after a start of the program: nothing that was in memory is left."""
        data = self.top / "data"
        self.library: Library = open_library(self.top / "library", data)
        wall = self.library.changes._now_ms
        self.library.changes._now_ms = lambda: wall() if self.now is None else self.now
        self.book = SyncBook(data / "outbox.sqlite", self.library.id, PLACE)
        self.ends = Counterpart(
            library=self.library,
            store=self.store,
            book=self.book,
            device_name=self.top.name,
            discard=self.trash.discard,
            thumbnails=ThumbnailCache(data / "thumbnails.sqlite") if self._pictures else None,
        )
        self.syncing = Syncing(self.ends, data / "sync.lock", threads=2)

    @property
    def device(self) -> str:
        return self.ends.device

    def add(self, prompt: str = "A lighthouse", data: bytes | None = None, created: datetime = NOON) -> ImageRecord:
        """A picture that no other computer draws."""
        self._drawn += 1
        seed = hash((self.device, self._drawn)) & 0xFFFFFF
        data = data or picture((seed & 255, seed >> 8 & 255, seed >> 16))
        new = new_image(prompt, data, created)
        record = self.library.describe(new)
        self.library.add(record, data)
        if self.ends.thumbnails is not None:
            self.ends.thumbnails.add(record.id, data)
        return record

    def set(self, image: str, name: str, value: FieldValue) -> None:
        self.library.change([image], name, value)

    def sync(self, **how: object) -> list[SyncStep]:
        return list(self.syncing.round(CancelToken(), **how))  # pyright: ignore[reportArgumentType] (as told)

    def fetch_all(self) -> None:
        for _ in self.syncing.fetch_all(CancelToken()):
            pass

    def state(self, image: str) -> ImageState:
        (state,) = self.library.index.get([image])
        return state

    def states(self) -> dict[str, ImageState]:
        return {state.id: state for state in self.library.index.states()}

    def file(self, image: str) -> Path:
        return self.library.path_of(self.state(image))

    def files(self) -> Iterator[Path]:
        """All that lies in the library's folder but the program's own, with trash and quarantine."""
        folder = self.library.folder
        yield from (path for path in folder.path.glob("[!.]*/**/*") if path.is_file())
        yield from (path for path in folder.path.glob("[!.]*") if path.is_file())
        for inner in (folder.trash, folder.quarantine):
            yield from inner.glob("*")


def steps_of(steps: list[SyncStep], kind: type[T]) -> list[T]:
    return [step for step in steps if isinstance(step, kind)]


def sync_all(*computers: Computer) -> None:
    """Often enough that everybody has heard of everything."""
    for _ in range(2):
        for computer in computers:
            computer.sync()
