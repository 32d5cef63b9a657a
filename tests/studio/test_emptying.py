"""What is deleted for good is gone from the library; nothing but its own trash is touched, and a crash loses nobody's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.changes import TRASHED
from imagegen_desktop.core.errors import LibraryMissingError, StorageError
from imagegen_desktop.core.organising import set_field
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.emptying import CHUNK, Emptied, Emptying
from imagegen_desktop.studio.import_steps import Imported, Way
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.upkeep import Upkeep
from pictures import new_image, picture

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


def put(library: Library, number: int = 0) -> ImageState:
    new = new_image(f"Kite {number}", picture((number % 256, 3, 9)))
    return library.add(library.describe(new), new.data)


def bin_them(library: Library, *states: ImageState) -> tuple[ImageState, ...]:
    return library.apply(set_field(states, TRASHED, value=True)).states


def test_what_is_in_the_trash_goes_and_all_else_stays(library: Library) -> None:
    kept, gone = put(library, 1), put(library, 2)
    bin_them(library, gone)
    taken: list[Path] = []

    def discard(path: Path) -> bool:
        taken.append(path)
        path.unlink()
        return True

    assert list(Emptying(library, discard).trash(CancelToken())) == [Emptied(1, 1, 1)]
    assert [path.parent for path in taken] == [library.folder.trash]
    assert library.index.ids() == {kept.id}
    assert library.read(kept)
    # Also for who reads the folder anew.
    list(Upkeep(library).rebuild(CancelToken()))
    assert library.index.ids() == {kept.id}


def test_an_image_that_is_not_in_the_trash_is_never_deleted(library: Library) -> None:
    kept = put(library)
    assert list(Emptying(library, lambda _path: False).images((kept,), CancelToken())) == []
    assert library.read(kept)


def test_a_file_that_another_program_put_beside_is_left_alone(library: Library) -> None:
    gone = put(library)
    (library.folder.trash).mkdir(parents=True)
    stranger = library.folder.trash / "mine.txt"
    stranger.write_text("keep me", encoding="utf-8")
    bin_them(library, gone)
    list(Emptying(library, lambda _path: False).trash(CancelToken()))
    assert [path.name for path in library.folder.trash.iterdir()] == ["mine.txt"]


def test_an_adopted_file_goes_by_its_place_in_the_trash(library: Library) -> None:
    file = library.folder.path / "holiday.png"
    file.write_bytes(picture())
    (state,) = (
        state
        for step in Importing(library).files([file], Way.IN_PLACE, CancelToken())
        if isinstance(step, Imported)
        for state in step.states
    )
    bin_them(library, *library.index.get([state.id]))
    assert not file.exists()
    list(Emptying(library, lambda _path: False).trash(CancelToken()))
    assert not list(library.folder.trash.iterdir())
    assert not library.index.ids()


def test_a_cancel_leaves_the_rest_in_the_trash(library: Library) -> None:
    states = [put(library, number) for number in range(CHUNK + 5)]
    bin_them(library, *states)
    cancel = CancelToken()
    for step in Emptying(library, lambda _path: False).trash(cancel):
        assert step == Emptied(CHUNK, CHUNK + 5, 0)
        cancel.cancel()
    assert len(library.index.ids()) == len(list(library.folder.trash.iterdir())) == 5


def test_a_crash_between_file_and_word_is_mended_by_the_next_time(library: Library) -> None:
    gone, other = put(library, 1), put(library, 2)
    bin_them(library, gone, other)
    died: list[Path] = []

    def discard(path: Path) -> bool:
        if died:
            raise PermissionError(13, "held by another program", str(path))
        died.append(path)
        return False

    with pytest.raises(StorageError):
        list(Emptying(library, discard).trash(CancelToken()))
    assert len(library.index.ids()) == 2
    assert list(Emptying(library, lambda _path: False).trash(CancelToken())) == [Emptied(2, 2, 0)]
    assert not library.index.ids()


def test_a_library_that_is_gone_is_told(library: Library, tmp_path: Path) -> None:
    states = bin_them(library, put(library))
    library.folder.path.rename(tmp_path / "unplugged")
    with pytest.raises(LibraryMissingError):
        list(Emptying(library, lambda _path: False).images(states, CancelToken()))
