"""The page docs/sync.md says what the program does: its keys, fields, numbers and commands are the program's own."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from remote.computers import Computer, sync_all
from remote.faulty_store import Bucket, FaultyStore

from imagegen_desktop import cli
from imagegen_desktop.core import albums, changes
from imagegen_desktop.core.remote import RemoteSettings
from imagegen_desktop.studio.syncing import (
    journal,
    layout,
    news,
    receiving,
    sending,
    sharing,
    small_pictures,
    snapshots,
)
from imagegen_desktop.sync.library_key import KEY_OBJECT

PAGE = (Path(__file__).parent.parent / "docs" / "sync.md").read_text(encoding="utf-8")
CODE = set(re.findall(r"`([^`\n]+)`", PAGE))
MB = 1 << 20


def test_every_kind_of_key_stands_on_the_page() -> None:
    named = {f"{code.partition('<')[0]}" for code in CODE if code.startswith("v1/")}
    assert named >= set(layout.TOPS)
    assert KEY_OBJECT in CODE
    assert RemoteSettings().prefix in CODE
    device = "hq2v8nd3kx"
    assert layout.journal_key(device, 1).rpartition("/")[2] in CODE
    assert layout.snapshot_key(device, layout.SnapshotPart(100, 1, 1)).rpartition("/")[2] in CODE
    assert f"< {layout.journal_key(device, 1)}" in PAGE


def test_all_that_is_written_there_lies_at_a_key_of_the_page(tmp_path: Path) -> None:
    bucket = Bucket()
    computer = Computer(tmp_path / "one", FaultyStore(bucket), pictures=True)
    computer.add()
    computer.sync()
    patterns = [
        re.compile(re.sub(r"<[^>]+>", "[^/]+", re.escape(code).replace(r"\ ", " ")))
        for code in CODE
        if code.startswith("v1/")
    ]
    assert len(bucket.keys()) >= 5
    assert [key for key in bucket.keys() if not any(one.fullmatch(key) for one in patterns)] == []  # noqa: SIM118 (a method)


@pytest.mark.parametrize(
    "field",
    [
        changes.TITLE, changes.NOTE, changes.RATING, changes.FAVOURITE, changes.REJECTED, changes.TRASHED, changes.PURGED,
        changes.FILE, changes.SHA256, f"{changes.TAG}<name>", f"{changes.ALBUM}<id>", f"{albums.ALBUM_ENTITY}<id>",
        f"{albums.TAG_ENTITY}<name>", albums.NAME, albums.PARENT, albums.QUERY, albums.DELETED, albums.COLOUR,
    ],
)  # fmt: skip
def test_every_field_stands_on_the_page(field: str) -> None:
    assert field in CODE


@pytest.mark.parametrize(
    "sentence",
    [
        f"up to {small_pictures.OF_A_PACK} in one object",
        f"closed at {journal.CLOSED_AT // MB} MB, or after {sending.SECONDS_OPEN:.0f} seconds",
        f"After {snapshots.EVERY} segments",
        f"more than {receiving.MASS} images at once,",
        f"more than one in {receiving.ONE_IN} where it is more than {receiving.A_FEW},",
        f"more than {journal.MOST_BYTES // MB} MB unpacked",
        f"a line of more than {journal.LONGEST_LINE // MB} MB",
        f"a leap of more than {news.LEAP}",
        f"one where {sending.MANY} or more go at once",
        f"at most {sharing.LONGEST_SECONDS // 86400} days",
        f"more than {journal.LONGEST_VALUE:,} characters",
    ],
)
def test_every_number_is_the_programs(sentence: str) -> None:
    assert sentence in " ".join(PAGE.split())


def test_every_command_and_option_of_the_page_can_be_typed() -> None:
    bucket = cli.parser()._subparsers._group_actions[0].choices["bucket"]
    commands = bucket._subparsers._group_actions[0].choices
    options = {
        option for command in commands.values() for action in command._actions for option in action.option_strings
    }
    named = {word for code in CODE for word in code.split() if word.startswith("--")}
    assert named
    assert named <= options
    assert "imagegen-desktop bucket test --save" in CODE


def test_a_round_without_news_costs_what_the_page_says(tmp_path: Path) -> None:
    bucket = Bucket()
    one = Computer(tmp_path / "one", FaultyStore(bucket), pictures=True)
    one.add()
    one.sync()
    two = Computer(tmp_path / "two", FaultyStore(bucket), joins=True, pictures=True)
    two.add()
    sync_all(two, one)
    bucket.requests.clear()
    one.sync()
    assert "| a round without news | three lists, and two for each computer:" in PAGE
    assert [operation for operation, _ in bucket.requests] == ["list"] * (3 + 2 * 2)


@pytest.mark.skipif(shutil.which("gunzip") is None, reason="gunzip is not installed")
def test_a_segment_opens_by_hand_as_the_page_says(tmp_path: Path) -> None:
    bucket = Bucket()
    computer = Computer(tmp_path / "one", FaultyStore(bucket))
    record = computer.add("A cat")
    computer.sync()
    (key,) = bucket.keys(layout.JOURNALS)
    file = tmp_path / "00000001"
    file.write_bytes(bucket.objects[key])
    assert "gunzip -c <" in PAGE
    with file.open("rb") as stream:
        told = subprocess.run(["gunzip", "-c"], stdin=stream, capture_output=True, check=True).stdout
    assert told == gzip.decompress(file.read_bytes())
    assert told.startswith(b'{"record":{"id":"' + record.id.encode())
