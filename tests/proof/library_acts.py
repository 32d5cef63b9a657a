"""What a person does to a library, by a program that tells what it begins, and what was acknowledged."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from imagegen_desktop.core.albums import Album
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import ALBUM, FAVOURITE, NOTE, RATING, TAG, TITLE, TRASHED, ImageState, Wish
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.organising import make_album
from imagegen_desktop.storage.codec import encode_readable
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.import_steps import Imported, Way
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.upkeep import Upkeep
from pictures import NOON, new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from imagegen_desktop.core.records import ImageRecord
    from imagegen_desktop.storage.library import Library

ACTS: Final = ("add", "organise", "trash", "import copy", "import move", "import in place", "rebuild")
COLOURS: Final = 1 << 24
# How many files one import brings.
SIZES: Final = (3, 20, 40, 150, 600)
# The teller is no part of what is tried: where requests to the system fail, these do not.
_open, _write, _close = os.open, os.write, os.close


@dataclass(frozen=True, slots=True)
class Place:
    """The folders of one round: `told` and what was noted lie on a disk that outlives everything."""

    library: Path
    data: Path
    told: Path

    @classmethod
    def below(cls, folder: Path) -> Place:
        return cls(folder / "library", folder / "data", folder / "told")

    @property
    def sources(self) -> Path:
        return self.library.parent / "sources"

    def record_of(self, image_id: str) -> bytes | None:
        """What was noted of an image before its file was written, as the ledger does it in the app."""
        note = self.told.parent / "noted" / image_id
        return note.read_bytes() if note.exists() else None


class Teller:
    """One JSON object a line, in a file that is opened once: a line that was written outlives the process."""

    def __init__(self, file: Path) -> None:
        self._descriptor = _open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(self, **facts: Any) -> None:
        _write(self._descriptor, json.dumps(facts).encode() + b"\n")

    def close(self) -> None:
        _close(self._descriptor)


class Person:
    """Acts on the library of a place; every choice comes of `chance`."""

    def __init__(self, place: Place, chance: Random, *, sizes: tuple[int, ...] = SIZES) -> None:
        self.place = place
        self.sizes = sizes
        self.chance = chance
        self._noted = place.told.parent / "noted"
        self._noted.mkdir(exist_ok=True)
        self.teller = Teller(place.told)
        self.library: Library = self.open()
        self._number = 0

    def open(self) -> Library:
        """As at every start of the app."""
        library = open_library(self.place.library, self.place.data)
        library.sweep(self.place.record_of, datetime.now(UTC))
        return library

    def act(self, name: str) -> None:
        self.prepared(name)()

    def prepared(self, name: str) -> Callable[[], None]:
        """What the program does for this act, once the person's own files lie ready."""
        acts: dict[str, Callable[[], Callable[[], None]]] = {
            "add": self.add,
            "organise": self.organise,
            "trash": self.trash,
            "import copy": lambda: self.bring_in(Way.COPY),
            "import move": lambda: self.bring_in(Way.MOVE),
            "import in place": self.adopt,
            "rebuild": self.rebuild,
        }
        return acts[name]()

    # ---- add ----

    def add(self) -> Callable[[], None]:
        made: list[tuple[ImageRecord, bytes]] = []
        for _ in range(self.chance.randint(1, 6)):
            data = self._picture()
            created = NOON + timedelta(days=self.chance.randint(0, 90), seconds=self.chance.random())
            record = self.library.describe(new_image(f"Lighthouse number {self._number}", data, created))
            (self._noted / record.id).write_bytes(encode_readable(record))
            made.append((record, data))

        def adding() -> None:
            for record, data in made:
                state = self.library.add(record, data)
                self.teller.tell(added=state.id, sha=record.sha256)

        return adding

    def _picture(self) -> bytes:
        self._number += 1
        number = self.chance.randrange(COLOURS)
        size = (self.chance.randint(8, 64), self.chance.randint(8, 64))
        return picture((number >> 16, number >> 8 & 255, number & 255), size=size)

    # ---- change ----

    def states(self) -> tuple[ImageState, ...]:
        return self.library.index.get(sorted(self.library.index.ids()))

    def _some(self) -> tuple[ImageState, ...]:
        states = self.states()
        return tuple(self.chance.sample(states, self.chance.randint(1, len(states)))) if states else ()

    def organise(self) -> Callable[[], None]:
        bulks = [self._organising(self._some()) for _ in range(self.chance.randint(1, 4))]
        return lambda: self.apply_all(bulks)

    def _organising(self, some: tuple[ImageState, ...]) -> list[Wish]:
        match self.chance.randint(0, 5):
            case 0:
                tag = TAG + self.chance.choice(["sea", "night", "red door"])
                wanted = self.chance.random() < 0.8
                return [Wish(state.id, tag, wanted) for state in some]
            case 1:
                album = Album(id=new_id(), name=self.chance.choice(["Harbours", "Winter"]))
                return [*make_album(album), *(Wish(state.id, ALBUM + album.id, value=True) for state in some)]
            case 2:
                stars = self.chance.randint(0, 5)
                return [Wish(state.id, RATING, stars) for state in some]
            case 3:
                return [Wish(state.id, FAVOURITE, not state.favourite) for state in some]
            case 4:
                return [Wish(state.id, TITLE, f"Title {self.chance.randint(0, 9)}") for state in some]
            case _:
                return [Wish(state.id, NOTE, "A note\nof two lines") for state in some]

    def trash(self) -> Callable[[], None]:
        """Some into the trash and some back, as a bulk each."""
        bulks: list[list[Wish]] = []
        trashed = {state.id: state.trashed for state in self.states()}
        for _ in range(self.chance.randint(1, 3)):
            some = self._some()
            bulks.append([Wish(state.id, TRASHED, not trashed[state.id]) for state in some])
            trashed |= {state.id: not trashed[state.id] for state in some}
        return lambda: self.apply_all(bulks)

    def apply_all(self, bulks: Iterable[list[Wish]]) -> None:
        for wishes in bulks:
            self.teller.tell(begun=[[wish.image, wish.field, wish.value] for wish in wishes])
            self.library.apply(wishes)
            self.teller.tell(done=True)

    # ---- import ----

    def bring_in(self, way: Way) -> Callable[[], None]:
        folder = self.place.sources / new_id()
        folder.mkdir(parents=True)
        made = self._files(folder, self.chance.choice(self.sizes))
        self._tell_sources(made, way)

        def importing() -> None:
            for step in Importing(self.library).files([folder], way, CancelToken()):
                if isinstance(step, Imported):
                    for state in step.states:
                        self.teller.tell(added=state.id, sha=state.sha256)

        return importing

    def adopt(self) -> Callable[[], None]:
        folder = self.place.library / f"holiday {new_id()}"
        folder.mkdir()
        made = self._files(folder, self.chance.choice(self.sizes))
        self._tell_sources(made, Way.IN_PLACE)

        def adopting() -> None:
            for step in Importing(self.library).files([folder], Way.IN_PLACE, CancelToken()):
                if isinstance(step, Imported):
                    for state in step.states:
                        self.teller.tell(added=state.id, sha=made[self.place.library / state.path])

        return adopting

    def _tell_sources(self, made: dict[Path, str], way: Way) -> None:
        top = self.place.library.parent
        self.teller.tell(sources={str(path.relative_to(top)): sha for path, sha in made.items()}, way=way.value)

    def _files(self, folder: Path, count: int) -> dict[Path, str]:
        made: dict[Path, str] = {}
        for number in range(count):
            data = self._picture()
            path = folder / f"IMG_{number:04}.png"
            path.write_bytes(data)
            made[path] = hashlib.sha256(data).hexdigest()
        return made

    # ---- rebuild ----

    def rebuild(self) -> Callable[[], None]:
        """The index is made again of the folder: by the command for it, or by an opening that finds it deleted."""
        deleting = self.chance.random() < 0.5

        def rebuilding() -> None:
            if deleting:
                del self.library
                for part in self.place.data.glob("index-*"):
                    part.unlink()
                self.library = self.open()
            else:
                list(Upkeep(self.library).rebuild(CancelToken()))
            self.teller.tell(rebuilt=True)

        return rebuilding
