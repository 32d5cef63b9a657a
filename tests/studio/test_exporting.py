"""An export writes whole copies, replaces nothing, tells what it left out, and can end at any moment."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_disk import MEGABYTE, fill, small_disk

from imagegen_desktop.core.albums import Album
from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.core.errors import DiskFullError, LibraryMissingError
from imagegen_desktop.core.exporting import Container, CopyFormat, ExportChoice, Metadata
from imagegen_desktop.core.organising import add_tag, make_album, put_into_album, set_field
from imagegen_desktop.core.records import ImageFormat, Origin
from imagegen_desktop.imaging.decode import measure
from imagegen_desktop.imaging.foreign.reading import read
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.studio.export_steps import ExportDone, Exported, ExportProgress, NotExported
from imagegen_desktop.studio.exporting import Exporting
from pictures import new_image, picture

if TYPE_CHECKING:
    from pathlib import Path

    from imagegen_desktop.core.changes import ImageState
    from imagegen_desktop.storage.library import Library

FULL = ExportChoice(metadata=Metadata.FULL)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return open_library(tmp_path / "library", tmp_path / "data")


def put(library: Library, prompt: str, number: int = 0, **changes: object) -> ImageState:
    new = replace(new_image(prompt, picture((number % 256, 10, 20), size=(40 + number, 30))), **changes)
    return library.add(library.describe(new), new.data)


@pytest.fixture
def states(library: Library) -> list[ImageState]:
    return [put(library, f"A kite, take {number}", number) for number in range(4)]


def test_originals_leave_byte_for_byte_and_everything_is_told(
    library: Library, states: list[ImageState], tmp_path: Path
) -> None:
    steps = list(Exporting(library).export(states, ExportChoice(), tmp_path / "out", CancelToken()))
    exported = [step for step in steps if isinstance(step, Exported)]
    assert [step.path.read_bytes() for step in exported] == [library.read(state) for state in states]
    assert [step.done for step in steps if isinstance(step, ExportProgress)] == [1, 2, 3, 4]
    assert steps[-1] == ExportDone(tmp_path / "out", 4, 0)


def test_nothing_that_stands_there_is_replaced(library: Library, states: list[ImageState], tmp_path: Path) -> None:
    out = tmp_path / "out"
    choice = ExportChoice(pattern="Kite")
    for _ in range(2):
        list(Exporting(library).export(states[:2], choice, out, CancelToken()))
    assert sorted(file.name for file in out.iterdir()) == ["Kite (2).png", "Kite (3).png", "Kite (4).png", "Kite.png"]


def test_full_copies_tell_prompt_and_how_they_came_to_be(library: Library, tmp_path: Path) -> None:
    made = put(library, "A kite", enhanced_prompt="A red kite in the wind", seed=9)
    sample = put(library, "A kite", 1, origin=Origin.SAMPLE, asked=None)
    list(Exporting(library).export([made, sample], FULL, tmp_path / "out", CancelToken()))
    by_name = {file.stem: read(file.read_bytes()) for file in (tmp_path / "out").iterdir()}
    first, second = (next(told for name, told in by_name.items() if one.id in name) for one in (made, sample))
    assert (first.prompt, first.seed, first.model) == ("A red kite in the wind", 9, "gpt-image-2")
    assert first.digital_source_type == "trainedAlgorithmicMedia"
    assert second.digital_source_type == "algorithmicMedia"


def test_a_zip_stands_whole_or_not_at_all(library: Library, states: list[ImageState], tmp_path: Path) -> None:
    place = tmp_path / "kites.zip"
    choice = replace(FULL, container=Container.ZIP, format=CopyFormat.JPEG, pattern="{n}")
    steps = list(Exporting(library).export(states, choice, place, CancelToken()))
    assert steps[-1] == ExportDone(place, 4, 0)
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == ["1.jpg", "2.jpg", "3.jpg", "4.jpg"]
        assert measure(archive.read("1.jpg")).format is ImageFormat.JPEG
    list(Exporting(library).export(states, choice, place, CancelToken()))
    assert (tmp_path / "kites (2).zip").exists()
    cancel = CancelToken()
    for step in Exporting(library).export(states, choice, tmp_path / "half.zip", cancel):
        if isinstance(step, Exported):
            cancel.cancel()
    assert not (tmp_path / "half.zip").exists()
    assert not list(tmp_path.glob(".tmp-*"))


def test_an_image_without_its_file_is_told_and_the_others_leave(
    library: Library, states: list[ImageState], tmp_path: Path
) -> None:
    library.path_of(states[1]).unlink()
    library.path_of(states[2]).write_bytes(b"no picture any more")
    steps = list(Exporting(library).export(states, FULL, tmp_path / "out", CancelToken()))
    told = [step for step in steps if isinstance(step, NotExported)]
    assert [step.state.id for step in told] == [states[1].id, states[2].id]
    assert all(step.reason for step in told)
    assert steps[-1] == ExportDone(tmp_path / "out", 2, 2)


def test_a_library_that_is_gone_ends_the_export(library: Library, states: list[ImageState], tmp_path: Path) -> None:
    library.folder.path.rename(tmp_path / "unplugged")
    with pytest.raises(LibraryMissingError):
        list(Exporting(library).export(states, ExportChoice(), tmp_path / "out", CancelToken()))


@pytest.mark.parametrize("container", Container)
def test_a_full_disk_ends_the_export_with_a_sentence_and_no_half_of_a_file(
    library: Library, tmp_path: Path, container: Container
) -> None:
    noise = [put(library, f"Noise {number}", data=_noisy(number)) for number in range(4)]
    with small_disk(tmp_path / "disk", 2) as disk:
        filling = fill(disk)
        with filling.open("r+b") as stream:
            stream.truncate(filling.stat().st_size - MEGABYTE // 2)
        place = disk / ("out" if container is Container.FOLDER else "out.zip")
        with pytest.raises(DiskFullError) as told:
            list(Exporting(library).export(noise, ExportChoice(container=container), place, CancelToken()))
        assert told.value.advice
        left = [file for file in disk.rglob("*") if file.is_file() and file != filling]
        assert all(file.read_bytes() in [library.read(state) for state in noise] for file in left)
        filling.unlink()
        steps = list(Exporting(library).export(noise[:1], ExportChoice(container=container), place, CancelToken()))
        assert isinstance(steps[-1], ExportDone)


def _noisy(number: int) -> bytes:
    import random  # noqa: PLC0415 (one test's)
    from io import BytesIO  # noqa: PLC0415 (one test's)

    from PIL import Image  # noqa: PLC0415 (one test's)

    stream = BytesIO()
    dice = random.Random(number)  # noqa: S311 (pixels)
    Image.frombytes("RGB", (300, 300), dice.randbytes(270_000)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "kind"), [("a.jpg", ImageFormat.JPEG), ("a.webp", ImageFormat.WEBP), ("a.PNG", ImageFormat.PNG)]
)
def test_the_ending_of_a_copy_says_its_format(
    library: Library, states: list[ImageState], tmp_path: Path, name: str, kind: ImageFormat
) -> None:
    file = tmp_path / name
    steps = list(Exporting(library).save_as(states[0], ExportChoice(), file, CancelToken()))
    assert steps[-1] == ExportDone(file, 1, 0)
    assert measure(file.read_bytes()).format is kind
    assert (file.read_bytes() == library.read(states[0])) == (kind is ImageFormat.PNG)


def test_a_copy_that_can_not_be_is_told_and_nothing_is_written(
    library: Library, states: list[ImageState], tmp_path: Path
) -> None:
    steps = list(Exporting(library).save_as(states[0], ExportChoice(), tmp_path / "a.svg", CancelToken()))
    assert isinstance(steps[0], NotExported)
    assert not (tmp_path / "a.svg").exists()


def test_records_leave_as_csv_and_json_with_all_that_a_person_did(library: Library, tmp_path: Path) -> None:
    state = put(library, "=1+1", cost=Decimal("0.04"))
    other = put(library, "A kite", 1)
    library.apply(
        (
            *add_tag([state], "sea"),
            *make_album(Album(id="a1", name="Work")),
            *put_into_album([state], "a1"),
            *set_field([state], "rating", 4),
            *set_field([state], "note", "-2 copies"),
        )
    )
    states = library.index.get([state.id, other.id])
    for name in ("r.json", "r.csv"):
        steps = list(Exporting(library).records(states, tmp_path / name, CancelToken()))
        assert steps == [ExportDone(tmp_path / name, 2, 0)]
    rows = {row["id"]: row for row in json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))}
    told = rows[state.id]
    assert (told["prompt"], told["cost_usd"], told["rating"]) == ("=1+1", "0.04", 4)
    assert (told["tags"], told["albums"], told["note"]) == (["sea"], ["Work"], "-2 copies")
    table = list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text(encoding="utf-8-sig"))))
    cells = {row["id"]: row for row in table}[state.id]
    # A spreadsheet must not take a prompt for a formula.
    assert (cells["prompt"], cells["note"], cells["tags"]) == ("'=1+1", "'-2 copies", "sea")
    assert set(rows[other.id]) == set(cells)


def test_a_contact_sheet_names_what_it_could_not_show(
    library: Library, states: list[ImageState], tmp_path: Path
) -> None:
    library.path_of(states[1]).unlink()
    for name in ("sheet.pdf", "sheet.png"):
        steps = list(Exporting(library).contact_sheet(states, "Kites", tmp_path / name, CancelToken()))
        assert [step.state.id for step in steps if isinstance(step, NotExported)] == [states[1].id]
        assert steps[-1] == ExportDone(tmp_path / name, 3, 1)
        assert (tmp_path / name).stat().st_size > 1000
