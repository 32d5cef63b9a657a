"""A drawing is let through only if it reaches nothing outside itself, runs nothing, and can't grow without bound."""

from __future__ import annotations

import base64

import pytest

from imagegen_desktop.imaging.svg_check import MAX_BYTES, UnsafeSvgError, check_svg
from pictures import picture

SPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PNG = base64.b64encode(picture()).decode()
HUGE = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x80\0\0\0\x80\0\x08\x06\0\0\0").decode()


def svg(inside: str = "", attributes: str = 'viewBox="0 0 30 20"', before: str = "") -> bytes:
    return f"{before}<svg {SPACES} {attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    "inside",
    [
        "<rect width='3' height='4' fill='#c00'/>",
        "<linearGradient id='a'/><linearGradient id='b' xlink:href='#a'/><rect fill='url(#b)' style='stroke: url( \"#a\" )'/>",
        "<style>.a { fill: url(#a) } @media screen { .b { fill: red } }</style>",
        "<defs><g id='a'><rect/></g></defs><use href='#a'/><use xlink:href='#a' x='4'/>",
        f"<image href='data:image/png;base64,{PNG}'/>",
        "<text>url(http://example.com) is only a word, and so is onclick</text>",
        "<!-- a comment -->",
    ],
)
def test_what_draws_only_itself_is_let_through(inside: str) -> None:
    assert check_svg(svg(inside)) == (30, 20)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<g xmlns:s='http://www.w3.org/2000/svg'><s:SCRIPT/></g>", "script"),
        ("<foreignObject/>", "foreignobject"),
        ("<rect onclick='go()'/>", "script"),
        ("<rect ONLOAD='go()'/>", "script"),
        ("<image href='http://example.com/a.png'/>", "outside itself"),
        ("<image xlink:href='file:///etc/passwd'/>", "outside itself"),
        ("<image xlink:href='//server/share/a.png'/>", "outside itself"),
        ("<image href='a.png'/>", "outside itself"),
        ("<use href='other.svg#a'/>", "outside itself"),
        ("<feImage href='file:///etc/passwd'/>", "outside itself"),
        ("<a href='javascript:go()'/>", "outside itself"),
        ("<image href='data:image/svg+xml;base64,PHN2Zy8+'/>", "outside itself"),
        ("<image href='data:image/png;base64,PHN2Zy8+'/>", "no PNG, JPEG or WebP"),
        ("<image href='data:image/png;base64,AAAAA'/>", "broken"),
        (f"<image href='data:image/png;base64,{HUGE}'/>", "would not end"),
        ("<rect fill='url(http://example.com/a#b)'/>", "outside itself"),
        ("<rect style='fill: URL( \"http://example.com/a#b\" )'/>", "outside itself"),
        ("<style>@import 'http://example.com/a.css';</style>", "@ rule"),
        ("<style>@font-face { src: url(a.woff) }</style>", "@ rule"),
        ("<style>a { fill: u\\72l(http://example.com) }</style>", "backslashes"),
        ("<set attributeName='href' to='http://example.com'/>", "changes a link"),
        ("<set attributeName='xlink:href' to='http://example.com'/>", "changes a link"),
        ("<?xml-stylesheet href='http://example.com/a.css'?>", "processing instruction"),
        ("<g id='a'><use href='#a'/></g>", "circle"),
        ("<pattern id='a' fill='url(#b)'/><pattern id='b' fill='url(#a)'/>", "circle"),
        ("<g>" * 70 + "</g>" * 70, "nested"),
        ("<g/>" * 40_000, "elements"),
        ("<path stroke-dasharray='0.001' d='M0 0 L9 9'/>" * 400, "would not end"),
        ("<mask id='m'/>" + "<rect mask='url(#m)'/>" * 100, "would not end"),
        ("<rect", "not well-formed"),
    ],
)
def test_what_reaches_out_runs_or_swells_is_refused_with_the_reason(inside: str, reason: str) -> None:
    with pytest.raises(UnsafeSvgError, match=reason):
        check_svg(svg(inside))


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("<!DOCTYPE svg>", "DOCTYPE"),
        ("<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>", "DOCTYPE"),
        ('<!DOCTYPE svg SYSTEM "file:///etc/passwd">', "DOCTYPE"),
        ("<?xml-stylesheet href='a.css'?>", "processing instruction"),
        ("<?xml version='1.0' encoding='utf-7'?>", "not in UTF-8"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>", "not in UTF-8"),
    ],
)
def test_nothing_stands_before_it_but_its_declaration(before: str, reason: str) -> None:
    with pytest.raises(UnsafeSvgError, match=reason):
        check_svg(svg(before=before))


def test_a_declaration_and_a_mark_of_byte_order_may_stand_before_it() -> None:
    data = svg(before='<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n')
    assert check_svg(b"\xef\xbb\xbf" + data) == (30, 20)


def test_a_drawing_of_very_many_bytes_is_refused() -> None:
    with pytest.raises(UnsafeSvgError, match="larger than 8 MB"):
        check_svg(svg("<!--" + "a" * MAX_BYTES + "-->"))


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("width='120' height='80'", (120, 80)),
        ("width='1in' height='2.54cm'", (96, 96)),
        ("width='12pt' height='1pc'", (16, 16)),
        ("width='100%' height='100%' viewBox='0 0 300 200'", (300, 200)),
        ("width='600' viewBox='0 0 300 200'", (600, 400)),
        ("height='100' viewBox='-5,-5, 300,200'", (150, 100)),
        ("", (300, 150)),
        ("width='-5' height='nan' viewBox='0 0 1e400 x'", (300, 150)),
        ("width='0.2' height='0.2'", (1, 1)),
    ],
)
def test_its_size_is_what_it_says(attributes: str, size: tuple[int, int]) -> None:
    assert check_svg(svg(attributes=attributes)) == size


def test_a_size_beyond_sense_is_refused() -> None:
    with pytest.raises(UnsafeSvgError, match="100000 x 100000"):
        check_svg(svg(attributes="width='100000' height='100000'"))
