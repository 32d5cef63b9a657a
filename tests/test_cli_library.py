"""The command `library`: everything that the window does to a library, without one."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from imagegen_desktop import cli
from imagegen_desktop.cli.library_commands import library as run_library
from imagegen_desktop.imaging.foreign.reading import read
from imagegen_desktop.storage.folders import Folders
from imagegen_desktop.storage.library_folder import open_library
from pictures import new_image, picture

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", Folders.of_this_user().data)


@pytest.fixture
def kites(library: Library) -> list[ImageState]:
    made = []
    for number, prompt in enumerate(("A red kite", "A blue kite", "A lighthouse")):
        new = new_image(prompt, picture((number, 9, 9), size=(40, 20)))
        made.append(library.add(library.describe(new), new.data))
    return made


class Ran:
    def __init__(self, library: Library, *words: str) -> None:
        action, *rest = words
        typed = ["library", action, *rest, "--library", str(library.folder.path)]
        out, err = io.StringIO(), io.StringIO()
        self.code = run_library(cli.parser().parse_args(typed), out=out, err=err)
        self.lines = out.getvalue().splitlines()
        self.out, self.err = out.getvalue(), err.getvalue()

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def test_search_prints_paths_and_json(library: Library, kites: list[ImageState]) -> None:
    found = Ran(library, "search", "kite")
    assert found.code == cli.EXIT_OK
    assert set(found.lines) == {str(library.path_of(state)) for state in kites[:2]}
    assert len(Ran(library, "search", "kite", "--limit", "1").lines) == 1
    (one,) = Ran(library, "search", "lighthouse", "--json").json
    assert (one["id"], one["prompt"], one["path"]) == (kites[2].id, "A lighthouse", str(library.path_of(kites[2])))
    nothing = Ran(library, "search", "submarine")
    assert (nothing.code, nothing.out, nothing.err) == (cli.EXIT_OK, "", "Nothing was found.\n")


def test_a_search_says_what_it_did_not_understand(library: Library, kites: list[ImageState]) -> None:
    told = Ran(library, "search", "kite", "colour:red")
    assert (told.code, told.err) == (cli.EXIT_OK, "Searched as words: colour:red\nNothing was found.\n")
    assert kites


def test_who_reads_only_the_first_lines_sees_no_complaint(library: Library, kites: list[ImageState]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = ["library", "search", kites[0].id, "--library", str(library.folder.path)]
    ran = subprocess.run(
        [sys.executable, "-m", "imagegen_desktop", *words],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (cli.EXIT_FAILED, "")


def test_show_tells_all_that_is_known_by_id(library: Library, kites: list[ImageState]) -> None:
    told = Ran(library, "show", kites[0].id)
    assert f"{'prompt':<16} A red kite" in told.lines
    assert Ran(library, "show", kites[0].id, "--json").json[0]["sha256"] == kites[0].sha256


def test_tags_are_put_on_and_taken_off(library: Library, kites: list[ImageState]) -> None:
    assert Ran(library, "tag", "Sky", "kite").err == "2 changed.\n"
    assert len(Ran(library, "search", "tag:sky").lines) == 2
    told = Ran(library, "tag", "Sky", kites[0].id, "--remove", "--json").json
    assert told == {"tag": "Sky", "changed": [kites[0].id]}
    assert len(Ran(library, "search", "tag:sky").lines) == 1
    assert Ran(library, "tag", "Sky").code == cli.EXIT_USAGE
    assert Ran(library, "tag", " , ", "kite").code == cli.EXIT_USAGE


def test_import_takes_in_tells_twins_and_what_is_no_picture(library: Library, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.png").write_bytes(picture((1, 2, 3)))
    (outside / "b.png").write_bytes(picture((1, 2, 3)))
    (outside / "c.png").write_bytes(b"no picture")
    ran = Ran(library, "import", str(outside), "--json")
    assert ran.code == cli.EXIT_PARTLY
    assert len(ran.json["imported"]) == len(ran.json["duplicates"]) == len(ran.json["refused"]) == 1
    assert (outside / "a.png").exists()
    (outside / "d.png").write_bytes(picture((4, 2, 3)))
    moved = Ran(library, "import", str(outside / "d.png"), "--way", "move")
    assert (moved.code, len(moved.lines)) == (cli.EXIT_OK, 1)
    assert not (outside / "d.png").exists()


def test_export_makes_copies_a_sheet_and_records(library: Library, kites: list[ImageState], tmp_path: Path) -> None:
    out = tmp_path / "out"
    sheet, table = tmp_path / "sheet.pdf", tmp_path / "records.csv"
    ran = Ran(
        library, "export", "kite", "--to", str(out), "--format", "jpeg", "--longest-edge", "20", "--metadata", "full",
        "--name", "{slug}", "--contact-sheet", str(sheet), "--records", str(table),
    )  # fmt: skip
    assert ran.code == cli.EXIT_OK
    assert sorted(file.name for file in out.iterdir()) == ["a-blue-kite.jpg", "a-red-kite.jpg"]
    assert read((out / "a-red-kite.jpg").read_bytes()).prompt == kites[0].record.prompt
    assert sheet.read_bytes().startswith(b"%PDF")
    assert table.read_text(encoding="utf-8-sig").count("kite") >= 2


def test_export_of_originals_into_a_zip(library: Library, kites: list[ImageState], tmp_path: Path) -> None:
    ran = Ran(library, "export", "--to", str(tmp_path / "all.zip"))
    assert (ran.code, ran.lines) == (cli.EXIT_OK, [str(tmp_path / "all.zip")])
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert {archive.read(name) for name in archive.namelist()} == {library.read(state) for state in kites}


def test_a_choice_that_can_not_be_is_a_wrong_argument(library: Library, tmp_path: Path) -> None:
    ran = Ran(library, "export", "--to", str(tmp_path / "out"), "--metadata", "original", "--format", "png")
    assert ran.code == cli.EXIT_USAGE
    assert "original is not changed" in ran.err
    assert not (tmp_path / "out").exists()


def test_an_image_that_could_not_leave_is_told(library: Library, kites: list[ImageState], tmp_path: Path) -> None:
    library.path_of(kites[0]).unlink()
    ran = Ran(library, "export", "--to", str(tmp_path / "out"), "--json")
    assert ran.code == cli.EXIT_PARTLY
    assert [one["id"] for one in ran.json["failed"]] == [kites[0].id]
    assert len(ran.json["copies"]) == 2


def test_verify_ends_well_only_where_all_is_well(library: Library, kites: list[ImageState]) -> None:
    assert Ran(library, "verify").lines == ["3 as they came, 0 missing, 0 changed, 0 found again, 0 unknown files"]
    library.path_of(kites[0]).unlink()
    library.path_of(kites[1]).rename(library.folder.path / "renamed.png")
    (library.folder.path / "new.png").write_bytes(picture((7, 7, 7)))
    ran = Ran(library, "verify", "--json")
    assert ran.code == cli.EXIT_FAILED
    assert [one["id"] for one in ran.json["missing"]] == [kites[0].id]
    assert [one["id"] for one in ran.json["found_again"]] == [kites[1].id]
    assert ran.json["unknown"] == [str(library.folder.path / "new.png")]


def test_rebuild_tells_how_many(library: Library, kites: list[ImageState]) -> None:
    library.index.drop([kites[0].id])
    assert Ran(library, "rebuild").lines == ["3 images"]
    assert Ran(library, "rebuild", "--json").json == {"images": 3}
    assert library.index.ids() == {state.id for state in kites}


def test_a_library_that_is_gone_is_a_sentence(library: Library, kites: list[ImageState], tmp_path: Path) -> None:
    library.folder.path.rename(tmp_path / "unplugged")
    ran = Ran(library, "search", kites[0].id)
    assert ran.code == cli.EXIT_FAILED
    assert ran.err == (
        "The library folder is not there. Plug its disk in again, or choose another folder in the settings.\n"
    )
