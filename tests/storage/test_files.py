"""A file stands whole or not at all, and whatever the disk says is told in one sentence."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.errors import DiskFullError, LibraryMissingError, StorageError
from imagegen_desktop.storage import files
from imagegen_desktop.storage.files import append_durably, storage_errors, write_durably

if TYPE_CHECKING:
    from pathlib import Path

OPERATIONS = ("open", "write", "fsync", "replace")


def test_a_file_is_forced_to_the_medium_before_it_gets_its_name_and_its_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        seen.append("folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file")  # noqa: PTH112 (a descriptor)
        seen.append("named" if (tmp_path / "a.png").exists() else "unnamed")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    write_durably(tmp_path / "a.png", b"abc")
    assert seen == ["file", "unnamed", "folder", "named"]


def test_a_short_write_is_carried_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    write_durably(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


@pytest.mark.parametrize("failing", OPERATIONS)
def test_a_failed_write_leaves_the_old_file_and_no_temporary(
    failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a"
    write_durably(target, b"old")

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "broken")

    owner = type(target) if failing == "replace" else os
    with monkeypatch.context() as patch:
        patch.setattr(owner, failing, fail)
        with pytest.raises(OSError, match="broken"):
            write_durably(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_line_that_a_crash_cut_short_does_not_swallow_the_next(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b'{"a": 1}\n{"b"')
    append_durably(log, b'{"c": 3}\n')
    assert log.read_bytes().split(b"\n") == [b'{"a": 1}', b'{"b"', b'{"c": 3}', b""]


@pytest.mark.parametrize(
    ("number", "expected"), [(errno.ENOSPC, DiskFullError), (errno.EDQUOT, DiskFullError), (errno.EIO, StorageError)]
)
def test_what_the_disk_says_is_told_apart(number: int, expected: type[StorageError], tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught, storage_errors(tmp_path):
        raise OSError(number, "said")
    assert type(caught.value) is expected


def test_a_folder_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(LibraryMissingError), storage_errors(tmp_path / "unplugged"):
        raise FileNotFoundError


def test_a_file_that_a_virus_scanner_holds_is_renamed_once_it_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows answers with error 5, 32 or 33 for as long as somebody has the file open."""
    waits: list[float] = []
    replace = type(tmp_path).replace
    held = [5, 32, 33]

    def hold(path: Path, target: Path) -> Path:
        if held:
            error = PermissionError(errno.EACCES, "in use")
            error.winerror = held.pop()
            raise error
        return replace(path, target)

    monkeypatch.setattr(type(tmp_path), "replace", hold)
    monkeypatch.setattr(files.time, "sleep", waits.append)
    write_durably(tmp_path / "a", b"abc")
    assert (tmp_path / "a").read_bytes() == b"abc"
    assert waits == sorted(waits)
    assert len(waits) == 3
