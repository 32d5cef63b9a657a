"""Reads server-sent events from the pieces of a body, however they are cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def event_data(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The data of each event that ended with its blank line (WHATWG HTML, 9.2). An event that was cut off is left out.

    The names of the events are not used: OpenAI repeats them as "type" in the data.
    """
    data: list[bytes] = []
    for line in _lines(pieces):
        if not line:
            if data:
                yield b"\n".join(data)
                data = []
        elif line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    # One event is one line of several megabytes: its pieces are joined once, when its end is there.
    begun: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(b"\n")
        begun.append(first)
        for other in others:
            yield b"".join(begun).removesuffix(b"\r")
            begun = [other]
