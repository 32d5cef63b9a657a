"""Segments there and back, and what is not taken from hostile ones."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagegen_desktop.core.changes import ALBUM, FILE, RATING, TAG, TITLE, TRASHED, Change
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin
from imagegen_desktop.core.remote import RemoteDamagedError
from imagegen_desktop.studio.syncing.journal import LONGEST_LINE, MOST_BYTES, change_line, opened, packed, record_line
from pictures import NOON

KEY = "v1/journal/7f3k9qx2m4/00000001"
CLOCK = "1795348800000-0000"
RECORD = ImageRecord(
    id="7f3k9qx2m4",
    file="2026/11/2026-11-22_a-cat_7f3k9qx2m4.png",
    sha256="ab" * 32,
    created=NOON,
    origin=Origin.GENERATED,
    prompt="A cat",
    asked=None,
    got=Got(format=ImageFormat.PNG, width=4, height=4, size_bytes=9),
)
CHANGE = Change(image=RECORD.id, clock=CLOCK, device="2222222222", field=TRASHED, value=True)


def told(*lines: bytes) -> Any:
    return opened(KEY, packed(lines))


def test_what_was_written_is_read() -> None:
    others = [replace(CHANGE, field=field, value=value) for field, value in ((TITLE, "Ä \n \u2028"), (RATING, 4))]
    segment = told(record_line(RECORD), *map(change_line, [CHANGE, *others]))
    assert segment.records == (RECORD,)
    assert segment.changes == (CHANGE, *others)
    assert segment.refused == 0
    assert told() == opened(KEY, packed(()))


def test_the_plain_program_gunzip_reads_it() -> None:
    text = gzip.decompress(packed([record_line(RECORD), change_line(CHANGE)]))
    assert [next(iter(json.loads(line))) for line in text.splitlines()] == ["record", "change"]


def test_newer_words_are_passed_over_and_newer_fields_kept() -> None:
    newer = json.loads(record_line(RECORD))
    newer["record"]["colour_space"] = "p3"
    segment = told(json.dumps(newer).encode(), change_line(replace(CHANGE, field="mood", value="calm")))
    assert (segment.records, len(segment.changes), segment.refused) == ((RECORD,), 1, 0)


@pytest.mark.parametrize(
    "record",
    [
        replace(RECORD, file="../../me/.bashrc.png"),
        replace(RECORD, file="/etc/passwd.png"),
        replace(RECORD, file="C:/Windows/a.png"),
        replace(RECORD, file="..\\..\\a.png"),
        replace(RECORD, file=".imagegen/log/a.png"),
        replace(RECORD, file="2026/11/a.exe"),
        replace(RECORD, file=""),
        replace(RECORD, id="../../../a"),
        replace(RECORD, id="short"),
        replace(RECORD, sha256="not a hash"),
        replace(RECORD, sha256="AB" * 32),
        replace(RECORD, got=replace(RECORD.got, size_bytes=-1)),
        replace(RECORD, got=replace(RECORD.got, width=-1)),
    ],
)
def test_a_record_that_no_library_of_ours_would_write_is_refused(record: ImageRecord) -> None:
    segment = told(record_line(record), record_line(RECORD))
    assert (segment.records, segment.refused) == ((RECORD,), 1)


@pytest.mark.parametrize(
    "change",
    [
        # Nobody could write a later one than that of the year 9999.
        replace(CHANGE, clock="253402300799999-0000"),
        replace(CHANGE, clock="9999999999999-ffff"),
        replace(CHANGE, clock="4102444800000-0000"),
        replace(CHANGE, clock=""),
        replace(CHANGE, clock="1795348800000"),
        replace(CHANGE, clock="zzzzzzzzzzzzz-0000"),
        replace(CHANGE, clock="１７９５３４８８０００００-0000"),
        replace(CHANGE, device="../../../x"),
        replace(CHANGE, device=""),
        replace(CHANGE, image="../x"),
        replace(CHANGE, image=""),
        replace(CHANGE, field=""),
        replace(CHANGE, field=FILE, value="../../x.png"),
        replace(CHANGE, field=FILE, value="/x.png"),
        replace(CHANGE, field=FILE, value=7),
        replace(CHANGE, field=FILE, value=True),
        replace(CHANGE, field=TITLE, value="x" * 100_001),
    ],
)
def test_a_change_that_no_library_of_ours_would_write_is_refused(change: Change) -> None:
    segment = told(change_line(change), change_line(CHANGE))
    assert (segment.changes, segment.refused) == ((CHANGE,), 1)


def test_albums_tags_and_a_name_taken_back_may_be_told() -> None:
    changes = (
        replace(CHANGE, image=f"album:{new_id()}", field="name", value="Cats"),
        replace(CHANGE, image="tag:sky", field="colour", value="#112233"),
        replace(CHANGE, field=TAG + "sky"),
        replace(CHANGE, field=ALBUM + new_id()),
        replace(CHANGE, field=FILE, value=""),
        replace(CHANGE, field=FILE, value="a/b.png"),
    )
    assert told(*map(change_line, changes)).changes == changes


@pytest.mark.parametrize(
    "line",
    [
        b"{}", b"null", b"[]", b"7", b"not json", b'{"record":null}', b'{"record":{}}', b'{"change":{"image":1}}',
        b'{"change":[]}', b'{"record":"' + b"x" * 100 + b'"}', b"\xff\xfe", b'{"change":' * 5000, b"[" * 5000,
        b'{"change":{"image":"7f3k9qx2m4","clock":"1795348800000-0000","device":"2222222222","field":"rating","value":1e400}}',
        b'{"change":{"image":"7f3k9qx2m4","clock":"1795348800000-0000","device":"2222222222","field":"title","value":{}}}',
        b"x" * (LONGEST_LINE + 1),
    ],
)  # fmt: skip
def test_an_odd_line_is_counted_and_the_others_hold(line: bytes) -> None:
    segment = told(line, change_line(CHANGE))
    assert (segment.changes, segment.refused) == ((CHANGE,), 1)


@pytest.mark.parametrize("data", [b"", b"plain text", b"\x1f\x8b", packed([b"{}"])[:-9], gzip.compress(b"{}")[:12]])
def test_what_is_no_whole_segment_is_damaged(data: bytes) -> None:
    with pytest.raises(RemoteDamagedError):
        opened(KEY, data)


def test_a_cut_or_flipped_segment_is_damaged_and_never_half_believed() -> None:
    data = packed(change_line(replace(CHANGE, value=bool(number % 2))) for number in range(300))
    for end in range(0, len(data), 7):
        with pytest.raises(RemoteDamagedError):
            opened(KEY, data[:end])
    for place in range(10, len(data)):
        with pytest.raises(RemoteDamagedError):
            opened(KEY, data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def test_a_bomb_takes_no_more_than_its_bound() -> None:
    bomb = gzip.compress(b"\n" * (MOST_BYTES * 4))
    tracemalloc.start()
    with pytest.raises(RemoteDamagedError):
        opened(KEY, bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MOST_BYTES * 3


@given(st.binary(max_size=400))
def test_whatever_lies_there_is_told_in_one_kind_of_error(data: bytes) -> None:
    for text in (data, gzip.compress(data)):
        try:
            segment = opened(KEY, text)
        except RemoteDamagedError:
            continue
        assert segment.records == ()
