"""A library is made again from its folder alone, every file is held against its hash, and what was moved is found."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagegen_desktop.core.albums import Album
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import PURGED, RATING, TITLE, TRASHED
from imagegen_desktop.core.errors import LibraryMissingError
from imagegen_desktop.core.organising import (
    add_tag,
    colour_tag,
    delete_album,
    make_album,
    put_into_album,
    remove_tag,
    rename_tag,
    set_field,
    take_out_of_album,
)
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.storage.library_folder import cached_library, open_library
from imagegen_desktop.studio.import_steps import Imported, Way
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.upkeep import Upkeep
from imagegen_desktop.studio.upkeep_steps import (
    Altered,
    FoundAgain,
    Hashed,
    Missing,
    Rebuilt,
    TornRecord,
    Unknown,
    UpkeepProgress,
    Verified,
)
from pictures import NOON, new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from imagegen_desktop.core.changes import ImageState, Wish
    from imagegen_desktop.storage.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


def put(library: Library, number: int = 0) -> ImageState:
    # Each in a second of its own: of those of one instant no order is promised.
    created = NOON + timedelta(seconds=number)
    new = new_image(f"Kite {number}", picture((number % 256, number // 256, 9)), created)
    return library.add(library.describe(new), new.data)


def told(library: Library) -> dict[str, object]:
    """All that an index tells: states, shelf, counts, months and listings."""
    index = library.index
    return {
        "states": {state.id: state for state in index.get(index.ids())},
        "shelf": index.shelf(),
        "counts": index.counts(),
        "months": index.timeline(),
        "listings": {place: tuple(index.listing(View(place=place)).moments) for place in Place},
        "found": tuple(index.listing(View(words="kite")).moments),
    }


# ---- rebuild ----

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            "add tag untag rename colour album in out drop_album trash restore purge rate title import undo".split()  # noqa: SIM905 (words)
        ),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


class History:
    """Random things that a person does to a library."""

    def __init__(self, library: Library, outside: Path) -> None:
        self.library = library
        self.outside = outside
        self.ids: list[str] = []
        self.undo: list[tuple[Wish, ...]] = []

    def do(self, step: Step) -> None:
        verb, first, second = step
        if verb == "add":
            self.ids.append(put(self.library, len(self.ids)).id)
            return
        if verb == "import":
            self._import()
            return
        if verb == "undo":
            if self.undo:
                self.library.apply(self.undo.pop())
            return
        chosen = self.library.index.get(self.ids[first : first + 2])
        wishes = self._wishes(verb, chosen, first, second)
        done = self.library.apply(wishes)
        if verb != "purge":
            self.undo.append(done.undo)

    def _wishes(self, verb: str, chosen: tuple[ImageState, ...], first: int, second: int) -> tuple[Wish, ...]:
        shelf = self.library.index.shelf()
        album = Album(id=f"album{second}", name=f"Album {second}", parent=f"album{second - 1}" if second else "")
        what: dict[str, Callable[[], tuple[Wish, ...]]] = {
            "tag": lambda: add_tag(chosen, f"tag {second}"),
            "untag": lambda: remove_tag(chosen, f"tag {second}"),
            "rename": lambda: rename_tag(chosen, f"tag {first}", f"tag {second}", shelf),
            "colour": lambda: colour_tag(f"tag {second}", f"#00000{first}"),
            "album": lambda: make_album(album),
            "in": lambda: put_into_album(chosen, album.id),
            "out": lambda: take_out_of_album(chosen, album.id),
            "drop_album": lambda: delete_album(album),
            "trash": lambda: set_field(chosen, TRASHED, value=True),
            "restore": lambda: set_field(chosen, TRASHED, value=False),
            "purge": lambda: set_field([one for one in chosen if one.trashed], PURGED, value=True),
            "rate": lambda: set_field(chosen, RATING, second),
            "title": lambda: set_field(chosen, TITLE, f"Title {second}"),
        }
        return what[verb]()

    def _import(self) -> None:
        number = len(self.ids)
        file = self.outside / f"{number}.png"
        file.write_bytes(picture((9, number, 200)))
        for step in Importing(self.library).files([file], Way.COPY, CancelToken()):
            if isinstance(step, Imported):
                self.ids += [state.id for state in step.states]


@settings(max_examples=40)
@given(STEPS)
def test_a_library_made_again_from_its_folder_equals_the_one_that_lived_through_everything(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        (top / "outside").mkdir()
        history = History(open_library(top / "library", top / "data"), top / "outside")
        for step in steps:
            history.do(step)
        lived = told(history.library)
        ended = list(Upkeep(history.library).rebuild(CancelToken()))
        assert isinstance(ended[-1], Rebuilt)
        assert told(history.library) == lived
        # And on a computer that has never seen it.
        shutil.copytree(top / "library", top / "elsewhere")
        other = open_library(top / "elsewhere", top / "other data")
        list(Upkeep(other).rebuild(CancelToken()))
        assert told(other) == lived


def test_a_cancelled_rebuild_leaves_the_index_that_was(library: Library) -> None:
    put(library)
    before = told(library)
    cancel = CancelToken()
    cancel.cancel()
    assert not [step for step in Upkeep(library).rebuild(cancel) if isinstance(step, Rebuilt)]
    assert told(library) == before


# ---- verify ----


def test_a_sound_library_is_read_whole_and_told_so(library: Library) -> None:
    states = [put(library, number) for number in range(3)]
    library.apply(set_field(states[:1], TRASHED, value=True))
    steps = list(Upkeep(library).verify(CancelToken()))
    assert steps[0] == UpkeepProgress(0, 3)
    assert steps[-2] == UpkeepProgress(3, 3, sum(state.record.got.size_bytes for state in states))
    assert steps[-1] == Verified(3)


def test_what_is_missing_changed_moved_or_strange_is_told_and_nothing_is_touched(library: Library) -> None:
    gone, changed, moved, sound = (put(library, number) for number in range(4))
    root = library.folder.path
    library.path_of(gone).unlink()
    library.path_of(changed).write_bytes(picture((1, 1, 1)))
    (root / "holiday").mkdir()
    library.path_of(moved).rename(root / "holiday" / "my kite.png")
    (root / "stranger.jpg").write_bytes(picture((2, 2, 2), kind="JPEG"))
    (root / "notes.txt").write_text("no picture", encoding="utf-8")
    steps = list(Upkeep(library).verify(CancelToken()))
    assert [step.state.id for step in steps if isinstance(step, Missing)] == [gone.id]
    assert [step.state.id for step in steps if isinstance(step, Altered)] == [changed.id]
    assert [(step.state.id, step.path) for step in steps if isinstance(step, FoundAgain)] == [
        (moved.id, root / "holiday" / "my kite.png")
    ]
    assert [step.paths for step in steps if isinstance(step, Unknown)] == [(root / "stranger.jpg",)]
    assert steps[-1] == Verified(sound=2, missing=1, altered=1, found_again=1, unknown=1)
    assert library.path_of(changed).read_bytes() == picture((1, 1, 1))
    (state,) = library.index.get([moved.id])
    assert library.read(state) == picture((2, 0, 9))
    # The next look knows its new place, also one from the folder alone.
    list(Upkeep(library).rebuild(CancelToken()))
    assert Verified(3, missing=1, unknown=1) == list(Upkeep(library).look(CancelToken()))[-1]
    assert sound.id in library.index.ids()


def test_a_file_that_can_not_be_read_is_told_with_its_reason(library: Library) -> None:
    state = put(library)
    library.path_of(state).unlink()
    library.path_of(state).mkdir()
    (altered,) = [step for step in Upkeep(library).verify(CancelToken()) if isinstance(step, Altered)]
    assert altered.reason


def test_what_was_adopted_without_a_hash_gets_one(library: Library) -> None:
    file = library.folder.path / "found.png"
    file.write_bytes(picture())
    cancel = CancelToken()
    for step in Importing(library).files([file], Way.IN_PLACE, cancel):
        if isinstance(step, Imported):
            break
    steps = list(Upkeep(library).verify(CancelToken()))
    assert Hashed(1) in steps
    assert all(state.sha256 for state in library.index.get(library.index.ids()))


def test_a_record_that_can_not_be_read_is_written_again_from_the_index(library: Library) -> None:
    state = put(library)
    path = library.folder.record_path(state.id)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    steps = list(Upkeep(library).verify(CancelToken()))
    assert TornRecord(path, mended=True) in steps
    assert steps[-1] == Verified(1)
    assert path.read_bytes() == whole
    assert (library.folder.quarantine / f"{state.id}.record").read_bytes() == whole[:40]


def test_a_rebuild_loses_no_image_whose_record_is_torn(library: Library, announced_warnings: list[str]) -> None:
    state = put(library)
    library.apply(set_field([state], RATING, 4))
    before = told(library)
    library.folder.record_path(state.id).write_bytes(b"")
    assert list(Upkeep(library).rebuild(CancelToken())) == [Rebuilt(1)]
    assert told(library) == before
    announced_warnings.append("can't be read and is left")


def test_a_record_that_only_the_ledger_knows_comes_back_from_there(library: Library) -> None:
    state = put(library)
    noted = library.folder.record_path(state.id).read_bytes()
    library.folder.record_path(state.id).write_bytes(b"")
    library.index.drop([state.id])
    steps = list(Upkeep(library, {state.id: noted}.get).verify(CancelToken()))
    assert steps[-1] == Verified(1)
    assert library.index.get([state.id]) == (state,)


def test_a_record_that_nobody_knows_is_told_and_left(library: Library) -> None:
    state = put(library)
    path = library.folder.record_path(state.id)
    path.write_bytes(b"{")
    library.index.drop([state.id])
    os.utime(library.path_of(state), (0, 0))
    steps = list(Upkeep(library).verify(CancelToken()))
    assert TornRecord(path, mended=False) in steps
    assert steps[-1] == Verified(0, unknown=1, torn=1)
    assert path.read_bytes() == b"{"


def test_a_cancelled_verify_claims_nothing(library: Library) -> None:
    put(library)
    cancel = CancelToken()
    cancel.cancel()
    assert not [step for step in Upkeep(library).verify(cancel) if isinstance(step, Verified)]


def test_two_images_of_the_same_bytes_are_not_mixed_up(library: Library) -> None:
    first, second = put(library, 1), put(library, 1)
    library.path_of(first).rename(library.folder.path / "renamed.png")
    steps = list(Upkeep(library).look(CancelToken()))
    assert [step.state.id for step in steps if isinstance(step, FoundAgain)] == [first.id]
    assert steps[-1] == Verified(2, found_again=1)
    assert library.read(second)


def test_two_moved_images_of_the_same_bytes_are_both_found(library: Library) -> None:
    states = [put(library, 1), put(library, 1)]
    for number, state in enumerate(states):
        library.path_of(state).rename(library.folder.path / f"renamed {number}.png")
    assert list(Upkeep(library).look(CancelToken()))[-1] == Verified(2, found_again=2)
    places = {library.path_of(state) for state in library.index.get([state.id for state in states])}
    assert len(places) == 2


def test_a_file_whose_record_is_on_its_way_is_no_stranger(library: Library) -> None:
    new = new_image("A kite", picture())
    record = library.describe(new)
    path = library.folder.path / record.file
    path.parent.mkdir(parents=True)
    path.write_bytes(new.data)
    assert list(Upkeep(library).look(CancelToken())) == [Verified(0)]
    # Nobody wrote a record for an hour: it is not coming any more.
    os.utime(path, (0, 0))
    assert list(Upkeep(library).look(CancelToken()))[-1] == Verified(0, unknown=1)


def test_what_lies_in_the_bucket_alone_is_not_missing(library: Library) -> None:
    freed, gone = put(library, 1), put(library, 2)
    library.index.hold([freed.id])
    for state in (freed, gone):
        library.path_of(state).unlink()
    for work in (Upkeep(library).look, Upkeep(library).verify):
        steps = list(work(CancelToken()))
        assert [step.state.id for step in steps if isinstance(step, Missing)] == [gone.id]
        assert steps[-1] == Verified(0, missing=1, elsewhere=1)


# ---- a folder that is gone ----


def test_a_library_whose_folder_is_gone_can_be_looked_at_and_not_changed(library: Library, tmp_path: Path) -> None:
    state = put(library)
    before = told(library)
    library.folder.path.rename(tmp_path / "unplugged")
    cached = cached_library(tmp_path / "library", tmp_path / "data")
    assert cached is not None
    assert told(cached) == before
    for act in (
        lambda: cached.apply(set_field([state], RATING, 3)),
        lambda: put(cached, 5),
        lambda: cached.read(state),
        lambda: list(Upkeep(cached).rebuild(CancelToken())),
        lambda: list(Upkeep(cached).verify(CancelToken())),
        lambda: list(Upkeep(cached).look(CancelToken())),
    ):
        with pytest.raises(LibraryMissingError):
            act()
    assert told(cached) == before
    # Nothing was made where the disk belongs: a folder there would hide that it is unplugged.
    assert not (tmp_path / "library").exists()
    (tmp_path / "unplugged").rename(tmp_path / "library")
    assert told(open_library(tmp_path / "library", tmp_path / "data")) == before


def test_nothing_is_remembered_of_a_folder_that_was_never_opened(tmp_path: Path) -> None:
    assert cached_library(tmp_path / "never", tmp_path / "data") is None
