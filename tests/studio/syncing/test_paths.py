"""What a path from elsewhere may be, and what it is renamed to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagegen_desktop.core.changes import ImageState
from imagegen_desktop.core.ids import new_id
from imagegen_desktop.core.records import Got, ImageFormat, ImageRecord, Origin
from imagegen_desktop.studio.syncing.paths import LONGEST_PART, LONGEST_PATH, aside, is_inside, is_portable
from pictures import NOON

STATE = ImageState(
    record=ImageRecord(
        id=new_id(),
        file="a.png",
        sha256="",
        created=NOON,
        origin=Origin.IMPORTED,
        prompt="",
        asked=None,
        got=Got(format=ImageFormat.PNG, width=1, height=1, size_bytes=1),
    )
)


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/a.png", "../a.png", "a/../../b.png", "a/./b.png", "a//b.png", "C:/a.png", "c:a.png", "..\\a.png",
        "a\\b.png", ".imagegen/library.png", ".hidden.png", "a/.b/c.png", "a.png/", "a", "a.json", "a.exe", "a.png\0",
        "a.png\0.png", "\\\\host\\share\\a.png", "a/" * LONGEST_PATH + "a.png", ".", "..", "2026/11/..",
    ],
)  # fmt: skip
def test_what_leads_out_or_is_no_picture_is_refused(path: str) -> None:
    assert not is_inside(path)


@pytest.mark.parametrize("path", ["a.png", "2026/11/2026-11-22_a-cat_7f3k9qx2m4.png", "été/Ünï 3.JPEG", "x.y.z.webp"])
def test_what_an_import_takes_in_is_inside_and_portable(path: str) -> None:
    assert is_inside(path)
    assert is_portable(path)


@pytest.mark.parametrize(
    "path",
    [
        "12:30.png", "what?.png", "a/b*c/d.png", "con.png", "NUL.x.png", "a/aux/b.png", "com1.gif", "LPT9.png",
        "trailing /a.png", "dots./a.png", " a.png", "line\nbreak.png", "é" * 130 + ".png", 'quo"te.png', "pipe|.png",
    ],
)  # fmt: skip
def test_what_another_system_cannot_hold_gets_a_name_that_it_can(path: str) -> None:
    assert is_inside(path)
    assert not is_portable(path)
    state = replace(STATE, moved_to=path)
    other = aside(state)
    assert is_inside(other)
    assert is_portable(other)
    assert state.id in other
    assert aside(state) == other
    assert all(len(part.encode()) <= LONGEST_PART for part in other.split("/"))
