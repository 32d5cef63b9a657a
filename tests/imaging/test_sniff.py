"""Formats and sizes are told from the bytes alone, also from bytes that lie or end too early."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.sniff import dimensions, sniff

MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x00\x00\x00\x00WEBP", b"GIF89a")


def picture(kind: str, size: tuple[int, int] = (37, 53), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 0).save(out, kind, **options)
    return out.getvalue()


PICTURES = {
    "png": (picture("PNG"), ImageFormat.PNG),
    "jpeg": (picture("JPEG"), ImageFormat.JPEG),
    "progressive jpeg": (picture("JPEG", progressive=True), ImageFormat.JPEG),
    "jpeg with a comment and Exif": (picture("JPEG", comment=b"x" * 500, exif=Image.Exif()), ImageFormat.JPEG),
    "gif": (picture("GIF"), ImageFormat.GIF),
    "lossy webp": (picture("WEBP"), ImageFormat.WEBP),
    "lossless webp": (picture("WEBP", lossless=True), ImageFormat.WEBP),
    "webp with metadata": (picture("WEBP", exif=b"Exif\x00\x00MM\x00*"), ImageFormat.WEBP),
    "lossless webp with alpha": (picture("WEBP", mode="RGBA", lossless=True), ImageFormat.WEBP),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_told_by_its_bytes(name: str) -> None:
    data, kind = PICTURES[name]
    assert sniff(data) is kind
    assert dimensions(data) == (37, 53)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_cut_anywhere_has_its_size_or_none(name: str) -> None:
    data, _ = PICTURES[name]
    found = {dimensions(data[:length]) for length in range(len(data))}
    assert found <= {None, (37, 53)}


@pytest.mark.parametrize("size", [(1, 1), (16383, 1), (1, 16383)])
@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_the_largest_webp_is_measured(size: tuple[int, int], options: dict[str, bool]) -> None:
    assert dimensions(picture("WEBP", size, **options)) == size


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PN",
        b"<html>",
        b"<!-- <svg/> --><html/>",
        b"<!-- <svg/>",
        b"<svgx/>",
        b"\x1f\x8b\x08 a compressed drawing",
        b"BM....",
        b"II*\x00",
        b"RIFF....WAVE",
        b"{}",
    ],
)
def test_everything_else_is_no_picture(data: bytes) -> None:
    assert sniff(data) is None
    assert dimensions(data) is None


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf \n<?xml version='1.0'?>\n<!-- a > b --><svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
        b"<!DOCTYPE svg [ <!ENTITY a '>'> ]>\n<svg>",
    ],
)
def test_a_drawing_is_told_by_its_first_element(data: bytes) -> None:
    assert sniff(data) is ImageFormat.SVG
    assert dimensions(data) is None


@given(st.sampled_from(MAGIC), st.binary(max_size=200))
def test_garbage_behind_a_magic_is_measured_or_not_but_never_fails(magic: bytes, rest: bytes) -> None:
    found = dimensions(magic + rest)
    assert found is None or min(found) > 0
