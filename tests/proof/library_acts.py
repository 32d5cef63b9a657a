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
from pictures import NOON, new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from imagegen_desktop.storage.library import Library

ACTS: Final = ("add", "organise", "trash", "import copy", "import move", "import in place", "rebuild")
COLOURS: Final = 1 << 24


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
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def tell(self, **facts: Any) -> None:
        os.write(self._descriptor, json.dumps(facts).encode() + b"\n")

    def close(self) -> None:
        os.close(self._descriptor)


class Person:
    """Acts on the library of a place; every choice comes of `chance`."""

    def __init__(self, place: Place, chance: Random) -> None:
        self.place = place
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
        acts: dict[str, Callable[[], None]] = {
            "add": self.add,
            "organise": self.organise,
            "trash": self.trash,
            "import copy": lambda: self.bring_in(Way.COPY),
            "import move": lambda: self.bring_in(Way.MOVE),
            "import in place": self.adopt,
            "rebuild": self.rebuild,
        }
        acts[name]()

    # ---- add ----

    def add(self) -> None:
        for _ in range(self.chance.randint(1, 6)):
            data = self._picture()
            created = NOON + timedelta(days=self.chance.randint(0, 90), seconds=self.chance.random())
            record = self.library.describe(new_image(f"Lighthouse number {self._number}", data, created))
            (self._noted / record.id).write_bytes(encode_readable(record))
            state = self.library.add(record, data)
            self.teller.tell(added=state.id, sha=record.sha256)

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

    def organise(self) -> None:
        for _ in range(self.chance.randint(1, 4)):
            self.apply(self._organising(self._some()))

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

    def trash(self) -> None:
        """Into the trash and back, as a bulk each."""
        for _ in range(self.chance.randint(1, 3)):
            self.apply([Wish(state.id, TRASHED, not state.trashed) for state in self._some()])

    def apply(self, wishes: Iterable[Wish]) -> None:
        wanted = list(wishes)
        self.teller.tell(begun=[[wish.image, wish.field, wish.value] for wish in wanted])
        self.library.apply(wanted)
        self.teller.tell(done=True)

    # ---- import ----

    def bring_in(self, way: Way) -> None:
        folder = self.place.sources / new_id()
        folder.mkdir(parents=True)
        made = self._files(folder, self.chance.randint(3, 150))
        self.teller.tell(sources={str(path): sha for path, sha in made.items()}, way=way.value)
        for step in Importing(self.library).files([folder], way, CancelToken()):
            if isinstance(step, Imported):
                for state in step.states:
                    self.teller.tell(added=state.id, sha=state.sha256)

    def adopt(self) -> None:
        folder = self.place.library / f"holiday {new_id()}"
        folder.mkdir()
        made = self._files(folder, self.chance.choice([5, 40, 700]))
        self.teller.tell(sources={str(path): sha for path, sha in made.items()}, way=Way.IN_PLACE.value)
        for step in Importing(self.library).files([folder], Way.IN_PLACE, CancelToken()):
            if isinstance(step, Imported):
                for state in step.states:
                    self.teller.tell(added=state.id, sha=made[self.place.library / state.path])

    def _files(self, folder: Path, count: int) -> dict[Path, str]:
        made: dict[Path, str] = {}
        for number in range(count):
            data = self._picture()
            path = folder / f"IMG_{number:04}.png"
            path.write_bytes(data)
            made[path] = hashlib.sha256(data).hexdigest()
        return made

    # ---- rebuild ----

    def rebuild(self) -> None:
        """The index is deleted, as a person may, and made again of the folder."""
        del self.library
        for part in self.place.data.glob("index-*"):
            part.unlink()
        self.library = self.open()
        self.teller.tell(rebuilt=True)
