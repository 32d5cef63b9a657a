"""Reads the properties of an XMP packet as plain text, and nothing that declares a document type."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

LARGEST_PACKET: Final = 1_000_000
DEEPEST: Final = 32
MOST_PROPERTIES: Final = 200
_SPACES: Final = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "iptc",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
}


class _RefusedError(ValueError):
    """The packet holds what no picture needs."""


class _Packet:
    """Collects the first text of each known property, whether it stands as an attribute, an element or a list."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self._path: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= DEEPEST:
            raise _RefusedError("too deep")
        self._path.append(_short(name))
        for attribute, value in attributes.items():
            self._keep(_short(attribute), value)

    def end(self, _name: str) -> None:
        self._path.pop()

    def text(self, data: str) -> None:
        # Expat gives long texts in pieces; those of the innermost known property belong together.
        owner = next((name for name in reversed(self._path) if name), "")
        if owner and (data.strip() or owner in self.found):
            self.found[owner] = self.found.get(owner, "") + data

    def refuse(self, *_declared: object) -> None:
        raise _RefusedError("a document type")

    def _keep(self, name: str, value: str) -> None:
        if name and name not in self.found and len(self.found) < MOST_PROPERTIES:
            self.found[name] = value


def xmp_texts(packet: bytes) -> dict[str, str]:
    """Properties such as "dc:description" or "iptc:AIPromptInformation"; empty for a packet that can't be read."""
    if not packet or len(packet) > LARGEST_PACKET:
        return {}
    collected = _Packet()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = collected.start
    parser.EndElementHandler = collected.end
    parser.CharacterDataHandler = collected.text
    parser.StartDoctypeDeclHandler = collected.refuse
    parser.EntityDeclHandler = collected.refuse
    try:
        parser.Parse(packet.rstrip(b"\0 \r\n\t"), True)
    except (expat.ExpatError, _RefusedError, ValueError, LookupError):
        # What is broken or refused tells nothing at all: half a packet may say the contrary of the whole.
        return {}
    return {name: text.strip() for name, text in collected.found.items()}


def _short(name: str) -> str:
    """Such as "dc:description"; empty for a name of a space that tells nothing here."""
    space, _, local = name.rpartition(" ")
    prefix = _SPACES.get(space)
    return f"{prefix}:{local}" if prefix else ""
