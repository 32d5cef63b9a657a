"""A decoded picture, as plain bytes that any toolkit can show."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pixels:
    """`rgba` holds width * height * 4 bytes, rows from the top, 8 bits a channel, alpha not premultiplied."""

    width: int
    height: int
    rgba: bytes = field(repr=False)
