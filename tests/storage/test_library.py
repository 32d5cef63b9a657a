"""The library keeps every image, tells the truth about it, and mends what a crash left."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.albums import Album, Shelf
from imagegen_desktop.core.changes import FAVOURITE, FILE, TRASHED
from imagegen_desktop.core.errors import BadImageError, LibraryFormatError, LibraryMissingError, StorageError
from imagegen_desktop.core.organising import add_tag, make_album
from imagegen_desktop.core.places import Place, View
from imagegen_desktop.core.records import ImageRecord, Origin
from imagegen_desktop.storage.change_log import ChangeLog
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.folder_names import STALE_SECONDS
from imagegen_desktop.storage.library import Library
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.sweep import SweepReport
from pictures import NOON, new_image, picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imagegen_desktop.core.changes import Change, ImageState


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


def add(library: Library, prompt: str = "A lighthouse at dusk", data: bytes | None = None) -> ImageState:
    new = new_image(prompt, data)
    return library.add(library.describe(new), new.data)


def nothing_noted(_image_id: str) -> None:
    return None


def newest(library: Library, place: Place = Place.ALL, words: str = "") -> list[str]:
    return [state.id for state in library.index.newest(View(place=place, words=words), 100)]


def make_old(path: Path) -> None:
    long_ago = time.time() - 2 * STALE_SECONDS
    os.utime(path, (long_ago, long_ago))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_an_original_is_kept_byte_for_byte_with_its_record_beside_it(library: Library, kind: str) -> None:
    data = picture(kind=kind)
    state = add(library, data=data)
    file = library.folder.path / state.record.file
    assert file.read_bytes() == data
    assert state.record.sha256 == hashlib.sha256(data).hexdigest()
    assert decode(library.folder.record_path(state.id).read_bytes(), ImageRecord) == state.record
    assert (state.record.got.width, state.record.got.height) == (24, 16)


def test_bytes_that_are_no_picture_are_kept_aside_and_told(library: Library) -> None:
    with pytest.raises(BadImageError) as caught:
        library.describe(new_image(data=b"<html>no</html>"))
    (kept,) = library.folder.quarantine.iterdir()
    assert kept.read_bytes() == b"<html>no</html>"
    assert caught.value.kept == str(kept)


def test_a_picture_cut_in_half_is_kept_aside(library: Library) -> None:
    whole = picture(size=(300, 300))
    with pytest.raises(BadImageError):
        library.describe(new_image(data=whole[: len(whole) // 2]))
    assert len(list(library.folder.quarantine.iterdir())) == 1


def test_words_find_an_image_by_their_beginnings_and_mean_nothing_else(library: Library) -> None:
    lighthouse, cat = add(library), add(library, "A cat named NEAR in a café")
    assert newest(library, words="light") == [lighthouse.id]
    assert newest(library, words="cafe cat") == [cat.id]
    assert newest(library, words='near "OR* (') == []
    assert newest(library, words='near "') == [cat.id]
    assert newest(library) == [cat.id, lighthouse.id]


def test_the_index_can_be_deleted_and_comes_back_equal(library: Library, tmp_path: Path) -> None:
    first, second = add(library), add(library, "A cat")
    library.change([first.id], FAVOURITE, True)
    library.change([second.id], TRASHED, True)
    before = library.index.get([first.id, second.id])
    for file in (tmp_path / "data").glob("index-*"):
        file.unlink()
    again = open_library(tmp_path / "library", tmp_path / "data")
    report = again.sweep(nothing_noted, NOON)
    assert report.reindexed == 2
    assert again.index.get([first.id, second.id]) == before
    assert newest(again, Place.FAVOURITES) == [first.id]
    assert newest(again, Place.TRASH) == [second.id]


def test_the_trash_moves_the_file_and_gives_it_back(library: Library) -> None:
    state = add(library)
    home = library.folder.path / state.record.file
    (trashed,) = library.change([state.id], TRASHED, True)
    assert not home.exists()
    assert library.read(trashed) == picture()
    (restored,) = library.change([state.id], TRASHED, False)
    assert home.read_bytes() == picture()
    assert library.path_of(restored) == home


def test_a_crash_between_log_and_move_is_mended(library: Library) -> None:
    state = add(library)
    (trashed,) = library.change([state.id], TRASHED, True)
    # As if the process had died before the move.
    library.path_of(trashed).replace(library.folder.path / state.record.file)
    library.sweep(nothing_noted, NOON)
    assert not (library.folder.path / state.record.file).exists()
    assert library.read(trashed) == picture()


def test_an_orphan_gets_the_record_that_was_noted_before_its_file(library: Library) -> None:
    new = new_image("A noted prompt")
    record = library.describe(new)
    file = library.folder.path / record.file
    file.parent.mkdir(parents=True)
    file.write_bytes(new.data)
    report = library.sweep({record.id: encode(record)}.get, NOON)
    assert report.adopted == 1
    (state,) = library.index.get([record.id])
    assert state.record == record


def test_an_orphan_that_nobody_noted_is_adopted_once_it_is_old(library: Library) -> None:
    record = library.describe(new_image("Grey harbour"))
    file = library.folder.path / record.file
    file.parent.mkdir(parents=True)
    file.write_bytes(picture())
    assert library.sweep(nothing_noted, NOON).adopted == 0
    make_old(file)
    assert library.sweep(nothing_noted, NOON).adopted == 1
    (state,) = library.index.get([record.id])
    assert state.record.origin is Origin.ADOPTED
    assert state.record.prompt == "grey harbour"


def test_the_sweep_clears_old_temporaries_and_leaves_fresh_and_foreign_files(library: Library) -> None:
    state = add(library)
    month = (library.folder.path / state.record.file).parent
    old, fresh, foreign = month / ".tmp-old", month / ".tmp-fresh", month / "holiday.png"
    for file in (old, fresh, foreign):
        file.write_bytes(b"x")
    make_old(old)
    make_old(foreign)
    assert library.sweep(nothing_noted, NOON).cleared == 1
    assert (old.exists(), fresh.exists(), foreign.exists()) == (False, True, True)


def test_the_sweep_clears_what_records_left_half_written(library: Library) -> None:
    state = add(library)
    folder = library.folder.record_path(state.id).parent
    old, fresh = folder / ".tmp-old.json", folder / ".tmp-fresh"
    for file in (old, fresh):
        file.write_bytes(b"{")
    make_old(old)
    assert library.sweep(nothing_noted, NOON) == SweepReport(cleared=1)
    assert (old.exists(), fresh.exists()) == (False, True)


def test_only_what_lies_where_pictures_of_ours_do_is_an_orphan(library: Library) -> None:
    record = library.describe(new_image("Grey harbour"))
    name = PurePosixPath(record.file).name
    (library.folder.path / "2026").write_bytes(b"no folder")
    for place in ("holidays", "26/11", "2025/1", "２０２６/11", "2024/11"):
        file = library.folder.path / place / name
        file.parent.mkdir(parents=True)
        file.write_bytes(picture())
        make_old(file)
    assert library.sweep(nothing_noted, NOON).adopted == 1
    assert library.index.get([record.id])[0].record.file == f"2024/11/{name}"


def test_a_broken_record_is_left_and_told(library: Library, announced_warnings: list[str]) -> None:
    state = add(library)
    path = library.folder.record_path(state.id)
    path.write_bytes(b"{")
    library.index.drop([state.id])
    assert library.sweep(nothing_noted, NOON).reindexed == 0
    assert path.read_bytes() == b"{"
    assert newest(library) == []
    announced_warnings.append("can't be read and is left")


def test_an_image_whose_record_broke_stays_as_the_index_knows_it(library: Library) -> None:
    state = add(library)
    library.folder.record_path(state.id).write_bytes(b"")
    library.sweep(nothing_noted, NOON)
    assert library.index.get([state.id]) == (state,)


def test_an_image_whose_record_is_gone_is_none_any_more(library: Library) -> None:
    state = add(library)
    (library.folder.path / state.path).unlink()
    library.folder.record_path(state.id).unlink()
    library.sweep(nothing_noted, NOON)
    assert newest(library) == []


def test_a_record_of_a_newer_version_is_read_with_what_is_known(library: Library) -> None:
    state = add(library)
    path = library.folder.record_path(state.id)
    path.write_bytes(json.dumps(json.loads(path.read_bytes()) | {"mood": "new"}).encode())
    library.sweep(nothing_noted, NOON)
    assert library.index.get([state.id])[0].record == state.record


def test_a_library_that_was_unplugged_is_not_made_anew_in_its_place(library: Library, tmp_path: Path) -> None:
    add(library)
    library.folder.path.rename(tmp_path / "elsewhere")
    with pytest.raises(LibraryMissingError):
        open_library(tmp_path / "library", tmp_path / "data")
    assert not (tmp_path / "library").exists()


def test_a_library_of_a_newer_format_is_refused_and_unchanged(library: Library, tmp_path: Path) -> None:
    mark = library.folder.path / ".imagegen" / "library.json"
    mark.write_text('{"id": "0123456789", "format": 99}')
    with pytest.raises(LibraryFormatError):
        open_library(tmp_path / "library", tmp_path / "data")
    assert json.loads(mark.read_text())["format"] == 99


def test_a_missing_original_is_a_sentence(library: Library) -> None:
    state = add(library)
    library.path_of(state).unlink()
    with pytest.raises(StorageError):
        library.read(state)
    assert library.sweep(nothing_noted, NOON).missing_files == 1


def test_images_of_one_instant_all_stand_in_the_index(library: Library) -> None:
    states = [add(library, f"Picture {number}") for number in range(5)]
    assert newest(library) == [state.id for state in reversed(states)]
    assert library.index.counts().places[Place.ALL] == 5


def test_a_change_tells_other_processes_that_there_is_news(library: Library) -> None:
    state = add(library)
    make_old(library.folder.news)
    before = library.folder.news.stat().st_mtime
    library.change([state.id], FAVOURITE, True)
    assert library.folder.news.stat().st_mtime > before


def test_an_unknown_image_can_be_changed_before_it_arrives(library: Library) -> None:
    """Another computer's log may come before its record."""
    assert library.change(["0000000000"], FAVOURITE, True) == ()
    record = replace(library.describe(new_image()), id="0000000000")
    library.add(record, picture())
    library.sweep(nothing_noted, NOON)
    assert library.index.get(["0000000000"])[0].favourite


def test_a_bulk_of_changes_stands_in_the_index_and_is_taken_back(library: Library) -> None:
    kept = [add(library, f"picture {number}") for number in range(3)]
    done = library.apply((*add_tag(kept, "sky"), *make_album(Album(id="a1", name="Sky"))))
    assert {state.tags for state in done.states} == {frozenset({"sky"})}
    assert library.index.shelf() == Shelf(albums=(Album(id="a1", name="Sky"),))
    library.apply(done.undo)
    assert {state.tags for state in library.index.get(state.id for state in kept)} == {frozenset()}
    assert library.index.shelf() == Shelf()


def test_a_file_with_a_name_of_its_own_goes_to_the_trash_under_its_id_and_back(library: Library) -> None:
    state = add(library, "a cat")
    elsewhere = library.folder.path / "holiday" / "mine.png"
    elsewhere.parent.mkdir()
    library.path_of(state).rename(elsewhere)
    (moved,) = library.change([state.id], FILE, "holiday/mine.png")
    assert library.path_of(moved) == elsewhere
    (trashed,) = library.change([state.id], TRASHED, value=True)
    assert library.path_of(trashed) == library.folder.trash / f"{state.id}_mine.png"
    (back,) = library.change([state.id], TRASHED, value=False)
    assert library.path_of(back) == elsewhere
    assert elsewhere.exists()


class Meanwhile(ChangeLog):
    """Something that happens when the log was read, and before the sweep has compared anything with it."""

    def __init__(self, log: ChangeLog, happens: Callable[[], object]) -> None:
        super().__init__(log.folder, device=log.device, lock=log._lock)
        self._happens = happens

    def read_parts(self) -> Iterator[Iterator[Change]]:
        parts = [tuple(changes) for changes in super().read_parts()]
        self._happens()
        yield from map(iter, parts)


def sweep_while(library: Library, happens: Callable[[], object]) -> SweepReport:
    log = Meanwhile(library.changes, happens)
    return Library(library.folder, changes=log, index=library.index).sweep(nothing_noted, NOON)


def test_what_is_added_or_changed_while_the_sweep_runs_stays_as_it_is(library: Library, tmp_path: Path) -> None:
    earlier = add(library)
    other = open_library(tmp_path / "library", tmp_path / "data")
    later: list[ImageState] = []

    def happens() -> None:
        later.append(add(other, "A cat"))
        other.change([earlier.id], TRASHED, True)

    sweep_while(library, happens)
    assert library.index.get([later[0].id]) == (later[0],)
    (trashed,) = library.index.get([earlier.id])
    assert trashed.trashed
    assert library.trash_path(trashed).exists()


def test_a_file_whose_record_comes_in_a_pack_while_the_sweep_runs_is_no_orphan(library: Library) -> None:
    record = replace(library.describe(new_image("Grey harbour")), origin=Origin.IMPORTED)
    file = library.folder.path / record.file
    file.parent.mkdir(parents=True)
    file.write_bytes(picture())
    make_old(file)
    assert sweep_while(library, lambda: library.add_many([record], library.packing())).adopted == 0
    assert library.index.get([record.id])[0].record == record


def test_a_folder_that_goes_while_the_sweep_runs_takes_nothing_out_of_the_index(
    library: Library, tmp_path: Path
) -> None:
    state = add(library)
    library.folder.record_path(state.id).unlink()
    with pytest.raises(LibraryMissingError):
        sweep_while(library, lambda: library.folder.path.rename(tmp_path / "elsewhere"))
    assert library.index.get([state.id]) == (state,)


def test_many_files_that_lie_elsewhere_are_all_put_in_place(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imagegen_desktop.storage.sweep._CHUNK", 2)
    states = [add(library, f"Picture {number}") for number in range(5)]
    trashed = library.change([state.id for state in states], TRASHED, True)
    for state in trashed:
        # As if the process had died before the move.
        library.trash_path(state).replace(library.folder.path / state.path)
    gone = add(library)
    library.path_of(gone).unlink()
    assert library.sweep(nothing_noted, NOON) == SweepReport(missing_files=1)
    assert all(library.trash_path(state).exists() for state in trashed)
