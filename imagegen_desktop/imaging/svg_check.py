"""Reads an SVG with a parser that fetches nothing, and refuses all that could reach out, run, or grow without bound."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from imagegen_desktop.core.records import ImageFormat
from imagegen_desktop.imaging.sniff import dimensions, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES: Final = 8_000_000
MAX_ELEMENTS: Final = 30_000
# Qt 6.11 leaves out groups that are nested more than 32 deep; elements may be nested some more.
MAX_DEPTH: Final = 64
# What is drawn after every `use` and pattern is followed, in elements; a long path counts for several.
MAX_DRAWN: Final = 100_000
MAX_EDGE: Final = 32_767
# All embedded pictures together, each time that they are drawn.
MAX_EMBEDDED_PIXELS: Final = 32_000_000
PATH_UNIT: Final = 64
# Qt draws up to 10,000 dashes of a line, however short they are.
DASHED: Final = 400
PIXEL_UNIT: Final = MAX_EMBEDDED_PIXELS // MAX_DRAWN
# What CSS says of a picture without a size (CSS 2.2, 10.3.2).
DEFAULT_SIZE: Final = (300.0, 150.0)

_SVG: Final = "http://www.w3.org/2000/svg"
_REFUSED: Final = frozenset(
    {"script", "handler", "listener", "foreignobject", "iframe", "object", "embed", "audio", "video", "include"}
)
_LINKS: Final = frozenset({"href", "src", "base", "data"})
_DATA: Final = re.compile(r"data:image/(?:png|jpe?g|webp);base64,(?P<data>[A-Za-z0-9+/=\s]*)", re.IGNORECASE)
_URL: Final = re.compile(r"url\s*\(\s*(?P<quote>[\"']?)\s*(?P<to>[^)\"']*)", re.IGNORECASE)
_RULE: Final = re.compile(r"@\s*(?!media\b|charset\b|keyframes\b)", re.IGNORECASE)
_LENGTH: Final = re.compile(
    r"\s*(?P<number>[+]?(?:\d{1,9}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?)\s*(?P<unit>[a-zA-Z%]*)\s*"
)
# Pixels for a unit (CSS Values 4, 6.2), a font of 16 pixels.
_UNITS: Final = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0, "ex": 8.0,
}  # fmt: skip
_DECLARED: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})

# A mask takes a picture of its own each time, a pattern a tile.
_TOLLS: Final = {"mask": 2_000, "pattern": 500}


class UnsafeSvgError(ValueError):
    """The SVG is not drawn. The message says why in one sentence."""


@dataclass(slots=True)
class _Element:
    """`weight` is what drawing it alone costs, `toll` what each reference to it costs; `uses` are the ids that it has drawn."""

    parent: int
    weight: int = 1
    toll: int = 0
    uses: list[str] = field(default_factory=list)


class _Reading:
    """What the parser tells, checked piece by piece."""

    def __init__(self) -> None:
        self.elements: list[_Element] = []
        self.ids: dict[str, int] = {}
        self.size: tuple[int, int] = (0, 0)
        self._open: list[int] = []
        self._style: list[str] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        local = local.lower()
        if not self.elements:
            if local != "svg" or space not in {_SVG, ""}:
                raise UnsafeSvgError("Its first element is not svg.")
            self.size = _size_of(attributes)
        if len(self.elements) >= MAX_ELEMENTS:
            raise UnsafeSvgError(f"It has more than {MAX_ELEMENTS:,} elements.")
        if len(self._open) >= MAX_DEPTH:
            raise UnsafeSvgError(f"Its elements are nested more than {MAX_DEPTH} deep.")
        if local in _REFUSED:
            raise UnsafeSvgError(f"It holds the element {local}, which is not allowed.")
        element = _Element(self._open[-1] if self._open else -1, toll=_TOLLS.get(local, 0))
        for key, value in attributes.items():
            self._attribute(element, key.rpartition(" ")[2].lower(), value)
        self._open.append(len(self.elements))
        self.elements.append(element)
        if local == "style":
            self._style = []

    def end(self, _name: str) -> None:
        self._open.pop()
        if self._style is not None:
            # A reference in a rule may be followed from anywhere: it counts for the whole picture.
            self.elements[0].uses += _checked_css("".join(self._style))
            self._style = None

    def text(self, words: str) -> None:
        if self._style is not None:
            self._style.append(words)
        elif self._open:
            self.elements[self._open[-1]].weight += len(words) // PATH_UNIT

    def _attribute(self, element: _Element, name: str, value: str) -> None:
        if name.startswith("on"):
            raise UnsafeSvgError(f"It holds a script: {name[:20]}.")
        if name == "attributename" and value.strip().lower().rpartition(":")[2] in _LINKS:
            raise UnsafeSvgError("It changes a link while it is shown.")
        element.weight += len(value) // PATH_UNIT
        if name == "id":
            self.ids.setdefault(value, len(self.elements))
        elif name in _LINKS:
            target = value.strip()
            if target.startswith("#"):
                element.uses.append(target[1:])
            elif target:
                element.weight += _embedded(target)
        elif name == "stroke-dasharray":
            element.weight += DASHED
        elif name == "style":
            element.weight += DASHED if "dash" in value else 0
            element.uses += _checked_css(value)
        else:
            element.uses += _checked_urls(value)

    def drawn(self) -> int:
        """How many elements are drawn when every reference is followed. Raises UnsafeSvgError for a circle."""
        children = self._children()
        totals: dict[int, int] = {}
        entered: set[int] = set()
        stack = [0]
        while stack:
            number = stack[-1]
            if number in totals:
                stack.pop()
            elif number in entered:
                total = self.elements[number].weight + sum(totals[child] + toll for child, toll in children[number])
                totals[number] = min(total, MAX_DRAWN + 1)
                entered.discard(number)
            else:
                entered.add(number)
                below = {child for child, _ in children[number]}
                if below & entered:
                    raise UnsafeSvgError("It refers to itself in a circle.")
                stack += below - totals.keys()
        return totals[0]

    def _children(self) -> list[list[tuple[int, int]]]:
        """For each element what is drawn with it, and what that costs more."""
        children: list[list[tuple[int, int]]] = [[] for _ in self.elements]
        for number, element in enumerate(self.elements):
            if element.parent >= 0:
                children[element.parent].append((number, 0))
            targets = (self.ids[name] for name in element.uses if name in self.ids)
            children[number] += [(target, self.elements[target].toll) for target in targets]
        return children


def check_svg(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of an SVG that is safe to draw. Raises UnsafeSvgError."""
    if len(data) > MAX_BYTES:
        raise UnsafeSvgError(f"It is larger than {MAX_BYTES // 1_000_000} MB.")
    reading = _Reading()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.EntityDeclHandler = _refuse_doctype
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.XmlDeclHandler = _check_declaration
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnsafeSvgError(f"It is not well-formed XML ({error}).") from error
    if reading.drawn() > MAX_DRAWN:
        raise UnsafeSvgError("It repeats its parts so often that drawing it would not end.")
    return reading.size


def _refuse_doctype(*_args: object) -> None:
    raise UnsafeSvgError("It holds a document type (DOCTYPE), which may define what it likes.")


def _refuse_instruction(target: str, _words: str) -> None:
    raise UnsafeSvgError(f"It holds a processing instruction ({target[:30]}).")


def _check_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _DECLARED:
        raise UnsafeSvgError(f"It is written in {encoding[:30]}, not in UTF-8.")


def _checked_css(css: str) -> list[str]:
    """The ids that a style refers to."""
    if "\\" in css:
        raise UnsafeSvgError("Its style hides words behind backslashes.")
    if _RULE.search(css):
        raise UnsafeSvgError("Its style brings in something from outside (an @ rule).")
    return _checked_urls(css)


def _checked_urls(value: str) -> list[str]:
    return [target[1:] for target in _urls(value)]


def _urls(value: str) -> Iterator[str]:
    for found in _URL.finditer(value):
        target = found["to"].strip()
        if not target.startswith("#"):
            raise UnsafeSvgError(f"It refers to something outside itself: {target[:60]}")
        yield target


def _embedded(target: str) -> int:
    """What drawing an embedded picture costs."""
    found = _DATA.fullmatch(target)
    if found is None:
        raise UnsafeSvgError(f"It refers to something outside itself: {target[:60]}")
    try:
        data = base64.b64decode("".join(found["data"].split()), validate=True)
    except binascii.Error as error:
        raise UnsafeSvgError("A picture embedded in it is broken.") from error
    size = dimensions(data) if sniff(data) in {ImageFormat.PNG, ImageFormat.JPEG, ImageFormat.WEBP} else None
    if size is None:
        raise UnsafeSvgError("A picture embedded in it is no PNG, JPEG or WebP.")
    return 1 + size[0] * size[1] // PIXEL_UNIT


def _size_of(attributes: dict[str, str]) -> tuple[int, int]:
    """From width and height, else from the viewBox; the missing one of the two follows the viewBox's shape."""
    box = _box(attributes.get("viewBox", ""))
    width, height = _length(attributes.get("width", "")), _length(attributes.get("height", ""))
    shape = box or (DEFAULT_SIZE if width is None and height is None else None)
    if width is None and height is None:
        width, height = shape or DEFAULT_SIZE
    elif width is None:
        width = (height or 1.0) * (shape[0] / shape[1] if shape else 1.0)
    elif height is None:
        height = width * (shape[1] / shape[0] if shape else 1.0)
    assert width is not None  # noqa: S101 (each branch above sets what is missing)
    assert height is not None  # noqa: S101 (the same)
    if max(width, height) > MAX_EDGE:
        raise UnsafeSvgError(f"It says that it is {width:.0f} x {height:.0f} pixels large.")
    return max(1, round(width)), max(1, round(height))


def _length(text: str) -> float | None:
    """Pixels; None for nothing, a percentage, or what is no positive length."""
    found = _LENGTH.fullmatch(text)
    factor = _UNITS.get(found["unit"].lower()) if found else None
    if found is None or factor is None:
        return None
    return float(found["number"]) * factor or None


def _box(text: str) -> tuple[float, float] | None:
    numbers = [_length(part) for part in re.split(r"[\s,]+", text.strip())[2:4]]
    match numbers:
        case [float(width), float(height)]:
            return width, height
        case _:
            return None
