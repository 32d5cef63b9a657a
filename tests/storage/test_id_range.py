"""A large library is read part by part, and no part of it is left out or read twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imagegen_desktop.core.changes import FAVOURITE, RATING, Wish
from imagegen_desktop.core.ids import ALPHABET, ID_LENGTH
from imagegen_desktop.storage.change_log import ChangeLog
from imagegen_desktop.storage.codec import encode
from imagegen_desktop.storage.id_range import ALL_IDS, PARTS, IdSet, PartedIds, part_of
from imagegen_desktop.storage.parted_lines import PartedLines

if TYPE_CHECKING:
    from pathlib import Path

START = b'{"id":"'

own_ids = st.text(ALPHABET, min_size=ID_LENGTH, max_size=ID_LENGTH)
strange_ids = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text('"\\\n4cgwz{é', max_size=12)
any_ids = own_ids | strange_ids


def line_of(image_id: str) -> bytes:
    return START + encode(image_id)[1:] + b',"file":"x"}\n'


@given(any_ids)
def test_every_id_lies_in_one_part(image_id: str) -> None:
    assert [number for number, part in enumerate(PARTS) if part.holds(image_id)] == [part_of(image_id)]
    assert ALL_IDS.holds(image_id)


def test_the_parts_of_our_own_ids_are_of_like_sizes() -> None:
    sizes = [sum(part.holds(letter) for letter in ALPHABET) for part in PARTS]
    assert sizes == [len(ALPHABET) // len(PARTS)] * len(PARTS)


@given(st.lists(any_ids))
def test_ids_that_are_kept_by_parts_come_back_as_they_were(ids: list[str]) -> None:
    kept = PartedIds()
    for image_id in ids:
        kept.add(image_id)
    for number, part in enumerate(PARTS):
        assert kept.of(number) == {one for one in ids if part.holds(one)}


@given(st.sets(any_ids), any_ids)
def test_no_line_about_some_images_is_passed_over(ids: set[str], image_id: str) -> None:
    some = IdSet(frozenset(ids))
    assert some.may_hold(line_of(image_id), START) or not some.holds(image_id)
    assert some.may_hold(b'{ "id": "written by hand"}', START)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(any_ids), max_size=3))
def test_each_line_is_read_with_the_part_of_its_image(tmp_path: Path, files: list[list[str]]) -> None:
    by_hand = b'{ "id": "written by hand"}\n'
    paths = [tmp_path / f"{number}.jsonl" for number in range(len(files))]
    for path, ids in zip(paths, files, strict=True):
        # The last one is still being written.
        path.write_bytes(b"".join([by_hand, b"\n", *map(line_of, ids), START]))
    lines = PartedLines(paths, START)
    for number, part in enumerate(PARTS):
        read = list(lines.of(number))
        for path, ids in zip(paths, files, strict=True):
            of_file = [line for name, line in read if name == path.name]
            assert {by_hand, b"\n", START} <= set(of_file)
            told = [line for line in of_file if line.startswith(START) and line != START]
            if all(b"\\" not in line_of(one) for one in ids):
                assert told == [line_of(one) for one in ids if part.holds(one)]
            assert {line_of(one) for one in ids if part.holds(one)} <= set(told)


def test_the_parts_of_a_log_are_the_log(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path / "log", device="d1", lock=tmp_path / "lock")
    assert [list(changes) for changes in log.read_parts()] == [[] for _ in PARTS]
    images = [f"{letter}{'7' * (ID_LENGTH - 1)}" for letter in ALPHABET]
    log.append([Wish(image, FAVOURITE, value=True) for image in (*images, "album:cats", 'tag:"é"')])
    with log.own_file.open("ab") as file:
        file.write(b'{"image":"77')
    ChangeLog(log.folder, device="d2", lock=tmp_path / "lock").append([Wish(images[3], RATING, 4)])
    parts = [list(changes) for changes in log.read_parts()]
    assert all(PARTS[number].holds(change.image) for number, changes in enumerate(parts) for change in changes)
    assert sorted(map(encode, (one for changes in parts for one in changes))) == sorted(map(encode, log.read()))
    assert len(parts[3]) == 2
