"""A process killed between any two steps of saving loses no image that was announced, and nothing lies."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from imagegen_desktop.core.places import Place, View
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from pictures import NOON

PLACES = 120
SCRIPT = Path(__file__).with_name("killed_while_saving.py")


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX's")
def test_no_announced_image_is_lost_wherever_the_process_dies(tmp_path: Path) -> None:
    environment_path = f"{SCRIPT.parents[2]}:{SCRIPT.parents[1]}"
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path), str(PLACES)],
        env={"PYTHONPATH": environment_path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lives) >= PLACES
    assert sum(life["killed"] for life in lives) >= PLACES - 1
    for life in lives:
        _check(Path(life["folder"]), [tuple(pair) for pair in life["told"]])


def _check(folder: Path, told: list[tuple[str, str]]) -> None:
    library = open_library(folder / "library", folder / "data")
    library.sweep(Ledger(folder / "data" / "ledger.sqlite").record_of, NOON)
    states = {state.id: state for place in Place for state in library.index.newest(View(place=place), 10)}
    for word, image_id in told:
        if word == "saved":
            assert image_id in states, f"{folder.name}: an announced image is gone"
        elif word == "favourite":
            assert states[image_id].favourite, f"{folder.name}: an acknowledged favourite is gone"
        elif word == "trashed":
            assert states[image_id].trashed, f"{folder.name}: an acknowledged trash is gone"
    for state in states.values():
        assert hashlib.sha256(library.read(state)).hexdigest() == state.record.sha256, f"{folder.name}: a record lies"
        assert state.record.prompt == "A cat", f"{folder.name}: an orphan lost its prompt"
    originals = [path for path in (folder / "library").glob("2*/*/*") if not path.name.startswith(".tmp-")]
    trashed = list(library.folder.trash.glob("*"))
    assert len(originals) + len(trashed) == len(states), f"{folder.name}: a file without a record, or twice"
