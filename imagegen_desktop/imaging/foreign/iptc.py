"""Reads caption and date of creation from the IPTC block that Photoshop's kind of JPEG segment carries."""

from __future__ import annotations

from typing import Final

_RESOURCE: Final = b"8BIM\x04\x04"
# IPTC Information Interchange Model 4.2, record 2.
_FIELDS: Final = {55: "DateCreated", 105: "Headline", 120: "Caption"}


def iptc_texts(block: bytes) -> dict[str, str]:
    """Field name to text; empty where there is none. `DateCreated` is "20261122"."""
    start = block.find(_RESOURCE)
    if start < 0:
        return {}
    name_length = block[start + 6 : start + 7]
    # The resource's name is a Pascal string, padded to an even length; four bytes of size follow.
    place = start + 6 + (1 + (name_length[0] if name_length else 0) + 1) // 2 * 2 + 4
    texts: dict[str, str] = {}
    while block[place : place + 2] == b"\x1c\x02":
        field = block[place + 2 : place + 3]
        length = int.from_bytes(block[place + 3 : place + 5], "big")
        if field and field[0] in _FIELDS and length < 0x8000:  # noqa: PLR2004 (above that it is a length of the length)
            data = block[place + 5 : place + 5 + length]
            try:
                texts[_FIELDS[field[0]]] = data.decode()
            except UnicodeDecodeError:
                texts[_FIELDS[field[0]]] = data.decode("latin-1")
        place += 5 + length
    return texts
