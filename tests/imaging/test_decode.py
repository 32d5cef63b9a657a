"""Every picture is measured and shown as it is meant, and no file, however odd, ends, stops or swells the program."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from odd_pictures import SVG, bombs, good_pictures, jpeg_of, png_chunk, png_of, png_with, saved

from imagegen_desktop.core.pixels import Pixels
from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.decode import MAX_SHOWN_PIXELS, UndecodableError, decode, measure

GOOD = good_pictures()
BOMBS = bombs()
STILL_SHOWN = {"png zTXt", "png iTXt", "png iCCP", "png texts", "apng that lies"}
# libjpeg makes up what is missing of it.
GREY = {"jpeg large"}


@pytest.mark.parametrize("name", GOOD)
def test_every_good_picture_is_measured(name: str) -> None:
    found = measure(GOOD[name])
    assert {found.width, found.height} == {40, 30}
    assert (found.height > found.width) is (name == "jpeg turned")
    moving = name == "apng" or "moving" in name
    assert found.frames == (3 if moving else 1)


@pytest.mark.parametrize("name", [name for name in GOOD if name != "svg"])
def test_a_decoded_picture_has_its_measured_size(name: str) -> None:
    found, pixels = measure(GOOD[name]), decode(GOOD[name])
    assert (pixels.width, pixels.height) == (found.width, found.height)
    assert len(pixels.rgba) == 40 * 30 * 4
    small = decode(GOOD[name], longest_edge=10)
    assert max(small.width, small.height) == 10


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_stands_upright_however_the_camera_was_held(turn: int) -> None:
    upright = Image.new("RGB", (40, 24), (0, 0, 255))
    upright.paste((255, 0, 0), (0, 0, 20, 12))
    way = Image.Transpose
    # What a camera held so stores: the turn that its Exif asks for leads back to upright.
    stored = {
        1: upright,
        2: upright.transpose(way.FLIP_LEFT_RIGHT),
        3: upright.transpose(way.ROTATE_180),
        4: upright.transpose(way.FLIP_TOP_BOTTOM),
        5: upright.transpose(way.TRANSPOSE),
        6: upright.transpose(way.ROTATE_90),
        7: upright.transpose(way.TRANSVERSE),
        8: upright.transpose(way.ROTATE_270),
    }[turn]
    exif = Image.Exif()
    exif[0x0112] = turn
    for kind in ("PNG", "JPEG"):
        pixels = decode(saved(stored, kind, exif=exif))
        assert (pixels.width, pixels.height) == (40, 24)
        assert near(pixels, 5, 5, (255, 0, 0))
        assert near(pixels, 35, 20, (0, 0, 255))


def near(pixels: Pixels, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    at = (y * pixels.width + x) * 4
    return all(abs(one - other) < 12 for one, other in zip(pixels.rgba[at : at + 3], colour, strict=True))


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off() -> None:
    data = saved(Image.new("I;16", (8, 8), 0x8000), "PNG")
    assert decode(data).rgba[:4] == bytes((0x80, 0x80, 0x80, 255))
    assert decode(data, longest_edge=4).rgba[:4] == bytes((0x80, 0x80, 0x80, 255))


def test_ink_colours_become_light() -> None:
    pixels = decode(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95))
    assert near(pixels, 4, 4, (255, 0, 0))


def test_a_palette_keeps_its_transparency() -> None:
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    clear.paste((0, 255, 0, 255), (4, 0, 8, 8))
    pixels = decode(saved(clear.quantize(4), "PNG"))
    assert (pixels.rgba[3], pixels.rgba[4 * 7 + 3]) == (0, 255)


def test_a_picture_of_very_many_pixels_is_shown_smaller() -> None:
    data = saved(Image.new("L", (8000, 4500)), "PNG", compress_level=1)
    assert measure(data).width == 8000
    pixels = decode(data)
    assert (pixels.width, pixels.height) == (4000, 2250)
    assert pixels.width * pixels.height < MAX_SHOWN_PIXELS


@pytest.mark.parametrize("name", sorted(BOMBS.keys() - GREY))
def test_a_bomb_is_refused_in_a_sentence_or_shown_without_its_charge(name: str) -> None:
    data = BOMBS[name]()
    if name in STILL_SHOWN:
        assert measure(data).width == 40
        assert decode(data).width == 40
        return
    with pytest.raises(UndecodableError, match=r"\w+ \w+"):
        measure(data)
    with pytest.raises(UndecodableError, match=r"\w+ \w+"):
        decode(data, longest_edge=256)


@pytest.mark.parametrize("name", GOOD)
def test_a_picture_that_is_cut_off_is_no_picture(name: str) -> None:
    data = GOOD[name]
    # Of an animated one the first frame may be whole all the same.
    ends = () if measure(data).frames > 1 else (len(data) // 3, len(data) // 2)
    for length in (0, 1, 8, 20, *ends):
        with pytest.raises(UndecodableError):
            measure(data[:length])


def test_a_drawing_is_never_given_to_a_decoder_of_pixels() -> None:
    drawn: list[int | None] = []

    def draw(data: bytes, edge: int | None) -> Pixels:
        assert data == SVG
        drawn.append(edge)
        return Pixels(1, 1, bytes(4))

    assert measure(SVG).format is ImageFormat.SVG
    with pytest.raises(UndecodableError, match="only the window can draw"):
        decode(SVG)
    assert decode(SVG, draw_svg=draw) == decode(SVG, longest_edge=9, draw_svg=draw)
    assert drawn == [None, 9]


def test_an_unsafe_drawing_is_not_drawn() -> None:
    def draw(_data: bytes, _edge: int | None) -> Pixels:
        raise AssertionError("it was drawn")

    unsafe = SVG.replace(b"<rect", b"<script/><rect")
    for refused in (lambda: measure(unsafe), lambda: decode(unsafe, draw_svg=draw)):
        with pytest.raises(UndecodableError, match="script"):
            refused()


def test_broken_notes_do_not_make_a_picture_broken() -> None:
    good = saved(Image.new("RGB", (40, 30)), "JPEG")
    broken = b"\xff\xe1\x00\x14Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\xff\xff\xff\xff"
    assert measure(good[:2] + broken + good[2:]).width == 40
    assert measure(png_with(png_chunk(b"eXIf", b"MM\x00\x2a\xff\xff\xff\xff"))).width == 40


def test_bounds_are_those_of_memory() -> None:
    for data in (png_of(8001, 8000), jpeg_of(8001, 8000), jpeg_of(5200, 5001, progressive=True)):
        with pytest.raises(UndecodableError, match="pixels are more than"):
            measure(data)
    stream = BytesIO(saved(Image.new("L", (5000, 5200)), "JPEG"))
    assert measure(stream.getvalue()).height == 5200


@pytest.mark.timeout(170)
@pytest.mark.skipif(sys.platform == "win32", reason="the child's memory is told by getrusage")
def test_fuzzed_pictures_neither_crash_nor_hang_nor_take_more_than_300_mb() -> None:
    script = Path(__file__).parents[1] / "proof" / "fuzz_images.py"
    done = subprocess.run(
        [sys.executable, str(script), "--rounds", "400", "--seed", "7"],
        capture_output=True,
        text=True,
        check=False,
        timeout=160,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"decoded png"' in done.stdout
