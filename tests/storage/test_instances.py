"""Whether another program runs is told by the system, which knows of every death."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.errors import StorageError
from imagegen_desktop.storage.instances import Instances

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from imagegen_desktop.storage.instances import Instances
instances = Instances(Path(sys.argv[1]))
print(instances.own, flush=True)
sys.stdin.readline()
instances.shutdown()
print("ended", flush=True)
sys.stdin.readline()
"""


@contextmanager
def another_program(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A real process that holds a name, and that name."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(folder)],
        env={"PYTHONPATH": str(ROOT), "HOME": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def test_a_program_that_runs_is_alive_until_it_is_killed(tmp_path: Path) -> None:
    mine = Instances(tmp_path)
    with another_program(tmp_path) as (process, name):
        assert mine.is_alive(name)
        assert mine.is_alive(name)
        process.kill()
        process.wait()
        assert not mine.is_alive(name)
        assert not mine.is_alive(name)
    mine.shutdown()


def test_a_program_that_ended_in_good_order_is_not_alive_though_its_process_is(tmp_path: Path) -> None:
    mine = Instances(tmp_path)
    with another_program(tmp_path) as (process, name):
        assert process.stdin
        assert process.stdout
        process.stdin.write("end\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ended\n"
        assert process.poll() is None
        assert not mine.is_alive(name)
    mine.shutdown()


def test_a_program_knows_itself_and_nobody_who_has_no_name(tmp_path: Path) -> None:
    mine, other = Instances(tmp_path), Instances(tmp_path)
    assert mine.own != other.own
    assert mine.is_alive(mine.own)
    assert mine.is_alive(other.own)
    assert not mine.is_alive("")
    assert not mine.is_alive("never-heard-of")
    other.shutdown()
    assert not mine.is_alive(other.own)
    mine.shutdown()


def test_no_lock_file_is_left_behind(tmp_path: Path) -> None:
    mine = Instances(tmp_path)
    with another_program(tmp_path) as (process, name):
        process.kill()
        process.wait()
        mine.is_alive(name)
    mine.shutdown()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_not_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        Instances(tmp_path / "file" / "running")
