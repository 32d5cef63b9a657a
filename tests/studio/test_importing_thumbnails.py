"""Thumbnails of strange files are made by processes that may break, and the window does not notice."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from imagegen_desktop.core.cancel import CancelToken
from imagegen_desktop.imaging.thumbnail_process import LENGTH, MADE, asked
from imagegen_desktop.storage.library_folder import open_library
from imagegen_desktop.storage.thumbnails import ThumbnailCache
from imagegen_desktop.studio.import_steps import Imported, Way
from imagegen_desktop.studio.import_thumbnails import ImportThumbnails, ThumbnailsMade
from imagegen_desktop.studio.importing import Importing
from imagegen_desktop.studio.thumbnail_crew import Drawn, ThumbnailCrew, own_command
from pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

# A worker that dies of one file, sleeps over another, babbles at a third, and answers "+" and the path for the rest.
STRANGE = """
import os, struct, sys, time
inn, out = os.fdopen(0, "rb"), os.fdopen(1, "wb")
while True:
    path = inn.read(struct.unpack(">I", inn.read(4))[0])
    if b"crash" in path: os.abort()
    if b"hang" in path: inn.read()
    if b"babble" in path: out.write(b"+" + b"\\xff" * 99)
    else: out.write(b"+" + struct.pack(">I", len(path)) + path)
    out.flush()
"""


@pytest.fixture
def strange() -> Iterator[ThumbnailCrew]:
    with ThumbnailCrew(command=(sys.executable, "-c", STRANGE), seconds=2) as crew:
        yield crew


def drawn(crew: ThumbnailCrew, *files: Path) -> list[Drawn]:
    return list(crew.draw(((file.name, file) for file in files), CancelToken()))


def test_the_programs_own_worker_makes_thumbnails_and_tells_what_it_can_not(tmp_path: Path) -> None:
    good, bad, gone = tmp_path / "gööd.png", tmp_path / "bad.png", tmp_path / "gone.png"
    good.write_bytes(picture(size=(600, 300)))
    bad.write_bytes(b"no picture")
    with ThumbnailCrew() as crew:
        first, second, third, again = drawn(crew, good, bad, gone, good)
    assert first.data is not None
    with Image.open(BytesIO(first.data)) as image:
        assert (image.size, image.format) == ((256, 128), "JPEG")
    assert again.data == first.data
    assert (second.data, third.data) == (None, None)
    assert second.problem
    assert "can't be read" in third.problem


def test_a_file_that_kills_a_worker_is_told_and_the_next_gets_a_new_one(strange: ThumbnailCrew, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "crash1", "b", "crash2", "crash3", "c", "babble", "d", "e")]
    found = drawn(strange, *files)
    assert [one.image_id for one in found] == [file.name for file in files]
    assert [one.data is not None for one in found] == [True, False, True, False, False, True, False, True, True]
    assert found[-1].data == os.fsencode(files[-1])


def test_a_file_that_never_ends_is_given_up(strange: ThumbnailCrew, tmp_path: Path) -> None:
    hung, after = drawn(strange, tmp_path / "hang", tmp_path / "a")
    assert "held up" in hung.problem
    assert after.data is not None


def test_a_crew_that_can_not_start_says_so(tmp_path: Path) -> None:
    with ThumbnailCrew(command=(str(tmp_path / "nothing here"),)) as crew:
        (one,) = drawn(crew, tmp_path / "a")
    assert one.problem.startswith("No thumbnails can be made")


def test_a_crew_that_is_dismissed_at_work_leaves_no_process(tmp_path: Path) -> None:
    crew = ThumbnailCrew(command=(sys.executable, "-c", STRANGE))
    steps = crew.draw(((name, tmp_path / name) for name in ("a", "hang", "b", "hang", "c")), CancelToken())
    assert next(steps).data is not None
    processes = [worker._process for worker in crew._workers if worker._process is not None]
    crew.close()
    assert processes
    assert all(process.returncode is not None for process in processes)


def test_a_crew_that_is_dismissed_just_before_a_question_gives_that_picture_up(
    strange: ThumbnailCrew, tmp_path: Path
) -> None:
    class Late:
        """Its name is read when the worker has been chosen and is about to be asked."""

        def __fspath__(self) -> str:
            strange.dismiss()
            return str(tmp_path / "a")

    (given_up,) = strange.draw([("late", cast("Path", Late()))], CancelToken())
    assert given_up.data is None
    assert "broke or held up" in given_up.problem
    (after,) = drawn(strange, tmp_path / "b")
    assert "any more" in after.problem


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc is asked to keep memory")
def test_a_worker_keeps_the_memory_of_a_picture_for_the_next_one(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    words = PngInfo()
    words.add_text("parameters", "A lighthouse at dusk")
    # As large as its pixels: what a decoder takes beside them counts too.
    noise = Image.frombytes("RGB", (1000, 1000), os.urandom(3_000_000))
    noise.save(file, pnginfo=words, compress_level=1)
    faults: list[int] = []
    with ThumbnailCrew(workers=1) as crew:
        for _ in range(4):
            assert drawn(crew, file)[0].data is not None
            process = crew._workers[0]._process
            assert process is not None
            faults.append(page_faults(process.pid))
    # A million pixels are a thousand pages of four bytes each.
    assert faults[-1] - faults[-2] < 500


def page_faults(pid: int) -> int:
    """Minor ones, so far (proc(5), the tenth field; the second is the name, in parentheses)."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[7])


def test_the_worker_knows_no_window_and_no_command_line_and_writes_no_log(tmp_path: Path) -> None:
    script = (
        "import sys; sys.argv[1:] = ['--thumbnail-worker']; from imagegen_desktop.__main__ import main; code = main();"
        "sys.stderr.write(str([name for name in sys.modules if name.startswith(('PySide6', 'sqlite3', 'openai',"
        " 'imagegen_desktop.cli', 'argparse'))]))"
    )
    file = tmp_path / "a.png"
    file.write_bytes(picture())
    path = os.fsencode(file)
    done = subprocess.run(
        [sys.executable, "-c", script], input=LENGTH.pack(len(path)) + path, capture_output=True, check=True
    )
    assert done.stdout.startswith(MADE)
    assert done.stderr == b"[]"
    assert own_command()[0] == sys.executable


@pytest.mark.parametrize("question", [b"", b"\0\0", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\0\0\0\x09short"])
def test_a_question_that_is_none_ends_the_worker(question: bytes) -> None:
    assert asked(BytesIO(question)) is None


def test_imports_get_their_thumbnails_once(tmp_path: Path) -> None:
    library = open_library(tmp_path / "library", tmp_path / "data")
    folder = library.folder.path / "mine"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes(picture((number, 0, 0)))
    (folder / "3.gif").write_bytes(picture(kind="GIF")[:20] + b"broken")
    steps = Importing(library).files([folder], Way.IN_PLACE, CancelToken())
    states = [state for step in steps if isinstance(step, Imported) for state in step.states]
    cache = ThumbnailCache(tmp_path / "thumbnails.sqlite")
    work = ImportThumbnails(library, cache)
    (made,) = work.make(states, CancelToken())
    assert made == ThumbnailsMade(tuple(state.id for state in states[:3]), made.refused, 4, 4)
    assert [image_id for image_id, _ in made.refused] == [states[3].id]
    assert cache.get([state.id for state in states], 256).keys() == {state.id for state in states[:3]}
    assert list(work.make(states[:3], CancelToken())) == []
