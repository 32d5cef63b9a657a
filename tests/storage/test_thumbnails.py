"""The thumbnail cache gives back what was put, and a broken file costs nobody more than making it again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.imaging.thumbnails import EDGES, thumbnail, thumbnails, thumbnails_of
from imagegen_desktop.storage.thumbnails import Thumbnail, ThumbnailCache
from pictures import picture

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "thumbs-7f3k9q0000.sqlite"


@pytest.fixture
def cache(path: Path) -> ThumbnailCache:
    return ThumbnailCache(path)


def small(number: int, edge: int = 256, data: bytes = b"jpeg") -> Thumbnail:
    return Thumbnail(f"image{number:05d}", edge, data)


def test_what_was_put_is_given_back_by_id_and_edge(cache: ThumbnailCache) -> None:
    cache.put([small(1), small(1, 512, b"large"), small(2)])
    assert cache.get(["image00001", "image00002", "image00003"], 256) == {"image00001": b"jpeg", "image00002": b"jpeg"}
    assert cache.get(["image00001", "image00002"], 512) == {"image00001": b"large"}
    cache.put([small(1, data=b"newer")])
    assert cache.get(["image00001"], 256) == {"image00001": b"newer"}


def test_what_is_missing_is_told_in_its_order_and_what_is_dropped_is_missing(cache: ThumbnailCache) -> None:
    cache.put([small(1), small(2), small(2, 512), small(3)])
    cache.drop(["image00002", "image00009"])
    assert cache.missing(["image00004", "image00002", "image00001"], 256) == ("image00004", "image00002")
    assert cache.missing(["image00002"], 512) == ("image00002",)


def test_it_is_kept_for_the_next_start_in_pages_that_hold_a_thumbnail(cache: ThumbnailCache, path: Path) -> None:
    cache.put([small(1)])
    del cache
    assert ThumbnailCache(path).get(["image00001"], 256) == {"image00001": b"jpeg"}
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA page_size").fetchone() == (16384,)


def test_a_file_that_is_no_database_is_set_aside_and_made_anew(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"torn" * 10_000)
    cache = ThumbnailCache(path)
    assert cache.get(["image00001"], 256) == {}
    cache.put([small(1)])
    assert cache.get(["image00001"], 256) == {"image00001": b"jpeg"}
    assert path.with_name(path.name + ".broken").read_bytes().startswith(b"torn")


def test_a_file_that_breaks_or_goes_away_while_it_is_used_is_made_anew(cache: ThumbnailCache, path: Path) -> None:
    cache.put([small(number, data=bytes(12_000)) for number in range(50)])
    for part in path.parent.iterdir():
        part.unlink()
    cache.put([small(1)])
    assert cache.get(["image00001"], 256) == {"image00001": b"jpeg"}
    path.write_bytes(b"\0" * 100_000)
    for part in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        part.unlink(missing_ok=True)
    cache.put([small(2)])
    assert cache.get(["image00002"], 256) == {"image00002": b"jpeg"}


def test_a_file_of_a_newer_version_is_set_aside(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
    cache = ThumbnailCache(path)
    cache.put([small(1)])
    assert cache.missing(["image00001"], 256) == ()


def test_where_no_file_can_be_made_nothing_is_kept_and_nothing_is_raised(tmp_path: Path) -> None:
    (tmp_path / "a file").write_bytes(b"")
    cache = ThumbnailCache(tmp_path / "a file" / "thumbs.sqlite")
    cache.put([small(1)])
    assert cache.get(["image00001"], 256) == {}
    assert cache.missing(["image00001"], 256) == ("image00001",)


def test_pictures_in_hand_are_kept_in_all_sizes(cache: ThumbnailCache) -> None:
    cache.add("image00001", picture(size=(1536, 1024)))
    sizes = {edge: Image.open(BytesIO(cache.get(["image00001"], edge)["image00001"])).size for edge in EDGES}
    assert sizes == {256: (256, 171), 512: (512, 341)}
    with pytest.raises(UndecodableError):
        cache.add("image00002", b"no picture")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_thumbnail_has_the_pictures_colour_and_ratio_and_is_never_larger(kind: str) -> None:
    made = Image.open(BytesIO(thumbnail(picture((200, 80, 40), size=(600, 300), kind=kind), 256)))
    assert (made.format, made.size) == ("JPEG", (256, 128))
    assert all(abs(a - b) < 8 for a, b in zip(made.getpixel((128, 64)), (200, 80, 40), strict=True))
    assert Image.open(BytesIO(thumbnail(picture(size=(24, 16), kind=kind), 256))).size == (24, 16)


def test_transparency_is_kept_where_a_pixel_is_not_opaque() -> None:
    half = Pixels(400, 400, bytes((10, 20, 30, 128)) * 160_000)
    made = Image.open(BytesIO(thumbnails_of(half)[256]))
    assert (made.format, made.mode, made.size) == ("WEBP", "RGBA", (256, 256))
    whole = Pixels(400, 400, bytes((10, 20, 30, 255)) * 160_000)
    assert Image.open(BytesIO(thumbnails_of(whole)[256])).format == "JPEG"
    stream = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(stream, "PNG")
    assert {Image.open(BytesIO(data)).format for data in thumbnails(stream.getvalue()).values()} == {"WEBP"}
