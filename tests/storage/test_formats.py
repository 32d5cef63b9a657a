"""What an older version wrote is brought up to date after a copy, and what a newer one wrote is refused untouched."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from imagegen_desktop.core.changes import RATING
from imagegen_desktop.core.errors import LibraryFormatError, StorageError
from imagegen_desktop.core.organising import set_field
from imagegen_desktop.storage import ledger as ledger_module
from imagegen_desktop.storage.database import Database, Durability
from imagegen_desktop.storage.files import write_durably
from imagegen_desktop.storage.ledger import Ledger
from imagegen_desktop.storage.library_folder import open_library
from pictures import new_image, picture

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.storage.library import Library

# ---- the library's folder ----


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """With `library`, of the first format, which holds one image that was rated, and its `data`."""
    library = open_library(tmp_path / "library", tmp_path / "data")
    new = new_image("A kite", picture())
    state = library.add(library.describe(new), new.data)
    library.apply(set_field([state], RATING, 4))
    return tmp_path


def opened(top: Path, *steps: object) -> Library:
    return open_library(top / "library", top / "data", steps)  # pyright: ignore[reportArgumentType] (a test's steps)


def rename_prompts(own: Path) -> None:
    """As a later version could: every record says its prompt in capitals. It bears being run twice."""
    for path in own.glob("records/??/*.json"):
        record = json.loads(path.read_bytes())
        write_durably(path, json.dumps(record | {"prompt": record["prompt"].upper()}).encode())


def fail(_own: Path) -> None:
    raise OSError(5, "the disk fails")


def mark_of(top: Path) -> int:
    return json.loads((top / "library" / ".imagegen" / "library.json").read_bytes())["format"]


def prompts_in(own: Path) -> list[str]:
    return [json.loads(path.read_bytes())["prompt"] for path in own.glob("records/??/*.json")]


def test_a_library_of_an_older_format_is_brought_up_to_date_after_a_copy(top: Path) -> None:
    before = (top / "library" / ".imagegen" / "library.json").read_bytes()
    library = opened(top, rename_prompts)
    assert mark_of(top) == 2
    assert [state.record.prompt for state in library.reread().states.values()] == ["A KITE"]
    copy = top / "library" / ".imagegen" / "before-format-2"
    assert prompts_in(copy) == ["A kite"]
    assert (copy / "library.json").read_bytes() == before
    assert list((copy / "log").glob("*.jsonl"))
    # An opening of a library that is up to date copies nothing.
    shutil.rmtree(copy)
    opened(top, rename_prompts)
    assert not copy.exists()


def test_the_copy_alone_opens_with_the_older_version(top: Path, tmp_path: Path) -> None:
    before = opened(top).reread()
    opened(top, rename_prompts)
    shutil.copytree(top / "library" / ".imagegen" / "before-format-2", tmp_path / "put back" / ".imagegen")
    assert open_library(tmp_path / "put back", tmp_path / "other data").reread() == before


def test_a_step_that_fails_is_run_again_and_the_first_copy_stays(top: Path) -> None:
    with pytest.raises(StorageError):
        opened(top, rename_prompts, fail)
    assert mark_of(top) == 2
    own = top / "library" / ".imagegen"
    with pytest.raises(StorageError):
        opened(top, rename_prompts, fail)
    assert prompts_in(own / "before-format-2") == ["A kite"]
    assert prompts_in(own / "before-format-3") == ["A KITE"]
    opened(top, rename_prompts, rename_prompts)
    assert mark_of(top) == 3


def test_a_copy_that_was_cut_short_is_made_anew(top: Path) -> None:
    half = top / "library" / ".imagegen" / ".tmp-before-format-2"
    half.mkdir()
    (half / "junk").write_bytes(b"x")
    opened(top, rename_prompts)
    copy = top / "library" / ".imagegen" / "before-format-2"
    assert sorted(path.name for path in copy.iterdir()) == ["library.json", "log", "records"]
    assert not half.exists()


def test_a_newer_library_is_refused_and_nothing_is_changed(top: Path) -> None:
    opened(top, rename_prompts)
    before = {path: path.read_bytes() for path in (top / "library").rglob("*") if path.is_file()}
    with pytest.raises(LibraryFormatError):
        opened(top)
    assert {path: path.read_bytes() for path in (top / "library").rglob("*") if path.is_file()} == before


def test_a_new_library_has_the_newest_format(tmp_path: Path) -> None:
    open_library(tmp_path / "library", tmp_path / "data", (rename_prompts,))
    assert mark_of(tmp_path) == 2
    assert not (tmp_path / "library" / ".imagegen" / "before-format-2").exists()


def test_a_mark_without_a_format_is_a_sentence(top: Path) -> None:
    mark = top / "library" / ".imagegen" / "library.json"
    mark.write_text('{"id": "0123456789", "format": 0}')
    with pytest.raises(StorageError, match="own mark"):
        opened(top)


# ---- databases ----

FIRST_JOB = """
INSERT INTO jobs (id, batch, library, model, quality, size, endpoint, request, state, charge, place, created)
VALUES ('job0000001', '', 'lib', 'painter', '', '', '', x'7b7d', 'done', 'paid', 1, '2026-11-01T10:00:00+00:00')
"""


@pytest.fixture
def old_ledger(tmp_path: Path) -> Path:
    """As the first version wrote it, with one job."""
    path = tmp_path / "ledger.sqlite"
    with Database(path, ledger_module.MIGRATIONS[:1], Durability.FULL).write() as connection:
        connection.execute(FIRST_JOB)
    return path


def rows(path: Path) -> tuple[int, list[str]]:
    """(format, ids of the jobs)."""
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return version, [row[0] for row in connection.execute("SELECT id FROM jobs")]


def test_an_old_ledger_is_brought_up_to_date_after_a_copy(old_ledger: Path) -> None:
    Ledger(old_ledger).record_of("nothing")
    assert rows(old_ledger) == (len(ledger_module.MIGRATIONS), ["job0000001"])
    copy = old_ledger.with_name("ledger-format-1.sqlite")
    assert rows(copy) == (1, ["job0000001"])
    first = copy.read_bytes()
    Ledger(old_ledger).record_of("nothing")
    assert copy.read_bytes() == first
    assert not list(old_ledger.parent.glob("*.half"))


def test_a_new_ledger_is_made_without_a_copy(tmp_path: Path) -> None:
    Ledger(tmp_path / "ledger.sqlite").record_of("nothing")
    assert not list(tmp_path.glob("ledger-format-*"))


def test_a_newer_ledger_is_refused_and_not_copied(old_ledger: Path) -> None:
    Ledger(old_ledger).record_of("nothing")
    older = Database(old_ledger, ledger_module.MIGRATIONS[:2], Durability.FULL)
    with pytest.raises(LibraryFormatError), older.read():
        pass
    assert rows(old_ledger)[0] == len(ledger_module.MIGRATIONS)
    assert not old_ledger.with_name("ledger-format-2.sqlite").exists()
