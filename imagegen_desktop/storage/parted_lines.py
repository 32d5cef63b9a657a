"""Files of many lines, each about one image, to be read for one part of all images after the other."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from imagegen_desktop.storage.id_range import PARTS, part_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# The part that holds an id is told by how the id begins: borders between parts are single ASCII characters.
_PART_OF: Final = tuple(part_of(chr(byte)) for byte in range(256))
_BACKSLASH: Final = ord("\\")


class PartedLines:
    """Where the lines of each part begin: eight bytes for each line, and none is passed over for the sake of others.

    Each file is looked through once, when this is made; what is appended later is not read. Raises OSError.
    """

    def __init__(self, files: Iterable[Path], start: bytes) -> None:
        """A line of our making begins with `start` and the id. Any other is read with every part."""
        self._files = [(file, _places(file, start)) for file in files]

    def of(self, part: int) -> Iterator[tuple[str, bytes]]:
        """The name of its file and each line that may be about an image of that one of PARTS, in no order that matters."""
        for file, places in self._files:
            with file.open("rb") as lines:
                for place in places[part]:
                    lines.seek(place)
                    yield file.name, lines.readline()


def _places(file: Path, start: bytes) -> tuple[array[int], ...]:
    places = tuple(array("Q") for _ in PARTS)
    begun, length = 0, len(start)
    with file.open("rb") as lines:
        for line in lines:
            if line.startswith(start) and len(line) > length and line[length] != _BACKSLASH:
                places[_PART_OF[line[length]]].append(begun)
            else:
                for of_part in places:
                    of_part.append(begun)
            begun += len(line)
    return places
