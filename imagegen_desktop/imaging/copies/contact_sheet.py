"""Pages of small pictures with a line or two below each, as PNG or PDF."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Final

from imagegen_desktop.core.resources import resources_folder
from imagegen_desktop.imaging.decode import UndecodableError, decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL import Image, ImageDraw, ImageFont

    from imagegen_desktop.imaging.decode import DrawSvg

# A4 at 150 dots an inch.
DOTS: Final = 150
WIDTH, HEIGHT = 1240, 1754
MARGIN, GAP = 80, 28
COLUMNS, ROWS = 4, 5
PER_PAGE: Final = COLUMNS * ROWS
_CELL: Final = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) // COLUMNS
_HEAD, _CAPTION = 60, 52
_INK, _FAINT, _GROUND, _EMPTY = (24, 24, 28), (106, 106, 116), (255, 255, 255), (232, 232, 236)
_FONT: Final = "Inter-Regular.otf"
_TITLE_SIZE, _CAPTION_SIZE = 26, 17


@dataclass(frozen=True, slots=True)
class Cell:
    """`data` are the picture's bytes, None where they can't be had: the place then stays empty, with its caption."""

    data: bytes | None
    title: str
    caption: str


class ContactSheet:
    """Takes cells one by one, so that no more than one page's pictures are in memory but the pages themselves."""

    def __init__(self, title: str, count: int, draw_svg: DrawSvg | None = None) -> None:
        self._title = title
        self._of = max(1, -(-count // PER_PAGE))
        self._draw_svg = draw_svg
        self._placed = 0
        self._pages: list[Image.Image] = []
        from PIL import ImageFont  # noqa: PLC0415 (40 ms, and the window must not wait for it)

        font = str(resources_folder() / "fonts" / _FONT)
        self._large = ImageFont.truetype(font, _TITLE_SIZE)
        self._small_font = ImageFont.truetype(font, _CAPTION_SIZE)

    def place(self, cell: Cell) -> None:
        """Draw the next cell. A picture that can't be decoded leaves its place empty."""
        from PIL import Image, ImageDraw  # noqa: PLC0415 (as above)

        at = self._placed % PER_PAGE
        if at == 0:
            self._pages.append(self._new_page())
        page = self._pages[-1]
        row, column = divmod(at, COLUMNS)
        left = MARGIN + column * (_CELL + GAP)
        top = MARGIN + _HEAD + row * (_CELL + _CAPTION + GAP)
        pen = ImageDraw.Draw(page)
        image = self._small(cell.data)
        if image is None:
            pen.rectangle((left, top, left + _CELL - 1, top + _CELL - 1), fill=_EMPTY)
        else:
            ground = Image.new("RGB", image.size, _GROUND)
            ground.paste(image, mask=image.getchannel("A"))
            page.paste(ground, (left + (_CELL - image.width) // 2, top + (_CELL - image.height) // 2))
        font = self._small_font
        pen.text((left, top + _CELL + 6), _fitting(pen, cell.title, font, _CELL), fill=_INK, font=font)
        pen.text((left, top + _CELL + 28), _fitting(pen, cell.caption, font, _CELL), fill=_FAINT, font=font)
        self._placed += 1

    def pdf(self) -> bytes:
        """All pages; one empty page where nothing was placed."""
        first, *rest = self._pages or [self._new_page()]
        stream = BytesIO()
        first.save(stream, "PDF", resolution=DOTS, save_all=True, append_images=rest)
        return stream.getvalue()

    def pngs(self) -> Iterator[bytes]:
        """One picture a page."""
        for page in self._pages or [self._new_page()]:
            stream = BytesIO()
            page.save(stream, "PNG", dpi=(DOTS, DOTS))
            yield stream.getvalue()

    def _small(self, data: bytes | None) -> Image.Image | None:
        from PIL import Image  # noqa: PLC0415 (as above)

        if data is None:
            return None
        try:
            pixels = decode(data, longest_edge=_CELL, draw_svg=self._draw_svg)
        except UndecodableError:
            # Its place stays empty: that is what the sheet says of it.
            return None
        image = Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.rgba)
        image.thumbnail((_CELL, _CELL))
        return image

    def _new_page(self) -> Image.Image:
        from PIL import Image, ImageDraw  # noqa: PLC0415 (as above)

        page = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
        pen = ImageDraw.Draw(page)
        number = f"{len(self._pages) + 1} / {self._of}"
        font = self._large
        room = WIDTH - 2 * MARGIN - int(pen.textlength(number, font)) - GAP
        pen.text((MARGIN, MARGIN), _fitting(pen, self._title, font, room), fill=_INK, font=font)
        pen.text((WIDTH - MARGIN, MARGIN), number, fill=_FAINT, font=font, anchor="ra")
        return page


def _fitting(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    """As much of the first line of `text` as `room` pixels take, with an ellipsis where it was cut."""
    line = " ".join(text[:400].split())
    if pen.textlength(line, font) <= room:
        return line
    fewest, most = 0, len(line)
    while fewest < most:
        middle = (fewest + most + 1) // 2
        if pen.textlength(f"{line[:middle].rstrip()}…", font) <= room:
            fewest = middle
        else:
            most = middle - 1
    return f"{line[:fewest].rstrip()}…"
