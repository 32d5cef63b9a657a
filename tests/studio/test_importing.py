"""An import keeps every picture whole, tells what it left out, and can end at any moment."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from small_disk import MEGABYTE, small_disk

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import DiskFullError
from imagegen_desktop.core.records import ImageRecord, Origin
from imagegen_desktop.storage import incoming
from imagegen_desktop.storage.codec import decode, encode
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.record_packs import RecordPacks
from imagegen_desktop.studio import importing
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
from imagegen_desktop.studio.importing import Importing
from pictures import NOON, picture

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library

MOMENT = datetime(2023, 4, 5, 12, tzinfo=UTC)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, number: int = 0, data: bytes | None = None) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if data is not None else picture((number % 256, number // 256, 7)))
    os.utime(path, (MOMENT.timestamp(), MOMENT.timestamp()))
    return path


def brought(library: Library, *paths: Path, way: Way = Way.COPY) -> list[ImportStep]:
    return list(Importing(library).files(paths, way, CancelToken()))


def states(steps: Iterable[ImportStep]) -> list[ImageState]:
    return [state for step in steps if isinstance(step, Imported) for state in step.states]


def refused(steps: Iterable[ImportStep]) -> dict[str, str]:
    return {step.path.name: step.reason for step in steps if isinstance(step, Refused)}


def nothing_noted(_image_id: str) -> None:
    return None


def test_a_copy_is_the_very_bytes_with_a_readable_name_and_the_files_own_date(library: Library, outside: Path) -> None:
    source = put(outside, "My Holiday.PNG")
    put(outside, "My Holiday.txt", data=b"a beach at noon\nNegative prompt: people\nSteps: 3, Seed: 5, Model: m")
    (state,) = states(brought(library, source))
    record = state.record
    file = library.folder.path / record.file
    assert file.read_bytes() == source.read_bytes()
    assert record.sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    assert record.file.startswith(f"2023/04/2023-04-05_a-beach-at-noon_{record.id}")
    assert (record.created, record.origin, record.original_name) == (MOMENT, Origin.IMPORTED, "My Holiday.PNG")
    assert (record.prompt, record.negative_prompt, record.seed) == ("a beach at noon", "people", 5)
    assert record.asked is not None
    assert record.asked.model == "m"
    assert record.settings == (("Steps", "3"),)
    assert (record.got.width, record.got.height, record.got.size_bytes) == (24, 16, len(source.read_bytes()))


def test_a_folder_is_searched_to_its_depth_but_not_what_is_hidden(library: Library, outside: Path) -> None:
    put(outside, "a.png", 1)
    put(outside, "deep/er/b.JPEG", data=picture(kind="JPEG"))
    put(outside, ".hidden/c.png", 3)
    put(outside, ".d.png", 4)
    put(outside, "notes.txt", data=b"no picture")
    steps = brought(library, outside)
    assert steps[0] == Found(2)
    assert sorted(state.record.original_name for state in states(steps)) == ["a.png", "b.JPEG"]
    assert steps[-1] == Progress(2, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_links_in_circles_end(library: Library, outside: Path, tmp_path: Path) -> None:
    put(outside, "a.png", 1)
    (outside / "again").symlink_to(outside)
    elsewhere = tmp_path / "elsewhere"
    put(elsewhere, "b.png", 2)
    (elsewhere / "back").symlink_to(outside)
    (outside / "linked").symlink_to(elsewhere)
    assert len(states(brought(library, outside))) == 2


def test_the_same_bytes_come_in_once(library: Library, outside: Path) -> None:
    first = put(outside, "a.png", 1)
    twin = put(outside, "b.png", 1)
    steps = brought(library, first, twin)
    (state,) = states(steps)
    assert Duplicate(twin, state.id) in steps
    assert brought(library, first)[1:] == [Duplicate(first, state.id), Progress(1, 1, skipped=1)]
    assert len(list(library.folder.path.glob("2023/04/*"))) == 1


def test_one_bad_file_never_stops_the_rest(library: Library, outside: Path) -> None:
    put(outside, "1 good.png", 1)
    put(outside, "2 empty.png", data=b"")
    put(outside, "3 page.png", data=b"<html>")
    put(outside, "4 cut.png", data=picture(size=(300, 300))[:500])
    put(outside, "5 gone.png", 5).unlink()
    put(outside, "6 good.png", 6)
    (outside / "7 dangling.png").symlink_to(outside / "nowhere")
    steps = brought(library, *sorted(outside.iterdir()), outside / "5 gone.png")
    assert len(states(steps)) == 2
    reasons = refused(steps)
    assert reasons.keys() == {"2 empty.png", "3 page.png", "4 cut.png", "5 gone.png", "7 dangling.png"}
    assert reasons["2 empty.png"] == "The file is empty"
    assert steps[-1] == Progress(7, 7, failed=5)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes among files there")
def test_a_pipe_is_refused_and_never_waited_for(library: Library, outside: Path) -> None:
    os.mkfifo(outside / "pipe.png")
    assert refused(brought(library, outside)) == {"pipe.png": "This is not a file of bytes"}


def test_a_moved_file_is_gone_only_once_its_image_is_safe(library: Library, outside: Path) -> None:
    source = put(outside, "a.png", 1)
    data = source.read_bytes()
    (state,) = states(brought(library, source, way=Way.MOVE))
    assert not source.exists()
    assert library.read(state) == data
    assert [record.id for record in RecordPacks(library.folder.packs).read()] == [state.id]


def test_a_file_that_changes_while_it_is_moved_stays(
    library: Library, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = put(outside, "a.png", 1)
    real = incoming.copy_hashed

    def changing(file: Path, *rest: object) -> incoming.Copied:
        copied = real(file, *rest)
        file.write_bytes(file.read_bytes() + b"more")
        return copied

    monkeypatch.setattr(importing, "copy_hashed", changing)
    steps = brought(library, source, way=Way.MOVE)
    assert len(states(steps)) == 1
    assert source.exists()
    assert "changed meanwhile" in refused(steps)["a.png"]


def test_a_twin_that_was_to_be_moved_is_left(library: Library, outside: Path) -> None:
    first, twin = put(outside, "a.png", 1), put(outside, "b.png", 1)
    brought(library, first, twin, way=Way.MOVE)
    assert (first.exists(), twin.exists()) == (False, True)


def test_files_in_the_library_are_adopted_where_they_lie_and_hashed_after(library: Library) -> None:
    mine = library.folder.path / "mine"
    source = put(mine, "sub/A b.png", 1)
    before = (source.stat().st_ino, source.stat().st_mtime_ns, source.read_bytes())
    steps = brought(library, mine, way=Way.IN_PLACE)
    (state,) = states(steps)
    assert (state.sha256, state.path) == ("", "mine/sub/A b.png")
    assert (source.stat().st_ino, source.stat().st_mtime_ns, source.read_bytes()) == before
    assert steps[-1] == HashesFollowed(1, 1)
    (hashed,) = library.index.get([state.id])
    assert hashed.sha256 == hashlib.sha256(before[2]).hexdigest()
    assert library.path_of(hashed) == source


def test_what_is_adopted_already_is_passed_over(library: Library) -> None:
    source = put(library.folder.path / "mine", "a.png", 1)
    (state,) = states(brought(library, source, way=Way.IN_PLACE))
    again = brought(library, library.folder.path, way=Way.IN_PLACE)
    assert again == [Found(1), Duplicate(source, state.id), Progress(1, 1, skipped=1)]


def test_twins_in_place_are_told_after_they_are_hashed(library: Library) -> None:
    mine = library.folder.path / "mine"
    put(mine, "a.png", 1)
    twin = put(mine, "b.png", 1)
    steps = brought(library, mine, way=Way.IN_PLACE)
    first, _ = states(steps)
    assert steps[-2:] == [Duplicate(twin, first.id), HashesFollowed(2, 2)]


def test_only_what_lies_in_the_library_can_be_adopted(library: Library, outside: Path) -> None:
    strange = put(outside, "a.png", 1)
    own = put(library.folder.trash, "b.png", 2)
    link = library.folder.path / "c.png"
    link.symlink_to(strange)
    reasons = refused(brought(library, strange, own, link, way=Way.IN_PLACE))
    assert reasons == {
        "a.png": "It does not lie in the library's folder: copy or move it instead.",
        "b.png": "It belongs to the library itself.",
        "c.png": "It is a link to a file elsewhere: copy it instead.",
    }


def test_an_index_made_anew_knows_all_that_was_imported(library: Library, outside: Path, tmp_path: Path) -> None:
    put(library.folder.path / "mine", "a.png", 1)
    put(outside, "b.png", 2)
    steps = brought(library, library.folder.path, way=Way.IN_PLACE) + brought(library, outside)
    ids = [state.id for state in states(steps)]
    before = library.index.get(ids)
    for file in (tmp_path / "data").glob("index-*"):
        file.unlink()
    again = open_library(tmp_path / "library", tmp_path / "data")
    assert again.sweep(nothing_noted, NOON).adopted == 0
    assert again.index.get(ids) == before
    assert all(state.sha256 for state in before)


def test_a_torn_pack_loses_only_what_was_never_told(library: Library, outside: Path) -> None:
    put(outside, "a.png", 1)
    (state,) = states(brought(library, outside))
    (pack,) = library.folder.packs.iterdir()
    pack.write_bytes(pack.read_bytes() + encode(state.record)[:100])
    assert [record.id for record in RecordPacks(library.folder.packs).read()] == [state.id]


def test_hashing_goes_on_where_it_was_left(library: Library) -> None:
    put(library.folder.path / "mine", "a.png", 1)
    cancel = CancelToken()
    for step in Importing(library).files([library.folder.path], Way.IN_PLACE, cancel):
        if isinstance(step, Imported):
            cancel.cancel()
    assert list(Importing(library).hashes(CancelToken())) == [HashesFollowed(1, 1)]
    assert list(Importing(library).hashes(CancelToken())) == []


@pytest.mark.parametrize("way", [Way.COPY, Way.MOVE])
def test_a_cancel_leaves_whole_images_and_no_more(
    library: Library, outside: Path, monkeypatch: pytest.MonkeyPatch, way: Way
) -> None:
    monkeypatch.setattr(importing, "COPIES", 4)
    for number in range(20):
        put(outside, f"{number:02}.png", number)
    cancel = CancelToken()
    seen: list[ImportStep] = []
    for step in Importing(library).files([outside], way, cancel):
        seen.append(step)
        if isinstance(step, Imported):
            cancel.cancel()
    kept = states(seen)
    assert 0 < len(kept) < 20
    assert all(hashlib.sha256(library.read(state)).hexdigest() == state.sha256 for state in kept)
    files = [path for path in library.folder.path.glob("2023/04/*") if path.is_file()]
    assert len(files) == len(kept)
    assert len(list(outside.iterdir())) == (20 if way is Way.COPY else 20 - len(kept))


def test_an_import_that_is_dropped_leaves_whole_images_and_no_more(library: Library, outside: Path) -> None:
    for number in range(150):
        put(outside, f"{number:03}.png", number)
    steps = Importing(library).files([outside], Way.COPY, CancelToken())
    kept = 0
    for step in steps:
        if isinstance(step, Imported):
            kept += len(step.states)
            break
    steps.close()
    assert kept == len(list(library.folder.path.glob("2023/04/*"))) == len(library.index.ids())


def test_a_full_disk_ends_the_import_keeps_what_came_before_and_goes_on_once_there_is_room(
    outside: Path, tmp_path: Path
) -> None:
    for number in range(12):
        # What follows a PNG's end is no part of the picture: so it is large without being slow to make.
        put(outside, f"{number:02}.png", data=picture((number, 0, 0)) + bytes(MEGABYTE))
    with small_disk(tmp_path / "disk", 7) as disk:
        library = open_library(disk / "library", tmp_path / "data")
        seen: list[ImportStep] = []
        steps = Importing(library).files([outside], Way.MOVE, CancelToken())
        with pytest.raises(DiskFullError):
            keep_all(seen, steps)
        kept = states(seen)
        assert 0 < len(kept) < 12
        assert len(list(outside.iterdir())) == 12 - len(kept)
        assert len(list(library.folder.path.glob("2023/04/*"))) == len(kept) == len(library.index.ids())
        assert all(hashlib.sha256(library.read(state)).hexdigest() == state.sha256 for state in kept)
        subprocess.run(["mount", "-o", "remount,size=40m", str(disk)], check=True)
        again = brought(library, outside, way=Way.MOVE)
        assert len(states(again)) == 12 - len(kept)
        assert list(outside.iterdir()) == []


def keep_all(seen: list[ImportStep], steps: Iterable[ImportStep]) -> None:
    """One by one, so that those before an error are kept."""
    for step in steps:
        seen += [step]


def test_pasted_bytes_come_in_too(library: Library) -> None:
    cancel = CancelToken()
    items = [("cat.png", picture()), ("", picture(kind="JPEG")), ("again.png", picture()), ("bad", b"no")]
    steps = list(Importing(library).pictures(items, cancel))
    first, second = states(steps)
    assert library.read(first) == picture()
    assert (first.record.original_name, second.record.got.format.value) == ("cat.png", "jpg")
    assert [type(step) for step in steps] == [Found, Imported, Imported, Duplicate, Refused, Progress]


def test_many_files_of_one_instant_have_dates_of_their_own(library: Library, outside: Path) -> None:
    for number in range(20):
        put(outside, f"{number}.png", number)
    assert len({state.record.created for state in states(brought(library, outside))}) == 20


@pytest.mark.parametrize("seconds", [-(10**10), 10**11])
def test_a_date_that_can_not_be_true_is_bounded(library: Library, outside: Path, seconds: int) -> None:
    source = put(outside, "a.png")
    os.utime(source, (0, seconds))
    (state,) = states(brought(library, source))
    assert datetime(1980, 1, 1, tzinfo=UTC) <= state.record.created <= datetime.now(UTC)


def test_old_records_without_the_newer_fields_are_read() -> None:
    text = b"""{"id":"0123456789","file":"a.png","sha256":"0","created":"2026-11-22T12:00:00Z","origin":"generated",
    "prompt":"x","asked":null,"got":{"format":"png","width":1,"height":1,"size_bytes":1}}"""
    assert decode(text, ImageRecord).settings == ()
