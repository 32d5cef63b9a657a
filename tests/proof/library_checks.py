"""What must be true of a library after its recovery, however the processes before it ended."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from library_acts import Person, Place

from imagegen_desktop.core.albums import ALBUM_ENTITY, TAG_ENTITY, fold_shelf
from imagegen_desktop.core.changes import Change, ImageState, Wish, fold, value_of
from imagegen_desktop.core.places import Place as ViewPlace
from imagegen_desktop.core.places import View
from imagegen_desktop.core.records import ImageRecord
from imagegen_desktop.storage.codec import MalformedError, decode
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.sweep import SweepReport
from imagegen_desktop.studio.import_steps import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imagegen_desktop.storage.library import Library

HOURS = 7200.0
WORDS = ("light", "number 1", "sea", "tag:night", "img_000")


@dataclass(slots=True)
class Told:
    """What the processes told: acknowledged images, the last acknowledged value of each field, and what was under way."""

    added: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str], Any] = field(default_factory=dict)
    maybe: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    sources: dict[Path, tuple[str, Way]] = field(default_factory=dict)
    acknowledged: int = 0

    @classmethod
    def read(cls, place: Place) -> Told:
        told, file, top = cls(), place.told, place.library.parent
        begun: list[Any] = []
        for line in file.read_bytes().splitlines() if file.exists() else ():
            match json.loads(line):
                case {"added": image, "sha": sha}:
                    told.added[image] = sha
                case {"begun": wishes}:
                    told._leave(begun)
                    begun = wishes
                case {"done": True}:
                    told.acknowledged += 1
                    for image, name, value in begun:
                        told.values[image, name] = value
                        told.maybe.pop((image, name), None)
                    begun = []
                case {"sources": sources, "way": way}:
                    told.sources |= {top / path: (sha, Way(way)) for path, sha in sources.items()}
                case {"rebuilt": True}:
                    told.acknowledged += 1
                case other:
                    raise ValueError(other)
        told._leave(begun)
        return told

    def _leave(self, begun: list[Any]) -> None:
        """It may have happened, for each image by itself."""
        for image, name, value in begun:
            self.maybe.setdefault((image, name), []).append(value)


class LibraryChecks:
    """Recovers once more, then looks at everything. `problems` is empty where all is well."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._told = Told.read(place)
        self.problems: list[str] = []
        self.counts: dict[str, int] = {}

    def run(self) -> None:
        library = self._opened()
        self._about_index(library)
        states = self._states(library)
        self._about_images(library, states)
        self._about_changes(library, states)
        self._about_sources(states)
        again = self._opened()
        report = again.sweep(self._place.record_of, datetime.now(UTC))
        if report != SweepReport():
            self.problems.append(f"a second opening still had to mend: {report}")
        if self._states(again) != states:
            self.problems.append("a second opening shows other images")
        self._about_what_is_left()
        self._about_working_on()
        self.counts |= {"images": len(states), "acknowledged images": len(self._told.added)}
        self.counts["acknowledged changes"] = self._told.acknowledged

    def _opened(self) -> Library:
        library = open_library(self._place.library, self._place.data)
        library.sweep(self._place.record_of, datetime.now(UTC))
        return library

    @staticmethod
    def _states(library: Library) -> dict[str, ImageState]:
        return {state.id: state for state in library.index.get(library.index.ids())}

    # ---- the index is what the folder says ----

    def _about_index(self, library: Library) -> None:
        changes = list(self._lines(library.folder.log, Change))
        records = {record.id: record for record in self._records(library)}
        folded = {one: state for one, state in fold(records.values(), changes).items() if not state.purged}
        states = self._states(library)
        if states != folded:
            wrong = [one for one in states.keys() | folded.keys() if states.get(one) != folded.get(one)]
            self.problems.append(f"{len(wrong)} rows of the index lie, such as {wrong[0]}")
        if library.index.shelf() != fold_shelf(changes):
            self.problems.append("the index has other albums than the log")
        with TemporaryDirectory() as fresh:
            other = open_library(self._place.library, Path(fresh))
            other.sweep(self._place.record_of, datetime.now(UTC))
            for name, one, two in self._seen(library, other):
                if one != two:
                    self.problems.append(f"{name}: the index shows {one!r:.200}, a new one {two!r:.200}")

    @staticmethod
    def _seen(one: Library, two: Library) -> Iterator[tuple[str, object, object]]:
        yield "counts", one.index.counts(), two.index.counts()
        yield "months", one.index.timeline(), two.index.timeline()
        views = [View(place=place) for place in ViewPlace] + [View(words=words) for words in WORDS]
        for view in views:
            yield (
                str(view),
                {state.id for state in one.index.newest(view, 9999)},
                {state.id for state in two.index.newest(view, 9999)},
            )

    def _records(self, library: Library) -> Iterator[ImageRecord]:
        for path in library.folder.records.glob("??/*.json"):
            yield decode(path.read_bytes(), ImageRecord)
        yield from self._lines(library.folder.packs, ImageRecord)

    @staticmethod
    def _lines(folder: Path, kind: type[Any]) -> Iterator[Any]:
        """Of files of lines, whose torn ones were never acknowledged."""
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_bytes().split(b"\n"):
                try:
                    yield decode(line, kind)
                except MalformedError:
                    continue

    # ---- every image is where it is said to be ----

    def _about_images(self, library: Library, states: dict[str, ImageState]) -> None:
        for image, sha in self._told.added.items():
            if image not in states:
                self.problems.append(f"the acknowledged image {image} is gone")
            elif states[image].sha256 not in {"", sha}:
                self.problems.append(f"the acknowledged image {image} became another")
        for state in states.values():
            path, home = library.path_of(state), library.folder.path / state.path
            if not path.exists():
                self.problems.append(f"the file of {state.id} is missing")
                continue
            sha = hashlib.sha256(path.read_bytes()).hexdigest()
            if sha != (self._told.added.get(state.id) or state.sha256 or sha) or sha != (state.sha256 or sha):
                self.problems.append(f"the bytes of {state.id} are not what was taken in")
            if state.trashed != (path != home) or (state.trashed and home.exists()):
                self.problems.append(f"{state.id} lies at {path}, and is {'' if state.trashed else 'not '}in the trash")
            noted = self._place.record_of(state.id)
            if noted is not None and decode(noted, ImageRecord) != state.record:
                self.problems.append(f"the record of {state.id} is not the one noted before its file")

    def _about_changes(self, library: Library, states: dict[str, ImageState]) -> None:
        shelf = {ALBUM_ENTITY + album.id: album for album in library.index.shelf().albums}
        for (image, name), value in self._told.values.items():
            may = [value, *self._told.maybe.get((image, name), [])]
            if image.startswith(TAG_ENTITY):
                continue
            if image.startswith(ALBUM_ENTITY):
                held: Any = getattr(shelf.get(image), name, None)
            elif image in states:
                held = value_of(states[image], name)
            else:
                continue
            if held not in may:
                self.problems.append(f"{Wish(image, name, value)} was acknowledged, but it is {held!r}")

    def _about_sources(self, states: dict[str, ImageState]) -> None:
        held = {state.sha256 for state in states.values()}
        trashed = {state.path for state in states.values() if state.trashed}
        for path, (sha, way) in self._told.sources.items():
            there = path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == sha
            if way is Way.IN_PLACE and not there:
                there = path.relative_to(self._place.library).as_posix() in trashed
            if not there and not (way is Way.MOVE and sha in held):
                self.problems.append(f"{path.name}, to be imported ({way}), is neither there nor in the library")

    # ---- what is left ----

    def _about_what_is_left(self) -> None:
        """Hours later nothing temporary is left, and every file of ours is an image."""
        for folder in (self._place.library, self._place.data):
            for path in folder.rglob("*"):
                if path.is_file():
                    os.utime(path, (time.time() - HOURS, time.time() - HOURS))
        library = self._opened()
        left = [path for folder in (self._place.library, self._place.data) for path in folder.rglob(".tmp-*")]
        if left:
            self.problems.append(f"{len(left)} temporary files stay for ever, such as {left[0]}")
        paths = [library.path_of(state) for state in self._states(library).values()]
        if len(set(paths)) != len(paths):
            self.problems.append("two images have one file")
        ours = {*library.folder.path.glob("2*/*/*"), *library.folder.trash.glob("*")}
        if ours - set(paths):
            self.problems.append(
                f"{len(ours - set(paths))} files of ours are no images, such as {(ours - set(paths)).pop()}"
            )

    def _about_working_on(self) -> None:
        """The library takes in and changes images as if nothing had been."""
        from random import Random  # noqa: PLC0415 (here alone)

        person = Person(self._place, Random(1))  # noqa: S311 (choices, not secrets)
        before = len(person.states())
        for act in ("add", "organise", "trash"):
            person.act(act)
        person.teller.close()
        if len(person.states()) <= before:
            self.problems.append("the library takes in nothing more")
