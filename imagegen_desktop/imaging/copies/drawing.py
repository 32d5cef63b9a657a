"""Copies of SVG drawings: without what tells something, or with words of ours in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from imagegen_desktop.imaging.copies.inscription import xmp_packet
from imagegen_desktop.imaging.decode import UndecodableError
from imagegen_desktop.imaging.svg_check import UnsafeSvgError, check_svg

if TYPE_CHECKING:
    from imagegen_desktop.imaging.copies.inscription import Inscription

_SVG: Final = "http://www.w3.org/2000/svg"
_LINKS: Final = "http://www.w3.org/1999/xlink"
_TELLING: Final = frozenset({"metadata", "title", "desc"})
_DRAWN: Final = frozenset({f"{{{_SVG}}}", "", f"{{{_LINKS}}}", "{http://www.w3.org/XML/1998/namespace}"})


def svg_copy(data: bytes, words: Inscription | None) -> bytes:
    """The drawing without comments, titles, descriptions and what other programs put in; with `words` as its metadata.

    Raises UndecodableError for a drawing that is not safe.
    """
    try:
        # No document type, so no entity: the parser has nothing to expand.
        check_svg(data)
        root = ET.fromstring(data)  # noqa: S314 (said above)
    except (UnsafeSvgError, ET.ParseError) as error:
        raise UndecodableError(f"It is an SVG that is not copied: {error}") from error
    for element in list(root.iter()):
        for child in list(element):
            space, name = _split(child.tag)
            if space not in _DRAWN or name in _TELLING:
                element.remove(child)
        for attribute in list(element.attrib):
            if _split(attribute)[0] not in _DRAWN:
                del element.attrib[attribute]
    if words is not None:
        holder = ET.Element(f"{{{_SVG}}}metadata")
        packet = xmp_packet(words).decode().partition("?>")[2].rpartition("<?")[0]
        holder.append(ET.fromstring(packet))  # noqa: S314 (of our own making)
        root.insert(0, holder)
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _LINKS)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _split(tag: object) -> tuple[str, str]:
    """Namespace in braces, and name; what is no element's tag (a comment) has neither."""
    if not isinstance(tag, str):
        return "no element", ""
    space, brace, name = tag.rpartition("}")
    return space + brace, name
